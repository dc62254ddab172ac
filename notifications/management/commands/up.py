"""One command that runs the product: the web server and, without a broker, the embedded worker."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from notifications import children, publishing, running

ROOT = Path(__file__).resolve().parents[3]
LAST_PORT = 65535


class Command(BaseCommand):
    """Ends with 0 when asked to end, with 1 when it could not start or a part ended by itself."""

    help = "Run the web server and the background worker; Ctrl-C ends both."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen; port 0 takes any free one."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", default="8000", help="port to listen on (8000)")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the port first, so that nothing starts when it is taken."""
        self.signals = 0
        for number in children.stop_signals():
            signal.signal(number, self._note_signal)
        with self._listen(options["host"], self._port(str(options["port"]))) as listener:
            self._check_database()
            for line in running.lines():
                self.stdout.write(line)
            with _shared_numbers() as numbers:
                culprit = self._run(listener, max(options["workers"], 1), numbers)
        if culprit is None:
            self.stdout.write(_("Stopped."))
            return
        self._refuse(
            _("The %(name)s ended by itself (exit code %(code)d), so everything was stopped.")
            % {"name": culprit.name, "code": culprit.process.returncode}
        )

    def _run(self, listener: socket.socket, workers: int, numbers: dict[str, str]) -> children.Child | None:
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        parts: list[children.Child] = []
        try:
            self._start(parts, listener, {"BASE_URL": address, **os.environ, **numbers}, workers)
            return self._watch(parts, host, port, address)
        finally:
            children.stop(parts)

    def _start(self, parts: list[children.Child], listener: socket.socket, env: dict[str, str], workers: int) -> None:
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
        web = [sys.executable, "-m", "gunicorn", "reviewboard.wsgi", "--bind", f"fd://{listener.fileno()}"]
        web += ["--workers", str(workers), "--threads", "4", "--graceful-timeout", "10", "--log-level", "warning"]
        web += ["--no-control-socket", "--logger-class", "reviewboard.serverlog.ServerLogger"]
        parts.append(children.start(_("web server"), web, env=env, pass_fds=[listener.fileno()]))
        if publishing.embedded():
            worker = [sys.executable, str(ROOT / "manage.py"), "worker"]
            parts.append(children.start(_("background worker"), worker, env=env))
        else:
            self.stdout.write(
                _(
                    "A broker is configured, so only the web server runs here. Start these two as well: "
                    "celery -A reviewboard worker, and once: celery -A reviewboard beat"
                )
            )

    def _watch(self, parts: list[children.Child], host: str, port: int, address: str) -> children.Child | None:
        """Wait for a signal (None) or for a part that ends by itself (that part); say when the address answers."""
        announced = False
        own_name = urlsplit(os.environ.get("BASE_URL") or address).netloc
        while not self.signals:
            for part in parts:
                if part.ended():
                    return part
            if not announced and _answers(host, port, own_name):
                announced = True
                shown = {"address": address}
                self.stdout.write(_("Reviewboard answers at %(address)s - Ctrl-C ends it.") % shown)
                self.stdout.flush()
            time.sleep(0.1)
        return None

    def _port(self, given: str) -> int:
        if not given.isdecimal() or int(given) > LAST_PORT:
            text = _("%(given)s is not a port. Choose a number from 1 to %(last)d with --port; 0 takes any free one.")
            self._refuse(text % {"given": given, "last": LAST_PORT})
        return int(given)

    def _listen(self, host: str, port: int) -> socket.socket:
        """The bound socket that the web server inherits: between a check and a bind nobody can slip in."""
        try:
            family, kind, _protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except OSError:
            self._refuse(_("%(host)s is not an address of this machine. Try --host 127.0.0.1.") % {"host": host})
        if not settings.PRODUCTION and not ipaddress.ip_address(place[0]).is_loopback:
            self._refuse(
                _("Without a BASE_URL the program listens on this machine only. Try --host 127.0.0.1, or set BASE_URL.")
            )
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(place)
            listener.listen(2048)
        except OSError as error:
            listener.close()
            self._refuse(_why_not(error) % {"host": host, "port": port})
        return listener

    def _check_database(self) -> None:
        try:
            executor = MigrationExecutor(connection)
            unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except OperationalError as error:
            why = str(error).partition("\n")[0]
            self._refuse(_("The database does not answer. Look at DATABASE_URL: %(why)s") % {"why": why})
        connection.close()
        if unapplied:
            self._refuse(_("The database is not up to date. Run this first: manage.py migrate"))

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)


@contextmanager
def _shared_numbers() -> Iterator[dict[str, str]]:
    """Where the processes of the web server add up what they count, for as long as they run; only if it is wanted."""
    if not settings.METRICS_TOKEN:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="reviewboard-metrics-") as folder:
        yield {"PROMETHEUS_MULTIPROC_DIR": folder}


def _why_not(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _(
            "Port %(port)d on %(host)s is taken by another program. Choose another one: --port, or PORT= before make."
        )
    if error.errno == errno.EACCES:
        return _("Port %(port)d may only be used by the system. Choose one above 1023 with --port.")
    return _("%(host)s is not an address of this machine. Try --host 127.0.0.1.")


def _answers(host: str, port: int, own_name: str) -> bool:
    """Whether the web server says anything at all; an error page is an answer too."""
    asked = http.client.HTTPConnection(_reachable(host), port, timeout=1)
    try:
        asked.request("GET", "/health/live/", headers={"Host": own_name})
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
