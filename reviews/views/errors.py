"""Pages for what could not be shown. They say the same for what does not exist and for what is not yours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what exists but is invisible to this person."""
    return render(request, "errors/404.html", status=404)


def denied(request: HttpRequest, exception: Exception | None = None, reason: str | Promise = "") -> HttpResponse:
    """403, with the reason when an action gave one."""
    return render(request, "errors/403.html", {"reason": reason or str(exception or "")}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; the exception's words are for the log, not for the page."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500, made without the database, the session or the signed-in person."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
