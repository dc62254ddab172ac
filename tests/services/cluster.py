"""A PostgreSQL cluster and a Redis server for one run: on free loopback ports, in a temporary folder, of nobody else.

Both are started from what is installed on the machine and ended by their process id.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 30.0
SPEED_OVER_SAFETY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NotStartedError(RuntimeError):
    """A service did not answer in time; the text holds what it wrote."""


@contextlib.contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """The address of a new cluster's database, as ``DATABASE_URL`` has it."""
    with _folder("reviewboard-postgresql-") as folder:
        prefix = _as_other_user(folder)
        data = folder / "data"
        _run([*prefix, str(programs / "initdb"), "-D", str(data), "-U", "reviewboard", "-E", "UTF8", "--locale=C",
              "-A", "trust", "--no-sync"], folder)  # fmt: skip
        port = free_port()
        options = {**SPEED_OVER_SAFETY, "port": str(port), "listen_addresses": "127.0.0.1",
                   "unix_socket_directories": "", "max_connections": "200", "shared_buffers": "64MB"}  # fmt: skip
        command = [*prefix, str(programs / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        url = f"postgres://reviewboard@127.0.0.1:{port}/reviewboard"
        with _running(command, folder, signal.SIGINT) as process:
            ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            _wait(process, folder, lambda: subprocess.run(ready, check=False).returncode == 0)
            _run([str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "reviewboard",
                  "reviewboard"], folder)  # fmt: skip
            yield url


@contextlib.contextmanager
def redis(program: Path, port: int | None = None) -> Iterator[str]:
    """The address of a new, empty Redis server, as ``CELERY_BROKER_URL`` has it; on a free port unless told."""
    with _folder("reviewboard-redis-") as folder:
        port = port or free_port()
        command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "",
                   "--appendonly", "no"]  # fmt: skip
        with _running(command, folder, signal.SIGTERM) as process:
            _wait(process, folder, lambda: _answers_ping(port))
            yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_other_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; it then runs as its own user, who gets the folder."""
    if os.geteuid() != 0:
        return []
    try:
        person = pwd.getpwnam("postgres")
    except KeyError:
        raise NotStartedError("PostgreSQL does not run as root, and there is no user postgres to run it.") from None
    os.chown(folder, person.pw_uid, person.pw_gid)
    if shutil.which("setpriv"):
        return ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups", "--"]
    return ["runuser", "-u", "postgres", "--"]


@contextlib.contextmanager
def _running(command: list[str], folder: Path, farewell: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder)
    try:
        yield process
    finally:
        process.send_signal(farewell)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path, answers: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if answers():
            return
        time.sleep(0.05)
    raise NotStartedError((folder / "log").read_text(errors="replace")[-2000:])


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStartedError(f"{Path(command[-1]).name}: {done.stdout[-1000:]}{done.stderr[-1000:]}")


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
