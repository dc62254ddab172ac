"""Reviewers' seats on a revision, from the offer on."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.submission import Revision, Submission
from reviews.rules.states import LIVE_ASSIGNMENT, SEATED_ASSIGNMENT, AssignmentStatus


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Seats, their end, and which of them somebody may count."""

    def known_to(self, viewer: User | None) -> AssignmentQuerySet:
        """The seats that count for somebody who reads or offers: those of the cases from which they do not stand
        aside. All of them for the program."""
        return self.exclude(submission__in=Submission.objects.closed_to(viewer)) if viewer is not None else self.all()

    def end(self, status: AssignmentStatus, now: datetime, **fields: str) -> int:
        """These seats end now; what was filed stays with the review. How many there were."""
        return self.update(status=status, ended_at=now, done_at=None, **fields)


class Assignment(models.Model):
    """One reviewer asked to review one revision. ``review`` is the version of their review that counts."""

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="assignments")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    status = models.CharField(max_length=16, choices=choices(AssignmentStatus), default=AssignmentStatus.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    no_conflict_at = models.DateTimeField(null=True, help_text="when the reviewer stated to have no conflict")
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when the seat was declined, lapsed, or was given up or away")
    review_days = models.PositiveSmallIntegerField(help_text="working days from the offer to the due date")
    note = models.TextField(blank=True)
    review = models.OneToOneField("reviews.Review", on_delete=models.PROTECT, null=True, related_name="seat")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", AssignmentStatus, "assignment_status_known"),
            models.UniqueConstraint(
                fields=["submission", "reviewer"],
                condition=Q(status__in=sorted(LIVE_ASSIGNMENT)),
                name="assignment_one_live",
            ),
            models.UniqueConstraint(
                fields=["revision", "reviewer"],
                condition=Q(status__in=sorted(SEATED_ASSIGNMENT)),
                name="assignment_one_seat_per_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "done"]) | Q(no_conflict_at__isnull=False),
                name="assignment_accepted_without_conflict",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="assignment_done_at_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "declined", "done"]) | Q(answered_at__isnull=False),
                name="assignment_answered_at_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(SEATED_ASSIGNMENT), ended_at=None)
                | (~Q(status__in=sorted(SEATED_ASSIGNMENT)) & Q(ended_at__isnull=False)),
                name="assignment_ended_at_known",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reviewer} on {self.revision}"
