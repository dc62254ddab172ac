"""How the values of a pack are said to people: conditions, shares, steps, lists and numbers as words.

Wording only: nothing here judges a pack or compares two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from reviews.rules.conditions import Compare, Condition, Every, Negated, Some
from reviews.rules.pack import HelperInput, Pack, Panel, Question, QuorumRule, ShareRule, Step
from reviews.rules.quoting import short

Say = Callable[[Any], str]

NOTHING = "nothing"
NAME_LENGTH = 70
LABEL_LENGTH = 300

_TYPES = {
    "single_choice": "one choice",
    "multi_choice": "any number of choices",
    "yes_no": "yes or no",
    "text": "a text",
    "scale_0_4": "a level from 0 to 4",
    "tripwire": "a tripwire (no, not sure, yes)",
    "compute_flop": "an amount of compute",
    "number": "a number",
}
_ROLES = {
    "context": "informs only",
    "flag": "speaks to legal flags and triggers, not to the score",
    "rung": "names the requested access level",
    "enablement": "scores a hazard domain",
    "modifier": "gives a factor of the score",
    "tripwire": "is a tripwire",
    "mitigation": "is a safeguard",
    "decision_input": "is weighed by the board, not by the score",
}
_TRUTHS = {
    "$weights": ("a requested level gives out weights", "no requested level gives out weights"),
    "$irreversible": ("a requested level cannot be undone", "every requested level can be undone"),
    "$any_trip": ("any tripwire is answered yes or not sure", "no tripwire is answered yes or not sure"),
    "$any_unsure": ("any tripwire is not sure or open", "no tripwire is not sure or open"),
}
_FIGURES = {"$compute": "the training compute", "$inherent_tier": "the tier by inherent risk"}


def plain(value: Any) -> str:
    """A number without needless digits, a truth value as yes or no, a list with commas, nothing as “nothing”."""
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, tuple):
        return ", ".join(map(plain, value))
    return str(value)


def percent(value: float | None) -> str:
    """A share from 0 to 1 as a percentage; None for what is left out of a mean."""
    return "left out of the mean" if value is None else f"{value * 100:.10g} %"


def spoken(key: str) -> str:
    """A key of the program as words: ``head_of_research`` is “head of research”."""
    return key.replace("_", " ")


def listed(keys: Iterable[Any], say: Say = spoken) -> str:
    """Several things with commas; “nothing” for none."""
    return ", ".join(say(key) for key in keys) or NOTHING


def unsaid(_value: Any) -> str:
    """Nothing, for what is told without its values."""
    return ""


def quoted(text: str) -> str:
    """A text in quotation marks, on one line and cut to the length of a name."""
    return f"“{short(text, NAME_LENGTH)}”"


def in_full(text: str) -> str:
    """A label in quotation marks, uncut, so that two that differ late look different."""
    return f"“{short(text, LABEL_LENGTH)}”"


def type_words(kind: str) -> str:
    """What kind of answer a question takes."""
    return _TYPES.get(kind, kind)


def role_words(role: str) -> str:
    """What the answer to a question does."""
    return _ROLES.get(role, spoken(role))


def condition_words(pack: Pack, condition: Condition | None) -> str:
    """A condition as a clause that can follow “when”; an absent one is “always”."""
    match condition:
        case None:
            return "always"
        case Every(parts):
            return " and ".join(_inner(pack, part) for part in parts)
        case Some(parts):
            return " or ".join(_inner(pack, part) for part in parts)
        case Negated(part):
            return f"it is not so that {_inner(pack, part)}"
        case Compare():
            return _compared(pack, condition)


def _inner(pack: Pack, part: Condition) -> str:
    words = condition_words(pack, part)
    is_one = isinstance(part, Compare) or (isinstance(part, Every | Some) and len(part.parts) == 1)
    return words if is_one else f"({words})"


def _compared(pack: Pack, one: Compare) -> str:
    if one.q in _TRUTHS and one.op in ("eq", "ne"):
        yes, no = _TRUTHS[one.q]
        return yes if (one.value is True) == (one.op == "eq") else no
    question = next((q for q in pack.questions if q.key == one.q), None)
    subject = _FIGURES.get(one.q) or (quoted(question.text) if question else one.q)
    wanted = _wanted(question, one.value)
    match one.op:
        case "answered" | "not_answered":
            return f"{subject} is {'answered' if one.op == 'answered' else 'not answered'}"
        case "eq" | "in":
            return f"{subject} is {wanted}"
        case "ne":
            return f"{subject} is answered and is not {wanted}"
        case "contains" | "contains_any":
            return f"{subject} includes {wanted}"
    return f"{subject} is at {'least' if one.op == 'gte' else 'most'} {wanted}"


def _wanted(question: Question | None, value: Any) -> str:
    values = value if isinstance(value, tuple) else (value,)
    if question is None or question.type in ("scale_0_4", "number", "compute_flop"):
        return " or ".join(map(plain, values))
    return " or ".join(quoted(question.label_of(one)) for one in values)


def share_words(rule: ShareRule | QuorumRule | Panel | None) -> str:
    """A share of votes or voters: “at least 2/3 of the votes cast, with the executive”."""
    if rule is None:
        return NOTHING
    of = "the panel" if isinstance(rule, Panel) else f"the {spoken(rule.of)}"
    words = f"{_least(rule.share, strictly_more=rule.strictly_more)} of {of}"
    if isinstance(rule, QuorumRule):
        seats = listed(rule.seats, lambda seat: f"{spoken(seat)} {rule.seats[seat]}")
        return f"{words}, never fewer than {rule.at_least}" + (f" (with {seats})" if rule.seats else "")
    if isinstance(rule, ShareRule) and rule.also:
        return f"{words}, with the signature of {listed(rule.also)}"
    return words


def _least(share: Fraction, *, strictly_more: bool) -> str:
    return f"{'more than' if strictly_more else 'at least'} {share.numerator}/{share.denominator}"


def panel_words(panel: Panel | None) -> str:
    """Who hears an appeal."""
    if panel is None:
        return NOTHING
    tiers = f"tier{'' if len(panel.tiers) == 1 else 's'} {listed(panel.tiers, str)}"
    drawn = f"{panel.size} people, appointed by {spoken(panel.appointed_by)} from {spoken(panel.drawn_from)}"
    return f"{drawn}, for {tiers}, by {share_words(panel)}"


def step_words(step: Step | None) -> str:
    """One moment of a reminder and who hears it: “2 working days after it is due: coordinator”."""
    if step is None:
        return "never"
    unit = "hour" if step.unit == "h" else "working day"
    amount = f"{abs(step.amount)} {unit}{'' if abs(step.amount) == 1 else 's'}"
    anchor = "it begins" if step.anchor == "start" else "it is due"
    if step.amount == 0:
        when = f"when {anchor}"
    else:
        when = f"{amount} {'before' if step.amount < 0 else 'after'} {anchor}"
    return f"{when}: {listed(step.to)}" if step.to else when


def steps_words(steps: Iterable[Step]) -> str:
    """A whole ladder of reminders."""
    return "; ".join(map(step_words, steps)) or "no reminder"


def helpers_words(helpers: Iterable[HelperInput]) -> str:
    """The numbers from which an answer can be computed."""
    return listed(helpers, lambda helper: f"{helper.label} ({helper.key})")


def from_labels(labels: Mapping[str, str]) -> Say:
    """Says keys by their labels in quotation marks, and one without a label as it stands."""

    def say(key: str) -> str:
        return quoted(labels[key]) if key in labels else key or NOTHING

    return say
