"""Checks every condition of a pack: its form, what it names, and what it compares with."""

from __future__ import annotations

from typing import Any

from reviews.rules.conditions import OPS, OPS_WITH_LIST, OPS_WITHOUT_VALUE
from reviews.rules.policy_shape import MAX_ENTRIES
from reviews.rules.policy_view import View, is_figure
from reviews.rules.questionnaire import DERIVED
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

FORMS = ("all", "any", "not")
TRUTH = ("$weights", "$irreversible", "$any_trip", "$any_unsure")
FIGURES = ("$compute", "$inherent_tier")
SCORED = "$inherent_tier"
CHOICES = ("single_choice", "yes_no", "tripwire")
NUMBERS = ("scale_0_4", "number", "compute_flop")
FITTING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(CHOICES, ("eq", "ne", "in")),
    **dict.fromkeys(NUMBERS, ("eq", "ne", "in", "gte", "lte")),
    **dict.fromkeys(TRUTH, ("eq", "ne")),
    **dict.fromkeys(FIGURES, ("eq", "ne", "in", "gte", "lte")),
    "multi_choice": ("contains", "contains_any"),
    "text": (),
}


def check_conditions(view: View) -> None:
    """All conditions, wherever they stand."""
    for path, question in view.maps("questions"):
        for name in ("show_if", "required_if"):
            if name in question:
                _check(view, (*path, name), question[name], scored=False)
    for path, one in view.maps("evidence_types"):
        if "when" in one:
            _check(view, (*path, "when"), one["when"], scored=False)
    for name in ("hard_triggers", "legal_flags"):
        for path, one in view.maps(name):
            if "when" in one:
                _check(view, (*path, "when"), one["when"], scored=True)


def _check(view: View, path: Path, condition: Any, *, scored: bool) -> None:
    if not isinstance(condition, dict):
        view.report.wrong(path, condition, "a condition such as {q: …, op: …, value: …}")
        return
    forms = [form for form in FORMS if form in condition]
    if not forms:
        _check_compare(view, path, condition, scored=scored)
        return
    if len(condition) > 1:
        view.report.add(path, f"A condition with “{forms[0]}” has no other keys beside it.")
    parts = condition[forms[0]]
    if forms[0] == "not":
        _check(view, (*path, "not"), parts, scored=scored)
    elif not isinstance(parts, list) or not parts:
        view.report.add((*path, forms[0]), "This must be a list of at least one condition.")
    elif len(parts) > MAX_ENTRIES:
        view.report.add((*path, forms[0]), f"This list has {len(parts)} entries; at most {MAX_ENTRIES} are possible.")
    else:
        for number, part in enumerate(parts):
            _check(view, (*path, forms[0], number), part, scored=scored)


def _check_compare(view: View, path: Path, condition: dict[Any, Any], *, scored: bool) -> None:
    for key in condition:
        if key not in ("q", "op", "value"):
            view.report.add((*path, key), "This key is not known in a condition.")
    for key in ("q", "op"):
        if key not in condition:
            view.report.add((*path, key), "This key is missing.")
    if "q" not in condition or "op" not in condition:
        return
    kind = _kind(view, (*path, "q"), condition["q"], scored=scored)
    if _has_known_op(view, path, condition) and kind is not None:
        _check_fit(view, path, condition, kind)


def _kind(view: View, path: Path, name: Any, *, scored: bool) -> str | None:
    """The type of the question, or the ``$`` name itself; None when there is no such thing."""
    if not isinstance(name, str):
        view.report.wrong(path, name, "the key of a question")
        return None
    if name == SCORED and not scored:
        view.report.add(path, "“$inherent_tier” is known only to hard triggers and legal flags.")
        return None
    if name in DERIVED:
        return name
    if name in view.questions:
        kind = view.questions[name].get("type")
        return kind if isinstance(kind, str) and kind in FITTING else None
    what = "built-in value" if name.startswith("$") else "question"
    view.report.add(path, f"There is no {what} “{short(name)}”.")
    return None


def _has_known_op(view: View, path: Path, condition: dict[Any, Any]) -> bool:
    op = condition["op"]
    if not isinstance(op, str) or op not in OPS:
        view.report.wrong((*path, "op"), op, f"one of the operators {', '.join(OPS)}")
        return False
    if op in OPS_WITHOUT_VALUE:
        if "value" in condition:
            view.report.add((*path, "value"), f"“{op}” takes no value.")
        return False
    if "value" not in condition:
        view.report.add((*path, "value"), "This key is missing.")
        return False
    return True


def _check_fit(view: View, path: Path, condition: dict[Any, Any], kind: str) -> None:
    op, value = condition["op"], condition["value"]
    if op not in FITTING[kind]:
        fitting = (*FITTING[kind], "answered", "not_answered")
        view.report.add((*path, "op"), f"“{op}” does not fit “{short(condition['q'])}”; use {', '.join(fitting)}.")
        return
    if op not in OPS_WITH_LIST:
        _check_value(view, (*path, "value"), condition["q"], kind, value)
    elif not isinstance(value, list) or not value:
        view.report.add((*path, "value"), f"“{op}” needs a list of values.")
    elif len(value) > MAX_ENTRIES:
        view.report.add((*path, "value"), f"This list has {len(value)} entries; at most {MAX_ENTRIES} are possible.")
    else:
        for number, one in enumerate(value):
            _check_value(view, (*path, "value", number), condition["q"], kind, one)


def _check_value(view: View, path: Path, name: str, kind: str, value: Any) -> None:
    if kind in TRUTH:
        if not isinstance(value, bool):
            view.report.add(path, f"“{short(name)}” is compared with true or false, without quotes.")
    elif kind in NUMBERS or kind in FIGURES:
        if not is_figure(value) or not abs(value) < float("inf"):
            view.report.wrong(path, value, "a number")
    elif isinstance(value, bool) or value is None:
        view.report.wrong(path, value, f"an option of “{short(name)}”")
    elif not view.offers(name, value):
        view.report.add(path, f"“{short(value)}” is not an option of “{short(name)}”.")
