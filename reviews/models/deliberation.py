"""Questions of the board: to the authors, while whose answer the clock is stopped, and to people who stand aside."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import public_id_field, together
from reviews.models.submission import Pause, Revision


class Inquiry(models.Model):
    """One question and its answer. No new revision, no change of state.

    It goes to the authors, or to ``asked_of``: somebody who stands outside the case, of whom no clock waits.
    ``question_key`` names the one answer of the questionnaire that it is about; empty: the case as a whole.
    """

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="inquiries")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    pause = models.OneToOneField(Pause, on_delete=models.PROTECT, null=True, related_name="inquiry")
    question_key = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            together("answered_at", "answered_by", "inquiry_answered_pair"),
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="inquiry_answer_given"),
            models.CheckConstraint(condition=~Q(text=""), name="inquiry_text_given"),
            models.CheckConstraint(
                condition=Q(asked_of=None, pause__isnull=False) | Q(asked_of__isnull=False, pause=None),
                name="inquiry_pauses_for_authors",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Question on {self.revision}"
