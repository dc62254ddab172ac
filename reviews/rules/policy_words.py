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
from reviews.rules.sentences import gettext, ngettext
from reviews.rules.sentences import gettext_noop as _

Say = Callable[[Any], str]

NAME_LENGTH = 70
LABEL_LENGTH = 300

_TYPES = {
    "single_choice": _("one choice"),
    "multi_choice": _("any number of choices"),
    "yes_no": _("yes or no"),
    "text": _("a text"),
    "scale_0_4": _("a level from 0 to 4"),
    "tripwire": _("a tripwire (no, not sure, yes)"),
    "compute_flop": _("an amount of compute"),
    "number": _("a number"),
}
_ROLES = {
    "context": _("informs only"),
    "flag": _("speaks to legal flags and triggers, not to the score"),
    "rung": _("names the requested access level"),
    "enablement": _("scores a hazard domain"),
    "modifier": _("gives a factor of the score"),
    "tripwire": _("is a tripwire"),
    "mitigation": _("is a safeguard"),
    "decision_input": _("is weighed by the board, not by the score"),
}
_TRUTHS = {
    "$weights": (_("a requested level gives out weights"), _("no requested level gives out weights")),
    "$irreversible": (_("a requested level cannot be undone"), _("every requested level can be undone")),
    "$any_trip": (_("any tripwire is answered yes or not sure"), _("no tripwire is answered yes or not sure")),
    "$any_unsure": (_("any tripwire is not sure or open"), _("no tripwire is not sure or open")),
}
_FIGURES = {"$compute": _("the training compute"), "$inherent_tier": _("the tier by inherent risk")}
SPOKEN = frozenset(
    {
        # Roles, and whoever owes something.
        _("member"), _("external member"), _("reviewer"), _("coordinator"), _("chair"), _("deputy chair"),
        _("legal officer"), _("biosecurity officer"), _("security officer"), _("export officer"),
        _("head of research"), _("executive"), _("auditor"), _("responsible"),
        # Duties.
        _("accept offer"), _("file review"), _("answer board"), _("assign reviewers"), _("vote"), _("sign off"),
        _("clear hold"), _("prove condition"), _("give evidence"), _("monitoring report"), _("open stage"),
        _("renew clearance"), _("appeal window"), _("stalled case"), _("confirm tier"),
        # Kinds, factors, seats, paths, outcomes.
        _("paper"), _("model"), _("paper and model"), _("ease"), _("uplift"), _("reach"),
        _("generalist"), _("expert top domain"), _("expert other domain"), _("security"), _("legal"),
        _("security or policy"), _("external"), _("outside unit"),
        _("system"), _("reviewers"), _("board"), _("full"), _("staged"), _("withheld"), _("returned"),
        # Votes, appeals, emergencies, conflicts of interest.
        _("votes cast"), _("eligible voters"), _("outside committee"), _("restrict only"), _("excluded"),
        _("chair decides"), _("counts for quorum"), _("may vote"), _("may see deliberation"),
        _("may give information when asked"),
    }
)  # fmt: skip
"""What the words of the program itself are when they are said. A pack has words of its own besides."""


def nothing() -> str:
    """What is said where there is nothing."""
    return gettext("nothing")


def plain(value: Any) -> str:
    """A number without needless digits, a truth value as yes or no, a list with commas, nothing as “nothing”."""
    if value is None or value in ("", ()):
        return nothing()
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, tuple):
        return ", ".join(map(plain, value))
    return str(value)


def percent(value: float | None) -> str:
    """A share from 0 to 1 as a percentage; None for what is left out of a mean."""
    if value is None:
        return gettext("left out of the mean")
    return gettext("%(share)s %%") % {"share": f"{value * 100:.10g}"}


def spoken(key: str) -> str:
    """A key of the program as words: ``head_of_research`` is “head of research”."""
    return gettext(key.replace("_", " "))


def tier_words(number: int) -> str:
    """A tier by its number, in the middle of a sentence."""
    return gettext("tier %(number)d") % {"number": number}


def listed(keys: Iterable[Any], say: Say = spoken) -> str:
    """Several things with commas; “nothing” for none."""
    return ", ".join(say(key) for key in keys) or nothing()


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
    return gettext(_TYPES.get(kind, kind))


def role_words(role: str) -> str:
    """What the answer to a question does."""
    return gettext(_ROLES[role]) if role in _ROLES else spoken(role)


def condition_words(pack: Pack, condition: Condition | None) -> str:
    """A condition as a clause that can follow “when”; an absent one is “always”."""
    match condition:
        case None:
            return gettext("always")
        case Every(parts):
            return gettext(" and ").join(_inner(pack, part) for part in parts)
        case Some(parts):
            return gettext(" or ").join(_inner(pack, part) for part in parts)
        case Negated(part):
            return gettext("it is not so that %(clause)s") % {"clause": _inner(pack, part)}
        case Compare():
            return _compared(pack, condition)


def _inner(pack: Pack, part: Condition) -> str:
    words = condition_words(pack, part)
    is_one = isinstance(part, Compare) or (isinstance(part, Every | Some) and len(part.parts) == 1)
    return words if is_one else f"({words})"


