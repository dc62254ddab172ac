"""Giving a case to another committee. Everything of the committee before ends; what was written stays on record."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import transfer as access
from reviews.access.committee import acting
from reviews.actions import _assess, _ties, _transition
from reviews.actions._packs import lock_committee
from reviews.actions._recount import count_without
from reviews.actions._revisions import reopen
from reviews.actions._transition import action
from reviews.models import Assessment, Assignment, Committee, PolicyVersion, Revision, Submission, Transfer
from reviews.notices import evidence as evidence_notices
from reviews.notices import transfer as notices
from reviews.queries.appeal import heard_by
from reviews.queries.assessment import current
from reviews.queries.questionnaire import policy_change
from reviews.queries.transfer import words_to_authors
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import LIVE_ASSIGNMENT, SEATED_ASSIGNMENT, AssignmentStatus, CommitteeRole
from reviews.rules.workflow import Actor

ELSEWHERE = gettext_noop("Somebody gave this case to another committee a moment ago. Nothing of yours was saved.")


@action
def transfer(
    *, submission: Submission, target: Committee, reason: str, by: User, version: int, now: datetime
) -> Submission:
    """Give a case to another committee, where it is scored anew; the old one loses sight of it at once.

    Where the target works by the policy of the revision, the case waits there for its coordinator. Where it works by
    another one, the case goes back to its authors with a revision for that policy. Raises ``Stale`` for the second of
    two, ``RuleBroken`` for a committee that cannot take it.
    """
    seen = submission.committee_id
    submission = _transition.lock(submission)
    if submission.committee_id != seen:
        raise Stale(_(ELSEWHERE), code="stale")
    access.check_can_transfer(by, submission)
    _transition.check_seen(version, submission.version)
    # Until the case has arrived nobody leaves the committee, and no other policy comes into force there.
    target = lock_committee(target)
    policy = _check_target(submission, target)
    if not reason.strip():
        raise RuleBroken(_("Please say why the case goes there."), code="reason", field="reason")
    revision, source = submission.revision, submission.committee
    assert revision is not None
    ended = _end_seats(submission, now=now)
    submission.stand_ins.filter(ended_at=None).update(ended_at=now, ended_by=by)
    revision.tier_proposals.filter(confirmed_at=None, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    _transition.apply(
        submission,
        "transfer",
        actor=Actor.COORDINATOR,
        by=by,
        now=now,
        source=source.public_id,
        target=target.public_id,
        reason=digest(reason),
        seats=[row.public_id for row in ended],
    )
    Transfer.objects.create(
        submission=submission,
        source=source,
        target=target,
        reason=reason.strip(),
        transferred_at=now,
        transferred_by=by,
    )
    # The voting members of the new committee see nothing before a deliberation of their own.
    submission.committee, submission.deliberation_opened_at = target, None
    submission.save(update_fields=["committee", "deliberation_opened_at"])
    _ties.detect(submission, now=now)
    count_without(submission, heard_by(submission), now=now)
    if revision.policy_id == policy.pk:
        _score_anew(submission, revision, now=now)
        notices.moved(submission, ended, now=now)
    else:
        _hand_back(submission, revision, policy, now=now)
        notices.handed_back(submission, ended, now=now)
    return submission


def _check_target(submission: Submission, target: Committee) -> PolicyVersion:
    """The policy by which the committee would judge. Raises ``RuleBroken`` where it cannot take this case."""
    if target.pk == submission.committee_id:
        raise RuleBroken(_("The case is with this committee already."), code="same_committee", field="target")
    if target.policy is None:
        raise RuleBroken(
            _("This committee has not adopted a policy yet, so it takes no cases."), code="no_policy", field="target"
        )
    if not acting(submission, CommitteeRole.COORDINATOR, where=target.pk):
        raise RuleBroken(
            _("Nobody in this committee can coordinate this case. Choose another one, or ask an administrator."),
            code="nobody",
            field="target",
        )
    return target.policy


def _end_seats(submission: Submission, *, now: datetime) -> list[Assignment]:
    """End every seat on every revision, filed ones too; returns those on which something was still owed.

    Sight and counting follow the status, so neither outlasts the transfer. Reviews stay where they were written.
    """
    seats = Assignment.objects.filter(submission=submission, status__in=SEATED_ASSIGNMENT)
    live = list(seats.filter(status__in=LIVE_ASSIGNMENT).select_related("reviewer", "submission"))
    note = _("The case went to another committee.")
    seats.end(AssignmentStatus.REPLACED, now, note=note)
    for prefix in ("assignment.", "reminder."):
        outbox.cancel(about=submission.reference, template_prefix=prefix, now=now)
    return live


def _score_anew(submission: Submission, revision: Revision, *, now: datetime) -> None:
    """The same scoring once more, without what the committee before made of it; holds are its officers' now."""
    before = current(revision)
    made = _assess.score(revision, by=None, now=now, basis=Assessment.Basis.TRANSFER)
    _transition.note(submission, "assessment.scored_anew", by=None, now=now, before=before.tier, tier=made.tier)
    _assess.ask(submission, revision, made, by=None, now=now)
    evidence_notices.placed(list(revision.holds.filter(cleared_at=None)), submission, now=now)


def _hand_back(submission: Submission, revision: Revision, policy: PolicyVersion, *, now: datetime) -> None:
    """The next revision, pinned to the policy of the new committee, with everything of this one in it."""
    change = policy_change(revision.policy.pack, policy.pack)
    assert change is not None
    _transition.apply(submission, "return_for_policy", actor=Actor.SYSTEM, by=None, now=now, policy=policy.sha256)
    reopen(submission, reason=words_to_authors(change, submission.committee), now=now, policy=policy)
