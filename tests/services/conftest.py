"""Addresses of real services: those the run was given (``scripts/with_services.py``), else started for this session."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.conftest import need
from tests.services import cluster


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
