"""Turning a template name and primitives into a subject, a text and a page. Knows no row, sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.functional import lazy


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words, in the reader's language and time zone."""

    subject: str
    text: str
    html: str


def _named_by_the_environment() -> str:
    return str(settings.ORG_NAME)


_organisation: list[Callable[[], str]] = [_named_by_the_environment]


def register_organisation(fn: Callable[[], str]) -> None:
    """Name who knows what the organisation calls itself; it is asked for every mail."""
    _organisation[0] = fn


def render(*, template: str, context: Mapping[str, Any], language: str = "en", time_zone: str = "UTC") -> Rendered:
    """Render ``templates/emails/<stem>/<event>/`` for one reader.

    The subject is one line; a line break in it is refused, never folded, since it could smuggle in a header.
    """
    folder = _folder(template)
    filled = {**context, "base_url": settings.BASE_URL.rstrip("/"), "org_name": _organisation[0]()}
    with translation.override(language), timezone.override(time_zone):
        subject = _fill(f"{folder}/subject.txt", filled, escape=False).strip()
        text = _fill(f"{folder}/body.txt", filled, escape=False).strip() + "\n"
        html = _fill(f"{folder}/body.html", filled, escape=True)
    if not subject or len(subject.splitlines()) != 1:
        raise ValueError("the subject of a mail is one line")
    return Rendered(subject, text, html)


def subjects(mails: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """The subjects alone of templates with their contexts, for a list of mails.

    What an earlier version of the program sent and this one does not know is called by the name of its template.
    """
    organisation = lazy(cache(_organisation[0]), str)()  # asked at most once, and only where a subject names it
    return [_subject(template, {**context, "org_name": organisation}) for template, context in mails]


def _subject(template: str, context: dict[str, Any]) -> str:
    try:
        return _fill(f"{_folder(template)}/subject.txt", context, escape=False).strip()
    except TemplateDoesNotExist:
        return template


def _folder(template: str) -> str:
    return "emails/" + template.replace(".", "/")


def _fill(name: str, context: dict[str, Any], *, escape: bool) -> str:
    # A text part shows an apostrophe as an apostrophe; only the HTML part is escaped.
    return get_template(name).template.render(Context(context, autoescape=escape))  # type: ignore[attr-defined]
