"""Asking for pages as a person, and what their answers must and must not contain."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User


def client_of(person: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def get(person: User, name: str, /, *args: Any, **query: Any) -> HttpResponse:
    """The page of that name as this person sees it."""
    return client_of(person).get(reverse(f"reviews:{name}", args=args), query)


def post(person: User, name: str, /, *args: Any, **data: Any) -> HttpResponse:
    """What this person's form at that page answers; redirects are not followed."""
    return client_of(person).post(reverse(f"reviews:{name}", args=args), data)


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


def faults_in(page: str) -> dict[str, str]:
    """By field what stands beside it as wrong, and nothing that stands in the summary alone."""
    found = {}
    for chunk in page.split('id="div_id_')[1:]:
        said = re.search(r'id="error_\d+_id_[^"]*"[^>]*>(?:<[^>]*>)*([^<]+)', chunk) or re.search(
            r'class="[^"]*invalid-feedback[^"]*"[^>]*>(?:<[^>]*>)*([^<]+)', chunk
        )
        if said is not None:
            found[chunk.split('"')[0]] = unescape(said[1]).strip()
    return found
