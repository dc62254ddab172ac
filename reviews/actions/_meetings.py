"""What the actions on a meeting share: the locks, the version that each change compares, and what the log keeps.

Cases are locked before the committee, and the committee before its meeting, as everywhere. No permission is checked
here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit import log
from reviews.access.meeting import out_of_room
from reviews.actions import _transition
from reviews.actions._packs import lock_committee
from reviews.actions._transition import name_of
from reviews.models import AgendaItem, Meeting, Submission
from reviews.queries.meeting import Agenda
from reviews.rules.errors import RuleBroken, Stale

CHANGED = gettext_noop(
    "Somebody changed this meeting while you were looking at it. Nothing of yours was saved; look again."
)


def lock(meeting: Meeting) -> Meeting:
    """The meeting as it is now, with its committee, locked until the transaction ends."""
    committee = lock_committee(meeting.committee)
    found = Meeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    found.committee = committee
    return found


def change(meeting: Meeting, version: int, **fields: Any) -> None:
    """Write fields and count the change. Raises ``Stale`` for a form shown before somebody else's."""
    rows = Meeting.objects.filter(pk=meeting.pk, version=version)
    if rows.update(version=F("version") + 1, **fields) != 1:
        raise Stale(_(CHANGED), code="stale")
    meeting.version = version + 1
    for name, value in fields.items():
        setattr(meeting, name, value)


def note(meeting: Meeting, event: str, by: User, now: datetime, **data: Any) -> None:
    """Record an event in the stream of the committee, which the action has locked."""
    facts = {"meeting": meeting.public_id, **data}
    log.record(
        stream=f"committee:{meeting.committee.public_id}", type=event, actor=name_of(by), at=now, data=facts
    )  # fmt: skip


def written(text: str, field: str, sentence: str) -> str:
    """A text without space around it. Raises ``RuleBroken`` with the sentence where there is none."""
    if not text.strip():
        raise RuleBroken(sentence, code=field, field=field)
    return text.strip()


def end(item: AgendaItem, meeting: Meeting, case: Submission, *, by: User, now: datetime) -> None:
    """End an item under way on its locked case, and keep who was in the room and who had to be out of it."""
    present = Agenda(meeting).present
    out = out_of_room(case, present)
    room = {
        "present": [person.public_id for person in present if person.pk not in out],
        "out": [person.public_id for person in present if person.pk in out],
    }
    item.ended_at, item.ended_by, item.room = now, by, room
    item.save(update_fields=["ended_at", "ended_by", "room"])
    _transition.note(
        case, "meeting.discussed", by=by, now=now, meeting=meeting.public_id, item=item.public_id,
        present=room["present"], out=room["out"],
    )  # fmt: skip
