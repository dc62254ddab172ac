"""The questionnaire of one case as its pages print it: progress, what is missing, answers in words.

Questions come from the pack; no key of one stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries.deliberation import Asked
from reviews.rules import conditions, questionnaire
from reviews.rules.conditions import Compare
from reviews.rules.pack import Option, Pack, Question, Section
from reviews.rules.questionnaire import FLOP_PER_PARAMETER_AND_TOKEN
from reviews.rules.visibility import is_authors_level

if TYPE_CHECKING:
    from reviews.queries.answer_history import Trace
    from reviews.queries.proof import OfAnswer

Answers = Mapping[str, Any]
NO_TRACES: Mapping[str, Trace] = MappingProxyType({})
NO_PROOFS: Mapping[str, OfAnswer] = MappingProxyType({})
NO_INQUIRIES: Mapping[str, tuple[Asked, ...]] = MappingProxyType({})
NO_MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Progress:
    """How far one page of the questionnaire is."""

    key: str
    title: str
    number: int
    shown: int
    answered: int
    missing: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing on this page needs anybody."""
        return not self.missing

    @property
    def words(self) -> str:
        """``6 of 9 answered, 2 need you``."""
        if not self.shown:
            return _("nothing to answer here")
        text = _("%(answered)d of %(shown)d answered") % {"answered": self.answered, "shown": self.shown}
        if not self.missing:
            return text
        count = len(self.missing)
        return f"{text}, {ngettext('%(n)d needs you', '%(n)d need you', count) % {'n': count}}"


