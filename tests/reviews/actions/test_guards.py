"""Each guard is taken away in turn, and each time something notices: a promise of the machine, or the database.

A guard is one function in ``rules/`` or ``access/``. With it, what is tried is refused and every promise holds. Without
it, what is tried goes through, and the promise that is named is the one that breaks.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError

from tests.factories.committee import Board, board
from tests.reviews.actions.guards import DATABASE, GUARDS, SET_ASIDE, Guard, Trial
from tests.reviews.actions.walk_again import Again
from tests.reviews.actions.walk_world import PROMISES


class Story(Again):
    """One case in front of all promises."""

    def __init__(self, made: Board) -> None:
        type(self).boards, type(self).reached, type(self).people = [made], Counter(), []
        super().__init__()
        self.story = 0

    def look(self) -> None:
        """Every promise, and what each of these people sees."""
        for one in PROMISES:
            one(self)
        for person in (self.boards[0].reviewers[-1], self.boards[0].members[0], self.cases[0].author):
            self.check_sight(person)


@pytest.fixture
def made() -> Board:
    return board()


@pytest.fixture
def story(made: Board) -> Iterator[Story]:
    found = Story(made)
    yield found
    found.stack.close()


def tell(story: Story, trial: Trial) -> Any:
    """Try it; the case and its board are the ones that the promises look at."""
    story.cases = [trial.case]
    story.boards[0] = trial.case.board
    story.writes += 1
    return story.try_it(trial.name, trial.case, trial.by, trial.do)


def tell_and_look(story: Story, trial: Trial) -> None:
    """As ``tell``, and then every promise."""
    tell(story, trial)
    story.look()


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDS)
def test_guard_refuses_and_every_promise_holds(name: str, story: Story, made: Board) -> None:
    trial = GUARDS[name].make(made)
    assert tell(story, trial) is None
    story.look()


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDS)
def test_without_the_guard_something_notices(
    name: str, story: Story, made: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = GUARDS[name]
    trial = found.make(made)
    take_away(found, monkeypatch)
    with pytest.raises((AssertionError, IntegrityError)) as caught:
        tell_and_look(story, trial)
    assert (DATABASE if caught.errisinstance(IntegrityError) else names_in(caught.value)) == found.noticed


def take_away(found: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something else wherever the product has this function at hand."""
    home, _, function = found.where.rpartition(".")
    real = getattr(importlib.import_module(f"reviews.{home}"), function)
    for name, module in list(sys.modules.items()):
        if name.startswith("reviews.") and vars(module).get(function) is real:
            monkeypatch.setattr(module, function, found.instead)


def names_in(error: BaseException) -> str:
    """Which promise, or which look of the machine, raised it: the outermost function of theirs."""
    looks = {SET_ASIDE, "check_sight", *(one.__name__ for one in PROMISES)}
    step, found = error.__traceback__, ""
    while step is not None:
        name = step.tb_frame.f_code.co_name
        found = found or (name if name in looks else "")
        step = step.tb_next
    return found


def test_there_are_twenty_guards_and_more() -> None:
    assert len({found.where for found in GUARDS.values()}) >= 20
