"""Emergency restrictions as facts: what can be restricted, who ratifies, and what their votes come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from reviews.access.restriction import ratifiers, tier_of
from reviews.models import Decision, Restriction, RestrictionVote, Stage, Submission
from reviews.queries import clearance, deadline
from reviews.queries import motion as board
from reviews.queries.head import Head
from reviews.rules import deadlines, quorum, restriction
from reviews.rules.quorum import Tally
from reviews.rules.restriction import Phase, Verdict
from reviews.rules.states import Outcome, Vote


def ruling(submission: Submission) -> Decision | None:
    """The decision that rules for the case, with what a restriction of it needs."""
    rows = clearance.ruling().filter(submission=submission)
    return rows.select_related("revision__policy").prefetch_related("parts").first()


def why_not(decision: Decision | None, submission: Submission, *, now: datetime) -> str:
    """The code of what keeps a decision from being restricted now; empty where it can be.

    Codes: ``not_in_force``, ``restricted``, ``refused``, ``nothing_released``. What the board refused, nobody places
    again before the time is over in which it would have been voted on.
    """
    if decision is None:
        return "not_in_force"
    if Restriction.objects.in_force(now).filter(decision=decision).exists():
        return "restricted"
    if Restriction.objects.refused(now).filter(decision=decision).exists():
        return "refused"
    if all(part.outcome == Outcome.WITHHELD for part in decision.parts.all()):
        return "nothing_released"
    if clearance.of_decision(decision, submission, now=now).holds or _is_open(decision):
        return ""
    return "not_in_force"


def may_be_placed(head: Head) -> bool:
    """As ``why_not``, from what the head has read."""
    if head.cleared is None or not head.cleared.releases or head.restriction is not None:
        return False
    if head.cleared.decision.was_refused:  # type: ignore[attr-defined]
        return False
    stages = [stage for plan in head.plans for stage in plan.stages.all()]
    return head.cleared.clearance.holds or any(one.opened_at and one.closed_at is None for one in stages)


def _is_open(decision: Decision) -> bool:
    return Stage.objects.filter(plan__decision=decision, opened_at__isnull=False, closed_at=None).exists()


def ratify_by(decision: Decision, submission: Submission, *, now: datetime) -> datetime:
    """Until when a restriction that is placed now can be ratified, by the policy that the decision was taken under."""
    days = decision.revision.policy.pack.decision.emergency_ratify_within_business_days
    return deadlines.last_moment(deadline.calendar(submission.committee), now, business_days=days)


def live(submission: Submission, *, now: datetime) -> Restriction | None:
    """The restriction in force on the decision that rules."""
    rows = Restriction.objects.in_force(now).filter(submission=submission)
    return rows.select_related("decision__revision__policy", "placed_by", "lift_asked_by").order_by("-pk").first()


def newest(submission: Submission) -> Restriction | None:
    """The restriction that was placed last on the case, whatever became of it."""
    return _whole(Restriction.objects.filter(submission=submission).order_by("-pk")).first()


def by_public_id(public_id: str) -> Restriction | None:
    """One restriction with its case; whoever asks must still be checked."""
    return _whole(Restriction.objects.filter(public_id=public_id)).first()


def _whole(rows: QuerySet[Restriction]) -> QuerySet[Restriction]:
    found = rows.select_related("submission", "decision__revision__policy", "placed_by", "lift_asked_by", "lifted_by")
    return found.prefetch_related("votes__voter")


def tally(row: Restriction, submission: Submission) -> Tally | None:
    """The count by the tier's quorum and majority, among those of its board who may vote now; None without a vote."""
    tier = tier_of(row.decision)
    if tier.quorum is None:
        return None
    could = set(row.board["ratifiers"])
    voters = [voter for voter in board.eligible(submission) if voter.key in could]
    around = board.around(row.decision.revision, submission)
    return quorum.tally(tier, voters, votes_of(row), above_ceiling=False, around=around)


def verdict(row: Restriction, submission: Submission) -> Verdict:
    """What the votes come to now."""
    count = tally(row, submission)
    if count is not None:
        return restriction.by_board(count)
    return restriction.by_one([person.public_id for person in ratifiers(row, submission)], votes_of(row))


def votes_of(row: Restriction) -> dict[str, Vote]:
    """What everybody said so far, by public identifier."""
    said = RestrictionVote.objects.filter(restriction=row).values_list("voter__public_id", "vote")
    return {key: Vote(vote) for key, vote in said}


@dataclass(frozen=True)
class Standing:
    """A restriction with where it stands and its count, for the page about it."""

    row: Restriction
    phase: Phase
    count: Tally | None


def standing(row: Restriction, submission: Submission, *, now: datetime) -> Standing:
    """Where it stands at this moment."""
    return Standing(row, restriction.phase(row.moments, now=now), tally(row, submission))
