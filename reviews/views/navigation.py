"""The entries of the left navigation. What a person may never open is left out, not greyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from reviews.views.components import NavItem

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import Promise

ENTRIES: tuple[tuple[str, Promise | str, str, str], ...] = (
    ("reviews:my-work", _("My work"), "check2-square", ""),
    ("reviews:submission-list", _("Submissions"), "folder2", ""),
    ("reviews:queue", _("Queue"), "list-task", ""),
    ("reviews:leadership", _("Leadership"), "bar-chart", "leadership"),
    ("reviews:operations", _("Operations"), "sliders", "administrator"),
)


def items(request: HttpRequest) -> tuple[NavItem, ...]:
    """What this person may open, in reading order, with the current place marked."""
    roles = set(request.user.organisation_roles.filter(until_at=None).values_list("role", flat=True))  # type: ignore[union-attr]
    found = []
    for name, label, icon, role in ENTRIES:
        if role and role not in roles:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = request.path == url or (url != "/" and request.path.startswith(url))
        found.append(NavItem(label=label, url=url, icon=icon, current=here))
    return tuple(found)
