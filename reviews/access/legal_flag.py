"""Who notes what was done about a law that may apply."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acting, check_not_excluded, holders
from reviews.access.submission import can_view
from reviews.models import Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import CommitteeRole, State
from reviews.rules.visibility import Level


def noting(submission: Submission) -> list[User]:
    """The committee's legal officers who see into the case; where there are none, coordinator and chair."""
    officers = holders(submission, [CommitteeRole.LEGAL_OFFICER])
    found = [person for person in officers if can_view(person, submission, Level.CASE)]
    return found or acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)


def check_open(submission: Submission, revision_id: int) -> None:
    """The flags of the revision that the case has now are noted, also after its decision; those of a withdrawn case
    no more. Raises ``NotNow``."""
    if submission.state == State.WITHDRAWN or revision_id != submission.revision_id:
        raise NotNow(_("This belongs to a revision that is no longer open."), code="closed")


def check_can_note(user: User, submission: Submission) -> None:
    """As ``noting``; never an author, nor whoever stands aside. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if user not in noting(submission):
        raise Denied(
            _("The legal officer notes this; where none sees the case, its coordinator or chair."), code="legal_only"
        )
