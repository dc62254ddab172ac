"""Storage of the event log. Imported only inside ``audit``; everybody else calls ``audit.log``.

Rows copy identifiers and hold no foreign keys, so that the log outlives what it speaks of. Triggers (migration
0002) refuse UPDATE and DELETE; a later migration that rebuilds this table on SQLite must create them again.
"""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened, linked to the one before it in the same stream."""

    stream = models.CharField(max_length=120)
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    data = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="audit_event_once_per_place"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="audit_event_sequence_from_one"),
        ]
        ordering = ["stream", "sequence"]

    def __str__(self) -> str:
        return f"{self.stream} #{self.sequence} {self.type}"
