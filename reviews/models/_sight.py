"""The row filter that goes with ``rules/visibility.py``: what one person is to many cases, as SQL.

``access/submission.py`` reads the same facts for one case; a parity test holds the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from reviews.rules.states import LIVE_ASSIGNMENT, RUNNING, TERMINAL, VOTING, AssignmentStatus, State
from reviews.rules.visibility import Level

if TYPE_CHECKING:
    from accounts.models import User


def _rows(name: str, **filters: Any) -> models.QuerySet[Any]:
    return apps.get_model("reviews", name)._default_manager.filter(**filters)


def _before_transfer(case: str, moment: str) -> Exists:
    """What was done before the case went to another committee: it gives the old one no sight any more."""
    return Exists(_rows("Transfer", submission=OuterRef(case), transferred_at__gte=OuterRef(moment)))


def relation_facts(user: User) -> dict[str, Exists]:
    """Each fact of ``visibility.Relation`` as a condition on a submission row."""
    case, committee = OuterRef("pk"), OuterRef("committee_id")
    own = {"user": user, "until_at": None}
    roles_here = _rows("Membership", committee=OuterRef(OuterRef("committee_id")), **own).values("role")
    organisation = apps.get_model("accounts", "OrganisationRole")._default_manager.filter(**own)
    assigned = _rows("Assignment", submission=case, reviewer=user)
    seats = _rows("SignOff", decision__submission=case)
    holds = _rows("Hold", revision__submission=case)
    open_holds = _rows("Hold", revision=OuterRef("revision_id"), cleared_at=None)
    return {
        "is_contributor": Exists(_rows("Contributor", submission=case, user=user)),
        "is_conflicted": Exists(_rows("Conflict", submission=case, user=user)),
        "runs_committee": Exists(_rows("Membership", committee=committee, role__in=RUNNING, **own)),
        "is_voter": Exists(_rows("Membership", committee=committee, role__in=VOTING, **own)),
        "is_leadership": Exists(organisation.filter(role="leadership")),
        "is_auditor": Exists(organisation.filter(role="auditor")),
        "is_offered": Exists(assigned.filter(status=AssignmentStatus.OFFERED)),
        "is_reviewer": Exists(assigned.filter(status__in=[AssignmentStatus.ACCEPTED, AssignmentStatus.DONE])),
        "has_unfiled_review": Exists(assigned.filter(status__in=LIVE_ASSIGNMENT)),
        "has_open_hold": Exists(
            open_holds.exclude(revision__submission__state__in=TERMINAL).filter(role__in=roles_here)
        ),
        "has_open_seat": Exists(
            seats.filter(
                signed_at=None,
                decision__sent_back_at=None,
                decision__submission__state=State.SIGN_OFF,
                seat__in=roles_here,
            )
        ),
        "had_hold": Exists(
            holds.filter(
                Q(role__in=roles_here)
                | (Q(cleared_by=user) & ~Q(_before_transfer("revision__submission_id", "cleared_at")))
            )
        ),
        "signed": Exists(
            seats.filter(signed_by=user).exclude(_before_transfer("decision__submission_id", "signed_at"))
        ),
    }


class SubmissionQuerySet(models.QuerySet["Any"]):
    """Row filters of cases."""

    def visible_to(self, user: User, level: Level = Level.SUMMARY) -> Self:
        """The cases that this person sees at least at ``level``; the SQL twin of ``visibility.sight``."""
        if not user.is_active:
            return self.none()
        fact = relation_facts(user)
        author = Q(created_by=user) | Q(fact["is_contributor"])
        inside = (
            Q(fact["runs_committee"])
            | Q(fact["is_reviewer"])
            | Q(fact["has_open_hold"])
            | Q(fact["has_open_seat"])
            | (Q(deliberation_opened_at__isnull=False) & Q(fact["is_voter"]))
        )
        if level <= Level.RECORD:
            inside |= Q(fact["is_auditor"]) | Q(fact["had_hold"]) | Q(fact["signed"])
        if level <= Level.SUMMARY:
            inside |= Q(fact["is_leadership"]) | Q(fact["is_offered"])
        return self.filter(author | (Q(submitted_at__isnull=False) & ~Q(fact["is_conflicted"]) & inside))
