"""Who appeals, who appoints judges, who hears an appeal. Authors never do, nor who had a part in the decision."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acting, check_not_excluded, excluded, holders
from reviews.access.submission import check_is_author
from reviews.models import Appeal, Submission
from reviews.rules.errors import Denied
from reviews.rules.states import CommitteeRole


def check_can_file(user: User, submission: Submission) -> None:
    """Any author; any of them takes it back, too. Raises ``Denied``."""
    check_is_author(user, submission)


def appointers(submission: Submission, appeal: Appeal) -> list[User]:
    """Who appoints judges: the holders of the role that the policy names, or who acts as chair where none may."""
    return holders(submission, [appeal.appointing_role]) or acting(submission, CommitteeRole.CHAIR)


def check_can_appoint(user: User, submission: Submission, appeal: Appeal) -> None:
    """One of the ``appointers``. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if all(person.pk != user.pk for person in appointers(submission, appeal)):
        raise Denied(_("Somebody else appoints who hears this appeal."), code="appointers_only")


def judges(submission: Submission, appeal: Appeal) -> list[User]:
    """Who hears an appeal now: everybody who was seated or appointed, without those who stepped aside since."""
    out = excluded(submission)
    people = User.objects.filter(appeals_heard__appeal=appeal, is_active=True).order_by("appeals_heard__pk")
    return [person for person in people if person.pk not in out]


def check_can_judge(user: User, submission: Submission, appeal: Appeal) -> None:
    """One of the ``judges``. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if all(person.pk != user.pk for person in judges(submission, appeal)):
        raise Denied(_("Only those who were chosen to hear this appeal judge it."), code="judges_only")
