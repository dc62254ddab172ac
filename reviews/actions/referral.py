"""Questions to a second body: put, answered, taken back. The case waits for none of them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import referral as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Referral, Submission
from reviews.notices import referral as notices
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import Finding, State


@action
def refer(*, submission: Submission, body: str, question: str, by: User, now: datetime) -> Referral:
    """Note that another body was asked, and what. The state stays and the clock goes on."""
    submission = _transition.lock(submission)
    access.check_can_refer(by, submission)
    check_open(submission)
    if not body.strip():
        raise RuleBroken(_("Say who is asked."), code="body", field="body")
    if not question.strip():
        raise RuleBroken(_("Write your question."), code="question", field="question")
    referral = Referral.objects.create(
        submission=submission, body=body.strip(), question=question.strip(), sent_at=now, sent_by=by
    )
    _transition.note(
        submission,
        "referral.sent",
        by=by,
        now=now,
        referral=referral.public_id,
        body=digest(body),
        question=digest(question),
    )
    notices.sent(referral, submission, now=now)
    return referral


@action
def record_answer(*, referral: Referral, finding: str, answer: str, by: User, now: datetime) -> Referral:
    """Record what the body found, once. A question that is open can be answered whatever became of the case."""
    submission = _transition.lock(referral.submission)
    access.check_can_refer(by, submission)
    referral.refresh_from_db()
    _check_awaited(referral)
    if finding not in list(Finding):
        raise RuleBroken(_("Choose what the body found."), code="finding", field="finding")
    if not answer.strip():
        raise RuleBroken(_("Write down the answer."), code="answer", field="answer")
    referral.finding, referral.answer = finding, answer.strip()
    referral.answered_at, referral.answered_by = now, by
    referral.save()
    _transition.note(
        submission,
        "referral.answered",
        by=by,
        now=now,
        referral=referral.public_id,
        finding=referral.finding,
        answer=digest(answer),
    )
    notices.answered(referral, submission, by=by, now=now)
    return referral


@action
def take_back(*, referral: Referral, by: User, now: datetime) -> Referral:
    """End a question that was put in vain; it stays in the list."""
    submission = _transition.lock(referral.submission)
    access.check_can_refer(by, submission)
    referral.refresh_from_db()
    _check_awaited(referral)
    referral.withdrawn_at, referral.withdrawn_by = now, by
    referral.save()
    _transition.note(submission, "referral.taken_back", by=by, now=now, referral=referral.public_id)
    return referral


def check_open(submission: Submission) -> None:
    """Others are asked about a case that was submitted and not withdrawn. Raises ``NotNow``."""
    if submission.submitted_at is None or submission.state == State.WITHDRAWN:
        raise NotNow(_("Another body is asked once a case is submitted, and not after it was withdrawn."), code="state")


def _check_awaited(referral: Referral) -> None:
    if referral.answered_at is not None:
        raise NotNow(_("The answer to this question was recorded already."), code="answered")
    if referral.withdrawn_at is not None:
        raise NotNow(_("This question was taken back."), code="taken_back")
