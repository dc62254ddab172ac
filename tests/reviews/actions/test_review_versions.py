"""Findings by area, the view of each evidence, saving field by field, and corrections as versions of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit import log
from reviews.actions import motion, review
from reviews.actions.committee import appoint
from reviews.models import Assessment, Decision, Review
from reviews.queries import round as rounds
from reviews.queries.review import content_of, filed
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.findings import Findings, changed, flat
from reviews.rules.questionnaire import fingerprint
from reviews.rules.states import CommitteeRole, Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES, watch

pytestmark = pytest.mark.django_db


def in_review(tier: int = 3) -> tuple[Case, list[Review]]:
    case = cases.submission_in(State.IN_REVIEW, tier=tier)
    return case, list(Review.objects.filter(assignment__submission=case.submission).order_by("pk"))


def before_the_board(tier: int = 3) -> tuple[Case, list[Review]]:
    case, rows = in_review(tier)
    cases.settle_evidence(case)
    for row in rows:
        cases.file_review(case, row)
    assert case.again().state == State.DELIBERATION
    return case, rows


def shown(row: Review) -> dict[str, str]:
    stored = flat(content_of(row))
    names = ("findings", "confidence", "to_board", "to_authors", "model_rung", "evidence_misuse_scenarios")
    return {name: fingerprint(stored.get(name)) for name in names}


def test_areas_and_evidence_are_kept_as_rows() -> None:
    case, (row, *_) = in_review()
    said = replace(
        cases.findings(case), domains={"surveillance": "Wider than it looks.", "cyber": "  "},
        evidence={"misuse_scenarios": ("not_enough", "No test."), "redaction_check": ("", "To be seen.")},
    )  # fmt: skip
    review.save_draft(review=row, content=said, version=0, by=row.assignment.reviewer, now=case.later())
    kept = content_of(Review.objects.get(pk=row.pk))
    assert kept == replace(said, domains={"surveillance": "Wider than it looks."})


def test_each_required_evidence_is_judged_before_filing_and_waived_ones_are_not_asked_for() -> None:
    case, _rows = in_review()
    revision, said = case.submission.revision, cases.findings(case)
    keys = [one.type_key for one in revision.evidence.all()]
    found = review.faults(revision, replace(said, evidence={}))
    assert [(fault.code, fault.field) for fault in found] == [("evidence_view", f"evidence_{key}") for key in keys]
    half = {**said.evidence, keys[0]: ("not_enough", " "), keys[1]: ("cannot_judge", "")}
    found = review.faults(revision, replace(said, evidence=half))
    assert [(fault.code, fault.field) for fault in found] == [("evidence_note", f"missing_{keys[0]}")]
    revision.evidence.filter(type_key=keys[0]).update(
        waived_at=case.now, waived_by=case.board.coordinator, waiver_reason="Not here."
    )
    assert review.faults(revision, replace(said, evidence=dict.fromkeys(keys[1:], ("enough", "")))) == []


def test_fields_are_saved_one_by_one_and_leave_the_others() -> None:
    scene = SCENES["save_fields"]()
    row = scene.act(typed={"findings": "One.", "model_rung": "vetted_api"}, shown=shown(scene.thing))
    assert (row.findings, row.version, content_of(row).verdict) == ("One.", 1, {"model": ("", "vetted_api")})
    row = scene.act(typed={"confidence": "low", "evidence_misuse_scenarios": "enough"}, shown=shown(row))
    assert (row.findings, row.confidence, row.version) == ("One.", "low", 2)
    row = scene.act(typed={"findings": None}, shown=shown(row))
    assert (row.findings, row.confidence) == ("", "low")
    assert scene.act(typed={"findings": None}, shown=shown(row)).version == 3


def test_two_places_keep_both_unless_they_change_the_same_field() -> None:
    scene = SCENES["save_fields"]()
    opened = shown(scene.thing)
    row = scene.act(typed={"findings": "Here.", "to_board": "Here."}, shown=opened)
    other = scene.act(typed={"to_authors": "There."}, shown=opened)
    assert (other.findings, other.to_authors) == ("Here.", "There.")
    with pytest.raises(Stale) as refused:
        scene.act(
            typed={"findings": "There.", "to_board": "There."}, shown=opened | {"to_board": shown(row)["to_board"]}
        )
    assert refused.value.text == review.CHANGED
    row.refresh_from_db()
    assert (row.findings, row.to_board) == ("Here.", "Here.")


def test_a_correction_is_a_version_of_its_own_and_the_filed_one_stays() -> None:
    case, (row, *_) = in_review()
    cases.file_review(case, row)
    before = content_of(row)
    with watch(case) as seen:
        made = cases.correct_review(case, row, reason="  I misread a table. ")
    row.refresh_from_db()
    assert (content_of(row), row.number, row.filed_at is not None) == (before, 1, True)
    assert (made.number, made.correction_reason, made.after_round) == (2, "I misread a table.", False)
    assert made.filed_at == case.now
    assert made.assignment.review == made
    assert [one.pk for one in filed(case.submission.revision)] == [made.pk]
    assert [event for event, _by in seen.events] == ["review.corrected"]
    data = log.events(case.submission.stream)[-1].data
    assert (data["number"], data["after_round"]) == (2, False)
    assert "misread" not in str(data)
    assert seen.mails == {("review.corrected", "Coordinator")}


def test_a_correction_keeps_what_was_said_of_evidence_that_is_waived_since() -> None:
    case, (row, *_) = in_review()
    revision = case.submission.revision
    key = revision.evidence.earliest("pk").type_key
    said = cases.findings(case)
    cases.file_review(case, row, replace(said, evidence={**said.evidence, key: ("not_enough", "No test.")}))
    revision.evidence.filter(type_key=key).update(
        waived_at=case.now, waived_by=case.board.coordinator, waiver_reason="Not here."
    )
    without = {name: view for name, view in said.evidence.items() if name != key}
    made = cases.correct_review(case, row, replace(said, findings="Put right.", evidence=without))
    assert changed(content_of(row), content_of(made)) == ("findings",)
    assert content_of(made).evidence[key] == ("not_enough", "No test.")


def test_a_second_correction_builds_on_the_first() -> None:
    case, (row, *_) = in_review()
    cases.file_review(case, row)
    made = cases.correct_review(case, row)
    with pytest.raises(Stale) as refused:
        cases.correct_review(case, row)
    assert refused.value.text == review.CORRECTED
    again = cases.correct_review(case, made, replace(cases.findings(case), findings="Once more."))
    assert list(row.assignment.versions.values_list("number", flat=True)) == [1, 2, 3]
    assert again.assignment.review == again


def test_a_correction_before_the_round_is_closed_is_counted() -> None:
    case, rows = in_review(2)
    for row in rows:
        cases.file_review(case, row)
    assert Assessment.objects.order_by("pk").last().tier == 2
    higher = cases.like_the_authors(case, cap_cyber=3)
    cases.correct_review(case, rows[0], replace(cases.findings(case), judgement=higher))
    last = Assessment.objects.order_by("pk").last()
    assert (last.basis, last.tier) == ("reviews", 3)
    assert sorted(last.counted) == sorted(one.public_id for one in filed(case.submission.revision))


def test_a_correction_can_end_a_split_before_the_round_is_closed() -> None:
    case, rows = in_review(2)
    cases.file_review(case, rows[0])
    cases.file_review(case, rows[1], cases.findings(case, outcome=Outcome.WITHHELD))
    cases.correct_review(case, rows[1], cases.findings(case))
    cases.settle_evidence(case)
    assert case.again().state == State.SIGN_OFF
    assert Decision.objects.get().motion.put_by is None


def test_a_correction_at_tier_1_that_looks_closer_raises_the_tier() -> None:
    case, (row,) = in_review(1)
    cases.file_review(case, row)
    closer = replace(cases.findings(case, clear=False), findings="Not so fast.")
    cases.correct_review(case, row, closer)
    last = Assessment.objects.order_by("pk").last()
    assert (last.tier, last.basis, last.reason) == (2, "board", "Not so fast.")
    assert case.again().state == State.IN_REVIEW


def test_a_correction_before_the_board_says_so_tells_it_and_recounts_nothing() -> None:
    case, rows = before_the_board()
    counted = Assessment.objects.count()
    with watch(case) as seen:
        judged = cases.like_the_authors(case, cap_surveillance=4)
        made = cases.correct_review(
            case, rows[0], replace(cases.findings(case, outcome=Outcome.WITHHELD), judgement=judged)
        )
    assert (made.after_round, Assessment.objects.count(), case.again().state) == (True, counted, State.DELIBERATION)
    told = {name for template, name in seen.mails if template == "review.corrected"}
    assert told == {"Coordinator", *(f"Member {n}" for n in range(5)), "External 0", "External 1"}
    said = rounds.facts(case.submission.revision).filed[0].verdict
    assert (said == dict(content_of(made).verdict), said == dict(content_of(rows[0]).verdict)) == (True, False)


def test_a_correction_before_the_board_is_not_counted_when_a_reviewer_steps_aside_later() -> None:
    case, rows = before_the_board()
    said = replace(cases.findings(case), judgement=cases.like_the_authors(case, cap_surveillance=4))
    cases.correct_review(case, rows[0], said)
    cases.declare(case, rows[1].assignment.reviewer)
    last = Assessment.objects.order_by("pk").last()
    assert sorted(last.counted) == sorted(row.public_id for row in (rows[0], *rows[2:]))


def test_a_coordinator_who_judges_alone_is_not_told_of_corrections() -> None:
    case = cases.submit(cases.draft(tier=3))
    reviewing = case.board.coordinator
    appoint(
        committee=case.board.committee, user=reviewing, role=CommitteeRole.REVIEWER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    seats = [cases.accept(case, cases.offer(case, one)) for one in (*case.board.reviewers[:2], reviewing)]
    cases.file_review(case, seats[0])
    with watch(case) as seen:
        made = cases.correct_review(case, seats[0])
    assert [mail for mail in seen.mails if mail[0] == "review.corrected"] == []
    cases.file_review(case, seats[2])
    with watch(case) as seen:
        cases.correct_review(case, made, replace(cases.findings(case), findings="Put right once more."))
    assert ("review.corrected", "Coordinator") in seen.mails


@pytest.mark.parametrize("state", [State.SIGN_OFF, State.DECIDED])
def test_nothing_is_corrected_once_it_is_being_decided(state: State) -> None:
    case = cases.submission_in(state, tier=3)
    row = filed(case.submission.revision)[0]
    with pytest.raises(NotNow) as refused:
        cases.correct_review(case, row)
    assert refused.value.code == "wrong_state"


def test_nothing_is_corrected_under_an_open_ballot_and_again_after_it() -> None:
    case, rows = before_the_board()
    put = cases.put(case)
    with pytest.raises(NotNow) as refused:
        cases.correct_review(case, rows[0])
    assert refused.value.code == "ballot_open"
    motion.take_back(motion=put, by=put.put_by, now=case.later())
    assert cases.correct_review(case, rows[0]).number == 2


def test_a_draft_is_not_corrected_and_only_its_writer_corrects() -> None:
    case, (row, other, *_) = in_review()
    with pytest.raises(NotNow) as early:
        cases.correct_review(case, row)
    assert early.value.code == "not_filed"
    cases.file_review(case, row)
    with pytest.raises(Denied) as refused:
        review.correct(
            review=row, content=Findings(), reason="Mine.", version=1, by=other.assignment.reviewer, now=case.later()
        )
    assert refused.value.code == "not_your_review"


@pytest.mark.parametrize(
    ("changes", "reason", "code"),
    [
        ({}, " ", "reason"),
        ({"findings": ""}, "A slip.", "findings"),
        ({"evidence": {}}, "A slip.", "evidence_view"),
        ({"findings": "What was found, in plain words."}, "A slip.", "unchanged"),
    ],
)
def test_a_correction_is_whole_changes_something_and_says_why(
    changes: dict[str, Any], reason: str, code: str
) -> None:  # fmt: skip
    case, (row, *_) = in_review()
    cases.file_review(case, row)
    with pytest.raises(RuleBroken) as refused:
        cases.correct_review(
            case, row, replace(cases.findings(case), **{"findings": "Put right.", **changes}), reason=reason
        )
    assert refused.value.code == code
    assert row.assignment.versions.count() == 1
