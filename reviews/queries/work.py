"""What one person owes, and which cases are with others: the facts of the first page, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from reviews.access.reopening import ANSWERS
from reviews.access.submission import sights
from reviews.models import Appeal, Condition, Conflict, Motion, Reopening, Restriction, Stage, Submission
from reviews.queries import clearance, release, vacancy
from reviews.queries import heads as many
from reviews.queries.head import Head
from reviews.queries.heads import Boards
from reviews.queries.signing import seat_of
from reviews.rules import condition, quorum
from reviews.rules.clearance import ReReview
from reviews.rules.reopening import SOON
from reviews.rules.states import (
    EDITABLE,
    ROUND_OPEN,
    RUNNING,
    TERMINAL,
    TIER_OPEN,
    VOTING,
    AssignmentStatus,
    CommitteeRole,
    MotionKind,
    Reopened,
    Sampled,
    State,
)
from reviews.rules.visibility import Level, Sight

RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Duty:
    """One thing that this person owes on a case. ``about`` is the row to act on, ``count`` how many there are."""

    kind: str
    head: Head
    sight: Sight
    about: str = ""
    due: datetime | None = None
    count: int = 1
    number: int = 0


@dataclass(frozen=True)
class Watch:
    """A case in which this person takes part and owes nothing now, or what they wait for there.

    ``tier`` is one that they proposed and that somebody else has to confirm.
    """

    head: Head
    sight: Sight
    tier: int | None = None


@dataclass(frozen=True)
class Work:
    """What is owed, the soonest first, and what is with others."""

    duties: tuple[Duty, ...]
    watching: tuple[Watch, ...]


def of(user: User, *, now: datetime) -> Work:
    """The work of one person at this moment."""
    unopened = Stage.objects.filter(plan__decision__submission=OuterRef("pk"), opened_at=None)
    unsettled = Conflict.objects.to_look_at().filter(submission=OuterRef("pk"))
    unmet = Condition.objects.to_follow().filter(decision__submission=OuterRef("pk"))
    restricted = Restriction.objects.in_force(now).filter(submission=OuterRef("pk"))
    goes_on = Q(Exists(unopened)) | Q(Exists(unmet)) | Q(Exists(unsettled)) | Q(Exists(restricted))
    goes_on |= closed_but_owed(user, now) | Q(Exists(Appeal.objects.open().filter(submission=OuterRef("pk"))))
    wanted = ~Q(state__in=TERMINAL) | Q(state_entered_at__gte=now - RECENT) | goes_on
    rows = Submission.objects.visible_to(user).filter(wanted).order_by("state_entered_at", "pk")
    cases = list(many.with_rows(rows))
    views = sights(user, cases)
    heads = many.build(cases, now)
    shared = many.counting(many.boards(cases), heads)
    duties: list[Duty] = []
    watching: list[Watch] = []
    for head in heads:
        sight = views[head.submission.pk]
        found = _as_author(user, head, sight, shared) if sight.as_author else _on_the_board(user, head, sight, shared)
        duties.extend(found)
        if head.open_tier is not None and head.open_tier.proposed_by_id == user.pk and _may_confirm(head):
            watching.append(Watch(head, sight, head.open_tier.tier))
        elif not found and sight.level >= Level.CASE:
            watching.append(Watch(head, sight))
    far = now + timedelta(days=3650)
    duties.sort(key=lambda duty: (duty.due or far, duty.head.submission.pk))
    return Work(tuple(duties), tuple(watching))


def _as_author(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    case = head.submission
    # The decision of a case that was opened again goes on ruling, so its conditions do as well.
    conditions = _to_prove(user, head, sight, shared)
    if head.state in EDITABLE:
        return [Duty("revise" if head.state is State.RETURNED else "draft", head, sight), *conditions]
    found = []
    if head.state not in TERMINAL:
        found = [Duty("answer", head, sight, about=row.public_id) for row in head.open_inquiries]
    if head.state in ROUND_OPEN and head.open_evidence:
        since = min(row.asked_at for row in head.open_evidence)
        due = head.duty_due("give_evidence", since)
        found.append(Duty("give_evidence", head, sight, case.reference, due, len(head.open_evidence)))
    return found + conditions


def _on_the_board(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    case = head.submission
    if user.pk in shared.outside[case.pk]:
        return []
    found = _seats(user, head, sight)
    if head.state not in TERMINAL:
        for hold in head.holds:
            if hold.cleared_at is None and shared.acts(user.pk, hold.role, case):
                found.append(
                    Duty("clear_hold", head, sight, hold.public_id, head.duty_due("clear_hold", hold.placed_at))
                )
    found += _second_person(user, head, sight, shared)
    found += _request(user, head, sight, shared)
    found += _restriction(user, head, sight, shared)
    found += _appeal(user, head, sight, shared)
    if head.state is State.DELIBERATION:
        found += _ballot(user, head, sight, shared)
    if head.state is State.SIGN_OFF:
        found += _signature(user, head, sight, shared)
        if _runs(user, case, shared) and vacancy.seats(head, shared):
            found.append(Duty("vacant_seat", head, sight, case.reference, head.turn_due))
    if shared.acts(user.pk, CommitteeRole.COORDINATOR, case):
        found += _coordinating(head, sight)
    return found + _to_prove(user, head, sight, shared) + _to_answer(user, head, sight, shared)


def _seats(user: User, head: Head, sight: Sight) -> list[Duty]:
    found = []
    for seat in head.seats:
        if seat.reviewer_id != user.pk:
            continue
        if seat.status == AssignmentStatus.OFFERED:
            due = head.duty_due("accept_offer", seat.offered_at)
            found.append(Duty("accept_offer", head, sight, seat.public_id, due))
        elif seat.review is not None and seat.status == AssignmentStatus.ACCEPTED and head.state is State.IN_REVIEW:
            found.append(Duty("file_review", head, sight, seat.review.public_id, head.review_due(seat)))
    return found


def _may_confirm(head: Head) -> bool:
    """Whether a proposed tier can be confirmed at this point of the case; not while a ballot rests on the old one."""
    return head.state in TIER_OPEN and head.open_motion is None


def _second_person(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """As ``access.assessment.check_can_confirm``: a role for it, not who proposed it, and no review still to write."""
    proposal = head.open_tier
    if proposal is None or not _may_confirm(head) or proposal.proposed_by_id == user.pk:
        return []
    if sight.level < Level.MATERIAL or not sight.scores or not shared.confirms_tiers(user.pk, head.submission):
        return []
    due = head.duty_due("confirm_tier", proposal.proposed_at)
    return [Duty("confirm_tier", head, sight, proposal.public_id, due, number=proposal.tier)]


def closed_but_owed(user: User, now: datetime) -> Q:
    """Cases that are over for long and on which something is owed all the same: a request to open one again; for those
    who run its committee a sampled release that nobody looked at, and a decision that ends soon or has ended."""
    asked = Reopening.objects.since_closed().filter(submission=OuterRef("pk"))
    ruling = clearance.ruling().filter(submission=OuterRef("pk"))
    drawn = ruling.filter(is_audit_sample=True, sample_finding=None)
    understated = ruling.filter(sample_finding__finding=Sampled.UNDERSTATED)
    # A day more than it is in UTC, since it is tomorrow already in some committees; the head asks by their calendar.
    ending = ruling.filter(valid_until_date__lte=now.date() + SOON + timedelta(days=1))
    runs = user.memberships.filter(role__in=RUNNING, until_at=None).values("committee")
    owed = Q(Exists(drawn))
    for rows, trigger in ((understated, ReReview.UNDERSTATED), (ending, ReReview.VALIDITY_ENDED)):
        owed |= Q(Exists(rows)) & ~Q(Exists(asked.filter(trigger=trigger)))
    return Q(Exists(asked.open())) | (Q(state__in=TERMINAL, committee__in=runs) & owed)


def _request(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """As ``access.reopening.check_can_answer``: a role for the request, sight of the material, and not who asked."""
    row = head.open_request
    if row is None or row.asked_by_id == user.pk or sight.level < Level.MATERIAL:
        return []
    if not shared.holds_any(user.pk, ANSWERS.get(Reopened(row.why), ()), head.submission):
        return []
    return [Duty("answer_reopening", head, sight, row.public_id)]


def _restriction(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """As ``access.restriction``: one vote each while it can be ratified, and a second person to lift it."""
    row, case = head.restriction, head.submission
    if row is None:
        return []
    found = []
    voted = any(vote.voter_id == user.pk for vote in row.votes.all())
    could = user.public_id in row.board["ratifiers"]
    roles = VOTING if row.board["by_vote"] else VOTING | {CommitteeRole.DEPUTY_CHAIR}
    if row.ratified_at is None and could and not voted and shared.holds_any(user.pk, roles, case):
        found.append(Duty("ratify", head, sight, case.reference, row.ratify_by))
    seconds = row.lift_asked_at is not None and row.lift_asked_by_id != user.pk
    if seconds and shared.holds_any(user.pk, VOTING | RUNNING, case):
        found.append(Duty("answer_lift", head, sight, row.public_id))
    return found


def _appeal(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """As ``access.appeal``: one vote for who hears it, and judges to appoint while they are missing."""
    row, case = head.appeal, head.submission
    if row is None:
        return []
    judges = [one.user_id for one in row.judges.all() if one.user.is_active]
    counted = [key for key in judges if key not in shared.outside[case.pk]]
    found = []
    if user.pk in counted and all(one.judge_id != user.pk for one in row.opinions.all()):
        found.append(Duty("hear_appeal", head, sight, case.reference, row.due_at))
    holders = shared.holding(row.appointing_role, case) or shared.acting(CommitteeRole.CHAIR, case)
    if len(counted) < row.size and user.pk in holders:
        found.append(Duty("appoint_judges", head, sight, row.public_id, row.due_at, row.size - len(counted)))
    return found


def _ballot(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    case, motion = head.submission, head.open_motion
    if motion is None:
        return []
    due = head.duty_due("vote", motion.put_at)
    voters = shared.voters(case)
    voted = {ballot.voter_id for ballot in motion.ballots.all()}
    found = []
    if user.pk in voters and user.pk not in voted:
        found.append(Duty("vote", head, sight, case.reference, due, number=motion.number))
    closes = shared.acts(user.pk, CommitteeRole.CHAIR, case, without=many.behind(head, motion))
    is_late = due is not None and due < head.now
    voters -= shared.away.get(case.pk, frozenset()) - voted
    if closes and (voters <= voted or (is_late and _may_end(head, motion, voters, voted, shared))):
        kind = "finalise" if motion.kind == MotionKind.DECIDE else "close"
        found.append(Duty(kind, head, sight, motion.public_id, due, number=motion.number))
    return found


def _may_end(head: Head, motion: Motion, voters: set[int], voted: set[int], shared: Boards) -> bool:
    return quorum.may_end(
        head.working.quorum if head.working is not None else None,
        eligible=len(voters),
        present=len(voters & voted),
        mover_is_out=motion.put_by_id in shared.outside[head.submission.pk],
    )


def _signature(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    if not seat_of(user, head, shared):
        return []
    return [Duty("sign_off", head, sight, head.submission.reference, head.turn_due)]


def _runs(user: User, case: Submission, shared: Boards) -> bool:
    return any(shared.acts(user.pk, role, case) for role in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR))


def _coordinating(head: Head, sight: Sight) -> list[Duty]:
    key, found = head.submission.reference, []
    if head.state in ROUND_OPEN:
        if head.reviewers_short:
            due = head.duty_due("assign_reviewers", head.short_since)
            found.append(Duty("assign_reviewers", head, sight, key, due, head.reviewers_short))
        if head.seats and head.filed == len(head.seats) and head.open_evidence:
            found.append(Duty("settle_evidence", head, sight, key, head.decision_due, len(head.open_evidence)))
        late = [seat for seat in head.seats if is_late(head, seat)]
        if late and sight.peers:
            found.append(Duty("late_reviews", head, sight, key, head.review_due(late[0]), len(late)))
    if head.state is State.DELIBERATION and head.open_motion is None:
        found.append(Duty("put_motion", head, sight, key, head.decision_due))
    if release.may_open(head):
        found.append(Duty("open_stage", head, sight, key))
    if head.state is State.DECIDED and head.is_unsettled:
        found.append(Duty("look_again", head, sight, key))
    if head.waits_for_look and head.cleared is not None:
        found.append(Duty("look_at_sample", head, sight, head.cleared.decision.public_id))
    if head.re_review and head.open_request is None:
        found.append(Duty("ask_re_review", head, sight, key))
    return found


def _to_prove(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """The conditions of the decision that rules of which this person is asked for a proof. As
    ``access.condition.Bound.owing``."""
    if head.cleared is None:
        return []
    case = head.submission
    runners = {key for role in RUNNING for key in shared.holding(role, case)}
    return [
        Duty("prove_condition", head, sight, row.public_id, _ends(row.due_date, case))
        for row in head.cleared.decision.conditions.all()
        if condition.wants_proof(row.facts) and user.pk in condition.owed_by(row.owner_id, _authors(case), runners)
    ]


def _authors(case: Submission) -> set[int]:
    """The authors with an open account, by key; the case comes with them."""
    people = [case.created_by, *(row.user for row in case.contributors.all())]
    return {person.pk for person in people if person is not None and person.is_active}


def _to_answer(user: User, head: Head, sight: Sight, shared: Boards) -> list[Duty]:
    """The proofs that wait for this person. As ``access.condition.asked``."""
    if head.cleared is None:
        return []
    found = []
    for row in head.cleared.decision.conditions.all():
        if row.waiting is None:
            continue
        shut = frozenset(key for key in (row.waiting_by, row.owner_id) if key is not None)
        people = shared.acting(CommitteeRole.COORDINATOR, head.submission, without=shut)
        if user.pk in (people or shared.acting(CommitteeRole.CHAIR, head.submission, without=shut)):
            found.append(Duty("answer_proof", head, sight, row.waiting))
    return found


def _ends(day: date | None, case: Submission) -> datetime | None:
    """The end of a day in the committee's zone."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(case.committee.time_zone))


def is_late(head: Head, seat: object) -> bool:
    """Whether an accepted review is past its date."""
    if getattr(seat, "status", "") != AssignmentStatus.ACCEPTED:
        return False
    due = head.review_due(seat)  # type: ignore[arg-type]
    return due is not None and due < head.now


def runs_a_committee(user: User) -> bool:
    """Whether this person coordinates or chairs anywhere now."""
    return user.memberships.filter(role__in=RUNNING, until_at=None).exists()
