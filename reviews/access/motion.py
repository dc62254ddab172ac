"""Who puts a motion, who votes, who closes the ballot."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_not_excluded, holders
from reviews.models import Motion, Submission
from reviews.rules.errors import Denied
from reviews.rules.states import VOTING, AssignmentStatus, CommitteeRole


def behind(motion: Motion) -> frozenset[int]:
    """Who stands behind a motion, by key: its mover, or the reviewers whose one mind it is. They sign nothing."""
    if motion.put_by_id is not None:
        return frozenset({motion.put_by_id})
    seated = motion.revision.assignments.filter(status=AssignmentStatus.DONE)
    return frozenset(seated.values_list("reviewer_id", flat=True))


def check_can_put(user: User, submission: Submission) -> None:
    """The coordinator or a voting member. Raises ``Denied``."""
    check_not_excluded(user, submission)
    is_voter = any(person.pk == user.pk for person in holders(submission, VOTING))
    if not is_voter and not acts_as(user, submission, CommitteeRole.COORDINATOR):
        raise Denied(_("A motion is put by the coordinator or a voting member."), code="mover_only")


def check_can_vote(user: User, submission: Submission) -> None:
    """A voting member without conflict. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if not any(person.pk == user.pk for person in holders(submission, VOTING)):
        raise Denied(_("Only voting members of this committee vote."), code="voters_only")


def check_can_withdraw(user: User, submission: Submission, motion: Motion) -> None:
    """Whoever put the motion takes it back. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if motion.put_by_id != user.pk:
        raise Denied(_("Only the person who put this motion can take it back."), code="mover_only")


def check_can_close(user: User, submission: Submission, motion: Motion) -> None:
    """The chair closes a ballot; the deputy where the chair put the motion. Raises ``Denied``."""
    if not acts_as(user, submission, CommitteeRole.CHAIR, without=behind(motion)):
        raise Denied(
            _("The chair closes the ballot; the deputy does so where the chair put the motion."), code="chair_only"
        )
