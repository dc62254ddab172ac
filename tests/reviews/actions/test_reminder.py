"""Reminders: once per person and occasion, whenever and however often the scan runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from notifications import delivery, outbox
from notifications.outbox import Message
from reviews.access.assessment import second_people
from reviews.actions import assignment, conflict, deliberation, reminder
from reviews.models import Assignment, Inquiry
from reviews.notices import guards
from reviews.queries import deadline
from reviews.rules import deadlines
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 16, minute: int = 0, month: int = 3) -> datetime:
    """A moment of spring 2026, in UTC; the committee works in Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def scan(case: Case, now: datetime) -> None:
    """One scan of one case."""
    reminder.enqueue_due(submission=case.submission, now=now)


def reminders(template: str = "") -> list[Message]:
    """All reminders so far, the oldest first."""
    rows = [m for m in outbox.recent(limit=500) if m.template.startswith(f"reminder.{template}")]
    return rows[::-1]


def heard(template: str = "") -> list[str]:
    """Who was reminded, in order of enqueuing."""
    names = dict(User.objects.values_list("public_id", "display_name"))
    return [names[m.recipient] for m in reminders(template)]


def reviewing(*, days: int = 10) -> Case:
    """A tier-2 case with one accepted review; offered on Monday 2 March, due Monday 16 March at 17:00 in Berlin."""
    case = cases.submit(cases.draft(tier=2))
    cases.accept(case, cases.offer(case, case.board.reviewers[0], days=days))
    cases.accept(case, cases.offer(case, case.board.reviewers[1], days=90))
    return case


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(11, 15, 59), []),
        (at(11), ["Reviewer 0"]),
        (at(16), ["Reviewer 0"]),
        (at(18), ["Coordinator", "Reviewer 0"]),
        (at(23), ["Chair", "Coordinator", "Reviewer 0"]),
        (at(31), ["Chair", "Coordinator", "Head of research", "Reviewer 0"]),
    ],
)
def test_catching_up_folds_missed_steps_into_one_mail_a_person(moment: datetime, expected: list[str]) -> None:
    case = reviewing()
    scan(case, moment)

    assert sorted(heard("file_review")) == expected


def test_each_step_comes_once_however_often_the_scan_runs() -> None:
    case = reviewing()
    moment = at(10)
    while moment < at(20):
        scan(case, moment)
        scan(case, moment)
        moment += timedelta(hours=3)

    assert sorted(heard("file_review")) == ["Coordinator", "Reviewer 0", "Reviewer 0", "Reviewer 0"]


def test_reminder_names_the_due_moment_and_whether_it_passed() -> None:
    case = reviewing()
    scan(case, at(11))
    scan(case, at(18))
    contexts = [m.context for m in reminders("file_review") if m.context["name"] == "Reviewer 0"]

    assert [(c["due_at"], c["is_late"]) for c in contexts] == [
        ("2026-03-16T17:00:00+01:00", False),
        ("2026-03-16T17:00:00+01:00", True),
    ]


def test_filing_takes_back_what_waits_and_ends_the_reminding() -> None:
    case = reviewing()
    scan(case, at(16))
    row = Assignment.objects.get(reviewer=case.board.reviewers[0])
    case.now = at(16, 17)
    cases.file_review(case, row.review)
    delivery.deliver_due(now=case.now)
    scan(case, at(31))

    assert [m.state for m in reminders("file_review")] == ["cancelled"]


def test_reminder_of_a_taken_back_seat_is_not_sent() -> None:
    case = reviewing()
    scan(case, at(18))
    row = Assignment.objects.get(reviewer=case.board.reviewers[0])
    assignment.take_back(assignment=row, reason="Ill.", by=case.board.coordinator, now=at(18, 17))
    delivery.deliver_due(now=at(18, 17))
    scan(case, at(31))

    assert {m.state for m in reminders("file_review")} == {"cancelled"}


def test_nobody_is_reminded_while_the_authors_owe_an_answer() -> None:
    case = reviewing()
    deliberation.ask(submission=case.submission, text="How?", by=case.board.coordinator, now=at(3))
    scan(case, at(31))
    assert reminders() == []
    deliberation.answer(inquiry=Inquiry.objects.get(), text="So.", by=case.author, now=at(31, 17))
    scan(case, at(31, 17, 1))
    assert reminders() == []
    # No day from 3 to 31 March ended outside the pause, so all ten working days are still left.
    scan(case, at(9, 14, 59, month=4))
    assert reminders() == []
    scan(case, at(9, 15, month=4))
    assert heard("file_review") == ["Reviewer 0"]
    assert reminders()[0].context["due_at"] == "2026-04-14T17:00:00+02:00"


def test_offer_is_reminded_once_and_the_coordinator_hears_of_its_silence() -> None:
    case = cases.submit(cases.draft(tier=2))
    cases.offer(case, case.board.reviewers[0])
    start = case.now
    scan(case, start + timedelta(hours=20))
    assert heard("accept_offer") == []
    scan(case, start + timedelta(days=1))
    assert heard("accept_offer") == ["Reviewer 0"]
    scan(case, at(4))
    scan(case, at(5))

    assert sorted(heard("accept_offer")) == ["Coordinator", "Reviewer 0", "Reviewer 0"]
    assert {m.context["path"] for m in reminders("accept_offer")} == {f"/offers/{Assignment.objects.get().public_id}/"}


