"""Checks the questionnaire of a pack: sections, options, scoring roles, bindings."""

from __future__ import annotations

from typing import Any

from reviews.rules.policy_schema import FACTORS
from reviews.rules.policy_view import View, among, is_figure
from reviews.rules.questionnaire import KINDS, SCALE
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

TRIPWIRE_VALUES: tuple[Any, ...] = ("no", "unsure", "yes")
NOT_DONE = "none"
# What a page of questions sends besides answers: a question of such a name would be taken for it, or it for an answer.
RESERVED = frozenset({"asked", "csrfmiddlewaretoken", "stay", "version"})
# What browsers call the properties of a form: a control of such a name hides the property from every script.
OF_FORMS = frozenset({
    "action", "after", "animate", "append", "attributes", "autocapitalize", "autocomplete", "autocorrect",
    "autofocus", "before", "blur", "children", "click", "closest", "constructor", "contains", "dataset", "dir",
    "draggable", "elements", "encoding", "enctype", "focus", "hidden", "id", "inert", "lang", "length",
    "matches", "method", "name", "nonce", "normalize", "part", "popover", "prefix", "prepend", "pseudo", "rel",
    "remove", "reset", "role", "scroll", "slot", "spellcheck", "style", "submit", "target", "title",
    "translate", "when",
})  # fmt: skip
WITH_OPTIONS = ("single_choice", "multi_choice", "tripwire", "scale_0_4")
SOURCES = ("options", "options_from", "option_set")
TYPES_OF_ROLE = {
    "rung": "single_choice",
    "enablement": "scale_0_4",
    "modifier": "scale_0_4",
    "tripwire": "tripwire",
    "mitigation": "single_choice",
}
DETAIL_OF_ROLE = {"enablement": "domain", "modifier": "factor", "mitigation": "weight"}
TYPES_OF_BINDING = {
    "kind": ("single_choice", ""),
    "summary": ("text", ""),
    "model_rung": ("single_choice", "access_levels.model"),
    "paper_rung": ("single_choice", "access_levels.paper"),
    "domains": ("multi_choice", "hazard_domains"),
    "compute": ("compute_flop", ""),
}


def check_questions(view: View) -> None:
    """Every question by itself, then what they must be together."""
    _check_sections(view)
    for path, question in view.maps("questions"):
        _check_place(view, path, question)
        _check_source(view, path, question)
        _check_role(view, path, question)
        _check_extras(view, path, question)
    _check_credits(view)
    _check_keys(view)
    _check_factors(view)
    _check_enablement(view)
    _check_bindings(view)


def _check_sections(view: View) -> None:
    seen: set[int] = set()
    for path, section in view.maps("sections"):
        order = section.get("order")
        if isinstance(order, int) and order in seen:
            view.report.add((*path, "order"), f"Another section has the order {order} as well.")
        elif isinstance(order, int):
            seen.add(order)


def _check_place(view: View, path: Path, question: dict[Any, Any]) -> None:
    section = question.get("section")
    if isinstance(section, str) and section not in view.names("sections"):
        view.report.add((*path, "section"), f"There is no section “{short(section)}”.")
    domains = view.names("hazard_domains")
    for at, domain in view.items(*path, "feeds"):
        if isinstance(domain, str) and domain not in domains:
            view.report.add(at, f"There is no hazard domain “{short(domain)}”.")


def _check_source(view: View, path: Path, question: dict[Any, Any]) -> None:
    kind = question.get("type")
    given = [source for source in SOURCES if source in question]
    if kind not in WITH_OPTIONS:
        for source in given:
            view.report.add((*path, source), f"A question of the type {kind} has no options.")
        return
    if len(given) != 1:
        view.report.add(path, "A question to choose from needs exactly one of options, options_from and option_set.")
        return
    name = question.get("option_set")
    if isinstance(name, str) and not isinstance(view.at("option_sets", name), list):
        view.report.add((*path, "option_set"), f"There is no option set “{short(name)}”.")
        return
    _check_values(view, path, question, (*path, given[0]))


def _check_values(view: View, path: Path, question: dict[Any, Any], source: Path) -> None:
    kind, values = question.get("type"), view.values(question)
    if kind == "scale_0_4" and list(values) != list(SCALE):
        view.report.add(source, "A scale needs the values 0, 1, 2, 3 and 4, in this order.")
    elif kind == "tripwire":
        _check_tripwire_values(view, path, question, values)
    elif kind in ("single_choice", "multi_choice"):
        at, options = view.options(question, path)
        for number, option in enumerate(options):
            value = option.get("value") if isinstance(option, dict) else None
            if isinstance(value, int) and not isinstance(value, bool):
                view.report.add(
                    (*at, number, "value"), f'A choice needs a word as value; write "{short(value)}" in quotes.'
                )


def _check_tripwire_values(view: View, path: Path, question: dict[Any, Any], values: tuple[Any, ...]) -> None:
    if sorted(map(str, values)) == sorted(TRIPWIRE_VALUES) and all(isinstance(one, str) for one in values):
        return
    if not any(isinstance(one, bool) for one in values):
        view.report.add(path, "A tripwire needs the options “no”, “unsure” and “yes”.")


def _check_role(view: View, path: Path, question: dict[Any, Any]) -> None:
    role, kind = view.role_of(question), question.get("type")
    if not isinstance(role, str):
        return
    needed = TYPES_OF_ROLE.get(role)
    if needed is not None and kind != needed:
        view.report.add((*path, "type"), f"A question with the role {role} must be of the type {needed}.")
    if kind == "tripwire" and role != "tripwire":
        view.report.add((*path, "scoring", "role"), "A tripwire must have the role tripwire.")
    detail = DETAIL_OF_ROLE.get(role, "")
    for name in ("domain", "factor", "weight"):
        given = name in question["scoring"]
        if name == detail and not given:
            view.report.add((*path, "scoring", name), "This key is missing.")
        elif name != detail and given:
            view.report.add((*path, "scoring", name), f"A question with the role {role} has no {name}.")
    domain = question["scoring"].get("domain")
    if isinstance(domain, str) and domain not in view.names("hazard_domains"):
        view.report.add((*path, "scoring", "domain"), f"There is no hazard domain “{short(domain)}”.")


