"""Decision letters: a committee's text for them, what its coordinator wrote for sharing, and the letters themselves.

The database refuses to change or remove a letter or a template (migration 0024).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.committee import Committee
from reviews.models.decision import Decision
from reviews.rules.letter import Variant


class LetterTemplate(models.Model):
    """One version of the text by which a committee writes its letters. The newest is in use; none is ever changed."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="letter_templates")
    number = models.PositiveIntegerField()
    text = models.TextField()
    contact = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="letter_template_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_template_number_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="letter_template_has_text"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Letter template {self.number} of {self.committee}"


class LetterNote(models.Model):
    """What the coordinator wrote for the shareable letter while the decision waits for its signatures."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter_note")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Shared reasons of {self.decision}"


class Letter(models.Model):
    """One version of the letter of a decision, written with the last signature. ``template`` is None where the
    committee had no text of its own. ``blob`` and ``sha256`` are its PDF's, ``html_sha256`` is the page's.
    """

    public_id = public_id_field()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters")
    variant = models.CharField(max_length=16, choices=choices(Variant))
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, null=True, related_name="letters")
    html = models.TextField()
    html_sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "variant"], name="letter_variant_once"),
            one_of("variant", Variant, "letter_variant_known"),
            models.CheckConstraint(
                condition=~Q(html="") & ~Q(html_sha256="") & ~Q(blob="") & ~Q(sha256=""), name="letter_is_whole"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.variant} letter of {self.decision}"
