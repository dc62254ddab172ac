"""Committees, who holds which role in them from when until when, and when they work."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationRole, User
from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.policy import PolicyVersion
from reviews.rules.states import RUNNING, CommitteeRole


def monday_to_friday() -> list[int]:
    """The weekdays on which most committees work; Monday is 0."""
    return [0, 1, 2, 3, 4]


class CommitteeQuerySet(models.QuerySet["Committee"]):
    """Committees by who may open their page, and by whether they work."""

    def visible_to(self, user: User) -> CommitteeQuerySet:
        """All for administrators; for everybody else those that they run now."""
        if not user.is_active:
            return self.none()
        role = OrganisationRole.Role.ADMINISTRATOR
        administers = OrganisationRole.objects.filter(user=user, role=role, until_at=None)
        runs = Membership.objects.filter(committee=OuterRef("pk"), user=user, role__in=RUNNING, until_at=None)
        return self.filter(Exists(administers) | Exists(runs))

    def taking_cases(self) -> CommitteeQuerySet:
        """Those with a policy in force; the others cannot judge anything yet."""
        return self.filter(policy__isnull=False)


class Committee(models.Model):
    """A board with its policy in force and its working calendar. Without a policy it takes no case yet."""

    public_id = public_id_field()
    name = models.CharField(_("name"), max_length=120, unique=True)
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="committees", help_text=_("in force now")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    working_weekdays = models.JSONField(default=monday_to_friday)
    country = models.CharField(max_length=8, blank=True, help_text=_("ISO code whose public holidays are kept"))
    version = models.PositiveIntegerField(default=0, help_text=_("counts changes of name, zone and working days"))

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page, for administrators and those who run it."""
        return reverse("reviews:committee-detail", args=[self.public_id])

    def day_of(self, moment: datetime) -> date:
        """The day on which a moment falls where the committee works."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def policy_in_force(self) -> PolicyVersion:
        """The policy of a committee that has cases; before its first adoption there are none."""
        assert self.policy is not None, "a case was started in a committee without a policy"
        return self.policy


class ClosureDay(models.Model):
    """A day on which the committee does not work, besides weekends and public holidays. Taken back, never deleted."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="closure_days")
    day_date = models.DateField()
    label = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "day_date"], condition=Q(cancelled_at=None), name="closure_day_once"
            ),
            together("cancelled_at", "cancelled_by", "closure_day_cancelled_pair"),
        ]
        ordering = ["day_date"]

    def __str__(self) -> str:
        return f"{self.committee} {self.day_date}"


class Membership(models.Model):
    """One role of one person in one committee, from a moment until a moment. Never deleted."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=choices(CommitteeRole))
    from_at = models.DateTimeField()
    from_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    until_at = models.DateTimeField(null=True)
    until_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "user", "role"], condition=Q(until_at=None), name="membership_held_once"
            ),
            one_of("role", CommitteeRole, "membership_role_known"),
            together("until_at", "until_by", "membership_until_pair"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.committee}"
