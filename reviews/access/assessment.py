"""Who sets another tier: the chair proposes it, and a second person of the committee brings it into force."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_not_excluded, holders
from reviews.access.submission import sight
from reviews.access.twin import can
from reviews.models import Submission, TierProposal
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import SECOND_PERSON, CommitteeRole


def check_can_propose(user: User, submission: Submission) -> None:
    """The chair, or the deputy standing in, unless they still judge alone as a reviewer. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if not acts_as(user, submission, CommitteeRole.CHAIR):
        raise Denied(_("Only the chair of this case can propose another tier."), code="chair_only")
    _check_not_blind(user, submission)


def check_can_confirm(user: User, submission: Submission, proposal: TierProposal) -> None:
    """Who may confirm a tier, or refuse it: the deputy, an officer or a voting member who sees the scores, and never
    who proposed it.

    Raises ``Denied`` or ``NotNow``.
    """
    check_not_excluded(user, submission)
    if proposal.proposed_by_id == user.pk:
        raise Denied(_("You proposed this tier, so somebody else confirms it."), code="proposer")
    if user not in holders(submission, SECOND_PERSON):
        raise Denied(_("The deputy, an officer or a voting member confirms another tier."), code="second_person")
    _check_not_blind(user, submission)
    check_open(proposal)


def second_people(submission: Submission, proposal: TierProposal) -> list[User]:
    """Everybody who may confirm a proposal now: whose turn it is."""
    return [
        person for person in holders(submission, SECOND_PERSON) if can(check_can_confirm, person, submission, proposal)
    ]


def check_can_take_back(user: User, submission: Submission, proposal: TierProposal) -> None:
    """Who proposed it, while it is open. Raises ``Denied`` or ``NotNow``."""
    check_not_excluded(user, submission)
    if proposal.proposed_by_id != user.pk:
        raise Denied(_("Only who proposed a tier takes it back."), code="proposer_only")
    check_open(proposal)


def check_open(proposal: TierProposal) -> None:
    """A proposal is settled once. Raises ``NotNow``."""
    if not proposal.is_open:
        raise NotNow(_("This proposal was settled before."), code="settled")


def _check_not_blind(user: User, submission: Submission) -> None:
    if not sight(user, submission).scores:
        raise Denied(_("You judge this case alone first. File your review, then look at its tier."), code="blind")
