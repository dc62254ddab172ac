"""Finds questions that can never be asked and hard triggers that can never fire.

Tries all combinations of answers to the questions that a condition rests on, those behind their own conditions
included; of the answers to one question, only those between which the conditions distinguish. Built-in values count as
free, so what is named here can truly never hold. Where more than six questions or too many combinations are involved,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations, pairwise, product
from math import prod
from typing import Any

from reviews.rules.conditions import Compare, Condition, compares, holds, is_number, names
from reviews.rules.pack import PARTS
from reviews.rules.policy_build import condition
from reviews.rules.policy_conditions import NUMBERS, TRUTH
from reviews.rules.policy_view import View
from reviews.rules.questionnaire import SCALE
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

MOST_QUESTIONS = 6
MOST_CHOICES_NAMED = 6
MOST_COMPARISONS = 50
MOST_COMBINATIONS = 5_000
MOST_TRIED = 300_000
TOO_MANY: list[str] = []


def check_reach(view: View) -> None:
    """A question that no answers show, and a trigger that no answers fire, each where its condition stands.

    The level of a part that no kind of the pack has must be bound, and may well never be asked.
    """
    reach = _Reach(view)
    idle = [view.at("bindings", f"{part}_rung") for part in PARTS if not view.kinds_with(part)]  # maybe no text at all
    for path, question in view.maps("questions"):
        if question.get("key") not in idle and reach.never((*path, "show_if"), question.get("show_if")):
            view.report.add((*path, "show_if"), f"No combination of {reach.answers_named()} shows this question.")
    for path, trigger in view.maps("hard_triggers"):
        if reach.never((*path, "when"), trigger.get("when")):
            view.report.add((*path, "when"), f"No combination of {reach.answers_named()} fires this trigger.")


@dataclass
class _Reach:
    """Looks at one condition after the other, within what one pack may cost."""

    view: View
    tried: int = 0
    involved: dict[str, Condition | None] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = {one["key"]: at for at, one in self.view.maps("questions") if isinstance(one.get("key"), str)}

    def answers_named(self) -> str:
        """Whose answers the last condition rests on."""
        keys = ", ".join(f"“{short(key)}”" for key in self.involved)
        return f"answers to {keys}" if keys else "answers"

    def never(self, path: Path, raw: Any) -> bool:
        """Whether a condition that has no other fault can hold for no answers at all."""
        if raw is None or self.tried > MOST_TRIED or self.view.report.is_touched(path):
            return False
        wanted = condition(raw)
        if wanted is None or not self._involve(wanted):
            return False
        everything = [wanted, *(one for one in self.involved.values() if one is not None)]
        free = (name for one in everything for name in names(one) if name.startswith("$"))
        comparisons = [one for part in everything for one in compares(part)]
        if len(comparisons) > MOST_COMPARISONS:
            return False
        asked = {name: self._answers(name, comparisons) for name in (*free, *self.involved)}
        size = prod(len(answers) for answers in asked.values())
        if not 0 < size <= MOST_COMBINATIONS:
            return False
        self.tried += size * len(comparisons)
        return not any(self._holds(wanted, dict(zip(asked, one, strict=True))) for one in product(*asked.values()))

    def _involve(self, wanted: Condition) -> bool:
        """Collect the questions behind a condition in the order they are asked; False for too many, or faulty ones."""
        self.involved = {}
        waiting = [wanted]
        while waiting:
            for key in names(waiting.pop()):
                if key.startswith("$") or key in self.involved:
                    continue
                at = self.paths[key]
                if len(self.involved) == MOST_QUESTIONS or self.view.report.is_touched(at):
                    return False
                self.involved[key] = shown = condition(self.view.questions[key].get("show_if"))
                waiting += [shown] if shown is not None else []
        self.involved = dict(sorted(self.involved.items(), key=lambda pair: self.view.position[pair[0]]))
        return True

    def _answers(self, name: str, comparisons: list[Compare]) -> list[Any]:
        """One answer of each kind that some condition tells from the others, "unanswered" among them; none for a
        choice of which too many options are named.
        """
        asking = [one for one in comparisons if one.q == name]
        found: dict[tuple[bool, ...], Any] = {}
        for value in chain((None,), _possible(self.view, name, asking)):
            if value is TOO_MANY:
                return []
            self.tried += len(asking)
            found.setdefault(tuple(holds(one, {name: value}.get) for one in asking), value)
        return list(found.values())

    def _holds(self, wanted: Condition, given: dict[str, Any]) -> bool:
        """Whether a condition holds once answers to questions that are not shown are taken away."""
        for key, shown in self.involved.items():
            if shown is not None and not holds(shown, given.get):
                given[key] = None
        return holds(wanted, given.get)


def _possible(view: View, name: str, asking: list[Compare]) -> Iterator[Any]:
    """What a name can stand for, as far as comparisons can tell."""
    if name in TRUTH:
        yield from (True, False)
    elif name == "$inherent_tier":
        yield from view.tiers
    elif name == "$compute":
        yield from _amounts(asking, least=0)
    else:
        question = view.questions[name]
        kind = question.get("type")
        if kind == "scale_0_4":
            yield from SCALE
        elif kind in NUMBERS:
            yield from _amounts(asking, least=0 if kind == "compute_flop" else None)
        elif kind == "text":
            yield "text"
        elif kind == "multi_choice":
            yield from _lists(view.values(question), asking, may_be_empty=question.get("allow_empty") is True)
        else:
            yield from (value for value in view.values(question) if isinstance(value, str))


def _amounts(asking: list[Compare], *, least: float | None) -> Iterator[float]:
    """Each number that is compared with, and one between and beyond any two."""
    wanted = sorted({float(value) for one in asking for value in _values(one) if is_number(value)})
    if wanted:
        between = (low + (high - low) / 2 for low, high in pairwise(wanted))
        beyond = (wanted[0] - 1 - abs(wanted[0]), wanted[-1] + 1 + abs(wanted[-1]))
        yield from (one for one in (*wanted, *between, *beyond) if least is None or one >= least)
    yield 0.0


def _lists(values: tuple[Any, ...], asking: list[Compare], *, may_be_empty: bool) -> Iterator[list[str]]:
    """Every choice among the options that are named, with and without one that is not."""
    known = [value for value in values if isinstance(value, str)]
    wanted = {value for one in asking for value in _values(one)}
    told = [value for value in known if value in wanted]
    other = [value for value in known if value not in wanted][:1]
    if len(told) > MOST_CHOICES_NAMED:
        yield TOO_MANY
        return
    for size in range(len(told) + 1):
        for chosen in combinations(told, size):
            for extra in ([], other):
                if chosen or extra or may_be_empty:
                    yield [*chosen, *extra]


def _values(one: Compare) -> tuple[Any, ...]:
    return one.value if isinstance(one.value, tuple) else (one.value,)
