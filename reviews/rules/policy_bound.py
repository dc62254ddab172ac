"""Checks that a case of a pack can be answered and frozen: what the program must know is asked, names do not collide.

Asked of what is to be published only: a version that was published without it is applied all the same, and a case
under it lacks the answer until it is given.
"""

from __future__ import annotations

import re
from typing import Any

from reviews.rules.conditions import holds, names
from reviews.rules.pack import PARTS
from reviews.rules.policy_build import condition
from reviews.rules.policy_view import View
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

MOST_LEVELS = 20
# On a page the third option of a question “a” has the name a_2, and its help text a_helptext.
PART_OF_QUESTION = re.compile(r"(.+)_([0-9]+|helptext|error)")


def check_names(view: View) -> None:
    """A page names the options and the help of a question after it; no other question may have such a name."""
    for path, _question in view.maps("questions"):
        helpers = ((*at, "key") for at, _helper in view.maps(*path, "helper_inputs"))
        for at in ((*path, "key"), *helpers):
            key = view.at(*at)
            found = PART_OF_QUESTION.fullmatch(key) if isinstance(key, str) else None
            if found is not None and found[1] in view.questions:
                text = f"“{short(key)}” is how pages name a part of “{short(found[1])}”; choose another key."
                view.report.add(at, text)


def check_ladders(view: View) -> None:
    """While authors answer, every pair of levels may be tried for what would lower the tier."""
    for part in PARTS:
        ladder = view.at("access_levels", part)
        if isinstance(ladder, list) and len(ladder) > MOST_LEVELS:
            view.report.add(("access_levels", part), f"A ladder has at most {MOST_LEVELS} levels.")


def check_bound(view: View) -> None:
    """No case can be frozen without its kind, its summary and a level for each part; so each is asked and required."""
    kind = _bound(view, "kind")
    always = {kind, _bound(view, "summary")} - {""}
    rungs = {_bound(view, f"{part}_rung"): part for part in PARTS if view.kinds_with(part)}
    for path, question in view.maps("questions"):
        key = question.get("key")
        if not isinstance(key, str) or key not in {*always, *rungs} - {""}:
            continue
        if question.get("required") is False:
            view.report.add(
                (*path, "required"), f"Nothing is submitted without an answer to “{short(key)}”: write true."
            )
        at: Path = (*path, "show_if")
        if view.report.is_touched(at):
            continue
        if key in always and "show_if" in question:
            view.report.add(at, f"“{short(key)}” must be asked always.")
        elif key in rungs and not _is_asked(question.get("show_if"), kind, view.kinds_with(rungs[key])):
            kinds = ", ".join(view.kinds_with(rungs[key]))
            view.report.add(at, f"“{short(key)}” must be asked for {kinds}, whatever else is answered.")


def _bound(view: View, name: str) -> str:
    """The question that a binding names; empty where it names none, which is a fault told elsewhere."""
    key = view.at("bindings", name)
    return key if isinstance(key, str) else ""


def _is_asked(raw: Any, kind: str, kinds: list[str]) -> bool:
    """Whether a condition holds for each of these kinds, and rests on nothing else."""
    shown = None if raw is None else condition(raw)
    if shown is None:
        return True
    return set(names(shown)) <= {kind} and all(holds(shown, {kind: one}.get) for one in kinds)
