"""Who may change people. Only active administrators; and for what others know, those who run their committees.

An actor of None is the program itself: the set-up from the command line and the demo.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts import above
from accounts.errors import Denied
from accounts.models import OrganisationRole, User


def is_administrator(user: User) -> bool:
    """Whether this person administers now; asked of the database, whatever the object remembers."""
    held = OrganisationRole.objects.filter(user=user, role=OrganisationRole.Role.ADMINISTRATOR, until_at=None)
    return held.filter(user__is_active=True).exists()


def administrators() -> list[User]:
    """Every active administrator, by name."""
    return _holding(OrganisationRole.Role.ADMINISTRATOR)


def leaders() -> list[User]:
    """Everybody of leadership whose account is open, by name."""
    return _holding(OrganisationRole.Role.LEADERSHIP)


def _holding(role: OrganisationRole.Role) -> list[User]:
    held = OrganisationRole.objects.filter(role=role, until_at=None)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.order_by("display_name", "pk"))


def check_can_administer(by: User | None) -> None:
    """Only an active administrator, or the program itself. Raises ``Denied``."""
    if by is not None and not is_administrator(by):
        raise Denied(_("Only an administrator can do this."), code="administrator_only")


def check_not_oneself(by: User | None, person: User, text: str) -> None:
    """Nobody raises, confirms or closes themselves. Raises ``Denied``."""
    if by is not None and by.pk == person.pk:
        raise Denied(text, code="oneself")


def check_can_confirm(by: User, person: User) -> None:
    """Administrators and those who run a committee of this person, never the person. Raises ``Denied``."""
    check_not_oneself(by, person, _("Somebody else confirms what you know."))
    if not is_administrator(by) and not (by.is_active and above.looks_after(by, person)):
        text = _("Administrators confirm expertise, and those who run a committee that the person serves on.")
        raise Denied(text, code="may_not_confirm")


def check_own_or_administers(by: User, person: User) -> None:
    """People look after their own absences and what they say they know; administrators after everybody's."""
    if by.pk != person.pk or not by.is_active:
        check_can_administer(by)
