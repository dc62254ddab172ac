"""Ties are found when facts change, work at once or wait for a third person, and stay as that person settled them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import change_person, change_profile
from accounts.models import User
from audit import log
from reviews.access.committee import excluded, holders
from reviews.access.submission import can_view, is_author
from reviews.actions import conflict, submission, tie
from reviews.actions.committee import appoint
from reviews.actions.submission import Writer
from reviews.models import Assignment, Conflict, Contributor, Decision, Review, Tie
from reviews.queries import motion as board_of
from reviews.queries import ties
from reviews.queries.conflict import acting_instead, unsettling
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import AssignmentStatus, CommitteeRole, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import mails, open_ballot, watch

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"


def known(case: Case) -> list[tuple[str, str, str, str]]:
    """All conflicts of a case in short."""
    rows = Conflict.objects.filter(submission=case.submission).select_related("user")
    return [(row.user.display_name, row.type_key, row.strength, row.source) for row in rows]


def put(person: User, **facts: Any) -> None:
    """Change what is kept about somebody."""
    User.objects.filter(pk=person.pk).update(**facts)


def drafted(*writers: Writer) -> Case:
    """A draft with these contributors beside its author."""
    case = cases.draft()
    submission.describe(
        submission=case.submission, title="Title", label="Label", contributors=list(writers), venue="",
        planned_date=None, version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    case.again()
    return case


def search(case: Case) -> list[Conflict]:
    return conflict.search(submission=case.submission, by=case.board.coordinator, now=case.later())


def barred(case: Case, *people: User) -> dict[int, str]:
    """Who of these gets no offer, and why."""
    return ties.barred([case.submission], {case.submission.pk: [person.pk for person in people]}, case.now)[
        case.submission.pk
    ]


def test_submitting_finds_every_kind_of_tie() -> None:
    case = drafted(Writer("R. 4", "somebody@elsewhere.org", "Unit far away", ORCID), Writer("Reviewer 3"))
    author, people = case.author, case.board.reviewers
    put(people[0], unit=author.unit)
    put(people[1], reports_to=author)
    Tie.objects.create(
        user=people[2], fact="coauthor", email=author.email, on_date=date(2025, 5, 1), noted_at=case.now,
        noted_by=case.board.administrator,
    )  # fmt: skip
    put(people[4], orcid=ORCID)
    put(case.board.members[0], email="somebody@elsewhere.org")
    with watch(case) as seen:
        cases.submit(case)
    assert sorted(known(case)) == [
        ("Member 0", "author", "detected", "address"),
        ("Reviewer 0", "same_unit", "detected", "unit"),
        ("Reviewer 1", "same_unit", "detected", "line"),
        ("Reviewer 2", "coauthor_36m", "detected", "coauthor"),
        ("Reviewer 3", "author", "suspected", "name"),
        ("Reviewer 4", "author", "detected", "orcid"),
    ]
    assert {("conflict.detected", "Coordinator"), ("conflict.to_settle", "Coordinator")} <= seen.mails
    assert excluded(case.submission).get(people[3].pk) is None
    assert case.board.members[0].public_id not in [voter.key for voter in board_of.eligible(case.submission)]


def test_each_suspicion_more_costs_four_statements() -> None:
    """Its row, its event with the one before, and its person; who settles it was known after the first."""
    case = drafted(Writer("Ada Lovelace"))
    cases.submit(case)
    counts = []
    for people in (case.board.reviewers[:1], case.board.reviewers[1:4]):
        for person in people:
            put(person, display_name="Ada Lovelace")
        with CaptureQueriesContext(connection) as asked:
            assert len(search(case)) == len(people)
        counts.append(len(asked))
    assert counts[1] - counts[0] == 2 * 4


def test_a_draft_is_not_looked_at() -> None:
    assert known(drafted(Writer("Reviewer 3"))) == []


def test_changed_contributors_of_a_returned_case_are_looked_at() -> None:
    case = cases.submission_in(State.RETURNED)
    submission.describe(
        submission=case.submission, title="Title", label="Label", contributors=[Writer("Reviewer 3")], venue="",
        planned_date=None, version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    assert known(case) == [("Reviewer 3", "author", "suspected", "name")]


def test_a_case_here_with_an_author_is_a_publication() -> None:
    first = cases.draft()
    person = first.board.reviewers[0]
    Contributor.objects.create(submission=first.submission, user=person, name="Reviewer 0", order=5)
    cases.submit(first)
    second = cases.submit(cases.draft(first.board, author=first.author, label="Second"))
    assert known(second) == [("Reviewer 0", "coauthor_36m", "detected", "past_case")]


def test_an_offer_asks_the_facts_of_its_moment() -> None:
    case = cases.submit(cases.draft())
    person = case.board.reviewers[0]
    put(person, unit=case.author.unit)
    assert known(case) == []
    with pytest.raises(RuleBroken) as refused:
        cases.offer(case, person)
    assert (refused.value.code, refused.value.field) == ("tie", "reviewer")
    assert [row.user for row in search(case)] == [person]
    with pytest.raises(RuleBroken) as refused:
        cases.offer(case, person)
    assert refused.value.code == "conflict"


@pytest.mark.parametrize(("hour", "expected"), [(22, "tie"), (23, None)])
def test_months_end_with_the_day_of_the_committee(hour: int, expected: str | None) -> None:
    case = cases.submit(cases.draft())
    person = case.board.reviewers[0]
    Tie.objects.create(
        user=person, fact="coauthor", email=case.author.email, on_date=date(2023, 3, 2), noted_at=case.now,
        noted_by=case.board.administrator,
    )  # fmt: skip
    moment = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)  # in Berlin an hour later, so the next day begins between
    found = ties.barred([case.submission], {case.submission.pk: [person.pk]}, moment)[case.submission.pk]
    assert found.get(person.pk) == expected


def test_a_suspicion_keeps_from_offers_and_from_nothing_else() -> None:
    case, made = open_ballot()
    voter, reviewer = case.board.voters[0], case.board.reviewers[4]
    cases.vote(case, made, [voter])
    before = board_of.tally(made, case.submission, now=case.now)
    for person in (voter, reviewer):
        cases.suspect(case, person)
    assert board_of.tally(made, case.submission, now=case.now) == before
    assert can_view(voter, case.submission)
    assert barred(case, voter, reviewer) == {voter.pk: "tie", reviewer.pk: "tie"}


def test_a_seat_that_is_taken_stays_until_the_suspicion_is_found_to_stand() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    person = case.board.reviewers[0]
    row = cases.suspect(case, person)
    assert Assignment.objects.get(reviewer=person).status == AssignmentStatus.ACCEPTED
    cases.settle(case, row, "stands")
    assert Assignment.objects.get(reviewer=person).status == AssignmentStatus.RECUSED
    assert not can_view(person, case.submission)


def test_what_was_found_to_be_none_lets_the_person_be_asked_and_is_not_raised_again() -> None:
    case = drafted(Writer("Reviewer 3", unit="Elsewhere"))
    cases.submit(case)
    person = case.board.reviewers[3]
    with pytest.raises(RuleBroken):
        cases.offer(case, person)
    cases.settle(case, Conflict.objects.get())
    assert cases.offer(case, person).reviewer == person
    assert search(case) == []
    with pytest.raises(Stale):
        cases.settle(case, Conflict.objects.get(), "stands")
    row = Conflict.objects.get()
    assert (row.outcome, row.settled_by, row.reason) == ("none", case.board.coordinator, "Asked both of them.")


def test_a_sure_fact_counts_although_the_suspicion_was_found_to_be_none() -> None:
    case = drafted(Writer("Reviewer 3", "three@elsewhere.org"))
    cases.submit(case)
    person = case.board.reviewers[3]
    cases.settle(case, Conflict.objects.get())
    put(person, email="three@elsewhere.org")
    assert [row.source for row in search(case)] == ["address"]
    cases.settle(case, Conflict.objects.get(source="address"))
    assert search(case) == []
    assert person.pk not in excluded(case.submission)


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("reviewer", "runs_it"),
        ("author", "conflicted"),
        ("person", "oneself"),
        ("declarer", "own_word"),
        ("conflicted", "conflicted"),
    ],
)
def test_only_a_third_person_settles(by: str, code: str) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    row = conflict.declare_for(
        submission=case.submission, person=made.members[0], type_key="personal", note="Cousins.", by=made.coordinator,
        now=case.later(),
    )  # fmt: skip
    if by == "person":
        row = cases.suspect(case, made.chair)
    if by == "conflicted":
        cases.declare(case, made.deputy)
    people = {
        "reviewer": made.reviewers[0], "author": case.author, "person": made.chair, "declarer": made.coordinator,
        "conflicted": made.deputy,
    }  # fmt: skip
    with pytest.raises(Denied) as refused:
        cases.settle(case, row, by=people[by])
    assert refused.value.code == code


def test_what_somebody_declared_about_themselves_stands_unless_the_chair_decides_on_its_kind() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    own, ruled = cases.declare(case, made.reviewers[0]), cases.declare(case, made.reviewers[1], "competitor")
    with pytest.raises(Denied) as refused:
        cases.settle(case, own)
    assert refused.value.code == "stands"
    with pytest.raises(Denied) as refused:
        cases.settle(case, ruled)
    assert refused.value.code == "chair_only"
    assert made.reviewers[1].pk in excluded(case.submission)
    assert ("conflict.to_settle", "Chair") in mails(case)
    cases.settle(case, ruled, by=made.chair)
    assert made.reviewers[1].pk not in excluded(case.submission)
    assert cases.offer(case, made.reviewers[1]).reviewer == made.reviewers[1]


def test_the_deputy_rules_where_the_chair_is_concerned_and_that_is_to_be_seen() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    row = cases.suspect(case, made.chair, "competitor")
    assert ("conflict.to_settle", "Deputy") in mails(case)
    cases.settle(case, row, "stands", by=made.deputy)
    (shown,) = acting_instead(case.submission)
    assert (shown.role, shown.people, shown.instead_of) == (CommitteeRole.CHAIR, (made.deputy,), (made.chair,))


def test_a_coordinator_declares_for_others_but_not_for_themselves_or_strangers() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board

    def refusal(person: User, note: str = "Cousins.") -> str:
        with pytest.raises(RuleBroken) as refused:
            conflict.declare_for(
                submission=case.submission, person=person, type_key="personal", note=note, by=made.coordinator,
                now=case.later(),
            )  # fmt: skip
        return refused.value.code

    assert refusal(made.coordinator) == "oneself"
    assert refusal(UserFactory()) == "outside"
    assert refusal(case.author) == "outside"
    assert refusal(made.members[0], " ") == "reason"


def test_whom_authors_name_who_is_nobody_yet_is_suspected_once_they_join() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    stranger = UserFactory(display_name="Ada Lovelace")
    conflict.name_somebody(
        submission=case.submission, name="  A.  Lovelace", type_key="competitor", note="A feud.", by=case.author,
        now=case.later(),
    )  # fmt: skip
    assert known(case) == []
    appoint(
        committee=case.board.committee, user=stranger, role=CommitteeRole.REVIEWER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    assert barred(case, stranger) == {stranger.pk: "tie"}
    row = Conflict.objects.get(submission=case.submission)
    assert (row.user, row.source, row.declared_by, row.note) == (stranger, "author", case.author, "A feud.")
    assert search(case) == []


def test_authors_name_each_person_once_and_not_half_the_world() -> None:
    case = cases.submission_in(State.SUBMITTED)

    def name(who: str, note: str = "A feud.") -> str:
        try:
            conflict.name_somebody(
                submission=case.submission, name=who, type_key="competitor", note=note, by=case.author, now=case.later()
            )
        except RuleBroken as refused:
            return refused.code
        return ""

    assert [name(" "), name("Ada", " "), name("Ada"), name("Ada")] == ["name", "reason", "", "named"]
    assert [name(f"Person {letter}") for letter in "BCDEFGHIJK"] == [""] * 9 + ["too_many"]


def test_a_tie_found_beside_whom_authors_name_lets_the_round_go_on() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    late = case.board.reviewers[3]
    cases.accept(case, cases.offer(case, late))
    for made in Review.objects.exclude(assignment__reviewer=late):
        cases.file_review(case, made)
    cases.settle_evidence(case)
    put(late, unit=case.author.unit)
    assert case.again().state == State.IN_REVIEW
    conflict.name_somebody(
        submission=case.submission, name="Ada", type_key="competitor", note="A feud.", by=case.author, now=case.later()
    )
    assert (known(case), case.again().state) == (
        [("Reviewer 3", "same_unit", "detected", "unit")], State.SIGN_OFF,
    )  # fmt: skip


def test_somebody_whom_two_entries_of_the_authors_mean_is_suspected_once() -> None:
    case = cases.draft()
    person = case.board.members[0]
    for name, email, kind in (("Member 0", "", "competitor"), ("M. 0", person.email, "personal")):
        conflict.name_somebody(
            submission=case.submission, name=name, email=email, type_key=kind, note="A feud.", by=case.author,
            now=case.later(),
        )  # fmt: skip
    cases.submit(case)
    assert known(case) == [("Member 0", "competitor", "suspected", "author")]


def test_nobody_names_judges_of_a_case_that_is_over() -> None:
    case = cases.submission_in(State.DECIDED)
    with pytest.raises(NotNow):
        cases.suspect(case, case.board.members[0])


def named_wrongly() -> tuple[Case, User]:
    """A case that names a member of the board as its contributor."""
    case = cases.draft()
    person = case.board.members[0]
    submission.describe(
        submission=case.submission, title="Title", label="Label", contributors=[Writer("Member 0", person.email)],
        venue="", planned_date=None, version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    cases.submit(case)
    return case, person


def disown(case: Case, person: User) -> Conflict:
    return conflict.disown(submission=case.submission, note="I only read a draft.", by=person, now=case.later())


def test_this_is_not_me_changes_nothing_until_a_third_person_agrees() -> None:
    case, person = named_wrongly()
    row = disown(case, person)
    assert is_author(person, case.submission)
    with pytest.raises(NotNow):
        disown(case, person)
    cases.settle(case, row)
    assert (is_author(person, case.submission), person.pk in excluded(case.submission)) == (False, False)
    assert search(case) == []
    submission.return_to_authors(
        submission=case.submission, reason="More.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    submission.describe(
        submission=case.submission, title="Title", label="Label", contributors=[Writer("Member 0", person.email)],
        venue="", planned_date=None, version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    assert (is_author(person, case.submission), known(case)) == (
        False, [("Member 0", "author", "suspected", "disowned")],
    )  # fmt: skip


def test_who_is_found_to_be_an_author_stays_one() -> None:
    case, person = named_wrongly()
    cases.settle(case, disown(case, person), "stands")
    assert is_author(person, case.submission)
    with pytest.raises(NotNow) as refused:
        disown(case, person)
    assert refused.value.code == "said"


def test_whoever_started_the_case_wrote_it() -> None:
    case = cases.submission_in(State.SUBMITTED)
    with pytest.raises(Denied) as refused:
        disown(case, case.author)
    assert refused.value.code == "started_it"


def test_a_conflict_after_the_decision_marks_it() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    voter, stranger = case.board.voters[0], case.board.reviewers[4]
    with watch(case) as seen:
        row = conflict.declare_for(
            submission=case.submission, person=voter, type_key="financial", note="Shares.", by=case.board.coordinator,
            now=case.later(),
        )  # fmt: skip
    decision = case.submission.decisions.get()
    assert unsettling(decision) == (row,)
    assert [event for event, _by in seen.events] == ["conflict.declared_for", "conflict.unsettled_decision"]
    mailed = {("conflict.unsettled_decision", "Coordinator"), ("conflict.unsettled_decision", "Chair")}
    assert mailed <= seen.mails
    conflict.declare_for(
        submission=case.submission, person=stranger, type_key="financial", note="Shares.", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    cases.settle(case, row, by=case.board.chair)
    assert unsettling(decision) == ()
    assert log.verify(case.submission.stream).faults == ()


def test_who_joined_since_is_looked_at_before_the_board_meets() -> None:
    case = cases.submit(cases.draft(tier=3))
    put(case.board.members[0], unit=case.author.unit)
    cases.reviewed(case)
    assert case.submission.state == State.DELIBERATION
    assert known(case) == [("Member 0", "same_unit", "detected", "unit")]
    assert ("submission.deliberation_opened", "Member 0") not in mails(case)


@pytest.mark.parametrize(
    ("state", "role"), [(State.DELIBERATION, CommitteeRole.MEMBER), (State.SIGN_OFF, CommitteeRole.CHAIR)]
)
def test_who_joins_a_board_is_looked_at_before_they_see_a_case_of_it(state: State, role: CommitteeRole) -> None:
    case = cases.submission_in(state)
    joined = UserFactory(display_name="Newcomer", unit=case.author.unit)
    appoint(
        committee=case.board.committee, user=joined, role=role, by=case.board.administrator, now=case.later()
    )  # fmt: skip
    assert known(case) == [("Newcomer", "same_unit", "detected", "unit")]
    assert joined not in holders(case.submission, [role])
    assert not can_view(joined, case.submission)


def test_whoever_turns_out_to_be_tied_is_looked_at_before_a_motion_is_put() -> None:
    case = cases.submission_in(State.DELIBERATION)
    voter = case.board.members[0]
    put(voter, unit=case.author.unit)
    made = cases.put(case)
    assert known(case) == [("Member 0", "same_unit", "detected", "unit")]
    assert voter.public_id not in made.board["voters"]
    assert ("motion.put", "Member 0") not in mails(case)


def edit(case: Case, person: User, **facts: Any) -> User:
    """An administrator changes what is kept about somebody."""
    person.refresh_from_db()
    kept = {name: getattr(person, name) for name in FACTS}
    return change_person(user=person, by=case.board.administrator, now=case.later(), **{**kept, **facts})


FACTS = ("display_name", "unit", "time_zone", "is_external", "reports_to", "load_cap", "orcid")


@pytest.mark.parametrize(
    ("of_author", "facts", "expected"),
    [
        (False, {"unit": "Theirs"}, ("same_unit", "detected", "unit")),
        (True, {"unit": "Ours"}, ("same_unit", "detected", "unit")),
        (False, {"orcid": ORCID}, ("author", "detected", "orcid")),
        (False, {"display_name": "Ada Lovelace"}, ("author", "suspected", "name")),
    ],
)
def test_an_edited_person_is_looked_at_at_once(
    of_author: bool, facts: dict[str, str], expected: tuple[str, str, str]
) -> None:
    case = drafted(Writer("Ada Lovelace", orcid=ORCID))
    cases.submit(case)
    person = case.board.reviewers[0]
    put(case.author, unit="Theirs")
    put(person, unit="Ours")
    cases.offer(case, person)
    assert known(case) == []
    edit(case, case.author if of_author else person, **facts)
    assert known(case) == [("Ada Lovelace" if "display_name" in facts else "Reviewer 0", *expected)]
    status = Assignment.objects.get(reviewer=person).status
    assert (person.pk in excluded(case.submission), status) == (
        expected[1] == "detected", "recused" if expected[1] == "detected" else "offered",
    )  # fmt: skip


def test_a_new_manager_and_a_new_name_of_ones_own_are_looked_at_too() -> None:
    case = drafted(Writer("Ada Lovelace"))
    cases.submit(case)
    led, named = case.board.reviewers[:2]
    edit(case, led, reports_to=case.author)
    change_profile(user=named, display_name="Ada Lovelace", time_zone="UTC", now=case.later())
    assert sorted(known(case)) == [
        ("Ada Lovelace", "author", "suspected", "name"), ("Reviewer 0", "same_unit", "detected", "line"),
    ]  # fmt: skip


def test_what_ties_nobody_is_no_reason_to_look() -> None:
    case = cases.submit(cases.draft())
    person = case.board.reviewers[0]
    put(person, unit=case.author.unit)
    edit(case, person, load_cap=1, time_zone="Europe/Paris", is_external=True)
    assert known(case) == []


def test_a_vote_of_somebody_who_moves_to_the_authors_counts_no_longer() -> None:
    case, made = open_ballot()
    voter = case.board.voters[0]
    cases.vote(case, made, [voter])
    before = board_of.tally(made, case.submission, now=case.now)
    edit(case, voter, unit=case.author.unit)
    after = board_of.tally(made, case.submission, now=case.now)
    assert (before.present, after.present, before.eligible - after.eligible) == (1, 0, 1)


def test_an_edit_after_the_decision_marks_it_where_the_person_had_a_part() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    voter, stranger = case.board.voters[0], case.board.reviewers[4]
    decision = case.submission.decisions.get()
    edit(case, stranger, unit=case.author.unit)
    assert known(case) == []
    with watch(case) as seen:
        edit(case, voter, unit=case.author.unit)
    (row,) = unsettling(decision)
    assert (row.user, row.source, row.strength) == (voter, "unit", "detected")
    assert seen.events == [("conflict.detected", log.SYSTEM), ("conflict.unsettled_decision", log.SYSTEM)]
    assert seen.mails == {("conflict.unsettled_decision", "Coordinator"), ("conflict.unsettled_decision", "Chair")}
    assert log.verify(case.submission.stream).faults == ()


def test_a_name_after_the_decision_waits_for_a_third_person_and_marks_it_then() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    Contributor.objects.create(submission=case.submission, name="Ada Lovelace", order=9)
    voter, decision = case.board.voters[0], case.submission.decisions.get()
    edit(case, voter, display_name="Ada Lovelace")
    assert (known(case), unsettling(decision)) == ([("Ada Lovelace", "author", "suspected", "name")], ())
    row = Conflict.objects.get()
    cases.settle(case, row, "stands", by=case.board.chair)
    assert [one.pk for one in unsettling(decision)] == [row.pk]


@pytest.mark.parametrize(("year", "is_marked"), [(2022, False), (2023, True)])
def test_imported_publications_mark_decisions_by_the_day_on_which_they_were_taken(year: int, is_marked: bool) -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    voter, decision = case.board.voters[0], case.submission.decisions.get()
    tie.import_ties(
        text=f"person,fact,email,date\n{voter.email},coauthor,{case.author.email},{year}",
        by=case.board.administrator, now=case.later(days=365 * 2),
    )  # fmt: skip
    assert [row.user for row in unsettling(decision)] == ([voter] if is_marked else [])


@pytest.mark.parametrize("count", [1, 3])
def test_looking_again_asks_as_much_of_many_cases_as_of_one(count: int) -> None:
    first = cases.submit(cases.draft())
    for _ in range(count - 1):
        cases.submit(cases.draft(first.board, author=first.author))
    with CaptureQueriesContext(connection) as seen:
        edit(first, first.board.reviewers[0], unit="Somewhere new")
    assert len(seen) == 25


def test_a_case_that_two_people_wrote_together_after_a_decision_does_not_mark_it() -> None:
    case = cases.submission_in(State.DECIDED)
    judge = case.board.reviewers[0]
    decided = case.submission.decisions.get().effective_at
    assert decided is not None
    later = cases.draft(cases.elsewhere(), author=case.author, label="Later work")
    later.now = case.now + timedelta(days=10)
    later.submission.contributors.create(order=90, name=judge.display_name, user=judge)
    cases.submit(later)
    seen = {case.submission.pk: [judge.pk]}
    of = lambda **at: ties.found_together([case.again()], seen, later.now, **at)[case.submission.pk]  # noqa: E731
    assert [tie.type_key for tie in of()] == ["coauthor_36m"]
    assert of(at={case.submission.pk: decided}) == ()
    Tie.objects.create(
        user=judge, fact="coauthor", email=case.author.email, on_date=(decided + timedelta(days=500)).date(),
        noted_at=later.now, noted_by=case.board.administrator,
    )  # fmt: skip
    assert of(at={case.submission.pk: decided}) == ()
    Tie.objects.update(on_date=(decided + timedelta(days=300)).date())
    assert [tie.type_key for tie in of(at={case.submission.pk: decided})] == ["coauthor_36m"]


def test_the_facts_of_an_account_count_that_was_made_after_the_list_of_authors_was_typed() -> None:
    case = cases.submit(drafted(Writer("Bea Later", "bea@later.org")))
    bea = UserFactory(display_name="B. L.", email="bea@later.org", unit="Looms")
    mate, student = case.board.reviewers[:2]
    put(mate, unit="Looms")
    put(student, reports_to=bea)
    people = {case.submission.pk: [mate.pk, student.pk, bea.pk]}
    found = ties.found_together([case.again()], people, case.now)[case.submission.pk]
    assert {(one.person, one.type_key, str(one.source)) for one in found} == {
        (mate.pk, "same_unit", "unit"), (student.pk, "same_unit", "line"), (bea.pk, "author", "address"),
    }  # fmt: skip


def test_a_unit_that_authors_typed_is_looked_at_though_an_account_without_one_came_later() -> None:
    case = cases.submit(drafted(Writer("Bea Later", "bea@later.org", "Looms")))
    UserFactory(display_name="B. L.", email="bea@later.org", unit="")
    mate = case.board.reviewers[0]
    put(mate, unit="Looms")
    found = ties.found_together([case.again()], {case.submission.pk: [mate.pk]}, case.now)[case.submission.pk]
    assert [(one.type_key, str(one.strength)) for one in found] == [("same_unit", "suspected")]


def test_seat_on_which_a_decision_rests_stays_when_its_reviewer_steps_aside_later() -> None:
    case = cases.submission_in(State.DECIDED)
    before = Decision.objects.get(submission=case.submission)
    cases.reopened(case)
    reviewer = case.board.reviewers[0]
    row = cases.declare(case, reviewer)
    seats = before.revision.assignments.order_by("pk")
    assert [(seat.reviewer, seat.status) for seat in seats] == [
        (person, AssignmentStatus.DONE) for person in case.board.reviewers[:2]
    ]
    assert row.unsettles == before


def test_who_joins_the_board_of_a_case_that_is_open_again_is_looked_at_too() -> None:
    case = cases.submission_in(State.DECIDED)
    cases.reopened(case)
    cases.submit(case)
    joined = UserFactory(display_name="Newcomer", unit=case.author.unit)
    appoint(
        committee=case.board.committee, user=joined, role=CommitteeRole.MEMBER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    assert known(case) == [("Newcomer", "same_unit", "detected", "unit")]
    row = Conflict.objects.get()
    assert row.unsettles is None


def test_of_several_who_are_found_at_once_none_counts_when_the_votes_come_out() -> None:
    """Without the first of them alone the restriction would be refused, by a vote of the second."""
    case = cases.staged()
    people = case.board.voters
    for person in people[:2]:
        put(person, unit="Looms")
    row = cases.restrict(case)
    cases.say_on(case, row, [people[0], *people[4:6]])
    cases.say_on(case, row, people[1:4], Vote.AGAINST)
    edit(case, case.author, unit="Looms")
    row.refresh_from_db()
    assert [line[0] for line in known(case)] == ["Member 0", "Member 1"]
    assert (row.ended_at, row.ratified_at) == (None, None)
