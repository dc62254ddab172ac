"""People and what they hold through time. Committee memberships lie in ``reviews``, which knows committees."""

from __future__ import annotations

import secrets

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.managers import UserManager


def new_public_id() -> str:
    """A random identifier fit for a URL (96 bits); says nothing about order or number."""
    return secrets.token_urlsafe(12)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address. Deactivated, never deleted.

    ``is_superuser`` and ``is_staff`` exist for Django's own commands and open nothing here.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("organisation unit"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci_unique")]
        ordering = ["display_name", "email"]

    def __str__(self) -> str:
        return self.display_name or self.email

    @property
    def initials(self) -> str:
        """At most two letters for the avatar."""
        words = self.display_name.split() or [self.email]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class OrganisationRole(models.Model):
    """A role over the whole organisation, from a moment until a moment. Rows are never deleted."""

    class Role(models.TextChoices):
        LEADERSHIP = "leadership", _("Leadership")
        AUDITOR = "auditor", _("Auditor")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="organisation_roles")
    role = models.CharField(max_length=32, choices=Role.choices)
    from_at = models.DateTimeField()
    from_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    until_at = models.DateTimeField(null=True)
    until_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(until_at=None), name="organisation_role_held_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["leadership", "auditor", "administrator"]), name="organisation_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until_at=None, until_by=None)
                | models.Q(until_at__isnull=False, until_by__isnull=False),
                name="organisation_role_until_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Expertise(models.Model):
    """What a person knows: a hazard domain of a pack, or a role skill (security, legal, policy).

    Counts for seats only once somebody else confirmed it.
    """

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("Hazard domain")
        SKILL = "skill", _("Role skill")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="expertise")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="expertise_stated_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["domain", "skill"]), name="expertise_kind_known"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="expertise_confirmed_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.key}"
