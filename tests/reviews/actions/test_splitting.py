"""Splitting a case: what stands on both sides, whose bytes are whose, and who stays outside."""

from __future__ import annotations

from typing import Any

import pytest

from audit import log
from notifications import outbox
from reviews.access.submission import sight
from reviews.actions import artifact, proof, splitting, submission
from reviews.models import AnswerChange, Artifact, Submission, blobs
from reviews.queries import answer_history
from reviews.queries.proposal import table
from reviews.queries.splitting import relatives
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.pack import Part
from reviews.rules.states import PartKind, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES

pytestmark = pytest.mark.django_db


def split(case: Case, part: Part = "paper", **changes: Any) -> Submission:
    revision = case.again().revision
    with splitting.copied(revision, part) as copies:
        given = {"suffix": "paper", "copies": copies, "version": revision.response.version}
        return splitting.split(
            submission=case.submission, part=part, by=case.author, now=case.later(), **{**given, **changes}
        )


def add(case: Case, name: str, part: PartKind = PartKind.PAPER) -> Artifact:
    return artifact.add_file(
        submission=case.submission, part=part, name=name, blob=artifact.receive([name.encode()]), by=case.author,
        now=case.later(),
    )  # fmt: skip


def test_each_case_has_its_part_with_the_same_people_and_answers() -> None:
    case = cases.draft()
    before = dict(case.again().revision.response.answers)
    new = split(case)
    old = case.again()
    assert (new.title, new.label, new.state) == ("Title of Text model (paper)", "Text model (paper)", State.DRAFT)
    assert (new.committee, new.split_from, new.created_by) == (old.committee, old, case.author)
    assert [row.user for row in new.contributors.all()] == [row.user for row in old.contributors.all()]
    kinds = [row.revision.response.answers["artifact_type"] for row in (old, new)]
    assert kinds == ["model", "paper"]
    for row in (old, new):
        assert {**row.revision.response.answers, "artifact_type": before["artifact_type"]} == before
        assert {one.part for one in row.revision.artifacts.all()} == {row.revision.response.answers["artifact_type"]}
    facts = {"part": "paper", "artifacts": [row.sha256 for row in new.revision.artifacts.all()]}
    assert log.events(old.stream)[-1].data == {"case": new.reference, **facts}
    assert [event.type for event in log.events(new.stream)] == ["submission.split_off"]
    assert (submit(case, old), submit(case, new)) == (State.SUBMITTED, State.SUBMITTED)


def test_kind_that_a_split_gives_each_case_has_its_giver_as_every_answer_has() -> None:
    case = cases.draft()
    rows = AnswerChange.objects.filter(response=case.again().revision.response).exclude(key="artifact_type")
    before = [(row.key, row.value) for row in rows]
    new = split(case)
    for row in (case.again(), new):
        changes = AnswerChange.objects.filter(response=row.revision.response).order_by("pk")
        kind = row.revision.response.answers["artifact_type"]
        last = [one for one in changes if one.key == "artifact_type"][-1]
        assert (last.value, last.changed_by, last.changed_at) == (kind, case.author, case.now)
        assert [(one.key, one.value) for one in changes if one.key != "artifact_type"] == before


def submit(case: Case, row: Submission) -> str:
    one = Case(row, case.author, case.board, now=case.now)
    return str(cases.submit(one).submission.state)


