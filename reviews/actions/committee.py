"""Founding committees and giving roles in them. Nobody gives a role to themselves; memberships keep from and until."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.actions._transition import action, name_of
from reviews.models import ClosureDay, Committee, Membership, PolicyVersion
from reviews.rules.errors import Denied, RuleBroken
from reviews.rules.states import CommitteeRole


@action
def found(
    *,
    name: str,
    policy: PolicyVersion,
    time_zone: str,
    country: str = "",
    closures: Sequence[date] = (),
    by: User | None,
    now: datetime,
) -> Committee:
    """A new committee with its policy in force and its calendar. Raises ``RuleBroken`` for a name in use."""
    if Committee.objects.filter(name=name).exists():
        raise RuleBroken(_("There is a committee of that name."), code="name_taken", field="name")
    committee = Committee.objects.create(name=name, policy=policy, time_zone=time_zone, country=country)
    ClosureDay.objects.bulk_create(ClosureDay(committee=committee, day_date=day) for day in closures)
    _note(committee, "committee.founded", by, now, policy=policy.sha256)
    return committee


@action
def appoint(*, committee: Committee, user: User, role: CommitteeRole, by: User | None, now: datetime) -> Membership:
    """Give a person a role. Raises ``Denied`` for one's own, ``RuleBroken`` for one held already."""
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    if by is not None and by.pk == user.pk:
        raise Denied(_("Nobody gives a role to themselves."), code="own_role")
    if Membership.objects.filter(committee=committee, user=user, role=role, until_at=None).exists():
        raise RuleBroken(_("This person holds that role already."), code="role_held", field="role")
    membership = Membership.objects.create(committee=committee, user=user, role=role, from_at=now, from_by=by)
    _note(committee, "committee.appointed", by, now, person=user.public_id, role=str(role))
    return membership


@action
def dismiss(*, membership: Membership, by: User, now: datetime) -> Membership:
    """End a role; the row stays. Raises ``RuleBroken`` when it ended before."""
    committee = Committee.objects.select_for_update().get(pk=membership.committee_id)
    held = Membership.objects.filter(pk=membership.pk, until_at=None)
    if held.update(until_at=now, until_by=by) != 1:
        raise RuleBroken(_("This role ended before."), code="role_ended")
    membership.refresh_from_db()
    _note(committee, "committee.dismissed", by, now, person=membership.user.public_id, role=membership.role)
    return membership


def _note(committee: Committee, event: str, by: User | None, now: datetime, **data: str) -> None:
    log.record(stream=f"committee:{committee.public_id}", type=event, actor=name_of(by), at=now, data=data)
