"""Organisation-wide roles, from a moment until a moment. Nobody gives one to themselves; one administrator stays."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import check_can_administer, check_not_oneself
from accounts.actions import _account
from accounts.actions._account import action
from accounts.errors import Refused
from accounts.models import OrganisationRole, User


@action
def grant(*, user: User, role: OrganisationRole.Role, by: User | None, now: datetime) -> OrganisationRole:
    """Give an organisation-wide role. Raises ``Denied`` for one's own, ``Refused`` for one held already."""
    check_not_oneself(by, user, _("Nobody gives a role to themselves."))
    check_can_administer(by)
    user = _account.lock(user)
    _account.check_open(user)
    if OrganisationRole.objects.filter(user=user, role=role, until_at=None).exists():
        raise Refused(_("This person holds that role already."), code="role_held", field="role")
    held = OrganisationRole.objects.create(user=user, role=role, from_at=now, from_by=by)
    _account.record(user, "account.role_granted", by, now, role=str(role))
    return held


@action
def end_role(*, user: User, role: OrganisationRole.Role, by: User, now: datetime) -> OrganisationRole:
    """End a role, one's own too; the row stays. Raises ``Refused`` for one not held, or the last administrator's."""
    administrators = _account.lock_administrators()
    check_can_administer(by)
    user = _account.lock(user)
    held = OrganisationRole.objects.filter(user=user, role=role, until_at=None).first()
    if held is None:
        raise Refused(_("This person does not hold that role any more."), code="role_not_held")
    if role == OrganisationRole.Role.ADMINISTRATOR:
        _account.check_somebody_administers_without(user, administrators)
    held.until_at, held.until_by = now, by
    held.save(update_fields=["until_at", "until_by"])
    _account.record(user, "account.role_ended", by, now, role=str(role))
    return held
