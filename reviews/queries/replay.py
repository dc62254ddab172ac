"""Past submissions, scored anew by another policy: of each case the last frozen revision, as its authors scored it.

One line a case: an earlier revision was replaced by its authors and would count the same work twice. A tier that a
board raised is no part of it. Which cases a replay counts and which it names, ``access.policy`` decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from reviews.models import Assessment, Committee, PolicyVersion, Revision, Submission
from reviews.rules import replay as rules
from reviews.rules.pack import Pack
from reviews.rules.replay import Effect, Tally
from reviews.rules.scored import from_json

BATCH = 500
COLUMNS = (
    "result", "revision__response__answers", "revision__policy_id", "revision__submission_id",
    "revision__submission__reference", "revision__submission__label", "revision__submission__committee__name",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A case that changes, or whose answers no longer fit, by what a list may name."""

    reference: str
    label: str
    committee: str
    effect: Effect


@dataclass(frozen=True)
class Replay:
    """What became of all cases in numbers, and of those that may be named one by one, in the order of submission.

    ``before`` are the packs that they were scored by, the newest first, for the words of what the new one lacks.
    """

    pack: Pack
    before: tuple[Pack, ...]
    tally: Tally
    lines: tuple[Line, ...]

    @property
    def tiers(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The tiers there were, and the tiers there would be."""
        were = {tier.tier for pack in self.before or (self.pack,) for tier in pack.tiers}
        return tuple(sorted(were)), tuple(tier.tier for tier in self.pack.tiers)


def over(
    pack: Pack, *, counted: QuerySet[Submission], named: QuerySet[Submission], committees: Collection[Committee] = ()
) -> Replay:
    """The replay of a pack over the cases of these committees or, where none is named, over all that were submitted
    under a version of the same pack. One query for the names, one for the keys, one for the policies, one a batch.
    """
    rows = _last_assessments(counted)
    if committees:
        rows = rows.filter(revision__submission__committee__in=committees)
    else:
        rows = rows.filter(revision__policy__pack_id=pack.id)
    policies = {version.pk: version for version in _policies(rows)}
    may_be_named = set(named.order_by().values_list("pk", flat=True))
    effects, lines = [], []
    for found in _read(rows):
        effect = rules.effect(found["answers"], from_json(found["result"]), policies[found["policy"]].pack, pack)
        effects.append(effect)
        if found["case"] in may_be_named and effect.changes:
            lines.append(Line(found["reference"], found["label"], found["committee"], effect))
    before = tuple(version.pack for version in policies.values())
    return Replay(pack, before, rules.tally(effects), tuple(lines))


def _last_assessments(cases: QuerySet[Submission]) -> QuerySet[Assessment]:
    later = Revision.objects.filter(
        submission=OuterRef("revision__submission"), frozen_at__isnull=False, number__gt=OuterRef("revision__number")
    )
    rows = Assessment.objects.filter(basis=Assessment.Basis.AUTHOR, revision__submission__in=cases.order_by())
    return rows.filter(~Exists(later), revision__frozen_at__isnull=False)


def _policies(rows: QuerySet[Assessment]) -> QuerySet[PolicyVersion]:
    used = rows.order_by().values("revision__policy")
    return PolicyVersion.objects.filter(pk__in=used).order_by("-published_at", "-pk")


def _read(rows: QuerySet[Assessment]) -> Iterator[dict[str, Any]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    names = ("result", "answers", "policy", "case", "reference", "label", "committee")
    for start in range(0, len(keys), BATCH):
        some = Assessment.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        for row in some.values_list(*COLUMNS):
            yield dict(zip(names, row, strict=True))