def test_bytes_of_a_draft_go_along_and_those_that_a_revision_keeps_are_copied() -> None:
    case = cases.draft()
    first = add(case, "first.pdf")
    cases.submit(case)
    submission.return_to_authors(
        submission=case.submission, reason="Split it.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    later = add(case, "later.pdf")
    new = split(case)
    rows = {row.name: row for row in new.revision.artifacts.exclude(blob="")}
    assert {name: (row.sha256, blobs.stored_sha256(row.blob)) for name, row in rows.items()} == {
        name: (row.sha256, row.sha256) for name, row in (("first.pdf", first), ("later.pdf", later))
    }
    assert (rows["later.pdf"].blob, rows["first.pdf"].blob == first.blob) == (later.blob, False)
    named = {row.blob for row in Artifact.objects.filter(revision__submission=case.submission).exclude(blob="")}
    assert named == {first.blob}
    assert named & {row.blob for row in rows.values()} == set()


def test_both_keep_what_proves_the_answers_and_who_gave_them() -> None:
    case = cases.draft()
    cases.prove(case)
    report = artifact.receive([b"Report"])
    proof.add(
        submission=case.submission, question="mit_redteam", name="report.pdf", blob=report, by=case.author,
        now=case.later(),
    )  # fmt: skip
    new = split(case)
    old = case.again()
    proven = [
        [(row.question_key, row.name, row.sha256, row.location) for row in one.revision.proofs.all()]
        for one in (old, new)
    ]
    assert proven[0] == proven[1]
    stored = [one.revision.proofs.exclude(blob="").get().blob for one in (old, new)]
    assert stored[0] != stored[1]
    assert [blobs.stored_sha256(path) for path in stored] == [report.sha256, report.sha256]
    pack = new.revision.policy.pack
    traces = [answer_history.traces(one.revision, pack) for one in (old, new)]
    kinds = [trace.pop(pack.bindings.kind).last.lines for trace in traces]
    assert kinds == [("A model or system",), ("A paper or report",)]
    assert traces[0] == traces[1] != {}


def test_bytes_that_were_not_copied_refuse_the_split() -> None:
    case = cases.draft()
    add(case, "first.pdf")
    cases.submit(case)
    submission.return_to_authors(
        submission=case.submission, reason="Split it.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    with pytest.raises(Stale):
        split(case, copies={})
    assert Submission.objects.count() == 1


def test_split_that_is_refused_leaves_no_copies_behind() -> None:
    case = cases.draft()
    proof.add(
        submission=case.submission, question="mit_redteam", name="report.pdf", blob=artifact.receive([b"Report"]),
        by=case.author, now=case.later(),
    )  # fmt: skip
    before = set(blobs.root().glob("??/*"))
    with pytest.raises(RuleBroken):
        split(case, suffix=" ")
    assert set(blobs.root().glob("??/*")) == before


def test_whoever_stands_aside_in_the_one_stands_aside_in_the_other() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.declare(case, case.board.chair)
    submission.return_to_authors(
        submission=case.submission, reason="Split it.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    new = split(case)
    assert [(row.user, row.type_key) for row in new.conflicts.all()] == [(case.board.chair, "personal")]
    submit(case, new)
    new.refresh_from_db()
    assert sight(case.board.chair, new).level is Level.NONE
    seen = [[one.case for one in relatives(case.again(), who)] for who in (case.author, case.board.chair)]
    assert seen == [[new], [None]]
    assert [(one.is_origin, one.case) for one in relatives(new, case.author)] == [(True, case.submission)]


def test_author_of_a_submitted_case_stays_one_of_the_part_that_was_split_off() -> None:
    case = cases.draft()
    second, third = UserFactory(display_name="Author Two"), UserFactory(display_name="Author Three")
    writers = [submission.Writer("Author Two", second.email)]
    facts: dict[str, Any] = {"title": "T", "label": "L", "venue": "", "planned_date": None, "by": case.author}
    submission.describe(
        submission=case.submission, contributors=writers, version=case.description_version, now=case.later(), **facts
    )
    new = split(case)
    for writers in ([submission.Writer("Author Three", third.email)], []):
        submission.describe(
            submission=new, contributors=writers, now=case.later(),
            version=Submission.objects.get(pk=new.pk).description_version, **facts,
        )  # fmt: skip
    assert {row.user for row in new.contributors.all()} == {case.author, second}


def test_part_of_a_returned_case_is_not_cleared_without_people() -> None:
    """The paper alone would be of the lowest tier; but the board had it, and asked for a change."""
    answers = {**cases.answers_for(1), "paper_release_requested": "redacted_preprint"}
    case = cases.draft(answers=answers)
    cases.submit(case)
    submission.return_to_authors(
        submission=case.submission, reason="Split it.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    new = split(case)
    assert new.revision.return_reason == "Split it."
    assert submit(case, new) == State.SUBMITTED
    assert new.revision.assessments.get().tier == 0
    assert list(table(case.board.coordinator, case.now).wanting) == [new.reference]


def test_other_authors_hear_that_there_are_two_cases_now_and_whoever_split_it_does_not() -> None:
    case = cases.draft()
    other, named_only = UserFactory(display_name="Author Two"), "Author Without Account"
    submission.describe(
        submission=case.submission, title="T", label="L", venue="", planned_date=None,
        contributors=[submission.Writer("Author Two", other.email), submission.Writer(named_only, "")],
        version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    new = split(case)
    assert [(row.template, row.recipient, row.about, row.context["path"]) for row in outbox.recent(limit=9)] == [
        ("submission.split", other.public_id, case.submission.reference, new.get_absolute_url())
    ]


@pytest.mark.parametrize(("suffix", "code"), [("  ", "suffix"), ("x" * 60, "too_long")])
def test_suffix_that_does_not_fit(suffix: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["split_case"]().act(suffix=suffix)
    assert (refused.value.code, refused.value.field) == (code, "suffix")
