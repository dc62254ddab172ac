"""The demo's accounts for the sign-in page, read from ``DATA_DIR/demo.json``. Never shown in production mode."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class DemoAccount:
    """One made-up person who can sign in."""

    name: str
    role: str
    email: str


@dataclass(frozen=True)
class Demo:
    """Those who can sign in, and the one password of them all."""

    accounts: tuple[DemoAccount, ...] = ()
    password: str = ""


def path() -> Path:
    """Where the marker of the demo lies."""
    return Path(settings.DATA_DIR) / "demo.json"


def write(accounts: tuple[DemoAccount, ...], password: str) -> None:
    """Leave the marker, so that the sign-in page names the accounts. Refused in production mode."""
    if settings.PRODUCTION:
        raise ValueError("The demo is not for production mode.")
    rows = [{"name": one.name, "role": one.role, "email": one.email} for one in accounts]
    path().write_text(json.dumps({"password": password, "accounts": rows}, indent=2), encoding="utf-8")


def read() -> Demo:
    """The demo's accounts; none in production mode, without the marker, or when it cannot be read."""
    if settings.PRODUCTION:
        return Demo()
    try:
        stored = json.loads(path().read_text(encoding="utf-8"))
        rows = tuple(DemoAccount(str(row["name"]), str(row["role"]), str(row["email"])) for row in stored["accounts"])
        return Demo(rows, str(stored.get("password", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return Demo()
