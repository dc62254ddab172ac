"""The one obvious next step of a person on a case, and the quieter things they may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access import (
    appeal,
    assessment,
    committee,
    condition,
    conflict,
    decision,
    evidence,
    motion,
    referral,
    reopening,
    restriction,
    submission,
)
from reviews.access.twin import can
from reviews.models import Ballot, Decision, Motion, Submission
from reviews.queries import motion as board
from reviews.queries import release, transfer
from reviews.queries.head import Head
from reviews.queries.restriction import may_be_placed
from reviews.queries.work import is_late
from reviews.rules import questionnaire, quorum, splitting
from reviews.rules.condition import wants_proof
from reviews.rules.states import (
    EDITABLE,
    ROUND_OPEN,
    TERMINAL,
    TIER_OPEN,
    AssignmentStatus,
    CommitteeRole,
    MotionKind,
    Outcome,
    State,
)
from reviews.rules.visibility import Sight
from reviews.rules.workflow import Owner, moves_from
from reviews.views import requests, wording
from reviews.views.components import Button, Next, shown
from reviews.views.formats import moment, zone_named
from reviews.views.outcomes import standing_of

SideAction = tuple[bool, str, str, str, Callable[[], bool]]


def build(user: User, head: Head, sight: Sight) -> Next:
    """The first thing in the order of duties that this person owes; otherwise whom the case waits for."""
    duties = _as_author if sight.as_author else _on_the_board
    return next(duties(user, head), None) or _waiting(user, head, sight)


def _step(text: str, label: str, name: str, key: str, fragment: str = "") -> Next:
    return Next(text, button=Button(label, reverse(f"reviews:{name}", args=[key]) + fragment, kind="primary"))


def _as_author(user: User, head: Head) -> Iterator[Next]:
    reference = head.submission.reference
    if head.state in EDITABLE:
        yield from _draft_steps(head, reference)
    if head.state not in TERMINAL and head.open_inquiries:
        text = _("the board has a question. The clock is stopped until you answer.")
        yield _step(text, _("Answer"), "inquiry-list", reference)
    if head.state in ROUND_OPEN and head.open_evidence:
        count = len(head.open_evidence)
        text = ngettext(
            "give %(n)d piece of evidence that this tier asks for.",
            "give %(n)d pieces of evidence that this tier asks for.",
            count,
        ) % {"n": count}
        yield _step(text, _("Give evidence"), "evidence-list", reference)
    yield from _condition_steps(user, head)
    if head.state is State.DECIDED and head.request_seen(as_author=True) is None:
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
    text = _("everything is there. Read it once more, then submit.")
    if head.state is State.RETURNED:
        text = _("work in what the board asks for, then check everything and submit again.")
    yield _step(text, _("Check and submit"), "submission-submit", reference)


def _on_the_board(user: User, head: Head) -> Iterator[Next]:
    reference, case = head.submission.reference, head.submission
    for seat in head.seats:
        if seat.reviewer_id == user.pk and seat.status == AssignmentStatus.ACCEPTED and seat.review is not None:
            text = _("write your review. Nobody sees it before it is filed.")
            yield _step(text, _("Write the review"), "review-edit", seat.review.public_id)
    for hold in head.holds:
        if hold.cleared_at is None and head.state not in TERMINAL and can(evidence.check_can_clear, user, case, hold):
            text = _("a hold waits for you. Nothing is released before you clear it in writing.")
            yield _step(text, _("Look at the hold"), "hold-clear", hold.public_id)
    yield from _tier_steps(user, head)
    yield from _restriction_steps(user, head)
    yield from _appeal_steps(user, head)
    if head.state is State.DELIBERATION:
        yield from _deliberation_steps(user, head)
    if head.state is State.SIGN_OFF and head.decision is not None:
        for seat_row in head.decision.sign_offs.all():
            unsigned = seat_row.signed_at is None
            if unsigned and can(decision.check_can_sign, user, case, head.decision, seat_row.seat):
                yield _step(_("your signature is open."), _("Read and sign"), "decision-detail", reference)
        yield from _vacancy_steps(user, case, head.decision)
    if head.open_request is not None and can(reopening.check_can_answer, user, case, head.open_request):
        text = _("somebody asks to open this case again. You may answer.")
        yield _step(text, _("Read and answer"), "reopening-answer", head.open_request.public_id)
    if committee.acts_as(user, case, CommitteeRole.COORDINATOR):
        yield from _coordinator_steps(user, head)
    yield from _condition_steps(user, head)


def _condition_steps(user: User, head: Head) -> Iterator[Next]:
    """As *My work* has it: the conditions that this person owes, and the proofs that they could answer."""
    case = head.submission
    rows = list(head.cleared.decision.conditions.all()) if head.cleared is not None else []
    for row in rows:
        if row.waiting is not None and user in condition.asked(case, row):
            text = _("a proof of a condition waits for your answer.")
            yield _step(text, _("Check it"), "condition-answer", row.waiting)
    wanted = [row for row in rows if wants_proof(row.facts)]
    bound = condition.bound(case) if wanted else None
    for row in wanted:
        if bound is not None and user in bound.owing(row):
            yield _step(_("prove that a condition is met."), _("Prove it"), "condition-prove", row.public_id)


def _restriction_steps(user: User, head: Head) -> Iterator[Next]:
    row, reference = head.restriction, head.submission.reference
    if row is None:
        return
    voted = any(vote.voter_id == user.pk for vote in row.votes.all())
    if row.ratified_at is None and not voted and can(restriction.check_can_ratify, user, head.submission, row):
        text = _("an emergency restriction is in force. Say whether it stands; unless it is ratified, it lapses.")
        yield _step(text, _("Read and vote"), "restriction-detail", reference, "#vote")
    if row.lift_asked_at is not None and can(restriction.check_can_answer_lift, user, head.submission, row):
        text = _("the chair asks to lift the emergency restriction. A second person decides.")
        yield _step(text, _("Read and decide"), "restriction-answer-lift", row.public_id)


def _appeal_steps(user: User, head: Head) -> Iterator[Next]:
    row, case = head.appeal, head.submission
    if row is None:
        return
    voted = any(one.judge_id == user.pk for one in row.opinions.all())
    if not voted and can(appeal.check_can_judge, user, case, row):
        yield _step(_("you hear an appeal against the decision."), _("Read and judge"), "appeal-detail", case.reference)
    missing = row.size - len(appeal.judges(case, row))
    if missing > 0 and can(appeal.check_can_appoint, user, case, row):
        text = ngettext(
            "an appeal was filed. Appoint %(n)d person to hear it.",
            "an appeal was filed. Appoint %(n)d people to hear it.",
            missing,
        )
        yield _step(text % {"n": missing}, _("Appoint"), "appeal-appoint", row.public_id)


def _tier_steps(user: User, head: Head) -> Iterator[Next]:
    if head.state not in TIER_OPEN or head.open_tier is None or head.open_motion is not None:
        return
    proposal = head.open_tier
    if can(assessment.check_can_confirm, user, head.submission, proposal):
        text = _("tier %(tier)d is proposed. It takes effect once a second person confirms it.")
        yield _step(text % {"tier": proposal.tier}, _("Read and decide"), "assessment-confirm-tier", proposal.public_id)


def _vacancy_steps(user: User, case: Submission, record: Decision) -> Iterator[Next]:
    roles = wording.joined(wording.of(wording.ROLES, seat) for seat in decision.vacant_seats(case, record))
    if roles and can(decision.check_can_send_back, user, case, record):
        text = _(
            "nobody is left who can sign as %(roles)s. Ask an administrator to appoint somebody, or send the decision "
            "back."
        )
        yield _step(text % {"roles": roles}, _("See the decision"), "decision-detail", case.reference)


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
    if can(motion.check_can_close, user, case, current):
        yield from _closing_steps(head, current)


def _closing_steps(head: Head, current: Motion) -> Iterator[Next]:
    count, reference = board.tally(current, head.submission, now=head.now), head.submission.reference
    due = head.duty_due("vote", current.put_at)
    if not count.carried:
        if count.is_settled:
            text = _("the motion cannot carry any more. Close it, so that another one can be put.")
            if count.present == count.eligible:
                text = _(
                    "everybody has voted, and the motion has not carried. Close it, so that another one can be put."
                )
            yield _step(text, _("See the count"), "motion-list", reference)
        return
    if not quorum.may_carry(count, is_late=due is not None and due < head.now):
        return
    if current.kind == MotionKind.RETURN:
        yield _step(_("the motion to return has carried."), _("Return it"), "motion-close", current.public_id)
    elif any(hold.cleared_at is None for hold in head.holds) and not _withholds(current):
        text = _("the motion has carried. It can be finalised once the hold is cleared.")
        yield _step(text, _("See the count"), "motion-list", reference)
    else:
        text = _("the motion has carried. Finalising is your signature.")
        yield _step(text, _("Finalise"), "decision-finalise", current.public_id)


def _withholds(current: Motion) -> bool:
    return all(part.outcome == Outcome.WITHHELD for part in current.parts.all())


def _coordinator_steps(user: User, head: Head) -> Iterator[Next]:
    reference = head.submission.reference
    if head.state in ROUND_OPEN:
        if count := head.reviewers_short:
            text = ngettext("ask %(n)d reviewer.", "ask %(n)d reviewers.", count) % {"n": count}
            yield _step(text, _("Ask reviewers"), "assignment-assign", reference)
        late = [s.reviewer.display_name for s in head.seats if is_late(head, s)]
        if late and submission.sight(user, head.submission).peers:
            text = ngettext(
                "the review of %(names)s is late. Ask for it, or give the seat to somebody else.",
                "%(n)d reviews are late: %(names)s. Ask for them, or give the seats to others.",
                len(late),
            )
            text = text % {"n": len(late), "names": ", ".join(late)}
            yield _step(text, _("See the reviewers"), "assignment-assign", reference)
        if head.seats and head.filed == len(head.seats) and head.open_evidence:
            text = _("all reviews are in; evidence is still open. Wait for the authors, or waive it with a reason.")
            yield _step(text, _("See the evidence"), "evidence-list", reference)
    if head.state is State.DECIDED and head.is_unsettled:
        text = _("somebody who had a part in the decision stands aside since. Look at it again.")
        yield _step(text, _("See the decision"), "decision-detail", reference)
    if head.waits_for_look and head.cleared is not None:
        text = _("this release was drawn for a later look. Compare its files with its answers.")
        yield _step(text, _("Look at it"), "sample-find", head.cleared.decision.public_id)
    if release.may_open(head):
        yield _step(_("the next stage may open."), _("See the stages"), "release-detail", reference)
    if head.re_review and head.open_request is None:
        why = wording.joined(wording.of(wording.RE_REVIEW, code) for code in head.re_review)
        text = _("a re-review is due: %(why)s.") % {"why": why}
        yield _step(text, _("Ask for a re-review"), "reopening-ask-re-review", reference)


def _waiting(user: User, head: Head, sight: Sight) -> Next:
    """Whom the case waits for and until when. How the board votes and who reviews is not for authors."""
    at = head.decision_due if sight.as_author else head.turn_due
    due = moment_of(user, head, at) if at is not None else ""
    until = _(" Due %(due)s.") % {"due": due} if due else ""
    reference, button = head.submission.reference, None
    asked = head.request_seen(as_author=sight.as_author)
    waits = _(" A request to open it again waits for its answer.") if asked is not None else ""
    if head.state is State.DECIDED:
        text = _("The case is decided.") + waits
        standing = standing_of(head)
        if standing is not None:
            text = text if standing.holds else f"{text} {standing.text}"
            button = _look(_("Read the decision"), "decision-detail", reference)
        return Next(text, lead=_("Nothing for you now."), button=button, waiting=True)
    texts = {
        Owner.AUTHORS: _("The authors owe an answer or a new revision; the clock is stopped."),
        Owner.COORDINATOR: _("The coordinator asks reviewers."),
        Owner.REVIEWERS: _("Reviewers are reading; each judges alone before seeing the others."),
        Owner.BOARD: _("The voting members deliberate; no motion is open yet."),
        Owner.SIGNATORIES: _("The decision waits for its signatures."),
        Owner.NOBODY: _("The case was withdrawn.") + waits,
    }
    text = texts[head.owner]
    if head.owner is Owner.AUTHORS and not head.is_paused:
        text = _("All reviews are in; the authors owe evidence.")
    if head.owner is Owner.BOARD and sight.board and not sight.as_author:
        button = _look(_("See the deliberation"), "motion-list", reference)
        if head.open_motion is not None:
            text = _("The voting members vote on motion %(number)d.") % {"number": head.open_motion.number}
    elif head.owner is Owner.BOARD:
        text = _("The voting members deliberate.")
    if head.owner is Owner.SIGNATORIES and not sight.as_author and head.decision is not None:
        button = _look(_("See the decision"), "decision-detail", reference)
    return Next(text + until, button=button, waiting=True)


def moment_of(user: User, head: Head, at: datetime) -> str:
    """A moment of a case in words, in the reader's zone."""
    zone = zone_named(user.time_zone) or ZoneInfo(head.submission.committee.time_zone)
    return moment(at, zone=zone, now=head.now)


