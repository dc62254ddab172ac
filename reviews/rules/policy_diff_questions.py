"""What changed in the questionnaire of a pack: domains, sections, questions, options."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from reviews.rules.conditions import Condition
from reviews.rules.pack import Option, Pack, Question
from reviews.rules.policy_change import Aspect, Change, Noun, by_size, things_of
from reviews.rules.policy_words import (
    condition_words,
    from_labels,
    helpers_words,
    in_full,
    listed,
    percent,
    quoted,
    role_words,
    type_words,
)
from reviews.rules.sentences import gettext, ngettext
from reviews.rules.sentences import gettext_noop as _

CARRIES_OVER = _("Answers carry over by key; see that they still answer the new words.")

DOMAIN = Noun(
    area="hazard_domains",
    added=_("The hazard domain {name} is new."),
    meaning_added=lambda domain: gettext("Authors can choose it; its severity is {severity}.").format(
        severity=domain.severity
    ),
    removed=_("The hazard domain {name} is gone."),
    meaning_removed=_("It can no longer be chosen and scores nothing."),
    moved=_("The hazard domain {name} stands at another place."),
    meaning_moved=_("Of domains with equal scores the first one leads."),
    aspects=(
        Aspect("label", _("The hazard domain {before} is now called {after}."), say=in_full, kind="reworded"),
        Aspect("definition", _("The hazard domain {name} is defined anew."), kind="reworded"),
        Aspect(
            "severity",
            _("The severity of {name} is {after} instead of {before}."),
            by_size(_("The same answers score higher there."), _("The same answers score lower there.")),
        ),
    ),
)
SECTION = Noun(
    area="sections",
    added=_("The section {name} is new."),
    removed=_("The section {name} is gone."),
    aspects=(Aspect("title", _("The section {before} is now called {after}."), say=in_full, kind="reworded"),),
    moved=_("The section {name} is asked at another place."),
)
_PROOF = {
    "": _("as the credit says"),
    "none": _("no"),
    "asked": _("it is asked for"),
    "required": _("it is required"),
}
OPTION = Noun(
    area="questions",
    added=_("The option {name} is new."),
    meaning_added=lambda option: (
        gettext("It counts as {credit}.").format(credit=percent(option.credit)) if option.has_credit else ""
    ),
    removed=_("The option {name} is gone."),
    meaning_removed=_("Who chose it has to answer again before submitting."),
    moved=_("The option {name} stands at another place."),
    aspects=(
        Aspect(
            "label",
            _("The option {name} has other words; before: {before}."),
            CARRIES_OVER,
            say=in_full,
            kind="reworded",
        ),
        Aspect(
            "credit",
            _("The credit of the option {name} is {after} instead of {before}."),
            by_size(_("It takes more off the inherent risk."), _("It takes less off the inherent risk.")),
            say=percent,
        ),
        Aspect(
            "proof",
            _("Whether the option {name} asks for a proof: {after} instead of {before}."),
            say=lambda proof: gettext(_PROOF[proof]),
        ),
    ),
)


def questionnaire_changes(old: Pack, new: Pack) -> Iterator[Change]:
    """Everything that authors see differently, and what their answers then do."""
    yield from things_of(
        DOMAIN, old.domains, new.domains, key=attrgetter("key"), name=lambda domain: quoted(domain.label)
    )
    yield from things_of(
        SECTION, old.sections, new.sections, key=attrgetter("key"), name=lambda section: quoted(section.title)
    )
    yield from things_of(
        question_noun(old, new),
        old.questions,
        new.questions,
        key=attrgetter("key"),
        name=_named,
        among=attrgetter("section"),
    )
    yield from _options(old, new)


def _named(question: Question) -> str:
    return quoted(question.text)


def question_noun(old: Pack, new: Pack) -> Noun:
    """What is told about a question; its conditions are said in the words of the pack in which they stand."""
    titles = {section.key: section.title for section in (*old.sections, *new.sections)}
    labels = from_labels({domain.key: domain.label for domain in (*old.domains, *new.domains)})
    return Noun(
        area="questions",
        added=_("The question {name} is new."),
        meaning_added=lambda question: _what_it_brings(question, titles),
        removed=_("The question {name} is no longer asked."),
        meaning_removed=_("Answers to it count no more."),
        moved=_("The question {name} is asked at another place."),
        aspects=(
            Aspect("text", _("The question {name} has other words."), CARRIES_OVER, kind="reworded"),
            Aspect("help", _("The help of the question {name} has other words."), kind="reworded"),
            Aspect("examples", _("The question {name} has other examples."), kind="reworded"),
            Aspect(
                "section",
                _("The question {name} stands in the section {after} instead of {before}."),
                say=lambda key: quoted(titles[key]),
                kind="moved",
            ),
            Aspect(
                "type",
                _("The question {name} asks for {after} instead of {before}."),
                _("Answers that do not fit have to be given again."),
                say=type_words,
            ),
            Aspect(
                "required",
                _("The question {name} now {after}."),
                lambda _before, after: (
                    gettext("A case cannot be submitted without it.")
                    if after
                    else gettext("A case can be submitted without it.")
                ),
                say=lambda required: gettext("must be answered") if required else gettext("may be left open"),
            ),
            Aspect(
                "show_if",
                _("The question {name} is asked under another condition: {after}. Before: {before}."),
                _("Cases may be asked it that were not before, or no longer be asked it."),
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
            Aspect(
                "required_if",
                _("When the question {name} must be answered has changed: {after}. Before: {before}."),
                say=partial(_needed_when, new),
                say_before=partial(_needed_when, old),
            ),
            Aspect("allow_empty", _("Whether “none of these” answers {name}: {after} instead of {before}.")),
            Aspect(
                "feeds",
                _("The question {name} speaks for {after} instead of {before}."),
                _("A tripwire that alone sets the tier decides by this whose experts are needed."),
                say=lambda keys: listed(keys, labels),
            ),
            Aspect(
                "helper_inputs",
                _("The question {name} can be computed from {after} instead of {before}."),
                say=helpers_words,
            ),
            Aspect("role", _("The question {name} has another part: it {after}; before, it {before}."), say=role_words),
            Aspect(
                "domain",
                _("The question {name} scores {after} instead of {before}."),
                say=labels,
            ),
            Aspect("factor", _("The question {name} gives the factor {after} instead of {before}.")),
            Aspect(
                "weight",
                _("The safeguard {name} weighs {after} instead of {before}."),
                by_size(_("It moves the mean of the safeguards more."), _("It moves the mean of the safeguards less.")),
            ),
        ),
    )


def _needed_when(pack: Pack, condition: Condition | None) -> str:
    return gettext("never") if condition is None else condition_words(pack, condition)


_BRINGS = {
    (True, True): _("It must be answered, in the section {place}, whenever its condition holds; it {part}."),
    (True, False): _("It must be answered, in the section {place}, of every case; it {part}."),
    (False, True): _("It may be answered, in the section {place}, whenever its condition holds; it {part}."),
    (False, False): _("It may be answered, in the section {place}, of every case; it {part}."),
}


def _what_it_brings(question: Question, titles: dict[str, str]) -> str:
    text = gettext(_BRINGS[question.required, question.show_if is not None])
    return text.format(place=quoted(titles[question.section]), part=role_words(question.role))


def _options(old: Pack, new: Pack) -> Iterator[Change]:
    """Options that several questions share change once. Domains and levels are told where they stand themselves."""
    before = {question.key: question for question in old.questions}
    told = {binding for binding in _bound(old) if binding in _bound(new)}
    groups: dict[tuple[tuple[Option, ...], tuple[Option, ...]], list[Question]] = {}
    for question in new.questions:
        if question.key in before and question.key not in told and before[question.key].options != question.options:
            groups.setdefault((before[question.key].options, question.options), []).append(question)
    for (was, now), questions in groups.items():
        count = ngettext("{n} question", "{n} questions", len(questions)).format(n=len(questions))
        where = _named(questions[0]) if len(questions) == 1 else count
        subject = ", ".join(question.key for question in questions)
        yield from things_of(
            OPTION, was, now, key=lambda option: repr(option.value), name=partial(_option_of, where), within=subject
        )


def _option_of(where: str, option: Option) -> str:
    return gettext("{option} of {where}").format(option=quoted(option.label), where=where)


def _bound(pack: Pack) -> tuple[str, ...]:
    return (pack.bindings.domains, pack.bindings.model_rung, pack.bindings.paper_rung)
