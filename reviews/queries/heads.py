"""The heads of many cases at once, for lists: the same facts as ``queries.head``, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Max, OuterRef, Prefetch, QuerySet, Subquery, Value

from accounts.models import Absence
from reviews.models import (
    Appeal,
    Assessment,
    Assignment,
    Committee,
    Conflict,
    Contributor,
    Evidence,
    Hold,
    Inquiry,
    Membership,
    Motion,
    Part,
    ReleasePlan,
    Reopening,
    Restriction,
    StandIn,
    Submission,
    TierProposal,
)
from reviews.queries import clearance
from reviews.queries.clearance import with_decision
from reviews.queries.head import Head
from reviews.rules.states import (
    SEATED_ASSIGNMENT,
    SECOND_PERSON,
    TERMINAL,
    AssignmentStatus,
    CommitteeRole,
    MotionStatus,
)

T = TypeVar("T")


def tier_of_case() -> Subquery:
    """The tier that a case was given last, whichever revision it belongs to; null before the first submission."""
    rows = Assessment.objects.filter(revision__submission=OuterRef("pk")).order_by("-pk")
    return Subquery(rows.values("tier")[:1])


def _last_ended() -> Subquery:
    rows = Assignment.objects.filter(revision=OuterRef("revision")).values("revision").order_by()
    return Subquery(rows.annotate(last=Max("ended_at")).values("last"))


def with_rows(cases: QuerySet[Submission]) -> QuerySet[Submission]:
    """Cases with what their heads need of committee, revision, pauses and people; policies are read once each."""
    return (
        cases.annotate(last_tier=tier_of_case(), seat_ended_at=_last_ended())
        .select_related("created_by", "revision")
        .prefetch_related(
            Prefetch("committee", Committee.objects.prefetch_related("policy", "closure_days")),
            "revision__policy",
            "pauses",
            Prefetch("contributors", Contributor.objects.select_related("user")),
        )
    )


def build(cases: Sequence[Submission], now: datetime) -> list[Head]:
    """A head for each case, filled: reading it asks the database nothing more."""
    heads = [Head(case, now) for case in cases]
    revisions = [case.revision_id for case in cases]

    def by_revision(rows: Iterable[Any]) -> dict[int, list[Any]]:
        return _grouped(rows, "revision_id")

    assessments = by_revision(Assessment.objects.filter(revision__in=revisions).order_by("pk"))
    parts = by_revision(Part.objects.filter(revision__in=revisions))
    seated = Assignment.objects.filter(revision__in=revisions, status__in=SEATED_ASSIGNMENT)
    seats = by_revision(seated.select_related("reviewer", "review").order_by("pk"))
    evidence = by_revision(Evidence.objects.filter(revision__in=revisions))
    inquiries = by_revision(Inquiry.objects.filter(revision__in=revisions, asked_of=None, answered_at=None))
    motions = by_revision(
        Motion.objects.filter(revision__in=revisions, status=MotionStatus.OPEN).prefetch_related(
            "ballots__voter", "parts"
        )
    )
    decisions = clearance.rows(cases, now=now)
    by_key = by_revision(decisions)
    cleared = clearance.judged(cases, decisions, now=now)
    tiers = by_revision(TierProposal.objects.filter(revision__in=revisions, confirmed_at=None, withdrawn_at=None))
    held = {*revisions, *(found.decision.revision_id for found in cleared.values())}
    holds = by_revision(Hold.objects.filter(revision__in=held))
    ruling = [found.decision for found in cleared.values()]
    closed = [case.pk for case in cases if case.state in TERMINAL]
    asked = Reopening.objects.since_closed().filter(submission__in=closed).order_by("pk")
    requests = _grouped(asked if closed else (), "submission_id")
    restricted = [row for row in ruling if row.is_restricted]  # type: ignore[attr-defined]
    restrictions = _by_decision(Restriction.objects.of_decisions(restricted, now) if restricted else ())
    appealed = [row for row in ruling if row.is_appealed]  # type: ignore[attr-defined]
    appeals = _by_decision(Appeal.objects.of_decisions(appealed) if appealed else ())
    plans = _grouped(ReleasePlan.objects.filter(decision__in=ruling).prefetch_related("stages"), "decision_id")
    for head in heads:
        key = head.submission.revision_id or 0
        decision, rules = _last(by_key[key]), cleared.get(head.submission.pk)
        head.__dict__.update(
            assessment=_last(assessments[key]),
            seat_ended_at=head.submission.seat_ended_at,  # type: ignore[attr-defined]
            parts=parts[key],
            seats=seats[key],
            evidence=evidence[key],
            holds=holds[key],
            open_inquiries=inquiries[key],
            open_motion=_last(motions[key]),
            open_tier=_last(tiers[key]),
            decision=decision,
            cleared=rules,
            requests=requests[head.submission.pk],
            restriction=restrictions.get(rules.decision.pk) if rules is not None else None,
            appeal=appeals.get(rules.decision.pk) if rules is not None else None,
            decided_holds=holds[rules.decision.revision_id] if rules is not None else holds[key],
            plans=with_decision(plans[rules.decision.pk], rules.decision) if rules is not None else [],
        )
    return heads


def _grouped(rows: Iterable[Any], field: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, field)].append(row)
    return found


def _by_decision(rows: Iterable[Any]) -> dict[int, Any]:
    return {row.decision_id: row for row in rows}


def _last(rows: Sequence[T]) -> T | None:
    return rows[-1] if rows else None


def stage_open(head: Head) -> str:
    """The rung on which a staged release stands, in the pack's words; empty before its first stage."""
    found = []
    for plan in head.plans:
        opened = [stage for stage in plan.stages.all() if stage.opened_at is not None]
        if opened:
            found.append(plan.decision.revision.policy.pack.rung(plan.part, opened[-1].rung).label)
    return ", ".join(dict.fromkeys(found))


