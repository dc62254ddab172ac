"""Laws that may apply: rows come with assessments, somebody notes each once, and nothing waits for them."""

from __future__ import annotations

import pytest

from reviews.actions import committee
from reviews.models import Contributor, LegalFlag, Membership
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES

pytestmark = pytest.mark.django_db


def flags(case: Case) -> list[LegalFlag]:
    return list(case.again().revision.legal_flags.order_by("pk"))


def another(case: Case) -> LegalFlag:
    """A flag more than the answers of the case raise."""
    revision = case.again().revision
    key = next(
        law.key for law in revision.policy.pack.legal_flags if law.key not in {row.flag_key for row in flags(case)}
    )
    return LegalFlag.objects.create(revision=revision, flag_key=key, raised_at=case.now)


def refused(case: Case, who: object) -> str:
    with pytest.raises(Denied) as found:
        cases.note_flag(case, flags(case)[0], by=who)  # type: ignore[arg-type]
    return found.value.code


def test_assessment_raises_the_flags_of_its_revision_once() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    raised = case.submission.revision.assessments.get().result["legal_flags"]
    assert raised
    assert [row.flag_key for row in flags(case)] == raised
    assert {row.raised_at for row in flags(case)} == {case.now}
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made)
    cases.confirm_tier(case, cases.propose_tier(case, 4))
    assert case.submission.revision.assessments.count() > 1
    assert [row.flag_key for row in flags(case)] == raised


def test_draft_has_none() -> None:
    case = cases.draft(tier=3)
    assert flags(case) == []


def test_legal_officer_notes_while_they_see_the_case_and_nobody_else() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    board = case.board
    assert {refused(case, who) for who in (board.coordinator, board.chair, board.members[0])} == {"legal_only"}
    row = cases.note_flag(case, flags(case)[0])
    assert (row.noted_by, row.noted_at, row.text) == (board.officers["legal_officer"], case.now, "We told the office.")


def test_coordinator_or_chair_note_where_no_officer_sees_the_case() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    board = case.board
    assert refused(case, board.officers["legal_officer"]) == "legal_only"
    assert refused(case, case.author) == "conflicted"
    first, second = flags(case)[0], another(case)
    assert cases.note_flag(case, first, by=board.coordinator).noted_by == board.coordinator
    assert cases.note_flag(case, second, by=board.chair).noted_by == board.chair


def test_officer_who_stands_aside_or_is_an_author_leaves_it_to_the_coordinator() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    officer = case.board.officers["legal_officer"]
    cases.declare(case, officer)
    assert refused(case, officer) == "conflicted"
    cases.note_flag(case, flags(case)[0], by=case.board.coordinator)
    other = cases.submission_in(State.DELIBERATION, tier=3, made=case.board)
    Contributor.objects.create(submission=other.submission, user=officer, name="Officer", order=5)
    assert refused(other, officer) == "conflicted"
    cases.note_flag(other, flags(other)[0], by=case.board.coordinator)


def test_committee_without_an_officer_leaves_it_to_the_coordinator() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    seat = Membership.objects.get(role=CommitteeRole.LEGAL_OFFICER, until_at=None)
    committee.dismiss(membership=seat, by=case.board.administrator, now=case.later())
    cases.note_flag(case, flags(case)[0], by=case.board.coordinator)


def test_note_is_written_once_and_in_words() -> None:
    scene = SCENES["note_flag"]()
    with pytest.raises(RuleBroken) as bare:
        scene.act(text=" ")
    assert (bare.value.code, bare.value.field) == ("text", "text")
    scene.act()
    with pytest.raises(NotNow) as again:
        scene.act()
    assert again.value.code == "noted"


def test_flag_of_a_revision_before_is_closed() -> None:
    case = cases.submission_in(State.DECIDED)
    row = another(case)
    cases.reopened(case)
    with pytest.raises(NotNow) as found:
        cases.note_flag(case, row, by=case.board.coordinator)
    assert found.value.code == "closed"


def test_open_flags_keep_nothing_from_being_decided() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    assert flags(case)
    assert all(row.noted_at is None for row in flags(case))
