"""Past submissions, scored anew by another policy: of each case the last frozen revision, as its authors scored it.

One line a case: an earlier revision was replaced by its authors and would count the same work twice. A tier that a
board raised is no part of it. Which cases a replay counts and which it names, ``access.policy`` decides.

Looking again costs little: effects are kept in this process, and where many were missing, also in the rows that the
background left (``actions.replay``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import Exists, OuterRef, QuerySet

from reviews.access.policy import submitted
from reviews.models import (
    Assessment,
    Committee,
    PolicyDraft,
    PolicyVersion,
    ReplayBatch,
    ReplayRun,
    Revision,
    Submission,
)
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
# The rows of the background that are in it.
_recalled: WeakKeyDictionary[Pack, set[int]] = WeakKeyDictionary()


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


@dataclass(frozen=True)
class Scope:
    """The cases that a replay is about: an assessment, the digest of what it judged, and the case, of each."""

    pack: Pack
    keys: tuple[tuple[int, str, int], ...]
    policies: Mapping[int, PolicyVersion]


def scope(pack: Pack, *, counted: QuerySet[Submission], committees: Collection[Committee] = ()) -> Scope:
    """The cases of these committees or, where none is named, all that were submitted under a version of the pack.

    One query for keys and one for policies.
    """
    rows = _last_assessments(counted)
    if committees:
        rows = rows.filter(revision__submission__committee__in=committees)
    else:
        rows = rows.filter(revision__policy__pack_id=pack.id)
    return _scope(pack, rows)


def everything(pack: Pack) -> Scope:
    """Every case that anybody could ask for: all that were submitted, under whatever policy."""
    return _scope(pack, _last_assessments(submitted()))


def _scope(pack: Pack, rows: QuerySet[Assessment]) -> Scope:
    keys = rows.order_by("pk").values_list("pk", "revision__manifest_digest", "revision__submission_id")
    return Scope(pack, tuple(keys), {version.pk: version for version in _policies(rows)})


def over(
    pack: Pack, *, counted: QuerySet[Submission], named: QuerySet[Submission], committees: Collection[Committee] = ()
) -> Replay:
    """The replay of a pack over its ``scope``, computed now as far as it is not known, however long that takes."""
    return of(scope(pack, counted=counted, committees=committees), named=named)


def of(cases: Scope, *, named: QuerySet[Submission]) -> Replay:
    """The replay of these cases: a query for who may be named, then two a batch, of which the first is saved where
    this process knows the effect already."""
    pack, keys = cases.pack, cases.keys
    known = compute(cases, [(pk, digest) for pk, digest, _case in keys])
    effects = [known[pk, digest] for pk, digest, _case in keys]
    may_be_named = set(named.order_by().values_list("pk", flat=True))
    changed = [
        pk for (pk, _digest, case), one in zip(keys, effects, strict=True) if one.changes and case in may_be_named
    ]
    by_key = {pk: one for (pk, *_rest), one in zip(keys, effects, strict=True)}
    lines = tuple(
        Line(reference, label, committee, by_key[pk]) for pk, reference, label, committee in _read(changed, NAMES)
    )
    before = tuple(version.pack for version in cases.policies.values())
    return Replay(pack, before, rules.tally(effects), lines)


def compute(cases: Scope, keys: Sequence[Key]) -> Mapping[Key, Effect]:
    """The effect of each, computed once in a process; equal ones are one object, since most cases do not change."""
    pack = cases.pack
    known = _known.setdefault(pack, {})
    same = {one: one for one in known.values()}
    for pk, digest, result, answers, policy in _read([pk for pk, digest in keys if (pk, digest) not in known], READ):
        found = rules.effect(answers, from_json(result), cases.policies[policy].pack, pack)
        known[pk, digest] = same.setdefault(found, found)
    return known


def unknown(cases: Scope) -> list[Key]:
    """The cases whose effect this process does not know yet."""
    known = _known.get(cases.pack, {})
    return [(pk, digest) for pk, digest, _case in cases.keys if (pk, digest) not in known]


def recall(pack: Pack, sha256: str) -> None:
    """Take over what the background left of a pack since this process looked last. One query."""
    known, seen = _known.setdefault(pack, {}), _recalled.setdefault(pack, set())
    for batch in ReplayBatch.objects.filter(run__sha256=sha256).exclude(pk__in=seen):
        kinds = [rules.from_json(one) for one in batch.kinds]
        known.update({(pk, digest): kinds[place] for pk, digest, place in batch.cases})
        seen.add(batch.pk)


def run(sha256: str) -> ReplayRun | None:
    """How far the background is with a pack; None where nobody asked for it."""
    return ReplayRun.objects.filter(sha256=sha256).first()


def pack_of(sha256: str) -> Pack | None:
    """The draft or version with these bytes."""
    for rows in (PolicyVersion.objects, PolicyDraft.objects):
        found = rows.filter(sha256=sha256).first()
        if found is not None:
            return found.pack
    return None


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
