"""What the organisation calls itself. Its own row wins; what that does not say, the environment says."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.models import Organisation


@dataclass(frozen=True)
class Current:
    """The organisation as pages and mails name it."""

    name: str
    contact_email: str = ""


def current() -> Current:
    """The organisation now, in one query."""
    row = Organisation.objects.filter(pk=Organisation.ONLY).values_list("name", "contact_email").first()
    name, contact = row or ("", "")
    return Current(name or str(settings.ORG_NAME), contact)


def name() -> str:
    """Its name alone, for mails."""
    return current().name
