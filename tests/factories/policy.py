"""Drafts of a policy, brought there by the real actions."""

from __future__ import annotations

from accounts.models import User
from reviews.actions.policy_draft import upload
from reviews.models import PolicyDraft
from tests.factories.committee import START
from tests.rules.packs import edited


def text_of(version: str = "2026.12", *edits: tuple[str, str]) -> str:
    """The shipped pack under another version, with passages replaced."""
    text = edited('version: "2026.11"', f'version: "{version}"')
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def drafted(by: User, text: str = "") -> PolicyDraft:
    """An open draft."""
    return upload(text=text or text_of(), by=by, now=START)
