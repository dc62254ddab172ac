"""The probe for containers: right host name, right exit code, and one word where nobody answers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.architecture.sources import ROOT


class Server(HTTPServer):
    """Answers 200 at one address and 503 elsewhere, and notes what it was asked."""

    asked: list[tuple[str, str]]


class Handler(BaseHTTPRequestHandler):
    """Speaks like the health pages."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        self.send_response(200 if self.path == "/health/web/" else 503)
        self.end_headers()
        self.wfile.write(b"ok\n" if self.path == "/health/web/" else b"failing\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def probe(*arguments: str, **environment: str) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "deploy" / "probe.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_probe_gives_the_own_host_name_and_hands_on_the_answer(server: Server) -> None:
    port = str(server.server_port)

    assert probe("/health/web/", port, BASE_URL="https://review.lab.org:8443") == (0, "ok\n")
    assert probe("/health/ready/", port, BASE_URL="https://review.lab.org") == (1, "failing\n")
    assert probe("/health/web/", port) == (0, "ok\n")
    assert server.asked == [
        ("/health/web/", "review.lab.org:8443"),
        ("/health/ready/", "review.lab.org"),
        ("/health/web/", f"127.0.0.1:{port}"),
    ]


def test_probe_of_nobody_fails_in_one_line(server: Server) -> None:
    port = str(server.server_port)
    server.shutdown()
    server.socket.close()

    assert probe("/health/web/", port) == (1, "no answer (ConnectionRefusedError)\n")