def test_accepted_offer_is_reminded_no_more() -> None:
    case = cases.submit(cases.draft(tier=2))
    offer = cases.offer(case, case.board.reviewers[0])
    scan(case, at(4))
    cases.accept(case, offer)
    delivery.deliver_due(now=at(4, 17))

    assert {m.state for m in reminders("accept_offer")} == {"cancelled"}


def test_unassigned_case_is_brought_to_mind() -> None:
    case = cases.submit(cases.draft(tier=2))
    scan(case, at(4, 15, 59))
    assert heard() == []
    scan(case, at(4))
    scan(case, at(6))

    assert heard("assign_reviewers") == ["Coordinator", "Chair"]
    for person in case.board.reviewers[:2]:
        cases.offer(case, person)
    delivery.deliver_due(now=at(6))
    assert {m.state for m in reminders("assign_reviewers")} == {"cancelled"}


def test_case_whose_reviewers_all_declined_is_brought_to_mind_from_then_on() -> None:
    case = cases.submit(cases.draft(tier=2))
    offers = [cases.offer(case, person) for person in case.board.reviewers[:2]]
    for row in offers:
        assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=at(3))
    scan(case, at(5, 15, 59))
    assert heard("assign_reviewers") == []
    scan(case, at(5))
    scan(case, at(5))

    assert heard("assign_reviewers") == ["Coordinator"]
    delivery.deliver_due(now=at(5))
    assert [m.state for m in reminders("assign_reviewers")] == ["sent"]


def test_reminder_counted_from_the_start_does_not_come_again_after_a_pause() -> None:
    case = cases.submit(cases.draft(tier=2))
    cases.offer(case, case.board.reviewers[0])
    day_after = case.now + timedelta(days=1)
    scan(case, day_after)
    deliberation.ask(submission=case.submission, text="How?", by=case.board.coordinator, now=day_after)
    deliberation.answer(inquiry=Inquiry.objects.get(), text="So.", by=case.author, now=at(6))
    scan(case, at(6, 17))

    assert heard("accept_offer") == ["Reviewer 0"]


def test_deputy_hears_in_place_of_a_conflicted_coordinator() -> None:
    case = cases.submit(cases.draft(tier=2))
    conflict.declare(submission=case.submission, type_key="financial", by=case.board.coordinator, now=case.later())
    scan(case, at(4))

    assert heard("assign_reviewers") == ["Deputy"]


@pytest.mark.parametrize(
    ("offered", "due", "too_early"),
    [
        # Clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
        (at(26, 9), "2026-03-31T17:00:00+02:00", at(31, 14, 59)),
        (at(22, 9, month=10), "2026-10-27T17:00:00+01:00", at(27, 15, 59, month=10)),
    ],
)
def test_due_stays_at_five_in_the_afternoon_over_a_change_of_clocks(
    offered: datetime, due: str, too_early: datetime
) -> None:
    case = cases.submit(cases.draft(tier=2))
    case.now = offered - timedelta(hours=1)
    made = cases.offer(case, case.board.reviewers[0], days=3)
    cases.accept(case, made)
    scan(case, too_early)
    before = len(reminders("file_review"))
    scan(case, too_early + timedelta(minutes=1))
    found = reminders("file_review")

    assert len(found) == before + 1
    assert {m.context["due_at"] for m in found} == {due}
    assert found[-1].context["is_late"] is False


def test_moved_date_is_a_new_occasion() -> None:
    case = reviewing()
    scan(case, at(11))
    deliberation.ask(submission=case.submission, text="How?", by=case.board.coordinator, now=at(12, 9))
    deliberation.answer(inquiry=Inquiry.objects.get(), text="So.", by=case.author, now=at(13, 17))
    scan(case, at(13, 18))

    assert heard("file_review") == ["Reviewer 0", "Reviewer 0"]
    assert [m.context["due_at"][:10] for m in reminders("file_review")] == ["2026-03-16", "2026-03-18"]


def test_reminders_go_out_and_are_not_repeated() -> None:
    case = reviewing()
    scan(case, at(16))
    run = delivery.deliver_due(now=at(16))
    assert run.failed == 0
    assert [m.state for m in reminders("file_review")] == ["sent"]
    scan(case, at(16, 17))
    delivery.deliver_due(now=at(16, 17))

    assert len(reminders("file_review")) == 1


def test_proposed_tier_is_reminded_of_like_a_vote_until_it_is_settled() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    due = deadlines.due_moment(deadline.calendar(case.submission.committee), row.proposed_at, 5)
    assert due is not None
    scan(case, due - timedelta(days=4))
    assert heard("confirm_tier") == []
    scan(case, due)
    scan(case, due + timedelta(days=3))
    second = [person.display_name for person in second_people(case.submission, row)]
    assert ("Deputy" in second, "Chair" in second) == (True, False)
    assert sorted(set(heard("confirm_tier"))) == sorted([*second, "Chair"])
    deputys = [m for m in reminders("confirm_tier") if m.recipient == case.board.deputy.public_id]
    assert {m.context["path"] for m in deputys} == {reverse("reviews:assessment-confirm-tier", args=[row.public_id])}
    assert [guards.still_due(m) for m in deputys] == [True] * len(deputys)
    cases.confirm_tier(case, row)
    assert [guards.still_due(m) for m in deputys] == [False] * len(deputys)
    assert {m.state for m in reminders("confirm_tier")} == {"cancelled"}
