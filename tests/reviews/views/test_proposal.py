"""The pages of a proposal: what they say, how they are changed without a script, and that they stay small."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Expertise, User
from reviews.models import Assignment, Committee, Conflict
from reviews.queries.proposal import table
from reviews.rules import matching, matching_model
from reviews.rules.matching_facts import bar
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import AbsenceFactory
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db
QUERIES = 33


def knows(person: User, kind: str, key: str) -> None:
    moment = timezone.now()
    Expertise.objects.create(user=person, kind=kind, key=key, confirmed_at=moment, confirmed_by=person)


def made(count: int = 1, *, tier: int = 2, reviewers: int = 5) -> tuple[Board, list[Case]]:
    found = board(reviewers=reviewers)
    return found, [cases.submission_in(State.SUBMITTED, made=found, tier=tier) for _ in range(count)]


def leading(case: Case) -> str:
    return table(case.board.coordinator, timezone.now()).wanting[case.submission.reference].leading


def fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page as it stands."""
    selects = re.findall(r'name="pick">(.*?)</select>', page, re.DOTALL)
    return {
        "pick": [re.findall(r'<option value="([^"]+)"', select)[0] for select in selects],
        "seen": re.findall(r'name="seen" value="([^"]+)"', page),
        "keep": re.findall(r'name="keep" value="([^"]+)" checked', page),
        "drop": re.findall(r'name="drop" value="([^"]+)"', page),
        "held": re.findall(r'name="held" value="([^"]+)"', page),
        "rest": re.findall(r'name="rest" value="([^"]+)"', page),
    }


def test_case_page_proposes_experts_and_says_why_and_who_would_be_next() -> None:
    made_board, (case,) = made()
    expert = made_board.reviewers[3]
    knows(expert, "domain", leading(case))
    page = text_of(get(made_board.coordinator, "assignment-proposal", case.submission.reference))
    assert f'<option value="{case.submission.reference}:{expert.public_id}">' in page
    assert "the leading domain" in page
    seats = re.findall(r'<ul class="rb-why-list">(.*?)</ul>', page)
    assert [words.count("no conflict known") for words in seats] == [1] * page.count('name="pick"')
    assert "never reviewed these authors" in page
    assert "Next best:" in page
    assert "No better proposal exists." in page


def test_how_much_better_it_could_be_is_said_where_the_solver_met_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    made_board, (case,) = made()

    def solve(*given: Any, **options: Any) -> matching_model.Solved:
        """The solver that stopped seven points before a proof."""
        found = matching_model.solve(*given, **options)
        return replace(found, bound=found.worth + 7)

    monkeypatch.setattr(matching, "model", SimpleNamespace(**{**vars(matching_model), "solve": solve}))
    page = text_of(get(made_board.coordinator, "assignment-proposal", case.submission.reference))
    assert "A better one could be worth 7 more at most." in page
    assert "No better proposal exists." not in page
    assert page.count('name="pick"') == 1


def test_what_somebody_only_says_of_themselves_helps_to_find_them_but_makes_no_expert() -> None:
    made_board, (case,) = made()
    says, works = made_board.reviewers[2:4]
    key = leading(case)
    Expertise.objects.create(user=says, kind="domain", key=key, level=3)
    knows(works, "domain", key)
    Expertise.objects.filter(user=works).update(level=2)
    page = text_of(get(made_board.coordinator, "assignment-proposal", case.submission.reference))
    assert "the leading domain (working level)" in page
    assert "Nobody who reviews for the committee has this confirmed." in page
    page = text_of(get(made_board.coordinator, "assignment-assign", case.submission.reference))
    assert "the leading domain (working level)" in page
    assert "the leading domain (expert by their own word)" in page


def test_an_absence_counts_by_the_day_of_the_committee() -> None:
    made_board, _ = made()
    Committee.objects.update(time_zone="Pacific/Honolulu")
    away = made_board.reviewers[0]
    AbsenceFactory(user=away, from_date=date(2026, 3, 4), until_date=date(2026, 3, 4))
    facts = table(made_board.coordinator, datetime(2026, 3, 5, 3, 0, tzinfo=UTC)).facts  # the evening of the fourth
    person = next(one for one in facts.people if one.key == away.public_id)
    assert (facts.cases[0].first, bar(facts.cases[0], person)) == (date(2026, 3, 4), "absent")


