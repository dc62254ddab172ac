"""Which expertise of a tier the seated reviewers bring: nobody sits twice, and as many seats as possible are filled."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.seating import Seated, filled, fills

SEATS = ("generalist", "expert_top_domain", "expert_other_domain", "security", "legal", "policy", "security_or_policy")
CHOSEN = frozenset({"cyber", "cbrn"})


def person(*known: str) -> Seated:
    """Somebody with these domains and skills."""
    skills = frozenset(known) & {"security", "legal", "policy"}
    return Seated(frozenset(known) - skills, skills)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ((), {"generalist"}),
        (("cyber",), {"generalist", "expert_top_domain"}),
        (("cbrn",), {"generalist", "expert_other_domain"}),
        (("bias",), {"generalist"}),
        (("security",), {"generalist", "security", "security_or_policy"}),
        (("policy",), {"generalist", "policy", "security_or_policy"}),
        (("legal",), {"generalist", "legal"}),
    ],
)
def test_what_one_person_can_sit_in(known: tuple[str, ...], expected: set[str]) -> None:
    found = {seat for seat in SEATS if fills(person(*known), seat, leading="cyber", chosen=CHOSEN)}
    assert found == expected


def test_only_domain_of_a_case_has_all_its_experts() -> None:
    only = frozenset({"cyber"})
    assert fills(person("cyber"), "expert_other_domain", leading="cyber", chosen=only) is True
    assert fills(person("cbrn"), "expert_other_domain", leading="cyber", chosen=only) is False


def test_case_without_a_domain_has_anybody_for_expert_and_unknown_seats_stay_empty() -> None:
    found = {seat for seat in (*SEATS, "astrologer") if fills(person(), seat, leading="", chosen=frozenset())}
    assert found == {"generalist", "expert_top_domain", "expert_other_domain"}


def test_nobody_sits_twice() -> None:
    tier = ("expert_top_domain", "expert_top_domain", "security", "legal")
    people = [person("cyber", "security", "legal"), person("cyber")]
    assert sum(filled(tier, people, leading="cyber", chosen=CHOSEN)) == 2
    people.append(person("security"))
    assert filled(tier, people, leading="cyber", chosen=CHOSEN) == (True, True, True, False)


@given(
    seats=st.lists(st.sampled_from(SEATS), max_size=4),
    known=st.lists(st.sets(st.sampled_from(("cyber", "cbrn", "security", "legal", "policy"))), max_size=4),
)
def test_as_many_seats_as_any_order_of_people_could_fill(seats: list[str], known: list[set[str]]) -> None:
    people = [person(*words) for words in known]
    found = filled(seats, people, leading="cyber", chosen=CHOSEN)
    best = 0
    for order in permutations(range(max(len(seats), len(people)))):
        pairs = zip(seats, order, strict=False)
        sat = [seat for seat, n in pairs if n < len(people) and fills(people[n], seat, leading="cyber", chosen=CHOSEN)]
        best = max(best, len(sat))
    assert (len(found), sum(found)) == (len(seats), best)
