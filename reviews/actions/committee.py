"""Committees as administrators keep them: founded, set, closed for days, and who holds which role.

Nobody gives or ends a role of their own; memberships keep from and until. A policy comes into force elsewhere
(``policy``). ``by=None`` is the program itself: the demo and the command line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from audit import log
from reviews.access.committee import check_can_administer_committees, check_not_oneself
from reviews.actions import _again
from reviews.actions._packs import lock_committee
from reviews.actions._transition import action, check_seen, lock_all, name_of
from reviews.models import ClosureDay, Committee, Membership, Submission
from reviews.models.committee import monday_to_friday
from reviews.queries import committee as queries
from reviews.queries import conflict
from reviews.queries.roles import role_words
from reviews.rules import calendars, staffing
from reviews.rules.errors import RuleBroken
from reviews.rules.states import TERMINAL, CommitteeRole, State

MOST_DAYS = 60
FARTHEST = timedelta(days=3 * 366)
WEEK = range(7)


@action
def found(
    *,
    name: str,
    time_zone: str,
    country: str = "",
    weekdays: Collection[int] = tuple(monday_to_friday()),
    by: User | None,
    now: datetime,
) -> Committee:
    """A new committee with its calendar. It takes no case before it has adopted a policy.

    Raises ``RuleBroken`` for a name in use, an unknown zone or country, or no working weekday.
    """
    check_can_administer_committees(by)
    facts = _checked(name, time_zone, country, weekdays)
    _check_name(facts["name"])
    try:
        with transaction.atomic():
            committee = Committee.objects.create(**facts)
    except IntegrityError:
        raise _name_taken() from None
    _note(committee, "committee.founded", by, now, **_told(facts))
    return committee


@action
def change_settings(
    *,
    committee: Committee,
    name: str,
    time_zone: str,
    country: str,
    weekdays: Collection[int],
    version: int,
    by: User,
    now: datetime,
) -> Committee:
    """Name, zone, country and working weekdays anew. Due moments of open cases follow at once; nothing new, no event.

    Raises ``Stale`` for a form shown before somebody else's change, ``RuleBroken`` as ``found`` does.
    """
    committee = lock_committee(committee)
    check_can_administer_committees(by)
    text = _("Somebody changed this committee while you were looking at it. Nothing of yours was saved; look again.")
    check_seen(version, committee.version, text)
    facts = _checked(name, time_zone, country, weekdays)
    changed = {key: value for key, value in facts.items() if getattr(committee, key) != value}
    if "name" in changed:
        _check_name(facts["name"], besides=committee)
    if not changed:
        return committee
    try:
        with transaction.atomic():
            Committee.objects.filter(pk=committee.pk).update(**changed, version=version + 1)
    except IntegrityError:
        raise _name_taken() from None
    committee.refresh_from_db()
    _note(committee, "committee.changed", by, now, **_told(changed))
    return committee


def _checked(name: str, time_zone: str, country: str, weekdays: Collection[int]) -> dict[str, object]:
    name = name.strip()
    if not name:
        raise RuleBroken(_("A committee needs a name."), code="name_missing", field="name")
    if zones.named(time_zone) is None:
        text = _("There is no time zone called %(zone)s. Names look like Europe/Berlin.") % {"zone": time_zone}
        raise RuleBroken(text, code="zone_unknown", field="time_zone")
    if country and country not in calendars.countries():
        text = _("The public holidays of %(country)s are not known. Choose another country, or none.")
        raise RuleBroken(text % {"country": country}, code="country_unknown", field="country")
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(WEEK):
        raise RuleBroken(_("Choose at least one working day."), code="no_weekday", field="weekdays")
    return {"name": name, "time_zone": time_zone, "country": country, "working_weekdays": days}


def _check_name(name: object, *, besides: Committee | None = None) -> None:
    others = Committee.objects.exclude(pk=besides.pk) if besides is not None else Committee.objects.all()
    if others.filter(name__iexact=name).exists():
        raise _name_taken()


def _name_taken() -> RuleBroken:
    return RuleBroken(_("There is a committee of that name."), code="name_taken", field="name")


def _told(facts: dict[str, object]) -> dict[str, object]:
    """Settings as the log keeps them: the name by its digest."""
    return {key: log.digest(str(value)) if key == "name" else value for key, value in facts.items()}


@action
def close_days(
    *, committee: Committee, first: date, last: date, label: str = "", by: User | None, now: datetime
) -> list[ClosureDay]:
    """Days on which the committee does not work, both ends included; those that are closed already stay as they are.

    Raises ``RuleBroken`` for too many days at once, days far away, or when all of them are closed already.
    """
    committee = lock_committee(committee)
    check_can_administer_committees(by)
    days = _days(first, last, now)
    closed = set(_closed(committee, first, last).values_list("day_date", flat=True))
    rows = [ClosureDay(committee=committee, day_date=day, label=label.strip()) for day in days if day not in closed]
    if not rows:
        raise RuleBroken(_("The committee is closed on these days already."), code="closed", field="first")
    made = ClosureDay.objects.bulk_create(rows)
    _note(
        committee, "committee.days_closed", by, now,
        first=first.isoformat(), last=last.isoformat(), days=len(made), label=log.digest(label.strip()),
    )  # fmt: skip
    return made


@action
def reopen_days(*, committee: Committee, first: date, last: date, by: User, now: datetime) -> int:
    """The committee works on these days after all; how many closed days there were. The rows stay.

    Raises ``RuleBroken`` when none of them is closed.
    """
    committee = lock_committee(committee)
    check_can_administer_committees(by)
    _days(first, last, now)
    count = _closed(committee, first, last).update(cancelled_at=now, cancelled_by=by)
    if not count:
        raise RuleBroken(_("None of these days is a closure day."), code="not_closed", field="first")
    _note(
        committee, "committee.days_reopened", by, now,
        first=first.isoformat(), last=last.isoformat(), days=count,
    )  # fmt: skip
    return count


def _days(first: date, last: date, now: datetime) -> list[date]:
    if last < first:
        text = _("The last day lies before the first.")
        raise RuleBroken(text, code="backwards", field="last")
    count = (last - first).days + 1
    if count > MOST_DAYS:
        text = ngettext("At most %(n)d day at once.", "At most %(n)d days at once.", MOST_DAYS) % {"n": MOST_DAYS}
        raise RuleBroken(text, code="too_many", field="last")
    if abs(first - now.date()) > FARTHEST:
        text = _("This day is more than three years away. Is the year right?")
        raise RuleBroken(text, code="far_away", field="first")
    return [first + timedelta(days=number) for number in range(count)]


def _closed(committee: Committee, first: date, last: date) -> QuerySet[ClosureDay]:
    return ClosureDay.objects.filter(committee=committee, cancelled_at=None, day_date__range=(first, last))


@action
def appoint(*, committee: Committee, user: User, role: CommitteeRole, by: User | None, now: datetime) -> Membership:
    """Give a person a role. Raises ``Denied`` for one's own, ``RuleBroken`` for one held or a closed account.

    The committee's open cases are looked at before the person sees any of them: who is tied to authors stands aside.
    """
    return _appoint(committee, user, [role], by, now)[0]


@action
def appoint_all(
    *, committee: Committee, user: User, roles: Sequence[CommitteeRole], by: User | None, now: datetime
) -> list[Membership]:
    """``appoint`` for several roles of one person: all of them, or none."""
    return _appoint(committee, user, roles, by, now)


def _appoint(
    committee: Committee, user: User, roles: Sequence[CommitteeRole], by: User | None, now: datetime
) -> list[Membership]:
    lock_all(conflict.open_before(committee))  # before the committee, as a transfer does
    committee = lock_committee(committee)
    check_not_oneself(by, user, _("Nobody gives a role to themselves."))
    check_can_administer_committees(by)
    user.refresh_from_db(fields=["is_active"])
    if not user.is_active:
        raise RuleBroken(_("This account is closed."), code="inactive", field="person")
    held = Membership.objects.filter(committee=committee, user=user, role__in=roles, until_at=None)
    known = [role_words(role) for role in held.order_by("pk").values_list("role", flat=True)]
    if known:
        text = _("This person holds that role already: %(roles)s.") % {"roles": ", ".join(known)}
        raise RuleBroken(text, code="role_held", field="roles")
    made = []
    for role in dict.fromkeys(roles):
        made.append(Membership.objects.create(committee=committee, user=user, role=role, from_at=now, from_by=by))
        _note(committee, "committee.appointed", by, now, person=user.public_id, role=str(role))
    # Asked again: a case may have come from another committee while this one was waited for.
    _again.look_at(conflict.open_before(committee), now)
    return made


@action
def dismiss(*, membership: Membership, by: User, now: datetime) -> Membership:
    """End a role; the row stays. Raises ``Denied`` for one's own, ``RuleBroken`` when it ended before.

    While cases are open, nobody leaves without whom the committee had no coordinator or no chair: ``RuleBroken``.
    What is voted on without them comes out where nobody else can change it.
    """
    cases = conflict.voted_on_with([membership.user_id], now)
    lock_all(cases)  # before the committee, as a transfer does
    committee = lock_committee(membership.committee)
    check_not_oneself(by, membership.user, _("Somebody else ends a role of yours."))
    check_can_administer_committees(by)
    held = Membership.objects.filter(pk=membership.pk, until_at=None)
    if not held.exists():
        raise RuleBroken(_("This role ended before."), code="role_ended")
    _check_somebody_runs_it(committee, membership)
    held.update(until_at=now, until_by=by)
    membership.refresh_from_db()
    _note(committee, "committee.dismissed", by, now, person=membership.user.public_id, role=membership.role)
    _again.count_without([membership.user_id], cases, now)
    return membership


def _check_somebody_runs_it(committee: Committee, membership: Membership) -> None:
    people = queries.holders(committee)
    alone = staffing.uncovered_without(people, membership.user.public_id, membership.role)
    if alone and Submission.objects.filter(committee=committee).exclude(state__in=[*TERMINAL, State.DRAFT]).exists():
        text = _("Cases are open, and without %(person)s nobody acts as %(role)s. Appoint somebody else first.")
        raise RuleBroken(text % {"person": membership.user, "role": role_words(alone[0])}, code="last_of_role")


def _note(committee: Committee, event: str, by: User | None, now: datetime, **data: object) -> None:
    log.record(stream=f"committee:{committee.public_id}", type=event, actor=name_of(by), at=now, data=data)
