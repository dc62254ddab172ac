"""Checks that every condition of a question looks back only, and that no two questions wait for each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from reviews.rules.policy_view import View
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

TRIPPED = ("$any_trip", "$any_unsure")


def check_order(view: View) -> None:
    """ "A condition may only look at earlier questions", those behind a built-in value included."""
    behind = _Behind(view)
    circles = _Circles({key: _edges(view, key) for key in view.questions} | behind.edges()).number
    for path, question in view.maps("questions"):
        key = question.get("key")
        if not isinstance(key, str):
            continue
        for name in ("show_if", "required_if"):
            for at, asked in named((*path, name), question.get(name)):
                _check_place(view, at, key, behind.from_place(asked, view.position[key]), circles)


def _check_place(view: View, at: Path, key: str, ahead: list[str], circles: dict[str, int]) -> None:
    if not ahead:
        return
    partner = next((one for one in ahead if one != key and circles[one] == circles[key]), None)
    if partner is not None:
        view.report.add(at, f"“{short(key)}” and “{short(partner)}” depend on each other in a circle.")
    elif key in ahead:
        view.report.add(at, "A question cannot depend on its own answer.")
    else:
        view.report.add(at, f"“{short(ahead[0])}” is asked later; a condition can look back only.")


def named(path: Path, condition: Any) -> Iterator[tuple[Path, str]]:
    """Every name in a raw condition, with its place."""
    if not isinstance(condition, dict):
        return
    name = condition.get("q")
    if isinstance(name, str):
        yield (*path, "q"), name
    yield from named((*path, "not"), condition.get("not"))
    for form in ("all", "any"):
        parts = condition.get(form)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from named((*path, form, number), part)


def questions_behind(view: View, name: str) -> list[str]:
    """The questions on whose answers a name rests, in the order in which they are asked."""
    bound = view.at("bindings")
    bindings = bound if isinstance(bound, dict) else {}
    if name in TRIPPED:
        return [key for key, question in view.questions.items() if question.get("type") == "tripwire"]
    if name == "$compute":
        keys = [bindings.get("compute")]
    elif name in ("$weights", "$irreversible"):
        keys = [bindings.get(one) for one in ("kind", "model_rung", "paper_rung")]
    else:
        keys = [name]
    known = {key for key in keys if isinstance(key, str) and key in view.questions}
    return sorted(known, key=lambda key: view.position[key])


class _Behind:
    """The questions behind each name, looked up once; there can be as many names as a pack has places for them."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.found: dict[str, tuple[list[str], list[int]]] = {}

    def of(self, name: str) -> tuple[list[str], list[int]]:
        """The keys and their places."""
        if name not in self.found:
            keys = questions_behind(self.view, name)
            self.found[name] = keys, [self.view.position[key] for key in keys]
        return self.found[name]

    def from_place(self, name: str, place: int) -> list[str]:
        """Those that are not asked before a place."""
        keys, places = self.of(name)
        return keys[bisect_left(places, place) :]

    def edges(self) -> dict[str, list[str]]:
        """From each built-in value to what it rests on."""
        return {name: self.of(name)[0] for name in (*TRIPPED, "$compute", "$weights", "$irreversible")}


def _edges(view: View, key: str) -> list[str]:
    question = view.questions[key]
    names = {name for field in ("show_if", "required_if") for _, name in named((), question.get(field))}
    return [name for name in names if name in view.questions or name.startswith("$")]


class _Circles:
    """Numbers nodes so that two have the same number exactly when each leads to the other (Tarjan, no recursion)."""

    def __init__(self, edges: dict[str, list[str]]) -> None:
        self.edges = edges
        self.number: dict[str, int] = {}
        self.entered: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.waiting: list[str] = []
        for node in edges:
            if node not in self.entered:
                self.walk(node)

    def walk(self, root: str) -> None:
        """Everything that a node leads to."""
        trail = [self.enter(root)]
        while trail:
            node, ahead = trail[-1]
            found = next((one for one in ahead if self.is_new(node, one)), None)
            if found is not None:
                trail.append(self.enter(found))
                continue
            trail.pop()
            if trail:
                before = trail[-1][0]
                self.lowest[before] = min(self.lowest[before], self.lowest[node])
            if self.lowest[node] == self.entered[node]:
                self.close(node)

    def enter(self, node: str) -> tuple[str, Iterator[str]]:
        """Begin with a node."""
        self.entered[node] = self.lowest[node] = len(self.entered)
        self.waiting.append(node)
        return node, iter(self.edges.get(node, ()))

    def is_new(self, node: str, found: str) -> bool:
        """Whether something is found for the first time; otherwise it may close a circle."""
        if found in self.entered and found not in self.number:
            self.lowest[node] = min(self.lowest[node], self.entered[found])
        return found not in self.entered

    def close(self, node: str) -> None:
        """What was entered since a node that leads to nothing before it is one circle, or the node alone."""
        number = len(self.number)
        while node not in self.number:
            self.number[self.waiting.pop()] = number
