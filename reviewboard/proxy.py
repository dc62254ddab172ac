"""Who is believed about the client's address. Nothing about people or cases."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Forwarded headers count only when the connection comes from a proxy named in ``TRUSTED_PROXY``.

    From anybody else they are dropped, so that nothing later can believe them. The client is the last address in
    the chain that is not itself a trusted proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chain = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            if scheme.rpartition(",")[2].strip().lower() == "https":
                request.META["wsgi.url_scheme"] = "https"
            for entry in reversed(chain.split(",")):
                address = entry.strip()
                if not _is_address(address):
                    break
                request.META["REMOTE_ADDR"] = address
                if not _is_trusted(address):
                    break
        return self.get_response(request)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_trusted(value: str) -> bool:
    if not _is_address(value):
        return False
    address = ipaddress.ip_address(value)
    return any(address in network for network in settings.TRUSTED_PROXY)
