"""What is asked for says until when, as long as the authors can still give it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reviews.actions import deliberation, evidence
from reviews.models import Evidence
from reviews.queries.evidence import items
from reviews.queries.head import Head
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db
TEN_DAYS_ON = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)  # five in the afternoon in Berlin


def dates(case: Case) -> dict[str, datetime | None]:
    """Each piece of evidence with its date, as the page has it now."""
    return {item.key: item.due for item in items(Head(case.again(), case.now), as_author=True)}


def test_open_evidence_is_due_ten_working_days_after_it_was_asked_for() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    given = Evidence.objects.get(revision=case.submission.revision, type_key="misuse_scenarios")
    evidence.give(evidence=given, text="Three ways.", by=case.author, now=case.later())
    found = dates(case)
    assert found.pop("misuse_scenarios") is None
    assert found.pop("plain_summary") is None  # submitting gave it
    assert found.pop("author_attestation") is None
    assert set(found.values()) == {TEN_DAYS_ON}


def test_no_date_while_the_board_waits_for_an_answer() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    assert TEN_DAYS_ON in dates(case).values()
    deliberation.ask(submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later())
    assert set(dates(case).values()) == {None}


def test_no_date_once_it_cannot_be_given_any_more() -> None:
    assert set(dates(cases.submission_in(State.DELIBERATION, tier=3)).values()) == {None}
