"""The mails about one's own account: every one renders, in plain words, with the address of this deployment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PREFIXES = sorted(
    path.relative_to(TEMPLATES).as_posix().removesuffix("_subject.txt")
    for app in ("account", "mfa")
    for path in (TEMPLATES / app / "email").glob("*_subject.txt")
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_mail_of_the_account_renders(prefix: str) -> None:
    context = {
        "password_reset_url": "http://127.0.0.1:8000/reset/",
        "timestamp": datetime(2026, 11, 23, 8, 40, tzinfo=UTC),
        "ip": "192.0.2.1",
        "time_zone": "Europe/Berlin",
        "now": datetime(2026, 11, 23, 8, 41, tzinfo=UTC),
    }
    subject = render_to_string(f"{prefix}_subject.txt", context).strip()
    body = render_to_string(f"{prefix}_message.txt", context)
    assert subject
    assert "\n" not in subject
    assert settings.BASE_URL in body
    assert "&" not in body
    assert ("Mon 23 Nov, 09:40 CET, from 192.0.2.1" in body) == ("If this was not you" in body)


def test_frame_of_every_mail_renders_in_both_forms() -> None:
    context = {"path": "/x/", "base_url": "http://127.0.0.1:8000", "org_name": "Board <One>"}
    html = render_to_string("emails/_base.html", context)
    assert 'href="http://127.0.0.1:8000/x/"' in html
    assert "Board &lt;One&gt;" in html
    assert "style=" not in html
    assert "Board <One>" in render_to_string("emails/_footer.txt", context)
