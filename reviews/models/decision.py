"""The decision record: bound to one revision and its manifest digest.

Once a decision is in force, the database refuses to change or remove it, its parts, its signatures and its conditions
(migration 0016); a later migration that rebuilds one of these tables on SQLite must create the triggers again.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.motion import Motion
from reviews.models.submission import Revision, Submission
from reviews.rules.states import Basis, Outcome, PartKind


class Decision(models.Model):
    """What was granted for one revision. In force from the last signature (``effective_at``) on.

    ``board`` and ``tally`` are the voters, the excluded and the count at the moment of finalising. ``record`` is all
    that it rests on as canonical JSON, written with the last signature; text, because the digest is over its bytes.
    It is empty in decisions from before records were kept. A later decision of the case names the one that it
    supersedes; what its clearance is worth today says ``queries/clearance.py``.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    motion = models.OneToOneField(Motion, on_delete=models.PROTECT, related_name="decision")
    basis = models.CharField(max_length=16, choices=choices(Basis))
    manifest_digest = models.CharField(max_length=64)
    contributors_digest = models.CharField(max_length=64, default="")
    tier = models.PositiveSmallIntegerField()
    rationale = models.TextField()
    override_reason = models.TextField(blank=True)
    benefits = models.TextField(blank=True, default="")
    alternatives = models.TextField(blank=True, default="")
    board = models.JSONField(default=dict)
    tally = models.JSONField(default=dict)
    valid_until_date = models.DateField(null=True)
    is_audit_sample = models.BooleanField(default=False)
    finalised_at = models.DateTimeField()
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    sent_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_back_reason = models.TextField(blank=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    supersedes_reason = models.TextField(blank=True, default="")
    record = models.TextField(blank=True, default="")
    record_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            one_of("basis", Basis, "decision_basis_known"),
            models.UniqueConstraint(
                fields=["revision"], condition=Q(sent_back_at=None), name="decision_one_current_per_revision"
            ),
            together("sent_back_at", "sent_back_by", "decision_sent_back_pair"),
            models.CheckConstraint(
                condition=Q(sent_back_at=None) | (Q(effective_at=None) & ~Q(sent_back_reason="")),
                name="decision_sent_back_before_effect",
            ),
            models.CheckConstraint(
                condition=~Q(basis="board") | Q(finalised_by__isnull=False), name="decision_of_board_has_finaliser"
            ),
            models.CheckConstraint(condition=~Q(manifest_digest=""), name="decision_bound_to_digest"),
            models.CheckConstraint(condition=~Q(contributors_digest=""), name="decision_bound_to_contributors"),
            models.CheckConstraint(
                condition=Q(supersedes=None, supersedes_reason="")
                | (Q(supersedes__isnull=False) & ~Q(supersedes_reason="")),
                name="decision_supersedes_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | Q(effective_at__isnull=False), name="decision_supersedes_in_force"
            ),
            models.CheckConstraint(
                condition=Q(record="", record_sha256="")
                | (~Q(record="") & ~Q(record_sha256="") & Q(effective_at__isnull=False)),
                name="decision_record_whole",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Decision on {self.revision}"


class DecisionPart(models.Model):
    """What one part asked for, what it was granted, and the ceiling that applied."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    outcome = models.CharField(max_length=16, choices=choices(Outcome))
    requested_rung = models.CharField(max_length=64)
    granted_rung = models.CharField(max_length=64)
    ceiling_rung = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind"], name="decision_part_once"),
            one_of("kind", PartKind, "decision_part_kind_known"),
            one_of("outcome", Outcome, "decision_part_outcome_known"),
        ]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class SignOff(models.Model):
    """One seat under a decision, open until it is signed. Nobody fills two seats."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="sign_offs")
    seat = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_as = models.CharField(max_length=32, blank=True, help_text="the role held; a deputy may fill a chair's seat")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "seat"], name="sign_off_seat_once"),
            models.UniqueConstraint(
                fields=["decision", "signed_by"], condition=Q(signed_by__isnull=False), name="sign_off_person_once"
            ),
            together("signed_at", "signed_by", "sign_off_signed_pair"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.seat} of {self.decision}"
