"""Who appoints somebody to stand in on one case, and who ends that: chair or deputy, never for themselves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_not_excluded, holders
from reviews.models import Motion, StandIn, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import AWAY_FROM_BOARD, VOTING, CommitteeRole, MotionStatus, State


def check_can_appoint(user: User, submission: Submission) -> None:
    """Chair or deputy, unless they stand outside the case; while it is open. Raises ``Denied`` or ``NotNow``."""
    check_not_excluded(user, submission)
    leading = holders(submission, [CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR])
    if user.pk not in {person.pk for person in leading}:
        raise Denied(_("The chair or the deputy appoints who stands in."), code="chair_only")
    if State(submission.state) in AWAY_FROM_BOARD:
        raise NotNow(_("The board has nothing to do on this case now."), code="wrong_state")


def check_can_end(user: User, submission: Submission, row: StandIn) -> None:
    """As ``check_can_appoint``; not for oneself, and no voter leaves an open ballot. Raises ``Denied``, ``NotNow``."""
    check_can_appoint(user, submission)
    if row.user_id == user.pk:
        raise Denied(_("Somebody else ends what was given to you."), code="oneself")
    if row.ended_at is not None:
        raise NotNow(_("This has ended."), code="ended")
    is_voted_on = Motion.objects.filter(revision=submission.revision, status=MotionStatus.OPEN).exists()
    if row.role in VOTING and is_voted_on:
        raise NotNow(_("A motion is being voted on. Nobody leaves the board before the ballot closes."), code="ballot")