def test_what_is_short_is_said_with_its_numbers() -> None:
    made_board, (case,) = made()
    away, conflicted = made_board.reviewers[:2]
    for person in (away, conflicted):
        knows(person, "domain", leading(case))
    today = made_board.committee.day_of(timezone.now())
    AbsenceFactory(user=away, from_date=today, until_date=today)
    Conflict.objects.create(
        submission=case.submission,
        user=conflicted,
        type_key="personal",
        strength="declared",
        source="oneself",
        declared_at=case.now,
        declared_by=conflicted,
    )
    page = text_of(get(made_board.coordinator, "queue-proposal"))
    said = f"{case.submission.reference} needs one more: Expert in "
    assert said in page
    assert "2 people are known:" in page
    assert "1 has a conflict of interest" in page
    assert "1 is away" in page
    assert "This seat stays open." in page
    assert "Offer this seat" in page


def test_nobody_is_proposed_whom_the_action_would_refuse_for_a_tie_that_nobody_looked_for_yet() -> None:
    made_board, (case,) = made()
    tied = made_board.reviewers[3]
    knows(tied, "domain", leading(case))
    reference = case.submission.reference
    url = f'{reverse("reviews:conflict-list", args=[reference])}">Open the page of conflicts'
    before = text_of(get(made_board.coordinator, "assignment-proposal", reference))
    assert f'<option value="{reference}:{tied.public_id}">' in before
    tied.unit, case.author.unit = "Institute of Letters", "Institute of Letters"
    for person in (tied, case.author):
        person.save(update_fields=["unit"])
    assert not Conflict.objects.exists()
    page = text_of(get(made_board.coordinator, "assignment-proposal", reference))
    assert tied.public_id not in page
    assert "of 1 a tie to the authors is suspected" in page
    assert "press “Look for ties now” on its page of conflicts" in page
    assert (url in before, url in page) == (False, True)
    response = post(made_board.coordinator, "assignment-proposal", reference, do="offer", **fields(page))
    assert response.status_code == 302
    assert Assignment.objects.exists()


def test_queue_is_offered_as_it_stands() -> None:
    made_board, found = made(2, tier=1)
    page = text_of(get(made_board.coordinator, "queue-proposal"))
    response = post(made_board.coordinator, "queue-proposal", do="offer", **fields(page))
    assert response.status_code == 302
    assert Assignment.objects.count() == 2
    assert {case.again().state for case in found} == {State.IN_REVIEW}
    assert "Every seat is taken" in text_of(get(made_board.coordinator, "queue-proposal"))


def test_a_seat_is_swapped_with_what_a_keyboard_can_do() -> None:
    made_board, (case,) = made(tier=1)
    reference = case.submission.reference
    first = fields(text_of(get(made_board.coordinator, "assignment-proposal", reference)))
    proposed = first["pick"][0].split(":")[1]
    other = next(person.public_id for person in made_board.reviewers if person.public_id != proposed)
    again = text_of(
        post(
            made_board.coordinator, "assignment-proposal", reference, do="again",
            **{**first, "pick": [f"{reference}:={other}"]},
        )
    )  # fmt: skip
    assert fields(again)["pick"] == fields(again)["keep"] == [f"{reference}:{other}"]
    assert "Your changes cost" in again
    post(made_board.coordinator, "assignment-proposal", reference, do="offer", **fields(again))
    assert Assignment.objects.get().reviewer.public_id == other


def test_whoever_is_set_aside_is_not_proposed_again_for_the_case() -> None:
    made_board, (case,) = made(tier=1)
    reference = case.submission.reference
    given = fields(text_of(get(made_board.coordinator, "assignment-proposal", reference)))
    out = given["pick"][0].split(":")[1]
    given["pick"] = [f"{reference}:!{out}"]
    for _ in range(2):
        page = text_of(post(made_board.coordinator, "assignment-proposal", reference, do="again", **given))
        given = fields(page)
        assert given["drop"] == [f"{reference}:{out}"]
        assert out not in given["pick"][0]


def test_a_case_that_moved_meanwhile_is_shown_as_it_is_now() -> None:
    made_board, (case,) = made(tier=1)
    given = fields(text_of(get(made_board.coordinator, "queue-proposal")))
    given["seen"] = [text.rsplit(":", 1)[0] + ":0" for text in given["seen"]]
    response = post(made_board.coordinator, "queue-proposal", do="offer", **given)
    assert response.status_code == 409
    assert Assignment.objects.count() == 0
    assert case.again().state == State.SUBMITTED


def test_nothing_that_is_no_pair_is_taken() -> None:
    made_board, _ = made(tier=1)
    response = post(made_board.coordinator, "queue-proposal", do="offer", pick=["x:y:z", "nonsense"])
    assert response.status_code == 200
    assert "This page has changed" in text_of(response)


