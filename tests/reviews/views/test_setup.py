"""The first day: the checklist ticks itself, the test mail leaves or says why, and the list is closed once."""

from __future__ import annotations

import html

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.actions import change_organisation, invite
from accounts.models import Organisation, User
from reviews.actions.committee import appoint, found
from reviews.actions.policy import adopt_pack
from reviews.queries import setup
from reviews.rules.states import CommitteeRole
from tests.factories.committee import START, board
from tests.factories.people import UserFactory, administrator
from tests.notifications.mailservers import Answers, smtp_server
from tests.reviews.views.pages import client_of, get, post, text_of
from tests.rules.packs import PACK_TEXT

pytestmark = pytest.mark.django_db


def page(person: User) -> str:
    return html.unescape(text_of(get(person, "setup")))


def ticked() -> list[str]:
    found = setup.first_day(timezone.now())
    items = ("is_named", "is_mail_tested", "has_people", "has_committee", "has_policy")
    return [item for item in items if getattr(found, item)]


def told(person: User, name: str) -> list[str]:
    response = client_of(person).post(f"/setup/{name}/")
    assert response["Location"] == "/setup/"
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_empty_installation_leads_its_administrator_to_the_list() -> None:
    by = administrator()
    assert 'href="/setup/"' in text_of(get(by, "my-work"))
    assert "0 of 5 done." in page(by)
    assert ticked() == []


def test_every_item_ticks_itself_in_turn() -> None:
    by = administrator()
    post(by, "setup-organisation", name="Institute One", contact_email="questions@example.org", version=0)
    assert ticked() == ["is_named"]
    told(by, "mail")
    assert ticked() == ["is_named", "is_mail_tested"]
    people = [
        invite(
            email=f"person.{n}@example.org", display_name=f"Person {n}", unit="", time_zone="UTC", is_external=False,
            by=by, now=timezone.now(),
        ).user
        for n in range(3)
    ]  # fmt: skip
    assert ticked()[-1] == "has_people"
    committee = found(name="First", time_zone="UTC", by=by, now=START)
    for person, role in zip(people, (CommitteeRole.CHAIR, CommitteeRole.COORDINATOR), strict=False):
        appoint(committee=committee, user=person, role=role, by=by, now=START)
    assert ticked()[-1] == "has_people"
    assert "Too few people for tiers 1, 2, 3 and 4." in page(by)
    assert "Nobody holds: member, external member, reviewer, deputy chair" in page(by)
    appoint(committee=committee, user=people[2], role=CommitteeRole.REVIEWER, by=by, now=START)
    assert ticked()[-1] == "has_committee"
    assert "Can decide tier 1." in page(by)
    assert told(by, "close") == ["Something on the list is still open."]
    adopt_pack(committee=committee, text=PACK_TEXT, by=by, now=START)
    assert ticked()[-1] == "has_policy"
    shown = page(by)
    assert "5 of 5 done." in shown
    assert "3 people are invited and have not come yet." in shown
    assert told(by, "close") == ["The checklist is closed. You find it again under Operations."]
    row = Organisation.objects.get()
    assert (row.ready_by, row.ready_at is not None) == (by, True)
    assert "closed this list" in page(by)
    assert told(by, "close") == ["The checklist was closed before."]
    assert 'href="/setup/"' not in text_of(get(by, "my-work"))
    assert 'href="/setup/"' in text_of(get(by, "operations"))


def test_committee_without_chair_or_coordinator_does_not_count() -> None:
    made = board()
    assert "has_committee" in ticked()
    for person in (made.chair, made.deputy):
        person.is_active = False
        person.save(update_fields=["is_active"])
    assert "has_committee" not in ticked()
    assert "Nobody acts as chair." in page(made.administrator)


def test_policy_of_a_committee_that_cannot_work_does_not_tick() -> None:
    by = administrator()
    committee = found(name="First", time_zone="UTC", by=by, now=START)
    adopt_pack(committee=committee, text=PACK_TEXT, by=by, now=START)
    assert "has_policy" not in ticked()
    assert "The committee that adopted it still lacks people." in page(by)


def test_page_takes_the_same_queries_for_one_committee_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    client.force_login(made.administrator)
    with django_assert_num_queries(12):
        client.get("/setup/")
    for name in ("Second", "Third"):
        board(name)
    with django_assert_num_queries(12):
        client.get("/setup/")


# the test mail -------------------------------------------------------------------------------------------------------


def test_mail_goes_to_oneself_and_is_remembered() -> None:
    by = administrator(display_name="Administrator One")
    assert told(by, "mail") == [f"A mail to {by.email} has left."]
    assert [sent.to for sent in mail.outbox] == [[by.email]]
    assert "A mail left, tried by Administrator One." in page(by)


def test_refusal_of_the_mail_server_is_shown_and_nothing_is_ticked(settings: Settings) -> None:
    by = administrator()
    with smtp_server(Answers(rcpt="550 5.7.1 relaying denied")) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert told(by, "mail") == ["The mail did not leave. The mail server says: 550 5.7.1 relaying denied"]
    assert ticked() == []


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        ("django.core.mail.backends.console.EmailBackend", "Mails are printed to the console: nobody receives them."),
        ("notifications.mailfiles.EmailBackend", "Mails are written into files in the data folder"),
        ("django.core.mail.backends.smtp.EmailBackend", "Mails leave through a mail server, from "),
    ],
)
def test_page_says_where_mail_goes(settings: Settings, backend: str, sentence: str) -> None:
    settings.EMAIL_BACKEND = backend
    assert sentence in page(administrator())


# the organisation ----------------------------------------------------------------------------------------------------


def test_environment_is_what_the_form_begins_with(settings: Settings) -> None:
    settings.ORG_NAME, settings.BASE_URL = "Named by the environment", "https://review.example.org"
    by = administrator()
    assert 'value="Named by the environment"' in text_of(get(by, "setup-organisation"))
    assert "The address of this installation is https://review.example.org." in page(by)


def test_stale_or_faulty_form_keeps_what_was_typed() -> None:
    by = administrator()
    change_organisation(name="Institute One", contact_email="one@example.org", by=by, now=START)
    late = post(by, "setup-organisation", name="Typed", contact_email="typed@example.org", version=0)
    assert (late.status_code, 'value="Typed"' in text_of(late)) == (409, True)
    wrong = html.unescape(text_of(post(by, "setup-organisation", name="Typed", contact_email="typed", version=0)))
    assert "This is not an e-mail address" in wrong
    assert Organisation.objects.get().name == "Institute One"


# everybody else ------------------------------------------------------------------------------------------------------


def test_author_on_an_installation_without_a_committee_is_told_what_happens_next() -> None:
    found(name="Not ready", time_zone="UTC", by=None, now=START)
    person = UserFactory()
    for name in ("my-work", "submission-list", "submission-start"):
        shown = text_of(get(person, name))
        assert "Reviewboard is being set up." in shown
        assert "As soon as one does, you start a submission here." in shown
        assert ('href="/cases/new/"' in shown, "Start the case" in shown) == (False, False)
    response = client_of(person).post("/cases/new/", {"title": "T", "label": "L"})
    assert "Reviewboard is being set up." in text_of(response)


def test_committee_that_takes_cases_ends_the_waiting() -> None:
    board()
    person = UserFactory()
    for name in ("my-work", "submission-list", "submission-start"):
        assert "being set up" not in text_of(get(person, name))
