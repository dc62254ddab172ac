"""Whether somebody can sign in, was asked to come, or is gone: as a question to one row and as a row filter."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User


class Standing(models.TextChoices):
    """Every account is in exactly one of these."""

    ACTIVE = "active", _("Active")
    INVITED = "invited", _("Invited, has not come yet")
    NOT_INVITED = "not_invited", _("Not come, no invitation open")
    CLOSED = "closed", _("Closed")


def of(person: User, invitation: Invitation | None, now: datetime) -> Standing:
    """The standing of one person; ``invitation`` is the newest they have."""
    if not person.is_active:
        return Standing.CLOSED
    if person.has_usable_password():
        return Standing.ACTIVE
    is_open = invitation is not None and invitation.is_open(now)
    return Standing.INVITED if is_open else Standing.NOT_INVITED


def within(people: QuerySet[User], standing: str, now: datetime) -> QuerySet[User]:
    """The people of one standing."""
    if standing == Standing.CLOSED:
        return people.filter(is_active=False)
    people = people.filter(is_active=True)
    if standing == Standing.ACTIVE:
        return people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    people = people.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    live = Exists(Invitation.objects.open(now).filter(user=OuterRef("pk")))
    return people.filter(live) if standing == Standing.INVITED else people.exclude(live)
