"""Who brings a policy into force: administrators, and never the proposer of a later version alone.

And whose cases a replay counts and names: administrators learn numbers, those who run a committee their own cases.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import is_administrator
from accounts.models import User
from reviews.access.committee import check_can_administer_committees
from reviews.access.people import run_by
from reviews.models import Adoption, Assignment, PolicyDraft, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import LIVE_ASSIGNMENT
from reviews.rules.visibility import Level


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


def check_draft_open(draft: PolicyDraft) -> None:
    """A draft is published or dropped once. Raises ``NotNow``."""
    if not draft.is_open:
        text = _("This draft was published before.") if draft.published_id else _("This draft was dropped before.")
        raise NotNow(text, code="draft_settled")


def submitted() -> QuerySet[Submission]:
    """Every case that a policy can be tried on: all that were ever submitted."""
    return Submission.objects.filter(submitted_at__isnull=False)


def counts_all(user: User) -> bool:
    """Whether the numbers of a replay are about every case, for administrators, or about this person's own."""
    return is_administrator(user)


def reads_names(user: User) -> bool:
    """Whether a replay may name cases to this person at all: only to those who run a committee."""
    return run_by(user).exists()


def counted(user: User) -> QuerySet[Submission]:
    """The cases in the numbers of a replay: all for administrators, who see no case; for others those it names."""
    return submitted() if counts_all(user) else named(user)


def named(user: User) -> QuerySet[Submission]:
    """The cases that a replay names to this person: those of committees that they run now, as far as they see them.

    A case with which they are conflicted stays out, and so does one that they still review, because who has not filed
    sees no score of it.
    """
    owed = Assignment.objects.filter(reviewer=user, status__in=LIVE_ASSIGNMENT)
    seen = submitted().filter(pk__in=Submission.objects.visible_to(user, Level.CASE).values("pk"))
    return seen.filter(committee__in=run_by(user).values("committee")).exclude(pk__in=owed.values("submission"))
