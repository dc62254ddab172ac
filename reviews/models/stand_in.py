"""Who was appointed to stand in on one case, where conflicts leave its board short."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models._shape import choices, public_id_field, together
from reviews.models.submission import Submission
from reviews.rules.states import STOOD_FOR, CommitteeRole


class StandInQuerySet(models.QuerySet["StandIn"]):
    """Stand-ins by whether they still stand in."""

    def live(self) -> StandInQuerySet:
        """Appointed, and not ended."""
        return self.filter(ended_at=None)


class StandIn(models.Model):
    """One role of one person on one case, from a moment until a moment. It gives nothing elsewhere. Never deleted."""

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="stand_ins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stand_ins")
    role = models.CharField(max_length=32, choices=choices(CommitteeRole))
    reason = models.TextField()
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StandInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "user", "role"], condition=Q(ended_at=None), name="stand_in_appointed_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(role.value for role in STOOD_FOR)), name="stand_in_role_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="stand_in_gives_reason"),
            models.CheckConstraint(condition=~Q(appointed_by=F("user")), name="stand_in_appointed_by_another"),
            together("ended_at", "ended_by", "stand_in_ended_pair"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.submission.reference}"
