"""Meetings as their pages show them: the list, and one meeting with its agenda as each reader may know it.

Whoever does not see the board of a case reads an item without reference, label, length, notes or names, only that
there is one and whether it is their turn to leave the room or to come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from django.db.models import Count, Prefetch, Q

from accounts.models import User
from reviews.access import meeting as access
from reviews.access.committee import excluded, read_together
from reviews.access.submission import sights
from reviews.models import AgendaItem, Attendance, Committee, Meeting, Minutes, Motion, Submission
from reviews.queries import heads as many
from reviews.queries.decision import names
from reviews.queries.head import Head
from reviews.rules import agenda
from reviews.rules.agenda import Item
from reviews.rules.states import RUNNING, Basis, MeetingStatus, MotionStatus, Presence, State, Vote

Standing = Literal["planned", "dropped", "running", "done"]


@dataclass(frozen=True)
class Row:
    """A meeting of the list. ``items`` counts every item, also those that the reader does not see."""

    meeting: Meeting
    items: int
    minutes: Minutes | None


@dataclass(frozen=True)
class Recorded:
    """A motion whose ballot was closed while the meeting was on: how it came out, and what it decided by part."""

    number: int
    kind: str
    status: str
    put_by: str
    closed_at: datetime
    votes_for: int
    votes_against: int
    abstained: int
    dissents: int
    decides: bool
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One item for one reader. Without a reference they do not see it: ``aside`` says that they stand aside from it.

    ``number`` counts from 1. ``out`` and ``present`` are names: who is out of the room, and who was in it.
    """

    public_id: str
    number: int
    standing: Standing
    aside: bool = False
    reference: str = ""
    label: str = ""
    minutes: int = 0
    keeps_place: bool = False
    note: str = ""
    out: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recorded: tuple[Recorded, ...] = ()

    @property
    def is_seen(self) -> bool:
        """Whether the reader knows which case it is."""
        return bool(self.reference)


@dataclass(frozen=True)
class Candidate:
    """A case that can be put on the agenda, with who would leave the room for it."""

    head: Head
    out: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """The meeting in which something was recorded."""

    title: str
    starts_at: datetime
    present: tuple[User, ...]


def visible(user: User) -> list[Row]:
    """The meetings that this person sees, the next one first, then those that are over, the latest first; two
    queries."""
    rows = Meeting.objects.visible_to(user).select_related("committee").annotate(count=Count("items"))
    rows = rows.prefetch_related(Prefetch("minutes", Minutes.objects.order_by("number")))
    found = [Row(row, row.count, next(iter(reversed(row.minutes.all())), None)) for row in rows]
    ahead = [row for row in found if row.meeting.status == MeetingStatus.PLANNED]
    over = [row for row in found if row.meeting.status != MeetingStatus.PLANNED]
    return [*ahead, *reversed(over)]


def committees_run_by(user: User) -> list[Committee]:
    """The committees for which this person plans meetings."""
    rows = Committee.objects.filter(
        memberships__user=user, memberships__until_at=None, memberships__role__in=RUNNING, policy__isnull=False
    )
    return list(rows.distinct().order_by("name"))


def get_visible(user: User, public_id: str) -> Meeting | None:
    """A meeting that this person sees, or nothing."""
    rows = Meeting.objects.select_related("committee__policy", "planned_by")
    found = rows.filter(public_id=public_id).first()
    return found if found is not None and access.can_see(user, found) else None


def item(public_id: str) -> AgendaItem | None:
    """One item with its meeting and case; whoever asks must still be checked."""
    rows = AgendaItem.objects.select_related("meeting__committee", "submission__committee")
    return rows.filter(public_id=public_id).first()


def next_of(submission: Submission, reader: User) -> Meeting | None:
    """The next meeting that has the case on its agenda, for a reader who sees the meeting; one query."""
    rows = Meeting.objects.visible_to(reader).filter(status=MeetingStatus.PLANNED, items__submission=submission)
    return rows.select_related("committee").first()


