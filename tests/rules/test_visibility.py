"""Blindness, exhaustively: each property holds for every combination of what a person and a case can be."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest

from reviews.rules.visibility import CaseFacts, Level, Referred, Relation, Sight, referred, sight

NAMES = [field.name for field in fields(Relation)]
PEOPLE = [Relation(**dict(zip(NAMES, values, strict=True))) for values in product([False, True], repeat=len(NAMES))]
CASES = [CaseFacts(*values) for values in product([False, True], repeat=3)]
EVERYTHING = [(person, case, sight(person, case)) for person in PEOPLE for case in CASES]

# The states of a case as sight knows them.
DRAFT = CaseFacts(was_submitted=False, deliberation_opened=False, round_closed=False)
IN_REVIEW = CaseFacts(was_submitted=True, deliberation_opened=False, round_closed=False)
DELIBERATION = CaseFacts(was_submitted=True, deliberation_opened=True, round_closed=True)
RETURNED_BY_BOARD = CaseFacts(was_submitted=True, deliberation_opened=True, round_closed=False)
SIGNED_WITHOUT_BOARD = CaseFacts(was_submitted=True, deliberation_opened=False, round_closed=True)

NOTHING = Sight()
SUMMARY, RECORD = Sight(Level.SUMMARY), Sight(Level.RECORD)
BLIND = Sight(Level.MATERIAL)
WHILE_OPEN = Sight(Level.MATERIAL, scores=True, peers=True, board=True)
ALL = Sight(Level.MATERIAL, scores=True, peers=True, reviews=True, board=True)
FILED, READS = replace(WHILE_OPEN, board=False), replace(ALL, board=False)


def flags(found: Sight) -> tuple[bool, bool, bool, bool]:
    return found.scores, found.peers, found.reviews, found.board


def test_every_combination_is_looked_at() -> None:
    assert len(EVERYTHING) == 2**11 * 8


# Who: draft, in review, deliberation, back from the board, signed without a board.
@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Relation(), [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING]),
        (Relation(runs_committee=True), [NOTHING, WHILE_OPEN, ALL, WHILE_OPEN, ALL]),
        (Relation(is_voter=True), [NOTHING, NOTHING, ALL, WHILE_OPEN, NOTHING]),
        (Relation(is_leadership=True), [NOTHING, SUMMARY, SUMMARY, SUMMARY, SUMMARY]),
        (Relation(is_auditor=True), [NOTHING, RECORD, RECORD, RECORD, RECORD]),
        (Relation(is_offered=True), [NOTHING, SUMMARY, SUMMARY, SUMMARY, SUMMARY]),
        (Relation(is_reviewer=True), [NOTHING, FILED, READS, FILED, READS]),
        (Relation(is_reviewer=True, has_unfiled_review=True), [NOTHING, BLIND, READS, BLIND, READS]),
        (Relation(is_reviewer=True, is_voter=True), [NOTHING, FILED, ALL, WHILE_OPEN, READS]),
        (Relation(runs_committee=True, is_reviewer=True, has_unfiled_review=True), [NOTHING, BLIND, ALL, BLIND, ALL]),
        (Relation(is_voter=True, is_reviewer=True, has_unfiled_review=True), [NOTHING, BLIND, ALL, BLIND, READS]),
        (Relation(holds_open_seat=True), [NOTHING, WHILE_OPEN, ALL, WHILE_OPEN, ALL]),
        (Relation(held_seat=True), [NOTHING, RECORD, RECORD, RECORD, RECORD]),
    ],
)
def test_sight_of_one_role(person: Relation, expected: list[Sight]) -> None:
    cases = [DRAFT, IN_REVIEW, DELIBERATION, RETURNED_BY_BOARD, SIGNED_WITHOUT_BOARD]
    assert [sight(person, case) for case in cases] == expected
    assert [sight(replace(person, is_conflicted=True), case) for case in cases] == [NOTHING] * 5


def test_author_sees_own_case_and_nothing_of_the_board_whatever_else_they_are() -> None:
    seen = {(case.was_submitted, found) for person, case, found in EVERYTHING if person.is_author}
    assert seen == {
        (False, Sight(Level.MATERIAL, as_author=True)),
        (True, Sight(Level.MATERIAL, as_author=True, scores=True)),
    }


def test_conflicted_sees_nothing_unless_author() -> None:
    assert {found for person, _, found in EVERYTHING if person.is_conflicted and not person.is_author} == {NOTHING}


def test_draft_is_seen_by_its_authors_alone() -> None:
    assert {found for person, case, found in EVERYTHING if not case.was_submitted and not person.is_author} == {NOTHING}


def test_leadership_adds_a_summary_and_nothing_more() -> None:
    for person, case, found in EVERYTHING:
        without = sight(replace(person, is_leadership=False), case)
        assert found.level == max(without.level, found.level if found.level <= Level.SUMMARY else Level.NONE)
        assert flags(found) == flags(without)


def test_unfiled_reviewer_sees_no_scores_and_no_board_in_an_open_round() -> None:
    blind = [
        found
        for person, case, found in EVERYTHING
        if person.has_unfiled_review and not person.is_author and not case.round_closed
    ]
    assert {flags(found) for found in blind} == {(False, False, False, False)}


def test_ballots_are_for_those_who_vote_run_the_committee_or_sign() -> None:
    for person, case, found in EVERYTHING:
        if found.board:
            assert person.runs_committee or person.holds_open_seat or (person.is_voter and case.deliberation_opened)
            assert found.peers


def test_reviews_of_others_only_in_a_closed_round_and_never_for_authors() -> None:
    for person, case, found in EVERYTHING:
        if found.reviews:
            assert case.round_closed
            assert not person.is_author
            assert not person.is_conflicted
            assert found.level is Level.MATERIAL


def test_below_the_case_nothing_of_its_inside() -> None:
    for _, _, found in EVERYTHING:
        if found.level < Level.CASE:
            assert (*flags(found), found.as_author) == (False, False, False, False, False)


def test_as_author_marks_authors_and_nobody_else() -> None:
    assert all(found.as_author == person.is_author for person, _, found in EVERYTHING)


def test_voter_alone_sees_nothing_before_deliberation() -> None:
    for person, case, found in EVERYTHING:
        if not case.deliberation_opened:
            assert found == sight(replace(person, is_voter=False), case)


def test_another_role_never_lowers_the_level() -> None:
    harmless = [name for name in NAMES if name not in ("is_author", "is_conflicted", "has_unfiled_review")]
    for person, case, found in EVERYTHING:
        for name in harmless:
            assert sight(replace(person, **{name: True}), case).level >= found.level


def test_filing_never_hides_anything() -> None:
    for person, case, found in EVERYTHING:
        filed = sight(replace(person, has_unfiled_review=False), case)
        assert filed.level == found.level
        assert all(after >= before for after, before in zip(flags(filed), flags(found), strict=True))


def test_referral_texts_are_for_those_who_do_not_judge_alone_and_its_finding_also_the_authors() -> None:
    for person, _, found in EVERYTHING:
        if found.level < Level.CASE:
            continue
        depth = referred(found)
        assert (depth is Referred.TEXTS) is found.peers
        assert (depth is Referred.FINDING) is person.is_author
