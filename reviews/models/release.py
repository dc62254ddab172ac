"""Staged releases: one plan per part, one stage per rung, opened one after the other."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.decision import Decision
from reviews.rules.states import PartKind


class ReleasePlan(models.Model):
    """The ladder of one staged part of a decision."""

    public_id = public_id_field()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="plans")
    part = models.CharField(max_length=8, choices=choices(PartKind))
    dwell_days = models.PositiveSmallIntegerField(help_text="calendar days on a stage before the next may open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "part"], name="release_plan_once"),
            one_of("part", PartKind, "release_plan_part_known"),
        ]
        ordering = ["part"]

    def __str__(self) -> str:
        return f"{self.part} plan of {self.decision}"


class Stage(models.Model):
    """One rung of a plan. The latest opened stage is where the part stands."""

    public_id = public_id_field()
    plan = models.ForeignKey(ReleasePlan, on_delete=models.PROTECT, related_name="stages")
    order = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=64)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, help_text="when the next stage took its place")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="stage_order_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(opened_at__isnull=False, closed_at=None), name="stage_one_open"
            ),
            together("opened_at", "opened_by", "stage_opened_pair"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__isnull=False), name="stage_closed_after_opened"
            ),
        ]
        ordering = ["order"]

    def __str__(self) -> str:
        return f"Stage {self.order} of {self.plan}"
