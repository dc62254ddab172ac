"""What a decision's clearance is worth at a moment. Computed from stored facts; nothing here decides anything anew.

A decision never changes. That its clearance is stale, expired, superseded or revoked follows from what came after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reviews.rules.manifest import Content


class Standing(StrEnum):
    """What a clearance is worth: only one that is in force clears anything."""

    NOT_IN_FORCE = "not_in_force"
    IN_FORCE = "in_force"
    STALE = "stale"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    RESTRICTED = "restricted"


class ReReview(StrEnum):
    """What makes a board look at a decided case again. The first three make its clearance stale at once; a condition
    that is past its day and not met ends no clearance, but is said with it; what comes after the first five nobody can
    compute, so somebody says it."""

    ARTIFACT_CHANGED = "artifact_changed"
    ANSWER_CHANGED = "answer_changed"
    CONTRIBUTORS_CHANGED = "contributors_changed"
    VALIDITY_ENDED = "validity_ended"
    CONDITION_BREACHED = "condition_breached"
    RECUSED = "recused"
    UNDERSTATED = "understated"
    NEW_CAPABILITY = "new_capability"
    INCIDENT = "incident"
    LEAK = "leak"
    NEW_LAW = "new_law"
    LARGER_VERSION = "larger_version"


@dataclass(frozen=True)
class Facts:
    """What was stored about one decision and what came after it."""

    effective_at: datetime | None
    valid_until: date | None = None
    is_superseded: bool = False
    revoked_at: datetime | None = None
    changed: tuple[ReReview, ...] = ()
    breached: int = 0
    is_restricted: bool = False
    is_appealed: bool = False


@dataclass(frozen=True)
class Clearance:
    """A standing with what its sentence names: the last day, what changed, how many conditions are breached, and
    whether an appeal is open against it."""

    standing: Standing
    until: date | None = None
    changed: tuple[ReReview, ...] = ()
    breached: int = 0
    is_appealed: bool = False

    @property
    def holds(self) -> bool:
        """Whether anything may rest on it now."""
        return self.standing is Standing.IN_FORCE

    @property
    def warnings(self) -> tuple[ReReview, ...]:
        """Why the board should look at it again although it holds."""
        return (ReReview.CONDITION_BREACHED,) if self.holds and self.breached else ()


def judge(facts: Facts, *, today: date) -> Clearance:
    """What a clearance is worth on this day of its committee. What cannot be mended is said first."""
    if facts.effective_at is None:
        return Clearance(Standing.NOT_IN_FORCE)
    if facts.is_superseded:
        return Clearance(Standing.SUPERSEDED, facts.valid_until)
    if facts.revoked_at is not None:
        return Clearance(Standing.REVOKED, facts.valid_until)
    if facts.is_restricted:
        return Clearance(Standing.RESTRICTED, facts.valid_until, facts.changed, is_appealed=facts.is_appealed)
    if facts.valid_until is not None and today > facts.valid_until:
        return Clearance(Standing.EXPIRED, facts.valid_until, facts.changed, is_appealed=facts.is_appealed)
    if facts.changed:
        return Clearance(Standing.STALE, facts.valid_until, facts.changed, is_appealed=facts.is_appealed)
    return Clearance(Standing.IN_FORCE, facts.valid_until, breached=facts.breached, is_appealed=facts.is_appealed)


def changes(then: Content, now: Content) -> tuple[ReReview, ...]:
    """What of the content that was cleared is another one by now."""
    found = (
        (ReReview.ARTIFACT_CHANGED, then.artifacts != now.artifacts),
        (ReReview.ANSWER_CHANGED, then.answers != now.answers),
        (ReReview.CONTRIBUTORS_CHANGED, then.contributors != now.contributors),
    )
    return tuple(code for code, is_other in found if is_other)
