"""Fills an empty installation from a backup. The work stands in ``reviews/archive``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.archive import keys, restore
from reviews.archive.errors import ArchiveError
from reviews.archive.restore import Restored


class Command(BaseCommand):
    """Ends with 0 when the installation is the one of the backup, with 1 and one sentence otherwise."""

    help = "Fill an empty installation from a backup. Nothing old is sent from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to read."""
        parser.add_argument("path", type=Path, help="what backup wrote")
        parser.add_argument("--keys", type=Path, help="what backup --keys wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, then say what stands now."""
        try:
            done = restore.restore(
                options["path"].absolute(), keys_path=options["keys"], now=timezone.now(), say=self.stdout.write
            )
        except ArchiveError as refusal:
            raise CommandError(str(refusal)) from None
        except Error as error:
            raise CommandError(
                _("The database gave up. Run this again; until then no mail is sent. %(reason)s") % {"reason": error}
            ) from error
        for sentence in _said(done):
            self.stdout.write(sentence)
        for file in done.manifest.files:
            if not file.is_whole:
                self.stderr.write(
                    _("Stored file %(path)s was not whole when the backup was made.") % {"path": file.path}
                )


def _said(done: Restored) -> list[str]:
    said = done.manifest
    mails = done.mails_set_aside
    sentences = [
        _(
            "Restored as of %(moment)s: %(rows)d rows of %(tables)d tables, %(files)d files, %(events)d audit events "
            "in %(chains)d chains. Every row, file and chain is the one of the backup."
        )
        % {
            "moment": f"{said.made_at:%Y-%m-%d %H:%M} UTC",
            "rows": said.rows,
            "tables": len(said.tables),
            "files": len(said.files),
            "events": said.events,
            "chains": len(said.chains),
        },
        _("Digest of its manifest: %(sha256)s") % {"sha256": done.sha256},
        ngettext(
            "%(count)d mail was set aside and will not be sent.",
            "%(count)d mails were set aside and will not be sent.",
            mails,
        )
        % {"count": mails},
    ]
    if done.keys:
        sentences.append(_("Keys were put into DATA_DIR: %(names)s.") % {"names": ", ".join(done.keys)})
    if done.signed_by_environment:
        sentences.append(_("SECRET_KEY comes from the environment: give the one that the installation had."))
    elif keys.SIGNING not in done.keys:
        sentences.append(
            _(
                "No keys were restored. Unless DATA_DIR has the old ones, everybody signs in again, and links in mails "
                "end."
            )
        )
    sentences.append(_("Now start the program; whatever runs already must be started again."))
    return sentences
