"""What beat starts: each task may run twice, late, or after days of silence."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from audit import log
from notifications import hold, outbox
from reviews import tasks
from reviews.actions import artifact
from reviews.models import Artifact, Assignment, blobs
from reviews.rules.states import AssignmentStatus, PartKind, State
from tests.factories import cases

pytestmark = pytest.mark.django_db


def run_at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """One scan at a moment."""
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: now)
    tasks.scan_deadlines()


def keys() -> list[str]:
    """All reminders so far."""
    return sorted(m.dedupe_key for m in outbox.recent(limit=500) if m.template.startswith("reminder."))


def test_scan_after_a_week_of_silence_lapses_the_offer_and_asks_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = cases.submit(cases.draft(tier=2))
    offer = cases.offer(case, case.board.reviewers[0])
    run_at(monkeypatch, datetime(2026, 3, 12, 9, tzinfo=UTC))
    offer.refresh_from_db()

    assert offer.status == AssignmentStatus.LAPSED
    assert case.again().state == State.IN_REVIEW
    assert keys() == []
    assert [event.type for event in log.events(case.submission.stream)][-2:] == [
        "assignment.lapsed", "assignment.offered",
    ]  # fmt: skip
    told = [m.recipient for m in outbox.recent(limit=500) if m.template == "assignment.passed_on"]
    assert told == [case.board.coordinator.public_id]
    (fresh,) = Assignment.objects.filter(submission=case.submission, status=AssignmentStatus.OFFERED)
    assert (fresh.reviewer != offer.reviewer, fresh.offered_by) == (True, None)


def test_offer_lapses_one_working_day_after_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.submit(cases.draft(tier=2))
    offer = cases.offer(case, case.board.reviewers[0])
    run_at(monkeypatch, datetime(2026, 3, 5, 16, 0, tzinfo=UTC))
    offer.refresh_from_db()
    assert offer.status == AssignmentStatus.OFFERED
    run_at(monkeypatch, datetime(2026, 3, 5, 16, 1, tzinfo=UTC))
    offer.refresh_from_db()

    assert offer.status == AssignmentStatus.LAPSED


def test_committee_with_a_faulty_calendar_silences_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = cases.submit(cases.draft(tier=2))
    cases.offer(faulty, faulty.board.reviewers[0])
    sound = cases.submit(cases.draft(cases.elsewhere(), tier=2))
    type(faulty.board.committee).objects.filter(pk=faulty.board.committee.pk).update(country="QQ")
    with caplog.at_level(logging.CRITICAL):
        run_at(monkeypatch, datetime(2026, 3, 12, 9, tzinfo=UTC))

    assert [sound.submission.reference in key for key in keys()] == [True] * len(keys())
    assert len(keys()) > 0


def test_nothing_is_scanned_while_mails_are_held(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    hold.begin(hold.Hold("x", "A restore is unfinished."))
    run_at(monkeypatch, case.now + timedelta(days=40))
    assert keys() == []
    hold.end()
    run_at(monkeypatch, case.now + timedelta(days=40))

    assert len(keys()) > 0


def test_scan_is_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    now = case.now + timedelta(days=40)
    run_at(monkeypatch, now)
    first = keys()
    run_at(monkeypatch, now)
    run_at(monkeypatch, now + timedelta(minutes=1))

    assert len(first) > 0
    assert keys() == first


def test_scan_leaves_closed_and_paused_cases_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cases.submission_in(State.DECIDED, tier=3).board
    cases.submission_in(State.RETURNED, made=made, label="Back")
    cases.submission_in(State.DRAFT, made=made, label="Draft")
    cases.submission_in(State.WITHDRAWN, made=made, label="Gone")
    run_at(monkeypatch, datetime(2026, 6, 1, 9, tzinfo=UTC))

    assert keys() == []


def test_scan_of_nothing_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run_at(monkeypatch, datetime(2026, 6, 1, 9, tzinfo=UTC))

    assert keys() == []


def test_nightly_check_logs_nothing_of_whole_chains(caplog: pytest.LogCaptureFixture) -> None:
    cases.submission_in(State.SUBMITTED)
    with caplog.at_level(logging.ERROR):
        tasks.verify_chains()

    assert caplog.messages == []


def test_sweep_keeps_named_bytes_and_removes_orphans(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    case = cases.draft(tier=2)
    kept = artifact.receive([b"kept"])
    artifact.add_file(
        submission=case.submission, part=PartKind.MODEL, name="kept.bin", blob=kept, by=case.author, now=case.later()
    )
    orphan = blobs.receive([b"orphan"], limit_bytes=100)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: datetime.now(UTC) + timedelta(days=2))
    tasks.sweep_blobs()

    assert (blobs.root() / kept.path).exists()
    assert not (blobs.root() / orphan.path).exists()
    assert Artifact.objects.filter(name="kept.bin").exists()
    assert Assignment.objects.count() == 0
