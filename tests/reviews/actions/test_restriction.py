"""Emergency restriction: at once, only downwards, ratified by others, lapsing by itself, lifted by two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.actions import deactivate
from accounts.models import User
from reviews.access.submission import can_view, sight
from reviews.actions import release
from reviews.actions.committee import appoint, dismiss
from reviews.models import Conflict, Decision, Membership, Restriction, Stage
from reviews.queries import clearance
from reviews.queries import restriction as queries
from reviews.queries.head import Head
from reviews.queries.restriction import may_be_placed
from reviews.queries.timeline import for_case
from reviews.rules.clearance import Standing
from reviews.rules.errors import Denied, NotNow, Refused, RuleBroken
from reviews.rules.restriction import Ending, Phase, phase
from reviews.rules.states import CommitteeRole, State, Vote
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, mails, watch

pytestmark = pytest.mark.django_db


def standing(case: Case) -> Standing:
    found = Decision.objects.get(submission=case.submission)
    return clearance.of_decision(found, case.again(), now=case.now).standing


def code_of(call: Callable[[], object]) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def stages(case: Case) -> list[Stage]:
    return list(Stage.objects.filter(plan__decision__submission=case.submission).order_by("order"))


def open_code(case: Case, stage: Stage) -> str:
    return code_of(
        lambda: release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.now)
    )


def by_dismissal(case: Case, person: User) -> None:
    """Somebody loses their roles."""
    for row in Membership.objects.filter(user=person, until_at=None):
        dismiss(membership=row, by=case.board.administrator, now=case.later())


def by_closing(case: Case, person: User) -> None:
    """Somebody loses their account."""
    deactivate(user=person, by=case.board.administrator, now=case.later())


def at(row: Restriction, case: Case) -> Phase:
    row.refresh_from_db()
    return phase(row.moments, now=case.now)


def test_restriction_shuts_every_stage_at_once_and_changes_nothing_of_the_decision() -> None:
    case = cases.staged()
    before = list(Decision.objects.values())
    row = cases.restrict(case)
    assert standing(case) is Standing.RESTRICTED
    assert open_code(case, stages(case)[0]) == "restricted"
    assert (list(Decision.objects.values()), case.submission.state) == (before, State.DECIDED)
    assert (row.placed_by, row.placed_at, at(row, case)) == (case.board.chair, case.now, Phase.WAITS)
    assert code_of(lambda: cases.restrict(case)) == "restricted"


def test_restriction_lapses_by_itself_after_its_last_moment() -> None:
    case = cases.staged()
    row = cases.restrict(case)
    cases.say_on(case, row, case.board.voters[:3])
    assert row.ratify_by == queries.ratify_by(row.decision, case.again(), now=row.placed_at)
    case.now = row.ratify_by
    assert standing(case) is Standing.RESTRICTED
    case.later(seconds=1)
    assert (standing(case), at(row, case), row.ended_at) == (Standing.IN_FORCE, Phase.LAPSED, None)
    assert code_of(lambda: cases.say_on(case, row, case.board.voters[3:4])) == "ended"
    assert code_of(lambda: cases.ask_lift(case, row)) == "ended"
    again = cases.restrict(case)
    row.refresh_from_db()
    assert (row.ended_at, row.ending, at(again, case)) == (row.ratify_by, Ending.LAPSED, Phase.WAITS)


def test_board_ratifies_and_the_restriction_outlasts_its_last_moment() -> None:
    case = cases.staged()
    row = cases.restrict(case)
    cases.say_on(case, row, case.board.voters[:3])
    assert at(row, case) is Phase.WAITS
    with watch(case) as seen:
        cases.say_on(case, row, case.board.voters[3:4])
    assert (row.ratified_at, at(row, case)) == (case.now, Phase.RATIFIED)
    assert seen.events == [("restriction.voted", "Member 3"), ("restriction.ratified", "system")]
    told = ("Author One", "Chair", "Deputy", "Coordinator", "Leader")
    assert seen.mails == {("restriction.ratified", name) for name in told}
    assert code_of(lambda: cases.say_on(case, row, case.board.voters[4:5])) == "over"
    case.later(days=60)
    assert standing(case) is Standing.RESTRICTED


def test_board_refuses_and_the_restriction_ends_at_once() -> None:
    case = cases.staged()
    row = cases.restrict(case)
    cases.say_on(case, row, case.board.voters[:4], Vote.AGAINST)
    assert (row.ended_at, row.ending, standing(case)) == (case.now, Ending.REFUSED, Standing.IN_FORCE)
    assert ("restriction.ended", "Author One") in mails(case)


def test_what_the_board_refused_is_not_placed_again_before_its_time_is_over() -> None:
    case = cases.staged()
    row = cases.restrict(case)
    cases.say_on(case, row, case.board.voters[:4], Vote.AGAINST)
    assert code_of(lambda: cases.restrict(case)) == "refused"
    assert may_be_placed(Head(case.again(), case.now)) is False
    case.now = row.ratify_by
    assert may_be_placed(Head(case.again(), case.now + timedelta(seconds=1))) is True
    assert at(cases.restrict(case), case) is Phase.WAITS


@pytest.mark.parametrize("leave", [by_dismissal, by_closing], ids=["dismissed", "account closed"])
def test_who_leaves_the_board_counts_no_longer(leave: Callable[[Case, User], object]) -> None:
    case = cases.staged()
    row, people = cases.restrict(case), case.board.voters
    cases.say_on(case, row, people[:3])
    leave(case, people[5])
    assert at(row, case) is Phase.WAITS
    leave(case, people[6])
    assert (at(row, case), queries.tally(row, case.again()).eligible) == (Phase.RATIFIED, 5)


def test_vote_may_be_changed_while_it_is_open() -> None:
    case = cases.staged()
    row, person = cases.restrict(case), case.board.voters[0]
    cases.say_on(case, row, [person])
    cases.say_on(case, row, [person], Vote.AGAINST)
    assert [(vote.voter, vote.vote) for vote in row.votes.all()] == [(person, Vote.AGAINST)]


def test_refusing_needs_a_reason_and_nobody_abstains() -> None:
    scene = SCENES["vote_on_restriction"]()
    for changes, field in (({"vote": Vote.AGAINST, "reason": " "}, "reason"), ({"vote": Vote.ABSTAIN}, "vote")):
        with pytest.raises(RuleBroken) as refused:
            scene.act(**changes)
        assert refused.value.field == field


def test_board_is_fixed_when_it_is_placed_and_who_steps_aside_counts_no_longer() -> None:
    case = cases.staged()
    row, made = cases.restrict(case), case.board
    newcomer = UserFactory()
    appoint(committee=made.committee, user=newcomer, role=CommitteeRole.MEMBER, by=made.administrator, now=case.now)
    assert code_of(lambda: cases.say_on(case, row, [newcomer])) == "ratifiers_only"
    cases.say_on(case, row, made.voters[:3])
    # Seven could vote and three did; with two fewer the three are more than half of those who are left.
    for person in made.voters[5:]:
        cases.declare(case, person)
    row.refresh_from_db()
    assert (row.ratified_at, queries.tally(row, case.again()).eligible) == (case.now, 5)
    assert code_of(lambda: cases.say_on(case, row, made.voters[5:6])) == "conflicted"


def test_where_no_board_met_the_voters_read_the_case_from_then_on() -> None:
    case = cases.staged(tier=2)
    member, made = case.board.members[0], case.board
    tied = made.members[1]
    User.objects.filter(pk=tied.pk).update(unit=case.author.unit)
    assert not can_view(member, case.again())
    row = cases.restrict(case)
    assert can_view(member, case.again(), Level.MATERIAL)
    assert not can_view(tied, case.submission)
    assert Conflict.objects.in_force().filter(user=tied, submission=case.submission).exists()
    assert tied.public_id not in row.board["ratifiers"]
    assert not Conflict.objects.filter(unsettles__isnull=False).exists()
    cases.say_on(case, row, [person for person in made.voters if person != tied][:4])
    assert at(row, case) is Phase.RATIFIED


def test_tier_without_a_vote_is_ratified_by_one_other_person() -> None:
    case = cases.submission_in(State.DECIDED, tier=1)
    made = case.board
    appoint(committee=made.committee, user=made.chair, role=CommitteeRole.MEMBER, by=made.administrator, now=case.now)
    row = cases.restrict(case)
    assert code_of(lambda: cases.say_on(case, row, [made.chair])) == "ratifiers_only"
    cases.say_on(case, row, [made.members[0]], Vote.AGAINST)
    assert at(row, case) is Phase.WAITS
    cases.say_on(case, row, [made.deputy])
    assert at(row, case) is Phase.RATIFIED


def test_deputy_restricts_where_the_chair_stands_outside() -> None:
    case = cases.staged()
    made = case.board
    assert code_of(lambda: cases.restrict(case, by=made.deputy)) == "chair_only"
    cases.declare(case, made.chair)
    assert cases.restrict(case, by=made.deputy).placed_by == made.deputy


@pytest.mark.parametrize("state", [State.DELIBERATION, State.SIGN_OFF])
def test_nothing_is_restricted_before_a_decision_is_in_force(state: State) -> None:
    case = cases.submission_in(state)
    assert code_of(lambda: cases.restrict(case)) == "not_in_force"


def test_what_releases_nothing_is_not_restricted() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    assert code_of(lambda: cases.restrict(case)) == "nothing_released"
    assert code_of(lambda: cases.restrict(cases.staged(case.board, label="Other"), reason=" ")) == "reason"


def test_an_open_stage_can_be_restricted_after_the_clearance_ran_out() -> None:
    case = cases.staged()
    found = Decision.objects.get(submission=case.submission)
    release.open_stage(stage=stages(case)[0], again_confirmed=False, by=case.board.coordinator, now=case.now)
    case.now += timedelta(days=(found.valid_until_date - case.now.date()).days + 1)
    assert standing(case) is Standing.EXPIRED
    cases.restrict(case)
    assert standing(case) is Standing.RESTRICTED


def test_expired_decision_without_an_open_stage_has_nothing_to_restrict() -> None:
    case = cases.staged()
    found = Decision.objects.get(submission=case.submission)
    case.now += timedelta(days=(found.valid_until_date - case.now.date()).days + 1)
    assert code_of(lambda: cases.restrict(case)) == "not_in_force"


def test_lifting_takes_two_people() -> None:
    case = cases.staged()
    row, made = cases.restrict(case), case.board
    assert code_of(lambda: cases.answer_lift(case, row)) == "not_asked"
    assert code_of(lambda: cases.ask_lift(case, row, made.deputy)) == "chair_only"
    cases.ask_lift(case, row)
    assert standing(case) is Standing.RESTRICTED
    assert code_of(lambda: cases.ask_lift(case, row)) == "asked"
    assert code_of(lambda: cases.answer_lift(case, row, by=made.chair)) == "second_person"
    assert code_of(lambda: cases.answer_lift(case, row, by=made.reviewers[0])) == "second_person"
    cases.answer_lift(case, row, lifts=False)
    assert (standing(case), row.lift_reason) == (Standing.RESTRICTED, "")
    cases.answer_lift(case, cases.ask_lift(case, row), by=made.members[0])
    row.refresh_from_db()
    assert (row.ended_at, row.ending, row.lifted_by) == (case.now, Ending.LIFTED, made.members[0])
    assert standing(case) is Standing.IN_FORCE
    cases.restrict(case)


def test_later_decision_takes_the_place_of_what_was_restricted() -> None:
    case = cases.staged(tier=2)
    row = cases.restrict(case)
    cases.decided_anew(case)
    row.refresh_from_db()
    assert (row.ended_at, row.ending) == (case.now, Ending.REPLACED)
    assert code_of(lambda: cases.ask_lift(case, row)) == "ended"
    first, second = Decision.objects.filter(submission=case.submission).order_by("pk")
    found = {one.pk: clearance.of_decision(one, case.again(), now=case.now).standing for one in (first, second)}
    assert found == {first.pk: Standing.SUPERSEDED, second.pk: Standing.IN_FORCE}
    assert (queries.live(case.submission, now=case.now), row.decision_id) == (None, first.pk)


def test_authors_never_learn_who_restricted_or_voted() -> None:
    case = cases.staged()
    row = cases.restrict(case)
    cases.say_on(case, row, case.board.voters[:4])
    cases.answer_lift(case, cases.ask_lift(case, row))
    told = for_case(case.again(), case.author, sight(case.author, case.submission))
    lines = [f"{one.actor} {one.text}" for one in told if "restriction" in one.text]
    assert lines == [
        "The board lifted the emergency restriction, as the second person.",
        "The program noted that the emergency restriction is ratified. It stands.",
        "The board placed an emergency restriction: nothing may rest on the decision.",
    ]


def test_conflicted_chair_neither_places_nor_votes() -> None:
    case = cases.staged()
    cases.declare(case, case.board.chair)
    with pytest.raises(Denied):
        cases.restrict(case)
    with pytest.raises(NotNow):
        cases.say_on(case, _ended(case), case.board.voters[:1])


def _ended(case: Case) -> Restriction:
    row = cases.restrict(case, by=case.board.deputy)
    return cases.say_on(case, row, case.board.voters[:4], Vote.AGAINST)
