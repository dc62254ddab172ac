"""What a decision letter says, in sentences, from the facts of a decision; for its authors, or for anybody.

The shareable version is made of facts from which everything restricted was taken out before a sentence is put together
(``shareable``), so no template can bring any of it back. Neither version knows who reviewed, who voted or how.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviews.rules import letter
from reviews.rules.letter import Block, Values, Variant, plain
from reviews.rules.policy_words import listed
from reviews.rules.sentences import gettext, gettext_noop, ngettext
from reviews.rules.states import Outcome


@dataclass(frozen=True)
class PartFacts:
    """What was granted for one part. ``rung`` and ``first`` are the pack's words for an access level."""

    part: str
    outcome: str
    rung: str
    first: str = ""


@dataclass(frozen=True)
class Facts:
    """What a letter can say. Days and moments are in words already; those that are not known yet are empty.

    ``conditions`` are texts with the day by which each is due, ``signed`` roles with their moments, ``shared`` what the
    coordinator wrote for sharing.
    """

    reference: str
    label: str
    title: str
    committee: str
    revision: int
    tier: int
    parts: tuple[PartFacts, ...]
    authors: tuple[str, ...] = ()
    day: str = ""
    valid_until: str = ""
    valid_months: int = 0
    conditions: tuple[tuple[str, str], ...] = ()
    condition_count: int = 0
    rationale: str = ""
    to_authors: tuple[str, ...] = ()
    shared: str = ""
    appeal_until: str = ""
    appeal_days: int = 0
    grounds: tuple[str, ...] = ()
    contact: str = ""
    signed: tuple[tuple[str, str], ...] = ()
    variant: Variant = Variant.FULL


def shareable(facts: Facts) -> Facts:
    """The same facts without anything that somebody wrote for the case itself, and without its title and authors."""
    return replace(
        facts, title=facts.label, authors=(), conditions=(), rationale="", to_authors=(), variant=Variant.SHAREABLE
    )


def blocks(text: str, facts: Facts, *, is_preview: bool = False) -> tuple[Block, ...]:
    """A whole letter by a sound template: the outcome in the first line, which version it is, then the template."""
    first = plain("first", outcome_of(facts))
    marks = [gettext(_VERSIONS[facts.variant])]
    if is_preview:
        marks.insert(0, gettext("PREVIEW: nothing of this is in force, and it was sent to nobody."))
    return (first, *(plain("mark", mark) for mark in marks), *letter.fill(text, _values(facts)))


_VERSIONS = {
    Variant.FULL: gettext_noop("Full version. It is restricted: please show it to nobody outside the case."),
    Variant.SHAREABLE: gettext_noop("Shareable version. It holds no detail of the work and may be shown to others."),
}


def outcome_of(facts: Facts) -> str:
    """The outcome in one line: “Decision on RB-2026-K7Q4X: the model may be released in full.”"""
    said = "; ".join(gettext(_OUTCOMES[Outcome(part.outcome)]) % {"part": part.part} for part in facts.parts)
    return gettext("Decision on %(reference)s: %(outcome)s.") % {"reference": facts.reference, "outcome": said}


_OUTCOMES = {
    Outcome.FULL: gettext_noop("the %(part)s may be released in full"),
    Outcome.STAGED: gettext_noop("the %(part)s may be released in stages"),
    Outcome.WITHHELD: gettext_noop("the %(part)s is withheld for now"),
}


def _values(facts: Facts) -> Values:
    nobody_yet = gettext("(the day of the last signature)")
    return Values(
        words={
            "reference": facts.reference,
            "title": facts.title,
            "authors": ", ".join(facts.authors) or gettext("the authors"),
            "committee": facts.committee,
            "day": facts.day or nobody_yet,
            "revision": str(facts.revision),
            "valid_until": facts.valid_until or nobody_yet,
        },
        blocks={
            "released": tuple(_released(facts)),
            "conditions": tuple(_conditions(facts)),
            "reasons": tuple(_reasons(facts)),
            "change": tuple(_change(facts)),
            "appeal": tuple(_appeal(facts)),
            "contact": tuple(letter.prose(facts.contact)),
            "signatures": tuple(_signatures(facts)),
        },
    )


