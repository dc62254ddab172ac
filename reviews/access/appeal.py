"""Who appeals, who appoints judges, who hears an appeal. Authors never do, nor who had a part in the decision."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acting, check_not_excluded, excluded, holders, voters
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
    """Who hears an appeal now: who was appointed, and whoever was seated as a member and still votes on the case;
    without those who stepped aside since."""
    out, voting = excluded(submission), {person.pk for person in voters(submission)}
    rows = appeal.judges.filter(user__is_active=True).select_related("user").order_by("pk")
    return [
        row.user
        for row in rows
        if row.user_id not in out and (row.appointed_by_id is not None or row.user_id in voting)
    ]


def check_can_judge(user: User, submission: Submission, appeal: Appeal) -> None:
    """One of the ``judges``. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if all(person.pk != user.pk for person in judges(submission, appeal)):
        raise Denied(_("Only those who were chosen to hear this appeal judge it."), code="judges_only")
