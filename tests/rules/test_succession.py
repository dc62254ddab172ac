"""Who follows when a seat becomes free: by every rule of a proposal, for that one seat, and never the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules.matching_facts import Case, Facts, Person, bar
from reviews.rules.matching_seats import opening, vacated
from reviews.rules.succession import UNFIT, successor, why_not
from tests.rules.test_matching import TRIED, facts

DAY = date(2026, 3, 2)
BIO = {"bio": 3}


def case_with(*seated: str, seats: tuple[str, ...], **given: object) -> Case:
    return replace(Case("RB", seats, DAY, DAY, leading="bio", seated=frozenset(seated)), **given)


def named(*people: Person) -> dict[str, Person]:
    return {person.key: person for person in people}


def test_the_seat_that_an_expert_leaves_asks_for_an_expert() -> None:
    expert, anybody = Person("a", BIO), Person("b")
    case = case_with("a", "b", seats=("expert_top_domain", "generalist"))
    left = vacated(case, expert, named(expert, anybody))
    assert left is not None
    assert (left.seats, left.seated, left.external) == (("expert_top_domain", "generalist"), frozenset({"b"}), 0)
    known = named(expert, anybody, Person("c"), Person("d", BIO))
    assert [opening(left, known).takes([known[key]]) for key in "cd"] == [False, True]


def test_a_seat_that_was_open_before_is_not_asked_for() -> None:
    """The coordinator has not offered it; one leaves and one is asked."""
    leaving = Person("a")
    case = case_with("a", seats=("generalist", "generalist", "legal"))
    left = vacated(case, leaving, named(leaving))
    assert left is not None
    assert opening(left, {}).open == 1


def test_whoever_was_beyond_what_the_tier_asks_for_leaves_no_seat() -> None:
    people = named(Person("a"), Person("b"))
    case = case_with("a", "b", seats=("generalist",))
    assert vacated(case, people["a"], people) is None
    assert successor(Facts((case,), (*people.values(), Person("c"))), case, people["a"]) is None


def test_whoever_was_external_and_needed_is_followed_by_somebody_external() -> None:
    inside, outside = Person("a"), Person("b", is_external=True)
    case = case_with("a", "b", seats=("generalist", "generalist"), external=1)
    left = vacated(case, outside, named(inside, outside))
    assert left is not None
    assert opening(left, named(inside)).external == 1
    found = successor(Facts((case,), (inside, outside, Person("c"), Person("d", is_external=True))), case, outside)
    assert found is not None
    assert found.seat is not None
    assert found.seat.person == "d"


def test_an_external_person_beyond_the_seats_is_followed_where_one_is_asked_for() -> None:
    people = named(Person("a"), Person("b"), Person("x", is_external=True), Person("y", is_external=True))
    case = case_with("a", "b", "x", seats=("generalist", "generalist"), external=1)
    found = successor(Facts((case,), tuple(people.values())), case, people["x"])
    assert found is not None
    assert found.seat is not None
    assert found.seat.person == "y"


def test_whoever_filled_no_seat_is_followed_in_one_that_is_open() -> None:
    people = named(Person("a"), Person("b"), Person("c", BIO))
    case = case_with("a", "b", seats=("expert_top_domain", "generalist"))
    found = successor(Facts((case,), tuple(people.values())), case, people["b"])
    assert found is not None
    assert found.seat is not None
    assert (found.seat.person, found.seat.seat) == ("c", "expert_top_domain")


def test_where_nobody_is_left_it_is_said_what_is_short() -> None:
    people = named(Person("a", BIO), Person("b", BIO), Person("c", BIO, cap=0), Person("d"))
    case = case_with("a", seats=("expert_top_domain",), barred={"b": "declined"})
    found = successor(Facts((case,), tuple(people.values())), case, people["a"])
    assert found is not None
    assert found.seat is None
    (short,) = found.shortages
    assert (short.seat, short.known, dict(short.shut)) == (
        "expert_top_domain", 3, {"declined": 1, "full": 1, "replaced": 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Person("x", BIO), ""),
        (Person("x"), UNFIT),
        (Person("x", BIO, cap=0), "full"),
        (Person("x", BIO, absences=((DAY, DAY),)), "absent"),
        (Person("x", BIO, committees=frozenset({"other"})), "elsewhere"),
    ],
)
def test_a_named_colleague_passes_every_rule(person: Person, reason: str) -> None:
    leaving = Person("a", BIO)
    case = case_with("a", seats=("expert_top_domain",), committee="here")
    assert why_not(Facts((case,), (leaving, person)), case, leaving, person) == reason
    shut = replace(case, barred={"x": "personal"})
    assert why_not(Facts((shut,), (leaving, person)), shut, leaving, person) in ("personal", "elsewhere")


@settings(max_examples=TRIED)
@given(facts(), st.integers(0, 6))
def test_whoever_follows_keeps_every_hard_rule_and_fills_what_was_left(given_facts: Facts, number: int) -> None:
    people = {one.key: one for one in given_facts.people}
    leaving = people.get(f"p{number}")
    for case in given_facts.cases:
        if leaving is None or leaving.key not in case.seated:
            continue
        shut = replace(case, barred={**case.barred, leaving.key: "declined"})
        found = successor(replace(given_facts, cases=(shut,)), shut, leaving)
        others = replace(shut, seated=shut.seated - {leaving.key})
        if found is None:
            assert vacated(shut, leaving, people) is None
            assert len(others.seated) >= len(others.seats)
        elif found.seat is None:
            assert found.shortages
        else:
            after = people[found.seat.person]
            assert after.key != leaving.key
            assert bar(others, after) == ""
            left = vacated(shut, leaving, people)
            assert opening(left or others, people).takes([after])
            assert left is None or why_not(replace(given_facts, cases=(shut,)), shut, leaving, after) == ""
