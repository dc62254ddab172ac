"""Asking reviewers, and answering an offer: who may, what comes back, what an offer must not say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Expertise, User
from reviews.actions import assignment, conflict
from reviews.actions.committee import appoint
from reviews.models import Assignment, Review
from reviews.queries.assignment import for_round
from reviews.rules.states import AssignmentStatus, CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import AbsenceFactory, UserFactory
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db
ASSIGN_QUERIES = 32


def submitted(**options: int) -> Case:
    return cases.submission_in(State.SUBMITTED, **options)


def offered(case: Case) -> Assignment:
    return cases.offer(case, case.board.reviewers[0])


def test_assign_page_is_the_coordinators() -> None:
    case = cases.submission_in(State.DELIBERATION)
    board, reference = case.board, case.submission.reference
    expected = {
        board.coordinator: 200, board.chair: 403, board.members[0]: 403, case.author: 403,
        board.reviewers[0]: 403, board.reviewers[4]: 404, board.leader: 404, board.auditor: 404,
    }  # fmt: skip
    assert {person: get(person, "assignment-assign", reference).status_code for person in expected} == expected


def test_assign_page_says_why_somebody_cannot_be_asked() -> None:
    case = submitted()
    seated, conflicted = case.board.reviewers[:2]
    cases.offer(case, seated)
    conflict.declare(
        submission=case.submission, type_key="coauthor_36m", by=cases.offer(case, conflicted).reviewer, now=case.later()
    )
    doubted = cases.suspect(case, case.board.reviewers[2]).user
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    can, shut = page.split('<details class="rb-more mt-4" id="not-asked">')
    assert "Not asked, and why: 3 people" in shut
    assert [words in shut for words in ("Has a seat already", "Conflict of interest: Co-author within 36 months",
                                        "Suspected tie, to be settled")] == [True] * 3  # fmt: skip
    asked = can[can.index("People who can be asked") :]
    assert [str(person) in asked for person in case.board.reviewers] == [False] * 3 + [True] * 2
    assert [str(person) in shut for person in (seated, conflicted, doubted)] == [True] * 3
    assert page.count("Offer the seat") == len(case.board.reviewers) - 3


def test_assign_page_stays_below_its_size_however_many_review() -> None:
    case = cases.submission_in(State.SUBMITTED, made=board(reviewers=300))
    domains = [domain.key for domain in case.submission.revision.policy.pack.domains]
    Expertise.objects.bulk_create(
        Expertise(user=person, kind="domain", key=key, level=3, confirmed_at=case.now, confirmed_by=case.author)
        for person in case.board.reviewers
        for key in domains[:6]
    )
    coordinator, reference = case.board.coordinator, case.submission.reference
    page = text_of(get(coordinator, "assignment-assign", reference))
    assert page.count("Offer the seat") == 50
    assert "1 to 50 of 300 entries" in page
    assert len(page.encode()) < 200 * 1024
    assert text_of(get(coordinator, "assignment-assign", reference, page=6)).count("Offer the seat") == 50
    named = text_of(get(coordinator, "assignment-assign", reference, q="REVIEWER 29"))
    assert named.count("Offer the seat") == 11  # 29 and 290 to 299
    assert "Nobody who can be asked has “Zork” in their name." in text_of(
        get(coordinator, "assignment-assign", reference, q="Zork")
    )


def test_somebody_of_a_later_page_is_asked_from_it() -> None:
    case = cases.submission_in(State.SUBMITTED, made=board(reviewers=60))
    last = case.board.reviewers[59]
    url = reverse("reviews:assignment-assign", args=[case.submission.reference]) + "?page=2"
    client = client_of(case.board.coordinator)
    bad = text_of(client.post(url, {"reviewer": last.public_id, "review_days": "0", "version": case.version}))
    assert f'id="person-{last.public_id}"' in bad
    client.post(url, {"reviewer": last.public_id, "review_days": "9", "version": case.version})
    assert Assignment.objects.get().reviewer == last


def asked_for(case: Case) -> list[tuple[str, str]]:
    """What the tier asks for, each with the mark that the page gives it."""
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    listed = page[page.index("What the tier asks for") :].split("</section>")[0]
    rows = re.findall(r'class="visually-hidden">(\w+): </span>([^<]+)<', listed)
    return [(label.strip(), mark) for mark, label in rows]


def test_assign_says_which_of_what_the_tier_asks_for_is_there() -> None:
    case = submitted(tier=3)
    expected = [
        "3 reviewers", "1 from outside", "Expert in the leading domain", "Expert in another domain of the case",
        "Security or policy",
    ]  # fmt: skip
    assert asked_for(case) == [(label, "Missing") for label in expected]
    leading = for_round(case.submission, case.now, case.board.coordinator).top_domain
    expert, outsider, lawyer = UserFactory(), UserFactory(is_external=True), UserFactory()
    for person, kind, key in ((expert, "domain", leading), (lawyer, "skill", "policy")):
        Expertise.objects.create(
            user=person, kind=kind, key=key, confirmed_at=case.now, confirmed_by=case.board.administrator
        )
    for person in (expert, outsider, lawyer):
        appoint(
            committee=case.board.committee, user=person, role=CommitteeRole.REVIEWER, by=case.board.administrator,
            now=case.later(),
        )  # fmt: skip
        cases.offer(case, person)
    there = {"3 reviewers", "1 from outside", "Expert in the leading domain", "Security or policy"}
    assert asked_for(case) == [(label, "There" if label in there else "Missing") for label in expected]


def test_assign_puts_whoever_gave_a_seat_back_after_the_others() -> None:
    case = submitted()
    row = offered(case)
    assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=case.later())
    found = for_round(case.submission, case.now, case.board.coordinator).candidates
    assert [one.person for one in found if not one.why_not][-1] == row.reviewer


def test_assign_offers_the_days_of_the_tier_with_their_date() -> None:
    case = submitted(tier=3)
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    assert '<option value="20" selected>20 working days, ' in page


def test_assign_offers_a_seat_and_starts_the_review() -> None:
    case = submitted()
    person = case.board.reviewers[0]
    response = post(
        case.board.coordinator, "assignment-assign", case.submission.reference,
        reviewer=person.public_id, review_days=12, version=case.version,
    )  # fmt: skip
    assert response.status_code == 302
    made = Assignment.objects.get()
    assert (made.reviewer, made.review_days, case.again().state) == (person, 12, State.IN_REVIEW)


@pytest.mark.parametrize("days", ["", "soon", "0", "4000"])
def test_assign_refuses_days_beside_the_person(days: str) -> None:
    case = submitted()
    person = case.board.reviewers[0]
    response = post(
        case.board.coordinator, "assignment-assign", case.submission.reference,
        reviewer=person.public_id, review_days=days, version=case.version,
    )  # fmt: skip
    page = text_of(response)
    row = page[page.index(f'id="person-{person.public_id}"') :].partition("</form>")
    assert response.status_code == 200
    assert 'class="invalid-feedback d-block"' in page
    assert "invalid-feedback" in row[0]
    assert Assignment.objects.count() == 0


def test_assign_refuses_somebody_who_does_not_review() -> None:
    case = submitted()
    for key in (case.board.leader.public_id, "nobody"):
        response = post(
            case.board.coordinator, "assignment-assign", case.submission.reference,
            reviewer=key, review_days=5, version=case.version,
        )  # fmt: skip
        assert (response.status_code, Assignment.objects.count()) == (200, 0)


def test_assign_with_an_old_form_is_told_so() -> None:
    case = submitted()
    before = case.version
    cases.offer(case, case.board.reviewers[0])
    response = post(
        case.board.coordinator, "assignment-assign", case.submission.reference,
        reviewer=case.board.reviewers[1].public_id, review_days=7, version=before,
    )  # fmt: skip
    page = text_of(response)
    assert response.status_code == 409
    assert "Somebody changed this case" in page
    assert '<option value="7" selected>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_assign_page_takes_the_same_queries(count: int) -> None:
    made = cases.board(reviewers=count * 2)
    case = cases.submission_in(State.SUBMITTED, made=made, tier=3)
    for person in made.reviewers[:count]:
        cases.offer(case, person)
    client, url = client_of(made.coordinator), reverse("reviews:assignment-assign", args=[case.submission.reference])
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    assert len(seen) == ASSIGN_QUERIES


def test_offer_says_the_basics_and_nothing_else() -> None:
    case = submitted(tier=3)
    made = offered(case)
    page = text_of(get(made.reviewer, "assignment-offer", made.public_id))
    assert case.submission.reference in page
    assert case.submission.label in page
    assert "Author One" in page
    assert "Surveillance and biometric identification" in page
    for hidden in ("Title of", "A plain summary", "residual"):
        assert hidden not in page


def test_offer_is_not_there_for_anybody_else() -> None:
    case = submitted()
    made = offered(case)
    board = case.board
    for person in (board.coordinator, board.chair, case.author, board.reviewers[1], board.leader, board.auditor):
        for name in ("assignment-offer", "assignment-accept", "assignment-decline"):
            assert get(person, name, made.public_id).status_code == 404
    assert get(made.reviewer, "assignment-offer", "no-such-offer").status_code == 404


def test_offer_opens_no_page_of_the_case() -> None:
    case = submitted()
    made = offered(case)
    for name in ("review-list", "assignment-assign", "motion-list", "decision-detail", "release-detail"):
        assert get(made.reviewer, name, case.submission.reference).status_code == 404


def test_accept_needs_the_statement() -> None:
    case = submitted()
    made = offered(case)
    response = post(made.reviewer, "assignment-accept", made.public_id)
    assert response.status_code == 200
    assert "The material opens once you state" in text_of(response)
    assert Review.objects.count() == 0


def test_accept_opens_the_review() -> None:
    case = submitted()
    made = offered(case)
    response = post(made.reviewer, "assignment-accept", made.public_id, no_conflict="on")
    assert response["Location"] == reverse("reviews:review-edit", args=[Review.objects.get().public_id])
    again = get(made.reviewer, "assignment-offer", made.public_id)
    assert again["Location"] == response["Location"]


def test_decline_closes_the_case() -> None:
    case = submitted()
    made = offered(case)
    response = post(made.reviewer, "assignment-decline", made.public_id, reason="Away that week.")
    made.refresh_from_db()
    assert response["Location"] == reverse("reviews:my-work")
    assert (made.status, made.note) == (AssignmentStatus.DECLINED, "Away that week.")
    assert get(made.reviewer, "assignment-offer", made.public_id).status_code == 404
    assert "Away that week." in text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))


def test_decline_needs_a_word_why() -> None:
    made = offered(submitted())
    response = post(made.reviewer, "assignment-decline", made.public_id, reason=" ")
    made.refresh_from_db()
    assert (response.status_code, made.status) == (200, AssignmentStatus.OFFERED)
    assert response.context_data["form"].errors == {"reason": ["Please give a reason; it stays on the record."]}


def test_take_back_is_the_coordinators() -> None:
    case = submitted()
    made = offered(case)
    assert get(case.board.coordinator, "assignment-take-back", made.public_id).status_code == 200
    assert get(case.board.chair, "assignment-take-back", made.public_id).status_code == 403
    for person in (case.author, made.reviewer, case.board.leader):
        assert get(person, "assignment-take-back", made.public_id).status_code == 404


def test_take_back_needs_a_reason() -> None:
    case = submitted()
    made = offered(case)
    response = post(case.board.coordinator, "assignment-take-back", made.public_id, reason="  ")
    assert response.status_code == 200
    assert "Please give a reason" in text_of(response)
    done = post(case.board.coordinator, "assignment-take-back", made.public_id, reason="Too late.")
    made.refresh_from_db()
    assert (done.status_code, made.status) == (302, AssignmentStatus.REPLACED)
    assert get(case.board.coordinator, "assignment-take-back", made.public_id).status_code == 302


def rows_of(case: Case) -> list[dict[str, Any]]:
    """The people who can be asked, in the order of the page."""
    found: list[dict[str, Any]] = get(
        case.board.coordinator, "assignment-assign", case.submission.reference
    ).context_data["rows"]
    return found


def test_assign_says_who_is_away_over_the_time_of_a_review_and_puts_them_last() -> None:
    case = submitted(tier=3)
    away, later, over, back = case.board.reviewers[:4]
    today = timezone.now().date()
    AbsenceFactory(user=away, stand_in=later, from_date=today + timedelta(days=3), until_date=today + timedelta(days=9))
    AbsenceFactory(user=later, from_date=today + timedelta(days=99), until_date=today + timedelta(days=99))
    AbsenceFactory(user=over, from_date=today - timedelta(days=9), until_date=today - timedelta(days=3))
    AbsenceFactory(
        user=back, from_date=today, until_date=today, cancelled_at=timezone.now(), cancelled_by=back
    )  # fmt: skip
    rows = rows_of(case)
    assert [row["person"] for row in rows if row["away"]] == [away] == [rows[-1]["person"]]
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    assert f"; {later} stands in" in page


def test_assign_says_who_has_a_full_desk_and_lets_them_be_asked_by_hand() -> None:
    case = submitted()
    full, external = case.board.reviewers[:2]
    User.objects.filter(pk=full.pk).update(load_cap=0)
    User.objects.filter(pk=external.pk).update(is_external=True)
    rows = rows_of(case)
    assert (rows[-1]["person"], rows[-1]["is_full"]) == (full, True)
    assert [row["person"] for row in rows if row["is_external"]] == [external]
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    assert "0 open reviews of 0 at most" in page
    response = post(
        case.board.coordinator, "assignment-assign", case.submission.reference,
        reviewer=full.public_id, review_days=12, version=case.version,
    )  # fmt: skip
    assert (response.status_code, Assignment.objects.get().reviewer) == (302, full)
