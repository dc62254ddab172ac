"""Requests to open a case again that was decided or withdrawn, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.submission import Revision, Submission
from reviews.rules.clearance import ReReview
from reviews.rules.states import Reopened, RequestStatus

ANSWERED_BY_ANOTHER = [RequestStatus.GRANTED.value, RequestStatus.REFUSED.value]


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    """Requests by what they wait for."""

    def open(self) -> ReopeningQuerySet:
        """Those that nobody has answered."""
        return self.filter(status=RequestStatus.OPEN)

    def since_closed(self) -> ReopeningQuerySet:
        """Those that matter while a case stays closed: asked since it was, and unanswered or refused."""
        rows = self.filter(status__in=[RequestStatus.OPEN, RequestStatus.REFUSED])
        return rows.filter(asked_at__gte=F("submission__state_entered_at"))

    def granted(self) -> ReopeningQuerySet:
        """Those by which a case was opened again."""
        return self.filter(status=RequestStatus.GRANTED)


class Reopening(models.Model):
    """One person asks with a reason, another one grants or refuses. Nothing else leaves a terminal state.

    ``trigger`` is what a re-review rests on. ``revision`` is the draft that it opened, or for a withdrawn case the one
    that its authors had left; ``answer`` is why it was refused.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reopenings")
    why = models.CharField(max_length=16, choices=choices(Reopened))
    trigger = models.CharField(max_length=24, choices=choices(ReReview), blank=True)
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=choices(RequestStatus), default=RequestStatus.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="reopenings")

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("why", Reopened, "reopening_why_known"),
            one_of("status", RequestStatus, "reopening_status_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason"),
            models.CheckConstraint(
                condition=Q(why=Reopened.RE_REVIEW.value, trigger__in=[code.value for code in ReReview])
                | (~Q(why=Reopened.RE_REVIEW.value) & Q(trigger="")),
                name="reopening_re_review_has_trigger",
            ),
            together("answered_at", "answered_by", "reopening_answered_pair"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN.value, answered_at=None)
                | (~Q(status=RequestStatus.OPEN.value) & Q(answered_at__isnull=False)),
                name="reopening_open_until_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ANSWERED_BY_ANOTHER) | ~Q(answered_by=F("asked_by")),
                name="reopening_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.GRANTED.value, revision__isnull=False)
                | (~Q(status=RequestStatus.GRANTED.value) & Q(revision=None)),
                name="reopening_granted_opens_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.REFUSED.value) | ~Q(answer=""), name="reopening_refused_with_reason"
            ),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(status=RequestStatus.OPEN.value), name="reopening_one_open"
            ),
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission.reference} {self.why}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.status == RequestStatus.OPEN

    @property
    def is_of_authors(self) -> bool:
        """Whether an author asked."""
        return self.why != Reopened.RE_REVIEW
