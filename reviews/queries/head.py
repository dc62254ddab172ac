"""The head of a case as facts: tier, whose turn it is, until when, and what keeps it. One query a fact, no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from reviews.models import (
    Appeal,
    Assessment,
    Assignment,
    Decision,
    Evidence,
    Hold,
    Inquiry,
    Motion,
    Part,
    ReleasePlan,
    Reopening,
    Restriction,
    Revision,
    Submission,
    TierProposal,
)
from reviews.queries import clearance, deadline
from reviews.queries.clearance import Cleared, with_decision
from reviews.queries.submission import policy_of
from reviews.rules import condition, deadlines, tiers, workflow
from reviews.rules.clearance import ReReview
from reviews.rules.deadlines import Calendar, Pause
from reviews.rules.pack import Pack, Tier
from reviews.rules.reopening import Signs, due
from reviews.rules.states import (
    ROUND_OPEN,
    SEATED_ASSIGNMENT,
    TERMINAL,
    AssignmentStatus,
    MotionStatus,
    Sampled,
    State,
)
from reviews.rules.visibility import Sight, sees_count
from reviews.rules.workflow import Owner


@dataclass
class Head:
    """What the head of every page of a case is made of; each part is read when it is first asked for."""

    submission: Submission
    now: datetime
    shown: Revision | None = None

    @property
    def revision(self) -> Revision:
        """The revision that the reader is shown; the open one unless told."""
        found = self.shown or self.submission.revision
        assert found is not None
        return found

    @property
    def state(self) -> State:
        """The state as a word of the vocabulary."""
        return State(self.submission.state)

    @cached_property
    def pack(self) -> Pack:
        """The policy version that this revision is judged by."""
        return policy_of(self.revision, self.submission).pack

    @cached_property
    def assessments(self) -> list[Assessment]:
        """Every assessment of this revision, the one in force last; none while it is a draft."""
        return list(self.revision.assessments.order_by("pk"))

    @cached_property
    def assessment(self) -> Assessment | None:
        """The assessment in force: of this revision, or while it is a draft of none."""
        return self.assessments[-1] if self.assessments else None

    def numbers(self, sight: Sight) -> Assessment | None:
        """The assessment whose numbers this reader sees beside the tier in force; they may be the authors' alone."""
        found = self.assessment
        if found is None or not found.counted or sees_count(sight, is_decided=self.state is State.DECIDED):
            return found
        return next(row for row in reversed(self.assessments) if not row.counted)

    @cached_property
    def tier(self) -> Tier | None:
        """The tier that the case was given."""
        return self.pack.tier(self.assessment.tier) if self.assessment is not None else None

    @property
    def tier_number(self) -> int | None:
        """The tier of this revision, or the one that the revision before had, where a list has read it."""
        return self.tier.tier if self.tier is not None else getattr(self.submission, "last_tier", None)

    @cached_property
    def working(self) -> Tier | None:
        """The tier whose people, days, evidence and ceilings apply: the next one where the system may not decide."""
        if self.assessment is None:
            return None
        number = tiers.working_tier(
            self.pack,
            self.assessment.tier,
            triggers=self.assessment.result["triggers"],
            holds=self.assessment.result["holds"],
            was_returned=self.revision.was_returned,
        )
        return self.pack.tier(number)

    @property
    def reviewers_short(self) -> int:
        """How many reviewers are still to be asked before the round has its number; at least one before it began."""
        if self.state not in ROUND_OPEN or self.working is None:
            return 0
        return max(self.working.reviewers - len(self.seats), int(self.state is State.SUBMITTED))

    @cached_property
    def seat_ended_at(self) -> datetime | None:
        """When a seat of this revision was last declined, lapsed, or was given up or away."""
        return max((row.ended_at for row in self.asked if row.ended_at is not None), default=None)

    @property
    def short_since(self) -> datetime:
        """From when on the coordinator owes reviewers: the state began, a seat ended, or the tier asks for more."""
        if self.state is State.SUBMITTED:  # nobody was asked yet
            return self.submission.state_entered_at
        moments = [self.submission.state_entered_at, self.seat_ended_at]
        if self.assessment is not None:
            moments.append(self.assessment.made_at)
        return max(moment for moment in moments if moment is not None)

    @cached_property
    def calendar(self) -> Calendar:
        """The committee's working calendar."""
        return deadline.calendar(self.submission.committee)

    @cached_property
    def pauses(self) -> tuple[Pause, ...]:
        """The stretches in which the authors owed something."""
        return deadline.pauses(self.submission)

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the frozen revision."""
        return list(Part.objects.filter(revision=self.revision))

    @cached_property
    def asked(self) -> list[Assignment]:
        """Everybody who was asked to review this revision, whatever came of it."""
        return list(Assignment.objects.filter(revision=self.revision).select_related("reviewer").order_by("pk"))

    @cached_property
    def seats(self) -> list[Assignment]:
        """Seated reviewers of the current revision."""
        return [row for row in self.asked if row.status in SEATED_ASSIGNMENT]

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Everything that the tier asks for on this revision."""
        return list(Evidence.objects.filter(revision=self.revision))

    @cached_property
    def open_evidence(self) -> list[Evidence]:
        """What is neither given nor waived."""
        return [row for row in self.evidence if not row.is_settled]

    @cached_property
    def holds(self) -> list[Hold]:
        """Holds of this revision, cleared or not."""
        return list(Hold.objects.filter(revision=self.revision).select_related("cleared_by"))

    @cached_property
    def open_inquiries(self) -> list[Inquiry]:
        """Questions that the authors have not answered yet."""
        return list(Inquiry.objects.filter(revision=self.revision, asked_of=None, answered_at=None))

    @cached_property
    def open_motion(self) -> Motion | None:
        """The motion being voted on."""
        return Motion.objects.filter(revision=self.revision, status=MotionStatus.OPEN).first()

    @cached_property
    def open_tier(self) -> TierProposal | None:
        """Another tier that waits for a second person."""
        return TierProposal.objects.filter(revision=self.revision, confirmed_at=None, withdrawn_at=None).first()

    @cached_property
    def _decisions(self) -> list[Decision]:
        return clearance.rows([self.submission], now=self.now)

    @cached_property
    def decision(self) -> Decision | None:
        """The decision on the revision that is shown, signed or not; what came of it says ``cleared``."""
        return next((row for row in self._decisions if row.revision_id == self.revision.pk), None)

    @cached_property
    def cleared(self) -> Cleared | None:
        """The decision that rules for the case, on whichever revision, and what its clearance is worth now."""
        return clearance.judged([self.submission], self._decisions, now=self.now).get(self.submission.pk)

    @cached_property
    def restriction(self) -> Restriction | None:
        """The emergency restriction in force on the decision that rules; asked for only where there is one."""
        if self.cleared is None or not self.cleared.decision.is_restricted:  # type: ignore[attr-defined]
            return None
        return Restriction.objects.of_decisions([self.cleared.decision], self.now).first()

    @cached_property
    def appeal(self) -> Appeal | None:
        """The open appeal against the decision that rules; asked for only where there is one."""
        if self.cleared is None or not self.cleared.decision.is_appealed:  # type: ignore[attr-defined]
            return None
        return Appeal.objects.of_decisions([self.cleared.decision]).first()

    @cached_property
    def decided_holds(self) -> list[Hold]:
        """The holds of the revision that was decided."""
        if self.cleared is None or self.cleared.decision.revision_id == self.revision.pk:
            return self.holds
        return list(Hold.objects.filter(revision=self.cleared.decision.revision_id))

    @property
    def is_unsettled(self) -> bool:
        """Whether the decision is to be looked at again, since somebody who had a part in it stands aside."""
        return self.decision is not None and self.decision.is_unsettled  # type: ignore[attr-defined]

    @property
    def today(self) -> date:
        """The day that it is for the committee."""
        return self.submission.committee.day_of(self.now)

    @cached_property
    def requests(self) -> list[Reopening]:
        """Requests to open a closed case again that wait for an answer or were refused; of an open one none."""
        if self.state not in TERMINAL:
            return []
        return list(Reopening.objects.since_closed().filter(submission=self.submission).select_related("asked_by"))

    @property
    def open_request(self) -> Reopening | None:
        """The request that waits for an answer."""
        return next((row for row in self.requests if row.is_open), None)

    def request_seen(self, *, as_author: bool) -> Reopening | None:
        """As ``open_request``, as far as this side learns of it: authors of their own alone."""
        row = self.open_request
        return row if row is not None and (row.is_of_authors or not as_author) else None

    @property
    def signs(self) -> Signs | None:
        """What could make the board look again at the decision that rules; None where none does."""
        if self.cleared is None:
            return None
        decision = self.cleared.decision
        return Signs(
            self.cleared.clearance,
            is_breached=condition.late((row.facts for row in decision.conditions.all()), self.today) > 0,
            is_recused=decision.is_unsettled,  # type: ignore[attr-defined]
            is_understated=decision.sampled == Sampled.UNDERSTATED,  # type: ignore[attr-defined]
        )

    @property
    def re_review(self) -> tuple[ReReview, ...]:
        """What asks for another look at the decision that rules for a closed case, and was not asked for since."""
        if self.state not in TERMINAL or self.signs is None:
            return ()
        return due(self.signs, answered={row.trigger for row in self.requests}, today=self.today)

    @property
    def waits_for_look(self) -> bool:
        """Whether the decision that rules was drawn for a later look and nobody wrote down what it came to."""
        found = self.cleared.decision if self.cleared is not None else None
        return found is not None and found.is_audit_sample and not found.sampled  # type: ignore[attr-defined]

    @cached_property
    def plans(self) -> list[ReleasePlan]:
        """Staged parts of the decision that rules."""
        if self.cleared is None:
            return []
        rows = ReleasePlan.objects.filter(decision=self.cleared.decision).prefetch_related("stages")
        return with_decision(rows, self.cleared.decision)

    @property
    def filed(self) -> int:
        """How many reviews of this round are filed."""
        return sum(seat.status == AssignmentStatus.DONE for seat in self.seats)

    @property
    def reviewers_needed(self) -> int:
        """How many reviews the tier asks for; at least as many as have seats."""
        return max(self.working.reviewers if self.working is not None else 0, len(self.seats))

    @property
    def owner(self) -> Owner:
        """Whose turn it is: the authors' while they owe an answer or, with all reviews in, evidence."""
        if self.state in TERMINAL:
            return Owner.NOBODY
        if self.submission.submitted_at is not None and self.open_inquiries:
            return Owner.AUTHORS
        if self.state is State.IN_REVIEW:
            if self.reviewers_short:
                return Owner.COORDINATOR
            if self.seats and self.filed == len(self.seats) and self.open_evidence:
                return Owner.AUTHORS
        return workflow.OWNERS[self.state]

    @property
    def is_paused(self) -> bool:
        """Whether the clock is stopped."""
        return deadlines.is_paused(self.pauses)

    @cached_property
    def decision_due(self) -> datetime | None:
        """When the case should be decided."""
        if self.working is None or self.submission.clock_from_at is None or self.state in TERMINAL:
            return None
        days = self.working.sla_business_days
        return deadlines.due_moment(self.calendar, self.submission.clock_from_at, days, self.pauses)

    @cached_property
    def turn_due(self) -> datetime | None:
        """Until when the one whose turn it is should act; the decision date where no nearer date is set."""
        if self.is_paused:
            return None
        if self.owner is Owner.REVIEWERS:
            moments = [self.review_due(seat) for seat in self.seats if seat.status != AssignmentStatus.DONE]
            known = [moment for moment in moments if moment is not None]
            if known:
                return min(known)
        if self.state is State.SUBMITTED or self.reviewers_short:
            return self.duty_due("assign_reviewers", self.short_since)
        if self.state is State.DELIBERATION and self.open_motion is not None:
            return self.duty_due("vote", self.open_motion.put_at)
        if self.state is State.SIGN_OFF:
            return self.duty_due("sign_off")
        return self.decision_due

    def review_due(self, seat: Assignment) -> datetime | None:
        """When the review of one seat is due; None while the clock is stopped."""
        return deadline.review_due(seat, self.calendar, self.pauses)

    def business_days_to(self, moment: datetime) -> int:
        """Working days from now to a moment; negative when it lies behind."""
        return deadlines.business_days_between(self.calendar, self.now, moment)

    @property
    def days_used(self) -> int:
        """Working days on the clock since submission, pauses left out; a case that is over has stopped it, and one
        that was opened again starts anew."""
        if self.submission.clock_from_at is None:
            return 0
        until = self.submission.state_entered_at if self.state in TERMINAL else self.now
        return deadlines.days_on_clock(self.calendar, self.submission.clock_from_at, until, self.pauses)

    def duty_due(self, duty: str, start: datetime | None = None) -> datetime | None:
        """When a duty of the pack is due that began at ``start``, or with the state; None while the clock is stopped,
        or where the pack sets no date."""
        days = self.submission.committee.policy_in_force.pack.reminder(duty).due_business_days
        if days is None:
            return None
        return deadlines.due_moment(self.calendar, start or self.submission.state_entered_at, days, self.pauses)
