"""Appeals: in time, once a version, heard by people who had no part in the decision, with everything shut meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.actions import deactivate
from accounts.models import User
from reviews.access.submission import sight
from reviews.actions import appeal, motion, release, transfer
from reviews.actions.committee import appoint, dismiss
from reviews.models import Appeal, Committee, Decision, Membership, Reopening, Stage
from reviews.queries import appeal as queries
from reviews.queries import clearance
from reviews.queries.timeline import for_case
from reviews.rules.appeal import Opinion, Status
from reviews.rules.clearance import Standing
from reviews.rules.errors import Refused, RuleBroken
from reviews.rules.states import CommitteeRole, Reopened, RequestStatus, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, mails, watch
from tests.reviews.rowfilter import visible_to

pytestmark = pytest.mark.django_db


def code_of(call: Callable[[], object]) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def worth(case: Case) -> clearance.Clearance:
    found = Decision.objects.get(submission=case.submission)
    return clearance.of_decision(found, case.again(), now=case.now)


def open_code(case: Case) -> str:
    stage = Stage.objects.filter(plan__decision__submission=case.submission).earliest("order")
    return code_of(
        lambda: release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.now)
    )


def level(person: User, case: Case) -> Level:
    """How far somebody sees, by the predicate, once the row filter said the same."""
    found = sight(person, case.again()).level
    for one in Level:
        if one is not Level.NONE:
            assert (case.submission.pk in visible_to(person, one)) is (found >= one), one
    return found


def test_appeal_keeps_everything_shut_and_changes_nothing_of_the_decision() -> None:
    case = cases.staged()
    before = list(Decision.objects.values())
    row = cases.appeal_against(case)
    assert (worth(case).standing, worth(case).is_appealed) == (Standing.IN_FORCE, True)
    assert open_code(case) == "appeal_open"
    assert (list(Decision.objects.values()), case.submission.state) == (before, State.DECIDED)
    assert (row.filed_at, row.number, row.grounds, row.is_open) == (case.now, 1, ["new_evidence"], True)
    assert row.due_at == queries.decide_by(case.submission, queries.rule_of(row.decision), now=row.filed_at)
    assert code_of(lambda: cases.appeal_against(case)) == "used_up"


def test_last_moment_counts_and_the_next_one_does_not() -> None:
    case = cases.staged()
    until = queries.filing(case.again(), now=case.now).file_by
    assert until is not None
    case.now = until - timedelta(hours=1) + timedelta(seconds=1)
    assert code_of(lambda: cases.appeal_against(case)) == "too_late"
    case.now = until - timedelta(hours=1)
    assert cases.appeal_against(case).filed_at == until


@pytest.mark.parametrize("tier", [0, 1])
def test_what_was_granted_as_asked_is_not_appealed(tier: int) -> None:
    case = cases.submission_in(State.DECIDED, tier=tier)
    assert code_of(lambda: cases.appeal_against(case)) == "nothing_to_appeal"


def test_nothing_is_appealed_before_a_decision_is_in_force() -> None:
    case = cases.submission_in(State.SIGN_OFF)
    assert code_of(lambda: cases.appeal_against(case)) == "not_in_force"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"grounds": []}, "grounds"), ({"grounds": ["dislike"]}, "grounds"), ({"text": " "}, "text")],
)
def test_appeal_needs_a_ground_of_the_policy_and_words(changes: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["file_appeal"]().act(**changes)
    assert refused.value.field == field


def test_members_who_had_no_part_hear_it_and_read_the_case_meanwhile() -> None:
    case = cases.staged(tier=2)
    made, tied = case.board, case.board.members[0]
    User.objects.filter(pk=tied.pk).update(unit=case.author.unit)
    assert level(made.members[1], case) is Level.NONE
    row = cases.appeal_against(case)
    assert [one.user for one in row.judges.all()] == made.voters[1:]
    assert [level(one, case) for one in made.voters[:2]] == [Level.NONE, Level.MATERIAL]
    cases.judge(case, row, made.voters[1:4], Opinion.DISMISS)
    assert (row.status, row.ended_at, case.submission.state) == (Status.DISMISSED, case.now, State.DECIDED)
    assert level(made.members[1], case) is Level.RECORD
    assert worth(case).is_appealed is False
    assert code_of(lambda: cases.appeal_against(case)) == "used_up"
    assert code_of(lambda: cases.judge(case, row, made.voters[5:6])) == "over"


def test_tier_three_is_heard_by_a_panel_from_outside_that_the_head_of_research_appoints() -> None:
    case = cases.staged()
    made, head = case.board, case.board.officers["head_of_research"]
    row = cases.appeal_against(case)
    assert (row.size, list(row.judges.all()), level(head, case)) == (3, [], Level.RECORD)
    for person, code in (
        (made.members[0], "prior_ruling"),
        (made.reviewers[0], "prior_ruling"),
        (made.deputy, "of_committee"),
        (case.author, "conflict"),
        (head, "oneself"),
    ):
        assert code_of(lambda person=person: appeal.appoint(appeal=row, person=person, by=head, now=case.now)) == code
    gone = UserFactory()
    deactivate(user=gone, by=made.administrator, now=case.now)
    gone.refresh_from_db()
    assert code_of(lambda: appeal.appoint(appeal=row, person=gone, by=head, now=case.now)) == "inactive"
    kin = UserFactory(unit=case.author.unit)
    assert code_of(lambda: appeal.appoint(appeal=row, person=kin, by=head, now=case.now)) == "tie"
    people = cases.appoint_judges(case, row)
    assert code_of(lambda: cases.appoint_judges(case, row, 1)) == "whole"
    seen = sight(people[0], case.again())
    assert (level(people[0], case), seen.board, seen.reviews) == (Level.MATERIAL, True, True)
    cases.judge(case, row, people[:2], Opinion.DISMISS)
    assert (row.status, row.tally["judges"], level(people[0], case)) == (Status.DISMISSED, 3, Level.RECORD)


def test_upheld_appeal_opens_the_case_again_by_two_people() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    cases.judge(case, row, people[:1])
    with watch(case) as seen:
        cases.judge(case, row, people[1:2])
    assert [event for event, _actor in seen.events] == ["appeal.judged", "appeal.upheld", "submission.reopened"]
    assert (row.status, case.submission.state) == (Status.UPHELD, State.RETURNED)
    opened = Reopening.objects.get()
    assert (opened.why, opened.status, opened.asked_by, opened.answered_by) == (
        Reopened.APPEAL,
        RequestStatus.GRANTED,
        case.author,
        people[1],
    )
    assert case.submission.revision.number == row.revision.number + 1


def test_judge_who_steps_aside_counts_no_longer_and_is_replaced() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    cases.judge(case, row, people[:1])
    cases.declare(case, people[0])
    assert level(people[0], case) is Level.NONE
    assert queries.count(row, case.again()).uphold == 0
    assert code_of(lambda: cases.judge(case, row, people[:1])) == "conflicted"
    cases.judge(case, row, people[1:])
    assert row.status == Status.OPEN
    cases.appoint_judges(case, row, 1)
    row.refresh_from_db()
    assert row.status == Status.UPHELD


def test_appeal_comes_out_when_the_judge_who_was_missing_steps_aside() -> None:
    case = cases.staged(tier=2)
    row, people = cases.appeal_against(case), case.board.voters
    cases.judge(case, row, people[:3])
    cases.judge(case, row, people[3:6], Opinion.DISMISS)
    assert row.status == Status.OPEN
    cases.declare(case, people[6])
    row.refresh_from_db()
    assert (row.status, row.ended_at) == (Status.DISMISSED, case.now)


def test_account_of_the_judge_who_was_missing_is_closed_and_the_appeal_comes_out() -> None:
    case = cases.staged(tier=2)
    row, people = cases.appeal_against(case), case.board.voters
    cases.judge(case, row, people[:3])
    cases.judge(case, row, people[3:6], Opinion.DISMISS)
    deactivate(user=people[6], by=case.board.administrator, now=case.later())
    row.refresh_from_db()
    assert (row.status, row.ended_at) == (Status.DISMISSED, case.now)


def test_member_who_leaves_the_committee_hears_it_no_longer_and_whoever_appoints_is_told() -> None:
    case = cases.staged(tier=2)
    made, head = case.board, case.board.officers["head_of_research"]
    row, gone = cases.appeal_against(case), case.board.members[0]
    cases.judge(case, row, [gone])
    for held in Membership.objects.filter(user=gone, until_at=None):
        dismiss(membership=held, by=made.administrator, now=case.later())
    assert (level(gone, case), sight(gone, case.submission).board) == (Level.RECORD, False)
    assert (queries.count(row, case.again()).judges, queries.count(row, case.submission).uphold) == (6, 0)
    assert code_of(lambda: cases.judge(case, row, [gone])) == "judges_only"
    asked = ("appeal.to_appoint", head.display_name)
    for person in made.voters[1:4]:
        cases.declare(case, person)
    assert (queries.count(row, case.again()).is_whole, asked in mails(case)) == (True, False)
    cases.declare(case, made.voters[4])
    assert (queries.count(row, case.again()).is_whole, asked in mails(case)) == (False, True)
    cases.appoint_judges(case, row, 1)
    assert queries.count(row, case.again()).is_whole


def test_judge_of_a_panel_who_steps_aside_is_missed_once() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    asked = ("appeal.to_appoint", case.board.officers["head_of_research"].display_name)
    before = mails(case).count(asked)
    cases.declare(case, people[0])
    cases.declare(case, case.board.members[0])
    assert (before, mails(case).count(asked)) == (1, 2)


def test_day_that_was_signed_holds_though_the_calendar_takes_it_back() -> None:
    case = cases.staged()
    until = queries.filing(case.again(), now=case.now).file_by
    assert until is not None
    Committee.objects.update(working_weekdays=[0, 1, 2, 3, 4, 5, 6])
    assert queries.filing(case.again(), now=case.now).file_by == until
    Committee.objects.update(working_weekdays=[0])
    later = queries.filing(case.again(), now=case.now).file_by
    assert later is not None
    assert later > until


def test_who_voted_on_what_came_to_nothing_ruled_on_this_version_too() -> None:
    """Of the two who did not vote in the end, one had voted on a motion before."""
    case = cases.submission_in(State.DELIBERATION)
    people = case.board.voters
    cases.clear_holds(case)
    first = cases.put(case)
    cases.vote(case, first, [people[6]])
    motion.take_back(motion=first, by=first.put_by, now=case.later())
    second = cases.put(case)
    cases.vote(case, second, people[:4])
    cases.finalise(case, second)
    cases.sign_all(case)
    assert [person.pk in queries.had_part(case.again()) for person in people] == [
        True, True, True, True, True, False, True,
    ]  # fmt: skip


def test_upheld_on_a_case_that_its_authors_withdrew_opens_it_again() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    cases.reopened(case)
    cases.withdrawn(case)
    cases.judge(case, row, people[:2])
    assert (row.status, case.submission.state) == (Status.UPHELD, State.RETURNED)


def test_members_hear_it_no_longer_once_the_case_went_to_another_committee() -> None:
    case = cases.staged(tier=2)
    row, there = cases.appeal_against(case), cases.elsewhere()
    judge, head = case.board.members[0], there.officers["head_of_research"]
    cases.reopened(case)
    cases.submit(case)
    transfer.transfer(
        submission=case.submission, target=there.committee, reason="It is theirs.", version=case.version,
        by=case.board.coordinator, now=case.later(),
    )  # fmt: skip
    assert (level(judge, case), queries.count(row, case.submission).judges) == (Level.NONE, 0)
    assert ("appeal.to_appoint", head.display_name) in mails(case)
    assert row.is_open


def test_later_decision_ends_an_appeal_and_who_heard_it_sees_the_case_no_longer() -> None:
    case = cases.staged(tier=2)
    row, judge = cases.appeal_against(case), case.board.members[1]
    cases.reopened(case)
    assert (row.is_open, level(judge, case)) == (True, Level.MATERIAL)
    cases.decide_the_draft(case)
    row.refresh_from_db()
    assert (row.status, row.ended_at, row.tally) == (Status.OVERTAKEN, case.now, {})
    assert level(judge, case) is Level.RECORD
    assert code_of(lambda: cases.judge(case, row, [judge])) == "over"
    assert [mail for mail in mails(case) if mail[0] == "appeal.to_hear"] == []


def test_one_appeal_at_a_time_where_a_policy_allows_several() -> None:
    text = cases.PACK.read_text(encoding="utf-8").replace("per_version: 1", "per_version: 2")
    made = cases.elsewhere("Board of two appeals", policy=text.replace("id: default-dual-use", "id: two-appeals"))
    case = cases.staged(made)
    row = cases.appeal_against(case)
    assert code_of(lambda: cases.appeal_against(case)) == "open"
    appeal.withdraw(appeal=row, by=case.author, now=case.later())
    assert cases.appeal_against(case).number == 2


def test_taking_it_back_leaves_other_mails_to_who_heard_it_alone() -> None:
    case = cases.staged(tier=2)
    row, member = cases.appeal_against(case), case.board.members[1]
    cases.restrict(case)
    appeal.withdraw(appeal=row, by=case.author, now=case.later())
    queued = [template for template, who in mails(case) if who == member.display_name]
    assert ("restriction.to_ratify" in queued, "appeal.to_hear" in queued) == (True, False)


def test_where_too_few_members_are_left_people_are_appointed() -> None:
    case = cases.staged(tier=2)
    for person in case.board.voters[:5]:
        User.objects.filter(pk=person.pk).update(unit=case.author.unit)
    row = cases.appeal_against(case)
    assert (row.size, list(row.judges.all())) == (3, [])
    cases.judge(case, row, cases.appoint_judges(case, row)[:2])
    assert row.status == Status.UPHELD


def test_chair_appoints_where_the_head_of_research_may_not() -> None:
    case = cases.staged()
    row, person = cases.appeal_against(case), UserFactory()
    assert code_of(lambda: appeal.appoint(appeal=row, person=person, by=case.board.chair, now=case.now)) == (
        "appointers_only"
    )
    cases.declare(case, case.board.officers["head_of_research"])
    assert appeal.appoint(appeal=row, person=person, by=case.board.chair, now=case.later()).user == person


def test_judge_gives_reasons_and_may_change_their_mind() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    with pytest.raises(RuleBroken) as refused:
        appeal.judge(appeal=row, opinion=Opinion.UPHOLD, reason=" ", by=people[0], now=case.now)
    assert refused.value.field == "reason"
    cases.judge(case, row, people[:1])
    cases.judge(case, row, people[:1], Opinion.DISMISS)
    assert [(one.judge, one.opinion) for one in row.opinions.all()] == [(people[0], Opinion.DISMISS)]


def test_authors_take_it_back_and_what_was_shut_opens() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row, 2)
    found = appeal.withdraw(appeal=row, by=case.author, now=case.later())
    assert (found.status, found.withdrawn_by, worth(case).is_appealed) == (Status.WITHDRAWN, case.author, False)
    assert ("appeal.withdrawn", "Judge 0") in mails(case)
    assert code_of(lambda: cases.judge(case, row, people[:1])) == "over"
    assert code_of(lambda: cases.appeal_against(case)) == "used_up"
    stage = Stage.objects.filter(plan__decision__submission=case.submission).earliest("order")
    release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.later())


def test_newcomer_to_the_committee_is_no_judge_of_an_appeal_that_was_filed_before() -> None:
    case = cases.staged(tier=2)
    row, made, person = cases.appeal_against(case), case.board, UserFactory()
    appoint(committee=made.committee, user=person, role=CommitteeRole.MEMBER, by=made.administrator, now=case.now)
    assert code_of(lambda: cases.judge(case, row, [person])) == "judges_only"


def test_authors_never_learn_who_hears_or_judged_it() -> None:
    case = cases.staged()
    row = cases.appeal_against(case)
    cases.judge(case, row, cases.appoint_judges(case, row)[:2])
    told = for_case(case.again(), case.author, sight(case.author, case.submission))
    lines = [f"{one.actor} {one.text}" for one in told[:3]]
    assert lines == [
        "The board opened the case again for its authors: an appeal that was upheld.",
        "The program noted that the appeal is upheld. The case is judged anew.",
        "Author One appealed against the decision. Nothing more is released until that is decided.",
    ]
    assert Appeal.objects.get().status == Status.UPHELD
