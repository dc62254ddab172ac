"""Who puts a question about a case to a second body, and who records what it answered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import holders
from reviews.models import Submission
from reviews.rules.errors import Denied
from reviews.rules.states import RUNNING


def check_can_refer(user: User, submission: Submission) -> None:
    """Coordinator, chair and deputy of the case, without conflict: each of them speaks for it outside.

    The same people record the answer and take a question back. Raises ``Denied``.
    """
    if not any(person.pk == user.pk for person in holders(submission, RUNNING)):
        raise Denied(_("Only those who run the committee ask another body about a case."), code="runners_only")
