"""Drafts and published versions of the policy pack, how each came into force in a committee, and long replays.

The bytes of a draft or a version are never changed, only followed by other ones.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from reviews.models._shape import public_id_field, together
from reviews.rules.policy import Pack, load


class PolicyVersion(models.Model):
    """One published pack, byte for byte."""

    public_id = public_id_field()
    pack_id = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack_id", "version"], name="policy_version_once")]
        ordering = ["published_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"

    @property
    def pack(self) -> Pack:
        """The parsed pack; parsing is cached by content."""
        return load(self.source)


class PolicyDraft(models.Model):
    """A pack that was checked and can be read, compared and tried on past cases, but is published nowhere yet.

    Another file is another draft. A draft ends published, dropped, or superseded by a later file of the same version.
    """

    public_id = public_id_field()
    pack_id = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.TextField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published = models.OneToOneField(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="draft")
    dropped_at = models.DateTimeField(null=True, help_text="or superseded")
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack_id", "version"],
                condition=Q(published=None, dropped_at=None),
                name="policy_draft_open_once",
            ),
            together("dropped_at", "dropped_by", "policy_draft_dropped_pair"),
            models.CheckConstraint(
                condition=Q(published=None) | Q(dropped_at=None), name="policy_draft_published_or_dropped"
            ),
        ]
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"

    def get_absolute_url(self) -> str:
        """Its page, for administrators and those who run a committee."""
        return reverse("reviews:policy-draft", args=[self.public_id])

    @property
    def pack(self) -> Pack:
        """The parsed pack; parsing is cached by content."""
        return load(self.source)

    @property
    def is_open(self) -> bool:
        """Neither published nor dropped."""
        return self.published_id is None and self.dropped_at is None


class Adoption(models.Model):
    """The way of one version into force in one committee.

    The first version of a committee needs one administrator, every later one a proposer and somebody else's approval.
    A proposal made by the program itself, after a pack was published, has no proposer until one stands for it.
    """

    public_id = public_id_field()
    committee = models.ForeignKey("reviews.Committee", on_delete=models.PROTECT, related_name="adoptions")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="adoptions")
    is_first = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee"], condition=Q(approved_at=None, withdrawn_at=None), name="adoption_open_once"
            ),
            models.UniqueConstraint(fields=["committee"], condition=Q(is_first=True), name="adoption_first_once"),
            together("approved_at", "approved_by", "adoption_approved_pair"),
            together("withdrawn_at", "withdrawn_by", "adoption_withdrawn_pair"),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(withdrawn_at=None), name="adoption_approved_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(is_first=True) | Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="adoption_two_people",
            ),
        ]
        ordering = ["proposed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.version} in {self.committee_id}"

    @property
    def is_open(self) -> bool:
        """Neither approved nor taken back."""
        return self.approved_at is None and self.withdrawn_at is None


class ReplayRun(models.Model):
    """A replay that is too long for a page: asked for there, worked off in the background, kept while it is looked at.

    Nothing of record: what it holds can be computed again, from answers that never change.
    """

    sha256 = models.CharField(max_length=64, unique=True, help_text="of the pack")
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, help_text="somebody works on it until then, or was stopped")
    ended_at = models.DateTimeField(null=True)
    has_failed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(has_failed=False) | Q(ended_at__isnull=False), name="replay_run_failed_has_ended"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="replay_run_done_within_total"),
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.done}/{self.total}"

    @property
    def is_open(self) -> bool:
        """Neither finished nor given up."""
        return self.ended_at is None


class ReplayBatch(models.Model):
    """What a pack makes of some cases: ``kinds`` are the effects, ``cases`` name one of them for each assessment."""

    run = models.ForeignKey(ReplayRun, on_delete=models.CASCADE, related_name="batches")
    cases = models.JSONField(help_text="assessment, digest of what it judged, place of the effect among the kinds")
    kinds = models.JSONField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run} {self.pk}"
