"""The database itself lets a case out of a terminal state only with a request that was granted at that moment."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from reviews.models import Reopening, Submission
from reviews.rules.states import TERMINAL, State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db

SAID = "terminal states are left by a granted reopening"


def refuse(case: Case, **fields: object) -> None:
    before = Submission.objects.filter(pk=case.submission.pk).values().get()
    with pytest.raises(IntegrityError, match=SAID), transaction.atomic():
        Submission.objects.filter(pk=case.submission.pk).update(**fields)
    assert Submission.objects.filter(pk=case.submission.pk).values().get() == before


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_no_state_is_written_over_a_terminal_one(state: State) -> None:
    case = cases.submission_in(state)
    for other in sorted(set(State) - {state}):
        refuse(case, state=other)


def test_a_request_that_waits_or_was_refused_opens_nothing() -> None:
    case = cases.submission_in(State.DECIDED)
    row = cases.ask_amendment(case)
    refuse(case, state=State.RETURNED, state_entered_at=row.asked_at)
    row = cases.refuse(case, row)
    refuse(case, state=State.RETURNED, state_entered_at=row.answered_at)


def test_a_grant_opens_a_case_once() -> None:
    case = cases.submission_in(State.DECIDED)
    cases.decided_anew(case)
    row = Reopening.objects.get()
    assert row.revision_id == case.again().revision_id
    refuse(case, state=State.RETURNED)
    refuse(case, state=State.WITHDRAWN, state_entered_at=row.answered_at)


def test_the_row_of_a_closed_case_is_not_replaced() -> None:
    case = cases.submission_in(State.DECIDED)
    # Only SQLite knows a way to replace a row without updating it; elsewhere the key refuses the second one.
    is_sqlite = connection.vendor == "sqlite"
    insert = "INSERT OR REPLACE" if is_sqlite else "INSERT"
    said = SAID if is_sqlite else "duplicate key"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=said), transaction.atomic():
        cursor.execute(
            f"{insert} INTO reviews_submission SELECT * FROM reviews_submission WHERE id = %s",
            [case.submission.pk],
        )


def test_everything_else_of_a_closed_case_may_change() -> None:
    case = cases.submission_in(State.DECIDED)
    Submission.objects.filter(pk=case.submission.pk).update(title="Another title", state=State.DECIDED)
    assert case.again().title == "Another title"
