"""The head of a case says in every state where the case stands, whose turn it is, until when, and what comes next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.actions import note_absence
from accounts.models import User
from reviews.access.submission import sight
from reviews.actions import conflict, deliberation
from reviews.queries.head import Head
from reviews.queries.submission import revision_shown
from reviews.rules.states import Outcome, State, Vote
from reviews.views import docket
from reviews.views.components import Docket, Due
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db
COLUMNS = ["State", "Whose turn", "Due", "Tier", "Asks for", "Clock"]


def built(case: Case, person: User, tab: str = "") -> Docket:
    """The head as this person has it right after the last step of the case."""
    found = case.again()
    view = sight(person, found)
    head = Head(found, case.now, revision_shown(found, as_author=view.as_author))
    return docket.build(person, head, view, tab=tab)


def columns(made: Docket) -> dict[str, object]:
    """What stands under each heading."""
    return {str(fact.label): fact.value for fact in made.facts}


def notes(made: Docket) -> dict[str, str]:
    """The smaller line under each heading."""
    return {str(fact.label): str(fact.note) for fact in made.facts}


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.IN_REVIEW, State.DELIBERATION])
def test_every_running_state_says_the_same_six_things_and_a_next_step(state: State) -> None:
    case = cases.submission_in(state, tier=3)
    people = [case.author] if state is State.DRAFT else [case.author, case.board.coordinator, case.board.chair]
    for person in people:
        made = built(case, person)
        assert [str(fact.label) for fact in made.facts] == COLUMNS
        assert made.next is not None
        assert made.next.text
        assert made.next.waiting or made.next.button is not None
        assert all(fact.value is not None or fact.template == "tier" for fact in made.facts)
        page = text_of(get(person, "submission-detail", case.submission.reference))
        assert "Next step for you:" in page or "Nothing for you now." in page


def test_draft_says_that_nothing_runs_yet() -> None:
    case = cases.draft(tier=3)
    made = built(case, case.author)
    said = columns(made)
    assert (said["Whose turn"], said["Due"], said["Tier"], said["Clock"]) == ("Authors", "No date", None, "Not running")
    assert said["Asks for"] == "Full text"
    assert notes(made)["Tier"] == "scored when submitted"
    assert "Not scored yet" in text_of(get(case.author, "submission-detail", case.submission.reference))


def test_returned_case_keeps_the_tier_of_the_revision_before_and_its_clock_stands() -> None:
    case = cases.submission_in(State.RETURNED, tier=2)
    made = built(case, case.author)
    assert (columns(made)["Tier"], notes(made)["Tier"]) == (2, "revision 1; then scored anew")
    assert notes(made)["Clock"] == "stopped"
    assert made.next is not None
    assert "work in what the board asks for" in str(made.next.text)


def test_returned_case_has_the_draft_for_its_authors_and_the_frozen_revision_for_the_board() -> None:
    case = cases.submission_in(State.RETURNED, tier=3)
    authors = [str(one.label) for one in built(case, case.author).tabs]
    assert authors == ["Overview", "Files", "Answers", "Assessment", "Discussion", "Questions", "Record"]
    board = [str(one.label) for one in built(case, case.board.coordinator).tabs]
    assert board == [
        "Overview", "Files", "Answers", "Assessment", "Evidence", "Reviews", "Discussion", "Questions", "Record",
    ]  # fmt: skip


@pytest.mark.parametrize("state", [State.DECIDED, State.WITHDRAWN])
def test_closed_case_says_since_when(state: State) -> None:
    case = cases.submission_in(state, tier=3)
    made = built(case, case.author)
    decided = state is State.DECIDED
    assert [str(fact.label) for fact in made.facts] == [
        "State", "Whose turn", "In force since" if decided else "Since", "Tier",
        "Granted" if decided else "Asks for", "Clock",
    ]  # fmt: skip
    due = made.facts[2].value
    assert isinstance(due, Due)
    assert (due.at, columns(made)["Whose turn"]) == (case.submission.state_entered_at, "Nobody")


def test_decided_case_stops_counting_days() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    before = columns(built(case, case.author))["Clock"]
    case.later(days=30)
    assert columns(built(case, case.author))["Clock"] == before


def test_decided_case_prints_each_part_with_its_outcome() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    parts = case.submission.decisions.get().parts.all()
    assert columns(built(case, case.author))["Granted"] == tuple(
        (part.get_kind_display().title(), part.outcome) for part in parts
    )


def test_waiting_people_read_until_when_and_for_whom() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    chair, author = built(case, case.board.chair).next, built(case, case.author).next
    assert chair is not None
    assert author is not None
    assert (chair.waiting, author.waiting) == (True, True)
    assert str(chair.text).startswith("Reviewers are reading; each judges alone before seeing the others. Due ")
    assert str(author.text).startswith("Reviewers are reading; each judges alone before seeing the others. Due ")
    assert chair.text != author.text  # one reviewer's date is not for authors


def test_question_lets_everybody_know_that_the_clock_stands() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    deliberation.ask(submission=case.submission, text="How?", by=case.board.coordinator, now=case.later())
    made = built(case, case.board.chair)
    assert (columns(made)["Due"], notes(made)["Due"], notes(made)["Clock"]) == (
        "No date", "until the authors answer", "stopped",
    )  # fmt: skip
    assert made.next is not None
    assert "the clock is stopped" in str(made.next.text)


def test_coordinator_reads_whose_review_is_late() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    cases.settle_evidence(case)
    case.later(days=60)
    made = built(case, case.board.coordinator)
    assert made.next is not None
    for person in case.reviewers:
        assert person.display_name in str(made.next.text)
    for person in (case.author, case.board.chair):
        shown = built(case, person).next
        assert shown is not None
        assert "late" not in str(shown.text)


def test_board_follows_the_ballot_and_authors_do_not() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.clear_holds(case)
    chair, author = case.board.chair, case.author
    assert "no motion is open yet" in str(built(case, chair).next)
    made = cases.put(case)
    assert "vote on motion 1" in str(built(case, chair).next)
    assert "See the deliberation" in str(built(case, chair).next)
    assert "motion" not in str(built(case, author).next)
    assert "/deliberation/" not in str(built(case, author).next)
    cases.vote(case, made, choice=Vote.AGAINST)
    assert "everybody has voted, and the motion has not carried" in str(built(case, chair).next)


def test_carried_motion_waits_for_its_hold() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    made = cases.put(case, outcome=Outcome.FULL)
    cases.vote(case, made)
    assert "once the hold is cleared" in str(built(case, case.board.chair).next)
    cases.clear_holds(case)
    assert "Finalising is your signature" in str(built(case, case.board.chair).next)


def test_people_with_a_conflict_have_no_head() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    conflict.declare(submission=case.submission, type_key="financial", by=case.board.chair, now=case.later())
    made = built(case, case.board.chair)
    assert (made.next, made.tabs) == (None, ())


def test_deliberation_says_how_many_have_voted_to_those_who_see_the_board() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:2])
    cases.declare(case, case.board.voters[0])
    case.again()
    assert "1 of 6 voted" in text_of(get(case.board.chair, "submission-detail", case.submission.reference))
    for person in (case.author, case.board.reviewers[0]):
        assert not re.search(r"\d of \d voted", text_of(get(person, "submission-detail", case.submission.reference)))


def test_deliberation_counts_nobody_who_was_known_to_be_away() -> None:
    case = cases.submission_in(State.DELIBERATION)
    today = case.now.date()
    note_absence(
        user=case.board.voters[6], from_date=today, until_date=today + timedelta(days=3000), stand_in=None,
        by=case.board.voters[6], now=case.later(),
    )  # fmt: skip
    cases.vote(case, cases.put(case), case.board.voters[:2])
    assert "2 of 6 voted" in text_of(get(case.board.chair, "submission-detail", case.submission.reference))


def turn(case: Case, person: User) -> tuple[object, str]:
    """Whose turn it is on a case, and what that is about."""
    made = built(case, person)
    return columns(made)["Whose turn"], notes(made)["Whose turn"]


def test_closed_case_says_who_owes_an_answer_beside_its_state() -> None:
    case, nobody = cases.staged(), ("Nobody", "")
    author, coordinator = case.author, case.board.coordinator
    assert [turn(case, person) for person in (author, coordinator)] == [nobody, nobody]
    asked = ("The board", "a request to open the case again waits for its answer")
    cases.ask_re_review(case)
    assert [turn(case, person) for person in (author, coordinator)] == [nobody, asked]
    restricted = ("Voting members", "the emergency restriction waits for their vote")
    cases.restrict(case)
    assert [turn(case, person) for person in (author, coordinator)] == [restricted, restricted]
    appealed = ("Judges of the appeal", "nothing more is released until they decide")
    cases.appeal_against(case)
    assert [turn(case, person) for person in (author, coordinator)] == [appealed, appealed]


def test_author_reads_that_their_own_request_waits() -> None:
    case = cases.staged()
    cases.ask_amendment(case)
    assert turn(case, case.author) == ("The board", "a request to open the case again waits for its answer")
