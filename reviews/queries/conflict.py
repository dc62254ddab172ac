"""Conflicts of a case: what is known of them, the decision that one of them unsettles, and the lines of their page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from reviews.access.committee import acting, excluded
from reviews.models import (
    Appeal,
    Assignment,
    Ballot,
    Committee,
    Conflict,
    Decision,
    Membership,
    Objection,
    Restriction,
    StandIn,
    Submission,
)
from reviews.queries import clearance
from reviews.rules.states import TERMINAL, AssignmentStatus, CommitteeRole, State
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
    return clearance.ruling().filter(_had_part([person.pk]), submission=submission).first()


def _had_part(people: Collection[int]) -> Q:
    return (
        Q(finalised_by__in=people)
        | Q(sign_offs__signed_by__in=people)
        | Q(motion__put_by__in=people)
        | Q(motion__in=Ballot.objects.filter(voter__in=people).values("motion"))
        | Q(revision__assignments__reviewer__in=people, revision__assignments__status=AssignmentStatus.DONE)
    )


def concerned(people: Collection[int]) -> list[int]:
    """The cases to which facts about these people matter: those that they wrote, open ones that come before a
    committee of theirs, and decided ones in whose decision they had a part; their keys."""
    here = Membership.objects.filter(user__in=people, until_at=None).values("committee")
    taken = clearance.ruling().filter(_had_part(people)).values("submission")
    joined = StandIn.objects.live().filter(user__in=people).values("submission")
    wrote, is_open = Q(contributors__user__in=people), ~Q(state__in=TERMINAL)
    serves = is_open & (Q(committee__in=here) | Q(pk__in=joined))
    rows = Submission.objects.filter(wrote | serves | Q(pk__in=taken))
    rows = rows.filter(submitted_at__isnull=False).exclude(state=State.WITHDRAWN)
    return sorted(set(rows.values_list("pk", flat=True)))


def voted_on_with(people: Collection[int], now: datetime) -> list[int]:
    """The cases with a restriction that waits for its votes, or an open appeal, on which these people could vote; their
    keys."""
    waiting = Restriction.objects.in_force(now).filter(ratified_at=None).values("submission")
    heard = Appeal.objects.open().filter(judges__user__in=people).values("submission")
    here = Membership.objects.filter(user__in=people, until_at=None).values("committee")
    joined = StandIn.objects.live().filter(user__in=people).values("submission")
    ours = Q(committee__in=here) | Q(pk__in=joined)
    rows = Submission.objects.filter((Q(pk__in=waiting) & ours) | Q(pk__in=heard))
    return sorted(set(rows.values_list("pk", flat=True)))


def open_before(committee: Committee) -> list[int]:
    """The keys of the cases that this committee has and has not ended."""
    rows = Submission.objects.filter(committee=committee, submitted_at__isnull=False)
    return sorted(rows.exclude(state__in=TERMINAL).values_list("pk", flat=True))


@dataclass(frozen=True)
class Taken:
    """A decision in force: when it was taken, and the keys of everybody who had a part in it."""

    at: datetime
    people: frozenset[int]


def taken(cases: Collection[int]) -> dict[int, Taken]:
    """The decisions in force of these cases, by the key of the case, in a fixed number of queries."""
    newest = {row.submission_id: row for row in clearance.ruling().filter(submission__in=cases).order_by("pk")}
    by_row = {row.pk: key for key, row in newest.items()}
    parts: dict[int, set[int]] = {key: set() for key in newest}
    for name in ("finalised_by", "sign_offs__signed_by", "motion__put_by", "motion__ballots__voter"):
        for row, person in Decision.objects.filter(pk__in=by_row).values_list("pk", name):
            parts[by_row[row]].add(person)
    by_revision = {row.revision_id: key for key, row in newest.items()}
    done = Assignment.objects.filter(revision__in=by_revision, status=AssignmentStatus.DONE)
    for revision, person in done.values_list("revision_id", "reviewer_id"):
        parts[by_revision[revision]].add(person)
    found = {}
    for key, row in newest.items():
        assert row.effective_at is not None
        found[key] = Taken(row.effective_at, frozenset(parts[key] - {None}))
    return found


def unsettling(decision: Decision) -> tuple[Conflict, ...]:
    """The conflicts that came up after a decision and concern somebody who had a part in it."""
    rows = Conflict.objects.in_force().filter(unsettles=decision).select_related("user", "looked_by")
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
    out = [by.pk, *excluded(submission)]
    people = User.objects.filter(pk__in=serving(submission), is_active=True).exclude(pk__in=out)
    return list(people.order_by("display_name", "pk"))


def serving(submission: Submission) -> frozenset[int]:
    """The keys of everybody who serves on the committee of the case, or stands in on it."""
    rows = Membership.objects.filter(committee=submission.committee_id, until_at=None).values_list("user_id", flat=True)
    joined = StandIn.objects.live().filter(submission=submission).values_list("user_id", flat=True)
    return frozenset({*rows, *joined})


@dataclass(frozen=True)
class Instead:
    """Somebody who acts in a role because its holders stand outside the case."""

    role: CommitteeRole
    people: tuple[User, ...]
    instead_of: tuple[User, ...]


def acting_instead(submission: Submission) -> Sequence[Instead]:
    """Where the deputy, or somebody appointed, acts for a chair or a coordinator who may not."""
    out, found = excluded(submission), []
    rows = Membership.objects.filter(
        committee=submission.committee_id, role__in=[CommitteeRole.CHAIR, CommitteeRole.COORDINATOR], until_at=None,
        user__is_active=True,
    )  # fmt: skip
    held = list(rows.select_related("user").order_by("user_id"))
    for role in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR):
        holders = [row.user for row in held if row.role == role]
        if holders and all(person.pk in out for person in holders):
            found.append(Instead(role, tuple(acting(submission, role)), tuple(holders)))
    return found
