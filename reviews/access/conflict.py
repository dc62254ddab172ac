"""Who declares a conflict. Nobody withdraws one about themselves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.submission import is_author, sight
from reviews.models import Submission
from reviews.rules.errors import Denied
from reviews.rules.visibility import Level


def check_can_declare(user: User, submission: Submission) -> None:
    """Everybody who sees anything of a case may declare a conflict about themselves. Raises ``Denied``.

    Authors need not: they are set aside by being authors.
    """
    if is_author(user, submission):
        raise Denied(_("You are an author of this case, so the board already goes on without you."), code="author")
    if sight(user, submission).level < Level.SUMMARY:
        raise Denied(_("There is no case here that you can open."), code="invisible")
