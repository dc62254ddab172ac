"""Who sees which case: the predicate and the row filter agree on every person, state and level."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.actions import deactivate
from accounts.models import User
from reviews.access.committee import forget
from reviews.access.submission import can_view, sight
from reviews.actions import assignment, conflict, decision, motion, submission
from reviews.actions.committee import appoint, dismiss
from reviews.models import Decision, Hold
from reviews.queries.submission import get_visible
from reviews.rules.states import CommitteeRole, State, Vote
from reviews.rules.visibility import Level, Sight
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.factories.remembered import remembered
from tests.reviews.actions.scenes import open_ballot, whole_cast
from tests.reviews.rowfilter import visible_to

pytestmark = pytest.mark.django_db


# Several people of one kind teach nothing; one of each is asked.
ALIKE = {
    "member 1", "member 2", "member 3", "external 1", "reviewer 2", "reviewer 4", "security_officer", "export_officer",
}  # fmt: skip
LEVELS = [level for level in Level if level is not Level.NONE]


def tell_apart(people: dict[str, User], *seen: Case) -> list[dict[str, Level]]:
    """The level of each person on each case by the predicate, once the row filter gave the same cases."""
    found = [{name: sight(person, case.submission).level for name, person in people.items()} for case in seen]
    for name, person in people.items():
        for level in LEVELS:
            listed = visible_to(person, level)
            allowed = {case.submission.pk for case, of in zip(seen, found, strict=True) if of[name] >= level}
            assert listed == allowed, (name, level.name, [case.submission.state for case in seen])
    return found


def decline(case: Case) -> None:
    row = cases.offer(case, case.board.reviewers[3])
    assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=case.later())


def lapse(case: Case) -> None:
    assignment.lapse(assignment=cases.offer(case, case.board.reviewers[3]), now=case.later())


def take_back(case: Case) -> None:
    made = cases.accept(case, cases.offer(case, case.board.reviewers[3]))
    assignment.take_back(
        assignment=made.assignment, reason="Enough.", by=case.board.coordinator, now=case.later()
    )  # fmt: skip


def recuse(case: Case) -> None:
    made = cases.accept(case, cases.offer(case, case.board.reviewers[3]))
    conflict.declare(
        submission=case.submission, type_key="personal", by=made.assignment.reviewer, now=case.later()
    )  # fmt: skip


def file_one(case: Case) -> None:
    made = cases.accept(case, cases.offer(case, case.board.reviewers[3]))
    cases.file_review(case, made)


def only_offer(case: Case) -> None:
    cases.offer(case, case.board.reviewers[3])


def held_and_cleared(case: Case) -> None:
    cases.clear_holds(case)


def chair_steps_aside(case: Case) -> None:
    conflict.declare(submission=case.submission, type_key="personal", by=case.board.chair, now=case.later())


def return_it(case: Case) -> None:
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )


def return_and_resubmit(case: Case) -> None:
    for row in case.submission.assignments.filter(status="accepted"):
        cases.file_review(case, row.review)
    return_it(case)
    cases.submit(case)


def send_back(case: Case) -> None:
    found = Decision.objects.get(submission=case.submission)
    seats = {1: case.board.coordinator, 2: case.board.chair}
    by = seats.get(found.tier, case.board.officers["head_of_research"])
    decision.send_back(decision=found, reason="No.", version=case.version, by=by, now=case.later())


def return_by_vote(case: Case) -> None:
    row = motion.put_return(
        submission=case.submission, rationale="Redact.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    cases.vote(case, row, choice=Vote.FOR)
    motion.finalise_return(motion=row, version=case.version, by=case.board.chair, now=case.later())


def withdraw(case: Case) -> None:
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())


def give_away(case: Case) -> None:
    cases.give_away(case)


def give_away_after_work(case: Case) -> None:
    """Holds cleared, a review filed, a seat open, then gone."""
    cases.clear_holds(case)
    file_one(case)
    cases.give_away(case)


def give_away_after_a_vote(case: Case) -> None:
    """Signed, sent back, returned by vote, submitted again, then gone."""
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    send_back(case)
    return_by_vote(case)
    cases.submit(case)
    cases.give_away(case)


def give_away_to_another_policy(case: Case) -> None:
    cases.give_away(case, cases.elsewhere(policy=cases.other_policy()))


MOMENTS: list[tuple[State, int, Callable[[Case], None] | None]] = [
    *((state, 2, None) for state in State if state is not State.DELIBERATION),
    (State.SUBMITTED, 3, None),
    (State.SUBMITTED, 3, held_and_cleared),
    (State.SUBMITTED, 4, return_it),
    (State.IN_REVIEW, 3, only_offer),
    (State.IN_REVIEW, 3, decline),
    (State.IN_REVIEW, 2, lapse),
    (State.IN_REVIEW, 2, take_back),
    (State.IN_REVIEW, 2, recuse),
    (State.IN_REVIEW, 3, file_one),
    (State.IN_REVIEW, 3, return_and_resubmit),
    (State.IN_REVIEW, 3, withdraw),
    (State.DELIBERATION, 3, None),
    (State.DELIBERATION, 3, chair_steps_aside),
    (State.DELIBERATION, 3, held_and_cleared),
    (State.DELIBERATION, 3, return_by_vote),
    (State.DELIBERATION, 4, withdraw),
    (State.SUBMITTED, 3, give_away),
    (State.IN_REVIEW, 3, give_away_after_work),
    (State.IN_REVIEW, 4, give_away_to_another_policy),
    (State.DELIBERATION, 3, give_away_after_a_vote),
    (State.SIGN_OFF, 1, None),
    (State.SIGN_OFF, 1, send_back),
    (State.SIGN_OFF, 3, None),
    (State.SIGN_OFF, 4, chair_steps_aside),
    (State.SIGN_OFF, 3, send_back),
    (State.DECIDED, 0, None),
    (State.DECIDED, 1, None),
    (State.DECIDED, 4, None),
]


@remembered
def two_boards() -> tuple[Board, Board]:
    """That of the cases, and one that has nothing to do with them."""
    return board(), board("Another board")


def add_the_odd_ones(case: Case, people: dict[str, User], elsewhere: Board) -> None:
    """People who are several things at once, or were something."""
    made: Board = case.board

    def person(name: str, *roles: CommitteeRole) -> User:
        people[name] = UserFactory(display_name=name)
        for role in roles:
            appoint(committee=made.committee, user=people[name], role=role, by=made.administrator, now=case.now)
        return people[name]

    author = person("author who runs the committee", *CommitteeRole)
    case.submission.contributors.create(user=author, name="Author Two", order=8)
    person("gone", *CommitteeRole)
    deactivate(user=people["gone"], by=made.administrator, now=case.now)
    people["gone"].refresh_from_db()
    gone_author = person("author who is gone")
    case.submission.contributors.create(user=gone_author, name="Author Three", order=9)
    deactivate(user=gone_author, by=made.administrator, now=case.now)
    gone_author.refresh_from_db()
    holder = person("second of every role", *CommitteeRole)
    stepped = person("stepped aside", *CommitteeRole)
    assert holder.pk != stepped.pk
    if case.again().submitted_at is not None:
        conflict.declare(submission=case.submission, type_key="personal", by=stepped, now=case.later())
    people.update({f"{name} of another board": p for name, p in whole_cast(Case(case.submission, case.author, elsewhere,
        case.now)).items() if name in ("chair", "coordinator", "member 0", "reviewer 0", "legal_officer")})  # fmt: skip


@pytest.mark.parametrize(("state", "tier", "then"), MOMENTS)
def test_predicate_and_row_filter_agree(state: State, tier: int, then: Callable[[Case], None] | None) -> None:
    made, elsewhere = two_boards()
    case = cases.submission_in(state, made=made, tier=tier)
    if then is not None:
        then(case)
        case.again()
    before = {} if case.board is made else whole_cast(Case(case.submission, case.author, made))
    # A second case of the same board with everybody in other places: rows of one must not open the other.
    other = cases.submission_in(State.DELIBERATION, made=made, label="Second")
    people = {name: person for name, person in whole_cast(case).items() if name not in ALIKE}
    add_the_odd_ones(case, people, elsewhere)
    people.update({f"{name} of the board before": person for name, person in before.items() if name not in ALIKE})
    case.again()
    found_here, found_there = tell_apart(people, case, other)
    gone = [name for name in before if name not in {"author", "leader", "auditor", *ALIKE}]
    assert {found_here[f"{name} of the board before"] for name in gone} <= {Level.NONE}
    for found in (found_here, found_there):
        nobody = [name for name in people if name.endswith("of another board")]
        nobody += ["stranger", "superuser", "administrator", "gone", "author who is gone"]
        assert {found[name] for name in nobody} == {Level.NONE}


# Author, who runs the committee, seated reviewer, voter, officer of the hold, signatory, leader, auditor.
@pytest.mark.parametrize(
    ("state", "tier", "levels"),
    [
        (State.DRAFT, 3, "MATERIAL NONE NONE NONE NONE NONE NONE NONE"),
        (State.SUBMITTED, 3, "MATERIAL MATERIAL NONE NONE MATERIAL NONE SUMMARY RECORD"),
        (State.RETURNED, 3, "MATERIAL MATERIAL NONE NONE RECORD NONE SUMMARY RECORD"),
        (State.IN_REVIEW, 3, "MATERIAL MATERIAL MATERIAL NONE MATERIAL NONE SUMMARY RECORD"),
        (State.DELIBERATION, 3, "MATERIAL MATERIAL MATERIAL MATERIAL MATERIAL NONE SUMMARY RECORD"),
        (State.DECIDED, 2, "MATERIAL MATERIAL MATERIAL NONE NONE NONE SUMMARY RECORD"),
        (State.DECIDED, 4, "MATERIAL MATERIAL MATERIAL MATERIAL NONE RECORD SUMMARY RECORD"),
        (State.WITHDRAWN, 3, "MATERIAL NONE NONE NONE NONE NONE NONE NONE"),
    ],
)
def test_levels_by_hand(state: State, tier: int, levels: str) -> None:
    case = cases.submission_in(state, tier=tier)
    made = case.board
    assert made.leader is not None
    assert made.auditor is not None
    # At tier 4 the hold is the biosecurity officer's, and head of research and executive have signed.
    signer = made.officers["executive"]
    people = [
        case.author, made.coordinator, made.reviewers[0], made.members[0], made.officers["legal_officer"], signer,
        made.leader, made.auditor,
    ]  # fmt: skip
    assert " ".join(sight(person, case.submission).level.name for person in people) == levels
    assert [can_view(made.leader, case.submission, level) for level in LEVELS] == [
        sight(made.leader, case.submission).level >= level for level in LEVELS
    ]
    for person in (made.chair, made.deputy):
        assert sight(person, case.submission).level == sight(made.coordinator, case.submission).level


def test_officer_sees_the_material_while_the_hold_is_open_and_the_record_afterwards() -> None:
    case = cases.submit(cases.draft(tier=3))
    officer = case.board.officers["legal_officer"]
    assert sight(officer, case.submission).level is Level.MATERIAL
    cases.clear_holds(case)
    assert sight(officer, case.submission) == Sight(Level.RECORD)
    return_it(case)
    cases.submit(case)
    assert Hold.objects.filter(cleared_at=None).count() == 1
    assert sight(officer, case.again()).level is Level.MATERIAL


def test_uncleared_hold_of_an_old_revision_opens_nothing() -> None:
    case = cases.submit(cases.draft(tier=3))
    officer = case.board.officers["legal_officer"]
    return_it(case)
    assert sight(officer, case.again()) == Sight(Level.RECORD)


def test_uncleared_hold_of_a_withheld_case_leaves_the_record() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)
    assert sight(case.board.officers["legal_officer"], case.submission) == Sight(Level.RECORD)


def test_signatory_sees_the_material_while_the_seat_is_open_and_the_record_afterwards() -> None:
    case, row = open_ballot()
    person = case.board.officers["head_of_research"]
    assert sight(person, case.submission).level is Level.NONE
    cases.vote(case, row)
    cases.finalise(case, row)
    assert sight(person, case.submission).level is Level.MATERIAL
    cases.sign_all(case)
    assert sight(person, case.submission) == Sight(Level.RECORD)


def test_reviewer_is_blind_from_the_offer_to_the_filing() -> None:
    case = cases.submit(cases.draft())
    person = case.board.reviewers[0]
    row = cases.offer(case, person)
    assert sight(person, case.submission) == Sight(Level.SUMMARY)
    made = cases.accept(case, row)
    assert sight(person, case.submission) == Sight(Level.MATERIAL)
    cases.file_review(case, made)
    assert sight(person, case.submission) == Sight(Level.MATERIAL, scores=True, peers=True)


def test_reviewer_who_is_asked_again_is_blind_before_answering() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    person = case.board.reviewers[0]
    return_and_resubmit(case)
    row = case.again().assignments.get(revision=case.submission.revision, reviewer=person)
    assert row.status == "offered"
    assert sight(person, case.submission) == Sight(Level.MATERIAL)


def test_chair_who_reviews_is_blind_too() -> None:
    case = cases.submit(cases.draft())
    made = case.board
    appoint(committee=made.committee, user=made.chair, role=CommitteeRole.REVIEWER, by=made.administrator, now=case.now)
    cases.accept(case, cases.offer(case, made.chair))
    assert sight(made.chair, case.submission) == Sight(Level.MATERIAL)


def test_leaving_the_committee_ends_sight_at_once() -> None:
    case = cases.submission_in(State.DELIBERATION)
    for person in (case.board.chair, case.board.members[0]):
        assert can_view(person, case.submission)
        dismiss(membership=person.memberships.get(), by=case.board.administrator, now=case.later())
        assert not can_view(person, case.submission)
        assert get_visible(person, case.submission.reference) is None


def test_get_visible_asks_the_same_question() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    reference = case.submission.reference
    people = [case.author, case.board.coordinator, case.board.reviewers[0], case.board.leader, case.board.members[0]]
    found = [[get_visible(person, reference, level) is not None for level in LEVELS] for person in people if person]
    assert found == [[True] * 4, [True] * 4, [True] * 4, [True, False, False, False], [False] * 4]
    assert get_visible(case.author, "RB-2026-ZZZZZ") is None


def test_what_a_page_reads_is_kept_until_it_forgets() -> None:
    """A page asks once; what it acts on is asked again, since a conflict may have come in meanwhile."""
    case = cases.submission_in(State.IN_REVIEW)
    person = case.board.coordinator
    kept = get_visible(person, case.submission.reference)
    assert kept is not None
    conflict.declare(submission=case.submission, type_key="personal", by=person, now=case.later())
    assert sight(person, kept).level is Level.MATERIAL
    forget(kept)
    assert sight(person, kept).level is Level.NONE


def test_officer_whose_hold_was_never_cleared_keeps_the_record_alone() -> None:
    """The hold ends with its revision, and with the case; what they were asked about stays on their record."""
    returned = cases.submission_in(State.SUBMITTED, tier=3)
    officer = returned.board.officers["legal_officer"]
    assert sight(officer, returned.again()).level == Level.MATERIAL
    submission.return_to_authors(
        submission=returned.submission, reason="Please add the card.", version=returned.version,
        by=returned.board.coordinator, now=returned.later(),
    )  # fmt: skip
    assert sight(officer, returned.again()).level == Level.RECORD

    withheld = cases.submission_in(State.DELIBERATION, made=returned.board, tier=3, label="Withheld")
    ballot = cases.put(withheld)
    cases.vote(withheld, ballot)
    cases.finalise(withheld, ballot)
    cases.sign_all(withheld)
    assert sight(officer, withheld.again()).level == Level.RECORD
