"""Who reads which version of a letter, who sees one before it is made, and who writes what goes into it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_acts_as_coordinator, holders, roles_held
from reviews.access.motion import behind
from reviews.models import Committee, Decision, Submission
from reviews.rules.errors import Denied
from reviews.rules.letter import Variant
from reviews.rules.states import RUNNING, CommitteeRole
from reviews.rules.visibility import Level, Sight

# The full version has the title and what was written to the authors, which the level of the record has not.
LEVELS: Mapping[Variant, Level] = {Variant.FULL: Level.CASE, Variant.SHAREABLE: Level.SUMMARY}
WRITES = frozenset({CommitteeRole.COORDINATOR, CommitteeRole.CHAIR})


def can_read(sight: Sight, variant: Variant) -> bool:
    """Whether somebody who sees this much of a case reads this version of its letters."""
    return sight.level >= LEVELS[variant]


def check_can_write_template(user: User, committee: Committee) -> None:
    """Coordinator and chair of the committee write the text of its letters. Raises ``Denied``."""
    if not user.is_active or not roles_held(user, committee.pk) & WRITES:
        raise Denied(_("Only the coordinator or the chair changes the text of the letters."), code="writers_only")


def check_can_preview_motion(user: User, submission: Submission) -> None:
    """Those who run the committee see the letter before there is a decision. Raises ``Denied``."""
    if not _runs(user, submission):
        raise Denied(_("Only those who sign and those who run the committee see a letter before."), code="no_preview")


def check_can_preview(user: User, submission: Submission, decision: Decision) -> None:
    """Those who run the committee, and who signs a seat or has signed one. Raises ``Denied``."""
    seats = list(decision.sign_offs.all())
    if _runs(user, submission) or any(seat.signed_by_id == user.pk for seat in seats):
        return
    shut = behind(decision.motion)
    if not any(acts_as(user, submission, CommitteeRole(seat.seat), without=shut) for seat in seats):
        raise Denied(_("Only those who sign and those who run the committee see a letter before."), code="no_preview")


def _runs(user: User, submission: Submission) -> bool:
    return any(person.pk == user.pk for person in holders(submission, RUNNING))


def check_can_share_reasons(user: User, submission: Submission) -> None:
    """The coordinator of the case writes what of the reasons may be shared. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)
