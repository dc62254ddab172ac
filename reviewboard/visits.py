"""One log line a request: method, route, status, duration. Not who asked, not for what, not with which words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from reviewboard.logs import route_of
from reviewboard.views.health import PREFIX

logger = logging.getLogger("reviewboard.request")


class RequestLogMiddleware:
    """Probes that found nothing wrong are not worth a line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, and a line about it."""
        begun = time.perf_counter()
        response = self.get_response(request)
        is_dull = request.path_info.startswith(PREFIX) and response.status_code < 300
        if not is_dull and logger.isEnabledFor(logging.INFO):
            facts = {
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - begun) * 1000),
            }
            logger.info("%(method)s %(route)s %(status)d", facts, extra={"facts": facts})
        return response
