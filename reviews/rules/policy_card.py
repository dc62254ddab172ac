"""Whether what a pack makes of a model card points to what it has, and leaves judgements to people."""

from __future__ import annotations

from typing import Any

from reviews.rules.policy_view import View
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

PLAIN = ("single_choice", "multi_choice", "yes_no", "text", "number", "compute_flop")
INFORMING = ("context", "flag")


def check_model_card(view: View) -> None:
    """Every question, option and evidence type that ``model_card`` names must be there."""
    helpers = {
        helper["key"]
        for key in view.questions
        for helper in view.questions[key].get("helper_inputs") or ()
        if isinstance(helper, dict) and isinstance(helper.get("key"), str)
    }
    for path, entry in view.maps("model_card", "fields"):
        key = entry.get("question")
        if isinstance(key, str) and key not in helpers:
            _check_field(view, path, key, entry)
    known = view.names("evidence_types")
    wanted = view.at("model_card", "evidence")
    for section, types in wanted.items() if isinstance(wanted, dict) else ():
        for one in types if isinstance(types, list) else [types]:
            if isinstance(one, str) and one not in known:
                view.report.add(("model_card", "evidence", section), f"There is no evidence type “{short(one)}”.")


def _check_field(view: View, path: Path, key: str, entry: dict[Any, Any]) -> None:
    question = view.questions.get(key)
    if question is None:
        view.report.add((*path, "question"), f"There is no question “{short(key)}”.")
        return
    if question.get("type") not in PLAIN or view.role_of(question) not in INFORMING or _is_choice_of_domains(view, key):
        view.report.add((*path, "question"), f"“{short(key)}” is for people to judge; no model card answers it.")
        return
    values = entry.get("values")
    offered = view.values(question)
    for word, chosen in values.items() if isinstance(values, dict) else ():
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if one not in offered:
                view.report.add((*path, "values", word), f"“{short(key)}” has no option “{short(one)}”.")


def _is_choice_of_domains(view: View, key: str) -> bool:
    return key == view.at("bindings", "domains")
