"""What the clearance of cases is worth, from rows as they really come to be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.actions.policy import publish
from reviews.models import Artifact, Committee, Contributor, Decision, Response, Submission
from reviews.queries import clearance, heads
from reviews.queries.clearance import Cleared
from reviews.rules.clearance import Clearance, ReReview, Standing
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import administrator
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db


def of(case: Submission, *, now: datetime) -> Cleared | None:
    return clearance.judged([case], clearance.rows([case], now=now), now=now).get(case.pk)


def worth(case: Case, **later: int) -> Clearance | None:
    found = of(case.again(), now=case.now + timedelta(**later))
    return found.clearance if found is not None else None


def test_case_without_a_signed_decision_has_no_clearance() -> None:
    assert worth(cases.submission_in(State.SIGN_OFF)) is None
    found = Decision.objects.get()
    assert clearance.of_decision(found, found.submission, now=found.finalised_at).standing is Standing.NOT_IN_FORCE


def test_signed_decision_is_in_force_until_its_last_day() -> None:
    case = cases.submission_in(State.DECIDED)
    until = Decision.objects.get().valid_until_date
    assert until is not None
    days = (until - case.submission.committee.day_of(case.now)).days
    assert worth(case) == Clearance(Standing.IN_FORCE, until)
    assert worth(case, days=days) == Clearance(Standing.IN_FORCE, until)
    assert worth(case, days=days + 1) == Clearance(Standing.EXPIRED, until)


def test_opening_the_next_revision_changes_nothing_not_even_under_another_policy() -> None:
    case = cases.submission_in(State.DECIDED)
    text = edited('version: "2026.11"', 'version: "2027.01"')
    other = publish(text=text, by=administrator(), now=case.now)
    Committee.objects.update(policy=other)
    cases.reopened(case)
    assert case.submission.revision.policy == other
    found = worth(case)
    assert found is not None
    assert found.standing is Standing.IN_FORCE


def test_each_change_of_the_next_revision_is_named_and_undone_with_it() -> None:
    case = cases.submission_in(State.DECIDED)
    made = cases.reopened(case)
    until = Decision.objects.get().valid_until_date
    artifact = Artifact.objects.filter(revision=made).order_by("pk")[0]
    artifacts, before = Artifact.objects.filter(pk=artifact.pk), artifact.sha256
    artifacts.update(sha256="b" * 64)
    assert worth(case) == Clearance(Standing.STALE, until, (ReReview.ARTIFACT_CHANGED,))
    artifacts.update(sha256=before)
    assert worth(case) == Clearance(Standing.IN_FORCE, until)
    answers = Response.objects.get(revision=made)
    answers.answers = {**answers.answers, "artifact_summary": "Another summary."}
    answers.save()
    assert worth(case) == Clearance(Standing.STALE, until, (ReReview.ANSWER_CHANGED,))
    Contributor.objects.create(submission=case.submission, name="Somebody New", order=9)
    assert worth(case) == Clearance(Standing.STALE, until, (ReReview.ANSWER_CHANGED, ReReview.CONTRIBUTORS_CHANGED))


def test_frozen_revision_that_is_not_what_was_decided_is_stale() -> None:
    case = cases.submission_in(State.DECIDED)
    case.again()
    type(case.submission.revision).objects.filter(pk=case.submission.revision_id).update(manifest_digest="f" * 64)
    found = worth(case)
    assert found is not None
    assert found.standing is Standing.STALE


def test_second_decision_supersedes_the_first_whose_rows_stay_as_they_were() -> None:
    case = cases.submission_in(State.DECIDED)
    first = Decision.objects.get()
    before = Decision.objects.filter(pk=first.pk).values().get()
    second = cases.decided_anew(case, reason="Newer weights.")
    assert (second.supersedes, second.supersedes_reason) == (first, "Newer weights.")
    assert Decision.objects.filter(pk=first.pk).values().get() == before
    assert clearance.of_decision(first, case.again(), now=case.now).standing is Standing.SUPERSEDED
    found = of(case.submission, now=case.now)
    assert found is not None
    assert (found.decision, found.clearance.standing) == (second, Standing.IN_FORCE)
    assert list(clearance.ruling()) == [second]


def test_list_asks_as_often_for_one_case_as_for_three() -> None:
    made = board()
    found = [cases.submission_in(State.DECIDED, made=made, label=f"Model {n}") for n in range(3)]
    moved = [cases.submission_in(State.DECIDED, made=made, label=f"Moved {n}") for n in range(3)]
    for case in moved:
        cases.reopened(case)

    def statements(some: list[Case]) -> int:
        rows = heads.with_rows(Submission.objects.filter(pk__in=[case.submission.pk for case in some]))
        read = list(rows)
        with CaptureQueriesContext(connection) as asked:
            assert len(clearance.judged(read, clearance.rows(read, now=found[0].now), now=found[0].now)) == len(some)
        return len(asked)

    assert [statements(found[:1]), statements(found)] == [4, 4]
    assert [statements(moved[:1]), statements(moved)] == [7, 7]