def in_which(motion: Motion, submission: Submission, *, now: datetime) -> Held | None:
    """The meeting in which a ballot was closed, or would be now: between the start of its item and the meeting's end.

    ``present`` are those who were in the room when the item ended; while it runs, whoever is there and does not have to
    leave it.
    """
    at = motion.closed_at or now
    rows = AgendaItem.objects.filter(submission=submission, started_at__lte=at).select_related("meeting")
    rows = rows.filter(Q(meeting__closed_at=None) | Q(meeting__closed_at__gte=at))
    found = rows.order_by("-started_at", "-pk").first()
    if found is None:
        return None
    if found.ended_at is not None:
        people = list(User.objects.filter(public_id__in=found.room["present"]).order_by("pk"))
    else:
        there = Attendance.objects.filter(meeting=found.meeting_id, presence=Presence.PRESENT)
        everybody = [row.user for row in there.select_related("user").order_by("user_id")]
        out = access.out_of_room(submission, everybody)
        people = [person for person in everybody if person.pk not in out]
    return Held(found.meeting.title, found.meeting.starts_at, tuple(people))


def candidates(meeting: Meeting, reader: User, now: datetime) -> list[Candidate]:
    """The cases of the committee in deliberation that are not on the agenda, the oldest first; none from which the
    reader stands aside. A fixed number of queries."""
    rows = Submission.objects.deliberated_by(reader).filter(committee=meeting.committee, state=State.DELIBERATION)
    rows = rows.exclude(agenda_items__meeting=meeting).order_by("submitted_at", "reference")
    cases = list(many.with_rows(rows))
    read_together(cases)
    people = access.asked(meeting, cases)
    return [
        Candidate(head, _named(people, access.out_of_room(head.submission, people))) for head in many.build(cases, now)
    ]


def _named(people: Sequence[User], keys: frozenset[int]) -> tuple[str, ...]:
    return tuple(str(person) for person in people if person.pk in keys)


