"""Moments in mails. A stored context holds primitives only, so a moment travels as ISO text and is shown here."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def moment(value: str | datetime | None) -> str:
    """The moment in the reader's time zone, always with the zone; nothing for nothing."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = timezone.localtime(at)
    return f"{date_format(local, 'j F Y, H:i')} {local.tzname()}"


@register.filter
def day(value: str | date | None) -> str:
    """A calendar day in words; nothing for nothing."""
    if not value:
        return ""
    return date_format(date.fromisoformat(value) if isinstance(value, str) else value, "j F Y")
