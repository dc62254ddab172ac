"""Published versions of the policy pack. Immutable: a published row is never changed, only followed by another."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from reviews.models._shape import public_id_field
from reviews.rules.policy import Pack, load


class PolicyVersion(models.Model):
    """One published pack, byte for byte."""

    public_id = public_id_field()
    pack_id = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack_id", "version"], name="policy_version_once")]
        ordering = ["published_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"

    @property
    def pack(self) -> Pack:
        """The parsed pack; parsing is cached by content."""
        return load(self.source)
