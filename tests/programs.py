"""Where the programs lie that some tests need besides Python. Looking is all that happens here."""

from __future__ import annotations

import shutil
from pathlib import Path

POSTGRESQL_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")


def find(what: str) -> Path | None:
    """The program behind ``chromium``, ``postgresql`` (its folder) or ``redis``; ``None`` where it is not installed."""
    match what:
        case "chromium":
            return _first_on_path("chromium", "chromium-browser", "google-chrome")
        case "redis":
            return _first_on_path("redis-server", "valkey-server")
        case "postgresql":
            return _postgresql_folder()
    raise ValueError(f"unknown program: {what}")


def _first_on_path(*names: str) -> Path | None:
    found = (shutil.which(name, path="/usr/bin:/usr/local/bin") or shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def _postgresql_folder() -> Path | None:
    candidates = [folder for pattern in POSTGRESQL_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    whole = [folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(whole, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in folder.parent.name).split()
    return tuple(int(part) for part in digits)
