"""The tags of every page: icons, badges, dates, numbers. They print what they are given and decide nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import organisation
from reviews.views import components, formats, markdown, navigation

register = template.Library()

STATES: Mapping[str, tuple[str, Any]] = {
    "draft": ("pencil", _("Draft")),
    "submitted": ("inbox", _("Submitted")),
    "returned": ("reply", _("Returned to authors")),
    "in_review": ("eye", _("In review")),
    "deliberation": ("chat-left-text", _("Deliberation")),
    "sign_off": ("pen", _("Sign-off")),
    "decided": ("check2", _("Decided")),
    "withdrawn": ("x", _("Withdrawn")),
}
OUTCOMES: Mapping[str, tuple[str, Any]] = {
    "full": ("circle-fill", _("Full")),
    "staged": ("circle-half", _("Staged")),
    "withheld": ("slash-circle", _("Withheld")),
}
AUDIENCES: Mapping[str, tuple[str, Any]] = {
    "board": ("lock", _("Board only")),
    "reviewers": ("eye", _("Board and reviewers")),
    "authors": ("people", _("Authors too")),
}
ORGANISATION = "reviews.organisation"
MARKS = {"ok": "check-circle", "no": "x-circle", "wait": "hourglass-split", "open": "circle"}
DARKEST = 4
NOTES = {"error": ("is-bad", "exclamation-circle"), "warning": ("is-warn", "clock"), "success": ("is-good", "check2")}


# icons ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    """The inside of a vendored icon. A name that is not vendored is a mistake in a template, and said loudly."""
    path = finders.find(f"vendor/icons/{name}.svg") if re.fullmatch(r"[a-z0-9-]+", name) else None
    if not path:
        raise LookupError(f"There is no icon {name!r} in static/vendor/icons.")
    source = Path(str(path)).read_text(encoding="utf-8")
    drawing = re.fullmatch(r"\s*<svg[^>]*>(.*)</svg>\s*", source, re.DOTALL)
    if drawing is None:
        raise LookupError(f"static/vendor/icons/{name}.svg is not one <svg> element.")
    return re.sub(r">\s+<", "><", drawing[1].strip())


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon beside words that already say it: hidden from assistive technology."""
    if not name:
        return mark_safe("")
    return format_html(
        '<svg class="rb-i{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        f" {css}" if css else "",
        mark_safe(_drawing(name)),  # noqa: S308 - a vendored file of ours, held by its checksum
    )


# badges --------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/_tier.html")
def tier(value: object, label: object = "", size: str = "") -> dict[str, Any]:
    """The tier badge from a number or from a tier of the pack; nothing scored yet is said in words."""
    number = getattr(value, "tier", value)
    known = number is not None and number != ""
    grade = int(str(number)) if known else None
    bars = [(3 * i, f"{8 - 2.4 * i:g}", f"{4 + 2.4 * i:g}", grade is not None and i < grade) for i in range(4)]
    shade = grade if grade is None else min(grade, DARKEST)
    return {
        "grade": grade,
        "shade": shade,
        "label": label or getattr(value, "label", ""),
        "large": size == "lg",
        "bars": bars,
    }


@register.inclusion_tag("components/_state.html")
def state(value: object) -> dict[str, Any]:
    """Where a case stands: glyph and word, no colour."""
    glyph, label = STATES[str(value)]
    return {"glyph": glyph, "label": label}


@register.inclusion_tag("components/_outcome.html")
def outcome(value: object, part: object = "") -> dict[str, Any]:
    """What was granted; the more of the disc is filled, the more is released. ``part`` stands before it in words."""
    if value is None or value == "":
        return {"key": "", "part": part}
    glyph, label = OUTCOMES[str(value)]
    return {"key": str(value), "glyph": glyph, "label": label, "part": part}


@register.inclusion_tag("components/_audience.html")
def audience(value: object, label: object = "") -> dict[str, Any]:
    """Who will read this; stands beside the field or the button that sends it."""
    glyph, words = AUDIENCES[str(value)]
    return {"glyph": glyph, "label": label or words, "authors": str(value) == "authors"}


@register.inclusion_tag("components/_badge.html")
def badge(label: object, kind: str = "", glyph: str = "") -> dict[str, Any]:
    """A short fact that is neither tier, state nor outcome; ``kind`` is you, good, warn or bad."""
    return {"label": label, "kind": kind, "glyph": glyph}


# dates ---------------------------------------------------------------------------------------------------------------


def reader_zone(context: Context) -> tzinfo:
    """The zone the reader chose; in a mail the recipient's; otherwise the zone in force."""
    request = context.get("request")
    chosen = context.get("time_zone") or getattr(getattr(request, "user", None), "time_zone", "")
    return (formats.zone_named(str(chosen)) if chosen else None) or timezone.get_current_timezone()


def page_moment(context: Context) -> datetime:
    """The moment the view worked with."""
    given = context.get("now")
    return given if isinstance(given, datetime) else formats.this_moment()


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, year: bool = False) -> SafeString:
    """``Wed 25 Nov, 17:00 CET`` as a ``<time>``; nothing for nothing."""
    if value is None:
        return mark_safe("")
    words = formats.moment(value, zone=reader_zone(context), now=page_moment(context), year=year)
    return format_html('<time datetime="{}">{}</time>', formats.machine(value), words)


