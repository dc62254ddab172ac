"""What replaces an assessment within the board: a closer look, the reviewers' answers, a tier that two people set.

The tier of the newest row rules from then on: reviewers, evidence, holds, quorum and dates follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.log import digest
from reviews.actions import _assess, _transition
from reviews.models import Assessment, Revision, Submission, TierProposal
from reviews.notices import assessment as notices
from reviews.notices import evidence as evidence_notices
from reviews.queries import assessment as queries
from reviews.queries import review as reviews
from reviews.queries.round import working_tier
from reviews.rules import evidence, questionnaire, tiers
from reviews.rules.states import ROUND_OPEN


def escalate(submission: Submission, revision: Revision, *, reason: str, by: User, now: datetime) -> Assessment:
    """A new assessment of the same scores one tier up, with the reviewer's reason."""
    before = queries.current(revision)
    tier = min(working_tier(revision) + 1, max(t.tier for t in revision.policy.pack.tiers))
    made = _make(
        revision, Assessment.Basis.BOARD, before.result, tier=tier, reason=reason, by=by, now=now
    )  # fmt: skip
    _transition.note(
        submission, "assessment.raised", by=by, now=now, before=before.tier, tier=tier, reason=digest(reason)
    )
    _ask(submission, revision, made, by=by, now=now)
    return made


def count_reviews(submission: Submission, revision: Revision, *, now: datetime) -> Assessment | None:
    """The assessment of the authors' and the reviewers' answers together; None where nothing new is to be counted.

    It starts from what ruled before any review was counted, so that a review that counts no longer leaves no trace;
    where none is left, the authors' numbers are shown again. Once the round is closed nothing more is asked for, and
    the tier does not fall below those on which a board votes.
    """
    filed = [row for row in reviews.blind(revision) if row.judgement]
    counted = sorted(row.public_id for row in filed)
    last, base = queries.counted(revision), queries.uncounted(revision)
    if counted == (list(last.counted) if last is not None else []):
        return None
    pack, before = revision.policy.pack, queries.current(revision)
    result, tier = queries.of_authors(revision).result, base.tier
    if filed:
        scored = reviews.aggregated(revision, filed).scored(pack)
        tier = tiers.after_reviews(pack, base.tier, scored, is_set=base.basis == Assessment.Basis.OVERRIDE)
        result = scored.as_json()
    if submission.state not in ROUND_OPEN:
        tier = tiers.at_board(pack, tier)
    result = {**result, "reviews": counted}
    made = _make(revision, Assessment.Basis.REVIEWS, result, tier=tier, reason="", by=None, now=now)
    _transition.note(submission, "assessment.reviewed", by=None, now=now, before=before.tier, tier=tier)
    if submission.state in ROUND_OPEN:
        _ask(submission, revision, made, by=None, now=now)
    if tier > before.tier:
        notices.raised(made, submission, now=now)
    return made


def override(submission: Submission, proposal: TierProposal, *, by: User, now: datetime) -> Assessment:
    """The proposed tier with the scores as they are. What only a higher tier asked for, nobody waits for any more.

    Once the round is closed evidence can no longer be given, so a higher tier then asks for none: a board that wants
    it returns the case.
    """
    revision = proposal.revision
    before = queries.current(revision)
    made = _make(
        revision, Assessment.Basis.OVERRIDE, before.result, tier=proposal.tier, reason=proposal.reason, by=by, now=now
    )  # fmt: skip
    _transition.note(
        submission, "assessment.overridden", by=by, now=now, before=before.tier, tier=proposal.tier,
        proposal=proposal.public_id, reason=digest(proposal.reason),
    )  # fmt: skip
    if submission.state in ROUND_OPEN:
        _drop_beyond(revision)
        _ask(submission, revision, made, by=by, now=now)
    return made


def _make(
    revision: Revision, basis: Assessment.Basis, result: Mapping[str, Any], *, tier: int, reason: str,
    by: User | None, now: datetime,
) -> Assessment:  # fmt: skip
    row = revision.policy.pack.tier(tier)
    return Assessment.objects.create(
        revision=revision,
        basis=basis,
        inherent=result["inherent"],
        residual=result["residual"],
        tier=tier,
        result={**result, "tier": tier, "ceiling_model": row.ceiling_model, "ceiling_paper": row.ceiling_paper},
        reason=reason.strip(),
        made_at=now,
        made_by=by,
    )


def _ask(submission: Submission, revision: Revision, made: Assessment, *, by: User | None, now: datetime) -> None:
    if _assess.ask(submission, revision, made, by=by, now=now):
        evidence_notices.asked(submission, tier=working_tier(revision), now=now)


def _drop_beyond(revision: Revision) -> None:
    """Take back what was asked and not given: a row that holds nothing yet, so that a later rise asks for it again."""
    pack = revision.policy.pack
    answers = questionnaire.effective(pack, revision.response.answers)
    owed = revision.evidence.filter(given_at=None, waived_at=None)
    owed.exclude(type_key__in=evidence.asked(pack, working_tier(revision), answers)).delete()
