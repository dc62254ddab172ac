"""Who finalises, who signs which seat, who sends back. Nobody fills two seats; the mover fills none."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acting, acts_as, check_acts_as_coordinator, runs
from reviews.access.motion import behind
from reviews.models import Decision, Motion, SignOff, Submission
from reviews.rules.errors import Denied
from reviews.rules.states import CommitteeRole


def check_can_fill(user: User, submission: Submission, seat: str, motion: Motion) -> None:
    """A holder of the seat's role who is not conflicted and does not stand behind the motion. Raises ``Denied``.

    So a permissive decision always has two people: who recommends or moves, and who signs.
    """
    proposers = behind(motion)
    if user.pk in proposers:
        raise Denied(_("You put or recommended this, so somebody else signs."), code="mover_signs_nothing")
    if not acts_as(user, submission, CommitteeRole(seat), without=proposers):
        raise Denied(_("This signature belongs to another role."), code="other_seat")


def check_can_sign(user: User, submission: Submission, decision: Decision, seat: str) -> None:
    """As ``check_can_fill``, and not somebody who signed another seat. Raises ``Denied``."""
    check_can_fill(user, submission, seat, decision.motion)
    if decision.sign_offs.filter(signed_by=user).exists():
        raise Denied(_("You have signed this decision already; nobody fills two seats."), code="signed_already")


def check_can_look_again(user: User, submission: Submission) -> None:
    """The coordinator notes what looking at a decision again came to. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def vacant_seats(submission: Submission, decision: Decision) -> tuple[str, ...]:
    """The open seats that nobody can sign: all who hold the role stepped aside, put the motion, or signed already."""
    signed = decision.sign_offs.exclude(signed_by=None).values_list("signed_by_id", flat=True)
    shut = behind(decision.motion).union(key for key in signed if key is not None)
    seats = decision.sign_offs.filter(signed_at=None).values_list("seat", flat=True)
    return tuple(seat for seat in seats if not acting(submission, CommitteeRole(seat), without=shut))


def check_can_send_back(user: User, submission: Submission, decision: Decision) -> None:
    """Whoever could sign an open seat may send the decision back instead. Raises ``Denied``.

    Where nobody can sign a seat, coordinator and chair may, or the decision would wait for ever.
    """
    open_seats = SignOff.objects.filter(decision=decision, signed_at=None).values_list("seat", flat=True)
    for seat in open_seats:
        try:
            check_can_sign(user, submission, decision, seat)
        except Denied:
            continue
        return
    if runs(user, submission) and vacant_seats(submission, decision):
        return
    raise Denied(_("Only somebody whose signature is still open can send this back."), code="seat_only")
