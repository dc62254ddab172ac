"""Evidence and holds: what keeps a case in review, and what keeps a release shut."""

from __future__ import annotations

import pytest

from reviews.actions import artifact, evidence
from reviews.models import Evidence, Hold
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import State
from tests.factories import cases
from tests.reviews.actions.scenes import SCENES, watch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scene", "facts", "code", "field"),
    [
        ("give_evidence", {"text": "  "}, "empty", "text"),
        ("waive_evidence", {"reason": " "}, "reason", "reason"),
        ("clear_hold", {"text": ""}, "text", "text"),
    ],
)
def test_empty_content(scene: str, facts: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES[scene]().act(**facts)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_missing_evidence_keeps_the_case_in_review_and_the_last_one_moves_it_on() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    for row in [seat.review for seat in case.submission.assignments.all()]:
        cases.file_review(case, row)
    rows = list(Evidence.objects.filter(revision=case.submission.revision, given_at=None))
    for row in rows[:-1]:
        evidence.give(evidence=row, text="Here.", by=case.author, now=case.later())
        assert case.again().state == State.IN_REVIEW
    with watch(case) as seen:
        evidence.waive(evidence=rows[-1], reason="Known.", by=case.board.coordinator, now=case.later())
    assert case.again().state == State.SIGN_OFF
    assert seen.events == [("evidence.waived", "Coordinator"), ("submission.recommended", "system")]
    assert seen.mails == {("evidence.waived", "Author One"), ("decision.awaits_signature", "Chair")}


def test_evidence_as_a_file() -> None:
    scene = SCENES["give_evidence"]()
    blob = artifact.receive([b"plan"])
    row = scene.act(text="", blob=blob, file_name="plan.pdf")
    assert (row.blob, row.sha256, row.size_bytes, row.file_name, row.given_by) == (
        blob.path, blob.sha256, 4, "plan.pdf", scene.case.author,
    )  # fmt: skip


def test_evidence_given_again_replaces_what_was_there() -> None:
    scene = SCENES["give_evidence"]()
    scene.act()
    row = scene.act(text="A better plan.")
    assert (row.text, row.given_at) == ("A better plan.", scene.case.now)


def test_evidence_given_in_two_places_at_once_is_told() -> None:
    scene = SCENES["give_evidence"]()
    scene.act(version=0, text="First.")
    with pytest.raises(Stale) as refused:
        scene.act(version=0, text="Second.")
    assert refused.value.text == evidence.CHANGED
    scene.thing.refresh_from_db()
    assert (scene.thing.text, scene.thing.version) == ("First.", 1)


def test_evidence_given_where_it_was_waived_meanwhile_is_told() -> None:
    scene = SCENES["waive_evidence"]()
    scene.act()
    with pytest.raises(Stale):
        evidence.give(evidence=scene.thing, text="Mine.", version=0, by=scene.case.author, now=scene.case.later())


@pytest.mark.parametrize("key", ["plain_summary", "author_attestation"])
def test_evidence_that_submitting_gave_is_frozen_with_it(key: str) -> None:
    case = cases.submission_in(State.SUBMITTED)
    row = Evidence.objects.get(revision=case.submission.revision, type_key=key)
    with pytest.raises(NotNow) as refused:
        evidence.give(evidence=row, text="Other words.", by=case.author, now=case.later())
    assert refused.value.code == "frozen"


def test_evidence_given_after_a_waiver_tells_the_coordinator() -> None:
    scene = SCENES["waive_evidence"]()
    scene.act()
    with watch(scene.case) as seen:
        evidence.give(evidence=scene.thing, text="After all.", by=scene.case.author, now=scene.case.later())
    assert seen.mails == {("evidence.given", "Coordinator")}


def test_given_evidence_is_not_waived() -> None:
    scene = SCENES["waive_evidence"]()
    evidence.give(evidence=scene.thing, text="Here.", by=scene.case.author, now=scene.case.later())
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "settled"


def test_evidence_after_the_round_closed() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = Evidence.objects.filter(revision=case.submission.revision).first()
    with pytest.raises(NotNow):
        evidence.give(evidence=row, text="Late.", by=case.author, now=case.later())


def test_evidence_of_an_earlier_revision() -> None:
    case = cases.submission_in(State.RETURNED)
    row = Evidence.objects.filter(revision__number=1).first()
    with pytest.raises(NotNow):
        evidence.give(evidence=row, text="Late.", by=case.author, now=case.later())


def test_hold_of_the_chair_is_cleared_by_the_deputy_where_the_chair_stepped_aside() -> None:
    from reviews.actions import conflict

    case = cases.submit(cases.draft(tier=3))
    hold = Hold.objects.get()
    Hold.objects.filter(pk=hold.pk).update(role="chair")
    with pytest.raises(Denied):
        evidence.clear_hold(hold=hold, text="Checked.", by=case.board.deputy, now=case.later())
    conflict.declare(submission=case.submission, type_key="personal", by=case.board.chair, now=case.later())
    with pytest.raises(Denied):
        evidence.clear_hold(hold=hold, text="Checked.", by=case.board.chair, now=case.later())
    evidence.clear_hold(hold=hold, text="Checked.", by=case.board.deputy, now=case.later())
    hold.refresh_from_db()
    assert (hold.cleared_by, hold.clearance_text) == (case.board.deputy, "Checked.")


def test_hold_of_an_earlier_revision_is_not_cleared_any_more() -> None:
    from reviews.actions import submission

    case = cases.submit(cases.draft(tier=3))
    hold = Hold.objects.get()
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    with pytest.raises(NotNow) as refused:
        evidence.clear_hold(hold=hold, text="Checked.", by=case.board.officers["legal_officer"], now=case.later())
    assert refused.value.code == "closed"
