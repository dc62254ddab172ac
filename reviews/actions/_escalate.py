"""Raising the tier of a case within the board: the next tier's reviewers and evidence apply from then on."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from audit.log import digest
from reviews.actions import _assess, _transition
from reviews.models import Assessment, Revision, Submission
from reviews.notices import evidence as notices
from reviews.queries.assessment import current
from reviews.queries.round import working_tier


def escalate(submission: Submission, revision: Revision, *, reason: str, by: User, now: datetime) -> Assessment:
    """A new assessment of the same scores one tier up, with the reviewer's reason."""
    before = current(revision)
    pack = revision.policy.pack
    tier = min(working_tier(revision) + 1, max(t.tier for t in pack.tiers))
    raised = Assessment.objects.create(
        revision=revision,
        basis=Assessment.Basis.BOARD,
        inherent=before.inherent,
        residual=before.residual,
        tier=tier,
        result={
            **before.result,
            "tier": tier,
            "ceiling_model": pack.tier(tier).ceiling_model,
            "ceiling_paper": pack.tier(tier).ceiling_paper,
        },
        reason=reason.strip(),
        made_at=now,
        made_by=by,
    )
    _transition.note(
        submission, "assessment.raised", by=by, now=now, before=before.tier, tier=tier, reason=digest(reason)
    )
    if _assess.ask(submission, revision, raised, by=by, now=now):
        notices.asked(submission, tier=working_tier(revision), now=now)
    return raised
