"""What a clearance is worth: every combination of facts, and which of them comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from reviews.rules.clearance import Clearance, Facts, ReReview, Standing, changes, judge
from reviews.rules.manifest import (
    ArtifactFacts,
    Content,
    ContributorFacts,
    ProofFacts,
    content,
    content_digest,
    contributors_digest,
)

SIGNED = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST = date(2027, 3, 2)
CHANGED = (ReReview.ANSWER_CHANGED,)


def expected(facts: Facts, today: date) -> Standing:
    """The table in words: what cannot be mended any more is said first."""
    for holds, standing in (
        (facts.effective_at is None, Standing.NOT_IN_FORCE),
        (facts.is_superseded, Standing.SUPERSEDED),
        (facts.revoked_at is not None, Standing.REVOKED),
        (facts.is_restricted, Standing.RESTRICTED),
        (facts.valid_until is not None and today > facts.valid_until, Standing.EXPIRED),
        (bool(facts.changed), Standing.STALE),
    ):
        if holds:
            return standing
    return Standing.IN_FORCE


TABLE = list(
    product(
        [None, SIGNED],
        [None, LAST],
        [False, True],
        [None, SIGNED],
        [(), CHANGED],
        [False, True],
        [LAST, LAST + timedelta(1)],
    )
)


@pytest.mark.parametrize(("effective", "until", "superseded", "revoked", "changed", "restricted", "today"), TABLE)
def test_standing_of_every_combination(
    effective: datetime | None, until: date | None, superseded: bool, revoked: datetime | None,
    changed: tuple[ReReview, ...], restricted: bool, today: date,
) -> None:  # fmt: skip
    facts = Facts(effective, until, superseded, revoked, changed, is_restricted=restricted)
    found = judge(facts, today=today)
    assert found.standing is expected(facts, today)
    assert found.holds is (found.standing is Standing.IN_FORCE)


def test_every_standing_is_in_the_table() -> None:
    found = {judge(Facts(*row[:5], is_restricted=row[5]), today=row[6]).standing for row in TABLE}
    assert found == set(Standing)


def test_last_day_still_counts_and_the_sentence_has_its_facts() -> None:
    assert judge(Facts(SIGNED, LAST), today=LAST) == Clearance(Standing.IN_FORCE, LAST)
    assert judge(Facts(SIGNED, LAST), today=LAST + timedelta(1)) == Clearance(Standing.EXPIRED, LAST)
    assert judge(Facts(SIGNED, LAST, changed=CHANGED), today=LAST) == Clearance(Standing.STALE, LAST, CHANGED)


WEIGHTS = ArtifactFacts("model", "weights.bin", "a" * 64, 10, "https://example.org/weights")
PROOF = ProofFacts("mit_redteam", "report", "", "Report 7")
ADA, BO = ContributorFacts("Ada", "Ada@example.org", ""), ContributorFacts("Bo", "", "0000-0001")
PEOPLE = contributors_digest([ADA, BO])
THEN = content([WEIGHTS], {"level": 2}, PEOPLE, [PROOF])


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (content([WEIGHTS], {"level": 2.0}, contributors_digest([BO, ADA]), [PROOF]), ()),
        (content([], {"level": 2}, PEOPLE, [PROOF]), (ReReview.ARTIFACT_CHANGED,)),
        (content([WEIGHTS], {"level": 3}, PEOPLE, [PROOF]), (ReReview.ANSWER_CHANGED,)),
        (content([WEIGHTS], {"level": 2}, PEOPLE), (ReReview.ANSWER_CHANGED,)),
        (content([WEIGHTS], {"level": 2}, contributors_digest([ADA]), [PROOF]), (ReReview.CONTRIBUTORS_CHANGED,)),
        (
            content([], {}, contributors_digest([])),
            (ReReview.ARTIFACT_CHANGED, ReReview.ANSWER_CHANGED, ReReview.CONTRIBUTORS_CHANGED),
        ),
    ],
)
def test_what_changed_is_named_and_nothing_else(now: Content, found: tuple[ReReview, ...]) -> None:
    assert changes(THEN, now) == found
    assert (content_digest(THEN) == content_digest(now)) is (found == ())


def test_contributors_count_as_people_and_not_as_rows() -> None:
    assert contributors_digest([ADA, BO]) == contributors_digest([BO, ContributorFacts("Ada", "ada@example.org", "")])
    assert contributors_digest([ADA]) != contributors_digest([ContributorFacts("Ada", "ada@example.com", "")])
