"""Who reads which message: predicate, row filter and the list of readers agree on every person and moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from reviews.access import comment as access
from reviews.access.committee import read_once
from reviews.access.twin import refusal
from reviews.models import AppealJudge, Assignment, Comment
from reviews.queries import comment as queries
from reviews.queries.submission import get_visible
from reviews.rules.states import Audience, Outcome, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.access.test_submission import (
    ALIKE,
    add_the_odd_ones,
    chair_steps_aside,
    file_one,
    give_away,
    held_and_cleared,
    return_and_resubmit,
    return_it,
    two_boards,
    withdraw,
)
from tests.reviews.actions.scenes import whole_cast

pytestmark = pytest.mark.django_db


def one_of_each(case: Case) -> list[Comment]:
    """A message for each audience, written when the coordinator still may."""
    return [cases.write(case, to) for to in Audience]


def decide(case: Case) -> None:
    cases.clear_holds(case)
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)


def finalise(case: Case) -> None:
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)


def step_in(case: Case) -> None:
    cases.leave_without_experts(case)
    cases.appoint_stand_in(case, cases.expert(case, display_name="Stands in"))


def appeal(case: Case) -> None:
    """An appeal that people from elsewhere hear."""
    decide_in_stages(case)
    cases.appoint_judges(case, cases.appeal_against(case), 1)


def appeal_and_reopen(case: Case) -> None:
    """The same, while the case is open again for another reason."""
    appeal(case)
    cases.reopened(case)


def decide_in_stages(case: Case) -> None:
    cases.clear_holds(case)
    row = cases.put(case, outcome=Outcome.STAGED, rung="redacted_preprint", first_rung="shared_agreement")
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)


MOMENTS: list[tuple[State, int, Callable[[Case], None] | None]] = [
    (State.SUBMITTED, 3, None),
    (State.SUBMITTED, 3, held_and_cleared),
    (State.SUBMITTED, 3, return_it),
    (State.SUBMITTED, 3, give_away),
    (State.IN_REVIEW, 3, None),
    (State.IN_REVIEW, 3, file_one),
    (State.IN_REVIEW, 3, return_and_resubmit),
    (State.IN_REVIEW, 3, withdraw),
    (State.DELIBERATION, 3, None),
    (State.DELIBERATION, 3, chair_steps_aside),
    (State.DELIBERATION, 3, step_in),
    (State.DELIBERATION, 3, finalise),
    (State.DELIBERATION, 4, decide),
    (State.DELIBERATION, 3, appeal),
    (State.DELIBERATION, 3, appeal_and_reopen),
    (State.SIGN_OFF, 2, None),
]


@pytest.mark.parametrize(("state", "tier", "then"), MOMENTS)
def test_predicate_row_filter_and_list_of_readers_agree(
    state: State, tier: int, then: Callable[[Case], None] | None
) -> None:
    made, elsewhere = two_boards()
    case = cases.submission_in(state, made=made, tier=tier)
    rows = one_of_each(case)
    if then is not None:
        then(case)
        case.again()
    # A second case of the same board with everybody in other places: messages of one must not open the other.
    other = cases.submission_in(State.DELIBERATION, made=made, label="Second")
    rows += one_of_each(other)
    people = {name: person for name, person in whole_cast(case).items() if name not in ALIKE}
    add_the_odd_ones(case, people, elsewhere)
    people |= {f"in the second, {name}": one for name, one in whole_cast(other).items() if name == "author"}
    people |= {row.user.display_name: row.user for row in case.submission.stand_ins.all()}
    people |= {
        row.user.display_name: row.user for row in AppealJudge.objects.filter(appeal__submission=case.submission)
    }
    case.again()
    for found in (case, other):
        found.again()
        read_once(found.submission)
    rows = list(Comment.objects.filter(pk__in=[row.pk for row in rows]))
    for row in rows:
        row.submission = case.submission if row.submission_id == case.submission.pk else other.submission
    listed = {found.submission.pk: access.readers(found.submission) for found in (case, other)}
    for name, person in people.items():
        asked = {row.pk for row in rows if access.can_read(person, row)}
        filtered = set(Comment.objects.visible_to(person).values_list("pk", flat=True))
        named = {
            row.pk for row in rows
            if person in listed[row.submission_id][Audience(row.audience)]
            and (row.audience == Audience.AUTHORS or row.committee_id == row.submission.committee_id)
        }  # fmt: skip
        assert (name, filtered) == (name, asked)
        assert (name, named) == (name, asked)


def reads(case: Case, person: User) -> str:
    """The audiences of which this person reads a message, by their first letters."""
    return "".join(row.audience[0] for row in Comment.objects.visible_to(person).filter(submission=case.submission))


def test_who_reads_what_while_a_case_is_in_review() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    one_of_each(case)
    first = Assignment.objects.order_by("pk")[0]
    made = case.board
    people = [
        made.coordinator, made.chair, made.officers["legal_officer"], first.reviewer, made.members[0], case.author,
        made.auditor, made.leader, made.administrator,
    ]  # fmt: skip
    assert [reads(case, person) for person in people if person] == ["bra", "bra", "bra", "", "", "a", "", "", ""]
    cases.file_review(case, first.review)
    assert reads(case, first.reviewer) == "ra"


def test_voters_read_what_was_written_before_they_came() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    one_of_each(case)
    assert reads(case, case.board.members[0]) == ""
    for row in Assignment.objects.order_by("pk"):
        cases.file_review(case, row.review)
    cases.settle_evidence(case)
    assert case.again().state == State.DELIBERATION
    assert reads(case, case.board.members[0]) == "bra"


def test_recused_voter_reads_nothing_any_more() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    one_of_each(case)
    voter = case.board.members[0]
    own = cases.write(case, Audience.BOARD, text="Mine.", by=voter)
    cases.declare(case, voter)
    assert reads(case, voter) == ""
    assert queries.by_public_id(own.public_id, voter) is None


def test_another_committee_reads_what_was_written_to_authors_and_nothing_else() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    one_of_each(case)
    before = case.board.coordinator
    cases.give_away(case)
    assert (reads(case, before), reads(case, case.board.coordinator), reads(case, case.author)) == ("", "a", "a")


def codes(case: Case, person: User) -> list[str]:
    """What stands in the way of this person's writing to each audience; empty where nothing does."""
    case.again()
    found = [refusal(access.check_can_start, person, case.submission, to) for to in Audience]
    return [refused.code if refused is not None else "" for refused in found]


