"""Addresses of real services, and the background of an installation in the mode that fits the database.

Services are those that the run was given (``scripts/with_services.py``), else started for this session. On SQLite
the background is embedded; on PostgreSQL there are a Redis server of this process's own, workers and beat.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import redis
from django.db import connection

from tests.conftest import need
from tests.databases import FreshDatabase
from tests.notifications.mailservers import Answers, smtp_server
from tests.services import cluster
from tests.services.background import Background


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL database that other processes can reach."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with cluster.postgresql(need("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server that other processes can reach."""
    given = os.environ.get("REDIS_URL", "")
    if given:
        yield given
        return
    with cluster.redis(need("redis")) as url:
        yield url


@pytest.fixture
def server() -> Answers:
    """What the mail server says and was given."""
    return Answers()


@pytest.fixture
def alone(fresh_database: FreshDatabase, tmp_path: Path, server: Answers) -> Iterator[Background]:
    """A background without a broker; tests that bring a broker of their own set it."""
    with smtp_server(server) as port:
        yield Background(fresh_database, tmp_path, port, server)


@pytest.fixture(scope="session")
def own_redis() -> Iterator[str]:
    """A Redis server that no other process of the run uses, since all of them would share one queue."""
    with cluster.redis(need("redis")) as url:
        yield url


@pytest.fixture
def broker(own_redis: str) -> str:
    """The address of an empty broker."""
    with redis.Redis.from_url(own_redis) as line:
        line.flushall()
    return own_redis


@pytest.fixture
def idle(alone: Background, request: pytest.FixtureRequest) -> Background:
    """A background in the mode that fits the database, of which nothing runs yet."""
    if connection.vendor == "postgresql":
        alone.broker = request.getfixturevalue("broker")
    return alone


@pytest.fixture
def background(idle: Background) -> Iterator[Background]:
    """Where mail is sent as soon as a worker runs: beat is there, be it within the worker."""
    with idle.beat() if idle.broker else nullcontext():
        yield idle
