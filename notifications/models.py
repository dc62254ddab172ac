"""Storage of the outbox and of signs of life. Imported only inside ``notifications``; others call ``outbox``.

A row holds a template's name and primitives, never a rendered mail, and no foreign keys.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q


def new_public_id() -> str:
    """A random name fit for a URL and for the left side of a Message-ID."""
    return secrets.token_hex(12)


class State(models.TextChoices):
    """Where a mail is on its way. ``failed`` is a dead letter; it waits for a person."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


def _only_in(state: State, moment: str) -> Q:
    """The condition that this moment is known in this state and in no other."""
    return Q(state=state, **{f"{moment}__isnull": False}) | (~Q(state=state) & Q(**{f"{moment}__isnull": True}))


class OutboxMessage(models.Model):
    """One mail to one person about one occasion; the dedupe key makes the occasion unique for ever."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=80)
    recipient = models.CharField(max_length=64)
    address = models.EmailField(max_length=254)
    context = models.JSONField(default=dict)
    about = models.CharField(max_length=80)
    guard = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    message_id = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    repeats = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claim_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.CLAIMED, lease_until__isnull=False) & ~Q(claim_token="")
                | ~Q(state=State.CLAIMED) & Q(lease_until=None, claim_token="", begun_at=None),
                name="outbox_claim_pair",
            ),
            models.CheckConstraint(condition=_only_in(State.SENT, "sent_at"), name="outbox_sent_pair"),
            models.CheckConstraint(condition=_only_in(State.FAILED, "failed_at"), name="outbox_failed_pair"),
            models.CheckConstraint(condition=_only_in(State.CANCELLED, "cancelled_at"), name="outbox_cancelled_pair"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="queued"), name="outbox_due"),
            models.Index(fields=["lease_until"], condition=Q(state="claimed"), name="outbox_leased"),
            models.Index(fields=["claim_token"], condition=Q(state="claimed"), name="outbox_claim"),
            models.Index(fields=["about", "recipient"], name="outbox_about"),
            models.Index(fields=["state", "-created_at"], name="outbox_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.about} {self.state}"


class Heartbeat(models.Model):
    """When a background process was last seen at work."""

    name = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
