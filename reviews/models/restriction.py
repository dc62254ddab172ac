"""Emergency restrictions of decisions in force, and the votes that ratify or refuse them. They change no decision."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models._shape import choices, public_id_field, together
from reviews.models.decision import Decision
from reviews.models.submission import Submission
from reviews.rules.restriction import Ending, Moments
from reviews.rules.states import Vote


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Restrictions by whether they hold; the twin of ``rules.restriction.phase``."""

    def in_force(self, now: datetime) -> RestrictionQuerySet:
        """Neither ended nor lapsed at this moment."""
        return self.filter(Q(ratified_at__isnull=False) | Q(ratify_by__gte=now), ended_at=None)

    def refused(self, now: datetime) -> RestrictionQuerySet:
        """What the board refused while it still could be ratified at this moment."""
        return self.filter(ending=Ending.REFUSED, ratify_by__gte=now)

    def of_decisions(self, decisions: Collection[Decision], now: datetime) -> RestrictionQuerySet:
        """Those in force on these decisions, with their votes."""
        rows = self.in_force(now).filter(decision__in=decisions)
        return rows.select_related("placed_by", "lift_asked_by").prefetch_related("votes__voter")


class Restriction(models.Model):
    """What a chair took away at once, for a reason, until the board ratifies it or it ends. Never deleted.

    ``board`` lists who could ratify it when it was placed. That it lapsed follows from ``ratify_by``; the row says so
    only once another one is placed. Lifting takes two people: who asks for it, and ``lifted_by``.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="restrictions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="restrictions")
    reason = models.TextField()
    board = models.JSONField(default=dict)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ratify_by = models.DateTimeField()
    ratified_at = models.DateTimeField(null=True)
    lift_asked_at = models.DateTimeField(null=True)
    lift_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=8, choices=choices(Ending), blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(ended_at=None), name="restriction_one_live"),
            models.CheckConstraint(condition=~Q(reason=""), name="restriction_gives_reason"),
            models.CheckConstraint(condition=Q(ratify_by__gt=F("placed_at")), name="restriction_gives_time"),
            together("lift_asked_at", "lift_asked_by", "restriction_lift_asked_pair"),
            models.CheckConstraint(
                condition=Q(lift_asked_at=None, lift_reason="") | (Q(lift_asked_at__isnull=False) & ~Q(lift_reason="")),
                name="restriction_lift_gives_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="")
                | Q(ended_at__isnull=False, ending__in=[word.value for word in Ending]),
                name="restriction_ended_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(ending="lifted") & Q(lifted_by=None))
                | (
                    Q(ending="lifted", lift_asked_by__isnull=False, lifted_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                ),
                name="restriction_lifted_by_two",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Restriction of {self.submission.reference}"

    @property
    def moments(self) -> Moments:
        """What its phase follows from."""
        return Moments(self.ratify_by, self.ratified_at, self.ended_at)


class RestrictionVote(models.Model):
    """What one person says on a restriction; may be changed until it is ratified, refused or lapsed."""

    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    vote = models.CharField(max_length=8, choices=choices(Vote))
    reason = models.TextField(blank=True)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["restriction", "voter"], name="restriction_vote_one_per_person"),
            models.CheckConstraint(condition=Q(vote__in=["for", "against"]), name="restriction_vote_known"),
            models.CheckConstraint(condition=Q(vote="for") | ~Q(reason=""), name="restriction_vote_reason_given"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.voter}: {self.vote}"