def _check_extras(view: View, path: Path, question: dict[Any, Any]) -> None:
    kind = question.get("type")
    if "helper_inputs" in question and kind != "compute_flop":
        view.report.add((*path, "helper_inputs"), "Only a question of the type compute_flop has helper inputs.")
    if "allow_empty" in question and kind != "multi_choice":
        view.report.add((*path, "allow_empty"), "Only a question of the type multi_choice can be answered with none.")


def _check_credits(view: View) -> None:
    """ "A shown safeguard [without an answer scores] as none", so each needs its credits, and that option."""
    seen: set[Path] = set()
    for path, question in view.maps("questions"):
        if view.role_of(question) != "mitigation":
            continue
        at, options = view.options(question, path)
        if at not in seen and options:
            seen.add(at)
            _check_credit_list(view, at, options)
    for name, options in (view.at("option_sets") or {}).items() if isinstance(view.at("option_sets"), dict) else ():
        at = ("option_sets", name)
        graded = isinstance(options, list) and any("credit" in one for one in options if isinstance(one, dict))
        if graded and at not in seen:
            _check_credit_list(view, at, options)


def _check_credit_list(view: View, at: Path, options: list[Any]) -> None:
    for number, option in enumerate(options):
        if isinstance(option, dict) and "credit" not in option:
            view.report.add((*at, number, "credit"), "An option of a safeguard needs a credit (null: cannot apply).")
    values = [option.get("value") if isinstance(option, dict) else None for option in options]
    if NOT_DONE not in values:
        view.report.add(at, "A safeguard needs the option “none”; an unanswered one counts as that.")
        return
    place = values.index(NOT_DONE)
    if not is_figure(options[place].get("credit", 0)):
        view.report.add((*at, place, "credit"), "The option “none” needs a number as its credit.")


def _check_keys(view: View) -> None:
    """Helper inputs are answers too: their names differ from those of the questions, and all from the page's own."""
    taken = set(view.questions)
    for path, question in view.maps("questions"):
        _check_free(view, path, question.get("key"))
        for at, helper in view.maps(*path, "helper_inputs"):
            key = helper.get("key")
            _check_free(view, at, key)
            if isinstance(key, str) and key in taken:
                view.report.add((*at, "key"), f"“{short(key)}” is the key of another question or helper input.")
            elif isinstance(key, str):
                taken.add(key)


def _check_free(view: View, path: Path, key: Any) -> None:
    if isinstance(key, str) and key in RESERVED | OF_FORMS:
        view.report.add((*path, "key"), f"“{key}” is a name that the pages themselves use; choose another key.")


def _check_factors(view: View) -> None:
    found: dict[Any, str] = {}
    for path, question in view.maps("questions"):
        if view.role_of(question) != "modifier":
            continue
        factor = question["scoring"].get("factor")
        if isinstance(factor, str) and factor in found:
            view.report.add((*path, "scoring", "factor"), f"“{found[factor]}” already gives the factor {factor}.")
        elif isinstance(factor, str):
            found[factor] = str(question.get("key"))
    for factor in FACTORS:
        if factor not in found and view.questions:
            view.report.add(("questions",), f"No question gives the factor {factor}.")


def _check_enablement(view: View) -> None:
    found: dict[Any, str] = {}
    for path, question in view.maps("questions"):
        if view.role_of(question) != "enablement":
            continue
        domain = question["scoring"].get("domain")
        if isinstance(domain, str) and domain in found:
            view.report.add((*path, "scoring", "domain"), f"“{found[domain]}” already scores the domain {domain}.")
        elif isinstance(domain, str):
            found[domain] = str(question.get("key"))
    for path, domain in view.maps("hazard_domains"):
        key = domain.get("key")
        if isinstance(key, str) and key not in found and view.questions:
            view.report.add(path, f"No question scores the domain {key}.")


def _check_bindings(view: View) -> None:
    for name, (kind, source) in TYPES_OF_BINDING.items():
        key = view.at("bindings", name)
        if not isinstance(key, str):
            continue
        path: Path = ("bindings", name)
        question = view.questions.get(key)
        if question is None:
            view.report.add(path, f"There is no question “{short(key)}”.")
        elif question.get("type") != kind:
            view.report.add(path, f"“{short(key)}” must be a question of the type {kind}.")
        elif source and question.get("options_from") != source:
            view.report.add(path, f"“{short(key)}” must take its options from {source}.")
        elif name == "kind":
            _check_kind(view, path, key, question)
    bound = [view.at("bindings", name) for name in ("model_rung", "paper_rung")]
    for path, question in view.maps("questions"):
        if view.role_of(question) == "rung" and question.get("key") not in bound:
            view.report.add((*path, "scoring", "role"), "A question with the role rung must stand in the bindings.")


def _check_kind(view: View, path: Path, key: str, question: dict[Any, Any]) -> None:
    values = view.values(question)
    if not all(among(value, tuple(KINDS)) for value in values):
        view.report.add(path, f"“{short(key)}” may only offer {', '.join(KINDS)}.")
    elif sorted(values) != sorted(view.words("applies_to")):
        view.report.add(path, f"“{short(key)}” must offer exactly what applies_to names.")
