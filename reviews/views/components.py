"""What pages are made of, as plain data: buttons, facts, tabs, the docket, due dates.

Views fill these from ``access`` and ``queries``; templates loop over them and print. Nothing here reads the
database, the clock or the signed-in person, so a button knows why it is disabled and the template does not ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

Text = str | Promise
Kind = Literal["primary", "secondary", "quiet", "danger"]


@dataclass(frozen=True)
class Button:
    """One thing a person can do. Never allowed to them: ``shown`` is false. Not now: ``disabled``, with a reason.

    ``fields`` are hidden inputs of a POST, for example the version of what is changed. A page has one primary
    button; a danger button leads to a page that asks again.
    """

    label: Text
    url: str = ""
    method: Literal["get", "post"] = "get"
    kind: Kind = "secondary"
    icon: str = ""
    shown: bool = True
    disabled: bool = False
    reason: Text = ""
    fields: tuple[tuple[str, str], ...] = ()
    small: bool = False

    def __post_init__(self) -> None:
        if self.disabled and not self.reason:
            raise ValueError("A disabled button says why.")

    @property
    def css(self) -> str:
        """The classes of the button."""
        return f"btn btn-{self.kind}{' btn-sm' if self.small else ''}"

    @property
    def reason_id(self) -> str:
        """An id for the reason, the same whenever the button is the same."""
        return f"why-{sha256(f'{self.label}|{self.url}'.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Fact:
    """A label and its matter; ``note`` is the smaller line below. ``url`` makes the matter a link."""

    label: Text
    value: object
    note: Text = ""
    url: str = ""
    late: bool = False


@dataclass(frozen=True)
class Due:
    """A moment with what it means. ``distance`` is said in words; late is a fact, not a colour."""

    at: datetime
    distance: Text = ""
    late: bool = False

    @classmethod
    def of(cls, at: datetime, now: datetime, business_days: int) -> Due:
        """The due moment seen from ``now``, that many business days away in either direction."""
        late = at < now
        return cls(at, distance(abs(business_days), late=late), late)


def distance(business_days: int, *, late: bool) -> str:
    """How far away a due moment is, in words."""
    if late and business_days == 0:
        return gettext("less than a business day late")
    if late:
        return ngettext("%(n)d business day late", "%(n)d business days late", business_days) % {"n": business_days}
    if business_days == 0:
        return gettext("today")
    return ngettext("in %(n)d business day", "in %(n)d business days", business_days) % {"n": business_days}


@dataclass(frozen=True)
class DocketFact:
    """One column in the head of a case. ``template`` names a component when the matter is more than words.

    ``template`` is one of "state", "tier", "due", "outcome", "outcomes" (pairs of part and outcome) or "" (printed as
    it is); ``value`` is what that component takes, ``share`` a part of a hundred shown as a bar below, ``standing``
    what a clearance is worth now (``wording.StandingWords``).
    """

    label: Text
    value: object
    note: Text = ""
    template: Literal["", "state", "tier", "due", "outcome", "outcomes"] = ""
    value_label: Text = ""
    late: bool = False
    share: int | None = None
    standing: object = None


@dataclass(frozen=True)
class Tab:
    """One part of a case. ``count`` is short, such as "2 of 3"; ``locked`` says in words when it opens."""

    label: Text
    url: str
    current: bool = False
    count: Text = ""
    locked: Text = ""


@dataclass(frozen=True)
class Next:
    """Whose turn it is, until when, and the one primary button. ``waiting``: nothing for the reader now."""

    text: Text
    lead: Text = ""
    button: Button | None = None
    waiting: bool = False


@dataclass(frozen=True)
class Docket:
    """The head of every page of a case."""

    reference: str
    title: Text
    revision: Text = ""
    kind: Text = ""
    unit: Text = ""
    facts: tuple[DocketFact, ...] = ()
    actions: tuple[Button, ...] = ()
    next: Next | None = None
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True)
class Crumb:
    """A step of the way here; the last has no address."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One sentence of a timeline: who did what, and when. ``actor`` is printed bold before the sentence."""

    at: datetime
    text: Text
    actor: Text = ""
    key: bool = False
    late: bool = False


@dataclass(frozen=True)
class Check:
    """One item that must be there: ``mark`` says whether it is, ``note`` what it is, ``owed`` by whom until when."""

    label: Text
    mark: Literal["ok", "no", "wait", "open"] = "open"
    note: Text = ""
    url: str = ""
    button: Button | None = None
    owed: Text = ""


@dataclass(frozen=True)
class Step:
    """One place on the track of a case."""

    label: Text
    mark: Literal["done", "now", "later"] = "later"


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation on the left."""

    label: Text
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Empty:
    """Nothing here: what it means, what comes next, one way on."""

    title: Text
    text: Text = ""
    button: Button | None = None


@dataclass(frozen=True)
class WorkItem:
    """One thing that somebody owes, or may follow, in a list of work.

    ``state`` and ``outcomes`` (pairs of part and outcome) say where a case stands that somebody else has, ``standing``
    (``wording.StandingWords``) what an outcome is worth now.
    """

    what: Text
    url: str
    case: Text
    reference: str
    tier: int | None = None
    due: Due | None = None
    due_note: Text = ""
    button: Button | None = None
    badge: Text = ""
    state: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()
    standing: object = None


def shown(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Those buttons that this person may ever press here."""
    return tuple(button for button in buttons if button.shown)
