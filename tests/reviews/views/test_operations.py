"""The operations page: for administrators alone, with what failed and why, and another chance for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from audit import log
from notifications import delivery, heartbeat, hold, outbox
from reviews.actions import assignment
from reviews.models import Conflict
from reviews.notices import assignment as notices
from reviews.queries import operations
from reviews.rules.states import State
from reviews.rules.ties import Source, Strength
from reviews.views.operations import remarks
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.outbox import ping
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db


def administrator() -> User:
    """Somebody who looks after the machinery."""
    from accounts.actions import grant
    from accounts.models import OrganisationRole
    from tests.factories.people import UserFactory

    person: User = UserFactory()
    grant(user=person, role=OrganisationRole.Role.ADMINISTRATOR, by=None, now=cases.START)
    return person


def dead_letter() -> str:
    """A mail that was given up, since nobody knows its guard."""
    ping(guard="nobody.knows", now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    delivery.deliver_due(now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    return outbox.dead_letters()[0].public_id


def test_page_is_there_for_administrators_alone() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    others = [case.author, made.coordinator, made.chair, made.members[0], made.leader, made.auditor]

    assert {get(person, "operations").status_code for person in others if person} == {404}
    assert {post(person, "operations", mail="x").status_code for person in others if person} == {404}
    assert get(administrator(), "operations").status_code == 200


def test_page_tells_nothing_of_a_case() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    delivery.deliver_due(now=case.now)
    page = text_of(get(administrator(), "operations"))

    assert "A case: there is a letter for you" in page
    assert not re.search(r"\b(submission|decision|assignment)\.[a-z_]+", page)
    assert [
        word for word in (case.submission.reference, case.submission.title, case.submission.label) if word in page
    ] == []


def test_dead_letter_shows_its_reason_and_is_tried_again() -> None:
    person, mail = administrator(), dead_letter()
    assert "unknown guard nobody.knows" in text_of(get(person, "operations"))
    response = post(person, "operations", mail=mail)

    assert (response.status_code, response["Location"]) == (302, "/operations/")
    assert outbox.dead_letters() == []
    assert outbox.overview(timezone.now()).waiting == 1
    assert [event.type for event in log.events(f"account:{person.public_id}")][-1] == "operations.mails_retried"


def test_mail_that_no_longer_waits_is_said_plainly() -> None:
    person = administrator()
    before = len(log.events(f"account:{person.public_id}"))

    assert post(person, "operations", mail="nothing").status_code == 302
    assert len(log.events(f"account:{person.public_id}")) == before


def test_retrying_needs_a_post() -> None:
    person, mail = administrator(), dead_letter()
    get(person, "operations", mail=mail)

    assert len(outbox.dead_letters()) == 1


def test_chains_are_checked_when_asked() -> None:
    board()
    person = administrator()

    assert "All audit chains are whole" in text_of(get(person, "operations", check="1"))
    assert "All audit chains are whole" not in text_of(get(person, "operations"))


def test_heartbeats_say_who_is_at_work() -> None:
    now = timezone.now()
    heartbeat.Heartbeat.objects.create(name=heartbeat.WORKER, seen_at=now)
    heartbeat.Heartbeat.objects.create(name=heartbeat.BEAT, seen_at=now - timedelta(minutes=5))
    found = operations.snapshot(viewer=administrator(), now=now, check_chains=False)

    assert [(pulse.name, pulse.alive) for pulse in found.pulses] == [("worker", True), ("beat", False)]
    assert "last seen" in text_of(get(administrator(), "operations"))


def test_remarks_are_made_in_production_only(settings: Settings) -> None:
    settings.EMAIL_BACKEND = operations.CONSOLE
    assert remarks(operations.snapshot(viewer=administrator(), now=cases.START, check_chains=False)) == ()
    settings.PRODUCTION = True
    found = remarks(operations.snapshot(viewer=administrator(), now=cases.START, check_chains=False))

    assert len([text for text in found if "no broker" in text]) == 1
    assert len([text for text in found if "console" in text]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = administrator()
    for _number in range(count):
        ping(guard="nobody.knows")
    delivery.deliver_due(now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    client.force_login(person)

    with django_assert_num_queries(11):
        dead = client.get("/operations/").context_data["dead"]
    assert len(dead) == count


def test_page_says_why_mails_are_held_and_what_a_restore_set_aside(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    person = administrator()
    ping(now=cases.START)
    assert "No mail is sent" not in text_of(get(person, "operations"))
    hold.begin(hold.Hold("x", "A restore is unfinished."))
    assert "No mail is sent and nobody is reminded. A restore is unfinished." in text_of(get(person, "operations"))
    (tmp_path / "mail-held.json").write_text("", encoding="utf-8")
    assert "mail-held.json cannot be read" in text_of(get(person, "operations"))

    outbox.set_aside(reason="set aside by a restore", now=cases.START)
    assert "Not sent: set aside by a restore" in text_of(get(person, "operations"))


def hidden_mails(person: User, *, folded: bool) -> None:
    """Reviewers are asked about a case from which this person stands aside, alone or together with another one."""
    case, other = (cases.submit(cases.draft(made, label=f"Case {n}")) for n, made in enumerate([board()] * 2))
    Conflict.objects.create(
        submission=case.submission, user=person, type_key="personal", strength=Strength.DECLARED,
        source=Source.ONESELF, declared_at=case.now, declared_by=person,
    )  # fmt: skip
    if not folded:
        cases.offer(case, case.board.reviewers[0])
        return
    offer = {"by": case.board.coordinator, "reviewer": case.board.reviewers[0], "review_days": 10, "now": case.now}
    seats = [assignment.offer(submission=one.again(), version=one.version, **offer) for one in (other, case)]
    outbox.cancel(about=case.submission.reference, now=case.now)
    notices.offered_together(seats, now=case.later())


@pytest.mark.parametrize("folded", [False, True])
def test_page_shows_and_counts_no_mail_about_a_case_from_which_the_reader_stands_aside(folded: bool) -> None:
    aside, free = administrator(), administrator()
    hidden_mails(aside, folded=folded)
    case = Conflict.objects.get().submission
    seats = set(case.assignments.values_list("public_id", flat=True))

    def shown(person: User) -> tuple[bool, int]:
        context = client_of(person).get("/operations/").context_data
        rows = [mail for mail, _words in context["recent"]]
        named = [m for m in rows if m.about == case.reference or seats & set(str(m.context.get("assignments")).split())]
        waiting = next(fact.value for fact in context["facts"] if fact.label == "Mails waiting")
        return named != [], int(waiting)

    total = outbox.overview(timezone.now()).waiting
    hidden = len([
        m for m in outbox.recent(limit=500, states=["queued"])
        if m.about == case.reference or seats & set(str(m.context.get("assignments")).split())
    ])  # fmt: skip
    assert hidden > 0
    assert {person: shown(person) for person in (aside, free)} == {aside: (False, total - hidden), free: (True, total)}


def test_dead_letters_about_a_case_from_which_the_reader_stands_aside_are_not_listed() -> None:
    aside, free = administrator(), administrator()
    hidden_mails(aside, folded=False)
    about = Conflict.objects.get().submission.reference
    ping(guard="nobody.knows", about=about, now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    delivery.deliver_due(now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert [
        len(client_of(person).get("/operations/").context_data["dead"]) for person in (aside, free)
    ] == [0, 1]  # fmt: skip
