"""Appeals: when a decision can be appealed, who hears it, and what the judges' votes come to. Facts in, reasons out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from reviews.rules.pack import Tier
from reviews.rules.pack_process import Appeal as Rule
from reviews.rules.quorum import least
from reviews.rules.states import Outcome

LEAST_JUDGES = 2
HALF = Fraction(1, 2)


class Status(StrEnum):
    """An appeal is open until its judges' votes have come out, its authors take it back, or a later decision takes the
    place of what it is about."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class Opinion(StrEnum):
    """What a judge says."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


@dataclass(frozen=True)
class Facts:
    """What decides whether an appeal can be filed. ``before``: how many were on this version, whatever came of them;
    ``is_open``: one of them is heard still."""

    is_in_force: bool
    is_open: bool
    falls_short: bool
    before: int
    file_by: datetime


def falls_short(parts: Iterable[tuple[str, str, str]], *, conditions: int) -> bool:
    """Whether a decision gives less than was asked: for a part (outcome, requested, granted), or under conditions."""
    return conditions > 0 or any(outcome != Outcome.FULL or asked != given for outcome, asked, given in parts)


def why_not(facts: Facts, rule: Rule, *, now: datetime) -> str:
    """The code of what keeps an appeal from being filed now; empty where it can be.

    Codes: ``not_in_force``, ``nothing_to_appeal``, ``used_up``, ``open``, ``too_late``. The last moment still counts.
    """
    if not facts.is_in_force:
        return "not_in_force"
    if not facts.falls_short:
        return "nothing_to_appeal"
    if facts.before >= rule.per_version:
        return "used_up"
    if facts.is_open:
        return "open"
    return "too_late" if now > facts.file_by else ""


@dataclass(frozen=True)
class Hearing:
    """Who hears an appeal: members who had no part in the decision, or people who are appointed; how many at least."""

    by_members: bool
    size: int


def hearing(rule: Rule, tier: Tier, *, members: int) -> Hearing:
    """A panel of the pack's size where it names the tier, otherwise the ``members`` who had no part in the decision.

    Where fewer of them are left than the tier's quorum ever is, and never fewer than two, people are appointed as well.
    """
    if rule.panel is not None and tier.tier in rule.panel.tiers:
        return Hearing(by_members=False, size=rule.panel.size)
    size = max(LEAST_JUDGES, tier.quorum.at_least if tier.quorum is not None else 0)
    return Hearing(by_members=members >= size, size=size)


@dataclass(frozen=True)
class Count:
    """What the judges said, and what it comes to. Nothing comes out before there are as many judges as needed."""

    judges: int
    needed_judges: int
    uphold: int
    dismiss: int
    needed: int

    @property
    def is_whole(self) -> bool:
        """Whether enough judges are there."""
        return self.judges >= self.needed_judges

    @property
    def status(self) -> Status:
        """Upheld or dismissed once no vote that is out can change it."""
        if not self.is_whole:
            return Status.OPEN
        if self.uphold >= self.needed:
            return Status.UPHELD
        return Status.DISMISSED if self.judges - self.dismiss < self.needed else Status.OPEN


def count(judges: Collection[str], said: Mapping[str, Opinion], rule: Rule, *, size: int) -> Count:
    """The opinions of those who are judges now; who stepped aside does not exist for it."""
    share, strictly = (rule.panel.share, rule.panel.strictly_more) if rule.panel is not None else (HALF, True)
    counted = [said[key] for key in judges if key in said]
    return Count(
        judges=len(judges),
        needed_judges=size,
        uphold=sum(one is Opinion.UPHOLD for one in counted),
        dismiss=sum(one is Opinion.DISMISS for one in counted),
        needed=max(1, least(share, len(judges), strictly_more=strictly)),
    )
