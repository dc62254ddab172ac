"""Facts from a file: what is read, every fault with its place, and that nothing given ends otherwise."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules import matching_file
from reviews.rules.matching import propose
from reviews.rules.matching_facts import Case, Facts, Person, Weights
from reviews.rules.matching_file import Fault, once_each, read, told, whole_number
from tests.rules.test_matching import TRIED

PERSON = {
    "key": "ann", "domains": {"bio": 3}, "skills": ["security"], "external": True, "unit": "north",
    "committees": ["board"], "load": 1, "cap": 5, "absences": [{"from": "2026-03-02", "until": "2026-03-04"}],
    "paired": {"zoe": 2}, "asked": 4, "answered": 3,
}  # fmt: skip
CASE = {
    "key": "c1", "seats": ["expert_top_domain", "generalist"], "from": "2026-03-09", "until": "2026-03-20",
    "external": 1, "leading": "bio", "domains": ["bio", "cyber"], "tier": 3, "committee": "board", "units": ["south"],
    "authors": ["zoe", "bob"], "seated": ["cid"],
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "people": [PERSON, {"key": "bob"}, {"key": "cid"}, {"key": "dan"}],
    "cases": [CASE],
    "conflicts": [{"case": "c1", "person": "dan", "why": "coauthor"}],
    "fits": [{"case": "c1", "person": "ann", "worth": -7}],
    "kept": [{"case": "c1", "person": "ann"}],
    "weights": {"load": 0},
    "seed": 5,
}


def parsed(text: str) -> Any:
    """As the command reads it."""
    return json.loads(text, object_pairs_hook=once_each, parse_int=whole_number)


def changed(**values: Any) -> dict[str, Any]:
    return {**WHOLE, **values}


def with_person(**values: Any) -> dict[str, Any]:
    return changed(people=[{**PERSON, **values}, *WHOLE["people"][1:]])


def with_case(**values: Any) -> dict[str, Any]:
    return changed(cases=[{**CASE, **values}])


def test_everything_is_read() -> None:
    found = read(WHOLE)
    assert found.facts.cases == (
        Case(
            "c1", ("expert_top_domain", "generalist"), date(2026, 3, 9), date(2026, 3, 20), 1, "bio",
            frozenset({"bio", "cyber"}), 3, "board", frozenset({"south"}), frozenset({"zoe", "bob"}),
            frozenset({"cid"}), {"bob": "author", "dan": "coauthor"},
        ),
    )  # fmt: skip
    assert found.facts.people[0] == Person(
        "ann", {"bio": 3}, frozenset({"security"}), True, "north", frozenset({"board"}), 1, 5,
        ((date(2026, 3, 2), date(2026, 3, 4)),), {"zoe": 2}, 4, 3,
    )  # fmt: skip
    assert found.facts.people[1] == Person("bob")
    assert (found.facts.weights, found.facts.fits) == (Weights(load=0), {("c1", "ann"): -7})
    assert (found.kept, found.seed, found.is_explained) == ((("c1", "ann"),), 5, True)


def test_what_a_proposal_says_as_data() -> None:
    case = {"key": "c1", "seats": ["generalist", "legal"], "from": "2026-03-09", "until": "2026-03-20"}
    data = {"people": [{"key": "a"}, {"key": "b", "load": 1}], "cases": [case]}
    assert told(propose(read(data).facts)) == {
        "seats": [
            {
                "case": "c1", "seat": "generalist", "person": "a", "knows": [], "external": False, "load_after": 1,
                "cap": 4, "repeats": 0, "worth": 50,
                "next_best": [{"person": "b", "cost": 75, "load_after": 2}],
            }
        ],
        "shortages": [
            {"case": "c1", "seat": "legal", "external": False, "known": 0, "shut": {}, "needed_elsewhere": 0}
        ],
        "filled": 1, "wanted": 2, "objective": 13, "bound": 13, "gap": 0, "proven": True,
    }  # fmt: skip


FAULTS: list[tuple[Any, str]] = [
    ([], "The file is to hold one object, with people and cases."),
    ({"people": []}, "cases: This is missing."),
    (changed(colour=1), "colour: This key is not known"),
    (changed(people={}), "people: This is to be a list."),
    (changed(people=[{}]), "people[0].key: This is missing."),
    (changed(people=[{"key": "a"}, {"key": "a"}]), "people[1].key: “a” stands at people[0] already."),
    (changed(people=[{"key": " " * 101}]), "people[0].key: This text is to have 1 to 100 characters."),
    (changed(people=[{"key": "a\u0000"}]), "people[0].key: This text holds a character that cannot be printed."),
    (with_person(cap="5"), "people[0].cap: This is to be a whole number from 0 to 100."),
    (with_person(cap=True), "people[0].cap: This is to be a whole number from 0 to 100."),
    (with_person(cap=4.0), "people[0].cap: This is to be a whole number from 0 to 100."),
    (with_person(load=-1), "people[0].load: This is to be a whole number from 0 to 1,000."),
    (with_person(answered=5), "people[0].answered: This is to be a whole number from 0 to 4."),
    (with_person(domains={"bio": 4}), "people[0].domains.bio: This is to be a whole number from 0 to 3."),
    (with_person(domains=["bio"]), "people[0].domains: This is to be an object with named values."),
    (with_person(external=1), "people[0].external: This is to be true or false."),
    (with_person(skills="security"), "people[0].skills: This is to be a list."),
    (with_person(skills=[None]), "people[0].skills[0]: This is to be a text."),
    (with_person(absences=[["a", "b"]]), "people[0].absences[0]: This is to be an object with named values."),
    (
        with_person(absences=[{"from": "2026-03-05", "until": "2026-03-04"}]),
        "people[0].absences[0].until: This day lies before the first one.",
    ),
    (with_case(seats=["expert_top_domain", "wizard"]), "cases[0].seats[1]: “wizard” is no seat; there are generalist,"),
    (with_case(seats=[[]]), "cases[0].seats[0]: This is no seat; there are generalist,"),
    (with_case(seats=["legal"] * 13), "cases[0].seats: There are more than 12."),
    (with_case(**{"from": "2026-02-30"}), "cases[0].from: “2026-02-30” is no day such as 2026-03-31."),
    (with_case(until="20260320"), "cases[0].until: “20260320” is no day such as 2026-03-31."),
    (with_case(seated=["eve"]), "cases[0].seated: “eve” is not among the people."),
    (with_case(seated=["dan"]), "cases[0].seated: “dan” cannot sit here: coauthor."),
    (with_case(seated=["bob"]), "cases[0].seated: “bob” cannot sit here: author."),
    (changed(conflicts=[{"case": "c2", "person": "ann"}]), "conflicts[0].case: “c2” is not among the cases."),
    (changed(conflicts=[{"case": "c1", "person": "eve"}]), "conflicts[0].person: “eve” is not among the people."),
    (changed(conflicts=[*WHOLE["conflicts"], *WHOLE["conflicts"]]), "conflicts[1]: This case and person stand here"),
    (changed(fits=[{"case": "c1", "person": "ann"}]), "fits[0].worth: This is missing."),
    (changed(fits=[{"case": "c1", "person": "ann", "worth": 20_001}]), "fits[0].worth: This is to be a whole number"),
    (changed(weights={"load": 9e9}), "weights.load: This is to be a whole number from 0 to 5,000."),
    (changed(seed=-1), "seed: This is to be a whole number"),
]


@pytest.mark.parametrize(("data", "said"), FAULTS, ids=[said.split(":")[0] for _, said in FAULTS])
def test_each_fault_is_named_with_its_place(data: Any, said: str) -> None:
    with pytest.raises(Fault) as fault:
        read(data)
    assert str(fault.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"people": [{"key": "a", "key": "b"}], "cases": []}', "people[0].key: This key stands twice."),
        ('{"people": [], "cases": [], "cases": []}', "cases: This key stands twice."),
        (
            '{"people": [{"key": "a", "paired": {"x": 1, "x": 2}}], "cases": []}',
            "people[0].paired.x: This key stands twice.",
        ),
        (
            f'{{"people": [{{"key": "a", "load": {"9" * 5000}}}], "cases": []}}',
            "people[0].load: This is to be a whole number from 0 to 1,000.",
        ),
        ('{"people": [{"key": "a", "load": NaN}], "cases": []}', "people[0].load: This is to be a whole number"),
        ('{"people": [{"key": "\\ud800"}], "cases": []}', "people[0].key: This text holds a character"),
    ],
)
def test_what_json_lets_pass_is_named_too(text: str, said: str) -> None:
    with pytest.raises(Fault) as fault:
        read(parsed(text))
    assert str(fault.value).startswith(said)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("MOST_CASES", "cases: There are more than 0."),
        ("MOST_PEOPLE", "people: There are more than 0."),
        ("MOST_PAIRS", "cases: Cases times people are more than 0."),
        ("MOST_ROWS", "cases: There are too many cases with many different seats."),
        ("MOST_FITS", "conflicts: There are more than 0."),
    ],
)
def test_what_would_take_too_much_work_is_refused(limit: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_file, limit, 0)
    with pytest.raises(Fault) as fault:
        read(WHOLE)
    assert str(fault.value) == said


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
inner = leaves | st.lists(leaves, max_size=3) | st.dictionaries(st.text(max_size=8), leaves, max_size=3)
anything = inner | st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)


@settings(max_examples=4 * TRIED)
@given(st.sampled_from(["top", "person", "case"]), st.data())
def test_whatever_stands_in_a_file_ends_with_facts_or_a_fault(where: str, data: st.DataObject) -> None:
    shape = {"top": WHOLE, "person": PERSON, "case": CASE}[where]
    key, value = data.draw(st.sampled_from(sorted(shape))), data.draw(anything)
    text = json.dumps({"top": changed, "person": with_person, "case": with_case}[where](**{key: value}))
    with suppress(Fault):
        found = read(parsed(text))
        json.dumps(told(propose(found.facts, kept=found.kept, seed=found.seed)), allow_nan=False)


def test_the_order_of_people_and_cases_in_a_file_says_nothing() -> None:
    cases = [{**CASE, "key": f"c{n}", "authors": [], "seated": []} for n in range(3)]
    people = [{**PERSON, "key": f"p{n}", "absences": []} for n in range(4)]
    one, two = ({"people": p, "cases": c} for p, c in ((people, cases), (people[::-1], cases[::-1])))
    first, second = (told(propose(read(data).facts)) for data in (one, two))
    assert sorted((s["case"], s["person"]) for s in first["seats"]) == sorted(
        (s["case"], s["person"]) for s in second["seats"]
    )
    assert first["objective"] == second["objective"]


def test_a_large_board_is_not_explained_seat_by_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_file, "MOST_EXPLAINED", 3)
    given_facts = read(WHOLE)
    assert not given_facts.is_explained
    found = propose(Facts(given_facts.facts.cases, given_facts.facts.people), next_best=0)
    assert {seat.next_best for seat in found.seats} <= {()}
