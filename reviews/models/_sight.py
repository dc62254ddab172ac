"""The row filter that goes with ``rules/visibility.py``: what one person is to many cases, as SQL.

``access/_ties.py`` reads the same facts for cases that are at hand; a parity test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from reviews.rules.states import (
    LIVE_ASSIGNMENT,
    ROUND_CLOSED,
    RUNNING,
    TAKEN_ASSIGNMENT,
    TERMINAL,
    VOTING,
    AssignmentStatus,
    State,
)
from reviews.rules.visibility import Level

if TYPE_CHECKING:
    from accounts.models import User


WHOLE = {"leadership": Level.SUMMARY, "auditor": Level.RECORD}
"""How far those see into every case who hold a role in the whole organisation."""


def _rows(name: str, **filters: Any) -> Any:
    return apps.get_model("reviews", name)._default_manager.filter(**filters)


def _before_transfer(case: str, moment: str) -> Exists:
    """What was done before the case went to another committee: it gives the old one no sight any more."""
    return Exists(_rows("Transfer", submission=OuterRef(case), transferred_at__gte=OuterRef(moment)))


def _held_here(user: User, case: str, role: str) -> dict[str, Any]:
    """That a row names a role which this person holds now in the committee of its case."""
    members = f"{case}__committee__memberships"
    return {f"{members}__user": user, f"{members}__until_at": None, f"{members}__role": F(role)}


class Facts:
    """Each fact of ``visibility.Relation`` as a condition on a submission row, for one person."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def is_author(self) -> Q:
        """Who started the case, and who is named as contributor."""
        return Q(created_by=self.user) | self._cases("Contributor", "submission", user=self.user)

    @property
    def is_conflicted(self) -> Q:
        """Whom a conflict in force sets aside."""
        return Q(pk__in=_rows("Conflict", user=self.user).in_force().values("submission"))

    @property
    def is_offered(self) -> Q:
        """Who has not answered yet whether they review."""
        return self._cases("Assignment", "submission", reviewer=self.user, status=AssignmentStatus.OFFERED)

    @property
    def is_reviewer(self) -> Q:
        """Who reviews, or has filed."""
        return self._cases("Assignment", "submission", reviewer=self.user, status__in=TAKEN_ASSIGNMENT)

    @property
    def judges_blind(self) -> Q:
        """Who was asked for a review, has not filed it, and whose round is not closed."""
        unfiled = self._cases("Assignment", "submission", reviewer=self.user, status__in=LIVE_ASSIGNMENT)
        return unfiled & ~Q(state__in=ROUND_CLOSED)

    @property
    def votes(self) -> Q:
        """Who votes on a case whose deliberation has opened."""
        return Q(deliberation_opened_at__isnull=False) & self.has_role(VOTING)

    @property
    def holds_open_seat(self) -> Q:
        """The officer of an open hold, who may fill an open seat under the decision, and who hears an open
        appeal: who was appointed, and a member for as long as they vote here."""
        case = "revision__submission"
        holds = _rows("Hold", cleared_at=None, revision=F(f"{case}__revision"), **_held_here(self.user, case, "role"))
        seats = _rows(
            "SignOff",
            signed_at=None,
            decision__sent_back_at=None,
            decision__submission__state=State.SIGN_OFF,
            **_held_here(self.user, "decision__submission", "seat"),
        )
        running = ~Q(state__in=TERMINAL)
        hears = _rows("AppealJudge", user=self.user, appeal__status="open")
        appointed, seated = hears.exclude(appointed_by=None), hears.filter(appointed_by=None)
        return (
            (running & Q(pk__in=holds.values(case)))
            | Q(pk__in=seats.values("decision__submission"))
            | Q(pk__in=appointed.values("appeal__submission"))
            | (Q(pk__in=seated.values("appeal__submission")) & self.has_role(VOTING))
        )

    @property
    def held_seat(self) -> Q:
        """The officer of a hold ever placed, who cleared one, signed or heard an appeal, and who appoints for one."""
        case = "revision__submission"
        placed = _rows("Hold", **_held_here(self.user, case, "role"))
        cleared = _rows("Hold", cleared_by=self.user).exclude(_before_transfer(f"{case}_id", "cleared_at"))
        heard = _rows("AppealJudge", user=self.user).exclude(_before_transfer("appeal__submission_id", "appointed_at"))
        appoints = _rows("Appeal", status="open", **_held_here(self.user, "submission", "appointing_role"))
        signed = _rows("SignOff", signed_by=self.user).exclude(_before_transfer("decision__submission_id", "signed_at"))
        return (
            Q(pk__in=placed.values(case))
            | Q(pk__in=cleared.values(case))
            | Q(pk__in=signed.values("decision__submission"))
            | Q(pk__in=heard.values("appeal__submission"))
            | Q(pk__in=appoints.values("submission"))
        )

    def has_role(self, roles: Collection[str]) -> Q:
        """Who holds one of these roles in the case's committee now, or stands in for one on the case."""
        rows = _rows("Membership", user=self.user, until_at=None, role__in=roles)
        joined = self._cases("StandIn", "submission", user=self.user, ended_at=None, role__in=roles)
        return Q(committee__in=rows.values("committee")) | joined

    def has_organisation_role(self, *roles: str) -> Exists:
        """Who holds one of these roles in the whole organisation now."""
        rows = apps.get_model("accounts", "OrganisationRole")._default_manager
        return Exists(rows.filter(user=self.user, until_at=None, role__in=roles))

    def _cases(self, name: str, case: str, **filters: Any) -> Q:
        return Q(pk__in=_rows(name, **filters).values(case))


