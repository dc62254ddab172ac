"""Conflicts of a case: what is known of them, the decision that one of them unsettles, and the lines of their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from reviews.access.committee import acting, excluded
from reviews.models import Ballot, Conflict, Decision, Membership, Objection, Submission
from reviews.rules.states import AssignmentStatus, CommitteeRole, State
from reviews.rules.ties import Settled, Source, Strength, Tie, TypeKey, keeps_out


@dataclass(frozen=True)
class Known:
    """What was written down about a case before, so that nothing is raised twice."""

    rows: tuple[Conflict, ...]
    outside: frozenset[int]

    @classmethod
    def of(cls, submission: Submission) -> Known:
        """Everything of this case, in a fixed number of queries."""
        return cls(tuple(Conflict.objects.filter(submission=submission)), frozenset(excluded(submission)))

    def has(self, tie: Tie) -> bool:
        """Whether there is nothing new in a tie: it is in force, it was settled, or it is no surer than before."""
        theirs = [row for row in self.rows if row.user_id == tie.person]
        alike = [row for row in theirs if row.type_key == tie.type_key]
        if any(keeps_out(row.strength, row.outcome) for row in alike):
            return True
        if tie.type_key == TypeKey.AUTHOR and any(
            row.source == Source.DISOWNED and row.outcome == Settled.NONE for row in theirs
        ):
            return True
        if tie.strength == Strength.DETECTED:
            return any(row.strength == Strength.DETECTED for row in alike)
        named_before = tie.source == Source.AUTHOR and any(row.source == Source.AUTHOR for row in theirs)
        return bool(alike) or named_before or tie.person in self.outside


def suspected(submission: Submission) -> frozenset[int]:
    """The keys of those who get no offer until somebody has settled what is suspected of them."""
    return frozenset(Conflict.objects.suspicions().filter(submission=submission).values_list("user_id", flat=True))


def decided_with(submission: Submission, person: User) -> Decision | None:
    """The decision in force in which this person had a part: by a review, a vote, a motion or a signature."""
    if submission.state != State.DECIDED:
        return None
    rows = Decision.objects.filter(submission=submission, sent_back_at=None, effective_at__isnull=False)
    voted = Ballot.objects.filter(voter=person).values("motion")
    part = (
        Q(finalised_by=person)
        | Q(sign_offs__signed_by=person)
        | Q(motion__put_by=person)
        | Q(motion__in=voted)
        | Q(revision__assignments__reviewer=person, revision__assignments__status=AssignmentStatus.DONE)
    )
    return rows.filter(part).order_by("-pk").first()


def unsettling(decision: Decision) -> tuple[Conflict, ...]:
    """The conflicts that came up after a decision and concern somebody who had a part in it."""
    rows = Conflict.objects.in_force().filter(unsettles=decision).select_related("user")
    return tuple(rows.order_by("declared_at", "pk"))


def by_public_id(public_id: str) -> Conflict | None:
    """One conflict with what its page needs; whoever asks must still be checked."""
    rows = Conflict.objects.select_related("submission", "user", "declared_by", "settled_by")
    return rows.filter(public_id=public_id).first()


def of_case(submission: Submission) -> tuple[Conflict, ...]:
    """All of them: what waits for somebody first, then the newest."""
    rows = Conflict.objects.filter(submission=submission).select_related("user", "declared_by", "settled_by")
    found = list(rows.order_by("-declared_at", "-pk"))
    return tuple(sorted(found, key=lambda row: row.outcome != "" or row.strength != Strength.SUSPECTED))


def objections(submission: Submission) -> tuple[Objection, ...]:
    """Whom the authors named, in the order in which they did."""
    return tuple(Objection.objects.filter(submission=submission).select_related("declared_by"))


def may_be_declared(submission: Submission, by: User) -> list[User]:
    """On whose behalf a coordinator can declare: everybody on the committee who is not outside the case already."""
    serving = Membership.objects.filter(committee=submission.committee_id, until_at=None).values("user")
    people = User.objects.filter(pk__in=serving, is_active=True).exclude(pk__in=[by.pk, *excluded(submission)])
    return list(people.order_by("display_name", "pk"))


@dataclass(frozen=True)
class StandIn:
    """Somebody who acts in a role because its holders stand outside the case."""

    role: CommitteeRole
    people: tuple[User, ...]
    instead_of: tuple[User, ...]


def stand_ins(submission: Submission) -> Sequence[StandIn]:
    """Where the deputy acts for a chair or a coordinator who may not."""
    out, found = excluded(submission), []
    rows = Membership.objects.filter(
        committee=submission.committee_id, role__in=[CommitteeRole.CHAIR, CommitteeRole.COORDINATOR], until_at=None
    )
    held = list(rows.select_related("user").order_by("user_id"))
    for role in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR):
        holders = [row.user for row in held if row.role == role]
        if holders and all(person.pk in out for person in holders):
            found.append(StandIn(role, tuple(acting(submission, role)), tuple(holders)))
    return found