def test_who_writes_to_whom() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    made = case.board
    first = Assignment.objects.order_by("pk")[0]
    assert codes(case, made.coordinator) == ["", "", ""]
    assert codes(case, first.reviewer) == ["no_part"] * 3
    assert codes(case, made.members[0]) == ["no_part"] * 3
    assert codes(case, case.author) == ["authors_reply"] * 3
    cases.file_review(case, first.review)
    assert codes(case, first.reviewer) == ["audience", "", "audience"]


def test_nobody_writes_once_the_case_is_decided_and_everybody_still_reads() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    one_of_each(case)
    decide(case)
    assert codes(case, case.board.chair) == ["wrong_state"] * 3
    assert (reads(case, case.board.chair), reads(case, case.author)) == ("bra", "a")


def test_authors_are_named_as_readers_only_where_they_are() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    found = access.readers(case.submission)
    made = case.board
    board = {made.coordinator, made.chair, made.deputy, *made.voters, made.officers["legal_officer"]}
    assert set(found[Audience.BOARD]) == board
    assert set(found[Audience.REVIEWERS]) == board | set(made.reviewers[:3])
    assert set(found[Audience.AUTHORS]) == board | set(made.reviewers[:3]) | {case.author}


@pytest.mark.parametrize("seats", [1, 3])
def test_readers_take_the_same_queries(seats: int, django_assert_num_queries: object) -> None:
    case = cases.submit(cases.draft(tier=3))
    for row in cases.seat_reviewers(case, seats):
        cases.file_review(case, row)
    kept = get_visible(case.board.coordinator, case.submission.reference, Level.MATERIAL)
    assert kept is not None
    with django_assert_num_queries(READERS):  # type: ignore[operator]
        access.readers(kept)


READERS = 6
