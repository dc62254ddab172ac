"""The background half of the readiness page, for a machine or container that serves no pages."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import health

CHECKS = {check.name: check for check in (health.Outbox, health.Worker, health.Beat)}


class Command(BaseCommand):
    """Ends with 0 when all that was asked for is well, otherwise with 1."""

    help = "Print whether outbox, worker and beat are well, one line each; exit code 1 when one is not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which of them; all when none is named."""
        parser.add_argument("names", nargs="*", metavar="|".join(CHECKS), help="all when none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask each in turn; a database that does not answer leaves them unknown."""
        if unknown := [name for name in options["names"] if name not in CHECKS]:
            names = {"name": unknown[0], "names": ", ".join(CHECKS)}
            raise CommandError(_("%(name)s is none of %(names)s.") % names)
        now = timezone.now()
        codes = {name: _code(CHECKS[name](now=now)) for name in options["names"] or CHECKS}
        for name, code in codes.items():
            self.stdout.write(f"{name} {code}")
        if set(codes.values()) != {health.OK}:
            sys.exit(1)


def _code(check: health.Check) -> str:
    try:
        return check.fault() or health.OK
    except DatabaseError:
        return "unknown"
