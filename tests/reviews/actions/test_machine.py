"""Random people do random things to two cases, and what must always hold is looked at after each of them.

The board is built once; every story happens inside a savepoint that is rolled back. Nobody here knows what is
allowed: the actions refuse, and the invariants are stated without asking the code that decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.actions import deactivate
from accounts.models import User
from audit import log
from notifications import outbox
from reviews.access.committee import acting
from reviews.access.submission import sight
from reviews.actions import (
    assignment,
    conflict,
    decision,
    deliberation,
    evidence,
    motion,
    release,
    review,
    submission,
)
from reviews.actions.committee import appoint, dismiss
from reviews.actions.motion import Proposal, Term
from reviews.models import (
    Assignment,
    Ballot,
    Condition,
    Conflict,
    Contributor,
    Decision,
    Evidence,
    Hold,
    Inquiry,
    Membership,
    Motion,
    ReleasePlan,
    Review,
    Stage,
    Submission,
)
from reviews.rules.errors import Refused
from reviews.rules.states import CommitteeRole, Outcome, PartKind, State, Vote
from reviews.rules.visibility import Level
from tests import sizes
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import undone

STEPS_OF_THE_TABLE = {
    ("draft", "submitted"), ("returned", "submitted"), ("submitted", "decided"), ("submitted", "in_review"),
    ("submitted", "returned"), ("in_review", "returned"), ("deliberation", "returned"), ("in_review", "deliberation"),
    ("in_review", "sign_off"), ("deliberation", "sign_off"), ("sign_off", "decided"), ("sign_off", "deliberation"),
    ("sign_off", "in_review"),
    *((state.value, "withdrawn") for state in State if state not in (State.DECIDED, State.WITHDRAWN)),
}  # fmt: skip
OF_AUTHORS = {"submit", "withdraw", "give", "answer"}
SEATS = ("coordinator", "chair", "head_of_research", "executive")

Draw = Callable[[Random], Any]


def which(chance: Random) -> int:
    """One of the two cases."""
    return chance.randrange(2)


def numbers(chance: Random) -> int:
    """Which row, or which person, where there are many."""
    return chance.randrange(51)


def someone(chance: Random) -> int | None:
    """Mostly whoever should; now and then anybody."""
    return chance.randrange(51) if chance.random() < 0.25 else None


def rarely(chance: Random) -> bool:
    """Once in a while."""
    return chance.random() < 0.1


def one_of(*values: Any) -> Draw:
    """Each of these as often as it is named."""
    return lambda chance: chance.choice(values)


def some_voters(chance: Random) -> set[int]:
    """Few of the seven most of the time, now and then nearly all."""
    return set(chance.sample(range(7), chance.choice([0, 0, 1, 2, 3, 6])))


# More bits, and Hypothesis would prefer small numbers.
seeds = st.integers(0, 2**24 - 1)
outcomes = one_of(*Outcome)
either = one_of(True, False)
Deed = Callable[..., None]
DEEDS: list[tuple[Deed, dict[str, Draw]]] = []


def deed(often: int = 1, **facts: Draw) -> Callable[[Deed], Deed]:
    """Something that may happen. One rule draws them all from a seed: with a rule each, most stories left most out."""

    def register(function: Deed) -> Deed:
        DEEDS.extend([(function, facts)] * often)
        return function

    return register


class Walk(RuleBasedStateMachine):
    """One story of two cases before one board."""

    made: ClassVar[Board]
    people: ClassVar[list[User]]
    answers: ClassVar[dict[int, dict[str, Any]]]
    reached: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        self.cases: list[Case] = []
        self.known: set[int] = set()
        for person in self.people:
            person.refresh_from_db()
        self.steps = 0

    def teardown(self) -> None:
        """The long look at the end, then everything is undone."""
        try:
            for case in self.cases:
                assert log.verify(case.submission.stream).faults == ()
            queued = outbox.recent(limit=10_000, states=["queued"])
            for row in Conflict.objects.select_related("user", "submission"):
                known = (row.user.public_id, row.submission.reference)
                mine = [mail for mail in queued if (mail.recipient, mail.about) == known]
                assert all(mail.created_at > row.declared_at for mail in mine)
            for person in self.people[::4]:
                self.check_sight(person)
        finally:
            self.stack.close()

    @initialize(tiers=st.tuples(st.sampled_from([1, 2, 3, 4, 2, 3]), st.integers(0, 4)), far=st.booleans(), story=seeds)
    def begin(self, tiers: tuple[int, int], far: bool, story: int) -> None:
        """Two drafts of one author; the first is often under way already."""
        self.story = story
        for number, tier in enumerate(tiers):
            case = cases.draft(self.made, author=self.people[0], answers=self.answers[tier], label=f"Case {number}")
            self.cases.append(case)
        if far:
            first = cases.submit(self.cases[0])
            cases.settle_evidence(first)
            cases.clear_holds(first)
            cases.seat_reviewers(first)
            first.again()

    @rule(seed=seeds)
    def something_happens(self, seed: int) -> None:
        """One thing, with people and content drawn for it. Each step of each story draws its own."""
        self.steps += 1
        chance = Random(f"{self.story} {seed} {self.steps}")
        function, facts = chance.choice(DEEDS)
        function(self, **{name: draw(chance) for name, draw in facts.items()})

    @deed(often=22, n=which, outcome=outcomes, split=rarely, number=numbers)
    def goes_on(self, n: int, outcome: Outcome, split: bool, number: int) -> None:
        """What happens where everybody does their duty: the next thing that the case waits for."""
        case = self.cases[n]
        state = case.submission.state
        if state in (State.DRAFT, State.RETURNED):
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
        elif number % 4 or state == State.WITHDRAWN:
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
            self.cases[n] = cases.draft(self.made, author=author, answers=self.answers[tier], label="Another")

    # ---------------------------------------------------------------- how things are tried

    def try_it(self, name: str, case: Case, by: User | None, call: Callable[..., Any]) -> Any:
        """Do it; a refusal is an answer. Whoever got through must have been somebody who may."""
        if by is not None:
            by.refresh_from_db()
            out = by.pk in self.set_aside(case)
        try:
            found = call(by=by, now=case.later()) if by is not None else call(now=case.later())
        except Refused:
            return None
        finally:
            case.again()
        if by is not None:
            assert by.is_active
            assert not out or name in OF_AUTHORS, (name, by)
        self.reached[name] += 1
        return found

    def pick(self, who: int | None, right: Sequence[User]) -> User:
        """The right person, or anybody."""
        if who is not None or not right:
            return self.people[(who or 0) % len(self.people)]
        return right[0]

    def coordinator(self, case: Case, who: int | None) -> User:
        return self.pick(who, acting(case.submission, CommitteeRole.COORDINATOR))

    def chair(self, case: Case, who: int | None) -> User:
        return self.pick(who, acting(case.submission, CommitteeRole.CHAIR))

    def set_aside(self, case: Case) -> set[int]:
        """Authors and people with a declared conflict."""
        found = set(Conflict.objects.filter(submission=case.submission).values_list("user_id", flat=True))
        found |= set(Contributor.objects.filter(submission=case.submission).values_list("user_id", flat=True))
        return found | {case.submission.created_by_id}

    def find(self, model: Any, case: Case, number: int, **filters: Any) -> Any:
        """One of the rows of a case, or None."""
        paths = {Ballot: "motion__revision__submission", Condition: "decision__submission"}
        of_revision = (Motion, Evidence, Hold, Inquiry)
        path = paths.get(model, "revision__submission" if model in of_revision else "submission")
        rows = list(model.objects.filter(**{path: case.submission}, **filters).order_by("-pk"))
        return rows[number % len(rows)] if rows else None

    # ---------------------------------------------------------------- authors

    @deed(n=which, who=someone)
    def submits(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("submit", case, self.pick(who, [case.author]), lambda **facts: submission.submit(
            submission=case.submission, attested_name="Author One", version=case.version, **facts))  # fmt: skip

    @deed(n=which, who=someone, really=one_of(True, False, False))
    def withdraws(self, n: int, who: int | None, really: bool) -> None:
        case = self.cases[n]
        if really:
            self.try_it("withdraw", case, self.pick(who, [case.author]), lambda **facts: submission.withdraw(
                submission=case.submission, version=case.version, **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers, every=either)
    def gives_evidence(self, n: int, who: int | None, number: int, every: bool) -> None:
        case = self.cases[n]
        for _ in range(9 if every else 1):
            row = self.find(Evidence, case, number, given_at=None, waived_at=None)
            if row is not None:
                self.try_it("give", case, self.pick(who, [case.author]), lambda row=row, **facts: evidence.give(
                    evidence=row, text="Here.", **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers)
    def answers_the_board(self, n: int, who: int | None, number: int) -> None:
        case = self.cases[n]
        row = self.find(Inquiry, case, number, answered_at=None)
        if row is not None:
            self.try_it("answer", case, self.pick(who, [case.author]), lambda **facts: deliberation.answer(
                inquiry=row, text="An answer.", **facts))  # fmt: skip

    @deed(n=which, number=numbers)
    def names_another_author(self, n: int, number: int) -> None:
        case = self.cases[n]
        person = self.people[number % len(self.people)]
        self.try_it("describe", case, None, lambda now: submission.describe(
            submission=case.submission, title="T", label="L", venue="", planned_date=None,
            version=case.description_version, by=case.author, now=now,
            contributors=[submission.Writer(person.display_name, person.email)],
        ))  # fmt: skip

    # ---------------------------------------------------------------- the coordinator and the reviewers

    @deed(n=which, who=someone)
    def returns(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        if who is None and case.submission.revision.number > 2:
            return
        self.try_it("return", case, self.coordinator(case, who), lambda **facts: submission.return_to_authors(
            submission=case.submission, reason="Redact.", version=case.version, **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers, likely=either)
    def offers(self, n: int, who: int | None, number: int, likely: bool) -> None:
        case = self.cases[n]
        pool = self.made.reviewers if likely else self.people
        self.try_it("offer", case, self.coordinator(case, who), lambda **facts: assignment.offer(
            submission=case.submission, reviewer=pool[number % len(pool)], review_days=5, version=case.version,
            **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers, no_conflict=one_of(True, True, True, False))
    def accepts(self, n: int, who: int | None, number: int, no_conflict: bool) -> None:
        case, row = self.cases[n], self.find(Assignment, self.cases[n], number, status="offered")
        if row is not None:
            self.try_it("accept", case, self.pick(who, [row.reviewer]), lambda **facts: assignment.accept(
                assignment=row, no_conflict=no_conflict, **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, number=numbers, way=one_of("decline", "take_back", "lapse"))
    def ends_a_seat(self, n: int, who: int | None, number: int, way: str) -> None:
        case = self.cases[n]
        fit = ["accepted", "offered"] if way == "take_back" else ["offered"]
        row = self.find(Assignment, case, number, **({} if number % 5 == 0 else {"status__in": fit}))
        if row is None:
            return
        if way == "decline":
            self.try_it(way, case, self.pick(who, [row.reviewer]), lambda **facts: assignment.decline(
                assignment=row, **facts))  # fmt: skip
        elif way == "take_back":
            self.try_it(way, case, self.coordinator(case, who), lambda **facts: assignment.take_back(
                assignment=row, reason="Ill.", **facts))  # fmt: skip
        else:
            self.try_it(way, case, None, lambda now: assignment.lapse(assignment=row, now=now))

    @deed(n=which, who=someone, number=numbers, outcome=outcomes, clear=either, every=either)
    def files(self, n: int, who: int | None, number: int, outcome: Outcome, clear: bool, every: bool) -> None:
        case = self.cases[n]
        for _ in range(3 if every else 1):
            row = self.find(Assignment, case, number, status="accepted")
            if row is None:
                return
            made = Review.objects.get(assignment=row)
            content = cases.findings(case, outcome=outcome, clear=clear)
            self.try_it("file", case, self.pick(who, [row.reviewer]), lambda made=made, content=content, **facts:
                        review.file(review=made, content=content, version=made.version, **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone)
    def asks(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("ask", case, self.coordinator(case, who), lambda **facts: deliberation.ask(
            submission=case.submission, text="Which data?", **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, number=numbers)
    def waives(self, n: int, who: int | None, number: int) -> None:
        case, row = self.cases[n], self.find(Evidence, self.cases[n], number)
        if row is not None:
            self.try_it("waive", case, self.coordinator(case, who), lambda **facts: evidence.waive(
                evidence=row, reason="Known.", **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers)
    def clears_a_hold(self, n: int, who: int | None, number: int) -> None:
        case, row = self.cases[n], self.find(Hold, self.cases[n], number, cleared_at=None)
        if row is not None:
            right = acting(case.submission, CommitteeRole(row.role))
            self.try_it("clear", case, self.pick(who, right), lambda **facts: evidence.clear_hold(
                hold=row, text="Checked.", **facts))  # fmt: skip

    @deed(often=4, n=which, number=numbers, kind=one_of("personal", "financial", "same_unit"))
    def steps_aside(self, n: int, number: int, kind: str) -> None:
        case, person = self.cases[n], self.people[number % len(self.people)]
        found = self.try_it("declare", case, person, lambda **facts: conflict.declare(
            submission=case.submission, type_key=kind, **facts))  # fmt: skip
        if found is not None:
            waiting = [row for row in outbox.recent(limit=10_000, states=["queued"]) if
                       row.recipient == person.public_id and row.about == case.submission.reference]  # fmt: skip
            assert waiting == []
            assert sight(person, case.submission).level is Level.NONE

    # ---------------------------------------------------------------- the board

    @deed(n=which, who=someone, number=numbers, outcome=outcomes, back=either)
    def moves(self, n: int, who: int | None, number: int, outcome: Outcome, back: bool) -> None:
        case = self.cases[n]
        if case.submission.state != State.DELIBERATION and who is None:
            return
        mover = self.pick(who, [self.made.voters[number % 7], self.made.coordinator])
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

    @deed(often=2, n=which, skip=some_voters, against=some_voters)
    def everybody_votes(self, n: int, skip: set[int], against: set[int]) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0, status="open")
        for number, person in enumerate(self.made.voters if row is not None else []):
            if number not in skip:
                vote = Vote.AGAINST if number in against else Vote.FOR
                self.try_it("vote", case, person, lambda vote=vote, **facts: motion.cast(
                    motion=row, vote=vote, reason="A reason.", **facts))  # fmt: skip

    @deed(often=3, n=which, who=someone, way=one_of("take_back", "close_lost", "finalise_return", "finalise"))
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

    @deed(n=which, who=someone)
    def finalises(self, n: int, who: int | None) -> None:
        case, row = self.cases[n], self.find(Motion, self.cases[n], 0)
        if row is not None:
            self.try_it("finalise", case, self.chair(case, who), lambda **facts: decision.finalise(
                motion=row, version=case.version, **facts))  # fmt: skip

    @deed(n=which, who=someone, seat=one_of(*SEATS), every=either)
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
            self.try_it("settle", case, self.coordinator(case, who), lambda **facts: release.settle_condition(
                condition=row, proof="Seen.", **facts))  # fmt: skip

    # ---------------------------------------------------------------- the world around

    @deed(days=one_of(1, 7, 31))
    def time_passes(self, days: int) -> None:
        for case in self.cases:
            case.later(days=days)

    @deed(number=numbers, role=one_of(*CommitteeRole))
    def gains_a_role(self, number: int, role: CommitteeRole) -> None:
        if number % 3 == 0:
            self.try_it("appoint", self.cases[0], None, lambda now: appoint(
                committee=self.made.committee, user=self.people[number % len(self.people)], role=role,
                by=self.made.administrator, now=now))  # fmt: skip

    @deed(number=numbers, really=either)
    def loses_a_role(self, number: int, really: bool) -> None:
        rows = list(Membership.objects.filter(until_at=None).order_by("pk"))
        if really:
            self.try_it("dismiss", self.cases[0], None, lambda now: dismiss(
                membership=rows[number % len(rows)], by=self.made.administrator, now=now))  # fmt: skip

    @deed(number=numbers, really=rarely)
    def loses_the_account(self, number: int, really: bool) -> None:
        person = self.people[number % len(self.people)]
        if really and number % 3 == 0 and person.pk != self.made.administrator.pk:
            deactivate(user=person, by=self.made.administrator, now=self.cases[0].later())

    @deed(number=numbers)
    def looks(self, number: int) -> None:
        self.check_sight(self.people[number % len(self.people)])

    # ---------------------------------------------------------------- what always holds

    def check_sight(self, person: User) -> None:
        """The row filter gives the cases that the predicate allows."""
        person.refresh_from_db()
        found = {case.submission.pk: sight(person, case.again()) for case in self.cases}
        for level in (Level.SUMMARY, Level.RECORD, Level.MATERIAL):
            listed = set(Submission.objects.visible_to(person, level).values_list("pk", flat=True))
            assert listed == {pk for pk, seen in found.items() if seen.level >= level}
        for case in self.cases:
            if person.pk in self.set_aside(case):
                assert not found[case.submission.pk].board

    @invariant()
    def one_current_decision_a_revision(self) -> None:
        current = Counter(Decision.objects.filter(sent_back_at=None).values_list("revision", flat=True))
        assert all(count == 1 for count in current.values())

    @invariant()
    def new_decisions_rest_on_enough_people(self) -> None:
        for row in Decision.objects.exclude(pk__in=self.known).select_related("motion", "revision__policy"):
            self.known.add(row.pk)
            if row.basis == "board":
                self.check_board(row)
            if row.basis in ("reviewer", "reviewers"):
                seated = row.revision.assignments.filter(status="done")
                out = self.set_aside(next(case for case in self.cases if case.submission.pk == row.submission_id))
                people = set(seated.values_list("reviewer_id", flat=True))
                assert len(people) >= row.revision.policy.pack.tier(row.tier).reviewers
                assert not people & out

    def check_board(self, row: Decision) -> None:
        """Count by hand, from memberships and ballots as they lie there."""
        case = next(case for case in self.cases if case.submission.pk == row.submission_id)
        out = self.set_aside(case)
        held = Membership.objects.filter(
            committee=self.made.committee, role__in=["member", "external_member"], until_at=None, user__is_active=True
        )
        board_now = set(held.values_list("user_id", flat=True)) - out
        ballots = {b.voter_id: b.vote for b in Ballot.objects.filter(motion=row.motion) if b.voter_id in board_now}
        rules = row.revision.policy.pack.tier(row.tier)
        assert rules.quorum is not None
        assert rules.approval is not None
        share = Fraction(len(ballots), len(board_now))
        quorum = rules.quorum
        assert share > quorum.share if quorum.strictly_more else share >= quorum.share
        assert len(ballots) >= quorum.at_least
        votes = Counter(ballots.values())
        yes, cast = votes["for"], votes["for"] + votes["against"]
        approval = rules.override if row.tally["is_override"] and rules.override is not None else rules.approval
        assert yes > approval.share * cast if approval.strictly_more else yes >= approval.share * cast
        assert yes > 0
        assert (row.tally["eligible"], row.tally["present"], row.tally["votes_for"]) == (
            len(board_now), len(ballots), yes,
        )  # fmt: skip
        assert row.finalised_by_id not in out
        assert row.finalised_by_id != row.motion.put_by_id

    @invariant()
    def permissive_decisions_in_force_have_two_people(self) -> None:
        for row in Decision.objects.filter(effective_at__isnull=False).exclude(basis="system"):
            signed = list(row.sign_offs.values_list("signed_by", flat=True))
            assert None not in signed
            assert len(set(signed)) == len(signed)
            assert row.motion.put_by_id not in signed
            if row.parts.exclude(outcome="withheld").exists():
                before = {row.motion.put_by_id} - {None}
                before |= set(row.revision.assignments.filter(done_at__isnull=False).values_list("reviewer", flat=True))
                assert len(before | set(signed)) >= 2
                assert not row.revision.holds.filter(cleared_at=None).exists()

    @invariant()
    def stages_stand_in_order(self) -> None:
        for plan in ReleasePlan.objects.prefetch_related("stages"):
            rows = sorted(plan.stages.all(), key=lambda row: row.order)
            opened = [row.opened_at for row in rows]
            count = sum(moment is not None for moment in opened)
            assert all(moment is not None for moment in opened[:count])
            assert sum(row.opened_at is not None and row.closed_at is None for row in rows) == min(count, 1)
            for before, after in pairwise(moment for moment in opened if moment is not None):
                assert (after - before).days >= plan.dwell_days

    @invariant()
    def states_move_along_the_table_with_one_event_each(self) -> None:
        for case in self.cases:
            events = [event.data for event in log.events(case.submission.stream) if "from" in event.data]
            steps = [(data["from"], data["to"]) for data in events]
            assert set(steps) <= STEPS_OF_THE_TABLE
            assert all(before[1] == after[0] for before, after in pairwise(steps))
            assert [data["version"] for data in events] == list(range(1, len(steps) + 1))
            assert (steps[-1][1] if steps else "draft", len(steps)) == (case.submission.state, case.version)


# What every run has to get to; the rarer deeds come in a soak.
REACHED = [
    "submit", "give", "offer", "accept", "file", "clear", "ask", "answer", "return", "declare", "put", "vote",
    "close_lost", "finalise", "sign", "withdraw",
]  # fmt: skip


@pytest.mark.django_db
def test_whatever_people_do_the_promises_hold() -> None:
    made = board()
    assert made.leader is not None
    assert made.auditor is not None
    Walk.made, Walk.reached = made, Counter()
    Walk.answers = {tier: cases.answers_for(tier) for tier in range(5)}
    Walk.people = [
        UserFactory(display_name="Author One"), made.chair, made.deputy, made.coordinator, *made.members,
        *made.externals, *made.reviewers, *made.officers.values(), made.leader, made.auditor, made.administrator,
        UserFactory(display_name="Stranger"),
    ]  # fmt: skip
    run_state_machine_as_test(
        Walk, settings=settings(max_examples=sizes.WALKS, stateful_step_count=sizes.WALK_STEPS)
    )  # fmt: skip
    # A machine that never gets anywhere proves nothing.
    assert [name for name in REACHED if not Walk.reached[name]] == []
