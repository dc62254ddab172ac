"""Opening a case again that was decided or withdrawn. No permission is checked here.

The one way out of a terminal state: whoever calls it has established that one person asked and another one grants.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.actions import _transition
from reviews.actions._revisions import carry_on, reopen
from reviews.models import Reopening, Revision, Submission
from reviews.notices import reopening as notices
from reviews.rules import workflow
from reviews.rules.states import RequestStatus, State
from reviews.rules.workflow import Actor


def open_again(submission: Submission, reopening: Reopening, *, by: User, now: datetime) -> Revision:
    """Grant a request on a locked case: it is with its authors again, in a draft under the policy in force.

    The draft has everything of the revision before in it; where the authors withdrew the case while they had a draft,
    it is that draft, as it was. ``reopening`` may be a row that is not stored yet. Another request of the case that is
    still open is overtaken by this one. Raises ``NotNow`` where the case is neither decided nor withdrawn.
    """
    workflow.check("reopen", State(submission.state), Actor.SECOND_PERSON)
    others = Reopening.objects.open().filter(submission=submission).exclude(pk=reopening.pk)
    others.update(status=RequestStatus.OVERTAKEN, answered_at=now, answered_by=by)
    before = submission.revision
    assert before is not None
    if before.is_frozen:
        revision = reopen(submission, reason=reopening.reason, now=now, policy=submission.committee.policy)
    else:
        revision = carry_on(submission, before, now=now)
    reopening.status, reopening.revision = RequestStatus.GRANTED, revision
    reopening.answered_at, reopening.answered_by = now, by
    reopening.save()
    # The database lets a case out of a terminal state only with the grant that was stored right before.
    _transition.apply(
        submission, "reopen", actor=Actor.SECOND_PERSON, by=by, now=now, reopening=reopening.public_id,
        why=reopening.why, trigger=reopening.trigger, asked_by=reopening.asked_by.public_id,
        reason=digest(reopening.reason), revision=revision.number,
    )  # fmt: skip
    forget_mails(submission, now)
    notices.granted(submission, reopening, now=now)
    return revision


def forget_mails(submission: Submission, now: datetime) -> None:
    """Nobody is asked any more to answer what was answered."""
    outbox.cancel(about=submission.reference, template_prefix="reopening.asked", now=now)
