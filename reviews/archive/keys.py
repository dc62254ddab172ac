"""The keys of an installation, in a file of their own: whoever finds a backup shall not find them with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from reviews.archive import files
from reviews.archive.errors import ArchiveError

FORMAT = "reviewboard-keys-1"
SIGNING = "secret_key"
LARGEST = 1024 * 1024
_PATTERN = "*_key"


def kept() -> dict[str, str]:
    """The keys that lie in ``DATA_DIR``, by file name."""
    return {
        path.name: path.read_text(encoding="ascii").strip()
        for path in sorted(Path(settings.DATA_DIR).glob(_PATTERN))
        if path.is_file()
    }


def signing_key_is_kept() -> bool:
    """Whether sessions and links are signed with the key in ``DATA_DIR``, not with one from the environment."""
    return kept().get(SIGNING) == settings.SECRET_KEY


def write(path: Path, *, now: datetime) -> None:
    """All kept keys into one private file."""
    fields = {"format": FORMAT, "made_at": now.astimezone(UTC).isoformat(), "keys": kept()}
    with files.private(path) as file:
        file.write(json.dumps(fields, indent=1).encode() + b"\n")


def read(path: Path) -> dict[str, str]:
    """The keys in a file that ``write`` made. Raises ``ArchiveError``."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        fields: Any = json.loads(path.read_bytes())
        if fields["format"] != FORMAT:
            raise ValueError("another format")
        found = dict(fields["keys"])
        for name, key in found.items():
            if not (name.endswith("_key") and name.replace("_", "a").isalnum() and name.isascii()):
                raise ValueError("not the name of a key")
            if type(key) is not str or not key.isascii() or not key.strip():
                raise ValueError("not a key")
    except OSError as error:
        raise ArchiveError(
            _("%(path)s cannot be read: %(reason)s. Nothing was restored.")
            % {"path": path, "reason": error.strerror or error}
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ArchiveError(
            _("%(path)s is not a file of keys, or it is damaged. Nothing was restored.") % {"path": path}
        ) from error
    return found


def put(found: dict[str, str]) -> None:
    """Lay the keys where the program looks for them at its next start."""
    for name, key in found.items():
        with files.private(Path(settings.DATA_DIR) / name, replace=True) as file:
            file.write(key.encode("ascii"))
