"""Setting another tier than the one that rules: one person proposes it with a reason, a second one confirms it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import assessment as access
from reviews.actions import _reassess, _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action, check_seen
from reviews.models import Assessment, Motion, Revision, Submission, TierProposal
from reviews.notices import assessment as notices
from reviews.queries import assessment as queries
from reviews.rules import tiers
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import TIER_OPEN, MotionStatus


@action
def propose_tier(
    *, submission: Submission, tier: int, reason: str, version: int, by: User, now: datetime
) -> TierProposal:
    """Propose a tier above or below the one that rules. Nothing changes before somebody else confirms it.

    Raises ``NotNow`` while a ballot is open or another proposal waits, ``RuleBroken`` for a tier below a trigger.
    """
    submission = _transition.lock(submission)
    access.check_can_propose(by, submission)
    check_seen(version, submission.version)
    revision = _check_open(submission)
    if queries.open_proposal(revision) is not None:
        raise NotNow(_("Another tier is proposed already. It is confirmed or taken back first."), code="proposal_open")
    _check_tier(revision, tier)
    if not reason.strip():
        raise RuleBroken(_("Another tier needs a reason."), code="reason", field="reason")
    proposal = TierProposal.objects.create(
        revision=revision, tier=tier, reason=reason.strip(), proposed_at=now, proposed_by=by
    )
    _transition.note(
        submission, "assessment.tier_proposed", by=by, now=now, proposal=proposal.public_id,
        before=queries.current(revision).tier, tier=tier, reason=digest(reason.strip()),
    )  # fmt: skip
    notices.proposed(proposal, submission, now=now)
    return proposal


@action
def confirm_tier(*, proposal: TierProposal, version: int, by: User, now: datetime) -> Assessment:
    """Bring a proposed tier into force, as the second person; a round that only waited for more moves on.

    Raises ``Denied`` for who proposed it, ``NotNow`` once it is settled, while a ballot is open, and where the tier is
    no longer one that may be set.
    """
    submission, proposal = _lock(proposal)
    access.check_can_confirm(by, submission, proposal)
    check_seen(version, submission.version)
    revision = _check_open(submission)
    if proposal.revision_id != revision.pk:
        raise NotNow(_("This proposal is about a revision that is no longer judged."), code="other_revision")
    proposal.revision = revision
    _check_tier(revision, proposal.tier)
    proposal.confirmed_at, proposal.confirmed_by = now, by
    proposal.save(update_fields=["confirmed_at", "confirmed_by"])
    made = _reassess.override(submission, proposal, by=by, now=now)
    _forget_mails(submission, now)
    notices.overridden(made, proposal, submission, now=now)
    advance(submission, now=now)
    return made


@action
def take_back_tier(*, proposal: TierProposal, by: User, now: datetime) -> TierProposal:
    """End one's own proposal without an effect; the row stays. Raises ``NotNow`` once it is settled."""
    submission, proposal = _lock(proposal)
    access.check_can_take_back(by, submission, proposal)
    _check_undecided(submission)
    proposal.withdrawn_at, proposal.withdrawn_by = now, by
    proposal.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _transition.note(submission, "assessment.tier_taken_back", by=by, now=now, proposal=proposal.public_id)
    _forget_mails(submission, now)
    return proposal


@action
def refuse_tier(*, proposal: TierProposal, reason: str, by: User, now: datetime) -> TierProposal:
    """End somebody else's proposal without an effect, as whoever could confirm it, with a reason that stays.

    Raises ``Denied`` for who proposed it, ``NotNow`` once it is settled, ``RuleBroken`` without a reason.
    """
    submission, proposal = _lock(proposal)
    access.check_can_confirm(by, submission, proposal)
    _check_undecided(submission)
    if not reason.strip():
        raise RuleBroken(_("Whoever proposed it needs your reason."), code="reason", field="reason")
    proposal.withdrawn_at, proposal.withdrawn_by, proposal.refusal = now, by, reason.strip()
    proposal.save(update_fields=["withdrawn_at", "withdrawn_by", "refusal"])
    _transition.note(
        submission, "assessment.tier_refused", by=by, now=now, proposal=proposal.public_id, tier=proposal.tier,
        reason=digest(reason.strip()),
    )  # fmt: skip
    _forget_mails(submission, now)
    notices.refused(proposal, submission, now=now)
    return proposal


def _lock(proposal: TierProposal) -> tuple[Submission, TierProposal]:
    submission = _transition.lock(proposal.revision.submission)
    return submission, TierProposal.objects.select_related("proposed_by").get(pk=proposal.pk)


def _check_undecided(submission: Submission) -> None:
    if submission.state not in TIER_OPEN:
        raise NotNow(_("The tier can be set until the board has decided."), code="wrong_state")


def _check_open(submission: Submission) -> Revision:
    _check_undecided(submission)
    revision = submission.revision
    assert revision is not None
    if Motion.objects.filter(revision=revision, status=MotionStatus.OPEN).exists():
        raise NotNow(_("A ballot is open, and its rules follow the tier. Close it first."), code="ballot_open")
    return revision


def _check_tier(revision: Revision, tier: int) -> None:
    ruling = queries.current(revision)
    if tier not in tiers.may_set(revision.policy.pack, ruling.tier, ruling.result["triggers"]):
        text = _("This tier cannot be set: it rules already, or a trigger asks for more.")
        raise RuleBroken(text, code="tier", field="tier")


def _forget_mails(submission: Submission, now: datetime) -> None:
    for mails in ("assessment.tier_proposed", "reminder.confirm_tier"):
        outbox.cancel(about=submission.reference, template_prefix=mails, now=now)
