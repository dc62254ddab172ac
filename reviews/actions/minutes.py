"""The minutes of a meeting: written, approved by somebody else, and corrected by a version beside what was approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import meeting as access
from reviews.actions import _meetings
from reviews.actions._transition import action
from reviews.models import Meeting, Minutes, MinutesPart
from reviews.notices import meeting as notices
from reviews.queries import minutes as queries
from reviews.queries.meeting import Agenda
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.states import MeetingStatus

MOST_TEXT = 50_000
CHANGED = gettext_noop(
    "Somebody changed these minutes while you were looking at them. Nothing of yours was saved; look again."
)


@action
def write(
    *, meeting: Meeting, general: str, parts: Mapping[str, str], reason: str = "", seen: str, by: User, now: datetime
) -> Minutes:
    """Write the minutes of a meeting that was held: the first version, the draft anew, or a correction with a reason.

    ``parts`` are texts by the identifier of the item, of items whose case the writer sees; what they do not see stays
    as it was, or as it happened. ``seen`` is the state that the form was shown with (``state_of``). Raises
    ``RuleBroken`` for an empty text, ``Stale`` for the second of two.
    """
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    if meeting.status != MeetingStatus.HELD:
        raise NotNow(_("Minutes are written once the meeting is closed."), code="not_held")
    before = queries.of_meeting(meeting)
    last = before[0] if before else None
    if seen != state_of(last):
        raise Stale(_(CHANGED), code="stale")
    general = _text(general, "general")
    agenda = Agenda(meeting)
    texts = _parts(agenda, last, parts, by)
    if last is not None and last.approved_at is None:
        made = Minutes.objects.get(pk=last.pk)
        made.meeting = meeting
        made.writers = [*made.writers, *([] if by.public_id in made.writers else [by.public_id])]
        made.general, made.version, made.drafted_at, made.drafted_by = general, made.version + 1, now, by
        made.save(update_fields=["general", "version", "writers", "drafted_at", "drafted_by"])
    else:
        if last is not None:
            reason = _meetings.written(reason, "reason", _("Say what is corrected, and why."))
        made = Minutes.objects.create(
            meeting=meeting, number=len(before) + 1, general=general, drafted_at=now, drafted_by=by,
            correction_reason=reason if last is not None else "", writers=[by.public_id],
        )  # fmt: skip
    for key, text in texts.items():
        MinutesPart.objects.update_or_create(written=made, item_id=key, defaults={"text": text})
    _meetings.note(
        meeting, "committee.minutes_written", by, now,
        minutes=made.public_id, number=made.number, version=made.version, general=digest(general),
        parts=[digest(text) for text in texts.values()],
    )  # fmt: skip
    notices.minutes_written(made, access.approvers(made, agenda.cases), now=now)
    return made


@action
def approve(*, minutes: Minutes, seen: str, by: User, now: datetime) -> Minutes:
    """Approve a version, which stays as it is from then on. Never by somebody who wrote at it."""
    meeting = _meetings.lock(minutes.meeting)
    minutes = Minutes.objects.get(pk=minutes.pk)
    minutes.meeting = meeting
    access.check_can_approve(by, minutes, Agenda(meeting).cases)
    if minutes.approved_at is not None:
        raise NotNow(_("These minutes were approved already."), code="approved")
    if seen != state_of(minutes):
        raise Stale(_(CHANGED), code="stale")
    minutes.approved_at, minutes.approved_by = now, by
    minutes.save(update_fields=["approved_at", "approved_by"])
    _meetings.note(
        meeting, "committee.minutes_approved", by, now,
        minutes=minutes.public_id, number=minutes.number, version=minutes.version,
    )  # fmt: skip
    return minutes


def state_of(last: Minutes | None) -> str:
    """The state of the newest minutes that a form about them carries: which version it is, how often it was changed,
    and whether it was approved."""
    if last is None:
        return "none"
    return f"{last.number}.{last.version}.{'approved' if last.approved_at is not None else 'draft'}"


def _text(text: str, field: str) -> str:
    text = _meetings.written(text, field, _("Please write something here."))
    if len(text) > MOST_TEXT:
        raise RuleBroken(_("Write at most %(most)d characters.") % {"most": MOST_TEXT}, code="too_long", field=field)
    return text


def _parts(agenda: Agenda, last: Minutes | None, given: Mapping[str, str], by: User) -> dict[int, str]:
    """Every part by the key of its item: as it was written now by who sees the case, else as it was, or as drafted."""
    seen, found = agenda.seen_by(by), dict(queries.standing(agenda, last).parts)
    for row in agenda.items:
        if row.pk in seen and row.public_id in given:
            found[row.pk] = _text(given[row.public_id], f"part_{row.public_id}")
    return found
