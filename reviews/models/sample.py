"""What looking at a sampled release came to. Some decisions without people are drawn for that (``is_audit_sample``)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models._shape import choices, one_of
from reviews.models.decision import Decision
from reviews.rules.states import Sampled


class SampleFinding(models.Model):
    """Whether the answers on which a release was cleared say what the work is. One for a decision, never changed."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="sample_finding")
    finding = models.CharField(_("finding"), max_length=16, choices=choices(Sampled))
    text = models.TextField(_("what was found"))
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("finding", Sampled, "sample_finding_known"),
            models.CheckConstraint(condition=~Q(text=""), name="sample_finding_has_text"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.decision}: {self.finding}"