def test_cases_that_somebody_else_coordinates_are_not_there() -> None:
    made_board, (case,) = made()
    other = cases.elsewhere()
    assert case.submission.reference not in text_of(get(other.coordinator, "queue-proposal"))
    assert case.submission.reference not in text_of(get(made_board.chair, "queue-proposal"))


@pytest.mark.parametrize("count", [1, 3])
def test_queue_takes_the_same_queries(count: int) -> None:
    made_board, _ = made(count)
    client, url = client_of(made_board.coordinator), reverse("reviews:queue-proposal")
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    assert len(seen) == QUERIES


def two_pages() -> tuple[Board, list[Case], str]:
    """Seventeen cases with a seat each, for twelve people with room enough; the address of the proposal."""
    made_board, found = made(17, tier=1, reviewers=12)
    User.objects.filter(pk__in=[person.pk for person in made_board.reviewers]).update(load_cap=9)
    return made_board, found, reverse("reviews:queue-proposal")


def test_changes_go_along_to_other_pages_and_all_pages_are_offered_at_once() -> None:
    made_board, found, url = two_pages()
    client = client_of(made_board.coordinator)
    first = fields(text_of(client.get(url)))
    chosen, swapped, nobody = (pick.split(":") for pick in first["pick"][:3])
    others = [person.public_id for person in made_board.reviewers if person.public_id not in (swapped[1], chosen[1])]
    first["pick"][1] = f"{swapped[0]}:={others[0]}"
    first["pick"][2] = f"{nobody[0]}:!{nobody[1]}"
    first["keep"] = [":".join(chosen)]
    page = text_of(client.post(f"{url}?page=2", {**first, "do": "again"}))
    second = fields(page)
    kept = sorted([":".join(chosen), f"{swapped[0]}:{others[0]}"])
    assert (len(second["pick"]), second["held"], second["drop"]) == (2, kept, [":".join(nobody)])
    assert "Offer all 17 seats of 2 pages" in page
    assert "Cases 16 to 17 of 17; your changes go with you" in page
    back = fields(text_of(client.post(f"{url}?page=1", {**second, "do": "again"})))
    assert (back["keep"], back["held"], back["drop"]) == (back["held"], kept, [":".join(nobody)])
    undone = fields(text_of(client.post(f"{url}?page=2", {**back, "keep": [], "do": "again"})))
    assert undone["held"] == []
    assert client.post(f"{url}?page=2", {**second, "do": "offer"}).status_code == 302
    taken = dict(Assignment.objects.values_list("submission__reference", "reviewer__public_id"))
    assert len(taken) == len(found)
    assert (taken[chosen[0]], taken[swapped[0]]) == (chosen[1], others[0])
    assert taken[nobody[0]] != nobody[1]


def test_nothing_is_offered_when_another_page_is_not_what_it_was() -> None:
    made_board, found, url = two_pages()
    client = client_of(made_board.coordinator)
    first, second = (text_of(client.get(f"{url}?page={number}")) for number in (1, 2))
    reference, name = fields(second)["pick"][0].split(":")
    case = next(case for case in found if case.submission.reference == reference)
    cases.suspect(case, User.objects.get(public_id=name))
    response = client.post(url, {**fields(first), "do": "offer"})
    assert response.status_code == 409
    assert "Something changed on another page of this proposal." in text_of(response)
    assert Assignment.objects.count() == 0
    assert client.post(url, {**fields(text_of(response)), "do": "offer"}).status_code == 302
    assert Assignment.objects.count() == 17


def test_page_of_the_highest_tier_stays_below_its_size_however_many_cases_wait() -> None:
    made_board, found = made(16, tier=4, reviewers=40)
    domains = [domain.key for domain in found[0].submission.revision.policy.pack.domains]
    moment = timezone.now()
    for person in made_board.reviewers:
        known = [("domain", key) for key in domains] + [("skill", key) for key in ("security", "policy", "legal")]
        Expertise.objects.bulk_create(
            Expertise(user=person, kind=kind, key=key, level=3, confirmed_at=moment, confirmed_by=person)
            for kind, key in known
        )
    people = User.objects.filter(pk__in=[person.pk for person in made_board.reviewers])
    people.update(load_cap=9)
    people.filter(pk__in=[person.pk for person in made_board.reviewers[:20]]).update(is_external=True)
    page = text_of(get(made_board.coordinator, "queue-proposal"))
    assert page.count('name="pick"') == 15 * 4
    assert page.count('name="seen"') == 15
    assert len(page.encode()) < 200 * 1024
