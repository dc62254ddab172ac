"""Conflicts of interest between a person and a case, and what authors say about who should not judge it.

Which conflict sets its person aside is ``rules/ties.py::keeps_out``; ``in_force`` is the same rule as a row filter.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.submission import Submission
from reviews.rules.ties import Settled, Source, Strength

# By whom a conflict of each source came up: by its own person, by somebody else, or by the program.
OWN = [str(Source.ONESELF), str(Source.DISOWNED)]
BY_OTHERS = [str(Source.COORDINATOR), str(Source.AUTHOR)]
HEARSAY = [str(Source.AUTHOR), str(Source.DISOWNED), str(Source.NAME)]


class ConflictQuerySet(models.QuerySet["Conflict"]):
    """Conflicts by what they do."""

    def in_force(self) -> ConflictQuerySet:
        """Those that set their person aside now."""
        return self.filter(Q(outcome=Settled.STANDS) | (Q(outcome="") & ~Q(strength=Strength.SUSPECTED)))

    def to_look_at(self) -> ConflictQuerySet:
        """Those after which nobody has looked again at the decision that they unsettle."""
        return self.in_force().filter(unsettles__isnull=False, looked_at=None)

    def suspicions(self) -> ConflictQuerySet:
        """Those that nobody settled yet; their person gets no new offer."""
        return self.filter(outcome="", strength=Strength.SUSPECTED)


class Conflict(models.Model):
    """A conflict, however it came up: said or found, sure or suspected. Never deleted; settled once, with a reason.

    ``declared_by`` is None where the program found it. ``unsettles`` is the decision in force in which the person had
    a part when it came up; who looked at that decision again, ``looked_at``, wrote down a ``finding``.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    type_key = models.CharField(max_length=64)
    strength = models.CharField(max_length=16, choices=choices(Strength))
    source = models.CharField(max_length=16, choices=choices(Source))
    note = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=choices(Settled), blank=True)
    reason = models.TextField(blank=True)
    unsettles = models.ForeignKey("reviews.Decision", on_delete=models.PROTECT, null=True, related_name="unsettled_by")
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.TextField(blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "user", "type_key", "strength", "source"], name="conflict_declared_once"
            ),
            models.UniqueConstraint(
                fields=["submission", "user"], condition=Q(source=Source.AUTHOR.value), name="conflict_named_once"
            ),
            models.CheckConstraint(condition=~Q(type_key=""), name="conflict_type_given"),
            one_of("strength", Strength, "conflict_strength_known"),
            one_of("source", Source, "conflict_source_known"),
            models.CheckConstraint(
                condition=Q(source__in=OWN, declared_by__isnull=False, declared_by=F("user"))
                | (Q(source__in=BY_OTHERS, declared_by__isnull=False) & ~Q(declared_by=F("user")))
                | (~Q(source__in=OWN + BY_OTHERS) & Q(declared_by=None)),
                name="conflict_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(source__in=HEARSAY) | Q(strength=Strength.SUSPECTED.value),
                name="conflict_hearsay_is_suspicion",
            ),
            together("looked_at", "looked_by", "conflict_looked_pair"),
            models.CheckConstraint(
                condition=Q(looked_at=None, finding="")
                | (Q(looked_at__isnull=False, unsettles__isnull=False) & ~Q(finding="")),
                name="conflict_looked_whole",
            ),
            together("settled_at", "settled_by", "conflict_settled_pair"),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="", reason="")
                | (Q(settled_at__isnull=False, outcome__in=[word.value for word in Settled]) & ~Q(reason="")),
                name="conflict_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None)
                | (~Q(settled_by=F("user")) & (Q(declared_by=None) | ~Q(settled_by=F("declared_by")))),
                name="conflict_settled_by_third_person",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user} and {self.submission.reference}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has settled it."""
        return self.settled_at is None


class Objection(models.Model):
    """Somebody of whom an author says that they should not judge this case, as typed; perhaps nobody of the board.

    Detection makes a suspicion of it for each person who can be meant, also for one who joins the board later.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="objections")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    type_key = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "name", "email"], name="objection_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(type_key=""), name="objection_names_somebody"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} and {self.submission.reference}"
