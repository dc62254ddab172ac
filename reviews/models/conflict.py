"""Conflicts of interest between a person and a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import public_id_field
from reviews.models.submission import Submission


class Conflict(models.Model):
    """A declared conflict. It works from its first moment and nobody withdraws their own."""

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    type_key = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "user", "type_key"], name="conflict_declared_once"),
            models.CheckConstraint(condition=~Q(type_key=""), name="conflict_type_given"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user} and {self.submission.reference}"
