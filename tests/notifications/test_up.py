"""The one command that runs everything: it says where, it ends as a whole, and it leaves nobody behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.databases import FreshDatabase
from tests.factories.outbox import ping
from tests.notifications.processes import alive, descendants, manage, said, wait_until

NO_PORT = "is not a port. Choose a number from 1 to 65535 with --port; 0 takes any free one."
ANSWERS = re.compile(r"answers at (http://127\.0\.0\.1:\d+)")


@contextmanager
def running(database: FreshDatabase, data: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with manage("up", "--port", "0", database=database, data=data, **environment) as process:
        wait_until(lambda: ANSWERS.search(said(data)) or process.poll() is not None, "the address was printed")
        found = ANSWERS.search(said(data))
        assert found, said(data)
        yield process, found[1]


def gone(pids: set[int]) -> bool:
    return not any(alive(pid) for pid in pids)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_everything_runs_and_one_signal_ends_all_of_it(
    fresh_database: FreshDatabase, tmp_path: Path, ending: signal.Signals
) -> None:
    ping(now=timezone.now())
    with running(fresh_database, tmp_path) as (up, address):
        place = urlsplit(address)
        asked = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=30)
        asked.request("GET", "/")
        assert asked.getresponse().status < 500
        asked.close()
        wait_until(lambda: list((tmp_path / "mail").glob("*.eml")), "mail was delivered")
        started = descendants(up.pid)
        assert len(started) >= 4

        up.send_signal(ending)
        assert up.wait(timeout=40) == 0
        assert gone(started)

    assert said(tmp_path).endswith("Stopped.\n")
    assert "Traceback" not in said(tmp_path)
    (mail,) = (tmp_path / "mail").iterdir()
    assert address in mail.read_text()


def test_what_runs_is_said_before_the_address(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with running(fresh_database, tmp_path):
        lines = said(tmp_path).splitlines()

    place = "SQLite" if fresh_database.url.startswith("sqlite") else "PostgreSQL"
    assert lines[:2] == [
        f"Local mode, for this machine only: {place}, a worker without a broker, mail into files in {tmp_path}/mail.",
        "To run it for others, set BASE_URL to an https address; docs/deployment.md says what else is needed.",
    ]
    assert ANSWERS.search(lines[2])


def test_processes_of_the_web_server_count_together(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    token = "k3J9s-Vq0Zt7wLx2Rb8nYm4Fh6Dc1Ge5Ua"

    def numbers(address: str) -> tuple[int, str]:
        place = urlsplit(address)
        asked = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=30)
        asked.request("GET", "/metrics/", headers={"Authorization": f"Bearer {token}"})
        answer = asked.getresponse()
        text = answer.read().decode()
        asked.close()
        # Its own requests alone: the start asks for a sign of life, and an answer may come in late.
        found = re.search(r'requests_total_by_view_transport_method_total\{[^}]*view="metrics"[^}]*\} (\d+)', text)
        assert found, text
        return int(found[1]), text

    with running(fresh_database, tmp_path, METRICS_TOKEN=token, TMPDIR=str(tmp_path)) as (up, address):
        counts = [numbers(address)[0] for _ in range(12)]
        assert counts == list(range(counts[0], counts[0] + 12))
        assert 'state="waiting"' in numbers(address)[1]
        assert len(list(tmp_path.glob("reviewboard-metrics-*"))) == 1
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=40) == 0

    assert list(tmp_path.glob("reviewboard-metrics-*")) == []


def test_request_that_is_none_is_not_quoted(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with running(fresh_database, tmp_path) as (_, address):
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port), timeout=30) as line:
            line.sendall(b"GET /Hidden title HTTP/1.1\r\n\r\n")
            assert b"400" in line.recv(100)
        wait_until(lambda: "Invalid request" in said(tmp_path), "the server said so")

    assert "Hidden" not in said(tmp_path)


def test_killed_parent_leaves_no_orphans(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with running(fresh_database, tmp_path) as (up, _):
        started = descendants(up.pid)
        up.kill()
        up.wait()
        wait_until(lambda: gone(started), "the children ended with their parent")


@pytest.mark.parametrize(("part", "name"), [("worker", "background worker"), ("gunicorn", "web server")])
def test_part_that_dies_takes_the_rest_with_it(
    fresh_database: FreshDatabase, tmp_path: Path, part: str, name: str
) -> None:
    with running(fresh_database, tmp_path) as (up, _):
        started = descendants(up.pid)
        victim = min(pid for pid in started if part in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
        os.kill(victim, signal.SIGKILL)

        assert up.wait(timeout=40) == 1
        wait_until(lambda: gone(started), "everything else ended")

    assert f"The {name} ended by itself (exit code -9), so everything was stopped." in said(tmp_path)
    assert "Traceback" not in said(tmp_path)


def test_taken_port_is_one_sentence(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with manage("up", "--port", str(port), database=fresh_database, data=tmp_path) as up:
            assert up.wait(timeout=40) == 1

    assert said(tmp_path) == (
        f"Port {port} on 127.0.0.1 is taken by another program. Choose another one: --port, or PORT= before make.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--host", "0.0.0.0"],
            "Without a BASE_URL the program listens on this machine only. Try --host 127.0.0.1, or set BASE_URL.",
        ),
        (["--host", "nowhere.invalid"], "nowhere.invalid is not an address of this machine. Try --host 127.0.0.1."),
        (["--port", "80000"], f"80000 {NO_PORT}"),
        (["--port", "abc"], f"abc {NO_PORT}"),
        (["--port", "-1"], f"-1 {NO_PORT}"),
    ],
)
def test_wrong_place_is_one_sentence(
    fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("up", *arguments)

    assert ended.value.code == 1
    assert capsys.readouterr().err == sentence + "\n"


def test_database_without_its_tables_is_one_sentence(
    fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("migrate", "notifications", "zero", verbosity=0)

    with pytest.raises(SystemExit) as ended:
        call_command("up", "--port", "0")

    assert ended.value.code == 1
    assert capsys.readouterr().err == "The database is not up to date. Run this first: manage.py migrate\n"


def test_database_that_does_not_answer_is_one_sentence_without_its_password(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    nobody = "postgres://reviewboard:secret-word@127.0.0.1:1/reviewboard"
    with manage("up", "--port", "0", database=fresh_database, data=tmp_path, DATABASE_URL=nobody) as up:
        assert up.wait(timeout=40) == 1

    assert said(tmp_path).startswith("The database does not answer. Look at DATABASE_URL: ")
    assert said(tmp_path).count("\n") == 1
    assert "secret-word" not in said(tmp_path)


def test_with_a_broker_only_the_web_server_runs(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with running(fresh_database, tmp_path, CELERY_BROKER_URL="redis://127.0.0.1:1/0") as (up, _):
        commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in descendants(up.pid)]
        assert commands
        assert [command for command in commands if "gunicorn" not in command] == []
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=40) == 0

    assert "celery -A reviewboard worker, and once: celery -A reviewboard beat" in said(tmp_path)
