"""Who declares a conflict, for oneself and for others, who names somebody, and who settles what is suspected.

Nobody settles anything about themselves or what they said, and nobody touches anything on a case from which they stand
aside.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_acts_as_coordinator, check_not_excluded, holders
from reviews.access.submission import check_is_author, is_author, sight
from reviews.models import Conflict, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import RUNNING, TERMINAL, CommitteeRole, State
from reviews.rules.ties import CHAIR_DECIDES, Source, may_be_settled
from reviews.rules.visibility import Level


def check_can_declare(user: User, submission: Submission) -> None:
    """Everybody who sees anything of a case may declare a conflict about themselves. Raises ``Denied``.

    Authors need not: they are set aside by being authors.
    """
    if is_author(user, submission):
        raise Denied(_("You are an author of this case, so the board already goes on without you."), code="author")
    if sight(user, submission).level < Level.SUMMARY:
        raise Denied(_("There is no case here that you can open."), code="invisible")


def check_can_look(user: User, submission: Submission) -> None:
    """Those who run the committee of a case see its conflicts, unless they stand outside it. Raises ``Denied``."""
    if submission.submitted_at is None or user.pk not in {one.pk for one in holders(submission, RUNNING)}:
        raise Denied(_("This page is for those who run the committee of this case."), code="runs_it")


def check_can_declare_for(user: User, submission: Submission) -> None:
    """The coordinator declares conflicts of others. Raises ``Denied`` or ``NotNow``."""
    check_acts_as_coordinator(user, submission)
    _check_not_withdrawn(submission)


def check_can_search(user: User, submission: Submission) -> None:
    """Whoever sees the conflicts has the facts looked through anew. Raises ``Denied`` or ``NotNow``."""
    check_can_look(user, submission)
    if State(submission.state) in TERMINAL:
        raise NotNow(_("This case is over; nobody judges it any more."), code="over")


def check_can_object(user: User, submission: Submission) -> None:
    """Authors say who should not judge their case, until it is decided. Raises ``Denied`` or ``NotNow``."""
    check_is_author(user, submission)
    if State(submission.state) in TERMINAL:
        raise NotNow(_("This case is over; nobody judges it any more."), code="over")


def check_can_disown(user: User, submission: Submission) -> None:
    """Somebody who is named as contributor and says that they are none. Raises ``Denied`` or ``NotNow``.

    Not whoever started the case, and once: what a third person found stands.
    """
    check_is_author(user, submission)
    if submission.created_by_id == user.pk:
        raise Denied(_("You started this case, so you are one of its authors."), code="started_it")
    _check_not_withdrawn(submission)
    if submission.submitted_at is None:
        raise NotNow(_("This is a draft. Whoever wrote it can take you off the list of contributors."), code="draft")
    if Conflict.objects.filter(submission=submission, user=user, source=Source.DISOWNED).exists():
        raise NotNow(_("You have said so, and somebody on the board looks at it or has done so."), code="said")


def check_can_settle(user: User, submission: Submission, conflict: Conflict) -> None:
    """A third person among those who run the committee; where the policy says so, the chair.

    Raises ``Denied``, or ``NotNow`` for a case that was withdrawn.
    """
    check_not_excluded(user, submission)
    check_can_look(user, submission)
    if conflict.user_id == user.pk:
        raise Denied(_("Somebody else settles what concerns you."), code="oneself")
    if conflict.declared_by_id == user.pk:
        raise Denied(_("Somebody else settles what you declared."), code="own_word")
    effect = effect_of(submission, conflict.type_key)
    concerned = [key for key in (conflict.user_id, conflict.declared_by_id) if key is not None]
    if effect == CHAIR_DECIDES and not acts_as(user, submission, CommitteeRole.CHAIR, without=concerned):
        raise Denied(_("The policy leaves this kind of conflict to the chair."), code="chair_only")
    if not may_be_settled(conflict.strength, conflict.source, effect):
        raise Denied(_("What somebody declared about themselves stands."), code="stands")
    _check_not_withdrawn(submission)


def _check_not_withdrawn(submission: Submission) -> None:
    if State(submission.state) is State.WITHDRAWN:
        raise NotNow(_("This case was withdrawn."), code="withdrawn")


def effect_of(submission: Submission, type_key: str) -> str:
    """What a type of conflict does by the policy of the case; one that it dropped keeps its person outside."""
    assert submission.revision is not None
    kinds = submission.revision.policy.pack.decision.conflict_types
    return next((kind.effect for kind in kinds if kind.key == type_key), "excluded")
