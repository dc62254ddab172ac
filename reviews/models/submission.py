"""The case: submission, its revisions, what each revision consists of, and the stretches in which its clock stopped.

Fields, constraints and row filters. Who may do what stands in ``access``; ``state`` is written by
``actions/_transition.py`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models._sight import SubmissionQuerySet
from reviews.models.committee import Committee
from reviews.models.policy import PolicyVersion
from reviews.rules.states import PartKind, State
from reviews.rules.visibility import Sight

MOST_TITLE, MOST_LABEL = 200, 60


@dataclass
class Board:
    """Who is outside a case, by key and why, who holds which role in its committee, and how far who sees into it.

    None and missing are what was not asked yet. ``standing_in`` are the roles and keys of those appointed for this case
    alone, known with ``outside``; ``joined`` are these people themselves.
    """

    outside: dict[int, str] | None = None
    held: tuple[tuple[str, User], ...] | None = None
    standing_in: tuple[tuple[str, int], ...] = ()
    joined: tuple[tuple[str, User], ...] | None = None
    sights: dict[int, Sight] = field(default_factory=dict)


class Submission(models.Model):
    """One case, known by its reference.

    ``version`` counts transitions and nothing else, ``description_version`` changes of what the start page asks.
    ``split_from`` is the case that this one was a part of, until its authors split them.
    ``board`` is no column: ``access.committee.read_once`` keeps there what a page would ask again and again.
    """

    board: Board | None = None

    reference = models.CharField(max_length=16, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=MOST_TITLE)
    label = models.CharField(_("label"), max_length=MOST_LABEL)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="submissions")
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    planned_date = models.DateField(_("planned date"), null=True, blank=True)
    state = models.CharField(max_length=16, choices=choices(State), default=State.DRAFT)
    state_entered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    description_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="started_submissions"
    )
    submitted_at = models.DateTimeField(null=True, help_text=_("of the first revision"))
    clock_from_at = models.DateTimeField(
        null=True, help_text=_("of the first revision, or of the first one after the case was opened again")
    )
    deliberation_opened_at = models.DateTimeField(null=True)
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="split_off")
    revision = models.OneToOneField("reviews.Revision", on_delete=models.PROTECT, null=True, related_name="+")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", State, "submission_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(submitted_at__isnull=False),
                name="submission_submitted_at_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DELIBERATION) | Q(deliberation_opened_at__isnull=False),
                name="submission_deliberation_at_known",
            ),
        ]
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.reference} {self.label}"

    def get_absolute_url(self) -> str:
        """The page of the case."""
        return reverse("reviews:submission-detail", args=[self.reference])

    @property
    def stream(self) -> str:
        """Its audit stream."""
        return f"submission:{self.reference}"


class Contributor(models.Model):
    """Somebody who took part in the work, with an account here or without."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="contributors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="contributions"
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    unit = models.CharField(_("organisation"), max_length=120, blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "user"], condition=Q(user__isnull=False), name="contributor_once"
            )
        ]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """One numbered version of the case; frozen when it is submitted, with everything that it was judged by."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="revisions")
    started_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    attested_name = models.CharField(max_length=120, blank=True)
    manifest_digest = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=64, blank=True)
    summary = models.TextField(blank=True)
    return_reason = models.TextField(blank=True, help_text=_("what the board asked to change in the one before"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="revision_number_once"),
            together("frozen_at", "frozen_by", "revision_frozen_pair"),
            models.CheckConstraint(
                condition=Q(frozen_at=None, manifest_digest="", attested_name="")
                | (Q(frozen_at__isnull=False) & ~Q(manifest_digest="") & ~Q(attested_name="")),
                name="revision_frozen_whole",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.submission.reference} revision {self.number}"

    @property
    def is_frozen(self) -> bool:
        """Whether it was submitted; then nothing of it changes any more."""
        return self.frozen_at is not None

    @property
    def was_returned(self) -> bool:
        """Whether the board has had this work before: as the revision before, or in a case that was split since."""
        return self.number > 1 or bool(self.return_reason)


class Part(models.Model):
    """The model or the paper of a frozen revision, with the rung that its authors ask for."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    requested_rung = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "kind"], name="part_once"),
            one_of("kind", PartKind, "part_kind_known"),
        ]
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.revision} {self.kind}"


class Artifact(models.Model):
    """A file, or a reference to something too large to upload. Its digest is computed while the bytes stream in."""

    public_id = public_id_field()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="artifacts")
    part = models.CharField(max_length=8, choices=choices(PartKind))
    name = models.CharField(_("name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    blob = models.CharField(max_length=80, blank=True, help_text=_("path below DATA_DIR/blobs; empty for a reference"))
    location = models.CharField(max_length=500, blank=True, help_text=_("where an external artifact lies"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("part", PartKind, "artifact_part_known"),
            models.UniqueConstraint(fields=["revision", "part", "name"], name="artifact_name_once"),
            models.CheckConstraint(
                condition=(~Q(blob="") & Q(location="")) | (Q(blob="") & ~Q(location="")),
                name="artifact_file_or_reference",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="artifact_not_empty"),
            models.CheckConstraint(condition=~Q(sha256=""), name="artifact_has_digest"),
        ]
        ordering = ["part", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        """Whether only a reference is kept here."""
        return bool(self.location)


class PauseQuerySet(models.QuerySet["Pause"]):
    """Stretches in which the clock was stopped."""

    def end(self, now: datetime) -> int:
        """Close what is open, never before it began: a clock that was set back closes a pause where it began."""
        moment = models.Value(now, output_field=models.DateTimeField())
        return self.filter(until_at=None).update(until_at=Greatest("since_at", moment))


class Pause(models.Model):
    """A stretch in which the authors owed something; while it is open nothing is due for anybody."""

    class Why(models.TextChoices):
        ASKED = "asked", _("a question to the authors")
        RETURNED = "returned", _("returned to the authors")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="pauses")
    why = models.CharField(max_length=16, choices=Why.choices)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=["asked", "returned"]), name="pause_why_known"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=models.F("since_at")), name="pause_ends_after_start"
            ),
        ]
        ordering = ["since_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission.reference} {self.why}"
