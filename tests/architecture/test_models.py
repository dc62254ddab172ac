"""Habits of the rows: a who goes with its when, and every kind of row is made somewhere in the tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.reviews.models.test_constraints import world

# A moment that may have nobody beside it, and why.
WITHOUT_SOMEBODY = {
    "accounts.OrganisationRole.from": "the first role is given by a command, in nobody's name",
    "reviews.Assessment.made": "scoring by the system path has no author beside the assessment",
    "reviews.Assignment.offered": "on resubmission the same reviewers are asked by the system",
    "reviews.Decision.finalised": "drawn up by the system but for a board's, which has its own CHECK",
    "reviews.Membership.from": "the first roles of a committee are given by a command, in nobody's name",
    "reviews.Motion.closed": "what reviewers recommend alike is closed the moment it is drawn up",
    "reviews.Motion.put": "reviewers stand behind a motion that nobody put; boards have their own CHECK",
    "reviews.PolicyVersion.published": "packs are published from the command line, in nobody's name",
}


def all_models() -> list[type[models.Model]]:
    return [model for label in ("reviews", "accounts") for model in apps.get_app_config(label).get_models()]


def pairs() -> dict[str, tuple[models.Field, models.Field, type[models.Model]]]:  # type: ignore[type-arg]
    """Every ``x_at`` that stands beside an ``x_by``."""
    found = {}
    for model in all_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            if name.endswith("_at") and f"{name[:-3]}_by" in fields:
                found[f"{model._meta.label}.{name[:-3]}"] = (field, fields[f"{name[:-3]}_by"], model)
    return found


def holds(node: Any, facts: dict[str, object]) -> bool:
    """Whether a condition on two columns alone is true. Raises ``KeyError`` when it speaks of anything else."""
    if isinstance(node, models.Q):
        parts = [holds(child, facts) for child in node.children]
        return (any(parts) if node.connector == models.Q.OR else all(parts)) is not node.negated
    column, _, look = node[0].partition("__")
    if (look, node[1]) not in [("isnull", True), ("isnull", False), ("", None)]:
        raise KeyError(node)
    return (facts[column] is None) is (node[1] is not False)


def keeps_together(constraint: models.BaseConstraint, moment: str, person: str) -> bool:
    """Whether this is a CHECK that lets both or neither be there, and nothing else."""
    if not isinstance(constraint, models.CheckConstraint):
        return False
    cells = [{moment: one, person: other} for one in (None, 1) for other in (None, 1)]
    try:
        return [holds(constraint.condition, cell) for cell in cells] == [True, False, False, True]
    except KeyError:
        return False


def test_who_and_when_stand_together() -> None:
    loose = []
    for name, (moment, person, model) in pairs().items():
        if not moment.null and not person.null:
            continue
        if not any(keeps_together(one, moment.name, person.name) for one in model._meta.constraints):
            loose.append(name)
    assert sorted(loose) == sorted(WITHOUT_SOMEBODY)


def test_pairs_are_found() -> None:
    assert len(pairs()) >= 20
    assert "reviews.SignOff.signed" in pairs()


@pytest.mark.django_db
def test_every_kind_of_row_is_made_by_the_factories() -> None:
    world()
    assert [model._meta.label for model in all_models() if not model._default_manager.exists()] == []


def test_every_row_with_an_address_has_a_random_one() -> None:
    for model in all_models():
        if any(field.name == "public_id" for field in model._meta.concrete_fields):
            assert model().public_id != model().public_id  # type: ignore[attr-defined]
            assert len(model().public_id) == 16  # type: ignore[attr-defined]
