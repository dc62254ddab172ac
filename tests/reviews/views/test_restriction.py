"""Emergency restriction on every page: placed in plain words, shown wherever a standing is, voted on, lifted by two."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from reviews.models import Restriction, Stage
from reviews.rules.states import Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import faults_in, get, post, text_of

pytestmark = pytest.mark.django_db
REASON, WHY = "Canary reason", "Canary vote"


def halted(tier: int = 3) -> tuple[Case, Restriction]:
    """A staged release that was restricted just now."""
    case = cases.staged(tier=tier, since=timezone.now() - timedelta(days=1))
    return case, cases.restrict(case, reason=REASON)


def page(case: Case, person: User, name: str = "restriction-detail") -> str:
    return unescape(text_of(get(person, name, case.submission.reference)))


def test_chair_places_it_and_the_form_says_what_follows() -> None:
    case = cases.staged(tier=2, since=timezone.now() - timedelta(days=1))
    chair, reference = case.board.chair, case.submission.reference
    form = page(case, chair, "restriction-place")
    assert "no stage opens" in form.lower()
    assert "Otherwise it lapses by itself." in form
    assert "The voting members have not met on this case." in form
    assert faults_in(text_of(post(chair, "restriction-place", reference, reason=" "))) == {
        "reason": "Please fill this in."
    }
    response = post(chair, "restriction-place", reference, reason=REASON)
    assert response["Location"] == f"/cases/{reference}/restriction/"
    assert Restriction.objects.get().reason == REASON


def test_card_and_standing_are_on_every_page_of_the_case() -> None:
    case, _row = halted()
    label = "An emergency restriction is in force"
    readers = {"author": case.author, "chair": case.board.chair, "reviewer": case.board.reviewers[0]}
    names = ("submission-detail", "decision-detail", "release-detail")
    shown = {(who, name): label in page(case, person, name) for who, person in readers.items() for name in names}
    assert set(shown.values()) == {True}
    assert re.search(r"in \d business days", page(case, case.author, "submission-detail"))
    listed = unescape(text_of(get(case.author, "submission-list")))
    assert "Restricted" in listed
    assert "Restricted" in unescape(text_of(get(case.board.leader, "leadership")))
    assert label in page(case, case.board.auditor, "decision-detail")


def test_open_stage_is_shown_as_halted() -> None:
    case = cases.staged(since=timezone.now() - timedelta(days=1))
    Stage.objects.filter(plan__decision__submission=case.submission, order=1).update(
        opened_at=timezone.now(), opened_by=case.board.coordinator
    )
    assert "Open now" in page(case, case.author, "release-detail")
    cases.restrict(case)
    html = page(case, case.author, "release-detail")
    assert ("Halted" in html, "Open now" in html) == (True, False)
    assert "An emergency restriction is in force." in page(case, case.board.coordinator, "release-detail")


def test_authors_and_reviewers_read_the_reason_and_neither_names_nor_votes() -> None:
    case, row = halted()
    cases.say_on(case, row, case.board.voters[:1], Vote.AGAINST)
    row.votes.update(reason=WHY)
    case.board.chair.display_name = "Canary chair"
    case.board.chair.save()
    known = {
        who: tuple(word in page(case, person) for word in (REASON, WHY, "Canary chair"))
        for who, person in {
            "author": case.author,
            "reviewer": case.board.reviewers[0],
            "member": case.board.members[1],
            "chair": case.board.chair,
        }.items()
    }
    assert known["author"] == (True, False, False)
    assert known["reviewer"] == (True, False, False)
    assert known["member"] == (True, True, True)


def test_member_votes_on_the_page_and_may_change_it() -> None:
    case, row = halted()
    member = case.board.members[0]
    assert 'id="vote"' in page(case, member)
    response = post(member, "restriction-vote", row.public_id, vote="against", reason="")
    assert faults_in(text_of(response)) == {"reason": "Please say why, in a sentence."}
    response = post(member, "restriction-vote", row.public_id, vote="for", reason="")
    assert response["Location"] == f"/cases/{case.submission.reference}/restriction/"
    assert "You may change your vote while the vote is open." in page(case, member)
    assert get(member, "restriction-vote", row.public_id)["Location"].endswith("/restriction/#vote")
    assert 'id="vote"' not in page(case, case.board.coordinator)


def test_vote_that_came_too_late_says_so_and_keeps_the_words() -> None:
    case, row = halted()
    cases.say_on(case, row, case.board.voters[:4])
    response = post(case.board.members[4], "restriction-vote", row.public_id, vote="against", reason=WHY)
    html = unescape(text_of(response))
    assert "The vote on this restriction is over." in html
    assert WHY in html
    assert 'id="vote"' not in page(case, case.board.members[4])


def test_lifting_on_the_pages() -> None:
    case, row = halted()
    chair, deputy = case.board.chair, case.board.deputy
    assert "Ask to lift it" in page(case, chair)
    assert post(chair, "restriction-ask-lift", row.public_id, reason=WHY).status_code == 302
    assert "Ask to lift it" not in page(case, chair)
    assert WHY in unescape(text_of(get(deputy, "restriction-answer-lift", row.public_id)))
    assert WHY not in page(case, case.author)
    response = post(deputy, "restriction-answer-lift", row.public_id, answer="lift")
    assert response.status_code == 302
    assert "It was lifted." in page(case, case.author)
    assert "Restrict it at once" in page(case, chair, "submission-detail")


def test_page_says_that_a_later_decision_ended_it() -> None:
    case, row = halted(tier=2)
    cases.say_on(case, row, case.board.voters[:4])
    before = page(case, case.board.chair)
    assert ("In force, ratified" in before, "Ask to lift it" in before) == (True, True)
    cases.decided_anew(case)
    html = page(case, case.board.chair)
    assert "A later decision took the place of what it restricted." in html
    assert ("In force, ratified" in html, "Ask to lift it" in html) == (False, False)


def test_my_work_asks_who_can_ratify_and_who_can_be_the_second_person() -> None:
    case, row = halted()
    member, deputy = case.board.members[0], case.board.deputy

    def work(person: User) -> str:
        return unescape(text_of(get(person, "my-work")))

    ratify, lift = "Ratify or refuse an emergency restriction", "Lift an emergency restriction or keep it"
    assert [(ratify in work(one), lift in work(one)) for one in (member, deputy)] == [(True, False), (False, False)]
    assert "Say whether it stands" in page(case, member, "submission-detail")
    cases.say_on(case, row, [member])
    assert ratify not in work(member)
    cases.ask_lift(case, row)
    assert [lift in work(one) for one in (member, deputy, case.board.chair, case.author)] == [True, True, False, False]
    assert "asks to lift the emergency restriction" in page(case, deputy, "submission-detail")


def test_restriction_that_lapsed_says_so_and_none_says_there_is_none() -> None:
    case, row = halted()
    Restriction.objects.filter(pk=row.pk).update(placed_at=row.placed_at.replace(year=2025), ratify_by=row.placed_at)
    assert "It lapsed: nobody ratified it in time." in page(case, case.author)
    assert "An emergency restriction is in force" not in page(case, case.author, "submission-detail")
    other = cases.staged(case.board, label="Other")
    response = get(other.author, "restriction-detail", other.submission.reference)
    assert response["Location"] == other.submission.get_absolute_url()


@pytest.mark.parametrize("votes", [1, 3])
def test_page_asks_the_same_for_any_number_of_votes(votes: int) -> None:
    case, row = halted()
    cases.say_on(case, row, case.board.voters[:votes])
    get(case.board.chair, "restriction-detail", case.submission.reference)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(case, case.board.chair)
    assert len(asked) == QUERIES


QUERIES = 56
