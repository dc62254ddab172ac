"""Proposes reviewers for the facts in a file: for trying a policy on paper. It asks the rule that the pages ask.

It opens no database and needs no environment. What the file may hold is in ``docs/matching.md``.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reviews.rules import matching, matching_file

STANDARD_INPUT = "-"
MOST_MEBIBYTES = 64


class Command(BaseCommand):
    """Prints a proposal, what it is worth, how far from the best it is at most, and every shortage, as JSON."""

    help = "Propose reviewers for the people and cases in a JSON file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", help="a JSON file as docs/matching.md describes it, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, propose, print."""
        try:
            given = matching_file.read(_data(options["file"]))
        except matching_file.Fault as fault:
            raise CommandError(fault.told(_(fault.sentence))) from fault
        found = matching.propose(
            given.facts,
            kept=given.kept,
            seed=given.seed,
            next_best=matching.NEXT_BEST if given.is_explained else 0,
        )
        self.stdout.write(json.dumps(matching_file.told(found), indent=2))


def _data(path: str) -> object:
    """The data in a file, whatever is in it. Numbers that are far too long and keys that stand twice are marked."""
    try:
        text = _bytes(path).decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=matching_file.once_each, parse_int=matching_file.whole_number)
    except UnicodeDecodeError as error:
        raise CommandError(
            _("%(path)s is not UTF-8 text: byte %(place)d.") % {"path": path, "place": error.start + 1}
        ) from error
    except json.JSONDecodeError as error:
        place = {"path": path, "line": error.lineno, "column": error.colno, "reason": error.msg}
        raise CommandError(_("%(path)s is not JSON: line %(line)d, column %(column)d: %(reason)s.") % place) from error
    except RecursionError as error:
        raise CommandError(_("%(path)s is nested too deep.") % {"path": path}) from error


def _bytes(path: str) -> bytes:
    limit = MOST_MEBIBYTES * 1024 * 1024
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(_("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}) from error
    if len(data) > limit:
        raise CommandError(_("%(path)s is larger than %(limit)d MiB.") % {"path": path, "limit": MOST_MEBIBYTES})
    return data
