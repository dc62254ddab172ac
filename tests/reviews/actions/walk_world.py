"""The world of the machine: what is drawn, how something is tried, and who would be the right person for it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from random import Random
from typing import Any, ClassVar

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import User
from reviews.access.committee import acting
from reviews.models import (
    Ballot,
    Condition,
    Conflict,
    Contributor,
    Evidence,
    Hold,
    Inquiry,
    Motion,
    Response,
    Review,
)
from reviews.rules.errors import Refused
from reviews.rules.states import CommitteeRole, Outcome
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board
from tests.reviews.actions.scenes import undone

OF_AUTHORS = {
    "submit", "withdraw", "give", "answer", "prove", "ask_to_reopen", "take_back_request", "remove_artifact",
    "replace_artifact", "appeal", "take_back_appeal",
}  # fmt: skip
# How a row leads to its case, where it does not name it itself.
PATHS: dict[Any, str] = {
    Ballot: "motion__revision__submission", Condition: "decision__submission", Review: "assignment__submission",
    **dict.fromkeys((Motion, Evidence, Hold, Inquiry, Response), "revision__submission"),
}  # fmt: skip

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
BEGINNINGS = ["draft", "seated", "seated", "decided", "decided"]
outcomes = one_of(*Outcome)
either = one_of(True, False)
Deed = Callable[..., None]
DEEDS: list[tuple[Deed, dict[str, Draw]]] = []
LEADING: dict[str, list[tuple[Deed, dict[str, Draw]]]] = {}
"""What every run has to get to, and the deeds on the way there."""


def deed(often: int = 1, leads: Sequence[str] = (), **facts: Draw) -> Callable[[Deed], Deed]:
    """Something that may happen. One rule draws them all from a seed: with a rule each, most stories left most out.

    ``leads`` names what a run has to get to and comes nearer by this; what chance left out is then done more often.
    """

    def register(function: Deed) -> Deed:
        DEEDS.extend([(function, facts)] * often)
        for name in leads:
            LEADING.setdefault(name, []).append((function, facts))
        return function

    return register


PROMISES: list[Callable[[Any], None]] = []


def promise(look: Callable[[Any], None]) -> Callable[[Any], None]:
    """What always holds. Looked at as soon as anything was written since the last look, kept or taken back."""

    @functools.wraps(look)
    def look_again(self: World) -> None:
        if self.looked.get(look.__name__) != self.writes:
            look(self)
            self.looked[look.__name__] = self.writes

    PROMISES.append(look)
    return invariant()(look_again)


class World(RuleBasedStateMachine):
    """One story of two cases of the first board; the second works by the same policy, the third by another."""

    boards: ClassVar[list[Board]]
    people: ClassVar[list[User]]
    answers: ClassVar[dict[int, dict[str, Any]]]
    reached: ClassVar[Counter[str]]
    part: ClassVar[int]
    turn: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        self.cases: list[Case] = []
        self.known: set[int] = set()
        self.named: set[int] = set()
        for person in self.people:
            person.refresh_from_db()
        self.steps = 0
        self.settled: dict[Any, Any] = {}
        self.is_given_away = False
        self.writes = 0
        self.looked: dict[str, int] = {}
        self.stack.enter_context(connection.execute_wrapper(self.count_writes))

    def count_writes(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Whatever is not known to read only counts."""
        self.writes += not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"))
        return execute(sql, *rest)

    @initialize(
        tiers=st.tuples(st.sampled_from([1, 2, 3, 4, 2, 3]), st.integers(0, 4)),
        far=st.sampled_from(BEGINNINGS),
        story=seeds,
    )
    def begin(self, tiers: tuple[int, int], far: str, story: int) -> None:
        """Two drafts of one author; the first is often under way already, or decided."""
        self.story = story
        for number, tier in enumerate(tiers):
            case = cases.draft(
                self.boards[0], author=self.people[0], answers=self.answers[tier], label=f"Case {number}"
            )
            self.cases.append(case)
        if far == "decided":
            cases.decided(self.cases[0])
        elif far == "seated" or self.turn:
            first = cases.submit(self.cases[0])
            cases.settle_evidence(first)
            cases.clear_holds(first)
            cases.seat_reviewers(first)
            first.again()

    @rule(seed=seeds)
    def something_happens(self, seed: int) -> None:
        """One thing, with people and content drawn for it. Each step of each story draws its own."""
        self.steps += 1
        chance = Random(f"{self.story + self.part} {self.turn} {seed} {self.steps}")
        wanted = [found for name in self.missing() for found in LEADING[name]] if self.turn else []
        function, facts = chance.choice(wanted if wanted and chance.random() < 0.6 else DEEDS)
        function(self, **{name: draw(chance) for name, draw in facts.items()})

    @classmethod
    def missing(cls) -> list[str]:
        """Where no story of this run got to so far."""
        return [name for name in LEADING if not cls.reached[name]]

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

    def board_of(self, case: Case) -> Board:
        """The people of the committee that has the case now."""
        return next(made for made in self.boards if made.committee.pk == case.submission.committee_id)

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
        rows = list(
            model.objects.filter(**{PATHS.get(model, "submission"): case.submission}, **filters).order_by("-pk")
        )
        return rows[number % len(rows)] if rows else None
