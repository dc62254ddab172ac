"""Who asks the authors and who answers for them; who asks people who stand aside, and that these answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator
from reviews.access.submission import check_is_author
from reviews.models import Inquiry, Submission
from reviews.rules.errors import Denied, NotNow


def check_can_ask(user: User, submission: Submission) -> None:
    """The coordinator asks for the board. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def check_can_answer(user: User, submission: Submission) -> None:
    """Any author answers. Raises ``Denied``."""
    check_is_author(user, submission)


def check_can_ask_outside(user: User, submission: Submission) -> None:
    """The coordinator asks people who stand aside, where the policy of the case lets these give information. Raises
    ``Denied`` or ``NotNow``."""
    check_acts_as_coordinator(user, submission)
    assert submission.revision is not None
    if not submission.revision.policy.pack.decision.conflicted_member["may_give_information_when_asked"]:
        text = _("The policy of this case lets nobody who stands aside give information.")
        raise NotNow(text, code="not_by_policy")


def check_can_inform(user: User, inquiry: Inquiry) -> None:
    """The one person who was asked, with an open account. Raises ``Denied``."""
    if not user.is_active or inquiry.asked_of_id != user.pk:
        raise Denied(_("This question was asked of somebody else."), code="not_asked")