def _compared(pack: Pack, one: Compare) -> str:
    if one.q in _TRUTHS and one.op in ("eq", "ne"):
        yes, no = _TRUTHS[one.q]
        return gettext(yes if (one.value is True) == (one.op == "eq") else no)
    question = next((q for q in pack.questions if q.key == one.q), None)
    figure = _FIGURES.get(one.q)
    subject = gettext(figure) if figure else quoted(question.text) if question else one.q
    return gettext(_CLAUSES[one.op]) % {"subject": subject, "wanted": _wanted(question, one.value)}


_CLAUSES = {
    "answered": _("%(subject)s is answered"),
    "not_answered": _("%(subject)s is not answered"),
    "eq": _("%(subject)s is %(wanted)s"),
    "in": _("%(subject)s is %(wanted)s"),
    "ne": _("%(subject)s is answered and is not %(wanted)s"),
    "contains": _("%(subject)s includes %(wanted)s"),
    "contains_any": _("%(subject)s includes %(wanted)s"),
    "gte": _("%(subject)s is at least %(wanted)s"),
    "lte": _("%(subject)s is at most %(wanted)s"),
}


def _wanted(question: Question | None, value: Any) -> str:
    values = value if isinstance(value, tuple) else (value,)
    if question is None or question.type in ("scale_0_4", "number", "compute_flop"):
        return gettext(" or ").join(map(plain, values))
    return gettext(" or ").join(quoted(question.label_of(one)) for one in values)


def share_words(rule: ShareRule | QuorumRule | Panel | None) -> str:
    """A share of votes or voters: “at least 2/3 of the votes cast, with the executive”."""
    if rule is None:
        return nothing()
    of = gettext("panel") if isinstance(rule, Panel) else spoken(rule.of)
    words = _least(rule.share, of, strictly_more=rule.strictly_more)
    if isinstance(rule, QuorumRule):
        seats = listed(rule.seats, lambda seat: f"{spoken(seat)} {rule.seats[seat]}")
        pattern = gettext("%(share)s, never fewer than %(n)d")
        if rule.seats:
            pattern = gettext("%(share)s, never fewer than %(n)d (with %(seats)s)")
        return pattern % {"share": words, "n": rule.at_least, "seats": seats}
    if isinstance(rule, ShareRule) and rule.also:
        return gettext("%(share)s, with the signature of %(roles)s") % {"share": words, "roles": listed(rule.also)}
    return words


def _least(share: Fraction, of: str, *, strictly_more: bool) -> str:
    pattern = gettext("more than %(share)s of the %(whole)s") if strictly_more else gettext(
        "at least %(share)s of the %(whole)s"
    )  # fmt: skip
    return pattern % {"share": f"{share.numerator}/{share.denominator}", "whole": of}


def panel_words(panel: Panel | None) -> str:
    """Who hears an appeal."""
    if panel is None:
        return nothing()
    text = ngettext(
        "%(size)d people, appointed by %(by)s from %(source)s, for tier %(tiers)s, by %(share)s",
        "%(size)d people, appointed by %(by)s from %(source)s, for tiers %(tiers)s, by %(share)s",
        len(panel.tiers),
    )
    return text % {
        "size": panel.size, "by": spoken(panel.appointed_by), "source": spoken(panel.drawn_from),
        "tiers": listed(panel.tiers, str), "share": share_words(panel),
    }  # fmt: skip


def step_words(step: Step | None) -> str:
    """One moment of a reminder and who hears it: “2 working days after it is due: coordinator”."""
    if step is None:
        return gettext("never")
    when = _moment(step, abs(step.amount))
    return gettext("%(when)s: %(who)s") % {"when": when, "who": listed(step.to)} if step.to else when


def _moment(step: Step, n: int) -> str:
    begins = step.anchor == "start"
    if n == 0:
        return gettext("when it begins") if begins else gettext("when it is due")
    amount = ngettext("%(n)d working day", "%(n)d working days", n)
    if step.unit == "h":
        amount = ngettext("%(n)d hour", "%(n)d hours", n)
    if step.amount < 0:
        pattern = gettext("%(amount)s before it begins") if begins else gettext("%(amount)s before it is due")
    else:
        pattern = gettext("%(amount)s after it begins") if begins else gettext("%(amount)s after it is due")
    return pattern % {"amount": amount % {"n": n}}


def steps_words(steps: Iterable[Step]) -> str:
    """A whole ladder of reminders."""
    return "; ".join(map(step_words, steps)) or gettext("no reminder")


def helpers_words(helpers: Iterable[HelperInput]) -> str:
    """The numbers from which an answer can be computed."""
    return listed(helpers, lambda helper: f"{helper.label} ({helper.key})")


def from_labels(labels: Mapping[str, str]) -> Say:
    """Says keys by their labels in quotation marks, and one without a label as it stands."""

    def say(key: str) -> str:
        return quoted(labels[key]) if key in labels else key or nothing()

    return say
