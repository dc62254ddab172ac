"""The one obvious next step of a person on a case, and the quieter things they may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access import committee, conflict, decision, deliberation, evidence, motion, submission
from reviews.access.twin import can
from reviews.models import Ballot, Review, Submission
from reviews.queries import motion as board
from reviews.queries import release
from reviews.queries.head import Head
from reviews.rules import gates, questionnaire
from reviews.rules.states import EDITABLE, TERMINAL, AssignmentStatus, CommitteeRole, MotionKind, State
from reviews.rules.visibility import Sight
from reviews.rules.workflow import Owner, moves_from
from reviews.views.components import Button, Next, shown

SideAction = tuple[bool, str, str, str, Callable[[User, Submission], None]]


def build(user: User, head: Head, sight: Sight) -> Next:
    """The first thing in the order of duties that this person owes; otherwise whom the case waits for."""
    duties = _as_author if sight.as_author else _on_the_board
    return next(duties(user, head), None) or _waiting(head)


def _step(text: str, label: str, name: str, key: str, fragment: str = "") -> Next:
    return Next(text, button=Button(label, reverse(f"reviews:{name}", args=[key]) + fragment, kind="primary"))


def _as_author(user: User, head: Head) -> Iterator[Next]:
    reference = head.submission.reference
    if head.state in EDITABLE:
        yield from _draft_steps(head, reference)
    if head.state not in TERMINAL and head.open_inquiries:
        text = _("the board has a question. The clock stands until you answer.")
        yield _step(text, _("Answer"), "inquiry-list", reference)
    if head.state in (State.SUBMITTED, State.IN_REVIEW) and head.open_evidence:
        count = len(head.open_evidence)
        text = ngettext(
            "give %(n)d piece of evidence that this tier asks for.",
            "give %(n)d pieces of evidence that this tier asks for.",
            count,
        ) % {"n": count}
        yield _step(text, _("Give evidence"), "evidence-list", reference)
    if head.state is State.DECIDED:
        yield _step(_("the decision is there to read."), _("Read the decision"), "decision-detail", reference)


def _draft_steps(head: Head, reference: str) -> Iterator[Next]:
    revision = head.submission.revision
    assert revision is not None
    answers = revision.response.answers
    missing = len(questionnaire.missing(head.pack, answers))
    if missing:
        text = ngettext("%(n)d answer needs you.", "%(n)d answers need you.", missing) % {"n": missing}
        yield _step(text, _("Continue the answers"), "questionnaire-overview", reference)
    present = set(revision.artifacts.values_list("part", flat=True))
    if set(questionnaire.parts(head.pack, answers)) - present:
        yield _step(_("add what is to be released."), _("Add files"), "artifact-list", reference)
    yield _step(_("everything is there. Read it once more, then submit."), _("Submit"), "submission-submit", reference)


def _on_the_board(user: User, head: Head) -> Iterator[Next]:
    reference, case = head.submission.reference, head.submission
    for seat in head.seats:
        if seat.reviewer_id == user.pk and seat.status == AssignmentStatus.ACCEPTED:
            key = Review.objects.values_list("public_id", flat=True).get(assignment=seat)
            yield _step(_("write your review. Nobody sees it before it is filed."), _("Review"), "review-edit", key)
    for hold in head.holds:
        if hold.cleared_at is None and head.state not in TERMINAL and can(evidence.check_can_clear, user, case, hold):
            text = _("a hold waits for you. Nothing is released before you clear it in writing.")
            yield _step(text, _("Look at the hold"), "hold-clear", hold.public_id)
    if head.state is State.DELIBERATION:
        yield from _deliberation_steps(user, head)
    if head.state is State.SIGN_OFF and head.decision is not None:
        for seat_row in head.decision.sign_offs.all():
            unsigned = seat_row.signed_at is None
            if unsigned and can(decision.check_can_sign, user, case, head.decision, seat_row.seat):
                yield _step(_("your signature is open."), _("Read and sign"), "decision-detail", reference)
    if committee.acts_as(user, case, CommitteeRole.COORDINATOR):
        yield from _coordinator_steps(head)


def _deliberation_steps(user: User, head: Head) -> Iterator[Next]:
    case, reference = head.submission, head.submission.reference
    current = head.open_motion
    if current is None:
        if can(motion.check_can_put, user, case):
            yield _step(_("no motion is open. Put one to the vote."), _("Put a motion"), "motion-put", reference)
        return
    voted = Ballot.objects.filter(motion=current, voter=user).exists()
    if not voted and can(motion.check_can_vote, user, case):
        text = _("vote on motion %(number)d. You may change your vote until the ballot closes.")
        yield _step(text % {"number": current.number}, _("Vote"), "motion-list", reference, "#vote")
    if can(motion.check_can_close, user, case, current) and board.tally(current, case).carried:
        if current.kind == MotionKind.DECIDE:
            text = _("the motion has carried. Finalising is your signature.")
            yield _step(text, _("Finalise"), "decision-finalise", current.public_id)
        else:
            yield _step(_("the motion to return has carried."), _("Return it"), "motion-close", current.public_id)


def _coordinator_steps(head: Head) -> Iterator[Next]:
    reference = head.submission.reference
    if head.state in (State.SUBMITTED, State.IN_REVIEW) and head.tier is not None:
        short = head.tier.reviewers - len(head.seats)
        if short > 0 or head.state is State.SUBMITTED:
            count = max(short, 1)
            text = ngettext("ask %(n)d reviewer.", "ask %(n)d reviewers.", count) % {"n": count}
            yield _step(text, _("Ask reviewers"), "assignment-assign", reference)
        late = [s for s in head.seats if s.status != AssignmentStatus.DONE and _is_late(head, s)]
        if late:
            text = ngettext("%(n)d review is late.", "%(n)d reviews are late.", len(late)) % {"n": len(late)}
            yield _step(text, _("See the reviewers"), "assignment-assign", reference)
        if head.seats and head.filed == len(head.seats) and head.open_evidence:
            text = _("all reviews are in; evidence is still open. Wait for the authors, or waive it with a reason.")
            yield _step(text, _("See the evidence"), "evidence-list", reference)
    for plan in head.plans:
        upcoming = gates.next_stage(release.stage_facts(plan))
        if upcoming is not None and not release.reason_shut(plan, upcoming.order, now=head.now):
            text = _("the next stage may open.")
            yield _step(text, _("See the stages"), "release-detail", reference)


def _is_late(head: Head, seat: object) -> bool:
    due = head.review_due(seat)  # type: ignore[arg-type]
    return due is not None and due < head.now


def _waiting(head: Head) -> Next:
    words = {
        Owner.AUTHORS: _("It is the authors' turn."),
        Owner.COORDINATOR: _("The coordinator has it and will ask reviewers."),
        Owner.REVIEWERS: _("Reviewers are reading; each judges alone before seeing the others."),
        Owner.BOARD: _("The voting members deliberate."),
        Owner.SIGNATORIES: _("The decision waits for its signatures."),
        Owner.NOBODY: _("The case was withdrawn.") if head.state is State.WITHDRAWN else _("The case is decided."),
    }
    return Next(words[head.owner], waiting=True)


def side_actions(user: User, head: Head, sight: Sight) -> tuple[Button, ...]:
    """What else this person may do with the case in this state; the rest is left out of the crowded head."""
    offered: tuple[SideAction, ...]
    if sight.as_author:
        offered = (
            (
                head.state in EDITABLE,
                _("Change the basics"),
                "submission-describe",
                "pencil",
                submission.check_can_edit,
            ),
            (_moves(head, "withdraw"), _("Withdraw"), "submission-withdraw", "x-circle", submission.check_can_withdraw),
        )
    else:
        asks = head.state in (State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION)
        back = _moves(head, "return")
        offered = (
            (asks, _("Ask the authors"), "inquiry-list", "chat-left-text", deliberation.check_can_ask),
            (back, _("Return to the authors"), "submission-return", "arrow-return-right", submission.check_can_return),
            (True, _("I have a conflict"), "conflict-declare", "person-x", conflict.check_can_declare),
        )
    return shown(
        [
            Button(
                label,
                reverse(f"reviews:{name}", args=[head.submission.reference]),
                kind="quiet",
                icon=icon,
                shown=legal and can(check, user, head.submission),
            )
            for legal, label, name, icon, check in offered
        ]
    )


def _moves(head: Head, name: str) -> bool:
    return any(move.name == name for move in moves_from(head.state))
