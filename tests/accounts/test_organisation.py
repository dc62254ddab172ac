"""The one row about the organisation: by administrators alone, with its events, and never by halves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts import organisation
from accounts.actions import change_organisation, close_checklist, note_test_mail
from accounts.errors import Denied, Refused, Stale
from accounts.models import Organisation, User
from audit import log
from tests.databases import FreshDatabase, at_once
from tests.factories.people import SINCE, UserFactory, administrator

LATER = SINCE + timedelta(days=1)


def types() -> list[str]:
    return [event.type for event in log.events("organisation:1")]


def named(by: User | None, **facts: Any) -> Organisation:
    known = {"name": "Institute One", "contact_email": "questions@example.org", "now": LATER}
    return change_organisation(by=by, **{**known, **facts})


@pytest.mark.django_db
def test_name_and_address_are_kept_with_who_and_when() -> None:
    by = administrator()
    row = named(by, name=" Institute One ")
    assert (row.name, row.contact_email, row.changed_at, row.changed_by) == (
        "Institute One", "questions@example.org", LATER, by,
    )  # fmt: skip
    assert organisation.current() == organisation.Current("Institute One", "questions@example.org")
    event = log.events("organisation:1")[-1]
    assert (event.type, event.actor, event.data) == (
        "organisation.changed",
        by.public_id,
        {"name": log.digest("Institute One"), "contact_email": log.digest("questions@example.org")},
    )


@pytest.mark.django_db
def test_nothing_new_leaves_no_event() -> None:
    by = administrator()
    named(by)
    named(by, now=LATER + timedelta(days=1))
    assert types() == ["organisation.changed"]
    assert Organisation.objects.get().changed_at == LATER


@pytest.mark.django_db
def test_form_shown_before_a_change_is_stale() -> None:
    by = administrator()
    seen = named(by).version
    named(by, name="Institute Two", version=seen, now=LATER + timedelta(seconds=1))
    with pytest.raises(Stale):
        named(by, name="Institute Three", version=seen)
    assert Organisation.objects.get().name == "Institute Two"


@pytest.mark.django_db
def test_program_signs_nothing() -> None:
    row = named(None)
    assert (row.name, row.changed_at, row.changed_by) == ("Institute One", None, None)
    assert log.events("organisation:1")[-1].actor == log.SYSTEM


@pytest.mark.django_db
def test_test_mail_and_the_end_of_the_first_day() -> None:
    by = administrator()
    assert note_test_mail(by=by, now=LATER).mail_tested_by == by
    assert close_checklist(by=by, now=LATER).ready_at == LATER
    with pytest.raises(Refused) as refused:
        close_checklist(by=by, now=LATER)
    assert refused.value.code == "closed"
    assert types() == ["organisation.mail_tested", "organisation.set_up"]


@pytest.mark.django_db
def test_only_administrators() -> None:
    person = UserFactory(is_superuser=True)
    for act in (named, lambda by: note_test_mail(by=by, now=LATER), lambda by: close_checklist(by=by, now=LATER)):
        with pytest.raises(Denied):
            act(person)
    assert not Organisation.objects.exists()
    assert types() == []


def test_two_who_name_it_at_once_leave_one_whole_chain(fresh_database: FreshDatabase) -> None:
    by = administrator()
    outcomes = at_once(lambda: named(by), lambda: named(by, name="Institute Two", now=LATER + timedelta(seconds=1)))
    assert [found for found in outcomes if isinstance(found, Exception)] == []
    assert types() == ["organisation.changed", "organisation.changed"]
    assert log.verify("organisation:1").faults == ()
