"""Whether this deployment is alive and ready, told to anybody: short codes, and nothing of cases, people or versions.

``/health/live/`` says that the process answers and touches nothing. ``/health/web/`` asks for what this web server
needs to serve pages; ``/health/ready/`` asks for the background half as well. A load balancer looks at the second,
since taking web servers away helps no worker; whoever watches the installation looks at the third.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.http import require_safe
from health_check.views import HealthCheckView

from notifications.health import OK, Beat, Check, Outbox, Worker
from reviews.models import blobs

logger = logging.getLogger(__name__)

PREFIX = "/health/"
UNKNOWN = "unknown"


class Database(Check):
    """The database answers."""

    name = "database"
    codes = frozenset({"unreachable"})
    needs_database = False

    def fault(self) -> str:
        """Any fault of the database counts; which one is in the log."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            logger.warning("The database does not answer: %s", error)
            return "unreachable"
        return ""


class Migrations(Check):
    """The database has the shape that this code expects."""

    name = "migrations"
    codes = frozenset({"missing"})

    def fault(self) -> str:
        """Whether ``migrate`` has still something to do."""
        executor = MigrationExecutor(connection)
        return "missing" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""


class Files(Check):
    """Uploads can be kept."""

    name = "files"
    codes = frozenset({"unwritable"})
    needs_database = False

    def fault(self) -> str:
        """Write a few bytes into a file without a name, which is gone however this ends."""
        try:
            with tempfile.TemporaryFile(dir=blobs.root()) as probe:
                probe.write(b"ready")
                probe.flush()
        except OSError:
            return "unwritable"
        return ""


class Web(HealthCheckView):
    """What serving pages needs. 200 when all is well, otherwise 503."""

    http_method_names = ["get", "head", "options"]
    checks: tuple[type[Check], ...] = (Database, Migrations, Files)

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask one after the other: without a database the rest is not asked, or each would wait for it again."""
        now = timezone.now()
        codes: dict[str, str] = {}
        for check in self.checks:
            blind = check.needs_database and codes[Database.name] != OK
            codes[check.name] = UNKNOWN if blind else await check(now=now).code()
        response = _answer(request, codes)
        if faults := [f"{name} {code}" for name, code in codes.items() if code != OK]:
            logger.warning("Not ready: %s", ", ".join(faults))
            response._has_been_logged = True  # type: ignore[attr-defined]  # or Django calls it an error as well
        return response


class Ready(Web):
    """What the whole installation needs."""

    checks = (*Web.checks, Outbox, Worker, Beat)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; no database, no disk and no session is touched."""
    response = _answer(request, {})
    patch_vary_headers(response, ["Accept"])
    add_never_cache_headers(response)
    return response


class ProbeMiddleware:
    """Probes are nobody: their cookies are dropped, so that no session is looked up on the way to an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, the same for everybody."""
        if request.path_info.startswith(PREFIX):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


def _answer(request: HttpRequest, codes: Mapping[str, str]) -> HttpResponse:
    well = all(code == OK for code in codes.values())
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    word = OK if well else "failing"
    asked_for_json = request.GET.get("format") == "json" or "application/json" in request.headers.get("Accept", "")
    if asked_for_json:
        return JsonResponse({"status": word, "checks": dict(codes)}, status=status)
    lines = [word, *(f"{name} {code}" for name, code in codes.items())]
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
