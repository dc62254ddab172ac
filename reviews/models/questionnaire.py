"""The authors' answers, one set per revision, who gave them, what proves them, and what scoring made of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reviews.models._shape import public_id_field, together
from reviews.models.submission import Revision


class Response(models.Model):
    """Answers by question key. Kept also for questions that are hidden now; only shown ones count."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="response")
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Answers of {self.revision}"


class AnswerChange(models.Model):
    """Who gave a question which answer, and when; a ``value`` of None took the answer back.

    Consecutive changes by one person within a short stretch are one row, so that saving while somebody types leaves
    one line and not fifty. This is the authors' memory, no audit log: what counts is ``Response`` as it was frozen.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="changes")
    key = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="answer_change_has_key")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key} of {self.response}"


class Proof(models.Model):
    """What shows that an answer is true: a file, or a reference to where it lies. Frozen with its revision."""

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="proofs")
    question_key = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    blob = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=500, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(~Q(blob="") & Q(location="")) | (Q(blob="") & ~Q(location="")),
                name="proof_file_or_reference",
            ),
            models.CheckConstraint(
                condition=Q(blob="") | (~Q(sha256="") & Q(size_bytes__gt=0)), name="proof_file_has_digest"
            ),
            models.UniqueConstraint(fields=["revision", "question_key", "name"], name="proof_name_once"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Assessment(models.Model):
    """An immutable result of scoring a revision. The latest one rules.

    ``BOARD`` is a closer look that a reviewer asked for, ``OVERRIDE`` a tier that two people set; both carry a reason.
    ``REVIEWS`` counts the reviewers' answers with the authors'; ``result`` names the reviews. After a transfer the
    authors' scoring gives a row of its own, so that a tier raised by the committee before is dropped.
    """

    class Basis(models.TextChoices):
        AUTHOR = "author"
        REVIEWS = "reviews"
        BOARD = "board"
        OVERRIDE = "override"
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
                condition=Q(basis__in=["author", "reviews", "board", "override", "transfer"]),
                name="assessment_basis_known",
            ),
            models.CheckConstraint(
                condition=~Q(basis__in=["board", "override"]) | ~Q(reason=""), name="assessment_board_reason"
            ),
            models.UniqueConstraint(fields=["revision"], condition=Q(basis="author"), name="assessment_author_once"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} tier {self.tier}"

    @property
    def counted(self) -> tuple[str, ...]:
        """The public ids of the reviews whose answers are in the numbers; none where they are the authors' alone."""
        return tuple(self.result.get("reviews", ()))


class TierProposal(models.Model):
    """Another tier than the one that rules, proposed by the chair. A second person brings it into force or refuses it.

    It is withdrawn by who proposed it, by whoever refuses it, with the reason as ``refusal``, or with its revision.
    """

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="tier_proposals")
    tier = models.PositiveSmallIntegerField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(confirmed_at=None, withdrawn_at=None), name="tier_proposal_open_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="tier_proposal_has_reason"),
            together("confirmed_at", "confirmed_by", "tier_proposal_confirmed_pair"),
            together("withdrawn_at", "withdrawn_by", "tier_proposal_withdrawn_pair"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(withdrawn_at=None), name="tier_proposal_confirmed_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="tier_proposal_two_people"
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | (Q(withdrawn_by__isnull=False) & ~Q(withdrawn_by=F("proposed_by"))),
                name="tier_proposal_refused_by_another",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision} to tier {self.tier}"

    @property
    def is_open(self) -> bool:
        """Neither confirmed nor taken back."""
        return self.confirmed_at is None and self.withdrawn_at is None
