"""Questions of the board to the authors. The clock is stopped from the question to its answer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import deliberation as access
from reviews.actions import _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Inquiry, Pause, Revision, Submission
from reviews.notices import deliberation as notices
from reviews.rules import questionnaire
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import TERMINAL, State

OPEN_STATES = frozenset({State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION})


@action
def ask(*, submission: Submission, text: str, question: str = "", by: User, now: datetime) -> Inquiry:
    """Ask the authors, about the case or about one answer (``question``). The state stays; no revision is opened.

    Raises ``RuleBroken`` without a text, or for a question that this revision is not asked.
    """
    submission = _transition.lock(submission)
    access.check_can_ask(by, submission)
    if submission.state not in OPEN_STATES:
        raise NotNow(_("The authors are asked between submission and decision."), code="wrong_state")
    if not text.strip():
        raise RuleBroken(_("Write your question."), code="text", field="text")
    assert submission.revision is not None
    _check_question(submission.revision, question)
    pause = Pause.objects.create(submission=submission, why=Pause.Why.ASKED, since_at=now)
    inquiry = Inquiry.objects.create(
        revision=submission.revision, pause=pause, question_key=question, text=text.strip(), asked_at=now, asked_by=by
    )
    about = {"question": question} if question else {}
    _transition.note(submission, "inquiry.asked", by=by, now=now, inquiry=inquiry.public_id, text=digest(text), **about)
    notices.asked(inquiry, submission, now=now)
    return inquiry


@action
def answer(*, inquiry: Inquiry, text: str, by: User, now: datetime) -> Inquiry:
    """Answer for the authors; the clock runs again once no question is open."""
    submission = _transition.lock(inquiry.revision.submission)
    access.check_can_answer(by, submission)
    inquiry.refresh_from_db()
    if inquiry.answered_at is not None:
        raise NotNow(_("This question was answered already."), code="answered")
    if submission.state in TERMINAL or inquiry.revision_id != submission.revision_id:
        raise NotNow(_("The case has moved on; this question needs no answer any more."), code="closed")
    if not text.strip():
        raise RuleBroken(_("Write your answer."), code="text", field="text")
    inquiry.answer, inquiry.answered_at, inquiry.answered_by = text.strip(), now, by
    inquiry.save()
    Pause.objects.filter(pk=inquiry.pause_id).end(now)
    _transition.note(submission, "inquiry.answered", by=by, now=now, inquiry=inquiry.public_id, text=digest(text))
    notices.answered(inquiry, submission, now=now)
    advance(submission, now=now)
    return inquiry


def _check_question(revision: Revision, question: str) -> None:
    """An answer that the authors were not asked for stands on no page, and so would a question about it."""
    if question and question not in questionnaire.shown(revision.policy.pack, revision.response.answers):
        text = _("This case is not asked that question. Choose another one, or ask about the whole case.")
        raise RuleBroken(text, code="question", field="question")
