"""What the tier asks the authors to show, and holds that a named officer must clear."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models._shape import public_id_field, together
from reviews.models.submission import Revision


class Evidence(models.Model):
    """One asked type of evidence of one revision: open, given as text or file, or waived with a reason."""

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="evidence")
    type_key = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    text = models.TextField(blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    blob = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    waiver_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text=_("counts how often it was given or waived"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "type_key"], name="evidence_type_once"),
            together("given_at", "given_by", "evidence_given_pair"),
            together("waived_at", "waived_by", "evidence_waived_pair"),
            models.CheckConstraint(
                condition=Q(given_at=None) | ~Q(text="") | ~Q(blob=""), name="evidence_given_has_content"
            ),
            models.CheckConstraint(
                condition=Q(waived_at=None) | ~Q(waiver_reason=""), name="evidence_waiver_has_reason"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} {self.type_key}"

    @property
    def is_settled(self) -> bool:
        """Given or waived: it no longer keeps the case from going on."""
        return self.given_at is not None or self.waived_at is not None


class Hold(models.Model):
    """Nothing may be released until the named role clears it in writing."""

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="holds")
    role = models.CharField(max_length=32)
    trigger_key = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    clearance_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "role"], name="hold_once_per_role"),
            together("cleared_at", "cleared_by", "hold_cleared_pair"),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | ~Q(clearance_text=""), name="hold_cleared_in_writing"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} {self.role}"
