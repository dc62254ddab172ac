"""Laws that may apply to a revision, and who noted what was done about each. They change no score and hold nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import public_id_field, together
from reviews.models.submission import Revision


class LegalFlag(models.Model):
    """One flag that an assessment of a revision raised. It stays, whatever a later assessment says."""

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="legal_flags")
    flag_key = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "flag_key"], name="legal_flag_once"),
            together("noted_at", "noted_by", "legal_flag_noted_pair"),
            models.CheckConstraint(condition=Q(noted_at=None) | ~Q(text=""), name="legal_flag_noted_in_writing"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} {self.flag_key}"
