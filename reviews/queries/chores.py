"""What somebody owes the organisation and no case of theirs: a policy to put in force, expertise to confirm, meetings
with their minutes, and information that the board of a case asks for from which they stand aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Expertise, OrganisationRole, User
from reviews.access import people
from reviews.models import Adoption, Meeting
from reviews.queries import meeting as meetings
from reviews.queries import minutes
from reviews.queries.deliberation import waiting_for
from reviews.rules.states import RUNNING, MeetingStatus


@dataclass(frozen=True)
class Chore:
    """One of them. ``about`` is the key of the row to open, empty where several wait; ``name`` says whose it is."""

    kind: str
    about: str
    name: str
    count: int = 1
    meeting: Meeting | None = None


def of(user: User, held: Collection[str]) -> tuple[Chore, ...]:
    """The chores of a person who holds these roles now; one question to the database for most people."""
    asked = [Chore("inform", row.public_id, row.revision.submission.reference) for row in waiting_for(user)]
    asked += _meetings(user)
    administers = OrganisationRole.Role.ADMINISTRATOR in held
    if not administers and not RUNNING & set(held):
        return tuple(asked)
    found = _policies(user) if administers else []
    return (*asked, *found, *_expertise(user, administers=administers))


def _meetings(user: User) -> list[Chore]:
    """The meetings to which this person is asked, the next one first; minutes to write, and minutes to approve.

    One question for who has nothing to do with meetings.
    """
    seen = list(meetings.visible(user))
    found = [
        Chore("attend", row.meeting.public_id, "", row.items, row.meeting)
        for row in seen
        if row.meeting.status == MeetingStatus.PLANNED and row.meeting.invited_at is not None
    ]
    held = [row for row in seen if row.meeting.status == MeetingStatus.HELD]
    if any(row.minutes is None for row in held):
        found += [Chore("write_minutes", row.public_id, row.title, 1, row) for row in minutes.to_write(user)]
    if any(row.minutes is not None and row.minutes.approved_at is None for row in held):
        rows = minutes.to_approve(user)
        found += [Chore("approve_minutes", row.public_id, row.meeting.title, 1, row.meeting) for row in rows]
    return found


def _policies(user: User) -> list[Chore]:
    waiting = Adoption.objects.filter(approved_at=None, withdrawn_at=None).select_related("committee", "version")
    return [
        Chore("approve_policy", row.public_id, f"{row.committee} \u00b7 {row.version.version}")
        for row in waiting.order_by("proposed_at", "pk")
        if row.proposed_by_id != user.pk
    ]


def _expertise(user: User, *, administers: bool) -> list[Chore]:
    stated = Expertise.objects.current().filter(confirmed_at=None).exclude(user=user).values("user")
    seen = people.visible_to(user, administers=administers).filter(is_active=True, pk__in=stated)
    waiting = list(seen.order_by("display_name", "pk"))
    if not waiting:
        return []
    about = waiting[0].public_id if len(waiting) == 1 else ""
    return [Chore("confirm_expertise", about, waiting[0].display_name if about else "", len(waiting))]
