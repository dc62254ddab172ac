"""Prove that nobody changed the event log. Reports only; repairs nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import log


class Command(BaseCommand):
    """Exit code 0 when every chain holds, 1 when any does not."""

    help = "Check all hash chains of the audit log and name the first bad row of each stream."

    def add_arguments(self, parser: CommandParser) -> None:
        """One stream can be checked alone."""
        parser.add_argument(
            "--stream", default=None, help="check only this stream, for example submission:RB-2026-K7Q4X"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per fault and one summary line."""
        report = log.verify(options["stream"])
        for fault in report.faults:
            self.stdout.write(
                _("%(stream)s: event %(sequence)d %(reason)s.")
                % {"stream": fault.stream, "sequence": fault.sequence, "reason": fault.reason}
            )
        events = ngettext("%(count)d event", "%(count)d events", report.events) % {"count": report.events}
        streams = ngettext("%(count)d stream", "%(count)d streams", report.streams) % {"count": report.streams}
        read = {"events": events, "streams": streams, "bad": len(report.faults)}
        if report.faults:
            raise CommandError(_("Read %(events)s in %(streams)s: %(bad)d do not hold.") % read)
        self.stdout.write(_("Read %(events)s in %(streams)s: all hold.") % read)
