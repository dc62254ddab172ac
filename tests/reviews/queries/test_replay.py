"""Past cases under another policy: which count, which are named to whom, and how many queries that takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reviews.access import policy as access
from reviews.actions.committee import appoint
from reviews.queries import replay, replay_words
from reviews.queries.replay import Replay
from reviews.rules.policy import load
from reviews.rules.replay import Cause
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import NEW_QUESTION
from tests.factories.committee import Board, board
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db

LOWER = load(edited("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"))


def seen_by(person: User, made: Board | None = None) -> Replay:
    committees = [made.committee] if made is not None else []
    named = access.named(person)
    return replay.over(LOWER, counted=access.counted(person), named=named, committees=committees)


def test_last_frozen_revision_of_every_submitted_case_counts_once() -> None:
    made = board()
    cases.draft(made)
    moved = cases.submit(cases.draft(made, tier=2, label="Moved"))
    cases.submission_in(State.RETURNED, made=made, tier=1)
    found = seen_by(made.coordinator)
    assert (found.tally.cases, found.tally.changed, found.tally.matrix) == (2, 1, {(2, 3): 1, (1, 1): 1})
    assert [(line.reference, line.label) for line in found.lines] == [(moved.submission.reference, "Moved")]
    assert found.lines[0].effect.causes == (Cause("threshold", "3", "45", "40"),)
    assert found.tiers == ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4))
    assert replay_words.headline(found.tally) == (
        "1 of 2 cases would come out otherwise: 1 in a higher tier, 0 in a lower one, 0 in the same."
    )
    assert replay_words.causes(found) == (("Tier 3 starts at 40 points, before at 45.", 1),)


def test_replay_names_nothing_that_its_reader_may_not_see() -> None:
    made, other = board(), board("Elsewhere")
    case = cases.submit(cases.draft(made, tier=2))
    cases.submit(cases.draft(other, tier=2))
    mixed = cases.submission_in(State.IN_REVIEW, made=made, tier=2)
    cases.declare(mixed, made.deputy)
    role = CommitteeRole.REVIEWER
    appoint(committee=made.committee, user=made.chair, role=role, by=made.administrator, now=case.now)
    cases.offer(case, made.chair)
    references = {person: {line.reference for line in seen_by(person).lines} for person in (
        made.administrator, made.coordinator, made.deputy, made.chair, made.members[0], made.auditor, made.leader,
        made.officers["legal_officer"], case.author,
    ) if person is not None}  # fmt: skip
    both = {case.submission.reference, mixed.submission.reference}
    assert references.pop(made.coordinator) == both
    assert references.pop(made.deputy) == {case.submission.reference}
    assert references.pop(made.chair) == {mixed.submission.reference}
    assert set().union(*references.values()) == set()
    assert seen_by(made.administrator).tally.cases == 3
    assert {seen_by(person).tally.cases for person in references if person != made.administrator} == {0}
    assert seen_by(made.deputy).tally.cases == 1
    assert seen_by(made.administrator, other).tally.cases == 1
    assert seen_by(made.coordinator, other).tally.cases == 0


def test_more_cases_take_no_more_queries_and_a_second_look_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            seen_by(made.coordinator, made)
        return len([query for query in queries if "SELECT" in query["sql"]])

    made = board()
    replay._known.clear()
    taken = []
    for number in (1, 2):
        cases.submit(cases.draft(made, tier=2, label=f"Case {number}"))
        taken.append(asked())
    assert taken == [6, 6]
    assert asked() == 5
    monkeypatch.setattr(replay, "BATCH", 1)
    replay._known.clear()
    assert asked() == 8


def test_cases_of_another_policy_count_only_where_their_committee_is_chosen() -> None:
    made = board()
    cases.submit(cases.draft(made, tier=2))
    renamed = load(edited("\nid: default-dual-use", "\nid: another"))
    whole = access.counted(made.administrator)
    assert replay.over(renamed, counted=whole, named=whole.none()).tally.cases == 0
    chosen = replay.over(renamed, counted=whole, named=whole.none(), committees=[made.committee])
    assert (chosen.tally.cases, chosen.lines) == (1, ())
    assert replay_words.headline(replay.over(renamed, counted=whole.none(), named=whole.none()).tally) == (
        "No case was submitted that this policy could be tried on."
    )


def test_what_answers_lack_is_said_in_words() -> None:
    made = board()
    cases.submit(cases.draft(made, tier=1))
    asking = load(edited("  - key: artifact_summary\n", NEW_QUESTION + "  - key: artifact_summary\n"))
    whole = access.submitted()
    found = replay.over(asking, counted=whole, named=whole)
    assert replay_words.open_answers(found) == ("1 case would lack an answer to “Who can be asked at any hour?”",)
    assert found.lines == ()
