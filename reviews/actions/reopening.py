"""Asking that a case is opened again, and answering that. Opening it lies in ``_reopening.py``, for every way to it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import reopening as access
from reviews.actions import _transition
from reviews.actions._reopening import forget_mails, open_again
from reviews.actions._transition import action, check_seen
from reviews.models import Reopening, Revision, Submission
from reviews.notices import reopening as notices
from reviews.queries import clearance
from reviews.queries import reopening as queries
from reviews.queries.head import Head
from reviews.rules import reopening as rules
from reviews.rules.errors import RuleBroken
from reviews.rules.states import Reopened, RequestStatus, State


@action
def ask(*, submission: Submission, reason: str, version: int, by: User, now: datetime) -> Reopening:
    """An author asks for an amendment of a decided case, or to go on with a withdrawn one that was submitted once.

    Nothing changes before somebody on the board grants it. Raises ``NotNow`` for another state and while a request
    waits, ``RuleBroken`` without a reason and where nobody could answer.
    """
    submission = _transition.lock(submission)
    access.check_can_ask(by, submission)
    check_seen(version, submission.version)
    why = rules.of_authors(State(submission.state))
    check_for_now(submission, why)
    return _ask(submission, why, reason=reason, by=by, now=now)


@action
def ask_re_review(
    *, submission: Submission, trigger: str, reason: str, version: int, by: User, now: datetime
) -> Reopening:
    """The coordinator or the chair asks that a decided case is judged again, and names what makes it necessary.

    Raises ``NotNow`` for another state and while a request waits, ``RuleBroken`` for a trigger that does not stand,
    without a reason, and where nobody could answer.
    """
    submission = _transition.lock(submission)
    access.check_can_ask_re_review(by, submission)
    check_seen(version, submission.version)
    check_for_now(submission, Reopened.RE_REVIEW)
    if trigger not in queries.may_name(Head(submission, now)):
        raise RuleBroken(_("Choose what makes it necessary."), code="trigger", field="trigger")
    return _ask(submission, Reopened.RE_REVIEW, trigger=trigger, reason=reason, by=by, now=now)


@action
def grant(*, reopening: Reopening, version: int, by: User, now: datetime) -> Revision:
    """Open the case for its authors, as the second person: the next revision, under the policy in force.

    The decision before stays as it is. Raises ``Denied`` for who asked, ``NotNow`` once it is answered.
    """
    submission, reopening = _lock(reopening)
    access.check_can_answer(by, submission, reopening)
    check_seen(version, submission.version)
    return open_again(submission, reopening, by=by, now=now)


@action
def refuse(*, reopening: Reopening, reason: str, version: int, by: User, now: datetime) -> Reopening:
    """Leave the case closed, with a reason for whoever asked. Raises ``Denied`` for who asked, ``NotNow`` once it is
    answered."""
    submission, reopening = _lock(reopening)
    access.check_can_answer(by, submission, reopening)
    check_seen(version, submission.version)
    if not reason.strip():
        raise RuleBroken(_("Whoever asked needs your reason."), code="reason", field="reason")
    _close(reopening, RequestStatus.REFUSED, answer=reason.strip(), by=by, now=now)
    _transition.note(
        submission, _event(reopening, "refused"), by=by, now=now, reopening=reopening.public_id, why=reopening.why,
        reason=digest(reason.strip()),
    )  # fmt: skip
    forget_mails(submission, now)
    notices.refused(submission, reopening, now=now)
    return reopening


@action
def take_back(*, reopening: Reopening, by: User, now: datetime) -> Reopening:
    """End one's own request; it stays on record. Raises ``NotNow`` once it is answered."""
    submission, reopening = _lock(reopening)
    access.check_can_take_back(by, submission, reopening)
    _close(reopening, RequestStatus.TAKEN_BACK, answer="", by=by, now=now)
    _transition.note(
        submission, _event(reopening, "taken_back"), by=by, now=now, reopening=reopening.public_id, why=reopening.why
    )
    forget_mails(submission, now)
    return reopening


def _ask(
    submission: Submission, why: Reopened, *, reason: str, by: User, now: datetime, trigger: str = ""
) -> Reopening:
    if not reason.strip():
        text = _("Say why it is to be judged again.") if trigger else _("Say what will change.")
        raise RuleBroken(text, code="reason", field="reason")
    reopening = Reopening(
        submission=submission, why=why, trigger=trigger, reason=reason.strip(), asked_at=now, asked_by=by
    )
    if not access.who_answers(submission, reopening):
        text = _("Nobody else on the board could answer this now. Ask an administrator to appoint somebody.")
        raise RuleBroken(text, code="nobody")
    reopening.save(force_insert=True)
    _transition.note(
        submission, _event(reopening, "asked"), by=by, now=now, reopening=reopening.public_id, why=why, trigger=trigger,
        reason=digest(reopening.reason),
    )  # fmt: skip
    notices.asked(submission, reopening, now=now)
    return reopening


def check_for_now(submission: Submission, why: Reopened) -> None:
    """Whether a request of this kind is for now. Raises ``NotNow``."""
    rules.check_can_be_asked(
        why,
        State(submission.state),
        was_submitted=submission.submitted_at is not None,
        is_ruled=clearance.ruling().filter(submission=submission).exists(),
        has_open=queries.open_request(submission) is not None,
    )


def _lock(reopening: Reopening) -> tuple[Submission, Reopening]:
    submission = _transition.lock(reopening.submission)
    return submission, Reopening.objects.select_related("asked_by").get(pk=reopening.pk)


def _close(reopening: Reopening, status: RequestStatus, *, answer: str, by: User, now: datetime) -> None:
    reopening.status, reopening.answer = status, answer
    reopening.answered_at, reopening.answered_by = now, by
    reopening.save(update_fields=["status", "answer", "answered_at", "answered_by"])


def _event(reopening: Reopening, what: str) -> str:
    """Events of their own for re-reviews, of which authors learn once the case is open."""
    return f"{'reopening' if reopening.is_of_authors else 're_review'}.{what}"
