"""Who sees whom: administrators everybody, those who run a committee the people on it, everybody else nobody."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import access
from accounts.errors import Denied as AccountDenied
from accounts.models import OrganisationRole, User
from reviews.access.operations import check_can_operate, holds_role
from reviews.models import Membership
from reviews.rules.errors import Denied
from reviews.rules.states import RUNNING


def administers(user: User) -> bool:
    """Whether this person looks after everybody."""
    return holds_role(user, OrganisationRole.Role.ADMINISTRATOR)


def run_by(user: User) -> QuerySet[Membership]:
    """The roles by which this person runs committees now."""
    return Membership.objects.filter(user=user, user__is_active=True, role__in=RUNNING, until_at=None)


def visible_to(user: User, *, administers: bool) -> QuerySet[User]:
    """The people whom this person sees: everybody, or those who serve now on a committee that they run."""
    people = User.objects.all()
    if administers:
        return people
    serving = Membership.objects.filter(committee__in=run_by(user).values("committee"), until_at=None)
    return people.filter(Exists(serving.filter(user=OuterRef("pk"))))


def can_see(user: User, person: User) -> bool:
    """The same as a question to one person."""
    return administers(user) or looks_after(user, person)


def looks_after(user: User, person: User) -> bool:
    """Whether ``user`` runs a committee on which ``person`` serves now."""
    committees = run_by(user).values("committee")
    return Membership.objects.filter(user=person, until_at=None, committee__in=committees).exists()


def check_can_list(user: User) -> None:
    """Administrators and those who run a committee have a list of people. Raises ``Denied``."""
    if not administers(user) and not run_by(user).exists():
        raise Denied(_("This page is for administrators and for those who run a committee."), code="no_people")


def check_can_administer(user: User) -> None:
    """Only administrators change accounts, roles and absences of others. Raises ``Denied``."""
    check_can_operate(user)


def check_can_confirm(user: User, person: User) -> None:
    """Administrators and those who run a committee of this person, never the person. Raises ``Denied``."""
    try:
        access.check_can_confirm(user, person)
    except AccountDenied as denied:
        raise Denied(denied.text, code=denied.code) from denied
