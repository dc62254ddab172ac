"""Appeals against decisions in force: what the authors say, who hears it, and what each judge says."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.decision import Decision
from reviews.models.submission import Revision, Submission
from reviews.rules.appeal import Opinion, Status
from reviews.rules.states import CommitteeRole


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Appeals by whether they are heard still."""

    def open(self) -> AppealQuerySet:
        """Those that have not come out and were not taken back."""
        return self.filter(status=Status.OPEN)

    def of_decisions(self, decisions: Collection[Decision]) -> AppealQuerySet:
        """The open ones against these decisions, with their judges and what these said."""
        return self.open().filter(decision__in=decisions).prefetch_related("judges__user", "opinions__judge")


class Appeal(models.Model):
    """An appeal, open from its filing on; nothing more is released meanwhile. Never deleted.

    ``number`` counts those on one version. ``size`` is how many judges it needs; whom of them nobody seated, the holder
    of ``appointing_role`` appoints. ``tally`` is the count with which it came out.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="appeals")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="appeals")
    number = models.PositiveSmallIntegerField()
    grounds = models.JSONField(default=list)
    text = models.TextField()
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    size = models.PositiveSmallIntegerField()
    appointing_role = models.CharField(max_length=32, choices=choices(CommitteeRole))
    status = models.CharField(max_length=16, choices=choices(Status), default=Status.OPEN)
    ended_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    tally = models.JSONField(default=dict)

    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="appeal_number_once"),
            models.UniqueConstraint(fields=["submission"], condition=Q(status="open"), name="appeal_one_open"),
            one_of("status", Status, "appeal_status_known"),
            one_of("appointing_role", CommitteeRole, "appeal_appointing_role_known"),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_has_text"),
            models.CheckConstraint(condition=Q(due_at__gt=F("filed_at")), name="appeal_gives_time"),
            models.CheckConstraint(condition=Q(size__gte=1, number__gte=1), name="appeal_needs_judges"),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="appeal_ended_at_known",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_by__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_by=None)),
                name="appeal_withdrawn_by_somebody",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Appeal {self.number} on {self.revision}"

    @property
    def is_open(self) -> bool:
        """Whether it is heard still."""
        return self.status == Status.OPEN


class AppealJudge(models.Model):
    """Somebody who hears an appeal: a member whom nobody appointed, or somebody appointed from outside."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="judges")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appeals_heard")
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "user"], name="appeal_judge_once"),
            models.CheckConstraint(
                condition=Q(appointed_by=None) | ~Q(appointed_by=F("user")), name="appeal_judge_appointed_by_another"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}, judge of {self.appeal}"


class AppealOpinion(models.Model):
    """What one judge says, and why; may be changed until the appeal has come out."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="opinions")
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField(max_length=16, choices=choices(Opinion))
    reason = models.TextField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "judge"], name="appeal_opinion_one_per_judge"),
            one_of("opinion", Opinion, "appeal_opinion_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_opinion_gives_reason"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.judge}: {self.opinion}"
