"""Every state and move is accounted for, and the page in the docs shows the table as it is."""

from __future__ import annotations

import ast
from pathlib import Path

from django.core.management import call_command

from reviews.rules.states import State
from reviews.rules.workflow import LABELS, MOVES, OWNERS

ROOT = Path(__file__).parents[2]


def _strings(folder: str) -> set[str]:
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_workflow_page_is_current() -> None:
    call_command("workflow", "--check")


def test_every_state_has_owner_and_label() -> None:
    assert set(OWNERS) == set(State)
    assert set(LABELS) == set(State)


def test_every_move_is_made_by_some_action() -> None:
    used = _strings("reviews/actions")
    assert {move.name for move in MOVES} - used == set()


def test_every_move_has_one_event_of_its_own() -> None:
    events = [move.event for move in MOVES]
    assert len(events) == len(set(events))


def test_every_state_that_waits_for_somebody_is_announced() -> None:
    told = {
        State.SUBMITTED: "submission.arrived",
        State.RETURNED: "submission.returned",
        State.IN_REVIEW: "assignment.offered",
        State.DELIBERATION: "submission.deliberation_opened",
        State.SIGN_OFF: "decision.awaits_signature",
        State.DECIDED: "letter.ready",
        State.WITHDRAWN: "submission.withdrawn",
    }
    assert set(told) == set(State) - {State.DRAFT}
    assert set(told.values()) - _strings("reviews/notices") == set()


def test_state_is_written_by_the_transition_alone() -> None:
    writers = []
    for path in (ROOT / "reviews").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_keyword = isinstance(node, ast.keyword) and node.arg == "state"
            is_target = isinstance(node, ast.Assign) and any(
                isinstance(part, ast.Attribute) and part.attr == "state"
                for target in node.targets
                for part in ast.walk(target)
            )
            if is_target or (is_keyword and _is_update(path, node)):
                writers.append(str(path.relative_to(ROOT)))
    assert set(writers) == {"reviews/actions/_transition.py"}


def _is_update(path: Path, wanted: ast.keyword) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = {keyword.arg for keyword in node.keywords if keyword.lineno == wanted.lineno}
            if node.func.attr in ("update", "create", "update_or_create") and wanted.arg in names:
                return True
    return False
