"""The authors' answers, one set per revision, and what scoring made of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models.submission import Revision


class Response(models.Model):
    """Answers by question key. Kept also for questions that are hidden now; only shown ones count."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="response")
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Answers of {self.revision}"


class Assessment(models.Model):
    """An immutable result of scoring a revision. The latest one rules; a board's tier carries a reason.

    After a transfer the same scoring gives a row of its own, so that a tier raised by the committee before is dropped.
    """

    class Basis(models.TextChoices):
        AUTHOR = "author"
        BOARD = "board"
        TRANSFER = "transfer"

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="assessments")
    basis = models.CharField(max_length=8, choices=Basis.choices)
    inherent = models.FloatField()
    residual = models.FloatField()
    tier = models.PositiveSmallIntegerField()
    result = models.JSONField()
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=["author", "board", "transfer"]), name="assessment_basis_known"
            ),
            models.CheckConstraint(condition=~Q(basis="board") | ~Q(reason=""), name="assessment_board_reason"),
            models.UniqueConstraint(fields=["revision"], condition=Q(basis="author"), name="assessment_author_once"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} tier {self.tier}"
