"""Draws the table of moves for the docs and the README, so that the picture cannot drift from the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.rules.states import State
from reviews.rules.workflow import LABELS, MOVES, OWNERS

PAGE = Path(settings.ROOT) / "docs/workflow.md"
README = Path(settings.ROOT) / "README.md"
BEGIN, END = "<!-- workflow: begin -->", "<!-- workflow: end -->"


def diagram() -> list[str]:
    """The states and the moves between them, for a viewer that draws mermaid."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    for move in MOVES:
        sources = sorted(move.sources, key=list(State).index)
        lines += [f"    {source} --> {move.target}: {move.name}" for source in sources]
    return [*lines, *(f"    {state} --> [*]" for state in (State.DECIDED, State.WITHDRAWN)), "```"]


def page() -> str:
    """The page as it should be: the diagram, then both tables in words."""
    lines = [
        "# What happens to a case",
        "",
        "Drawn by `manage.py workflow --write` from `reviews/rules/workflow.py`; a test holds the two together.",
        "",
        *diagram(),
        "",
        "| State | Whose turn |",
        "|---|---|",
    ]
    lines += [f"| {LABELS[state]} | {OWNERS[state]} |" for state in State]
    lines += ["", "| Move | From | To | By | Needs |", "|---|---|---|---|---|"]
    for move in MOVES:
        names = ", ".join(LABELS[s].lower() for s in sorted(move.sources, key=list(State).index))
        actors = ", ".join(sorted(move.actors))
        lines.append(f"| {move.name} | {names} | {LABELS[move.target].lower()} | {actors} | {move.needs} |")
    return "\n".join(lines) + "\n"


def readme(text: str) -> str:
    """The README with today's diagram between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *diagram(), END + after])


class Command(BaseCommand):
    """Print the page, write it and the README (``--write``), or fail when one is out of date (``--check``)."""

    help = "Draw the workflow from its table."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked."""
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        text, front = page(), README.read_text(encoding="utf-8")
        if options["write"]:
            PAGE.write_text(text, encoding="utf-8")
            README.write_text(readme(front), encoding="utf-8")
        elif options["check"]:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text or front != readme(front):
                raise CommandError("The drawn workflow is out of date: run manage.py workflow --write")
        else:
            self.stdout.write(text)
