"""Meetings of a committee: when, what is on the agenda, who attended, and what the minutes say.

A case on an agenda is seen by whoever sees its board; to everybody else it is an item without a name. That is decided
where the rows are read (``queries/meeting.py``), not here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from reviews.models._shape import choices, one_of, public_id_field, together
from reviews.models.committee import Committee, Membership
from reviews.models.stand_in import StandIn
from reviews.models.submission import Submission
from reviews.rules.states import ATTENDING, RUNNING, VOTING, MeetingStatus, Presence


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by who sees them."""

    def visible_to(self, user: User) -> MeetingQuerySet:
        """Those of committees that the person runs, and once they were invited to those in which they vote, or stand
        in on one of its cases; the SQL twin of ``access.meeting.can_see``."""
        if not user.is_active:
            return self.none()
        held = Membership.objects.filter(committee=OuterRef("committee"), user=user, until_at=None)
        joined = StandIn.objects.live().filter(user=user, role__in=ATTENDING).values("submission")
        items = AgendaItem.objects.filter(meeting=OuterRef("pk"), submission__in=joined)
        items = items.filter(submission__committee=F("meeting__committee"))
        asked = Exists(held.filter(role__in=VOTING)) | Exists(items)
        return self.filter(Exists(held.filter(role__in=RUNNING)) | (Q(invited_at__isnull=False) & asked))


class Meeting(models.Model):
    """One meeting. Planned until it is closed or cancelled; open from its first attendance sheet on.

    ``version`` counts every change of it and of its agenda. ``move_reason`` is why it was moved last.
    """

    public_id = public_id_field()
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=16, choices=choices(MeetingStatus), default=MeetingStatus.PLANNED)
    version = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(null=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    move_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.TextField(blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", MeetingStatus, "meeting_status_known"),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_title"),
            together("invited_at", "invited_by", "meeting_invited_pair"),
            together("moved_at", "moved_by", "meeting_moved_pair"),
            together("opened_at", "opened_by", "meeting_opened_pair"),
            together("closed_at", "closed_by", "meeting_closed_pair"),
            together("cancelled_at", "cancelled_by", "meeting_cancelled_pair"),
            models.CheckConstraint(
                condition=Q(moved_at=None, move_reason="") | (Q(moved_at__isnull=False) & ~Q(move_reason="")),
                name="meeting_moved_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="planned", closed_at=None, cancelled_at=None, cancel_reason="")
                | Q(status="held", opened_at__isnull=False, closed_at__isnull=False, cancelled_at=None)
                | (Q(status="cancelled", opened_at=None, cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="meeting_status_whole",
            ),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reviews:meeting-detail", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        """Whether it is being held now."""
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_ahead(self) -> bool:
        """Whether it has neither begun nor been cancelled."""
        return self.status == MeetingStatus.PLANNED and self.opened_at is None


class AgendaItem(models.Model):
    """A case on the agenda of a meeting. ``order`` counts from 0; ``keeps_place`` leaves it where it is.

    ``note`` is what was noted about it for the minutes. With its end ``room`` keeps by public identifier who was in
    the room (``present``) and who had to leave it (``out``).
    """

    public_id = public_id_field()
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="agenda_items")
    order = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    keeps_place = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    room = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "submission"], name="agenda_item_once"),
            models.UniqueConstraint(fields=["meeting", "order"], name="agenda_item_order_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(started_at__isnull=False, ended_at=None), name="agenda_item_one_open"
            ),
            together("started_at", "started_by", "agenda_item_started_pair"),
            together("ended_at", "ended_by", "agenda_item_ended_pair"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False), name="agenda_item_ended_after_start"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="agenda_item_takes_time"),
        ]
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.submission.reference} in {self.meeting}"


class Attendance(models.Model):
    """Whether one person who was asked came to a meeting, as it was noted last."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=16, choices=choices(Presence))
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="attendance_once"),
            one_of("presence", Presence, "attendance_presence_known"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.presence}"


class Minutes(models.Model):
    """One version of the minutes of a meeting: a general part, and one for each item (``MinutesPart``).

    ``writers`` are the public identifiers of all who wrote at it, the last of them ``drafted_by``. Once somebody else
    has approved it the database lets nothing of it be changed; a correction is the next version.
    """

    public_id = public_id_field()
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=0)
    general = models.TextField()
    correction_reason = models.TextField(blank=True)
    writers = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_version_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(approved_at=None), name="minutes_one_draft"),
            models.CheckConstraint(condition=~Q(general=""), name="minutes_have_text"),
            models.CheckConstraint(
                condition=Q(number=1, correction_reason="") | (Q(number__gt=1) & ~Q(correction_reason="")),
                name="minutes_correction_has_reason",
            ),
            together("approved_at", "approved_by", "minutes_approved_pair"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="minutes_approved_by_another"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Minutes {self.number} of {self.meeting}"


class MinutesPart(models.Model):
    """What one version of the minutes says of one item; read by those who see its case."""

    written = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="parts")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="parts")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["written", "item"], name="minutes_part_once"),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_part_has_text"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item}, {self.written}"
