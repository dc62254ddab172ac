"""What the case does by itself once nothing is owed any more: on to the board, or to the signatures.

Called inside an action, after its own writes; decides nothing that ``rules.progress`` does not decide.
"""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import voters
from reviews.actions import _reassess, _ties, _transition
from reviews.actions._records import open_decision, system_motion
from reviews.models import Submission
from reviews.notices import decision as decision_notices
from reviews.notices import submission as submission_notices
from reviews.queries import review as reviews
from reviews.queries.motion import open_motion
from reviews.queries.round import facts
from reviews.rules import progress
from reviews.rules.progress import Next
from reviews.rules.states import State
from reviews.rules.workflow import Actor


def advance(submission: Submission, *, now: datetime) -> None:
    """Count the reviews once all are filed, and move a case out of review if its round is complete.

    A tier that rises by the count asks for more reviewers and evidence first. Before the board reviews are counted
    anew when one of them counts no longer, but not while a ballot rests on the tier.
    """
    if submission.revision is None:
        return
    if submission.state == State.DELIBERATION and open_motion(submission.revision) is None:
        _reassess.count_reviews(submission, submission.revision, now=now)
    if submission.state != State.IN_REVIEW:
        return
    found = facts(submission.revision)
    if progress.is_judged(found) and _reassess.count_reviews(submission, submission.revision, now=now) is not None:
        found = facts(submission.revision)
    step = progress.next_step(found)
    if step in (Next.DELIBERATE, Next.SIGN) and _ties.detect(submission, now=now):
        # Somebody joined the committee or changed units since the case was submitted; perhaps a reviewer is missing.
        step = progress.next_step(facts(submission.revision))
    if step is Next.DELIBERATE:
        _transition.apply(submission, "open_deliberation", actor=Actor.SYSTEM, by=None, now=now)
        submission_notices.deliberation_opened(submission, voters(submission), now=now)
    elif step is Next.SIGN:
        _recommend(submission, now=now)


def _recommend(submission: Submission, *, now: datetime) -> None:
    """The reviewers' one mind becomes a motion without a vote, and a decision that waits for its signatures."""
    revision = submission.revision
    assert revision is not None
    motion = system_motion(revision, reviews.filed(revision), now=now)
    _transition.apply(
        submission, "recommend", actor=Actor.SYSTEM, by=None, now=now, motion=motion.public_id, basis=motion.basis
    )
    decision = open_decision(submission, motion, tally=None, by=None, now=now)
    decision_notices.awaits_signature(decision, submission, now=now)
