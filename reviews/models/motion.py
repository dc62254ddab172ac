"""What is put to the vote, and the ballots."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.submission import Revision
from reviews.rules.states import Basis, MotionKind, MotionStatus, Outcome, PartKind, Vote


class Motion(models.Model):
    """A proposal on one revision: one outcome per part, conditions, validity.

    ``put_by`` is empty where reviewers or the system path stand behind it. ``board`` is the list of voters, and who
    is excluded and why, at the moment it was put.
    """

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="motions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=choices(MotionKind))
    basis = models.CharField(max_length=16, choices=choices(Basis))
    status = models.CharField(max_length=16, choices=choices(MotionStatus), default=MotionStatus.OPEN)
    rationale = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    benefits = models.TextField(blank=True, default="")
    alternatives = models.TextField(blank=True, default="")
    valid_months = models.PositiveSmallIntegerField(null=True)
    board = models.JSONField(default=dict)
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", MotionKind, "motion_kind_known"),
            one_of("basis", Basis, "motion_basis_known"),
            one_of("status", MotionStatus, "motion_status_known"),
            models.UniqueConstraint(fields=["revision", "number"], name="motion_number_once"),
            models.UniqueConstraint(fields=["revision"], condition=Q(status="open"), name="motion_one_open"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="motion_closed_at_known",
            ),
            models.CheckConstraint(
                condition=~Q(basis="board") | Q(put_by__isnull=False), name="motion_of_board_has_mover"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Motion {self.number} on {self.revision}"


class MotionPart(models.Model):
    """The outcome proposed for one part. A staged part climbs from ``first_rung`` to ``rung``."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    outcome = models.CharField(max_length=16, choices=choices(Outcome))
    rung = models.CharField(max_length=64)
    first_rung = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "kind"], name="motion_part_once"),
            one_of("kind", PartKind, "motion_part_kind_known"),
            one_of("outcome", Outcome, "motion_part_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="staged") & ~Q(first_rung="") | (~Q(outcome="staged") & Q(first_rung="")),
                name="motion_part_staged_has_first_rung",
            ),
        ]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class ConditionTerms(models.Model):
    """What a condition asks: what, of whom, until when, before which stage of a staged part, and what will prove it.

    Without an owner all authors owe it. Without ``before_rung`` no stage waits for it. A motion and the decision that
    comes of it keep the same columns.
    """

    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    due_date = models.DateField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    before_part = models.CharField(max_length=8, choices=choices(PartKind), blank=True, default="")
    before_rung = models.CharField(max_length=64, blank=True, default="")
    evidence = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


def guards_whole(name: str) -> models.CheckConstraint:
    """The stage that waits for a condition is named by part and rung, or not at all."""
    known = Q(before_part__in=[kind.value for kind in PartKind]) & ~Q(before_rung="")
    return models.CheckConstraint(condition=Q(before_part="", before_rung="") | known, name=name)


class MotionCondition(ConditionTerms):
    """A condition as it stands in a motion."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="conditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "order"], name="motion_condition_order_once"),
            guards_whole("motion_condition_before_whole"),
        ]
        ordering = ["order"]


class Ballot(models.Model):
    """One member's vote on one motion; may be cast anew until the ballot is closed."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ballots")
    vote = models.CharField(max_length=8, choices=choices(Vote))
    reason = models.TextField(blank=True)
    is_dissent = models.BooleanField(default=False)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "voter"], name="ballot_one_per_member"),
            one_of("vote", Vote, "ballot_vote_known"),
            models.CheckConstraint(condition=Q(vote="for") | ~Q(reason=""), name="ballot_reason_given"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.voter}: {self.vote}"
