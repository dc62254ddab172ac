"""A tolerant look at the raw data of a pack, for checks that must go on after the first fault."""

from __future__ import annotations

from collections.abc import Iterator, KeysView
from functools import cached_property
from typing import Any, TypeGuard

from reviews.rules.policy_report import Report
from reviews.rules.questionnaire import KINDS
from reviews.rules.yaml_reader import Document, Path

YES_NO_VALUES: tuple[Any, ...] = ("yes", "no")


class View:
    """Hands out only what has the form to be looked at; everything else was reported already."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.report = Report(document)
        self._names: dict[Path, dict[str, None]] = {}
        self._offered: dict[str, frozenset[tuple[type, Any]]] = {}

    def at(self, *path: str | int) -> Any:
        """The value at a path; None when something on the way is not there."""
        value = self.document.value
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def maps(self, *path: str | int) -> Iterator[tuple[Path, dict[Any, Any]]]:
        """The mappings in the list at a path."""
        for step, one in self.items(*path):
            if isinstance(one, dict):
                yield step, one

    def items(self, *path: str | int) -> Iterator[tuple[Path, Any]]:
        """The entries of the list at a path; nothing when it is none."""
        value = self.at(*path)
        for number, one in enumerate(value if isinstance(value, list) else ()):
            yield (*path, number), one

    def names(self, *path: str | int, field: str = "key") -> KeysView[str]:
        """What the entries of a list are called, once each and in its order."""
        if path not in self._names:
            self._names[path] = {one[field]: None for _, one in self.maps(*path) if isinstance(one.get(field), str)}
        return self._names[path].keys()

    def words(self, *path: str | int) -> list[str]:
        """The words in a list of words."""
        return [one for _, one in self.items(*path) if isinstance(one, str)]

    @cached_property
    def questions(self) -> dict[str, dict[Any, Any]]:
        """The questions by key, in the order in which they are asked."""
        found = sorted(self.maps("questions"), key=lambda pair: self._page(pair[1]))
        return {one["key"]: one for _, one in found if isinstance(one.get("key"), str)}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of each question in the order in which they are asked."""
        return {key: number for number, key in enumerate(self.questions)}

    @cached_property
    def _pages(self) -> dict[Any, int]:
        return {
            one["key"]: one["order"]
            for _, one in self.maps("sections")
            if isinstance(one.get("key"), str) and isinstance(one.get("order"), int)
        }

    def _page(self, question: dict[Any, Any]) -> int:
        section = question.get("section")
        return self._pages.get(section, 0) if isinstance(section, str) else 0

    @cached_property
    def roles(self) -> list[str]:
        """The roles that the pack declares."""
        return self.words("roles")

    @cached_property
    def tiers(self) -> list[int]:
        """The numbers of the tiers."""
        return [one["tier"] for _, one in self.maps("tiers") if is_whole(one.get("tier"))]

    def kinds_with(self, part: str) -> list[str]:
        """The kinds of submission that this pack takes and that have a part."""
        return [kind for kind in self.words("applies_to") if part in KINDS.get(kind, ())]

    def role_of(self, question: dict[Any, Any]) -> Any:
        """What a question does in the scoring."""
        scoring = question.get("scoring")
        return scoring.get("role") if isinstance(scoring, dict) else None

    def options(self, question: dict[Any, Any], path: Path) -> tuple[Path, list[Any]]:
        """The raw options of a question and where they stand."""
        name = question.get("option_set")
        at: Path = ("option_sets", name) if isinstance(name, str) else (*path, "options")
        found = self.at(*at)
        return at, found if isinstance(found, list) else []

    def values(self, question: dict[Any, Any]) -> tuple[Any, ...]:
        """The values that a question can be answered with; empty for free ones."""
        source = question.get("options_from")
        if question.get("type") == "yes_no":
            return YES_NO_VALUES
        if source == "hazard_domains":
            return tuple(self.names("hazard_domains"))
        if isinstance(source, str) and source.startswith("access_levels."):
            return tuple(self.names("access_levels", source.removeprefix("access_levels."), field="value"))
        _, options = self.options(question, ())
        own = question.get("options")
        found = options or (own if isinstance(own, list) else [])
        return tuple(one.get("value") for one in found if isinstance(one, dict))

    def offers(self, key: str, value: Any) -> bool:
        """Whether a question can be answered with a value: the same in kind too, so that 1 is not "1"."""
        if key not in self._offered:
            plain = (one for one in self.values(self.questions[key]) if isinstance(one, str | int))
            self._offered[key] = frozenset((type(one), one) for one in plain)
        return isinstance(value, str | int) and (type(value), value) in self._offered[key]


def is_whole(value: Any) -> TypeGuard[int]:
    """Whether a value is a whole number and not a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_figure(value: Any) -> TypeGuard[float]:
    """Whether a value is a number and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def among(value: Any, known: tuple[Any, ...] | list[Any]) -> bool:
    """Whether a value is one of these in kind too: ``true`` is not 1, and 1 is not "1"."""
    return any(type(one) is type(value) and one == value for one in known)
