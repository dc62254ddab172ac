"""What a reviewer found. A draft until filed, never counted before; the database keeps what is filed as it is.

A correction is a row of its own with the next number. Which version of a seat counts, its assignment says.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.assignment import Assignment
from reviews.rules.states import Outcome, PartKind, Recommendation, Sufficiency


class Review(models.Model):
    """One version of the review of one assignment. ``recommendation`` is empty until its writer chooses.

    ``judgement`` is what the reviewer answered for themselves, as ``rules.judgement`` writes it; empty in reviews from
    before reviewers were asked. ``correction_reason`` says why a version replaces the one before it, ``after_round``
    whether its writer could read the others' reviews by then.
    """

    class Confidence(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    public_id = public_id_field()
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    correction_reason = models.TextField(blank=True)
    after_round = models.BooleanField(default=False)
    recommendation = models.CharField(max_length=16, choices=choices(Recommendation), blank=True)
    findings = models.TextField(blank=True)
    misuse_paths = models.TextField(blank=True)
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
            models.UniqueConstraint(fields=["assignment", "number"], name="review_version_once"),
            models.CheckConstraint(
                condition=Q(number=1, correction_reason="", after_round=False)
                | (Q(number__gt=1) & ~Q(correction_reason="")),
                name="review_correction_has_reason",
            ),
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
    """The outcome and the highest acceptable rung that a review recommends for one part; a draft may lack either."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    outcome = models.CharField(max_length=16, choices=choices(Outcome), blank=True)
    rung = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "kind"], name="review_part_once"),
            one_of("kind", PartKind, "review_part_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=[one.value for one in Outcome]),
                name="review_part_outcome_known",
            ),
        ]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class ReviewFinding(models.Model):
    """What a review says about one hazard domain, beside what it finds on the whole."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="domain_findings")
    domain_key = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "domain_key"], name="review_finding_once"),
            models.CheckConstraint(condition=~Q(text=""), name="review_finding_has_text"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.domain_key}: {self.text[:40]}"


class ReviewEvidence(models.Model):
    """Whether one required type of evidence is enough. In a draft ``view`` may be empty.

    A row without a type keeps what a filed review said of all evidence in one text, when reviewers were asked so.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="evidence_views")
    type_key = models.CharField(max_length=64, blank=True)
    view = models.CharField(max_length=16, choices=choices(Sufficiency), blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "type_key"], name="review_evidence_once"),
            models.CheckConstraint(
                condition=Q(view="") | Q(view__in=[one.value for one in Sufficiency]),
                name="review_evidence_view_known",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.type_key} {self.view}"
