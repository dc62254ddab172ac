"""The snapshot of a decision: whole, the same bytes for the same facts, and its digest notices every change."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions import note_absence
from audit import log
from reviews.models import Decision, Review
from reviews.queries import record
from reviews.rules import record as rules
from reviews.rules.states import Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import decided

pytestmark = pytest.mark.django_db

# What ``domain.md`` section 6 lists, and where the snapshot has it.
HELD = {
    "case", "revision", "manifest", "content", "policy", "artifacts", "answers", "contributors", "scores", "tier",
    "tier_overrides", "legal_flags", "evidence", "holds", "referrals", "findings", "basis", "motion", "voters", "tally",
    "votes", "recused_voters", "absent", "recused_reviewers", "parts", "rationale", "benefits", "alternatives",
    "override_reason", "conditions", "validity", "re_review_triggers", "appeal", "supersedes", "signatures",
    "finalised_at", "finalised_by", "is_audit_sample", "format", "meeting",
}  # fmt: skip


def kept(case: Case) -> tuple[Decision, dict[str, Any]]:
    found = Decision.objects.select_related("revision__policy", "motion").get(submission=case.again())
    return found, json.loads(found.record)


def unprotect() -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER decision_final_update")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE reviews_decision DISABLE TRIGGER USER")


def verified() -> str:
    said = io.StringIO()
    call_command("verify_records", stdout=said)
    return said.getvalue()


def test_record_holds_everything_that_a_decision_rests_on() -> None:
    case, _decision = decided()
    found, text = kept(case)
    revision = found.revision
    assert set(text) == HELD
    assert (text["revision"]["number"], text["manifest"]) == (revision.number, revision.manifest_digest)
    assert text["policy"] == {"name": str(revision.policy), "sha256": revision.policy.sha256}
    assert [row["sha256"] for row in text["artifacts"]] == [row.sha256 for row in revision.artifacts.all()]
    assert text["scores"][0]["residual"] == pytest.approx(revision.assessments.earliest("pk").residual)
    assert len(text["votes"]) == found.tally["present"]
    assert [row["reviewer"]["id"] for row in text["findings"]] == [
        row.reviewer.public_id for row in revision.assignments.filter(status="done").order_by("pk")
    ]
    assert text["conditions"][1] == {
        "order": 2, "text": "Name a contact.", "due_date": None, "owner": None, "required_before": None, "evidence": "",
    }  # fmt: skip
    assert [row["text"] for row in text["conditions"]] == ["Publish the audit.", "Name a contact."]
    assert [(row["seat"], row["by"]["id"]) for row in text["signatures"]] == [
        (row.seat, row.signed_by.public_id) for row in found.sign_offs.all()
    ]
    assert text["validity"]["until"] == str(found.valid_until_date)
    assert text["appeal"]["until"] > text["validity"]["effective_at"]
    assert text["re_review_triggers"] == [
        "artifact_changed", "answer_changed", "contributors_changed", "validity_ended", "condition_breached",
        "recused", "understated", "new_capability", "incident", "leak", "new_law", "larger_version",
    ]  # fmt: skip
    assert text["supersedes"] is None


@pytest.mark.parametrize("tier", [0, 1, 2])
def test_every_path_leads_to_the_same_record(tier: int) -> None:
    case = cases.submission_in(State.DECIDED, tier=tier)
    found, text = kept(case)
    assert set(text) == HELD
    assert text["tier"] == found.tier
    assert record.verifies(found, case.submission) is True


def through_the_board(case: Case) -> None:
    """The board withholds what the reviewers could not settle, and every seat signs."""
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)


def test_split_at_tier_2_lands_in_the_same_record_with_both_reviews() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    rows = list(Review.objects.order_by("pk"))
    for row, outcome in zip(rows, (Outcome.FULL, Outcome.WITHHELD), strict=True):
        cases.file_review(case, row, cases.findings(case, outcome=outcome))
    through_the_board(case)
    found, text = kept(case)
    assert set(text) == HELD
    assert (text["tier"], text["basis"], record.verifies(found, case.submission)) == (2, "board", True)
    assert [row["reviewer"]["id"] for row in text["findings"]] == [
        row.assignment.reviewer.public_id for row in Review.objects.order_by("pk")
    ]
    assert [{outcome for outcome, _rung in row["parts"].values()} for row in text["findings"]] == [
        {"full"}, {"withheld"},
    ]  # fmt: skip


def test_escalation_at_tier_1_lands_in_the_same_record_with_what_raised_it() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    cases.settle_evidence(case)
    cases.file_review(case, Review.objects.get(), cases.findings(case, clear=False))
    cases.settle_evidence(case)
    cases.file_review(case, cases.accept(case, cases.offer(case, case.board.reviewers[1])))
    through_the_board(case)
    found, text = kept(case)
    assert set(text) == HELD
    assert (text["tier"], text["basis"], record.verifies(found, case.submission)) == (2, "board", True)
    assert [row["reviewer"]["name"] for row in text["findings"]] == ["Reviewer 0", "Reviewer 1"]
    assert [row["recommendation"] for row in text["findings"]] == ["escalate", "judge"]
    assert [(row["tier"], row["basis"]) for row in text["scores"]][:2] == [(1, "author"), (2, "board")]


def test_record_without_a_ballot_counts_nobody_as_away() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    today = case.now.date()
    note_absence(
        user=case.board.voters[0], from_date=today, until_date=today + timedelta(days=60), stand_in=None,
        by=case.board.voters[0], now=case.later(),
    )  # fmt: skip
    cases.settle_evidence(case)
    for row in Review.objects.order_by("pk"):
        cases.file_review(case, row)
    assert case.again().state == State.SIGN_OFF
    cases.sign_all(case)
    assert kept(case)[1]["absent"] == []


def test_record_is_what_can_be_built_anew_from_the_same_facts() -> None:
    case, _decision = decided()
    found, _text = kept(case)
    again = rules.text_of(record.build(found, case.again()))
    assert again == found.record == rules.text_of(record.build(found, case.again()))
    assert rules.digest(again) == found.record_sha256


def test_record_holds_the_version_that_counts_with_areas_and_evidence() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    rows = list(Review.objects.order_by("pk"))
    key = case.submission.revision.evidence.earliest("pk").type_key
    for row in rows:
        cases.file_review(case, row)
    said = cases.findings(case)
    said = replace(
        said, domains={"surveillance": "Wider than it looks."},
        evidence={**said.evidence, key: ("not_enough", "No test.")},
    )  # fmt: skip
    cases.correct_review(case, rows[0], said, reason="I misread a table.")
    put = cases.put(case)
    cases.vote(case, put)
    cases.finalise(case, put)
    found = cases.sign_all(case)
    first, *others = json.loads(found.record)["findings"]
    assert (first["version"], first["domains"]) == (2, {"surveillance": "Wider than it looks."})
    assert first["correction"] == {"reason": "I misread a table.", "after_round": True}
    assert first["evidence"][key] == ["not_enough", "No test."]
    assert len(first["evidence"]) == len(said.evidence)
    assert [(row["version"], row["correction"], row["domains"]) for row in others] == [(1, None, {})] * len(others)
    assert record.verifies(found, case.submission) is True


def test_digest_stands_in_the_audit_log_with_the_last_signature() -> None:
    case, _decision = decided()
    found, _text = kept(case)
    event = next(entry for entry in log.events(case.submission.stream) if entry.type == "decision.completed")
    assert event.data["record_sha256"] == found.record_sha256


def test_second_record_says_what_it_takes_the_place_of() -> None:
    case = cases.submission_in(State.DECIDED)
    first = Decision.objects.get()
    second = cases.decided_anew(case, reason="Newer weights.")
    assert json.loads(second.record)["supersedes"] == {
        "decision": first.public_id, "revision": 1, "reason": "Newer weights.",
    }  # fmt: skip
    assert verified() == "Read 2 records: all hold.\n"


def test_changed_record_is_found_by_the_page_and_the_command() -> None:
    case, _decision = decided()
    assert verified() == "Read 1 record: all hold.\n"
    found, text = kept(case)
    unprotect()
    forged = rules.text_of({**text, "rationale": "Milder reasons."})
    for change in (
        {"record": forged},
        {"record": forged, "record_sha256": rules.digest(forged)},
        {"record": found.record + " "},
        {"record": found.record + "\u00e9"},
        {"record": "", "record_sha256": ""},
    ):
        Decision.objects.filter(pk=found.pk).update(record=found.record, record_sha256=found.record_sha256)
        Decision.objects.filter(pk=found.pk).update(**change)
        found_now = Decision.objects.get(pk=found.pk)
        assert not record.verifies(found_now, case.submission)
        said = io.StringIO()
        with pytest.raises(CommandError, match="Read 1 record: 1 do not hold"):
            call_command("verify_records", stdout=said)
        assert said.getvalue() == f"{case.submission.reference}: the record is not the one that was signed.\n"
    Decision.objects.filter(pk=found.pk).update(record=found.record, record_sha256=found.record_sha256)


def test_decision_without_a_record_is_no_broken_one() -> None:
    cases.submission_in(State.SIGN_OFF)
    assert verified() == "Read 0 records: all hold.\n"
    found = Decision.objects.get()
    assert record.verifies(found, found.submission) is None
