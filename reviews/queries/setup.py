"""How far the first day is: every item of the checklist follows from facts, nothing is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Invitation, Organisation, User
from reviews.models import Committee
from reviews.queries import committee as committees
from reviews.queries import policy
from reviews.queries.operations import CONSOLE, FILES
from reviews.rules import staffing
from reviews.rules.pack import Pack
from reviews.rules.staffing import Gap


@dataclass(frozen=True)
class Board:
    """One committee on the checklist. ``tiers`` are those that it can decide now, ``short`` those that it cannot.

    ``partly`` are those of ``tiers`` that lack experts in some hazard domain.
    """

    committee: Committee
    people: int
    lacks: tuple[str, ...]
    gaps: tuple[Gap, ...]
    tiers: tuple[int, ...]
    short: tuple[int, ...]
    partly: tuple[int, ...]

    @property
    def works(self) -> bool:
        """Somebody runs it, and at least one tier finds what it asks for."""
        return not self.lacks and bool(self.tiers)


@dataclass(frozen=True)
class FirstDay:
    """Everything that the checklist shows."""

    organisation: Organisation
    name: str
    contact_email: str
    base_url: str
    production: bool
    mail: str
    mail_from: str
    people: int
    invited: int
    boards: tuple[Board, ...]

    @property
    def is_named(self) -> bool:
        """The organisation has a name, and an address for questions."""
        return bool(self.name and self.contact_email)

    @property
    def is_mail_tested(self) -> bool:
        """A mail has left."""
        return self.organisation.mail_tested_at is not None

    @property
    def has_people(self) -> bool:
        """Somebody besides the first administrator has come or is invited."""
        return self.people > 1

    @property
    def has_committee(self) -> bool:
        """A committee can do its work."""
        return any(board.works for board in self.boards)

    @property
    def has_policy(self) -> bool:
        """A committee that can do its work takes cases."""
        return any(board.works and board.committee.policy_id is not None for board in self.boards)

    @property
    def is_complete(self) -> bool:
        """Nothing of the list is open."""
        return self.is_named and self.is_mail_tested and self.has_people and self.has_committee and self.has_policy


def first_day(now: datetime) -> FirstDay:
    """The state of the checklist, in a fixed number of queries."""
    row = organisation()
    rows = list(Committee.objects.select_related("policy").order_by("name"))
    holders = committees.holders_of(rows)
    return FirstDay(
        organisation=row,
        name=row.name or str(settings.ORG_NAME),
        contact_email=row.contact_email,
        base_url=settings.BASE_URL,
        production=settings.PRODUCTION,
        mail={CONSOLE: "console", FILES: "files"}.get(settings.EMAIL_BACKEND, "server"),
        mail_from=settings.DEFAULT_FROM_EMAIL,
        people=User.objects.filter(is_active=True).count(),
        invited=Invitation.objects.open(now).filter(user__is_active=True).count(),
        boards=tuple(_board(committee, holders[committee.pk]) for committee in rows),
    )


def organisation() -> Organisation:
    """The one row about the organisation; an empty one where none was written yet."""
    rows = Organisation.objects.select_related("mail_tested_by", "ready_by")
    return rows.filter(pk=Organisation.ONLY).first() or Organisation()


def _board(committee: Committee, people: tuple[staffing.Person, ...]) -> Board:
    pack: Pack = committee.policy.pack if committee.policy is not None else policy.shipped().pack
    found = staffing.needs(pack, people)
    reached = {tier.tier: all(need.is_reached for need in needs) for tier, needs in found}
    return Board(
        committee=committee,
        people=len(people),
        lacks=staffing.unled(people),
        gaps=staffing.gaps(pack, people),
        tiers=tuple(tier for tier, fine in reached.items() if fine),
        short=tuple(tier for tier, fine in reached.items() if not fine),
        partly=tuple(t.tier for t, needs in found if reached[t.tier] and any(need.lacking for need in needs)),
    )


def is_open() -> bool:
    """Whether nobody has closed the checklist yet."""
    return not Organisation.objects.filter(pk=Organisation.ONLY, ready_at__isnull=False).exists()
