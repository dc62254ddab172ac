"""Appeals: filed by authors in time, heard by people who did not rule on the case, taken back by authors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import appeal as access
from reviews.actions import _appeals, _ties, _transition
from reviews.actions._transition import action
from reviews.models import Appeal, AppealJudge, AppealOpinion, Submission
from reviews.notices import appeal as notices
from reviews.queries import appeal as queries
from reviews.rules.appeal import Opinion, Status
from reviews.rules.errors import NotNow, RuleBroken

WHY_NOT = {
    "not_in_force": gettext_noop("No decision is in force that could be appealed."),
    "nothing_to_appeal": gettext_noop("The decision gives everything that was asked, so there is nothing to appeal."),
    "used_up": gettext_noop("This version was appealed already; a new version can be appealed again."),
    "open": gettext_noop("An appeal against this decision is heard already."),
    "too_late": gettext_noop("The days for an appeal are over."),
}
NO_JUDGE = {
    "oneself": gettext_noop("Choose somebody else than yourself."),
    "inactive": gettext_noop("This account is closed."),
    "judges_already": gettext_noop("This person hears the appeal already."),
    "prior_ruling": gettext_noop("This person had a part in the decision, so somebody else hears the appeal."),
    "conflict": gettext_noop("This person has a conflict of interest with the case."),
    "tie": gettext_noop("Something ties this person to the authors; it has not been settled."),
    "of_committee": gettext_noop("This person serves on the committee of the case. Choose somebody from outside it."),
}
OVER = gettext_noop("This appeal is over.")


def check_fileable(submission: Submission, now: datetime) -> queries.Filing:
    """What an appeal that is filed now would be about. Raises ``NotNow``."""
    found = queries.filing(submission, now=now)
    if found.code:
        raise NotNow(_(WHY_NOT[found.code]), code=found.code)
    return found


@action
def file(*, submission: Submission, grounds: Sequence[str], text: str, by: User, now: datetime) -> Appeal:
    """Appeal against the decision in force; from now on nothing more is released until it is decided.

    The members who had no part in the decision hear it where the policy does not ask for a panel and enough of them are
    left; nobody with a tie to the authors is among them. Otherwise somebody appoints who hears it.
    """
    submission = _transition.lock(submission)
    access.check_can_file(by, submission)
    found = check_fileable(submission, now)
    assert found.decision is not None
    assert found.rule is not None
    if not grounds or not set(grounds) <= set(found.rule.grounds):
        raise RuleBroken(_("Choose at least one ground."), code="grounds", field="grounds")
    if not text.strip():
        raise RuleBroken(_("Say what was wrong, or what is new."), code="text", field="text")
    _ties.detect_voters(submission, now=now)
    people = queries.members(submission)
    hearing = queries.hearing(found.decision, people)
    row = Appeal.objects.create(
        submission=submission,
        decision=found.decision,
        revision=found.decision.revision,
        number=Appeal.objects.filter(revision=found.decision.revision).count() + 1,
        grounds=[ground for ground in found.rule.grounds if ground in grounds],
        text=text.strip(),
        filed_at=now,
        filed_by=by,
        due_at=queries.decide_by(submission, found.rule, now=now),
        size=hearing.size,
        appointing_role=queries.appointing_role(found.rule),
    )
    if hearing.by_members:
        AppealJudge.objects.bulk_create(AppealJudge(appeal=row, user=one, appointed_at=now) for one in people)
    _transition.note(
        submission,
        "appeal.filed",
        by=by,
        now=now,
        appeal=row.public_id,
        decision=found.decision.public_id,
        grounds=row.grounds,
        text=digest(row.text),
        judges=[one.public_id for one in people] if hearing.by_members else [],
    )
    notices.filed(row, submission, now=now)
    return row


@action
def appoint(*, appeal: Appeal, person: User, by: User, now: datetime) -> AppealJudge:
    """As long as judges are missing, somebody from outside the committee and without a tie to the authors hears it."""
    submission = _transition.lock(appeal.submission)
    access.check_can_appoint(by, submission, appeal)
    check_open(appeal)
    if queries.count(appeal, submission).is_whole:
        raise NotNow(_("Enough people hear this appeal already."), code="whole")
    code = queries.why_no_judge(person, appeal, submission, by, now=now)
    if code:
        raise RuleBroken(_(NO_JUDGE[code]), code=code, field="person")
    row = AppealJudge.objects.create(appeal=appeal, user=person, appointed_at=now, appointed_by=by)
    _transition.note(
        submission, "appeal.judge_appointed", by=by, now=now, appeal=appeal.public_id, person=person.public_id
    )
    notices.appointed(appeal, submission, [person], now=now)
    _appeals.settle(submission, now=now)
    return row


@action
def judge(*, appeal: Appeal, opinion: Opinion, reason: str, by: User, now: datetime) -> AppealOpinion:
    """Say whether the appeal is upheld, and why, or say something else while it is open.

    With the vote after which nothing can change the result it is written down, and what follows happens.
    """
    submission = _transition.lock(appeal.submission)
    access.check_can_judge(by, submission, appeal)
    check_open(appeal)
    if opinion not in list(Opinion):
        raise RuleBroken(_("Choose whether the appeal is upheld."), code="opinion", field="opinion")
    if not reason.strip():
        raise RuleBroken(_("Give your reasons; they stay on the record."), code="reason", field="reason")
    row, is_new = AppealOpinion.objects.update_or_create(
        appeal=appeal, judge=by, defaults={"opinion": opinion, "reason": reason.strip(), "given_at": now}
    )
    _transition.note(
        submission, "appeal.judged", by=by, now=now, appeal=appeal.public_id, again=not is_new, reason=digest(reason)
    )
    _appeals.settle(submission, by=by, now=now)
    return row


@action
def withdraw(*, appeal: Appeal, by: User, now: datetime) -> Appeal:
    """An author takes the appeal back; it counts as the one of this version."""
    submission = _transition.lock(appeal.submission)
    access.check_can_file(by, submission)
    check_open(appeal)
    appeal.status, appeal.ended_at, appeal.withdrawn_by = Status.WITHDRAWN, now, by
    appeal.save(update_fields=["status", "ended_at", "withdrawn_by"])
    _transition.note(submission, "appeal.withdrawn", by=by, now=now, appeal=appeal.public_id)
    _appeals.forget_mails(submission, now)
    notices.withdrawn(appeal, submission, now=now)
    return appeal


def check_open(appeal: Appeal) -> None:
    """Nothing is done about an appeal that is over. Raises ``NotNow``."""
    appeal.refresh_from_db()
    if not appeal.is_open:
        raise NotNow(_(OVER), code="over")
