"""Prove that nobody changed a decision record. Reports only; repairs nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries import record


class Command(BaseCommand):
    """Exit code 0 when every record is the one that was signed, 1 when any is not."""

    help = "Recompute the digest of every decision record and compare it with the audit log (see verify_audit)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per record that does not hold and one summary line."""
        report = record.verify_all()
        for reference in report.broken:
            self.stdout.write(_("%(case)s: the record is not the one that was signed.") % {"case": reference})
        read = ngettext("%(count)d record", "%(count)d records", report.read) % {"count": report.read}
        if report.broken:
            raise CommandError(
                _("Read %(records)s: %(bad)d do not hold.") % {"records": read, "bad": len(report.broken)}
            )
        self.stdout.write(_("Read %(records)s: all hold.") % {"records": read})
