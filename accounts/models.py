"""People and what they hold through time. Committee memberships lie in ``reviews``, which knows committees."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.managers import UserManager

MOST_REVIEWS = 20


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
    is_external = models.BooleanField(_("comes from outside the organisation"), default=False)
    reports_to = models.ForeignKey(
        "self", verbose_name=_("reports to"), on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    load_cap = models.PositiveSmallIntegerField(
        _("reviews at the same time"), default=4, help_text=_("open reviews that this person takes at most")
    )
    orcid = models.CharField(
        _("ORCID"), max_length=19, blank=True, help_text=_("identifier as a researcher, such as 0000-0002-1825-0097")
    )
    version = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_ci_unique"),
            models.UniqueConstraint(fields=["orcid"], condition=~models.Q(orcid=""), name="user_orcid_once"),
            models.CheckConstraint(
                condition=models.Q(reports_to=None) | ~models.Q(reports_to=models.F("id")),
                name="user_reports_to_somebody_else",
            ),
        ]
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


class ExpertiseQuerySet(models.QuerySet["Expertise"]):
    """What people know now, without what was taken back."""

    def current(self) -> ExpertiseQuerySet:
        """Stated, and perhaps confirmed."""
        return self.filter(withdrawn_at=None)

    def confirmed(self) -> ExpertiseQuerySet:
        """What somebody else vouched for, at whatever level."""
        return self.current().filter(confirmed_at__isnull=False)

    def for_seats(self) -> ExpertiseQuerySet:
        """What fills the seats of a tier: confirmed skills, and domains in which somebody is a confirmed expert."""
        return self.confirmed().filter(level=Expertise.Level.EXPERT)


class Expertise(models.Model):
    """What a person knows: a hazard domain of a pack, and how well, or a role skill (security, legal, policy).

    Counts for seats only once somebody else confirmed it. Another level is another row, which nobody has confirmed.
    Withdrawn, never deleted. A role skill has one level only.
    """

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("Hazard domain")
        SKILL = "skill", _("Role skill")

    class Level(models.IntegerChoices):
        BASIC = 1, _("Basic")
        WORKING = 2, _("Working level")
        EXPERT = 3, _("Expert")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="expertise")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.EXPERT)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ExpertiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "key"], condition=models.Q(withdrawn_at=None), name="expertise_stated_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["domain", "skill"]), name="expertise_kind_known"),
            models.CheckConstraint(condition=models.Q(level__in=[1, 2, 3]), name="expertise_level_known"),
            models.CheckConstraint(condition=models.Q(kind="domain") | models.Q(level=3), name="expertise_skill_whole"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="expertise_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="expertise_withdrawn_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.key}"

    @property
    def level_label(self) -> str:
        """How well, in words; empty for a role skill."""
        return str(self.Level(self.level).label) if self.kind == self.Kind.DOMAIN else ""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by whether they still open a door."""

    def open(self, now: datetime) -> InvitationQuerySet:
        """Neither used nor taken back, and not too old."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """The right of one person to choose a password once, until a moment. The link is made from it, never stored."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(accepted_at=None, revoked_at=None), name="invitation_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=False) | models.Q(revoked_by=None),
                name="invitation_revoked_by_needs_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")), name="invitation_expires_after_start"
            ),
        ]
        ordering = ["-invited_at", "-pk"]

    def __str__(self) -> str:
        return f"invitation of {self.user}"

    def is_open(self, now: datetime) -> bool:
        """Neither used nor taken back, and not too old."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences that were not taken back."""

    def within(self, first: date, last: date) -> AbsenceQuerySet:
        """Those with a day from ``first`` to ``last``, both included, the earliest first."""
        return self.filter(cancelled_at=None, from_date__lte=last, until_date__gte=first).order_by("from_date", "pk")


class Absence(models.Model):
    """Days on which somebody takes no work, both ends included, and who stands in. Taken back, never deleted."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    from_date = models.DateField(_("first day"))
    until_date = models.DateField(_("last day"))
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date__gte=models.F("from_date")), name="absence_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("user")),
                name="absence_stand_in_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None)
                | models.Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="absence_cancelled_pair",
            ),
        ]
        ordering = ["from_date", "pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.from_date} to {self.until_date}"


class Organisation(models.Model):
    """The one row about the organisation itself; what it does not say, the environment says."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(_("name of the organisation"), max_length=120, blank=True)
    contact_email = models.EmailField(_("address for questions"), blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    mail_tested_at = models.DateTimeField(null=True)
    mail_tested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True, help_text=_("when an administrator closed the first-day checklist"))
    ready_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{what}_at": None, f"{what}_by": None})
                    | models.Q(**{f"{what}_at__isnull": False, f"{what}_by__isnull": False}),
                    name=f"organisation_{what}_pair",
                )
                for what in ("changed", "mail_tested", "ready")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> int:
        """What a form that shows this row carries: when it was changed last."""
        return int(self.changed_at.timestamp() * 1_000_000) if self.changed_at is not None else 0
