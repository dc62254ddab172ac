"""The way of a case from one committee to another. The case itself names the committee that it is with now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models.committee import Committee
from reviews.models.submission import Submission


class Transfer(models.Model):
    """One move of a case between committees, with the reason in the words of the coordinator who made it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    transferred_at = models.DateTimeField()
    transferred_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_goes_elsewhere"),
            models.CheckConstraint(condition=~Q(reason=""), name="transfer_has_reason"),
        ]
        ordering = ["transferred_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission.reference} to {self.target}"
