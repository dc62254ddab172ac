"""How long the first page after sign-in takes in the demo, for every account of it.

``python -m tests.benchmarks.first_page`` prints for each account the median and the best of its times in milliseconds,
how much of it was spent in the database, how many queries it took, and the share of the 100 ms that may pass. It says
so and ends with 1 where somebody waits longer. Times on a busy machine say little; the processor's own time says more.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

ALLOWED_MS = 100.0
TIMES = 15


@dataclass(frozen=True)
class Measured:
    """One account's first page."""

    email: str
    wall: list[float]
    busy: list[float]
    database: float
    queries: int

    def line(self) -> str:
        """As a line of the table."""
        share = median(self.busy) / ALLOWED_MS
        return (
            f"{self.email:<32}{median(self.wall):9.1f}{min(self.wall):9.1f}{median(self.busy):9.1f}"
            f"{self.database:9.1f}{self.queries:9d}{share:9.2f}"
        )


def measure(email: str) -> Measured:
    """Ask for the first page again and again as this person."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/", follow=True).status_code == 200  # leadership is led on to its own page
    with CaptureQueriesContext(connection) as asked:
        client.get("/", follow=True)
        queries = list(asked.captured_queries)
    wall, busy = [], []
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        client.get("/", follow=True)
        busy.append(1000 * (time.process_time() - worked))
        wall.append(1000 * (time.perf_counter() - began))
    database = 1000 * sum(float(query["time"]) for query in queries)
    return Measured(email, wall, busy, database, len(queries))


def main() -> int:
    """Load the demo into a folder of its own and measure everybody."""
    with tempfile.TemporaryDirectory(prefix="reviewboard-benchmark-") as folder:
        for name in ("BASE_URL", "DATABASE_URL", "SECRET_KEY", "DEBUG", "EMAIL_URL"):
            os.environ.pop(name, None)
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "reviewboard.settings"
        import django

        django.setup()
        from django.core.management import call_command

        from accounts import demo

        call_command("migrate", verbosity=0)
        call_command("demo", stdout=io.StringIO())
        found = [measure(account.email) for account in demo.read().accounts]
    head = ("median", "best", "busy", "sql", "queries", "of 100")
    sys.stdout.write(f"{'milliseconds':<32}" + "".join(f"{word:>9}" for word in head) + "\n")
    for one in found:
        sys.stdout.write(one.line() + "\n")
    slow = [one.email for one in found if median(one.busy) > ALLOWED_MS]
    if slow:
        sys.stdout.write(f"More than {ALLOWED_MS:g} ms of work: {', '.join(slow)}\n")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
