"""Error pages: the same words for absent and invisible, and no database where it may be gone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from accounts.models import User
from reviews.views import errors


def test_unknown_address_is_a_plain_404(client: Client, db: None) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is no page here that you can open." in answer.content.decode()


def test_unknown_address_shows_the_shell_to_whoever_is_signed_in(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("one@example.org", "x", display_name="Author One"))
    assert "Author One" in client.get("/no-such-page/").content.decode()


def test_denied_gives_the_reason_of_the_action(rf: RequestFactory) -> None:
    answer = errors.denied(rf.get("/"), PermissionDenied("Only the chair closes a ballot."))
    assert answer.status_code == 403
    assert "Only the chair closes a ballot." in answer.content.decode()


def test_denied_without_a_reason_still_says_who_can_help(rf: RequestFactory) -> None:
    assert "Your coordinator can tell you who." in errors.denied(rf.get("/"), PermissionDenied()).content.decode()


@pytest.mark.django_db(databases=[])
def test_broken_and_bad_request_need_no_database(rf: RequestFactory) -> None:
    assert errors.broken(rf.get("/")).status_code == 500
    assert errors.bad_request(rf.get("/"), ValueError("secret detail")).status_code == 400
    assert "secret detail" not in errors.bad_request(rf.get("/"), ValueError("secret detail")).content.decode()


def test_old_form_is_asked_for_again(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "one@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "The page was too old to be sent." in answer.content.decode()
