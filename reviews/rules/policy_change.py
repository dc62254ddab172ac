"""One difference between two packs, and how differences are found: field by field, and thing by thing.

Knows nothing about what a pack holds; what each field means to a committee is said in ``policy_diff_…``, in sentences
that are marked there and looked up here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reviews.rules.policy_words import Say, plain
from reviews.rules.sentences import gettext

Kind = Literal["added", "removed", "reworded", "moved", "changed"]
Meaning = str | Callable[[Any, Any], str]


@dataclass(frozen=True)
class Change:
    """One difference, in words.

    ``area`` is the key of the pack under which it stands (``questions``, ``tiers``…; ``pack`` for what stands at the
    top), ``subject`` the key of the thing (empty for the pack itself). ``before`` and ``after`` are the two values in
    words, empty where there is none. ``sentence`` stands by itself; ``meaning`` says what follows from it, and is
    empty where that is plain.
    """

    area: str
    kind: Kind
    subject: str
    before: str
    after: str
    sentence: str
    meaning: str = ""


@dataclass(frozen=True)
class Aspect:
    """How a change of one field is told. The sentence may name ``{name}``, ``{before}`` and ``{after}``.

    ``say_before`` is for values whose words depend on the pack in which they stand.
    """

    field: str
    sentence: str
    meaning: Meaning = ""
    say: Say = plain
    kind: Kind = "changed"
    say_before: Say | None = None


@dataclass(frozen=True)
class Noun:
    """A kind of thing in a pack: where it stands, how it is named, what is told when it comes, goes or changes."""

    area: str
    added: str
    removed: str
    aspects: tuple[Aspect, ...]
    meaning_added: Callable[[Any], str] = lambda _thing: ""
    meaning_removed: str = ""
    moved: str = ""
    meaning_moved: str = ""


Key = Callable[[Any], str]


def by_size(more: str, less: str) -> Meaning:
    """What a larger and what a smaller number means; nothing where either is no number."""

    def meaning(before: Any, after: Any) -> str:
        if before is None or after is None:
            return ""
        return gettext(more if after > before else less)

    return meaning


def fields_of(
    area: str, subject: str, name: str, aspects: Sequence[Aspect], before: Any, after: Any
) -> Iterator[Change]:
    """A change for each field in which two things of the same key differ."""
    for aspect in aspects:
        old, new = getattr(before, aspect.field), getattr(after, aspect.field)
        if _same(old, new):
            continue
        said = ((aspect.say_before or aspect.say)(old), aspect.say(new))
        meaning = gettext(aspect.meaning) if isinstance(aspect.meaning, str) else aspect.meaning(old, new)
        sentence = gettext(aspect.sentence).format(name=name, before=said[0], after=said[1])
        yield Change(area, aspect.kind, subject, *said, sentence, meaning)


def _same(old: Any, new: Any) -> bool:
    """Equal also in kind: true is not 1 here."""
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def things_of(
    noun: Noun,
    before: Sequence[Any],
    after: Sequence[Any],
    *,
    key: Key,
    name: Key,
    among: Key = lambda _thing: "",
    within: str = "",
) -> Iterator[Change]:
    """What came, what went, what changed its place, and what changed in what stayed; in the order of the new pack.

    A thing can change its place only ``among`` those of the same kind. ``within`` is the subject of the thing around
    these, where they are parts of one.
    """
    old, new = {key(one): one for one in before}, {key(one): one for one in after}
    for found, thing in old.items():
        if found not in new:
            sentence, meaning = gettext(noun.removed).format(name=name(thing)), gettext(noun.meaning_removed)
            yield Change(noun.area, "removed", within or found, name(thing), "", sentence, meaning)
    displaced = _displaced(old, new, among) if noun.moved else frozenset()
    for found, thing in new.items():
        if found not in old:
            sentence = gettext(noun.added).format(name=name(thing))
            yield Change(noun.area, "added", within or found, "", name(thing), sentence, noun.meaning_added(thing))
            continue
        if found in displaced:
            sentence, meaning = gettext(noun.moved).format(name=name(thing)), gettext(noun.meaning_moved)
            yield Change(noun.area, "moved", within or found, "", "", sentence, meaning)
        yield from fields_of(noun.area, within or found, name(thing), noun.aspects, old[found], thing)


def _displaced(old: Mapping[str, Any], new: Mapping[str, Any], among: Key) -> frozenset[str]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for order, pack in ((before, old), (after, new)):
        for found, thing in pack.items():
            if found in old and found in new and among(old[found]) == among(new[found]):
                order.setdefault(among(thing), []).append(found)
    return frozenset(found for group in before for found in moved(before[group], after[group]))


def moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest keys that have to change their place to turn one order into the other; both hold the same keys."""
    place = {key: number for number, key in enumerate(before)}
    ends: list[int] = []
    tails: list[str] = []
    follows: dict[str, str] = {}
    for key in after:
        at = bisect_left(ends, place[key])
        ends[at : at + 1] = [place[key]]
        tails[at : at + 1] = [key]
        if at:
            follows[key] = tails[at - 1]
    staying: set[str] = set()
    last = tails[-1] if tails else None
    while last is not None:
        staying.add(last)
        last = follows.get(last)
    return frozenset(after) - staying
