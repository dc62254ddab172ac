"""The reader's time zone for everything that Django itself formats or parses in a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import zones


class TimeZoneMiddleware:
    """Signed-in people see and type times in their own zone; nobody's zone outlives the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, made in the reader's zone."""
        name = getattr(request.user, "time_zone", "")
        with timezone.override(zones.named(name)):
            return self.get_response(request)
