"""Who asks that a case is opened again, and who else grants or refuses it. Always two people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_not_excluded, holders, runs
from reviews.access.submission import can_view, check_is_author, is_author
from reviews.access.twin import can
from reviews.models import Reopening, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import RUNNING, VOTING, CommitteeRole, Reopened
from reviews.rules.visibility import Level

# An author's request is the business of those who run the committee, a re-review that of its board.
ANSWERS = {
    Reopened.AMENDMENT: RUNNING,
    Reopened.RESUMED: RUNNING,
    Reopened.RE_REVIEW: VOTING | {CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR},
}


def check_can_ask(user: User, submission: Submission) -> None:
    """An author asks for an amendment, or to go on with a withdrawn case. Raises ``Denied``."""
    check_is_author(user, submission)


def check_can_ask_re_review(user: User, submission: Submission) -> None:
    """The coordinator or the chair, or who stands in for them. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if not runs(user, submission):
        raise Denied(_("The coordinator or the chair asks for a re-review."), code="runners_only")


def check_can_answer(user: User, submission: Submission, reopening: Reopening) -> None:
    """Who may grant or refuse a request: a role for its kind, sight of the material, and not who asked.

    Raises ``Denied``, or ``NotNow`` once it is answered.
    """
    check_not_excluded(user, submission)
    if reopening.asked_by_id == user.pk:
        raise Denied(_("You asked for this, so somebody else answers."), code="asker")
    if user not in holders(submission, ANSWERS.get(Reopened(reopening.why), frozenset())):
        raise Denied(_("This request is answered by somebody else on the board."), code="second_person")
    if not can_view(user, submission, Level.MATERIAL):
        raise Denied(_("Who does not see the case does not open it."), code="unseen")
    check_open(reopening)


def who_answers(submission: Submission, reopening: Reopening) -> list[User]:
    """Everybody who may answer a request now: whose turn it is."""
    roles = ANSWERS.get(Reopened(reopening.why), frozenset())
    return [person for person in holders(submission, roles) if can(check_can_answer, person, submission, reopening)]


def check_can_take_back(user: User, submission: Submission, reopening: Reopening) -> None:
    """Who asked, and any other author where an author did. Raises ``Denied``, or ``NotNow`` once it is answered."""
    if reopening.why == Reopened.RE_REVIEW:
        check_not_excluded(user, submission)
        is_side = reopening.asked_by_id == user.pk
    else:
        is_side = user.is_active and is_author(user, submission)
    if not is_side:
        raise Denied(_("Only who asked for this takes it back."), code="asker_only")
    check_open(reopening)


def check_open(reopening: Reopening) -> None:
    """A request is answered once. Raises ``NotNow``."""
    if not reopening.is_open:
        raise NotNow(_("This request was answered already."), code="answered")
