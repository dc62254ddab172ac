"""Forwarded headers: believed from a trusted proxy, dropped from anybody else."""

from __future__ import annotations

import ipaddress

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from reviewboard.proxy import TrustedProxyMiddleware


@pytest.mark.parametrize(
    ("peer", "chain", "scheme", "client", "secure"),
    [
        ("10.0.0.5", "203.0.113.7", "https", "203.0.113.7", True),
        ("10.0.0.5", "6.6.6.6, 203.0.113.7, 10.0.0.6", "http, https", "203.0.113.7", True),
        ("10.0.0.5", "10.0.0.7", "http", "10.0.0.7", False),
        ("10.0.0.5", "nonsense", "https", "10.0.0.5", True),
        ("10.0.0.5", "", "", "10.0.0.5", False),
        ("198.51.100.9", "203.0.113.7", "https", "198.51.100.9", False),
        ("", "203.0.113.7", "https", "", False),
    ],
)
def test_forwarded_headers_count_from_a_trusted_proxy_only(
    settings: Settings, peer: str, chain: str, scheme: str, client: str, secure: bool
) -> None:
    settings.TRUSTED_PROXY = (ipaddress.ip_network("10.0.0.0/24"),)
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    request = RequestFactory().get("/", headers={"x-forwarded-for": chain, "x-forwarded-proto": scheme})
    request.META["REMOTE_ADDR"] = peer
    TrustedProxyMiddleware(view)(request)

    assert (seen[0].META["REMOTE_ADDR"], seen[0].is_secure()) == (client, secure)
    assert "x-forwarded-for" not in seen[0].headers
