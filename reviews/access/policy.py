"""Who brings a policy into force: administrators, and never the proposer of a later version alone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_can_administer_committees
from reviews.models import Adoption
from reviews.rules.errors import Denied, NotNow


def check_can_approve(user: User, adoption: Adoption) -> None:
    """Another administrator than the proposer, while the proposal is open; any, where nobody proposed it yet.

    Raises ``Denied`` or ``NotNow``."""
    check_can_administer_committees(user)
    if adoption.proposed_by_id == user.pk:
        raise Denied(_("You proposed this version, so another administrator approves it."), code="proposer")
    check_open(adoption)


def check_can_take_back(user: User, adoption: Adoption) -> None:
    """Any administrator, while the proposal is open. Raises ``Denied`` or ``NotNow``."""
    check_can_administer_committees(user)
    check_open(adoption)


def check_open(adoption: Adoption) -> None:
    """A proposal is settled once. Raises ``NotNow``."""
    if not adoption.is_open:
        raise NotNow(_("This proposal was settled before."), code="settled")
