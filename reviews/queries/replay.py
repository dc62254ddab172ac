"""Past submissions, scored anew by another policy: of each case the last frozen revision, as its authors scored it.

One line a case: an earlier revision was replaced by its authors and would count the same work twice. A tier that a
board raised is no part of it. Which cases a replay counts and which it names, ``access.policy`` decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import Exists, OuterRef, QuerySet

from reviews.models import Assessment, Committee, PolicyVersion, Revision, Submission
from reviews.rules import replay as rules
from reviews.rules.pack import Pack
from reviews.rules.replay import Effect, Tally
from reviews.rules.scored import from_json

BATCH = 500
READ = ("pk", "revision__manifest_digest", "result", "revision__response__answers", "revision__policy_id")
NAMES = (
    "pk", "revision__submission__reference", "revision__submission__label", "revision__submission__committee__name",
)  # fmt: skip
Key = tuple[int, str]
# Of each pack what was found for an assessment, known by its key and by the digest of what it judged: neither changes.
_known: WeakKeyDictionary[Pack, dict[Key, Effect]] = WeakKeyDictionary()


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
    under a version of the same pack.

    One query each for keys, policies and who may be named; then two a batch, of which the first is saved where this
    process has replayed the pack before.
    """
    rows = _last_assessments(counted)
    if committees:
        rows = rows.filter(revision__submission__committee__in=committees)
    else:
        rows = rows.filter(revision__policy__pack_id=pack.id)
    keys = list(rows.order_by("pk").values_list("pk", "revision__manifest_digest", "revision__submission_id"))
    policies = {version.pk: version for version in _policies(rows)}
    effects = _effects(pack, [(pk, digest) for pk, digest, _case in keys], policies)
    may_be_named = set(named.order_by().values_list("pk", flat=True))
    changed = [
        pk for (pk, _digest, case), one in zip(keys, effects, strict=True) if one.changes and case in may_be_named
    ]
    by_key = {pk: one for (pk, *_rest), one in zip(keys, effects, strict=True)}
    lines = tuple(
        Line(reference, label, committee, by_key[pk]) for pk, reference, label, committee in _read(changed, NAMES)
    )
    return Replay(pack, tuple(version.pack for version in policies.values()), rules.tally(effects), lines)


def _effects(pack: Pack, keys: Sequence[Key], policies: Mapping[int, PolicyVersion]) -> list[Effect]:
    """The effect of each, computed once in a process; equal ones are one object, since most cases do not change."""
    known = _known.setdefault(pack, {})
    same = {one: one for one in known.values()}
    for pk, digest, result, answers, policy in _read([pk for pk, digest in keys if (pk, digest) not in known], READ):
        found = rules.effect(answers, from_json(result), policies[policy].pack, pack)
        known[pk, digest] = same.setdefault(found, found)
    return [known[key] for key in keys]


def _last_assessments(cases: QuerySet[Submission]) -> QuerySet[Assessment]:
    later = Revision.objects.filter(
        submission=OuterRef("revision__submission"), frozen_at__isnull=False, number__gt=OuterRef("revision__number")
    )
    rows = Assessment.objects.filter(basis=Assessment.Basis.AUTHOR, revision__submission__in=cases.order_by())
    return rows.filter(~Exists(later), revision__frozen_at__isnull=False)


def _policies(rows: QuerySet[Assessment]) -> QuerySet[PolicyVersion]:
    used = rows.order_by().values("revision__policy")
    return PolicyVersion.objects.filter(pk__in=used).order_by("-published_at", "-pk")


def _read(keys: Sequence[int], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(keys), BATCH):
        some = Assessment.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        yield from some.values_list(*columns)
