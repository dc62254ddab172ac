"""The database refuses to change or remove what a decision in force consists of, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from accounts.models import User
from reviews.models import Condition, Decision, DecisionPart, SignOff
from reviews.rules.states import State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.committee import START

CHANGES: dict[str, tuple[type[models.Model], Callable[[Any], Any]]] = {
    "decision": (Decision, lambda rows: rows.update(rationale="Other reasons.")),
    "record": (Decision, lambda rows: rows.update(record="{}", record_sha256="a" * 64)),
    "out of force": (Decision, lambda rows: rows.update(effective_at=None)),
    "part": (DecisionPart, lambda rows: rows.update(granted_rung="full_text")),
    "part removed": (DecisionPart, lambda rows: rows._raw_delete("default")),
    "signature": (SignOff, lambda rows: rows.update(signed_as="chair")),
    "signature removed": (SignOff, lambda rows: rows._raw_delete("default")),
    "condition": (Condition, lambda rows: rows.update(text="Something milder.")),
    "condition later": (Condition, lambda rows: rows.update(due_date=START.date())),
    "condition of another": (Condition, lambda rows: rows.update(owner=User.objects.earliest("pk"))),
    "condition before another stage": (Condition, lambda rows: rows.update(before_part="paper", before_rung="x")),
    "condition proven otherwise": (Condition, lambda rows: rows.update(evidence="Their word.")),
    "condition removed": (Condition, lambda rows: rows._raw_delete("default")),
}


def decided() -> Decision:
    """A decision in force with a condition."""
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.clear_holds(case)
    made = cases.put(case, conditions=("Tell the vendor first.",))
    cases.vote(case, made)
    cases.finalise(case, made)
    return cases.sign_all(case)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_nothing_of_a_decision_in_force_changes(name: str) -> None:
    model, change = CHANGES[name]
    found = decided()
    rows = model._default_manager.filter(**{"pk" if model is Decision else "decision": found.pk})
    before = list(rows.values())
    assert before
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        change(rows)
    assert list(rows.values()) == before


@pytest.mark.django_db
def test_decision_in_force_is_not_removed() -> None:
    found = decided()
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Decision.objects.filter(pk=found.pk)._raw_delete("default")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"),
    [("decision", "rationale"), ("signoff", "seat"), ("decisionpart", "granted_rung"), ("condition", "text")],
)
def test_decision_in_force_is_not_replaced(table: str, column: str) -> None:
    """Each database has a way of its own to write a row over another one of the same key."""
    decided()
    rows = f"INTO reviews_{table} SELECT * FROM reviews_{table}"
    replace = {
        "sqlite": f"INSERT OR REPLACE {rows}",
        "postgresql": f"INSERT {rows} ON CONFLICT (id) DO UPDATE SET {column} = 'x'",
    }[connection.vendor]
    with pytest.raises(DatabaseError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)


@pytest.mark.django_db
def test_decision_that_waits_for_signatures_can_still_be_signed_and_sent_back() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    found = Decision.objects.get(revision=case.submission.revision)
    for model in (Decision, DecisionPart, SignOff):
        assert model._default_manager.filter(**{"pk" if model is Decision else "decision": found.pk}).exists()
    assert Decision.objects.filter(pk=found.pk).update(rationale="Better words.") == 1
    assert DecisionPart.objects.filter(decision=found).update(ceiling_rung="full_text") >= 1


@pytest.mark.django_db
def test_condition_of_a_decision_in_force_can_be_met() -> None:
    found = decided()
    condition = found.conditions.get()
    condition.met_at, condition.met_by = START, found.finalised_by
    condition.save()
    assert Condition.objects.get().met_at == START


def test_protection_goes_and_comes_with_its_migration(fresh_database: FreshDatabase) -> None:
    found = decided()
    call_command("migrate", "reviews", "0015", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_decision SET rationale = 'Other reasons.'")
        assert cursor.rowcount == 1
    call_command("migrate", "reviews", verbosity=0)
    assert Decision.objects.get().contributors_digest == found.contributors_digest
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Decision.objects.update(rationale="The reasons.")
