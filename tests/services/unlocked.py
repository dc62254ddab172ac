"""The lock of every action on a case, replaced by one that holds nobody up, in a server of the tests alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.transaction import Atomic

if TYPE_CHECKING:
    from reviews.models import Submission


A_WHILE = 0.3
"""So long that everybody who comes at the same moment has done all they do before anybody commits."""


class Unlocked(AppConfig):
    """Puts it in place once everything is loaded."""

    name = "tests.services"
    label = "unlocked_of_the_tests"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        """Every action takes it from its module when it is called."""
        from reviews.actions import _transition

        _transition.lock = _look
        Atomic.__exit__ = _commit_late  # type: ignore[method-assign]


def _look(submission: Submission) -> Submission:
    return type(submission).objects.get(pk=submission.pk)


_commit = Atomic.__exit__


def _commit_late(self: Any, exc_type: Any, exc_value: Any, traceback: Any) -> None:
    """Actions are the durable ones."""
    if self.durable and exc_type is None:
        time.sleep(A_WHILE)
    _commit(self, exc_type, exc_value, traceback)