class Agenda:
    """One meeting with everything on it, each part read once and none of it for a certain reader.

    ``lines`` is what one reader gets; whatever else leaves this class has passed the same question.
    """

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def items(self) -> list[AgendaItem]:
        """In their order, each with its case and who is on the board of that."""
        rows = list(self.meeting.items.select_related("submission__committee").order_by("order"))
        read_together([row.submission for row in rows])
        return rows

    @property
    def cases(self) -> list[Submission]:
        """The cases of the items."""
        return [row.submission for row in self.items]

    @cached_property
    def people(self) -> list[User]:
        """Who is asked to come."""
        return access.asked(self.meeting, self.cases)

    @cached_property
    def attendance(self) -> dict[int, Attendance]:
        """What was noted of whom, by the key of the person."""
        return {row.user_id: row for row in self.meeting.attendance.select_related("user")}

    @property
    def present(self) -> list[User]:
        """Who is there, as it was noted last."""
        return [row.user for _key, row in sorted(self.attendance.items()) if row.presence == Presence.PRESENT]

    def out(self, row: AgendaItem) -> frozenset[int]:
        """Who of those who are asked leaves for an item, by key; nobody for one that is not talked about."""
        if not access.is_before_board(self.meeting, row.submission):
            return frozenset()
        return access.out_of_room(row.submission, self.people)

    def standing(self, row: AgendaItem) -> Standing:
        """How an item stands: over, under way, planned, or no longer before the board."""
        if row.ended_at is not None:
            return "done"
        if row.started_at is not None:
            return "running"
        return "planned" if access.is_before_board(self.meeting, row.submission) else "dropped"

    def seen_by(self, reader: User) -> frozenset[int]:
        """The keys of the items whose case this person sees with its board; one query."""
        if not self.items:
            return frozenset()
        seen = sights(reader, self.cases)
        return frozenset(row.pk for row in self.items if seen[row.submission_id].board)

    def lines(self, reader: User) -> list[Line]:
        """The agenda as this person reads it."""
        seen = self.seen_by(reader)
        return [self._line(row, reader, is_seen=row.pk in seen) for row in self.items]

    def _line(self, row: AgendaItem, reader: User, *, is_seen: bool) -> Line:
        standing, number = self.standing(row), row.order + 1
        if not is_seen:
            aside = reader.pk in excluded(row.submission)
            # Whoever stands aside is not told what becomes of the case either.
            return Line(row.public_id, number, "planned" if aside and standing == "dropped" else standing, aside)
        return self.whole(row)

    def whole(self, row: AgendaItem) -> Line:
        """An item with everything about it, for somebody who sees its case."""
        if row.ended_at is not None:
            out, present = (
                tuple(self._names[key] for key in row.room[which] if key in self._names) for which in ("out", "present")
            )
        else:
            out, present = _named(self.people, self.out(row)), ()
        return Line(
            public_id=row.public_id,
            number=row.order + 1,
            standing=self.standing(row),
            reference=row.submission.reference,
            label=row.submission.label,
            minutes=row.minutes,
            keeps_place=row.keeps_place,
            note=row.note,
            out=out,
            present=present,
            started_at=row.started_at,
            ended_at=row.ended_at,
            recorded=self._recorded.get(row.pk, ()),
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        return names([key for row in self.items for keys in row.room.values() for key in keys])

    @cached_property
    def _recorded(self) -> dict[int, tuple[Recorded, ...]]:
        """By item the motions that were closed between its start and the end of the meeting."""
        begun = [row for row in self.items if row.started_at is not None]
        if not begun:
            return {}
        rows = Motion.objects.filter(
            revision__submission__in=[row.submission_id for row in begun], basis=Basis.BOARD, closed_at__isnull=False
        )
        if self.meeting.closed_at is not None:
            rows = rows.filter(closed_at__lte=self.meeting.closed_at)
        rows = rows.select_related("revision", "put_by").prefetch_related("ballots", "parts").order_by("closed_at")
        motions: dict[int, list[Motion]] = defaultdict(list)
        for one in rows:
            motions[one.revision.submission_id].append(one)
        return {
            row.pk: tuple(
                _of_motion(one)
                for one in motions[row.submission_id]
                if one.closed_at is not None and row.started_at is not None and one.closed_at >= row.started_at
            )
            for row in begun
        }

    @cached_property
    def _keys(self) -> dict[int, str]:
        return {person.pk: person.public_id for person in self.people}

    @cached_property
    def _facts(self) -> list[Item]:
        return [
            Item(
                key=row.public_id,
                out=frozenset(self._keys[key] for key in self.out(row)),
                age=(row.submission.submitted_at.isoformat() if row.submission.submitted_at else "",
                     row.submission.reference),
                minutes=row.minutes,
                place=row.order if row.keeps_place else None,
            )
            for row in self.items
        ]  # fmt: skip

    def arranged(self) -> agenda.Arranged:
        """The order in which people leave least; an item that keeps its place stays, and so does what is as good."""
        return agenda.arrange(self._facts, self._keys.values(), keep=[row.public_id for row in self.items])

    def leavings(self) -> int:
        """How often somebody leaves the room in the order that stands."""
        return agenda.walk(self._facts, self._keys.values()).leavings


def _of_motion(motion: Motion) -> Recorded:
    ballots = list(motion.ballots.all())
    votes = [ballot.vote for ballot in ballots]
    return Recorded(
        number=motion.number,
        kind=motion.kind,
        status=motion.status,
        put_by=str(motion.put_by) if motion.put_by is not None else "",
        closed_at=motion.closed_at or motion.put_at,
        votes_for=votes.count(Vote.FOR),
        votes_against=votes.count(Vote.AGAINST),
        abstained=votes.count(Vote.ABSTAIN),
        dissents=sum(ballot.is_dissent for ballot in ballots),
        decides=motion.kind == "decide" and motion.status == MotionStatus.CARRIED,
        parts=tuple((part.kind, part.outcome) for part in motion.parts.all()),
    )
