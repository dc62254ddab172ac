"""Error pages: the same words for absent and invisible, and no database where it may be gone."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest
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


def test_denied_gives_the_reason_of_the_action(rf: RequestFactory, db: None) -> None:
    answer = errors.denied(rf.get("/"), PermissionDenied("Only the chair closes a ballot."))
    assert answer.status_code == 403
    assert "Only the chair closes a ballot." in answer.content.decode()


def test_denied_without_a_reason_still_says_who_can_help(rf: RequestFactory, db: None) -> None:
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


def answer_to(request: HttpRequest, fault: Exception) -> str:
    """The page that is made while this fault is being handled."""
    try:
        raise fault
    except type(fault):
        answer = errors.broken(request)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    return answer.content.decode()


@pytest.mark.django_db(databases=[])
@pytest.mark.parametrize("fault", [OperationalError("secret detail"), InterfaceError("secret detail")])
def test_database_that_is_away_is_said_without_it(rf: RequestFactory, fault: Exception) -> None:
    html = answer_to(rf.get("/cases/x/?page=2&a=<"), fault)
    assert "The database did not answer." in html
    assert 'href="/cases/x/?page=2&amp;a=%3C"' in html
    assert "secret detail" not in html


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_was_typed_comes_along_to_be_sent_again(rf: RequestFactory, kind: str) -> None:
    typed = {"text": 'First line\n"second" <b>', "picks": ["a", "b"], "csrfmiddlewaretoken": "own"}
    if kind == "multipart/form-data":
        request = rf.post("/cases/x/", {**typed, "file": SimpleUploadedFile("paper.pdf", b"bytes")})
    else:
        request = rf.post("/cases/x/", urlencode(typed, doseq=True), content_type=kind)
    html = answer_to(request, OperationalError())
    request.close()
    assert '<form method="post" action="/cases/x/">' in html
    assert '<input type="hidden" name="text" value="First line\n&quot;second&quot; &lt;b&gt;">' in html
    assert '<input type="hidden" name="picks" value="a"><input type="hidden" name="picks" value="b">' in html
    # Whose form it was shows by the token that it had; none is added here.
    assert re.findall('name="csrfmiddlewaretoken" value="([^"]*)"', html) == ["own"]
    assert "a file has to be chosen once more" in html


def test_password_is_not_sent_back(rf: RequestFactory) -> None:
    typed = urlencode({"login": "one@example.org", "password": "correct horse"})
    html = answer_to(
        rf.post("/accounts/login/", typed, content_type="application/x-www-form-urlencoded"), OperationalError()
    )
    assert "Go back in your browser" in html
    assert "correct horse" not in html


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"no parts", "multipart/form-data"), (b"x=" + b"y" * 6 * 1024 * 1024, "application/x-www-form-urlencoded")],
    ids=["not a form", "too much"],
)
def test_form_that_cannot_be_read_is_left_to_the_browser(rf: RequestFactory, body: bytes, kind: str) -> None:
    html = answer_to(rf.post("/cases/x/", body, content_type=kind), OperationalError())
    assert "Go back in your browser" in html
    assert "<form" not in html


def test_session_that_ended_meanwhile_does_not_claim_that_nothing_changed(rf: RequestFactory) -> None:
    html = errors.bad_request(rf.post("/"), SessionInterrupted()).content.decode()
    assert "You were signed out while this was on its way." in html
    assert "Nothing was changed" not in html


def test_other_faults_are_ours(rf: RequestFactory) -> None:
    try:
        raise IntegrityError
    except IntegrityError:
        assert errors.broken(rf.get("/")).status_code == 500
