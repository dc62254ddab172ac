"""Questions of the board: to the authors, where the clock is stopped from the question to its answer, and to people who
stand outside the case, for whom nothing waits."""

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
from reviews.queries import deliberation as queries
from reviews.rules import questionnaire
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.states import State

OPEN_STATES = frozenset({State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION})


@action
def ask(*, submission: Submission, text: str, question: str = "", by: User, now: datetime) -> Inquiry:
    """Ask the authors, about the case or about one answer (``question``). The state stays; no revision is opened.

    Raises ``RuleBroken`` without a text, or for a question that this revision is not asked.
    """
    submission = _transition.lock(submission)
    access.check_can_ask(by, submission)
    _check_question_given(submission, text)
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
    if inquiry.pause_id is None:
        raise Denied(_("This question was asked of somebody else."), code="not_asked")
    _write_answer(inquiry, submission, text, by, now)
    Pause.objects.filter(pk=inquiry.pause_id).end(now)
    _transition.note(submission, "inquiry.answered", by=by, now=now, inquiry=inquiry.public_id, text=digest(text))
    notices.answered(inquiry, submission, now=now)
    advance(submission, now=now)
    return inquiry


@action
def ask_outside(*, submission: Submission, person: User, text: str, by: User, now: datetime) -> Inquiry:
    """Ask somebody who stands outside the case for information; the clock runs on, since the authors owe nothing.

    They read the reference and the question, and see no more of the case than before. Raises ``RuleBroken`` for
    somebody who does not stand aside, or without a text.
    """
    submission = _transition.lock(submission)
    access.check_can_ask_outside(by, submission)
    _check_question_given(submission, text)
    if person not in queries.outsiders(submission):
        raise RuleBroken(_("This person does not stand aside from the case."), code="not_aside", field="person")
    assert submission.revision is not None
    inquiry = Inquiry.objects.create(
        revision=submission.revision, asked_of=person, text=text.strip(), asked_at=now, asked_by=by
    )
    _transition.note(
        submission, "inquiry.put_outside", by=by, now=now, inquiry=inquiry.public_id, person=person.public_id,
        text=digest(text),
    )  # fmt: skip
    notices.asked_outside(inquiry, submission, now=now)
    return inquiry


@action
def inform(*, inquiry: Inquiry, text: str, by: User, now: datetime) -> Inquiry:
    """Answer as somebody who stands outside the case. It changes nothing else."""
    submission = _transition.lock(inquiry.revision.submission)
    inquiry.refresh_from_db()
    access.check_can_inform(by, inquiry)
    if by not in queries.outsiders(submission):
        raise NotNow(_("You do not stand aside from this case any more; the coordinator asks anew."), code="not_aside")
    _write_answer(inquiry, submission, text, by, now)
    _transition.note(submission, "inquiry.informed", by=by, now=now, inquiry=inquiry.public_id, text=digest(text))
    notices.informed(inquiry, submission, now=now)
    return inquiry


def _check_question_given(submission: Submission, text: str) -> None:
    if submission.state not in OPEN_STATES:
        raise NotNow(_("Questions are asked between submission and decision."), code="wrong_state")
    if not text.strip():
        raise RuleBroken(_("Write your question."), code="text", field="text")


def _write_answer(inquiry: Inquiry, submission: Submission, text: str, by: User, now: datetime) -> None:
    """Once, while the case stands where the question was asked."""
    if inquiry.answered_at is not None:
        raise NotNow(_("This question was answered already."), code="answered")
    if not queries.is_open(inquiry, submission):
        raise NotNow(_("The case has moved on; this question needs no answer any more."), code="closed")
    if not text.strip():
        raise RuleBroken(_("Write your answer."), code="text", field="text")
    inquiry.answer, inquiry.answered_at, inquiry.answered_by = text.strip(), now, by
    inquiry.save()


def _check_question(revision: Revision, question: str) -> None:
    """An answer that the authors were not asked for stands on no page, and so would a question about it."""
    if question and question not in questionnaire.shown(revision.policy.pack, revision.response.answers):
        text = _("This case is not asked that question. Choose another one, or ask about the whole case.")
        raise RuleBroken(text, code="question", field="question")
