"""Who sees the meetings of a committee, who plans and holds them, who is asked to come, and who leaves the room.

Those who vote and those who run the committee meet; who stands in on a case comes for that case. Whoever stands aside
from a case takes no part in anything about it: neither puts it on an agenda nor begins its item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import excluded, holders, roles_held, standing_in
from reviews.access.submission import sight, sights
from reviews.models import Committee, Meeting, Membership, Minutes, StandIn, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import ATTENDING, RUNNING, VOTING, CommitteeRole, MeetingStatus, State


def runs(user: User, committee: Committee) -> bool:
    """Whether this person runs the committee now, with an open account."""
    return user.is_active and bool(roles_held(user, committee.pk) & RUNNING)


def can_see(user: User, meeting: Meeting) -> bool:
    """Those who run the committee; once it is on, those who vote and who stand in on one of its cases."""
    if not user.is_active:
        return False
    held = roles_held(user, meeting.committee_id)
    if held & RUNNING:
        return True
    if meeting.invited_at is None:
        return False
    joined = StandIn.objects.live().filter(
        user=user,
        role__in=ATTENDING,
        submission__agenda_items__meeting=meeting,
        submission__committee=meeting.committee_id,
    )
    return bool(held & VOTING) or joined.exists()


def check_can_list(user: User) -> None:
    """Whoever can be asked to a meeting has a list of them. Raises ``Denied``."""
    held = Membership.objects.filter(user=user, user__is_active=True, role__in=ATTENDING, until_at=None)
    if not held.exists() and not Meeting.objects.visible_to(user).exists():
        raise Denied(_("Meetings are for those who vote in a committee and for those who run one."), code="no_meetings")


def check_can_plan(user: User, committee: Committee) -> None:
    """Coordinator, chair and deputy plan the meetings of their committee. Raises ``Denied``."""
    if not runs(user, committee):
        raise Denied(_("Meetings are planned by those who run the committee."), code="runners_only")


def check_can_run(user: User, meeting: Meeting) -> None:
    """The same people hold a meeting and write its minutes. Raises ``Denied``."""
    if not runs(user, meeting.committee):
        raise Denied(_("This is for those who run the committee."), code="runners_only")


def check_can_treat(user: User, meeting: Meeting, submission: Submission) -> None:
    """Whoever runs the meeting and stands aside from the case has no hand in its item. Raises ``Denied``."""
    check_can_run(user, meeting)
    if not sight(user, submission).board:
        raise Denied(_("You stand aside from this case, so somebody else sees to its item."), code="conflicted")


def check_ahead(meeting: Meeting) -> None:
    """Raises ``NotNow`` for a meeting that has begun, is over or was cancelled."""
    if meeting.status == MeetingStatus.CANCELLED:
        raise NotNow(_("This meeting was cancelled."), code="cancelled")
    if not meeting.is_ahead:
        raise NotNow(_("This meeting has begun; its agenda and its date stay as they are."), code="begun")


def check_open(meeting: Meeting) -> None:
    """Raises ``NotNow`` for a meeting that is not being held now."""
    if meeting.status == MeetingStatus.CANCELLED:
        raise NotNow(_("This meeting was cancelled."), code="cancelled")
    if meeting.opened_at is None:
        raise NotNow(_("The meeting has not begun. Note first who is there."), code="not_begun")
    if meeting.closed_at is not None:
        raise NotNow(_("This meeting is over."), code="closed")


def is_before_board(meeting: Meeting, submission: Submission) -> bool:
    """Whether a case on an agenda can be talked about: it is with the committee, in deliberation."""
    return submission.committee_id == meeting.committee_id and State(submission.state) is State.DELIBERATION


def members(committee: Committee) -> list[User]:
    """Everybody with an open account who votes in a committee or runs it, in a stable order. One query."""
    rows = Membership.objects.filter(committee=committee, role__in=ATTENDING, until_at=None, user__is_active=True)
    people = {row.user_id: row.user for row in rows.select_related("user").order_by("user_id")}
    return list(people.values())


def asked(meeting: Meeting, cases: Iterable[Submission]) -> list[User]:
    """Who is asked to come: the members, and those who stand in on one of its cases that is before the board."""
    people = {person.pk: person for person in members(meeting.committee)}
    for case in cases:
        if is_before_board(meeting, case):
            people |= {person.pk: person for role, person in standing_in(case) if role in ATTENDING}
    return [people[key] for key in sorted(people)]


def out_of_room(submission: Submission, people: Collection[User]) -> frozenset[int]:
    """Who of these people leaves while the case is talked about, by key: whoever stands outside it, or has no role on
    it because they stand in on another one."""
    inside = {person.pk for person in holders(submission, ATTENDING)}
    outside = excluded(submission)
    return frozenset(one.pk for one in people if one.pk in outside or one.pk not in inside)


def writers(committee: Committee) -> list[User]:
    """Who is expected to write the minutes: the coordinators, or where there is none whoever else runs it."""
    return _holding(committee, {CommitteeRole.COORDINATOR}) or _holding(committee, RUNNING)


def approvers(minutes: Minutes, cases: Collection[Submission]) -> list[User]:
    """Who can approve a version: those who run the committee and wrote nothing of it, or where nobody is left voting
    members; of them those who read every part, and all of them where nobody does."""
    wrote = frozenset(minutes.writers)
    for roles in (RUNNING, VOTING):
        able = [one for one in _holding(minutes.meeting.committee, roles) if one.public_id not in wrote]
        if able:
            whole = [one for one in able if all(seen.board for seen in sights(one, list(cases)).values())]
            return whole or able
    return []


def check_can_approve(user: User, minutes: Minutes, cases: Collection[Submission]) -> None:
    """Somebody else than who wrote it (``approvers``). Raises ``Denied``."""
    if user.public_id in minutes.writers:
        raise Denied(_("You wrote these minutes, so somebody else approves them."), code="writer")
    if all(one.pk != user.pk for one in approvers(minutes, cases)):
        raise Denied(_("Somebody who runs the committee and reads every part approves the minutes."), code="approvers")


def _holding(committee: Committee, roles: Collection[str]) -> list[User]:
    rows = Membership.objects.filter(committee=committee, role__in=roles, until_at=None, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("user_id")}.values())
