"""Pages for what could not be shown. They say the same for what does not exist and for what is not yours."""

from __future__ import annotations

import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise

RETRY_AFTER_SECONDS = 30
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version"})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what exists but is invisible to this person."""
    return render(request, "errors/404.html", status=404)


def denied(request: HttpRequest, exception: Exception | None = None, reason: str | Promise = "") -> HttpResponse:
    """403, with the reason when an action gave one."""
    return render(request, "errors/403.html", {"reason": reason or str(exception or "")}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; the exception's words are for the log, not for the page.

    A session that ended meanwhile comes here after the work was done, so the page must not say that nothing changed.
    """
    if _is_away(exception):
        return away(request)
    shown = {"signed_out": isinstance(exception, SessionInterrupted)}
    return HttpResponse(render_to_string("errors/400.html", shown), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is away; made without the database, the session or the signed-in person."""
    if _is_away(sys.exception()):
        return away(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def _is_away(fault: BaseException | None) -> bool:
    """Whether the database not answering is behind this; the session wraps that into errors of its own."""
    while fault is not None and not isinstance(fault, (OperationalError, InterfaceError)):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def away(request: HttpRequest) -> HttpResponse:
    """503, with what was typed, to be sent again.

    It holds exactly what was posted, the form's own token included: somebody else's form gets no token from here.
    """
    shown = {"path": request.get_full_path(), "is_post": request.method == "POST", "typed": _typed(request)}
    response = HttpResponse(render_to_string("errors/503.html", shown), status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    response["Cache-Control"] = "no-store"
    return response


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """401 for a form that was sent after its sign-in ended, with what was typed, to be sent again after a new one.

    None for a form with nothing typed in it: the sign-in page is then a better answer. A page that saves itself gets
    no words, because it has its own, and keeps what was typed.
    """
    if request.method != "POST":
        return None
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    typed = _typed(request)
    if not any(value for name, value in typed if name not in NOT_TYPED):
        return None
    return _again(request, "errors/401.html", typed, status=401)


def questions_gone(request: HttpRequest, lost: list[tuple[str, str]], back: str) -> HttpResponse:
    """409 for a page of questions that the policy dropped while it was open, with what was typed, to be copied."""
    response = render(request, "errors/questions.html", {"lost_answers": lost, "back": back}, status=409)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form with the token of an earlier sign-in; from our own page it may be sent again with a new token.

    What comes from another site is told by its origin, which browsers send with every form, and gets no token. A page
    that saves itself learns that it is signed out, where the token went with the sign-in.
    """
    if request.headers.get("HX-Request") and not request.user.is_authenticated:
        return HttpResponse(status=401)
    is_own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    typed = _typed(request) if is_own else []
    kept = [(name, value) for name, value in typed if name != "csrfmiddlewaretoken"]
    return _again(request, "errors/csrf.html", kept, status=403)


def _again(request: HttpRequest, template: str, typed: list[tuple[str, str]], *, status: int) -> HttpResponse:
    shown = {"path": request.get_full_path(), "typed": typed}
    response = render(request, template, shown, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The posted fields; none where a password was among them or they cannot be read."""
    if request.method != "POST":
        return []
    try:
        fields = [(str(name), str(value)) for name, values in request.POST.lists() for value in values]
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return []
    return [] if any("password" in name for name, _value in fields) else fields