class SubmissionQuerySet(models.QuerySet["Any"]):
    """Row filters of cases."""

    def visible_to(self, user: User, level: Level = Level.SUMMARY) -> Self:
        """The cases that this person sees at least at ``level``; the SQL twin of ``visibility.sight``."""
        if not user.is_active:
            return self.none()
        fact = Facts(user)
        inside = fact.has_role(RUNNING) | fact.is_reviewer | fact.holds_open_seat | fact.votes
        if level <= Level.RECORD:
            inside |= fact.held_seat
        if level <= Level.SUMMARY:
            inside |= fact.is_offered
        whole = [role for role, top in WHOLE.items() if level <= top]
        if whole:
            inside |= Q(fact.has_organisation_role(*whole))
        return self.filter(fact.is_author | (Q(submitted_at__isnull=False) & ~fact.is_conflicted & inside))

    def deliberated_by(self, user: User) -> Self:
        """The cases whose board this person sees, their ballots with it; the twin of ``Sight.board``."""
        fact = Facts(user)
        return self._from_the_board(fact, fact.has_role(RUNNING) | fact.holds_open_seat | fact.votes)

    def shared_with(self, user: User) -> Self:
        """The cases on whose side of the board this person stands, and no longer judges alone; of ``Sight.peers``."""
        fact = Facts(user)
        return self._from_the_board(fact, fact.has_role(RUNNING) | fact.is_reviewer | fact.holds_open_seat | fact.votes)

    def _from_the_board(self, fact: Facts, inside: Q) -> Self:
        if not fact.user.is_active:
            return self.none()
        outside = fact.is_author | fact.is_conflicted | fact.judges_blind
        return self.filter(Q(submitted_at__isnull=False) & inside & ~outside)

    def written_by(self, user: User) -> Self:
        """The cases of which this person is an author, once they were submitted."""
        if not user.is_active:
            return self.none()
        return self.filter(Facts(user).is_author, submitted_at__isnull=False)

    def closed_to(self, user: User) -> Self:
        """The cases from whose board this person stands aside, as author or by a conflict."""
        fact = Facts(user)
        return self.filter(fact.is_author | fact.is_conflicted)
