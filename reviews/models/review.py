"""What a reviewer found. A draft until filed, immutable afterwards, and never counted before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.assignment import Assignment
from reviews.rules.states import Outcome, PartKind, Recommendation


class Review(models.Model):
    """One review of one assignment. ``recommendation`` is empty until its writer chooses.

    ``judgement`` is what the reviewer answered for themselves, as ``rules.judgement`` writes it; empty in reviews from
    before reviewers were asked.
    """

    class Confidence(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    public_id = public_id_field()
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    recommendation = models.CharField(max_length=16, choices=choices(Recommendation), blank=True)
    findings = models.TextField(blank=True)
    misuse_paths = models.TextField(blank=True)
    evidence_view = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    to_board = models.TextField(blank=True)
    to_authors = models.TextField(blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence.choices, blank=True)
    judgement = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recommendation="") | Q(recommendation__in=[r.value for r in Recommendation]),
                name="review_recommendation_known",
            ),
            models.CheckConstraint(
                condition=Q(filed_at=None)
                | (~Q(recommendation="") & ~Q(findings="") & Q(confidence__in=["low", "medium", "high"])),
                name="review_filed_whole",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Review of {self.assignment}"


class ReviewPart(models.Model):
    """The outcome and the highest acceptable rung that a review recommends for one part."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    outcome = models.CharField(max_length=16, choices=choices(Outcome))
    rung = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "kind"], name="review_part_once"),
            one_of("kind", PartKind, "review_part_kind_known"),
            one_of("outcome", Outcome, "review_part_outcome_known"),
        ]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"
