"""The ballot sheet says of each voter the same that the count goes by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actions import cancel_absence, note_absence
from accounts.models import Absence, User
from reviews.actions import conflict
from reviews.actions.committee import appoint, dismiss
from reviews.models import Submission
from reviews.queries import heads, work
from reviews.queries import motion as queries
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import whole

pytestmark = pytest.mark.django_db


def test_sheet_names_as_experts_whom_the_count_takes_for_experts() -> None:
    """A tripwire alone set the tier, so that no domain was scored: what it feeds leads."""
    case = cases.submit(cases.draft(answers=whole({**cases.answers_for(0), "trip_csam": "yes"})))
    cases.reviewed(case)
    assert case.again().state == State.DELIBERATION
    motion = cases.put(case)
    cases.vote(case, motion)
    sheet = queries.sheet(motion, case.again(), now=case.now)
    voted = [row for row in sheet.rows if row.ballot is not None]

    assert queries.leading_domain(motion.revision) == "sexual_abuse"
    assert "expert_top_domain" in [seat.key for seat in sheet.count.seats]
    for seat in sheet.count.seats:
        assert sum(seat.key in row.seats for row in voted) == seat.present
    experts = [row.person.display_name for row in sheet.rows if "expert_top_domain" in row.seats]
    assert experts == ["Member 0", "Member 1", "Member 2"]  # the four others know this domain no more than any


def go_away(case: Case, person: User, *, days: int = 30) -> Absence:
    """This person notes that they are away from today on."""
    today = case.now.date()
    return note_absence(
        user=person, from_date=today, until_date=today + timedelta(days=days), stand_in=None, by=person,
        now=case.later(),
    )  # fmt: skip


def counts(case: Case, made: object) -> tuple[int, int, int]:
    found = queries.tally(made, case.again(), now=case.now)  # type: ignore[arg-type]
    return found.eligible, found.present, found.quorum_needed


def test_who_was_known_to_be_away_before_the_motion_is_not_counted_unless_they_vote() -> None:
    case = cases.submission_in(State.DELIBERATION)
    away = case.board.voters[3:6]
    for person in away:
        go_away(case, person)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:2])
    assert counts(case, made) == (4, 2, 3)
    cases.vote(case, made, away[:1])
    assert counts(case, made) == (5, 3, 3)
    rows = {row.person: row.is_counted for row in queries.sheet(made, case.submission, now=case.now).rows}
    assert rows == {person: person not in away[1:] for person in case.board.voters}


def test_absence_that_is_noted_once_the_motion_is_put_makes_no_quorum_smaller() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case)
    for person in case.board.voters[3:]:
        go_away(case, person)
    assert counts(case, made) == (7, 0, 4)


def test_absence_that_is_over_not_begun_or_taken_back_counts_for_nothing() -> None:
    case = cases.submission_in(State.DELIBERATION)
    short, long, later = case.board.voters[:3]
    go_away(case, short, days=1)
    back = go_away(case, long)
    first = case.now.date() + timedelta(days=9)
    note_absence(user=later, from_date=first, until_date=first, stand_in=None, by=later, now=case.later())
    made = cases.put(case)
    assert counts(case, made)[0] == 5
    cancel_absence(absence=back, by=long, now=case.later())
    assert counts(case, made)[0] == 6
    case.later(days=3)
    assert counts(case, made)[0] == 7
    case.later(days=6)
    assert queries.tally(made, case.submission, now=case.now).eligible == (6 if case.now.date() == first else 7)


def test_stand_in_who_is_away_is_not_counted_either() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.leave_without_experts(case)
    person = cases.expert(case, display_name="Stand-in")
    cases.appoint_stand_in(case, person)
    assert len(queries.eligible(case.again())) == 5
    go_away(case, person)
    made = cases.put(case)
    assert counts(case, made)[0] == 4
    cases.vote(case, made, [person])
    assert counts(case, made)[0] == 5


def test_decision_keeps_who_was_away_and_the_chair_is_asked_without_them() -> None:
    case = cases.submission_in(State.DELIBERATION)
    away = case.board.voters[5:]
    for person in away:
        go_away(case, person)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:4])
    assert [duty.kind for duty in work.of(case.board.chair, now=case.now).duties] == []
    cases.vote(case, made, case.board.voters[4:5])
    assert [duty.kind for duty in work.of(case.board.chair, now=case.now).duties] == ["finalise"]
    rows = list(heads.with_rows(Submission.objects.all()))
    shared = heads.counting(heads.boards(rows), heads.build(rows, case.now))
    assert shared.away == {case.submission.pk: frozenset(person.pk for person in away)}
    found = cases.finalise(case, made)
    assert found.board["voters"] == [person.public_id for person in case.board.voters[:5]]
    assert sorted(found.board["absent"]) == sorted(person.public_id for person in away)
    assert (found.tally["eligible"], found.tally["present"]) == (5, 5)


def test_nothing_is_lost_for_good_that_who_is_away_could_carry() -> None:
    case = cases.submission_in(State.DELIBERATION)
    for person in case.board.voters[:3]:  # all experts
        go_away(case, person)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[3:6])
    assert queries.tally(made, case.again(), now=case.now).is_settled is False


def test_recount_leaves_out_who_stepped_aside_and_nobody_else() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:4])
    found = cases.finalise(case, made)
    found.refresh_from_db()
    stored = found.tally
    for _ in range(3):
        appoint(
            committee=case.board.committee, user=UserFactory(), role=CommitteeRole.MEMBER, by=case.board.administrator,
            now=case.later(),
        )  # fmt: skip
    gone = case.board.committee.memberships.get(user=case.board.voters[0], role=CommitteeRole.MEMBER)
    dismiss(membership=gone, by=case.board.administrator, now=case.later())
    assert queries.recount(found, case.again()).eligible == 7
    conflict.declare(submission=case.submission, type_key="personal", by=case.board.voters[6], now=case.later())
    again = queries.recount(found, case.again())
    assert (again.eligible, again.present, again.quorum_needed, again.carried) == (6, 4, 4, True)
    cases.sign_all(case)
    assert case.submission.state == State.DECIDED
    found.refresh_from_db()
    assert found.tally == stored
