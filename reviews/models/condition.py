"""The conditions of a decision, and every proof that was given of one, with the board's answer.

What a condition asks is part of the decision, which the database refuses to change once it is in force (migrations 0016
and 0021); what became of it stands in ``met_at``, ``met_by`` and the proofs.
"""

from __future__ import annotations

from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from reviews.models._shape import public_id_field, together
from reviews.models.decision import Decision
from reviews.models.motion import ConditionTerms, guards_whole
from reviews.rules.condition import Facts


class ConditionQuerySet(models.QuerySet["Condition"]):
    """Row filters of conditions."""

    def with_waiting(self) -> Self:
        """With the proof that waits for its answer, by its identifier, and the key of who gave it."""
        proofs = apps.get_model("reviews", "ConditionProof")._default_manager
        waiting = proofs.filter(condition=OuterRef("pk"), answered_at=None)
        return self.annotate(
            waiting=Subquery(waiting.values("public_id")[:1]), waiting_by=Subquery(waiting.values("given_by")[:1])
        )

    def to_follow(self) -> Self:
        """Those that somebody still has to do something about: not met, with a day, a stage or a proof that waits."""
        rows = self.with_waiting().filter(met_at=None)
        return rows.filter(Q(due_date__isnull=False) | ~Q(before_rung="") | Q(waiting__isnull=False))


class Condition(ConditionTerms):
    """A condition of a decision, and who saw that it was met: never its owner.

    ``waiting`` and ``waiting_by`` are no columns: ``with_waiting`` reads them.
    """

    waiting: str | None = None
    waiting_by: int | None = None

    public_id = public_id_field()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ConditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "order"], name="condition_order_once"),
            guards_whole("condition_before_whole"),
            together("met_at", "met_by", "condition_met_pair"),
            models.CheckConstraint(
                condition=Q(met_by=None) | Q(owner=None) | ~Q(met_by=F("owner")), name="condition_met_by_another"
            ),
        ]
        ordering = ["order"]

    @property
    def facts(self) -> Facts:
        """As the rules ask about it; of rows that came ``with_waiting``."""
        return Facts(
            self.met_at is not None, self.waiting is not None, self.due_date, self.before_part, self.before_rung
        )


class ConditionProof(models.Model):
    """One proof that a condition is met, in words, as a file or both, and what somebody else of the board answered.

    Numbered by condition. It is accepted where it was answered without a ``refusal``. ``given_by`` is empty in those
    from before proofs were rows of their own: then the board alone wrote down what it had seen.
    """

    public_id = public_id_field()
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="proofs")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    blob = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["condition", "number"], name="condition_proof_number_once"),
            models.UniqueConstraint(
                fields=["condition"], condition=Q(answered_at=None), name="condition_proof_one_waits"
            ),
            models.UniqueConstraint(
                fields=["condition"],
                condition=Q(answered_at__isnull=False, refusal=""),
                name="condition_proof_one_accepted",
            ),
            together("answered_at", "answered_by", "condition_proof_answered_pair"),
            models.CheckConstraint(condition=~Q(text="") | ~Q(blob=""), name="condition_proof_has_content"),
            models.CheckConstraint(
                condition=Q(blob="") | (~Q(sha256="") & Q(size_bytes__gt=0)), name="condition_proof_file_has_digest"
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(answered_at__isnull=False), name="condition_proof_refused_in_answer"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(given_by=None) | ~Q(answered_by=F("given_by")),
                name="condition_proof_two_people",
            ),
        ]
        ordering = ["condition", "number"]

    def __str__(self) -> str:
        return f"Proof {self.number} of {self.condition}"

    @property
    def is_accepted(self) -> bool:
        """Whether it met its condition."""
        return self.answered_at is not None and not self.refusal
