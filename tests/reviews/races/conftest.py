"""Races from the same start again and again, without making it anew each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests import databases
from tests.databases import FreshDatabase
from tests.sizes import TRIALS

T = TypeVar("T")
Trials = Callable[..., Iterator[tuple[int, T]]]


@pytest.fixture
def trials(fresh_database: FreshDatabase, tmp_path: Path) -> Trials[T]:
    """``trials(prepare, kinds=1)``: the number of each trial and what ``prepare(number % kinds)`` made for it.

    Everything that the other fixtures made is there; what one trial does, the next one does not see.
    """

    def run(prepare: Callable[[int], T], kinds: int = 1) -> Iterator[tuple[int, T]]:
        with databases.template(tmp_path) as before:
            yield from databases.copies(before, tmp_path, prepare, kinds=kinds, times=TRIALS)

    return run
