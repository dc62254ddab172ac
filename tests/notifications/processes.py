"""Starting the product's processes for a test, waiting for what they do, and making sure that they end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.databases import FreshDatabase

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


@contextmanager
def running(*command: str, database: FreshDatabase, data: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the product; whatever happens, it and what it started has ended afterwards."""
    with (data / "said.txt").open("a") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=data,
            env={
                **database.environment,
                "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
                "DATA_DIR": str(data),
                "PYTHONPATH": str(ROOT),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield process
    finally:
        kill_all_of(process)


@contextmanager
def manage(*arguments: str, database: FreshDatabase, data: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """``manage.py`` with these arguments, as the only process that says anything into this folder."""
    (data / "said.txt").unlink(missing_ok=True)
    with running(str(ROOT / "manage.py"), *arguments, database=database, data=data, **environment) as process:
        yield process


def kill_all_of(process: subprocess.Popen[str]) -> None:
    """SIGKILL for a process and everything below it, and nothing else."""
    started = descendants(process.pid)
    process.kill()
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(alive(pid) for pid in started), "the children ended")


def said(data: Path) -> str:
    """What the process printed so far."""
    return (data / "said.txt").read_text()


def wait_until(holds: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> None:
    """Return as soon as it holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds: {what}")
        time.sleep(0.02)


def descendants(pid: int) -> set[int]:
    """The processes below this one, at all depths."""
    parents = {
        int(stat.parent.name): fields[1] for stat in Path("/proc").glob("[0-9]*/stat") if (fields := _fields(stat))
    }
    found: set[int] = set()
    new = {pid}
    while new:
        new = {child for child, parent in parents.items() if int(parent) in new} - found
        found |= new
    return found


def alive(pid: int) -> bool:
    """Whether the process still does anything; one that nobody has waited for yet does not."""
    fields = _fields(Path("/proc") / str(pid) / "stat")
    return bool(fields) and fields[0] != "Z"


def _fields(stat: Path) -> list[str]:
    """State, parent and so on; nothing for a process that is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
