"""The demo's one committee, founded and filled by the real actions."""

from __future__ import annotations

from datetime import datetime

from accounts import actions as accounts
from accounts.models import Organisation
from reviews.actions.committee import appoint, found
from reviews.actions.policy import adopt
from reviews.demo.people import Cast, administrator
from reviews.models import Committee, Membership, PolicyVersion
from reviews.rules.states import CommitteeRole


def load(cast: Cast, policy: PolicyVersion, *, now: datetime) -> Committee:
    """The committee with its policy and everybody in their roles; who holds one already keeps it."""
    by = cast.users[administrator(cast).key]
    facts = cast.committee
    committee = Committee.objects.filter(name=facts["name"]).first() or found(
        name=facts["name"], time_zone=facts["time_zone"], country=facts["country"], by=by, now=now
    )
    if committee.policy is None:
        committee = adopt(committee=committee, version=policy, by=by, now=now).committee
    held = set(Membership.objects.filter(committee=committee, until_at=None).values_list("user_id", "role"))
    for person in cast.people:
        user = cast.users[person.key]
        for role in (role for role in person.roles if role in list(CommitteeRole)):
            if (user.pk, role) not in held:
                appoint(committee=committee, user=user, role=CommitteeRole(role), by=by, now=now)
    return committee


def end_first_day(cast: Cast, *, now: datetime) -> None:
    """What the checklist of the first day asks for besides people and a committee; once."""
    by = cast.users[administrator(cast).key]
    if Organisation.objects.filter(ready_at__isnull=False).exists():
        return
    facts = cast.committee
    accounts.change_organisation(name=facts["organisation"], contact_email=facts["questions"], by=by, now=now)
    accounts.note_test_mail(by=by, now=now)
    accounts.close_checklist(by=by, now=now)
