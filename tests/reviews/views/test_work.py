"""The first page: each person finds exactly what they owe, the late things first, and nothing of others."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.actions import note_absence, organisation, state_expertise
from accounts.models import User
from reviews.access import appeal
from reviews.actions import committee, conflict, deliberation, policy
from reviews.models import Adoption, Committee, Decision, Submission
from reviews.queries import heads, work
from reviews.queries.head import Head
from reviews.rules.states import CommitteeRole, State
from reviews.views import formats
from reviews.views.work import WORDS, groups, others
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import START, board
from tests.factories.people import UserFactory, administrator
from tests.reviews.actions.scenes import decided, open_ballot
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db


def kinds(person: User, case: Case) -> list[str]:
    """What this person owes right after the last step of the case."""
    return [duty.kind for duty in work.of(person, now=case.now).duties]


def everybody(case: Case) -> dict[str, User]:
    """One person of each kind around a case."""
    made = case.board
    assert made.leader is not None
    assert made.auditor is not None
    return {
        "author": case.author,
        "coordinator": made.coordinator,
        "chair": made.chair,
        "deputy": made.deputy,
        "member": made.members[0],
        "reviewer": made.reviewers[0],
        "head_of_research": made.officers["head_of_research"],
        "legal_officer": made.officers["legal_officer"],
        "leader": made.leader,
        "auditor": made.auditor,
        "administrator": made.administrator,
    }


def owed(case: Case) -> dict[str, list[str]]:
    """Who owes what; those who owe nothing are left out."""
    found = {name: kinds(person, case) for name, person in everybody(case).items()}
    return {name: duties for name, duties in found.items() if duties}


@pytest.mark.parametrize(
    ("state", "tier", "expected"),
    [
        (State.DRAFT, 3, {"author": ["draft"]}),
        (
            State.SUBMITTED,
            3,
            {"author": ["give_evidence"], "coordinator": ["assign_reviewers"], "legal_officer": ["clear_hold"]},
        ),
        (State.RETURNED, 2, {"author": ["revise"]}),
        (
            State.IN_REVIEW,
            3,
            {"author": ["give_evidence"], "reviewer": ["file_review"], "legal_officer": ["clear_hold"]},
        ),
        (State.DELIBERATION, 3, {"coordinator": ["put_motion"], "legal_officer": ["clear_hold"]}),
        (State.SIGN_OFF, 2, {"chair": ["sign_off"]}),
        (State.SIGN_OFF, 3, {"head_of_research": ["sign_off"]}),
        (State.DECIDED, 3, {}),
        (State.WITHDRAWN, 2, {}),
    ],
)
def test_each_state_asks_something_of_those_whose_turn_it_is(
    state: State, tier: int, expected: dict[str, list[str]]
) -> None:
    assert owed(cases.submission_in(state, tier=tier)) == expected


def test_offer_is_owed_by_the_person_asked_alone() -> None:
    case = cases.submit(cases.draft(tier=2))
    cases.offer(case, case.board.reviewers[0])

    assert kinds(case.board.reviewers[0], case) == ["accept_offer"]
    assert kinds(case.board.reviewers[1], case) == []


def test_vote_is_owed_until_it_is_cast_and_then_the_chair_closes() -> None:
    case = cases.submission_in(State.DELIBERATION)
    motion = cases.put(case)
    first, *others = case.board.voters
    assert (kinds(first, case), kinds(case.board.chair, case)) == (["vote"], [])
    cases.vote(case, motion, [first])
    assert kinds(first, case) == []
    cases.vote(case, motion, others)

    assert kinds(case.board.chair, case) == ["finalise"]
    assert kinds(case.board.deputy, case) == []


def test_proposed_tier_is_owed_by_each_who_may_confirm_it_until_one_did() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    second = {"deputy": ["confirm_tier"], "member": ["confirm_tier"], "legal_officer": ["clear_hold", "confirm_tier"]}
    found = owed(case)
    assert {name: duties for name, duties in found.items() if "confirm_tier" in duties} == second
    due = [duty.due for duty in work.of(case.board.deputy, now=case.now).duties]
    assert due == [datetime(2026, 3, 10, 17, tzinfo=ZoneInfo("Europe/Berlin"))]
    assert [(one.head.submission, one.tier) for one in work.of(case.board.chair, now=case.now).watching] == [
        (case.submission, 4)
    ]
    assert "You proposed tier 4; it waits for a second person" in text_of(get(case.board.chair, "my-work"))
    page = text_of(get(case.board.deputy, "my-work"))
    assert "Look at tier 4, which another person proposes" in page
    cases.confirm_tier(case, row)
    assert [name for name, duties in owed(case).items() if "confirm_tier" in duties] == []
    assert [one.tier for one in work.of(case.board.chair, now=case.now).watching] == [None]


def test_proposed_tier_is_nothing_to_a_reviewer_who_still_judges_alone_nor_during_a_ballot() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    blind = case.board.reviewers[0]
    committee.appoint(
        committee=case.submission.committee, user=blind, role=CommitteeRole.MEMBER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    cases.propose_tier(case, 4)
    assert (kinds(blind, case), kinds(case.board.deputy, case)) == (["file_review"], ["confirm_tier"])
    later = cases.submission_in(State.DELIBERATION, made=case.board)
    cases.propose_tier(later, 4)
    cases.put(later)
    assert "confirm_tier" not in {duty.kind for duty in work.of(later.board.members[0], now=later.now).duties}


def test_condition_with_a_date_is_owed_by_the_authors_and_its_proof_is_for_the_coordinator() -> None:
    case, decision = decided()
    dated = decision.conditions.get(order=1)
    assert list(decision.conditions.values_list("due_date", "met_at")) == [(date(2026, 9, 1), None), (None, None)]
    board = case.board
    assert owed(case) == {name: ["prove_condition"] if name == "author" else [] for name in owed(case)} | {
        "coordinator": ["open_stage"]
    }
    found = work.of(case.author, now=case.now + timedelta(days=400)).duties
    assert [(duty.about, duty.due) for duty in found] == [
        (dated.public_id, datetime(2026, 9, 2, tzinfo=ZoneInfo("Europe/Berlin")))
    ]
    assert "Prove that a condition is met" in text_of(get(case.author, "my-work"))
    proof = cases.prove_condition(case, dated)
    assert (kinds(case.author, case), kinds(board.chair, case)) == ([], [])
    assert kinds(board.coordinator, case) == ["open_stage", "answer_proof"]
    assert "Check the proof of a condition" in text_of(get(board.coordinator, "my-work"))
    cases.refuse_proof(case, proof)
    assert (kinds(case.author, case), kinds(board.coordinator, case)) == (["prove_condition"], ["open_stage"])
    cases.meet(case, dated)
    assert (kinds(case.author, case), kinds(board.coordinator, case)) == ([], ["open_stage"])


def test_condition_of_somebody_who_runs_the_case_is_theirs_and_its_proof_is_for_another() -> None:
    case, made = open_ballot()
    board = case.board
    row = made.conditions.get(order=1)
    row.owner = board.coordinator
    row.save()
    cases.vote(case, made)
    cases.finalise(case, made)
    dated = cases.sign_all(case).conditions.get(order=1)
    assert (kinds(case.author, case), kinds(board.coordinator, case)) == ([], ["prove_condition", "open_stage"])
    cases.prove_condition(case, dated, by=board.coordinator)
    assert (kinds(board.coordinator, case), kinds(board.deputy, case)) == (["open_stage"], ["answer_proof"])


def test_condition_of_the_decision_before_is_owed_while_its_case_is_open_again() -> None:
    case, decision = decided()
    row = decision.conditions.get(order=1)
    assert kinds(case.author, case) == ["prove_condition"]
    cases.reopened(case)
    assert kinds(case.author, case) == ["prove_condition", "revise"]
    cases.prove_condition(case, row)
    coordinator = case.board.coordinator
    assert (kinds(case.author, case), kinds(coordinator, case)) == (["revise"], ["open_stage", "answer_proof"])


def test_condition_whose_owner_is_gone_is_owed_by_the_authors() -> None:
    case, made = open_ballot()
    board = case.board
    row = made.conditions.get(order=1)
    row.owner = board.chair
    row.save()
    cases.vote(case, made)
    cases.finalise(case, made)
    cases.sign_all(case)
    assert (kinds(case.author, case), kinds(board.chair, case)) == ([], ["prove_condition"])
    cases.declare(case, board.chair)
    assert (kinds(case.author, case), kinds(board.chair, case)) == (["prove_condition"], [])


def test_coordinator_who_judges_alone_does_not_learn_whose_review_is_late() -> None:
    case = cases.submit(cases.draft(tier=3))
    reviewing, others_too = case.board.coordinator, case.board.reviewers[:2]
    committee.appoint(
        committee=case.board.committee, user=reviewing, role=CommitteeRole.REVIEWER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    first, *_rest = [cases.accept(case, cases.offer(case, person)) for person in (reviewing, *others_too)]
    late = case.now + timedelta(days=60)
    assert [duty.kind for duty in work.of(reviewing, now=late).duties] == ["file_review"]
    cases.file_review(case, first)
    assert [(duty.kind, duty.count) for duty in work.of(reviewing, now=late).duties] == [("late_reviews", 2)]


def test_late_ballot_is_the_chairs_to_close_only_with_its_quorum() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:2])
    late = case.now + timedelta(days=60)
    assert [duty.kind for duty in work.of(case.board.chair, now=late).duties] == []
    assert [duty.kind for duty in work.of(case.board.voters[2], now=late).duties] == ["vote"]
    cases.vote(case, made, case.board.voters[2:4])
    assert [duty.kind for duty in work.of(case.board.chair, now=late).duties] == ["finalise"]


def test_late_ballot_whose_mover_stepped_aside_is_the_chairs_to_close() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case, by=case.board.members[0])
    cases.vote(case, made, case.board.voters[1:3])
    late = case.now + timedelta(days=60)
    assert [duty.kind for duty in work.of(case.board.chair, now=late).duties] == []
    cases.declare(case, case.board.members[0])
    assert [duty.kind for duty in work.of(case.board.chair, now=late).duties] == ["finalise"]


def test_signature_that_nobody_can_give_is_the_coordinators_and_the_chairs() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=3)
    assert (kinds(case.board.coordinator, case), kinds(case.board.chair, case)) == ([], [])
    cases.declare(case, case.board.officers["head_of_research"])
    case.again()
    assert (kinds(case.board.coordinator, case), kinds(case.board.chair, case)) == (["vacant_seat"], ["vacant_seat"])
    assert kinds(case.board.members[0], case) == []
    for person in (case.board.coordinator, case.board.chair):
        page = text_of(get(person, "decision-detail", case.submission.reference))
        assert "Send it back" in page
        page = text_of(get(person, "submission-detail", case.submission.reference))
        assert "nobody is left who can sign as Head of research." in page


def test_deputy_acts_where_the_chair_has_a_conflict() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    conflict.declare(submission=case.submission, type_key="financial", by=case.board.chair, now=case.later())

    assert kinds(case.board.chair, case) == []
    assert kinds(case.board.deputy, case) == ["sign_off"]


def test_question_is_owed_by_the_authors_without_a_date() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    cases.settle_evidence(case)
    deliberation.ask(submission=case.submission, text="How?", by=case.board.coordinator, now=case.later())
    duty = work.of(case.author, now=case.now).duties[0]

    assert (duty.kind, duty.due) == ("answer", None)
    assert work.of(case.board.reviewers[0], now=case.now).duties[0].due is None


def test_conflicted_people_owe_and_follow_nothing() -> None:
    case = cases.submission_in(State.DELIBERATION)
    member = case.board.members[0]
    cases.put(case)
    conflict.declare(submission=case.submission, type_key="financial", by=member, now=case.later())

    found = work.of(member, now=case.now)
    assert (found.duties, found.watching) == ((), ())


def test_cases_with_others_are_listed_below() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    cases.settle_evidence(case)

    page = text_of(get(case.author, "my-work"))
    assert "With others, for your information" in page
    assert "Nothing is waiting for you." in page
    assert f"The next case to move is {case.submission.reference}" in page
    assert case.submission.title in page


COMING = {
    "coordinator": ("A new submission comes to you first", "queue"),
    "chair": ("Ballots to close and decisions to sign come to you", "queue"),
    "deputy": ("Ballots to close and decisions to sign come to you", "queue"),
    "member": ("your vote waits here", "submission-list"),
    "external": ("your vote waits here", "submission-list"),
    "reviewer": ("you answer here before you see the material", "submission-list"),
    "legal_officer": ("its hold waits here", "submission-list"),
    "head_of_research": ("Decisions that need your signature wait here", "submission-list"),
    "leader": ("stands under Leadership", "leadership"),
    "auditor": ("You read decision records and audit trails", "submission-list"),
    "administrator": ("stands under Operations", "operations"),
}


@pytest.mark.parametrize("who", COMING)
def test_empty_page_says_what_will_come_to_whom(who: str) -> None:
    made = board()
    organisation.close_checklist(by=made.administrator, now=START)
    people = {
        "coordinator": made.coordinator, "chair": made.chair, "deputy": made.deputy, "member": made.members[0],
        "external": made.externals[0], "reviewer": made.reviewers[0], "leader": made.leader, "auditor": made.auditor,
        "administrator": made.administrator, **made.officers,
    }  # fmt: skip
    sentence, way = COMING[who]
    page = text_of(get(people[who], "own-work"))

    assert "Nothing is waiting for you." in page
    assert sentence in page
    assert f'href="{reverse(f"reviews:{way}")}">' in page.partition('class="rb-empty"')[2]
    assert ("You will get a mail" in page) == (who not in ("leader", "auditor", "administrator"))


def test_page_says_which_moment_it_is() -> None:
    page = text_of(get(UserFactory(time_zone="Asia/Tokyo"), "my-work"))
    assert re.search(r"It is \w{3} \d+ \w{3} \d{4}, \d\d:\d\d JST\.", page)


def test_chair_closes_a_ballot_on_the_page_that_shows_its_count() -> None:
    case = cases.submission_in(State.DELIBERATION)
    motion = cases.put(case)
    cases.vote(case, motion)
    page = text_of(get(case.board.chair, "my-work"))

    assert "Close the ballot on motion 1" in page
    assert reverse("reviews:motion-list", args=[case.submission.reference]) in page
    assert reverse("reviews:decision-finalise", args=[motion.public_id]) not in page


def test_cases_that_are_over_stand_below_those_that_move() -> None:
    made = board()
    over = cases.submission_in(State.DECIDED, made=made, tier=3, label="Decided one")
    moving = cases.submission_in(State.IN_REVIEW, made=made, tier=3, label="Moving one")
    found = others(work.of(made.chair, now=over.now).watching)

    assert [(group.key, [item.reference for item in group.work]) for group in found] == [
        ("others", [moving.submission.reference]),
        ("over", [over.submission.reference]),
    ]
    assert [part for part, _outcome in found[1].work[0].outcomes] == ["Paper"]


def test_empty_page_says_what_happens_next() -> None:
    board()
    page = text_of(get(UserFactory(), "my-work"))

    assert "Nothing is waiting for you." in page
    assert "start a submission" in page
    assert reverse("reviews:submission-list") in page


def test_every_duty_has_its_words_and_every_link_answers() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.put(case)
    for person in [*everybody(case).values()]:
        response = get(person, "own-work")
        assert response.status_code == 200
        for group in response.context_data["groups"]:
            for item in group.work:
                assert client_of(person).get(item.url).status_code == 200
    assert set(WORDS) >= {
        duty.kind for person in everybody(case).values() for duty in work.of(person, now=case.now).duties
    }


def test_offered_reviewer_reads_the_label_and_not_the_title() -> None:
    case = cases.submit(cases.draft(tier=2))
    cases.offer(case, case.board.reviewers[0])
    page = text_of(get(case.board.reviewers[0], "my-work"))

    assert case.submission.label in page
    assert case.submission.title not in page


def test_authors_do_not_learn_how_many_review() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    assert "0 of 3 reviews filed" in text_of(get(case.board.coordinator, "submission-list"))
    page = text_of(get(case.author, "my-work")) + text_of(get(case.author, "submission-list"))

    assert "reviews filed" not in page
    assert not [person for person in case.board.reviewers if person.display_name in page]


def test_reviewer_sees_the_load_and_the_next_absence_beside_the_work() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    person, stand_in = case.board.reviewers[:2]
    for who in (case.board.coordinator, case.board.members[0], case.author):
        assert "Your load" not in text_of(get(who, "my-work"))
    page = text_of(get(person, "my-work"))
    assert ("Your load" in page, f"1 of {person.load_cap} at most" in page, "Nothing noted" in page) == (True,) * 3

    now = timezone.now()
    first = (now + timedelta(days=20)).date()
    until = first + timedelta(days=3)
    note_absence(user=person, from_date=first, until_date=until, stand_in=stand_in, by=person, now=now)
    page = text_of(get(person, "my-work"))
    assert f"{formats.day(first, now=now)} to {formats.day(until, now=now)}" in page
    assert f"{stand_in.display_name} stands in" in page


def test_decided_case_shows_its_outcome_to_those_who_may_know() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    Decision.objects.get(submission=case.submission)
    found = work.of(case.author, now=case.now)

    assert [watch.head.state for watch in found.watching] == [State.DECIDED]
    assert work.of(case.author, now=case.now + timedelta(days=90)).watching == ()


@pytest.mark.parametrize("count", [1, 3])
def test_coordinator_with_cases_costs_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    for number in range(count):
        cases.submission_in(State.IN_REVIEW, made=made, label=f"Model {number}")
    client.force_login(made.coordinator)

    with django_assert_num_queries(27):
        page = client.get("/").content.decode()
    assert page.count('class="rb-work"') == count


@pytest.mark.parametrize(
    ("now", "due", "group"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 8, 59, tzinfo=UTC), "late"),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 27, 16, tzinfo=UTC), "week"),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC), "later"),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 27, 16, tzinfo=UTC), "week"),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC), "later"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 23, 16, tzinfo=UTC), "later"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), None, "later"),
    ],
)
def test_duties_are_grouped_by_date(now: datetime, due: datetime | None, group: str) -> None:
    case = cases.submit(cases.draft(tier=2))
    duty = work.of(case.board.coordinator, now=now).duties[0]
    moved = work.Duty(duty.kind, duty.head, duty.sight, duty.about, due)

    assert [one.key for one in groups((moved,), now, ZoneInfo("Europe/Berlin"))] == [group]


def test_page_has_one_primary_button_and_counts_its_duties() -> None:
    made = board()
    for number in range(2):
        cases.submit(cases.draft(made, tier=2, label=f"Model {number}"))
    page = text_of(get(made.coordinator, "my-work"))

    assert page.count("btn-primary") == 1
    assert '<span class="rb-n">2</span>' in page
    assert "2 things are yours. 2 are late." in page
    assert made.coordinator.memberships.filter(role=CommitteeRole.COORDINATOR).exists()


# what is owed to the organisation ------------------------------------------------------------------------------------


def test_policy_waits_for_the_administrators_who_can_approve_it() -> None:
    made, second = board(), administrator()
    assert "For the organisation" not in text_of(get(second, "my-work"))
    policy.publish(text=edited('version: "2026.11"', 'version: "2026.12"'), by=made.administrator, now=START)
    page = text_of(get(second, "my-work"))
    assert ("For the organisation" in page, "Read a proposed policy and decide" in page) == (True, True)
    assert reverse("reviews:adoption-approve", args=[Adoption.objects.get(approved_at=None).public_id]) in page
    assert "Read a proposed policy" not in text_of(get(made.administrator, "my-work"))
    assert "Read a proposed policy" not in text_of(get(made.chair, "my-work"))


def test_expertise_waits_for_those_who_look_after_the_person() -> None:
    made = board()
    own, elsewhere = made.reviewers[0], UserFactory()
    assert not own.expertise.filter(key="policy").exists()
    state_expertise(user=own, kind="skill", key="policy", by=own, now=START)
    page = text_of(get(made.coordinator, "my-work"))
    assert "Confirm what 1 person knows" in page
    assert reverse("reviews:person", args=[own.public_id]) in page
    state_expertise(user=elsewhere, kind="skill", key="legal", by=elsewhere, now=START)
    assert "Confirm what 1 person knows" in text_of(get(made.coordinator, "my-work"))
    page = text_of(get(made.administrator, "my-work"))
    assert "Confirm what 2 people know" in page
    assert reverse("reviews:people") in page
    assert "Confirm what" not in text_of(get(own, "my-work"))
    assert "Confirm what" not in text_of(get(made.members[0], "my-work"))


def test_a_decision_is_owed_another_look_until_the_coordinator_notes_what_it_came_to() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    made, reference = case.board, case.submission.reference
    gone = made.voters[0]

    def owed(person: User) -> list[str]:
        return [duty.kind for duty in work.of(person, now=case.now).duties]

    def both() -> tuple[bool, bool]:
        (many,) = heads.build(list(heads.with_rows(Submission.objects.filter(reference=reference))), case.now)
        return many.is_unsettled, Head(case.again(), case.now).is_unsettled

    assert ("look_again" in owed(made.coordinator), both()) == (False, (False, False))
    cases.declare(case, gone)
    assert ("look_again" in owed(made.coordinator), both()) == (True, (True, True))
    assert [("look_again" in owed(person)) for person in (made.chair, case.author, gone)] == [False] * 3
    page = text_of(get(made.coordinator, "own-work"))
    assert "Look at this decision again" in page
    decision = text_of(get(made.coordinator, "decision-detail", reference))
    assert "stands aside since" in decision
    assert reverse("reviews:decision-look-again", args=[reference]) in decision
    assert "Note that you looked again" not in text_of(get(made.chair, "decision-detail", reference))
    url = ("decision-look-again", reference)
    assert faults_in(text_of(post(made.coordinator, *url, finding=" "))) == {
        "finding": "Write down what you found; it stays on the record."
    }
    assert post(made.coordinator, *url, finding="It carries without them.").status_code == 302
    assert ("look_again" in owed(made.coordinator), both()) == (False, (False, False))
    decision = text_of(get(made.chair, "decision-detail", reference))
    assert "It carries without them." in decision
    assert "stands aside since" not in decision
    assert f"after {gone} stepped aside" in decision
    assert "It carries without them." not in text_of(get(case.author, "decision-detail", reference))
    cases.declare(case, made.voters[1])
    assert ("look_again" in owed(made.coordinator), both()) == (True, (True, True))


def test_decision_that_ends_soon_is_the_coordinators_from_the_day_that_it_is_for_the_committee() -> None:
    case = cases.submission_in(State.DECIDED)
    Committee.objects.update(time_zone="Pacific/Kiritimati")
    until = Decision.objects.values_list("valid_until_date", flat=True).get()
    assert until is not None
    noon = datetime.combine(until - timedelta(days=32), time(12), tzinfo=UTC)
    coordinator = case.board.coordinator
    assert [duty.kind for duty in work.of(coordinator, now=noon).duties] == []
    assert [duty.kind for duty in work.of(coordinator, now=noon + timedelta(days=1)).duties] == ["ask_re_review"]


def test_judges_are_the_chairs_to_appoint_where_the_coordinator_whom_a_policy_names_steps_aside() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    row.appointing_role = CommitteeRole.COORDINATOR
    row.save()
    board = case.board
    people = {"coordinator": board.coordinator, "chair": board.chair, "deputy": board.deputy}

    def appointing() -> tuple[list[str], list[str]]:
        listed = [name for name, person in people.items() if "appoint_judges" in kinds(person, case)]
        return listed, [name for name, person in people.items() if person in appeal.appointers(case.again(), row)]

    assert appointing() == (["coordinator"], ["coordinator"])
    cases.declare(case, board.coordinator)
    assert appointing() == (["chair"], ["chair"])
