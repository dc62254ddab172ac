"""The long parts of a pack in plain words: questions, scoring, access levels, evidence, appeals, reminders, laws.

What is short and about people stands in ``policy_words``. No rule, no query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.rules import policy_words as words
from reviews.rules.pack import PARTS, Option, Pack, Question, Rung, Scoring
from reviews.views import wording

Pair = tuple[str, str]
SCALE, MOST_SHOWN = "scale_0_4", 8


@dataclass(frozen=True)
class Choice:
    """One possible answer, with the credit that it earns where it does, and what is to show it."""

    name: str
    rest: str
    credit: str


@dataclass(frozen=True)
class QuestionWords:
    """One question as authors meet it, when it is asked, and what its answer does."""

    number: str
    question: Question
    kind: str
    asked: str
    needed: str
    does: str
    choices: tuple[Choice, ...]
    folds: bool


@dataclass(frozen=True)
class SectionWords:
    """One page of the questionnaire."""

    key: str
    title: str
    questions: tuple[QuestionWords, ...]


@dataclass(frozen=True)
class ScoringWords:
    """The scoring rule: its steps, where tiers start, and every table of factors."""

    steps: tuple[str, ...]
    missing: tuple[str, ...]
    bands: tuple[tuple[int, str], ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[Pair, ...]
    reviewers: tuple[str, ...]


@dataclass(frozen=True)
class RungWords:
    """One access level, and what asking for it means to the score."""

    rung: Rung
    label: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LawWords:
    """One legal flag, and when it is raised."""

    label: str
    when: str
    duty: str
    deadline: str
    status: str
    enabled: bool


def sections(pack: Pack) -> tuple[SectionWords, ...]:
    """The questionnaire, page by page, in the order in which it is asked."""
    pages = sorted(pack.sections, key=lambda section: section.order)
    return tuple(
        SectionWords(
            page.key,
            page.title,
            tuple(
                _question(pack, question, f"{number}.{place}")
                for place, question in enumerate(pack.section_questions(page.key), start=1)
            ),
        )
        for number, page in enumerate(pages, start=1)
    )


def _question(pack: Pack, question: Question, number: str) -> QuestionWords:
    needed = _("must be answered") if question.required else _("may stay open")
    if question.required_if is not None:
        needed = _("must be answered when %(when)s") % {"when": words.condition_words(pack, question.required_if)}
    asked = ""
    if question.show_if is not None:
        asked = _("Asked when %(when)s.") % {"when": words.condition_words(pack, question.show_if)}
    return QuestionWords(
        number=number,
        question=question,
        kind=words.type_words(question.type),
        asked=asked,
        needed=needed,
        does=_does(pack, question),
        choices=tuple(_choice(question, option) for option in question.options),
        folds=question.type == SCALE or len(question.options) > MOST_SHOWN,
    )


def _does(pack: Pack, question: Question) -> str:
    text = words.role_words(question.role)
    domains = {domain.key: domain.label for domain in pack.domains}
    if question.domain:
        return f"{text}: {domains.get(question.domain, question.domain)}"
    if question.factor:
        return f"{text}: {words.spoken(question.factor)}"
    if question.weight:
        return _("%(text)s of weight %(weight)s") % {"text": text, "weight": words.plain(question.weight)}
    if question.feeds:
        return f"{text}: {wording.joined(domains.get(key, key) for key in question.feeds)}"
    return text


def _choice(question: Question, option: Option) -> Choice:
    name, _dash, rest = option.label.partition(" - ")
    credit = ""
    if option.has_credit:
        credit = _("credit %(share)s") % {"share": words.percent(option.credit)} if option.credit is not None else _(
            "left out"
        )  # fmt: skip
    if option.proof:
        proof = {"none": _("no proof"), "asked": _("proof asked for"), "required": _("proof required")}[option.proof]
        credit = f"{credit}, {proof}" if credit else proof
    return Choice(f"{option.value}  {name}" if question.type == SCALE else name, rest, credit)


def scoring(pack: Pack) -> ScoringWords:
    """Every number of the scoring rule."""
    rule = pack.scoring
    caps = ", ".join(
        _("severity %(severity)d: %(cap)s") % {"severity": severity, "cap": words.plain(cap)}
        for severity, cap in sorted(rule.score_cap_by_severity.items(), reverse=True)
    )
    breadth = _("%(each)s points for each further domain from %(start)s points, at most %(most)s") % {
        "each": words.plain(rule.breadth.per_domain),
        "start": words.plain(rule.breadth.counts_when_score_at_least),
        "most": words.plain(rule.breadth.max_bonus),
    }
    steps = rule.max_tier_reduction_by_mitigation
    return ScoringWords(
        steps=rule.steps,
        missing=rule.missing_answers,
        bands=tuple((band.tier, words.plain(band.start)) for band in rule.thresholds),
        factors=(
            (_("Added help (uplift)"), tuple(map(words.plain, rule.uplift_factor))),
            (_("Cannot be undone (reversibility)"), tuple(map(words.plain, rule.reversibility_factor))),
            (_("How many it reaches (reach)"), tuple(map(words.plain, rule.reach_factor))),
        ),
        figures=(
            (_("Score at most"), caps),
            (_("Further domains"), breadth),
            (_("Safeguards lower by"), ngettext("at most %(n)d tier", "at most %(n)d tiers", steps) % {"n": steps}),
            (
                _("A scale without an answer"),
                _("counts as %(n)d") % {"n": rule.provisional_value_for_missing_scale},
            ),
            (
                _("Likelihood"),
                _("E * (%(base)s + ease / %(divisor)s)")
                % {
                    "base": words.plain(rule.ease_base),
                    "divisor": words.plain(rule.ease_divisor),
                },
            ),
            (
                _("Scores are rounded to"),
                ngettext("%(n)d decimal", "%(n)d decimals", rule.round_to) % {"n": rule.round_to},
            ),
            (_("Reviewers move a severity"), _moves(rule)),
        ),
        reviewers=rule.aggregation,
    )


def _moves(rule: Scoring) -> str:
    most = rule.severity_max_steps
    if not most:
        return _("not at all")
    steps = ngettext("by %(n)d step at most", "by %(n)d steps at most", most) % {"n": most}
    return _("%(steps)s, with a written reason") % {"steps": steps} if rule.severity_needs_reason else steps


def ladders(pack: Pack) -> tuple[tuple[str, tuple[RungWords, ...]], ...]:
    """The access levels of each part, lowest first."""
    return tuple((wording.of(wording.PARTS, part), tuple(map(_rung, pack.ladder(part)))) for part in PARTS)


def _rung(rung: Rung) -> RungWords:
    notes = [
        _("reversibility %(n)d of 4") % {"n": rung.reversibility},
        _("safeguards count up to %(share)s") % {"share": words.percent(rung.mitigation_cap)},
    ]
    if rung.min_reach:
        notes.append(_("reach at least %(n)d") % {"n": rung.min_reach})
    if rung.weights:
        notes.append(_("gives out weights"))
    if rung.irreversible:
        notes.append(_("cannot be undone"))
    return RungWords(rung, rung.label.partition(" - ")[0], tuple(notes))


def evidence(pack: Pack) -> tuple[tuple[str, str, str], ...]:
    """Each kind of evidence: its name, in which tiers it is asked for, and when."""
    return tuple(
        (
            one.label,
            wording.joined(str(tier.tier) for tier in pack.tiers if one.key in tier.required_evidence),
            words.condition_words(pack, one.when) if one.when is not None else "",
        )
        for one in pack.evidence_types
    )


def decision(pack: Pack) -> tuple[Pair, ...]:
    """What holds for every decision: gates, appeals, emergencies, conflicts of interest."""
    return tuple(_decision(pack))


def _decision(pack: Pack) -> Iterator[Pair]:
    rule, appeal = pack.decision, pack.decision.appeal
    yield _("Between stages"), _("%(n)d days, unless a stage says otherwise") % {"n": rule.gate_dwell_days_default}
    yield (
        _("Appeal"),
        _("within %(file)d working days, decided within %(decide)d, %(times)d for each version; release %(stands)s") % {
            "file": appeal.file_within_business_days, "decide": appeal.decide_within_business_days,
            "times": appeal.per_version, "stands": _("waits") if appeal.release_frozen else _("goes on"),
        },
    )  # fmt: skip
    yield _("Grounds of an appeal"), words.listed(appeal.grounds)
    yield _("Who hears it"), words.panel_words(appeal.panel)
    days = rule.emergency_ratify_within_business_days
    yield (
        _("In an emergency"),
        _("%(may)s, to be ratified within %(n)d working days") % {"may": words.spoken(rule.emergency_may), "n": days},
    )
    yield (
        _("Conflicts of interest"),
        "; ".join(f"{one.label} ({words.spoken(one.effect)})" for one in rule.conflict_types),
    )


def reminders(pack: Pack) -> tuple[tuple[str, str, str], ...]:
    """Each duty: when it is due, who hears of it when, and when it lapses."""
    found = []
    for one in pack.reminders:
        due = _("as its tier says")
        if one.due_business_days is not None:
            n = one.due_business_days
            due = ngettext("%(n)d working day", "%(n)d working days", n) % {"n": n}
        steps = words.steps_words(one.steps)
        if one.lapses is not None:
            steps += "; " + _("lapses %(when)s") % {"when": words.step_words(one.lapses)}
        if not one.passes_on:
            steps += "; " + _("the coordinator asks the next one")
        found.append((words.spoken(one.duty), due, steps))
    return tuple(found)


def laws(pack: Pack) -> tuple[LawWords, ...]:
    """The legal flags; they never change the score."""
    return tuple(
        LawWords(one.label, words.condition_words(pack, one.when), one.duty, one.deadline, one.status, one.enabled)
        for one in pack.legal_flags
    )
