"""What always holds, whatever people do, stated without asking the code that decides.

Counted by hand from the rows as they lie there: memberships, ballots, seats, the way from committee to committee.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.db.models import F

from accounts.models import OrganisationRole, User
from audit import log
from notifications import outbox
from reviews.access.submission import sight, sights
from reviews.models import (
    AppealJudge,
    Assessment,
    Assignment,
    Ballot,
    Conflict,
    Contributor,
    Decision,
    Evidence,
    Hold,
    Inquiry,
    Membership,
    Motion,
    Referral,
    ReleasePlan,
    Response,
    Review,
    Revision,
    SignOff,
    Submission,
    Transfer,
)
from reviews.rules.states import State
from reviews.rules.visibility import Level
from tests.factories.cases import Case
from tests.factories.committee import Board
from tests.reviews.actions.walk_world import PATHS, World, promise
from tests.reviews.rowfilter import visible_to

STEPS_OF_THE_TABLE = {
    ("draft", "submitted"), ("returned", "submitted"), ("submitted", "decided"), ("submitted", "in_review"),
    ("submitted", "returned"), ("in_review", "returned"), ("deliberation", "returned"), ("in_review", "deliberation"),
    ("in_review", "sign_off"), ("deliberation", "sign_off"), ("sign_off", "decided"), ("sign_off", "deliberation"),
    ("sign_off", "in_review"), ("in_review", "submitted"), ("submitted", "submitted"), ("decided", "returned"),
    ("withdrawn", "returned"),
    *((state.value, "withdrawn") for state in State if state not in (State.DECIDED, State.WITHDRAWN)),
}  # fmt: skip
SEATED = ["offered", "accepted", "done"]

Kept = dict[Any, list[dict[str, Any]]]


class Promises(World):
    """The invariants, and the long look at the end of a story."""

    def teardown(self) -> None:
        """The long look at the end, then everything is undone."""
        try:
            for case in self.cases:
                assert log.verify(case.submission.stream).faults == ()
                types = Counter(event.type for event in log.events(case.submission.stream))
                asked = Referral.objects.filter(submission=case.submission)
                assert [types[f"referral.{word}"] for word in ("sent", "answered", "taken_back")] == [
                    asked.count(), asked.exclude(answered_at=None).count(), asked.exclude(withdrawn_at=None).count(),
                ]  # fmt: skip
            queued = outbox.recent(limit=10_000, states=["queued"])
            for row in Conflict.objects.select_related("user", "submission"):
                known = (row.user.public_id, row.submission.reference)
                mine = [mail for mail in queued if (mail.recipient, mail.about) == known]
                assert all(mail.created_at > row.declared_at for mail in mine)
            for person in self.people[self.story % 5 :: 5]:
                self.check_sight(person)
        finally:
            self.stack.close()

    def check_sight(self, person: User) -> None:
        """The row filter gives the cases that the predicate allows."""
        person.refresh_from_db()
        found = sights(person, [case.submission for case in self.cases])
        for level in (Level.SUMMARY, Level.RECORD, Level.MATERIAL):
            assert visible_to(person, level) == {pk for pk, seen in found.items() if seen.level >= level}
        for case in self.cases:
            if person.pk in self.set_aside(case):
                assert not found[case.submission.pk].board
            if self.is_outside(person, case):
                assert found[case.submission.pk].level is Level.NONE

    def is_outside(self, person: User, case: Case) -> bool:
        """Whether nothing binds this person to the case since the committee that has it now was given it."""
        moved = Transfer.objects.filter(submission=case.submission).last()
        since = moved.transferred_at if moved is not None else case.submission.created_at
        bound = (
            Contributor.objects.filter(submission=case.submission, user=person),
            OrganisationRole.objects.filter(user=person, until_at=None),
            Membership.objects.filter(committee=case.submission.committee, user=person, until_at=None),
            Assignment.objects.filter(submission=case.submission, reviewer=person, offered_at__gt=since),
            Hold.objects.filter(revision__submission=case.submission, cleared_by=person, cleared_at__gt=since),
            SignOff.objects.filter(decision__submission=case.submission, signed_by=person, signed_at__gt=since),
            AppealJudge.objects.filter(appeal__submission=case.submission, user=person),
        )
        return case.submission.created_by_id != person.pk and not any(rows.exists() for rows in bound)

    @promise
    def one_current_decision_a_revision(self) -> None:
        current = Counter(Decision.objects.filter(sent_back_at=None).values_list("revision", flat=True))
        assert all(count == 1 for count in current.values())

    @promise
    def new_decisions_rest_on_enough_people(self) -> None:
        for row in Decision.objects.exclude(pk__in=self.known).select_related("motion", "revision__policy"):
            self.known.add(row.pk)
            if row.basis == "board":
                self.check_board(row)
            if row.basis in ("reviewer", "reviewers"):
                seated = row.revision.assignments.filter(status="done")
                out = self.set_aside(next(case for case in self.cases if case.submission.pk == row.submission_id))
                people = set(seated.values_list("reviewer_id", flat=True))
                assert len(people) >= row.revision.policy.pack.tier(row.tier).reviewers
                assert not people & out

    def check_board(self, row: Decision) -> None:
        """Count by hand, from memberships and ballots as they lie there."""
        case = next(case for case in self.cases if case.submission.pk == row.submission_id)
        out = self.set_aside(case)
        held = Membership.objects.filter(
            committee=case.submission.committee,
            role__in=["member", "external_member"],
            until_at=None,
            user__is_active=True,
        )
        board_now = set(held.values_list("user_id", flat=True)) - out
        ballots = {b.voter_id: b.vote for b in Ballot.objects.filter(motion=row.motion) if b.voter_id in board_now}
        rules = row.revision.policy.pack.tier(row.tier)
        assert rules.quorum is not None
        assert rules.approval is not None
        share = Fraction(len(ballots), len(board_now))
        quorum = rules.quorum
        assert share > quorum.share if quorum.strictly_more else share >= quorum.share
        assert len(ballots) >= quorum.at_least
        votes = Counter(ballots.values())
        yes, cast = votes["for"], votes["for"] + votes["against"]
        approval = rules.override if row.tally["is_override"] and rules.override is not None else rules.approval
        assert yes > approval.share * cast if approval.strictly_more else yes >= approval.share * cast
        assert yes > 0
        assert (row.tally["eligible"], row.tally["present"], row.tally["votes_for"]) == (
            len(board_now), len(ballots), yes,
        )  # fmt: skip
        assert row.finalised_by_id not in out
        assert row.finalised_by_id != row.motion.put_by_id

    @promise
    def permissive_decisions_in_force_have_two_people(self) -> None:
        for row in Decision.objects.filter(effective_at__isnull=False).exclude(basis="system"):
            signed = list(row.sign_offs.values_list("signed_by", flat=True))
            assert None not in signed
            assert len(set(signed)) == len(signed)
            assert row.motion.put_by_id not in signed
            if row.parts.exclude(outcome="withheld").exists():
                before = {row.motion.put_by_id} - {None}
                filed = Review.objects.filter(assignment__revision=row.revision, filed_at__isnull=False)
                before |= set(filed.values_list("assignment__reviewer", flat=True))
                assert len(before | set(signed)) >= 2
                assert not row.revision.holds.filter(cleared_at=None).exists()

    @promise
    def stages_stand_in_order(self) -> None:
        for plan in ReleasePlan.objects.prefetch_related("stages"):
            rows = sorted(plan.stages.all(), key=lambda row: row.order)
            opened = [row.opened_at for row in rows]
            count = sum(moment is not None for moment in opened)
            assert all(moment is not None for moment in opened[:count])
            assert sum(row.opened_at is not None and row.closed_at is None for row in rows) == min(count, 1)
            for before, after in pairwise(moment for moment in opened if moment is not None):
                assert (after - before).days >= plan.dwell_days

    @promise
    def states_move_along_the_table_with_one_event_each(self) -> None:
        for case in self.cases:
            events = [event.data for event in log.events(case.submission.stream) if "from" in event.data]
            steps = [(data["from"], data["to"]) for data in events]
            assert set(steps) <= STEPS_OF_THE_TABLE
            assert all(before[1] == after[0] for before, after in pairwise(steps))
            assert [data["version"] for data in events] == list(range(1, len(steps) + 1))
            assert (steps[-1][1] if steps else "draft", len(steps)) == (case.submission.state, case.version)

    # ---------------------------------------------------------------- other committees, other bodies

    def kept(self, case: Case) -> Kept:
        """Every row that a transfer has to leave as it is: what was written, given, asked, found and voted."""
        lasting = (Revision, Response, Evidence, Hold, Inquiry, Conflict, Referral, Review, Motion, Ballot, Decision)
        return {
            model: list(
                model.objects.filter(**{PATHS.get(model, "submission"): case.submission}).order_by("pk").values()
            )
            for model in lasting
        }

    def check_transferred(self, case: Case, before: Submission, kept: Kept, target: Board) -> None:
        """The case right after a transfer: all of it is there, and nobody of the committee before is."""
        after, revision = case.submission, case.submission.revision
        row = Transfer.objects.filter(submission=after).last()
        assert (row.source, row.target, row.transferred_at) == (before.committee, target.committee, case.now)
        assert (after.committee, after.deliberation_opened_at) == (target.committee, None)
        assert Assignment.objects.filter(submission=after, status__in=SEATED).count() == 0
        assert Motion.objects.filter(revision__submission=after, status="open").count() == 0
        assert Decision.objects.filter(revision=revision, sent_back_at=None).count() == 0
        for model, rows in kept.items():
            assert list(model.objects.filter(pk__in=[row["id"] for row in rows]).order_by("pk").values()) == rows
        assessments = list(revision.assessments.order_by("pk"))
        if before.revision.policy == target.committee.policy:
            assert (after.state, after.version, after.revision) == ("submitted", before.version + 1, before.revision)
            assert (assessments[-1].basis, assessments[-1].made_at) == ("transfer", case.now)
            assert assessments[-1].result == assessments[0].result
        else:
            number = before.revision.number + 1
            assert (after.state, after.version, revision.number) == ("returned", before.version + 2, number)
            assert (revision.policy, revision.frozen_at, assessments) == (target.committee.policy, None, [])
        waiting = {mail.template for mail in outbox.recent(limit=10_000, states=["queued"]) if
                   mail.about == after.reference}  # fmt: skip
        assert {name for name in waiting if name.startswith(("reminder.", "assignment."))} <= {"assignment.taken_back"}
        old = next(made for made in self.boards if made.committee == before.committee)
        for person in [old.chair, old.coordinator, old.members[0], *old.reviewers, old.officers["legal_officer"]]:
            if self.is_outside(person, case):
                assert sight(person, after).level is Level.NONE

    @promise
    def nothing_of_the_committee_before_counts(self) -> None:
        if not self.is_given_away:
            return
        before = "transfers__transferred_at__gte"
        seats = Assignment.objects.filter(status__in=SEATED, **{f"submission__{before}": F("offered_at")})
        motions = Motion.objects.filter(status="open", **{f"revision__submission__{before}": F("put_at")})
        decisions = Decision.objects.filter(
            sent_back_at=None, revision=F("submission__revision"), **{f"submission__{before}": F("finalised_at")}
        )
        boards = Submission.objects.filter(**{before: F("deliberation_opened_at")})
        assert [rows.count() for rows in (seats, motions, decisions, boards)] == [0, 0, 0, 0]

    @promise
    def transfers_lead_from_one_committee_to_the_next(self) -> None:
        for case in self.cases if self.is_given_away else ():
            rows = list(Transfer.objects.filter(submission=case.submission).order_by("pk"))
            stops = [self.boards[0].committee.pk, *(row.target_id for row in rows)]
            assert [(row.source_id, row.target_id) for row in rows] == list(pairwise(stops))
            assert case.submission.committee_id == stops[-1]
            told = [event for event in log.events(case.submission.stream) if event.type == "submission.transferred"]
            assert [event.at for event in told] == [row.transferred_at for row in rows]
            newest = Assessment.objects.filter(revision=case.submission.revision).last()
            if newest is not None and rows:
                assert newest.made_at >= rows[-1].transferred_at

    @promise
    def what_another_body_answered_is_never_changed(self) -> None:
        for row in Referral.objects.values():
            assert row["answered_at"] is None or row["withdrawn_at"] is None
            if row["answered_at"] is not None or row["withdrawn_at"] is not None:
                assert self.settled.setdefault(row["id"], row) == row
