"""The answer to a page that saved itself, of the questionnaire or a review: small parts for htmx, never the control
typed in.

Which questions came or went follows from what the page says it shows; everything else on it stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.forms.questionnaire import ASKED, BASE, TOUCHED, SectionForm
from reviews.forms.review import ReviewForm
from reviews.queries.questionnaire import names_of
from reviews.rules.questionnaire import fingerprint

HEADER = "X-Autosave"
Outcome = Literal["saved", "fault", "stale"]


@dataclass(frozen=True)
class Added:
    """A question that the page gains, and the element that it follows; empty for the first of the page."""

    html: SafeString
    after: str


@dataclass(frozen=True)
class Beside:
    """What is printed anew about a question that the page has: its number and what stands below it."""

    auto_id: str
    number: str
    foot: SafeString


def touched(data: QueryDict) -> QueryDict:
    """Only the questions that somebody changed since the last save, as if the page asked nothing else."""
    found = data.copy()
    found.setlist(ASKED, data.getlist(TOUCHED))
    return found


def taken(stored: Mapping[str, Any], typed: Mapping[str, Any]) -> frozenset[str]:
    """The names of which the page shows what is stored. A browser also sends what was only left, not changed; that
    may be another answer by now.
    """
    return frozenset(name for name, value in typed.items() if fingerprint(stored.get(name)) == fingerprint(value))


def bases(data: QueryDict) -> dict[str, str]:
    """The fingerprint of each field as the page showed it."""
    return {name.removeprefix(BASE): str(data[name]) for name in data if name.startswith(BASE)}


def shown_before(data: QueryDict, names: Collection[str], settled: Collection[str]) -> dict[str, str]:
    """The fingerprints that the page keeps: of everything but what was saved, or what it learns to differ."""
    shown = bases(data)
    return {name: shown[name] for name in names if name in shown and name not in settled}


def elsewhere(
    stored: Mapping[str, Any], data: QueryDict, sent: Collection[str], outcome: Outcome
) -> frozenset[str]:  # fmt: skip
    """The names whose saved answer is another one than the page shows, because somebody else gave it."""
    names = {name for name, shown in bases(data).items() if shown != fingerprint(stored.get(name))}
    return frozenset(names if outcome == "stale" else names - set(sent))


def answer(
    request: HttpRequest, *, form: SectionForm, typed: SectionForm, outcome: Outcome, text: str,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """``form`` is the page as stored now, ``typed`` what was sent. The header names what could not be saved."""
    before = {*request.POST.getlist(ASKED), *request.POST.getlist(TOUCHED)}
    own = {question.key for question in form.pack.section_questions(form.section)}
    now = {question.key for question in form.questions}
    names: list[str] = {"saved": [], "stale": list(typed.fields), "fault": list(typed.errors)}[outcome]
    left = [*_questions(typed, names), *context["lost"]]
    added, gone = tuple(_added(form, before)), sorted((before & own) - now - set(left))
    settled = frozenset(typed.fields) if outcome == "stale" else taken(form.stored, sent(typed))
    context |= {
        "form": form,
        "marks": [
            *form.marks(_still(form, before, shown_before(request.POST, form.fields, settled))),
            *_kept(form, request.POST, before - set(gone), settled),
        ],
        "added": added,
        "gone": gone,
        "beside": [_beside(form, question.key) for question in form.questions if question.key in before],
        "slots": [typed[name] for q in typed.questions if q.key not in gone for name in names_of(q)],
        "live": " ".join(_said(text, typed, len(added), len(gone))),
        "outcome": outcome,
    }
    return _reply(request, "reviews/questionnaire/_autosaved.html", context, outcome, left)


def sent(typed: SectionForm) -> dict[str, Any]:
    """What was typed, as far as it could be read; None where a question was left empty."""
    return dict.fromkeys(typed.cleared) | typed.answers


def _reply(
    request: HttpRequest, template: str, context: dict[str, Any], outcome: Outcome, left: Sequence[str]
) -> HttpResponse:  # fmt: skip
    response = render(request, template, context)
    response[HEADER] = " ".join(("left" if left or outcome != "saved" else "saved", *left))
    response["Cache-Control"] = "no-store"
    return response


def _still(form: SectionForm, before: set[str], shown: Mapping[str, str]) -> dict[str, str]:
    """Of ``shown`` what the page has and keeps; a question that comes back comes with what is stored now."""
    names = {name for question in form.questions if question.key in before for name in names_of(question)}
    return {name: mark for name, mark in shown.items() if name in names}


def _kept(form: SectionForm, data: QueryDict, left: set[str], settled: Collection[str]) -> Iterator[tuple[str, str]]:
    """Marks of what is no question of the page now: of those that stay on it all the same (``left``), and of those
    that go, since somebody may be typing in one at this very moment.
    """
    yield from ((ASKED, key) for key in sorted(left - {question.key for question in form.questions}))
    for mark in sorted(name for name in data if name.startswith(BASE)):
        name = mark.removeprefix(BASE)
        if name not in form.fields:
            yield mark, fingerprint(form.stored.get(name)) if name in settled else str(data[mark])


def filled(data: QueryDict, names: Collection[str], stored: Mapping[str, Any]) -> QueryDict:
    """What was sent, completed by what is stored: a page that is being left sends only what was touched."""
    found = data.copy()
    for name, value in stored.items():
        if name not in found and name not in names:
            found.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return found


def marks(form: forms.BaseForm, stored: Mapping[str, Any], *, is_stale: bool) -> tuple[tuple[str, str], ...]:
    """Hidden inputs that say how each field of a review was saved when the page was shown. A form that comes back
    keeps those that it was shown with, unless it shows what was saved meanwhile."""
    kept = bases(form.data) if form.is_bound and not is_stale and isinstance(form.data, QueryDict) else {}
    return tuple((BASE + name, kept.get(name, fingerprint(stored.get(name)))) for name in form.fields)


def of_review(
    request: HttpRequest, *, typed: ReviewForm, names: Collection[str], outcome: Outcome, version: int,
    stored: Mapping[str, Any], saved_at: datetime,
) -> HttpResponse:  # fmt: skip
    """The answer to a review that saved itself. ``names`` were touched; those at fault and those that clash are left.

    While another place's words are not on the page, it keeps its old version: then its buttons ask to compare first.
    """
    faulty = {name for name in typed.errors if name in names}
    left = {"saved": set(), "stale": set(names), "fault": faulty}[outcome]
    here = taken(stored, typed.touched(names))
    settled = set(names) if outcome == "stale" else here
    other = elsewhere(stored, request.POST, here, outcome) & typed.fields.keys()
    shown = bases(request.POST)
    keep = shown_before(request.POST, shown, settled)
    context = {
        "marks": [(BASE + name, keep.get(name, fingerprint(stored.get(name)))) for name in shown],
        "version": request.POST.get("version", "") if other else version,
        "elsewhere": [
            (typed[name].label, _in_words(typed, name, stored.get(name))) for name in typed.fields if name in other
        ],
        "faults": [(typed[name].label, " ".join(map(str, typed.errors[name]))) for name in sorted(faulty)],
        "adds": bool(typed.fields.keys() - shown.keys()),
        "outcome": outcome,
        "saved_at": saved_at,
    }
    return _reply(request, "reviews/review/_autosaved.html", context, outcome, sorted(left))


def _in_words(form: ReviewForm, name: str, value: Any) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(one, choices.get(str(one), one))) for one in values if one is not None) or _(
        "empty"
    )


def _questions(form: SectionForm, names: list[str]) -> Iterator[str]:
    for question in form.questions:
        if any(name in names for name in names_of(question)):
            yield question.key


def _added(form: SectionForm, before: set[str]) -> Iterator[Added]:
    place = ""
    for question in form.questions:
        if question.key not in before:
            yield Added(form.question_html(question.key), place)
        place = f"div_id_{question.key}"


def _beside(form: SectionForm, key: str) -> Beside:
    return Beside(form[key].auto_id, form.number[key], form.foot_html(key))


def _said(text: str, typed: SectionForm, added: int, gone: int) -> Iterator[str]:
    """What a screen reader is told: nothing where a save changed nothing that can be seen."""
    if text:
        yield text
    for errors in typed.errors.values():
        yield _("Not saved: %(why)s") % {"why": " ".join(str(error) for error in errors)}
    if added:
        yield ngettext("%(n)d question was added to this page.", "%(n)d questions were added to this page.", added) % {
            "n": added
        }
    if gone:
        yield ngettext("%(n)d question no longer applies.", "%(n)d questions no longer apply.", gone) % {"n": gone}
