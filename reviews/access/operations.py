"""Who sees organisation-wide pages: leadership the summary of all cases, administrators the machinery."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import OrganisationRole, User
from reviews.rules.errors import Denied


def holds_role(user: User, role: OrganisationRole.Role) -> bool:
    """Whether this person holds an organisation-wide role now."""
    return user.is_active and user.organisation_roles.filter(role=role, until_at=None).exists()


def check_can_operate(user: User) -> None:
    """Only administrators look after the machinery. Raises ``Denied``."""
    if not holds_role(user, OrganisationRole.Role.ADMINISTRATOR):
        raise Denied(_("Only an administrator can do this."), code="administrator_only")


def check_can_lead(user: User) -> None:
    """Only leadership reads the summary of all cases. Raises ``Denied``."""
    if not holds_role(user, OrganisationRole.Role.LEADERSHIP):
        raise Denied(_("This page is for leadership."), code="leadership_only")
