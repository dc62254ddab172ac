"""The mails about one's own account: each renders in both forms, in plain words, with its link made at that moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from notifications.rendering import render
from tests.factories.people import InvitationFactory, OrganisationFactory, UserFactory

SUBJECTS = {
    "invited": "Your account at Reviewboard",
    "password_changed": "Your password was changed",
    "password_reset": "Your password was set anew",
    "password_reset_key": "Set a new password",
    "password_set": "A password was set",
    "recovery_codes_generated": "New recovery codes",
    "totp_activated": "Second step turned on",
    "totp_deactivated": "Second step turned off",
}
HAPPENED = set(SUBJECTS) - {"invited", "password_reset_key"}
LINKS = {"invited": r"/accounts/invitation/\S+/", "password_reset_key": r"/accounts/password/reset/key/\S+/"}


def context(event: str) -> dict[str, Any]:
    """What the notices give."""
    if event == "invited":
        row = InvitationFactory(user__display_name="Person O'Neil")
        until = row.expires_at.isoformat()
        return {"name": row.user.display_name, "invitation": row.public_id, "invited_by": "Boss & Co", "until": until}
    if event == "password_reset_key":
        return {"address": UserFactory().email}
    return {"at": datetime(2026, 11, 23, 8, 40, tzinfo=UTC).isoformat(), "ip": "192.0.2.1"}


@pytest.mark.django_db
@pytest.mark.parametrize("event", SUBJECTS)
def test_mail_of_the_account_renders(event: str) -> None:
    words = render(template=f"account.{event}", context=context(event), time_zone="Europe/Berlin")
    assert words.subject == SUBJECTS[event]
    assert settings.BASE_URL in words.text
    assert settings.BASE_URL in words.html
    assert not re.search(r"&#|&amp;", words.text)
    assert "style=" not in words.html
    when = "23 November 2026, 09:40 CET, from 192.0.2.1"
    assert [when in words.text, when in words.html] == [event in HAPPENED] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("event", LINKS)
def test_link_stands_in_both_forms(event: str) -> None:
    words = render(template=f"account.{event}", context=context(event))
    for text in (words.text, words.html):
        assert re.search(settings.BASE_URL + LINKS[event], text)


@pytest.mark.django_db
def test_mail_names_the_organisation_by_its_row_and_otherwise_as_the_environment_does(settings: Any) -> None:
    settings.ORG_NAME = "Environment"
    words = [render(template="account.invited", context=context("invited"))]
    OrganisationFactory(name="Institute & Sons")
    words.append(render(template="account.invited", context=context("invited")))
    assert [one.subject for one in words] == [
        "Your account at Reviewboard, Environment",
        "Your account at Reviewboard, Institute & Sons",
    ]
    assert ["Environment" in one.html for one in words] == [True, False]
    assert "Institute &amp; Sons" in words[1].html


def test_frame_of_every_mail_renders_in_both_forms() -> None:
    given = {"path": "/x/", "base_url": "http://127.0.0.1:8000", "org_name": "Board <One>"}
    html = render_to_string("emails/_base.html", given)
    assert 'href="http://127.0.0.1:8000/x/"' in html
    assert "Board &lt;One&gt;" in html
    assert "style=" not in html
    assert "Board <One>" in render_to_string("emails/_footer.txt", given)
