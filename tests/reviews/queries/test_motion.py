"""The ballot sheet says of each voter the same that the count goes by."""

from __future__ import annotations

import pytest

from reviews.queries import motion as queries
from reviews.rules.states import State
from tests.factories import cases
from tests.reviews.actions.scenes import whole

pytestmark = pytest.mark.django_db


def test_sheet_names_as_experts_whom_the_count_takes_for_experts() -> None:
    """A tripwire alone set the tier, so that no domain was scored: what it feeds leads."""
    case = cases.submit(cases.draft(answers=whole({**cases.answers_for(0), "trip_csam": "yes"})))
    cases.reviewed(case)
    assert case.again().state == State.DELIBERATION
    motion = cases.put(case)
    cases.vote(case, motion)
    sheet = queries.sheet(motion, case.again())
    voted = [row for row in sheet.rows if row.ballot is not None]

    assert queries.leading_domain(motion.revision) == "sexual_abuse"
    assert "expert_top_domain" in [seat.key for seat in sheet.count.seats]
    for seat in sheet.count.seats:
        assert sum(seat.key in row.seats for row in voted) == seat.present
    experts = [row.person.display_name for row in sheet.rows if "expert_top_domain" in row.seats]
    assert experts == ["Member 0", "Member 1", "Member 2"]  # the four others know this domain no more than any
