"""Writes the whole installation into one file, while it runs. The work stands in ``reviews/archive``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.archive import backup, files, keys
from reviews.archive.errors import ArchiveError


class Command(BaseCommand):
    """Ends with 0 when everything was saved, with 1 when nothing was, or when stored files were not whole."""

    help = "Save the database and all stored files in one file; --keys saves the keys in another."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write."""
        parser.add_argument("path", type=Path, help="the file to write; it must not exist")
        parser.add_argument("--keys", type=Path, help="write the keys of DATA_DIR into this file, to be kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, then say what was written and what was not."""
        path, keys_path, now = options["path"], options["keys"], timezone.now()
        try:
            if keys_path is not None:
                files.check_free(keys_path)
            written = backup.write(path, now=now)
            if keys_path is not None and keys.kept():
                keys.write(keys_path, now=now)
        except ArchiveError as refusal:
            raise CommandError(str(refusal)) from None
        except Error as error:
            raise CommandError(
                _("The database gave up, so nothing was written: %(reason)s") % {"reason": error}
            ) from error
        said = written.manifest
        self.stdout.write(
            _("%(path)s: %(rows)d rows of %(tables)d tables, %(files)d files, %(events)d audit events, %(size)s.")
            % {
                "path": path,
                "rows": said.rows,
                "tables": len(said.tables),
                "files": len(said.files),
                "events": said.events,
                "size": filesizeformat(written.size).replace("\xa0", " "),
            }
        )
        self.stdout.write(_("Digest of its manifest: %(sha256)s") % {"sha256": written.sha256})
        for sentence in _about_keys(keys_path):
            self.stdout.write(sentence)
        if written.faults:
            for fault in written.faults:
                self.stderr.write(fault)
            raise CommandError(_("The backup was written, but not everything in this installation is whole."))


def _about_keys(path: Path | None) -> list[str]:
    """Where the keys are now."""
    found = list(keys.kept())
    sentences = []
    if not keys.signing_key_is_kept():
        sentences.append(_("SECRET_KEY comes from the environment: keep it yourself, apart from the backup."))
    if not found:
        return [*sentences, *([_("DATA_DIR holds no keys, so none were written.")] if path is not None else [])]
    if path is None:
        sentences.append(
            _("The keys are not in it (%(names)s). With new ones everybody signs in again and links in mails end.")
            % {"names": ", ".join(found)}
        )
    else:
        sentences.append(
            _("%(path)s: %(names)s. Keep it apart from the backup.") % {"path": path, "names": ", ".join(found)}
        )
    return sentences
