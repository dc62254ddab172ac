"""Whether a committee has the people that its policy asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.rules import staffing
from reviews.rules.staffing import Gap, Need, Person
from reviews.rules.states import CommitteeRole
from tests.rules.packs import PACK

DOMAINS = frozenset(domain.key for domain in PACK.domains)
OFFICERS = ("legal_officer", "biosecurity_officer", "security_officer", "export_officer")
SKILLS = frozenset({"security", "legal", "policy"})


def person(key: str, *roles: str, unit: str = "", expert: bool = True) -> Person:
    known = (DOMAINS, SKILLS) if expert else (frozenset[str](), frozenset[str]())
    return Person(key, frozenset(roles), unit or key, *known)


def whole() -> list[Person]:
    """A board that can decide everything."""
    return [
        person("chair", "chair"),
        person("deputy", "deputy_chair"),
        person("coordinator", "coordinator"),
        *(person(f"member {n}", "member") for n in range(4)),
        *(person(f"external {n}", "external_member", "reviewer") for n in range(2)),
        *(person(f"reviewer {n}", "reviewer") for n in range(3)),
        person("head", "head_of_research"),
        person("executive", "executive"),
        *(person(role, role) for role in OFFICERS),
    ]


def lacking(people: list[Person]) -> dict[int, list[Need]]:
    found = {tier.tier: [need for need in needs if not need.met] for tier, needs in staffing.needs(PACK, people)}
    return {tier: needs for tier, needs in found.items() if needs}


def left_out(*keys: str) -> list[Person]:
    return [one for one in whole() if one.key not in keys]


def test_whole_board_lacks_nothing() -> None:
    assert lacking(whole()) == {}
    assert staffing.gaps(PACK, whole()) == ()
    assert staffing.unled(whole()) == ()


def test_nobody_at_all() -> None:
    found = lacking([])
    assert list(found) == [1, 2, 3, 4]
    assert found[1] == [Need("reviewers", 1, 0), Need("signs_coordinator", 1, 0)]
    assert [gap.role for gap in staffing.gaps(PACK, [])] == [str(role) for role in CommitteeRole]
    assert staffing.unled([]) == ("coordinator", "chair")


def test_external_members_and_reviewers_are_counted() -> None:
    found = lacking(left_out("external 1"))
    assert Need("external_reviewers", 2, 1) in found[4]
    assert 3 not in found


def test_quorum_needs_enough_voters() -> None:
    people = left_out("member 0", "member 1", "member 2", "member 3")
    assert Need("voters", 3, 2) in lacking(people)[2]
    assert Need("voters", 5, 2) in lacking(people)[4]


def test_experts_are_lacking_only_where_a_domain_has_too_few() -> None:
    people = [replace(one, domains=one.domains - {"cyber"}) if "member" in one.key else one for one in whole()]
    people = [replace(one, domains=one.domains - {"cyber"}) if one.key == "external 0" else one for one in people]
    (need,) = [need for need in lacking(people)[4] if need.kind == "voters_expert_top_domain"]
    assert (need.needed, need.lacking, need.met, need.is_reached) == (2, ("cyber",), False, True)
    assert 3 not in lacking(people)


def test_skills_of_reviewers() -> None:
    people = [replace(one, skills=frozenset()) if "reviewer" in one.roles else one for one in whole()]
    assert Need("reviewers_security", 1, 0) in lacking(people)[4]
    assert Need("reviewers_security_or_policy", 1, 0) in lacking(people)[3]
    people = [replace(one, skills=frozenset({"policy"})) if one.key == "reviewer 0" else one for one in people]
    assert 3 not in lacking(people)


def test_somebody_must_come_from_another_unit_than_any_author() -> None:
    people = [replace(one, unit="One") if one.roles & {"member", "external_member"} else one for one in whole()]
    assert Need("voters_outside_unit", 1, 0) in lacking(people)[3]
    people = [replace(one, unit="Two") if one.key == "member 0" else one for one in people]
    assert 3 not in lacking(people)


def test_deputy_signs_for_the_chair_and_nobody_fills_two_seats() -> None:
    assert lacking(left_out("chair")) == {}
    assert Need("signs_chair", 1, 0) in lacking(left_out("chair", "deputy"))[2]
    alone = [*left_out("head", "executive"), person("both", "head_of_research", "executive")]
    assert lacking(alone) == {4: [Need("signatories", 3, 2)]}
    swapped = [
        *left_out("chair", "deputy", "head"),
        person("both", "chair", "head_of_research"),
        person("other", "chair"),
    ]
    assert lacking(swapped) == {}


def test_gap_says_what_the_policy_needs_the_role_for() -> None:
    (gap,) = staffing.gaps(PACK, left_out("executive"))
    assert gap == Gap("executive", holds=0, signs=(4,), assents=(4,), covered=False)
    (gap,) = staffing.gaps(PACK, left_out("legal_officer"))
    assert (gap.role, gap.holds > 1, gap.signs) == ("legal_officer", True, ())
    (gap,) = staffing.gaps(PACK, left_out("chair"))
    assert (gap.role, gap.covered, gap.signs) == ("chair", True, (2, 3, 4))


@pytest.mark.parametrize(
    ("people", "key", "role", "alone"),
    [
        (whole(), "chair", "chair", ()),
        (left_out("deputy"), "chair", "chair", ("chair",)),
        (left_out("deputy"), "coordinator", "coordinator", ("coordinator",)),
        (left_out("chair", "coordinator"), "deputy", "deputy_chair", ("coordinator", "chair")),
        (left_out("chair"), "deputy", "deputy_chair", ("chair",)),
        (whole(), "member 0", "member", ()),
        (left_out("deputy", "chair"), "member 0", "member", ()),
        ([*left_out("deputy"), person("second", "chair")], "chair", "chair", ()),
    ],
)
def test_who_cannot_be_spared(people: list[Person], key: str, role: str, alone: tuple[str, ...]) -> None:
    assert staffing.uncovered_without(people, key, role) == alone