def _released(facts: Facts) -> Iterator[Block]:
    for part in facts.parts:
        shown = {"part": part.part, "rung": part.rung, "first": part.first}
        if part.outcome == Outcome.WITHHELD:
            text = gettext("The %(part)s stays within this level: %(rung)s. Nothing beyond it may be released.")
        elif part.outcome == Outcome.FULL:
            text = gettext("The %(part)s may be released as it was asked for: %(rung)s.")
        elif part.first and part.first != part.rung:
            text = gettext("The %(part)s may be released step by step, from this level: %(first)s; up to: %(rung)s.")
        else:
            text = gettext("The %(part)s may be released up to this level: %(rung)s.")
        yield plain("item", text % shown)
    if facts.valid_until:
        yield plain("paragraph", gettext("This holds until %(day)s.") % {"day": facts.valid_until})
    else:
        held = ngettext(
            "This holds for %(n)d month from the last signature.",
            "This holds for %(n)d months from the last signature.",
            facts.valid_months,
        )
        yield plain("paragraph", held % {"n": facts.valid_months})


def _conditions(facts: Facts) -> Iterator[Block]:
    if not facts.condition_count:
        yield plain("paragraph", gettext("None."))
    elif facts.variant is Variant.SHAREABLE:
        many = ngettext(
            "%(n)d condition is tied to this decision; the authors know it.",
            "%(n)d conditions are tied to this decision; the authors know them.",
            facts.condition_count,
        )
        yield plain("paragraph", many % {"n": facts.condition_count})
    for text, due in facts.conditions:
        by = gettext("by %(day)s") % {"day": due} if due else gettext("always")
        yield plain("item", f"{text} ({by})")


def _reasons(facts: Facts) -> Iterator[Block]:
    if facts.variant is Variant.SHAREABLE:
        yield from (plain("paragraph", gettext(text)) for text in _general(facts))
        yield from letter.prose(facts.shared)
        return
    yield from letter.prose(facts.rationale)
    if facts.to_authors:
        yield plain("paragraph", gettext("To the authors:"))
        for text in facts.to_authors:
            yield from letter.prose(text)


def _general(facts: Facts) -> Sequence[str]:
    """Reasons that hold for every decision of this outcome and tier, and so give nothing away."""
    by_tier = _LOWEST if facts.tier == 0 else _HIGHER if facts.tier >= 3 else _MIDDLE
    outcomes = {Outcome(part.outcome) for part in facts.parts}
    return (by_tier, *(_WHY[outcome] for outcome in Outcome if outcome in outcomes))


_LOWEST = gettext_noop("The work falls into the lowest tier of risk, for which the rules ask for no closer look.")
_MIDDLE = gettext_noop("The work was looked at independently, as the rules ask for at its tier of risk.")
_HIGHER = gettext_noop("The work falls into a high tier of risk and was weighed at length, as the rules ask.")
_WHY = {
    Outcome.FULL: gettext_noop("The benefit of a release was found to outweigh the risk that remains."),
    Outcome.STAGED: gettext_noop(
        "A release step by step was found right: how each step is used says whether the next one can follow."
    ),
    Outcome.WITHHELD: gettext_noop("As things stand, the risk of a release was found to outweigh its benefit."),
}


def _change(facts: Facts) -> Iterator[Block]:
    outcomes = {Outcome(part.outcome) for part in facts.parts}
    texts = [
        gettext(
            "The decision holds for exactly these files, answers and contributors. Where one of them changes, it no "
            "longer holds and the work is looked at again."
        )
    ]
    if Outcome.STAGED in outcomes:
        texts.append(gettext("A further step opens once what the step before it asks for is met."))
    if outcomes != {Outcome.FULL}:
        texts.append(gettext("New evidence about the risk, or stronger safeguards, can lead to another answer."))
    yield from (plain("item", text) for text in texts)


def _appeal(facts: Facts) -> Iterator[Block]:
    if facts.appeal_until:
        text = gettext("The authors may appeal in writing, in Reviewboard, until %(moment)s.")
        yield plain("paragraph", text % {"moment": facts.appeal_until})
    else:
        text = ngettext(
            "The authors may appeal in writing, in Reviewboard, within %(n)d business day of the last signature.",
            "The authors may appeal in writing, in Reviewboard, within %(n)d business days of the last signature.",
            facts.appeal_days,
        )
        yield plain("paragraph", text % {"n": facts.appeal_days})
    if facts.grounds:
        yield plain("paragraph", gettext("Grounds: %(grounds)s.") % {"grounds": listed(facts.grounds)})


def _signatures(facts: Facts) -> Iterator[Block]:
    if not facts.signed:
        yield plain("paragraph", gettext("The rules of the lowest tier ask for no signature."))
    for role, at in facts.signed:
        yield plain("item", f"{role}, {at}" if at else gettext("%(role)s, not signed yet") % {"role": role})
