"""An offer that is not taken goes on by itself; seats are handed over, replaced and extended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Expertise, User
from audit import log
from notifications import delivery, outbox
from reviews.actions import assignment, conflict, deliberation
from reviews.models import Assignment, Inquiry, Review
from reviews.queries import proposal
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import AssignmentStatus, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import PACK, board, put_in_force
from tests.factories.people import AbsenceFactory
from tests.reviews.actions.scenes import SCENES, everything, mails, watch

pytestmark = pytest.mark.django_db

BY_HAND = PACK.read_text(encoding="utf-8").replace('lapses: "+1d"', 'lapses: "+1d", passes_on: false', 1)


def asked(reviewers: int = 3, *, tier: int = 1, experts: int = 0) -> Case:
    """A case whose first reviewer has an offer; the first ``experts`` know its leading domain."""
    made = board(reviewers=reviewers)
    case = cases.submit(cases.draft(made, tier=tier))
    leading = proposal.table(made.coordinator, case.now).wanting[case.submission.reference].leading
    for person in made.reviewers[:experts]:
        Expertise.objects.create(
            user=person, kind="domain", key=leading, confirmed_at=case.now, confirmed_by=made.administrator
        )
    cases.offer(case, made.reviewers[0], days=7)
    return case


def first(case: Case) -> Assignment:
    return Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0])


def decline(case: Case, row: Assignment | None = None) -> None:
    row = row or Assignment.objects.get(submission=case.submission, status=AssignmentStatus.OFFERED)
    assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=case.later())


def offered_to(case: Case) -> list[User]:
    rows = Assignment.objects.filter(submission=case.submission, status=AssignmentStatus.OFFERED)
    return [row.reviewer for row in rows.order_by("pk")]


def shortage(case: Case) -> list[dict[str, object]]:
    (event,) = [event for event in log.events(case.submission.stream) if event.type == "assignment.nobody_left"]
    found: list[dict[str, object]] = event.data["short"]
    return found


def test_the_next_is_asked_as_the_programs_act_for_as_many_days() -> None:
    case = asked(reviewers=2)
    decline(case)
    row = Assignment.objects.get(reviewer=case.board.reviewers[1])
    assert (row.status, row.offered_by, row.review_days, row.offered_at) == ("offered", None, 7, case.now)
    event = log.events(case.submission.stream)[-1]
    assert (event.type, event.actor, event.data["instead_of"]) == (
        "assignment.offered", log.SYSTEM, first(case).public_id,
    )  # fmt: skip


def test_an_expert_is_followed_by_an_expert_and_nobody_else() -> None:
    case = asked(reviewers=5, tier=2, experts=2)
    decline(case)
    assert offered_to(case) == [case.board.reviewers[1]]
    decline(case)
    assert offered_to(case) == []
    assert shortage(case) == [
        {"seat": "expert_top_domain", "external": False, "known": 2, "shut": {"declined": 2}},
    ]  # fmt: skip


def test_nobody_is_asked_twice_until_nobody_is_left_and_the_coordinator_hears_of_that() -> None:
    case = asked(reviewers=4)
    seen = []
    for _ in range(4):
        seen += offered_to(case)
        with watch(case) as told:
            decline(case)
    assert sorted(person.pk for person in seen) == [person.pk for person in case.board.reviewers]
    assert told.mails == {("assignment.nobody_left", "Coordinator")}
    assert shortage(case) == [{"seat": "generalist", "external": False, "known": 4, "shut": {"declined": 4}}]
    found = proposal.table(case.board.coordinator, case.now)
    assert set(found.facts.cases[0].barred.values()) == {"declined"}


@pytest.mark.parametrize("why", ["conflict", "suspicion", "tie", "away", "full", "left", "closed"])
def test_whoever_may_not_or_cannot_is_passed_over(why: str) -> None:
    case = asked(reviewers=3)
    out, free = case.board.reviewers[1:]
    if why == "conflict":
        conflict.declare_for(
            submission=case.submission, person=out, type_key="personal", note="Siblings.", by=case.board.coordinator,
            now=case.later(),
        )  # fmt: skip
    elif why == "suspicion":
        cases.suspect(case, out)
    elif why == "tie":
        User.objects.filter(pk=out.pk).update(unit=case.author.unit)
    elif why == "away":
        day = case.now.date() + timedelta(days=4)
        AbsenceFactory(user=out, from_date=day, until_date=day)
    elif why == "full":
        User.objects.filter(pk=out.pk).update(load_cap=0)
    elif why == "left":
        out.memberships.update(until_at=case.now, until_by=case.board.administrator)
    else:
        User.objects.filter(pk=out.pk).update(is_active=False)
    decline(case)
    assert offered_to(case) == [free]


def test_a_conflict_declared_on_an_offer_is_an_answer_and_it_goes_on() -> None:
    case = asked(reviewers=2)
    with watch(case) as seen:
        cases.declare(case, case.board.reviewers[0])
    assert seen.events == [("conflict.declared", "Reviewer 0"), ("assignment.offered", "system")]
    assert seen.mails == {
        ("conflict.declared", "Coordinator"), ("assignment.passed_on", "Coordinator"),
        ("assignment.offered", "Reviewer 1"),
    }  # fmt: skip


def test_a_seat_that_was_taken_and_is_given_up_is_the_coordinators_to_fill() -> None:
    case = asked(reviewers=2)
    cases.accept(case, first(case))
    cases.declare(case, case.board.reviewers[0])
    assert offered_to(case) == []


def test_a_spare_offer_goes_to_nobody() -> None:
    case = asked(reviewers=3)
    spare = cases.offer(case, case.board.reviewers[1])
    with watch(case) as seen:
        decline(case, spare)
    assert seen.mails == {("assignment.answered", "Coordinator")}
    assert offered_to(case) == [case.board.reviewers[0]]


def test_by_hand_where_the_policy_in_force_says_so() -> None:
    case = asked(reviewers=3)
    put_in_force(BY_HAND.replace('version: "2026.11"', 'version: "2026.12"', 1), case.board, case.now)
    case.again()
    with watch(case) as seen:
        decline(case)
    assert seen.events == [("assignment.declined", "Reviewer 0")]
    assert seen.mails == {("assignment.answered", "Coordinator")}


def test_an_offer_lapses_after_its_reminders_and_goes_on_once_however_often_one_looks() -> None:
    from reviews import scan

    case = asked(reviewers=2)
    start = case.now
    for hours in range(0, 24 * 5, 6):
        scan.deadlines(now=start + timedelta(hours=hours))
    events = [event.type for event in log.events(case.submission.stream)]
    assert (events.count("assignment.lapsed"), events.count("assignment.offered")) == (1, 2)
    sent = [m.template for m in outbox.recent(limit=500) if m.recipient == case.board.reviewers[0].public_id][::-1]
    assert sent == ["assignment.offered", "reminder.accept_offer", "reminder.accept_offer", "assignment.expired"]


def test_whoever_lapsed_is_told_and_the_mail_leaves_though_they_see_the_case_no_more() -> None:
    case = asked(reviewers=2)
    assignment.lapse(assignment=first(case), now=case.later())
    delivery.deliver_due(now=case.later())
    assert ("assignment.expired", "Reviewer 0") in mails(case, "sent")


def test_hidden_reviews_leave_the_case_where_it_is_until_the_next_one_filed() -> None:
    """A replacement that was asked keeps the round open."""
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    spare = cases.offer(case, case.board.reviewers[1])
    cases.settle_evidence(case)
    assignment.take_back(assignment=first(case), reason="Ill.", by=case.board.coordinator, now=case.later())
    decline(case, spare)
    assert (len(offered_to(case)), case.again().state) == (1, State.IN_REVIEW)


def test_declining_while_the_authors_owe_an_answer_goes_on_too() -> None:
    case = asked(reviewers=2)
    cases.ask(case)
    decline(case)
    assert offered_to(case) == [case.board.reviewers[1]]
    deliberation.answer(inquiry=Inquiry.objects.get(), text="So.", by=case.author, now=case.later())


# ---------------------------------------------------------------- handing over


def hand(case: Case, to: User) -> Assignment:
    row = first(case)
    return assignment.hand_over(assignment=row, to=to, reason="He knows more.", by=row.reviewer, now=case.later())


@pytest.mark.parametrize("status", ["offered", "accepted"])
def test_a_seat_is_handed_to_a_colleague_who_is_asked_as_anybody(status: str) -> None:
    case = asked()
    if status == "accepted":
        cases.accept(case, first(case))
    made = hand(case, case.board.reviewers[2])
    before = first(case)
    assert (before.status, before.note, before.ended_at) == (AssignmentStatus.REPLACED, "He knows more.", case.now)
    assert (made.status, made.no_conflict_at, made.offered_by, made.review_days) == (
        "offered", None, before.reviewer, 7,
    )  # fmt: skip
    assert Review.objects.filter(assignment=made).count() == 0


@pytest.mark.parametrize(
    "why", ["conflict", "suspicion", "tie", "away", "full", "seated", "declined", "stranger", "oneself", "unfit"]
)
def test_whoever_breaks_a_rule_gets_no_seat_and_the_reason_is_not_said(why: str) -> None:
    case = asked(reviewers=3, tier=2 if why == "unfit" else 1, experts=1 if why == "unfit" else 0)
    out = case.board.reviewers[1]
    if why == "conflict":
        cases.settle(case, cases.suspect(case, out), "stands", by=case.board.chair)
    elif why == "suspicion":
        cases.suspect(case, out)
    elif why == "tie":
        User.objects.filter(pk=out.pk).update(unit=case.author.unit)
    elif why == "away":
        AbsenceFactory(user=out, from_date=case.now.date(), until_date=case.now.date())
    elif why == "full":
        User.objects.filter(pk=out.pk).update(load_cap=0)
    elif why in ("seated", "declined"):
        row = cases.offer(case, out)
        if why == "declined":
            decline(case, row)
    elif why == "stranger":
        out = case.board.chair
    elif why == "oneself":
        out = case.board.reviewers[0]
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        hand(case, User.objects.get(pk=out.pk))
    assert (refused.value.code, refused.value.field) == ("cannot_take", "reviewer")
    assert everything() == before


def test_only_whoever_has_the_seat_hands_it_over_and_only_until_it_is_done() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    row = first(case)
    with pytest.raises(Denied):
        assignment.hand_over(assignment=row, to=case.board.reviewers[2], by=case.board.coordinator, now=case.later())
    cases.file_review(case, row.review)
    with pytest.raises(NotNow) as refused:
        hand(case, case.board.reviewers[2])
    assert refused.value.code == "not_live"


# ---------------------------------------------------------------- replacing, and more time


def test_replacing_takes_back_and_offers_in_one_or_does_neither() -> None:
    scene = SCENES["replace_reviewer"]()
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        scene.act(reviewer=scene.person("reviewer 1"))
    assert (refused.value.code, refused.value.field, everything()) == ("seated", "reviewer", before)
    with pytest.raises(RuleBroken) as refused:
        scene.act(reason=" ")
    assert refused.value.field == "reason"
    made = scene.act()
    scene.thing.refresh_from_db()
    assert (scene.thing.status, scene.thing.note, made.status) == ("replaced", "Ill.", "offered")


def test_a_later_date_takes_back_the_reminders_of_the_earlier_one() -> None:
    scene = SCENES["give_more_time"]()
    from reviews.actions import reminder

    late = scene.case.now + timedelta(days=20)
    reminder.enqueue_due(submission=scene.case.submission, now=late)
    assert ("reminder.file_review", "Reviewer 0") in mails(scene.case)
    scene.act(review_days=40, now=late)
    assert ("reminder.file_review", "Reviewer 0") in mails(scene.case, "cancelled")
    assert ("reminder.file_review", "Reviewer 1") in mails(scene.case)
    reminder.enqueue_due(submission=scene.case.submission, now=late)
    assert [name for what, name in mails(scene.case) if what == "reminder.file_review"] == ["Coordinator", "Reviewer 1"]


@pytest.mark.parametrize(
    ("days", "code"), [(10, "no_later"), (9, "no_later"), (0, "days"), (91, "days")]
)  # fmt: skip
def test_more_time_is_later_and_has_a_limit(days: int, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["give_more_time"]().act(review_days=days)
    assert (refused.value.code, refused.value.field) == (code, "review_days")


def test_two_who_give_more_time_do_not_undo_each_other() -> None:
    scene = SCENES["give_more_time"]()
    scene.act(review_days=30)
    with pytest.raises(Stale):
        scene.act(review_days=20)


# ---------------------------------------------------------------- what a proposal knows of it


def test_a_proposal_counts_whoever_was_asked_again_by_hand_and_whoever_is_suspected_while_seated() -> None:
    case = asked(reviewers=4)
    decline(case)
    (second,) = Assignment.objects.filter(submission=case.submission, status=AssignmentStatus.OFFERED)
    cases.offer(case, case.board.reviewers[0])
    cases.suspect(case, second.reviewer)
    assert proposal.table(case.board.coordinator, case.now).wanting == {}
    assignment.take_back(assignment=second, reason="Spare.", by=case.board.coordinator, now=case.later())
    assert proposal.table(case.board.coordinator, case.now).wanting == {}
