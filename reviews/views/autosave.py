"""The answer to a page of the questionnaire that saved itself: small parts for htmx, never the control typed in.

Which questions came or went follows from what the page says it shows; everything else on it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.forms.questionnaire import ASKED, BASE, TOUCHED, SectionForm
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


def shown_before(form: SectionForm, data: QueryDict, typed: SectionForm, outcome: Outcome) -> dict[str, str]:
    """The fingerprints that the page keeps: of everything but what was saved, or what it learns to differ."""
    settled = set(typed.fields) - (set(typed.errors) if outcome == "fault" else set())
    return {name: str(data[BASE + name]) for name in form.fields if BASE + name in data and name not in settled}


def elsewhere(stored: Mapping[str, Any], data: QueryDict, typed: SectionForm, outcome: Outcome) -> frozenset[str]:
    """The names whose saved answer is another one than the page shows, because somebody else gave it."""
    given = (name for name in data if name.startswith(BASE))
    names = {name.removeprefix(BASE) for name in given if data[name] != fingerprint(stored.get(name[len(BASE) :]))}
    return frozenset(names if outcome == "stale" else names - set(typed.fields))


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
    settled = set(typed.fields) - (set(typed.errors) if outcome == "fault" else set())
    context |= {
        "form": form,
        "marks": [
            *form.marks(_still(form, before, shown_before(form, request.POST, typed, outcome))),
            *_kept(form, request.POST, before - set(gone), settled),
        ],
        "added": added,
        "gone": gone,
        "beside": [_beside(form, question.key) for question in form.questions if question.key in before],
        "slots": [typed[name] for q in typed.questions if q.key not in gone for name in names_of(q)],
        "live": " ".join(_said(text, typed, len(added), len(gone))),
        "outcome": outcome,
    }
    response = render(request, "reviews/questionnaire/_autosaved.html", context)
    response[HEADER] = " ".join(("left" if left or outcome != "saved" else "saved", *left))
    response["Cache-Control"] = "no-store"
    return response


def _still(form: SectionForm, before: set[str], shown: Mapping[str, str]) -> dict[str, str]:
    """Of ``shown`` what the page has and keeps; a question that comes back comes with what is stored now."""
    names = {name for question in form.questions if question.key in before for name in names_of(question)}
    return {name: mark for name, mark in shown.items() if name in names}


def _kept(form: SectionForm, data: QueryDict, left: set[str], settled: set[str]) -> Iterator[tuple[str, str]]:
    """Marks of what is no question of the page now: of those that stay on it all the same (``left``), and of those
    that go, since somebody may be typing in one at this very moment.
    """
    yield from ((ASKED, key) for key in sorted(left - {question.key for question in form.questions}))
    for mark in sorted(name for name in data if name.startswith(BASE)):
        name = mark.removeprefix(BASE)
        if name not in form.fields:
            yield mark, fingerprint(form.stored.get(name)) if name in settled else str(data[mark])


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
