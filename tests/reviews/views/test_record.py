"""The preview of a record says what the record will say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.actions import artifact, questionnaire
from reviews.models import Motion, Review
from reviews.queries import motion as board_of
from reviews.rules.states import Outcome, State
from reviews.views import record
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board, put_in_force
from tests.reviews.views.pages import get, text_of
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db
VOTED = """  - tier: 1
    label: Low
    path: board
    quorum: {of: eligible_voters, share: "1/2", strictly_more: true, at_least: 3, seats: {}}
    approval: {of: votes_cast, share: "1/2", strictly_more: true}
    override: {of: votes_cast, share: "2/3", strictly_more: false, also: []}
"""


def lowest_tier_before_a_board() -> tuple[Case, Motion]:
    """A case whose answers give tier 0, which is the board's since it was returned; tier 1 votes in this policy."""
    made = board()
    text = edited("  - tier: 1\n    label: Low\n    path: reviewer\n", VOTED)
    text = text.replace("sign_off: [coordinator]", "sign_off: [chair]", 1).replace("2026.11", "2026.12", 1)
    put_in_force(text, made, cases.START)
    case = cases.submission_in(State.RETURNED, made=made)
    questionnaire.save_answers(
        submission=case.submission, answers=cases.answers_for(0), cleared=frozenset(),
        version=case.again().revision.response.version, by=case.author, now=case.later(),
    )  # fmt: skip
    artifact.remove(artifact=case.again().revision.artifacts.get(part="model"), by=case.author, now=case.later())
    cases.submit(case)
    cases.file_review(case, *cases.seat_reviewers(case, 1))
    cases.settle_evidence(case)
    return case, cases.put(case, outcome=Outcome.WITHHELD)


def test_preview_and_record_name_the_tier_whose_people_vote() -> None:
    case, made = lowest_tier_before_a_board()
    cases.vote(case, made)
    count = board_of.tally(made, case.again(), now=case.now)
    preview = record.of_motion(made, case.submission, count, now=case.now)
    assert "Needed for tier 1" in text_of(get(case.board.chair, "motion-list", case.submission.reference))
    found = cases.finalise(case, made)
    after = record.of_decision(found, case.submission, "names", sees_case=True)
    assert preview.tier.tier == after.tier.tier == found.tier == 1
    assert [row.role for row in preview.signatures] == [row.role for row in after.signatures]


def test_record_prints_what_the_version_that_counts_says_of_areas_and_evidence_and_hides_it_from_authors() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    rows = list(Review.objects.order_by("pk"))
    for row in rows:
        cases.file_review(case, row)
    said = replace(cases.findings(case), domains={"surveillance": "Wider than it looks."})
    cases.correct_review(case, rows[0], said)
    put = cases.put(case)
    cases.vote(case, put)
    cases.finalise(case, put)
    found = cases.sign_all(case)
    pages = [
        text_of(get(person, "decision-detail", case.submission.reference))
        for person in (case.board.auditor, case.author)
    ]
    assert [page.count("Wider than it looks.") for page in pages] == [1, 0]
    assert [page.count("Version 2, corrected after the others could be read.") for page in pages] == [1, 0]
    after = record.of_decision(found, case.submission, "names", sees_case=True)
    assert [(row.version, row.after_round) for row in after.findings] == [(2, True)] + [(0, False)] * (len(rows) - 1)