def _look(label: str, name: str, key: str) -> Button:
    return Button(label, reverse(f"reviews:{name}", args=[key]))


def side_actions(user: User, head: Head, sight: Sight) -> tuple[Button, ...]:
    """What else this person may do with the case in this state; the rest is left out of the crowded head."""
    case = head.submission

    def may(check: Callable[[User, Submission], None]) -> Callable[[], bool]:
        return cache(lambda: can(check, user, case))

    offered: tuple[SideAction, ...]
    if sight.as_author:
        edits, withdraws = may(submission.check_can_edit), may(submission.check_can_withdraw)
        is_named = case.created_by_id != user.pk and case.submitted_at is not None
        offered = (
            (head.state in EDITABLE, _("Change the basics"), "submission-describe", "pencil", edits),
            (
                _can_be_split(head),
                _("Split the case"),
                "submission-split",
                "signpost-split",
                edits,
            ),
            # Whose case it is was asked by their sight of it.
            (
                head.state not in TERMINAL,
                _("Name somebody who should not judge"),
                "conflict-name",
                "person-x",
                lambda: True,
            ),
            (is_named, _("This is not me"), "conflict-disown", "person-x", may(conflict.check_can_disown)),
            (_moves(head, "withdraw"), _("Withdraw"), "submission-withdraw", "x-circle", withdraws),
        )
    else:
        # Asking, returning and giving away belong to one role, so it is looked up once.
        asks = head.state in (State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION)
        back, away = _moves(head, "return"), _moves(head, "transfer")
        coordinates = may(committee.check_acts_as_coordinator)
        refers, declares = may(referral.check_can_refer), may(conflict.check_can_declare)
        offered = (
            (asks, _("Ask the authors"), "inquiry-list", "chat-left-text", coordinates),
            (back, _("Return to the authors"), "submission-return", "arrow-return-right", coordinates),
            (
                away,
                _("Give to another committee"),
                "submission-transfer",
                "signpost-split",
                lambda: coordinates() and transfer.is_possible(case),
            ),
            (head.state is not State.WITHDRAWN, _("Refer to another body"), "referral-list", "send", refers),
            (
                may_be_placed(head),
                _("Restrict it at once"),
                "restriction-place",
                "stop-circle",
                may(restriction.check_can_place),
            ),
            (True, _("Conflicts"), "conflict-list", "people", may(conflict.check_can_look)),
            (True, _("I have a conflict"), "conflict-declare", "person-x", declares),
        )
    offers = shown(
        [
            Button(
                label,
                reverse(f"reviews:{name}", args=[case.reference]),
                kind="quiet",
                icon=icon,
                shown=legal and may_do(),
            )
            for legal, label, name, icon, may_do in offered
        ]
    )
    return (*offers, *requests.to_ask(user, head, sight))


def _can_be_split(head: Head) -> bool:
    return head.state in EDITABLE and splitting.is_possible(head.pack, head.revision.response.answers)


def _moves(head: Head, name: str) -> bool:
    return any(move.name == name for move in moves_from(head.state))
