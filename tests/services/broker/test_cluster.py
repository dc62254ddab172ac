"""The services answer, and nothing of them is left afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.architecture.sources import ROOT
from tests.conftest import need
from tests.services import cluster


def test_services_answer(postgresql_url: str, redis_url: str) -> None:
    with psycopg.connect(postgresql_url) as line:
        assert line.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(redis_url) as server:
        assert server.ping() is True


def test_services_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tmp_path.chmod(0o755)

    with cluster.redis(need("redis")) as url:
        port = int(url.split(":")[2].split("/")[0])
        assert len(list(tmp_path.iterdir())) == 1

    assert list(tmp_path.iterdir()) == []
    assert not cluster._answers_ping(port)


def test_with_services_hands_on_the_exit_code() -> None:
    need("postgresql")
    need("redis")
    script = (
        "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'].startswith('postgres://')"
        " and os.environ['REDIS_URL'].startswith('redis://') else 1)"
    )

    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "with_services.py", "--", sys.executable, "-c", script],
        env=dict(os.environ),
        check=False,
    )

    assert done.returncode == 7