@dataclass(frozen=True)
class Missing:
    """A question that still needs an answer."""

    key: str
    section: str
    number: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One question and its answer in words. ``hidden``: there is one, and this reader does not see it yet.

    ``trace`` says who gave it and ``proof`` what shows it, as far as this reader learns that; ``asked`` is what the
    board asked about it, ``messages`` where it is discussed and how much.
    """

    key: str
    number: str
    text: str
    lines: tuple[str, ...]
    hidden: bool = False
    is_prose: bool = False
    asked: tuple[Asked, ...] = ()
    trace: Trace | None = None
    proof: OfAnswer | None = None
    messages: tuple[str, str] | None = None


@dataclass(frozen=True)
class AnsweredSection:
    """One page of the questionnaire, to read."""

    key: str
    title: str
    answers: tuple[Answer, ...]


def sections(pack: Pack) -> tuple[Section, ...]:
    """The pages of the questionnaire in order."""
    return tuple(sorted(pack.sections, key=lambda section: section.order))


def numbers(pack: Pack, answers: Answers) -> dict[str, str]:
    """The number of each question that applies, such as ``2.3``."""
    shown = set(questionnaire.shown(pack, answers))
    found: dict[str, str] = {}
    for page, section in enumerate(sections(pack), start=1):
        asked = (q.key for q in pack.section_questions(section.key) if q.key in shown)
        found |= {key: f"{page}.{place}" for place, key in enumerate(asked, start=1)}
    return found


def progress(pack: Pack, answers: Answers) -> tuple[Progress, ...]:
    """How far each page is."""
    reading = questionnaire.read(pack, answers)
    lacking = questionnaire.missing_in(reading)
    found = []
    for number, section in enumerate(sections(pack), start=1):
        keys = {question.key for question in pack.section_questions(section.key)}
        found.append(
            Progress(
                section.key,
                section.title,
                number,
                shown=sum(key in keys for key in reading.shown),
                answered=sum(key in keys for key in reading.shown if _is_answered(reading, key)),
                missing=tuple(key for key in lacking if key in keys),
            )
        )
    return tuple(found)


def _is_answered(reading: questionnaire.Reading, key: str) -> bool:
    question = reading.pack.question(key)
    if key in reading.answers:
        return True
    return bool(question.helper_inputs) and all(helper.key in reading.answers for helper in question.helper_inputs)


def missing(pack: Pack, answers: Answers) -> tuple[Missing, ...]:
    """What still needs an answer, in the order it is asked."""
    number = numbers(pack, answers)
    lacking = (pack.question(key) for key in questionnaire.missing(pack, answers))
    return tuple(Missing(q.key, q.section, number[q.key], q.text) for q in lacking)


def where_to_go_on(pack: Pack, lacking: tuple[Missing, ...], stopped: str) -> Missing:
    """What is missing from the question on that somebody answered last; from the start where nothing is left there."""
    order = {name: place for place, q in enumerate(pack.questions) for name in names_of(q)}
    later = [one for one in lacking if order[one.key] >= order.get(stopped, 0)]
    return (later or lacking)[0]


def all_names(pack: Pack) -> frozenset[str]:
    """Every name under which the policy takes an answer."""
    return frozenset(name for question in pack.questions for name in names_of(question))


def names_of(question: Question) -> tuple[str, ...]:
    """The names under which a question is answered: its own, and those of the amounts that it follows from."""
    return (question.key, *(amount.key for amount in question.helper_inputs))


def readable(
    pack: Pack,
    answers: Answers,
    *,
    blind: bool,
    traces: Mapping[str, Trace] = NO_TRACES,
    proofs: Mapping[str, OfAnswer] = NO_PROOFS,
    asked: Mapping[str, tuple[Asked, ...]] = NO_INQUIRIES,
    messages: Mapping[str, tuple[str, str]] = NO_MESSAGES,
) -> tuple[AnsweredSection, ...]:
    """The answers that count, in words. ``blind``: without the levels that the authors gave themselves, and without
    who gave them when: that would tell which of them a return changed.
    """
    number, existing = numbers(pack, answers), questionnaire.effective(pack, answers)
    found = []
    for section in sections(pack):
        those = [q for q in pack.section_questions(section.key) if q.key in number]
        answered = (_answer(q, number[q.key], existing, blind=blind) for q in those)
        rows = tuple(
            replace(
                one,
                trace=None if one.hidden else traces.get(one.key),
                proof=proofs.get(one.key),
                asked=asked.get(one.key, ()),
                messages=messages.get(one.key),
            )
            for one in answered
        )
        if rows:
            found.append(AnsweredSection(section.key, section.title, rows))
    return tuple(found)


def _answer(question: Question, number: str, existing: Answers, *, blind: bool) -> Answer:
    if blind and is_authors_level(question.role, question.type):
        return Answer(question.key, number, question.text, (), hidden=True)
    lines = words_of(question, existing)
    return Answer(question.key, number, question.text, lines, is_prose=question.type == "text")


def words_of(question: Question, answers: Answers) -> tuple[str, ...]:
    """The answer to a question as a person would say it, one line a choice; nothing where there is none."""
    value = answers.get(question.key)
    if value is None:
        return tuple(_amounts(question, answers))
    if question.type == "text":
        return tuple(line for line in str(value).splitlines() if line.strip())
    if isinstance(value, list | tuple):
        return tuple(question.label_of(one) for one in value) or (_("None of these, confirmed"),)
    if question.type == "scale_0_4":
        return (f"{value}, {question.label_of(value).replace(' - ', ': ')}",)
    return (question.label_of(value) if question.options else figure(value),)


def _amounts(question: Question, answers: Answers) -> Iterator[str]:
    given = [helper for helper in question.helper_inputs if answers.get(helper.key) is not None]
    for helper in given:
        yield f"{helper.label}: {figure(answers[helper.key])}"
    product = computed(question, answers)
    if product is not None:
        yield _("6·N·D = %(flop)s") % {"flop": figure(product)}


def computed(question: Question, answers: Answers) -> float | None:
    """The amount that follows from both helper amounts, where none was given itself."""
    if question.type != "compute_flop" or answers.get(question.key) is not None:
        return None
    amounts = [answers.get(helper.key) for helper in question.helper_inputs]
    if len(amounts) != 2 or not all(map(questionnaire.is_finite, amounts)):
        return None
    return FLOP_PER_PARAMETER_AND_TOKEN * float(amounts[0] or 0) * float(amounts[1] or 0)


def figure(value: float) -> str:
    """An amount as it can be typed: whole numbers whole, large and odd ones with an exponent.

    What an older policy took for an answer to the same question, and is no amount, as it is.
    """
    if not questionnaire.is_finite(value) or (isinstance(value, int) and abs(value) < 10**9):
        return str(value)
    return f"{value:.6g}".replace("e+", "e")


def because(pack: Pack, question: Question, answers: Answers) -> str:
    """Why a question is asked, where another one on the same page decides it; otherwise empty."""
    lookup = questionnaire.lookup(pack, answers)
    for leaf in conditions.leaves(question.show_if):
        if leaf.q.startswith("$") or not conditions.holds(leaf, lookup):
            continue
        cause = pack.question(leaf.q)
        if cause.section == question.section:
            return _reason(cause, leaf, answers.get(leaf.q))
    return ""


def _reason(cause: Question, leaf: Compare, value: Any) -> str:
    wanted = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    given = value if isinstance(value, list | tuple) else (value,)
    options = [cause.option(one) for one in given if one in wanted]
    chosen = [option for option in options if isinstance(option, Option)]
    if leaf.op in ("eq", "in", "contains", "contains_any") and chosen:
        return _("Asked because you chose: %(answer)s") % {"answer": chosen[0].label}
    return _("Asked because of your answer above")


@dataclass(frozen=True)
class PolicyChange:
    """How the questions of a draft changed since it was started, because the policy in force did."""

    before: str
    after: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def policy_change(before: Pack, after: Pack) -> PolicyChange | None:
    """What differs for authors between two versions; None where it is the same one."""
    if (before.id, before.version) == (after.id, after.version):
        return None
    old, new = {q.key: q for q in before.questions}, {q.key: q for q in after.questions}
    return PolicyChange(
        before.version,
        after.version,
        added=tuple(new[key].text for key in new if key not in old),
        changed=tuple(new[key].text for key in new if key in old and _asks_anew(old[key], new[key])),
        removed=tuple(old[key].text for key in old if key not in new),
    )


def _asks_anew(old: Question, new: Question) -> bool:
    return (old.text, old.type, old.options) != (new.text, new.type, new.options)
