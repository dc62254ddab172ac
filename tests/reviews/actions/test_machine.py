"""Random people do random things to two cases, and what must always hold is looked at after each of them.

What becomes of a closed case belongs to it too. The boards are built once; every story happens inside a savepoint that
is rolled back. Nobody here knows what is allowed: the actions refuse, and the invariants (``walk_promises``,
``walk_standing``) are stated without asking the code that decides.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.actions import deactivate
from reviews.access.committee import acting
from reviews.actions import condition, decision, motion, release
from reviews.actions.committee import appoint, dismiss
from reviews.actions.motion import Proposal, Term
from reviews.models import Condition, Decision, Evidence, Inquiry, Membership, Motion, Stage
from reviews.rules.states import CommitteeRole, Outcome, PartKind, State, Vote
from tests import sizes
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.reviews.actions.walk_again import Again
from tests.reviews.actions.walk_world import (
    deed,
    either,
    numbers,
    one_of,
    outcomes,
    rarely,
    some_voters,
    someone,
    which,
)

SEATS = ("coordinator", "chair", "head_of_research", "executive")


class Walk(Again):
    """One story of two cases, from their drafts to what becomes of them."""

    @deed(
        leads=("offer", "put", "vote", "close_lost", "finalise", "sign"),
        often=22,
        n=which,
        outcome=outcomes,
        split=rarely,
        number=numbers,
    )
    def goes_on(self, n: int, outcome: Outcome, split: bool, number: int) -> None:
        """What happens where everybody does their duty: the next thing that the case waits for."""
        case = self.cases[n]
        state = case.submission.state
        if state in (State.DRAFT, State.RETURNED):
            self.answers_what_is_new(n)
            self.submits(n, None)
        elif state in (State.SUBMITTED, State.IN_REVIEW):
            self.review_goes_on(n, outcome, split, number)
        elif state == State.DELIBERATION:
            row = self.find(Motion, case, 0, status="open")
            if row is None:
                self.clears_a_hold(n, None, 0)
                self.moves(n, None, number, outcome, back=split)
            elif row.ballots.count() < 5:
                self.everybody_votes(n, {number % 7}, set(range(5)) if number % 4 == 0 else set())
            else:
                self.ends_a_motion(n, None, "finalise_return" if row.kind == "return" else "finalise")
                self.ends_a_motion(n, None, "close_lost")
        elif state == State.SIGN_OFF:
            self.signs(n, None, "chair", every=True)
        elif number % 4 < 2:
            self.looks_again(n, number // 4)
        elif number % 4 == 2 or state == State.WITHDRAWN:
            self.begin_another(n, number % 5)
        else:
            self.notes_a_condition(n, None, 0)
            self.opens_a_stage(n, None, number)

    def review_goes_on(self, n: int, outcome: Outcome, split: bool, number: int) -> None:
        """Seats, then evidence, then reviews."""
        seats = self.cases[n].submission.assignments
        if seats.filter(status="offered").exists():
            self.accepts(n, None, number, no_conflict=True)
        elif self.find(Evidence, self.cases[n], 0, given_at=None, waived_at=None) is not None:
            self.gives_evidence(n, None, 0, every=True)
        elif self.find(Inquiry, self.cases[n], 0, answered_at=None) is not None:
            self.answers_the_board(n, None, 0)
        elif seats.filter(status="accepted").count() > number % 3:
            self.files(n, None, 0, outcome, clear=not split, every=not split)
        else:
            for turn in range(3):
                self.offers(n, None, number + turn, likely=True)

    def begin_another(self, n: int, tier: int) -> None:
        """Somebody else starts a case where this one has ended."""
        self.cases.append(self.cases[n])
        author = self.people[-1] if tier % 2 else self.people[0]
        author.refresh_from_db()
        if author.is_active:
            self.cases[n] = cases.draft(self.boards[0], author=author, answers=self.answers[tier], label="Another")

    # ---------------------------------------------------------------- the board

    @deed(leads=("put", "close_lost"), n=which, who=someone, number=numbers, outcome=outcomes, back=either)
    def moves(self, n: int, who: int | None, number: int, outcome: Outcome, back: bool) -> None:
        case = self.cases[n]
        if case.submission.state != State.DELIBERATION and who is None:
            return
        mover = self.pick(who, [self.board_of(case).voters[number % 7]])
        ladders = {"model": ("vetted_api", "trusted_testers"), "paper": ("redacted_preprint", "shared_agreement")}
        proposals = [Proposal(PartKind(kind), outcome, *ladders[kind]) for kind in ladders]
        if back:
            self.try_it("put_return", case, mover, lambda **facts: motion.put_return(
                submission=case.submission, rationale="Redact.", version=case.version, **facts))  # fmt: skip
            return
        self.try_it("put", case, mover, lambda **facts: motion.put(
            submission=case.submission, proposals=proposals, conditions=[Term("Audit.")], rationale="Reasons.",
            override_reason="Needed.", version=case.version, **facts))  # fmt: skip

    @deed(often=2, n=which, number=numbers, vote=one_of(Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.ABSTAIN))
    def votes(self, n: int, number: int, vote: Vote) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0)
        if row is not None:
            person = self.people[number % len(self.people)]
            self.try_it("vote", case, person, lambda **facts: motion.cast(
                motion=row, vote=vote, reason="A reason.", **facts))  # fmt: skip

    @deed(leads=("vote",), often=2, n=which, skip=some_voters, against=some_voters)
    def everybody_votes(self, n: int, skip: set[int], against: set[int]) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0, status="open")
        for number, person in enumerate(self.board_of(case).voters if row is not None else []):
            if number not in skip:
                vote = Vote.AGAINST if number in against else Vote.FOR
                self.try_it("vote", case, person, lambda vote=vote, **facts: motion.cast(
                    motion=row, vote=vote, reason="A reason.", **facts))  # fmt: skip

    @deed(
        often=4,
        n=which,
        who=someone,
        way=one_of("take_back", *["close_lost"] * 2, "finalise_return", "finalise"),
    )
    def ends_a_motion(self, n: int, who: int | None, way: str) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0, status="open")
        if row is None:
            return
        if way == "take_back":
            self.try_it("take_back_motion", case, self.pick(who, [row.put_by]), lambda **facts: motion.take_back(
                motion=row, **facts))  # fmt: skip
        elif way == "close_lost":
            self.try_it("close_lost", case, self.chair(case, who), lambda **facts: motion.close_lost(
                motion=row, **facts))  # fmt: skip
        elif way == "finalise":
            self.finalises(n, who)
        else:
            self.try_it("finalise_return", case, self.chair(case, who), lambda **facts: motion.finalise_return(
                motion=row, version=case.version, **facts))  # fmt: skip

    @deed(leads=("close_lost",), n=which, who=someone)
    def turns_down(self, n: int, who: int | None) -> None:
        """Everybody who can is against, and the chair says that it is lost."""
        self.everybody_votes(n, set(), set(range(7)))
        self.ends_a_motion(n, who, "close_lost")

    @deed(leads=("finalise",), often=2, n=which, who=someone)
    def finalises(self, n: int, who: int | None) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0)
        if row is not None:
            self.try_it("finalise", case, self.chair(case, who), lambda **facts: decision.finalise(
                motion=row, version=case.version, **facts))  # fmt: skip

    @deed(leads=("sign",), n=which, who=someone, seat=one_of(*SEATS), every=either)
    def signs(self, n: int, who: int | None, seat: str, every: bool) -> None:
        case, row = self.cases[n], self.find(Decision, self.cases[n], 0)
        for one in (SEATS if every else (seat,)) if row is not None else ():
            right = acting(case.submission, CommitteeRole(one))
            self.try_it("sign", case, self.pick(who, right), lambda one=one, **facts: decision.sign(
                decision=row, seat=one, version=case.version, **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, seat=one_of(*SEATS), really=either)
    def sends_back(self, n: int, who: int | None, seat: str, really: bool) -> None:
        case, row = self.cases[n], self.find(Decision, self.cases[n], 0)
        if row is not None and really:
            seat = next((one.seat for one in row.sign_offs.filter(signed_at=None)), seat)
            right = acting(case.submission, CommitteeRole(seat))
            self.try_it("send_back", case, self.pick(who, right), lambda **facts: decision.send_back(
                decision=row, reason="No.", version=case.version, **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, number=numbers)
    def opens_a_stage(self, n: int, who: int | None, number: int) -> None:
        case = self.cases[n]
        rows = list(Stage.objects.filter(plan__decision__submission=case.submission).order_by("plan", "order"))
        if rows:
            self.try_it("open_stage", case, self.coordinator(case, who), lambda **facts: release.open_stage(
                stage=rows[number % len(rows)], again_confirmed=True, **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers)
    def notes_a_condition(self, n: int, who: int | None, number: int) -> None:
        case, row = self.cases[n], self.find(Condition, self.cases[n], number)
        if row is not None:
            self.try_it("prove", case, self.pick(who, [case.author]), lambda **facts: condition.prove(
                condition=row, text="Seen.", version=row.proofs.count(), **facts))  # fmt: skip
            proof = row.proofs.filter(answered_at=None).first()
            if proof is not None:
                self.try_it("answer_proof", case, self.coordinator(case, who), lambda **facts: condition.accept(
                    proof=proof, **facts))  # fmt: skip

    # ---------------------------------------------------------------- the world around

    @deed(days=one_of(1, 7, 31))
    def time_passes(self, days: int) -> None:
        for case in self.cases:
            case.later(days=days)

    @deed(number=numbers, role=one_of(*CommitteeRole))
    def gains_a_role(self, number: int, role: CommitteeRole) -> None:
        if number % 3 == 0:
            committee = self.board_of(self.cases[0]).committee
            self.try_it("appoint", self.cases[0], None, lambda now: appoint(
                committee=committee, user=self.people[number % len(self.people)], role=role,
                by=self.boards[0].administrator, now=now))  # fmt: skip

    @deed(number=numbers, really=either)
    def loses_a_role(self, number: int, really: bool) -> None:
        rows = list(Membership.objects.filter(until_at=None).order_by("pk"))
        if really:
            self.try_it("dismiss", self.cases[0], None, lambda now: dismiss(
                membership=rows[number % len(rows)], by=self.boards[0].administrator, now=now))  # fmt: skip

    @deed(number=numbers, really=rarely)
    def loses_the_account(self, number: int, really: bool) -> None:
        person = self.people[number % len(self.people)]
        if really and number % 3 == 0 and person.pk != self.boards[0].administrator.pk:
            deactivate(user=person, by=self.boards[0].administrator, now=self.cases[0].later())

    @deed(number=numbers)
    def looks(self, number: int) -> None:
        self.check_sight(self.people[number % len(self.people)])


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(sizes.WALK_PARTS))
def test_whatever_people_do_the_promises_hold(part: int) -> None:
    made = board()
    assert made.leader is not None
    assert made.auditor is not None
    there, strict = cases.elsewhere(), cases.elsewhere("Strict board", policy=cases.other_policy())
    Walk.boards, Walk.reached, Walk.part = [made, there, strict], Counter(), part
    Walk.answers = {tier: cases.answers_for(tier) for tier in range(5)}
    Walk.people = [
        UserFactory(display_name="Author One"), made.chair, made.deputy, made.coordinator, *made.members,
        *made.externals, *made.reviewers, *made.officers.values(), made.leader, made.auditor, made.administrator,
        *(person for one in (there, strict) for person in
          (one.coordinator, one.chair, one.members[0], *one.reviewers[:2])),
        UserFactory(display_name="Stranger"),
    ]  # fmt: skip
    stories = sizes.WALKS // sizes.WALK_PARTS
    # A machine that never gets anywhere proves nothing: other stories follow that do more often what chance left out.
    for Walk.turn in range(10):
        told = settings(max_examples=stories // 4 if Walk.turn else stories, stateful_step_count=sizes.WALK_STEPS)
        run_state_machine_as_test(Walk, settings=told)
        if not Walk.missing():
            break
    assert Walk.missing() == []
