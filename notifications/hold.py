"""Holding back every mail while an installation is not whole: a file in ``DATA_DIR`` that all its processes see.

It says who holds, and what a person can do about it. Nothing is lost meanwhile; rows wait in the outbox.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Hold:
    """``mark`` tells whoever holds whether the hold is their own; ``reason`` is for people."""

    mark: str
    reason: str


def path() -> Path:
    """Where the sign lies."""
    return Path(settings.DATA_DIR) / "mail-held.json"


def is_on() -> bool:
    """Whether nothing may be sent now."""
    return path().exists()


def current() -> Hold | None:
    """Who holds and why. A sign that cannot be read holds as well."""
    try:
        found = json.loads(path().read_text(encoding="utf-8"))
        return Hold(str(found["mark"]), str(found["reason"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Hold("", "")


def begin(hold: Hold) -> None:
    """From now on nothing is sent."""
    partial = path().with_suffix(".part")
    with partial.open("w", encoding="utf-8") as file:
        json.dump({"mark": hold.mark, "reason": hold.reason}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path())


def end() -> None:
    """What is due may be sent again."""
    path().unlink(missing_ok=True)
