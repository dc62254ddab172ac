"""Every page asks for a sign-in; a form that comes after it ended is not lost on the way there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

from reviews.views import errors


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own, but for what it answers to a form with something typed in it."""

    def handle_no_permission(  # type: ignore[override]  # Django hands any answer on
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """The sign-in page, or the page that keeps what was typed."""
        return errors.signed_out(request) or super().handle_no_permission(request, view_func)
