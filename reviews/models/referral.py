"""Questions to a second body, such as an ethics board, and what it answered. The second body has no account here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models._shape import choices, public_id_field, together
from reviews.models.submission import Submission
from reviews.rules.states import Finding


class Referral(models.Model):
    """A question that was put to another body, open until its answer is recorded or it is taken back."""

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="referrals")
    body = models.CharField(_("body"), max_length=120)
    question = models.TextField(_("question"))
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(_("finding"), max_length=16, choices=choices(Finding), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, help_text=_("when the answer was recorded here"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("who recorded it")
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            together("answered_at", "answered_by", "referral_answered_pair"),
            together("withdrawn_at", "withdrawn_by", "referral_withdrawn_pair"),
            models.CheckConstraint(
                condition=Q(answered_at=None, finding="", answer="")
                | (Q(answered_at__isnull=False, withdrawn_at=None) & ~Q(finding="") & ~Q(answer="")),
                name="referral_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(finding="") | Q(finding__in=[word.value for word in Finding]), name="referral_finding_known"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="referral_has_question"),
        ]
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission.reference} to {self.body}"

    @property
    def is_open(self) -> bool:
        """Whether the answer is still awaited."""
        return self.answered_at is None and self.withdrawn_at is None
