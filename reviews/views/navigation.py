"""The entries of the left navigation. What a person may never open is left out, not greyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviews.queries import listing
from reviews.rules.states import ATTENDING, RUNNING
from reviews.views.components import NavItem

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import Promise

COUNTS = "reviews.navigation.counts"
ROLES = "reviews.navigation.roles"
LISTS = "reviews.navigation.lists"


@dataclass(frozen=True)
class Entry:
    """A place, and the roles of which one opens it; none named: everybody.

    ``areas`` are the first words of other addresses whose pages lie behind it.
    """

    name: str
    label: str | Promise
    icon: str
    roles: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()


WORK = Entry("reviews:my-work", _("My work"), "check2-square", areas=frozenset({"work", "information"}))
# Rows of a case have addresses of their own, which do not name it.
OF_CASES = frozenset(
    {
        "appeals", "artifacts", "conditions", "conflicts", "decisions", "evidence", "holds", "legal-flags", "letters",
        "messages", "motions", "offers", "proofs", "questions", "referrals", "reopenings", "restrictions", "reviews",
        "stages", "stand-ins", "tiers",
    }
)  # fmt: skip
LIST = Entry("reviews:submission-list", _("Submissions"), "folder2", areas=OF_CASES)
# The first page without the way that it has for leadership.
OWN_WORK = "reviews:own-work"
ENTRIES = (
    WORK,
    LIST,
    Entry("reviews:queue", _("Queue"), "list-task", frozenset(RUNNING)),
    Entry("reviews:meeting-list", _("Meetings"), "calendar3", frozenset(ATTENDING), frozenset({"agenda", "minutes"})),
    Entry(
        "reviews:committee-list",
        _("Committees"),
        "signpost-split",
        frozenset({"administrator", *RUNNING}),
        frozenset({"policies", "adoptions"}),
    ),
    Entry("reviews:people", _("People"), "people", frozenset({"administrator", *RUNNING}), frozenset({"absences"})),
    Entry("reviews:leadership", _("Leadership"), "bar-chart", frozenset({"leadership"})),
    Entry("reviews:operations", _("Operations"), "sliders", frozenset({"administrator"})),
)


def count(request: HttpRequest, name: str, number: int) -> None:
    """Leave how many things wait behind an entry; only the page that counted them anyway does this."""
    request.META.setdefault(COUNTS, {})[name] = number


def roles(request: HttpRequest) -> frozenset[str]:
    """Every role that the signed-in person holds now, anywhere. Two queries, once a request."""
    if ROLES not in request.META:
        assert isinstance(request.user, User)
        held = set(request.user.organisation_roles.filter(until_at=None).values_list("role", flat=True))
        held |= set(request.user.memberships.filter(until_at=None).values_list("role", flat=True))
        request.META[ROLES] = frozenset(held)
    found: frozenset[str] = request.META[ROLES]
    return found


def leads(request: HttpRequest) -> bool:
    """Whether leadership is all that this person holds. Then their page is the first one."""
    return roles(request) == {"leadership"}


def lists_cases(request: HttpRequest) -> bool:
    """Whether the list of cases has anything that leadership's page has not. Two queries, for leadership alone."""
    if LISTS not in request.META:
        assert isinstance(request.user, User)
        request.META[LISTS] = not leads(request) or listing.takes_part(request.user)
    return bool(request.META[LISTS])


def items(request: HttpRequest) -> tuple[NavItem, ...]:
    """What the signed-in person may open, in reading order, with the current place marked."""
    held, found = roles(request), []
    area = request.path_info.strip("/").partition("/")[0]
    for entry in ENTRIES:
        if entry.roles and not entry.roles & held:
            continue
        if entry is LIST and not lists_cases(request):
            continue
        try:
            url = reverse(OWN_WORK if entry is WORK and leads(request) else entry.name)
        except NoReverseMatch:
            continue
        here = request.path == url or (url != "/" and request.path.startswith(url)) or area in entry.areas
        waiting = request.META.get(COUNTS, {}).get(entry.name)
        found.append(NavItem(label=entry.label, url=url, icon=entry.icon, count=waiting, current=here))
    return tuple(found)