@dataclass(frozen=True)
class Boards:
    """Who holds which role where, and who stands outside which case: ``access.committee`` for many cases at once."""

    roles: dict[tuple[int, str], list[int]]
    outside: dict[int, frozenset[int]]
    joined: dict[tuple[int, str], list[int]]
    away: dict[int, frozenset[int]] = field(default_factory=dict)

    def holds(self, person: int, role: str, case: Submission) -> bool:
        """Whether this person holds a role on the case and is not excluded from it."""
        return person in self._in(role, case) and person not in self.outside[case.pk]

    def _in(self, role: str, case: Submission) -> list[int]:
        """Who holds a role in the case's committee, or stands in for it on the case."""
        return [*self.roles.get((case.committee_id, role), ()), *self.joined.get((case.pk, role), ())]

    def holding(self, role: str, case: Submission) -> list[int]:
        """Who holds a role on the case and is not excluded from it, by key."""
        return [person for person in self._in(role, case) if person not in self.outside[case.pk]]

    def holds_any(self, person: int, roles: Iterable[str], case: Submission) -> bool:
        """As ``holds`` for the first of several roles."""
        return any(self.holds(person, role, case) for role in roles)

    def confirms_tiers(self, person: int, case: Submission) -> bool:
        """Whether this person holds a role of which one is the second person to another tier."""
        return self.holds_any(person, SECOND_PERSON, case)

    def acts(self, person: int, role: str, case: Submission, *, without: frozenset[int] = frozenset()) -> bool:
        """As ``access.committee.acts_as``."""
        return person in self.acting(role, case, without=without)

    def anybody(self, role: str, case: Submission, *, without: frozenset[int] = frozenset()) -> bool:
        """Whether anybody acts in a role on this case."""
        return bool(self.acting(role, case, without=without))

    def acting(self, role: str, case: Submission, *, without: frozenset[int] = frozenset()) -> list[int]:
        """As ``access.committee.acting``, by key: the holders, or the deputy where none of them may act."""
        shut = self.outside[case.pk] | without
        holders = [key for key in self._in(role, case) if key not in shut]
        if not holders and role in (CommitteeRole.CHAIR, CommitteeRole.COORDINATOR):
            deputies = self._in(CommitteeRole.DEPUTY_CHAIR, case)
            holders = [key for key in deputies if key not in shut]
        return holders

    def voters(self, case: Submission) -> set[int]:
        """Who may vote on a case, by key."""
        found: set[int] = set()
        for role in (CommitteeRole.MEMBER, CommitteeRole.EXTERNAL_MEMBER):
            found.update(self._in(role, case))
        return found - self.outside[case.pk]


def counting(shared: Boards, heads: Sequence[Head]) -> Boards:
    """The same boards with those who are away where a motion is open, as ``queries.motion.absent`` has it but for the
    ballots: whoever voted is counted all the same. One query, and none where no motion is open.
    """
    voting = {head.submission.pk: head for head in heads if head.open_motion is not None}
    if not voting:
        return shared
    people = {key: shared.voters(head.submission) for key, head in voting.items()}
    days = {key: head.submission.committee.day_of(head.now) for key, head in voting.items()}
    rows = Absence.objects.filter(user__in=set().union(*people.values())).within(min(days.values()), max(days.values()))
    found = list(rows.values_list("user_id", "from_date", "until_date", "noted_at"))
    away = {
        key: frozenset(
            person
            for person, first, last, noted in found
            if person in people[key]
            and first <= days[key] <= last
            and head.open_motion is not None
            and noted < head.open_motion.put_at
        )
        for key, head in voting.items()
    }
    return replace(shared, away=away)


def boards(cases: Sequence[Submission]) -> Boards:
    """The boards of these cases in two queries; the cases come from ``with_rows``."""
    rows = Membership.objects.filter(
        committee__in={case.committee_id for case in cases}, until_at=None, user__is_active=True
    )
    roles: dict[tuple[int, str], list[int]] = defaultdict(list)
    for committee, role, person in rows.order_by("pk").values_list("committee_id", "role", "user_id"):
        roles[committee, role].append(person)
    declared: dict[int, set[int]] = defaultdict(set)
    joined: dict[tuple[int, str], list[int]] = defaultdict(list)
    keys = [case.pk for case in cases]
    aside: Any = Conflict.objects.in_force().filter(submission__in=keys).order_by()
    standing: Any = StandIn.objects.live().filter(submission__in=keys, user__is_active=True).order_by()
    rows_of = aside.annotate(as_role=Value("")).values_list("submission_id", "user_id", "as_role")
    for case_key, person, role in rows_of.union(standing.values_list("submission_id", "user_id", "role"), all=True):
        if role:
            joined[case_key, role].append(person)
        else:
            declared[case_key].add(person)
    outside = {
        case.pk: frozenset(
            declared[case.pk] | {case.created_by_id} | {row.user_id for row in case.contributors.all() if row.user_id}
        )
        for case in cases
    }
    return Boards(dict(roles), outside, dict(joined))


def behind(head: Head, motion: Motion) -> frozenset[int]:
    """As ``access.motion.behind``: who stands behind a motion signs nothing under it."""
    if motion.put_by_id is not None:
        return frozenset({motion.put_by_id})
    return frozenset(seat.reviewer_id for seat in head.seats if seat.status == AssignmentStatus.DONE)