@register.simple_tag(takes_context=True)
def moment_words(context: Context, value: datetime) -> str:
    """The same words without markup, for mails and sentences."""
    return formats.moment(value, zone=reader_zone(context), now=page_moment(context))


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None, year: bool = False) -> SafeString:
    """``Wed 25 Nov`` as a ``<time>``; a moment is shown as the reader's day."""
    if value is None:
        return mark_safe("")
    zone = reader_zone(context)
    on = value.astimezone(zone).date() if isinstance(value, datetime) else value
    words = formats.day(on, now=page_moment(context).astimezone(zone), year=year)
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.inclusion_tag("components/_due.html", takes_context=True)
def due(context: Context, value: components.Due | datetime | None, note: object = "") -> dict[str, Any]:
    """A date with what it means. A bare moment gets no distance, because only the view knows the working days."""
    if isinstance(value, datetime):
        value = components.Due(value)
    words = formats.moment(value.at, zone=reader_zone(context), now=page_moment(context)) if value else ""
    return {
        "due": value,
        "words": words,
        "machine": formats.machine(value.at) if value else "",
        "note": note or (value.distance if value else ""),
    }


@register.simple_tag(takes_context=True)
def zone_label(context: Context) -> str:
    """``Europe/Berlin (CET)``, for the foot of the page."""
    return formats.zone_long(reader_zone(context), page_moment(context))


# numbers and digests -------------------------------------------------------------------------------------------------


@register.filter
def score(value: float | None) -> str:
    """A score with one decimal."""
    return "" if value is None else formats.number(value)


@register.filter
def signed(value: float | None) -> str:
    """A summand with one decimal and its sign."""
    return "" if value is None else formats.number(value, sign=True)


@register.filter
def decimal(value: float | None, decimals: int = 1) -> str:
    """A number with that many decimals and a proper minus."""
    return "" if value is None else formats.number(value, decimals=decimals)


@register.filter
def exact(value: float | None) -> str:
    """A number with the decimals that it has."""
    return "" if value is None else formats.exact(value)


@register.filter
def size(value: int | None) -> str:
    """A file size; nothing for nothing."""
    return "" if value is None else formats.size(value)


@register.simple_tag
def digest(value: str, full: bool = False, bare: bool = False) -> SafeString:
    """A digest in mono, shortened unless asked for whole; ``bare`` where a column names the algorithm already."""
    if not value:
        return mark_safe("")
    algorithm, short = formats.digest(value)
    words = value.rpartition(":")[2] if full else short
    css = "rb-hash" if full and not bare else "rb-hash is-whole" if full else "rb-hash is-short"
    return format_html('<span class="{}">{}{}</span>', css, "" if bare else f"{algorithm} ", words)


@register.filter
def lead(value: object) -> str:
    """The first word of a pack's label, before the dash: ``None - the topic ...`` gives ``None``."""
    return str(value).partition(" - ")[0]


@register.filter
def rest(value: object) -> str:
    """The explanation of a pack's label, after the dash."""
    return str(value).partition(" - ")[2]


# forms ---------------------------------------------------------------------------------------------------------------


@register.simple_tag
def version(value: object) -> SafeString:
    """The hidden version of the thing a form edits; the action compares it."""
    return format_html('<input type="hidden" name="version" value="{}">', getattr(value, "version", value))


@register.inclusion_tag("components/_button.html")
def button(value: components.Button | None) -> dict[str, Any]:
    """One button; its POST form gets the token from the page."""
    return {"button": value}


@register.filter
def described_by(field: Any) -> str:
    """The ids that describe a field: its help, and its error when there is one."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*ids, f"{field.auto_id}_error"] if field.errors else ids)


# page ----------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/_nav.html", takes_context=True)
def nav(context: Context) -> dict[str, Any]:
    """The navigation of the signed-in person; nothing when there is no request, as on an error page."""
    request = context.get("request")
    user = getattr(request, "user", None)
    items = navigation.items(request) if request and user and user.is_authenticated else ()
    return {"items": items}


@register.simple_tag(takes_context=True)
def searches(context: Context) -> bool:
    """Whether this person has cases to search among."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return bool(request and user and user.is_authenticated and navigation.lists_cases(request))


@register.simple_tag(takes_context=True)
def org_name(context: Context) -> str:
    """What the organisation calls itself; on a page without a request, what the environment says."""
    return _organisation(context).name


@register.simple_tag(takes_context=True)
def contact_email(context: Context) -> str:
    """Where people turn with questions; nothing where nobody said so."""
    return _organisation(context).contact_email


def _organisation(context: Context) -> organisation.Current:
    """The organisation, asked once a page."""
    request = context.get("request")
    if request is None:
        return organisation.Current(str(settings.ORG_NAME))
    if ORGANISATION not in request.META:
        request.META[ORGANISATION] = organisation.current()
    found: organisation.Current = request.META[ORGANISATION]
    return found


@register.simple_tag
def base_url() -> str:
    """The address of this deployment."""
    return str(settings.BASE_URL)


@register.filter
def mark_icon(mark: str) -> str:
    """The glyph of a check item."""
    return MARKS[mark]


@register.filter
def note_css(tags: str) -> str:
    """The class of a message of that level."""
    return NOTES.get(tags.split(" ")[-1], ("is-info", ""))[0]


@register.filter
def note_icon(tags: str) -> str:
    """The glyph of a message of that level."""
    return NOTES.get(tags.split(" ")[-1], ("", "info-circle"))[1]


@register.filter
def of_key(found: Mapping[str, Any], key: str) -> Any:
    """What a view prepared for one row of a list; nothing where it prepared none."""
    return found.get(key)


@register.filter
def prose(value: object) -> SafeString:
    """What a person wrote, with its markdown as harmless HTML."""
    return markdown.render(str(value or ""))
