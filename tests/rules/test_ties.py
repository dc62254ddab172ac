"""What ties people to authors, and that nothing but a fact that others keep is more than a suspicion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import ties
from reviews.rules.ties import CaseFacts, Fact, Named, Other, Person, Settled, Source, Strength, Writer

TODAY = date(2026, 3, 2)
ADA = Person(1, "Ada Lovelace", frozenset({"ada@example.org"}), "0000-0002-1825-0097", "Engines", manager=7)
BOB = Person(2, "Bob Hill", frozenset({"bob@example.org"}), "0000-0001-5109-3700", "Weaving", manager=8)
SURE, UNSURE = Strength.DETECTED, Strength.SUSPECTED


def found(
    person: Person, *writers: Writer, named: tuple[Named, ...] = (), today: date = TODAY
) -> list[tuple[str, ...]]:
    made = ties.find([person], CaseFacts(writers, named, today=today))
    return [(str(tie.type_key), str(tie.strength), str(tie.source)) for tie in made]


def of(**facts: object) -> Writer:
    return Writer("Bob Hill", account=replace(BOB, **facts))


@pytest.mark.parametrize(
    ("writer", "expected"),
    [
        (Writer("A. L.", address="ADA@example.org"), [("author", "detected", "address")]),
        (Writer("A. L.", orcid=ADA.orcid), [("author", "detected", "orcid")]),
        (Writer("Lovelace, A."), [("author", "suspected", "name")]),
        (Writer("Ada Lovelace", orcid=BOB.orcid), []),
        (Writer("Ada Lovelace", account=BOB), []),
        (Writer("Ada Lovelace", account=ADA), []),
        (Writer("Bob Hill", unit="engines"), [("same_unit", "suspected", "unit")]),
        (of(unit="ENGINES"), [("same_unit", "detected", "unit")]),
        (of(manager=1), [("same_unit", "detected", "line")]),
        (of(key=7), [("same_unit", "detected", "line")]),
        (of(manager=7), []),
        (of(unit=""), []),
    ],
)
def test_who_they_are_and_where_they_work(writer: Writer, expected: list[tuple[str, ...]]) -> None:
    assert found(ADA, writer) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Other(Fact.COAUTHOR, "B.H.", "bob@example.org", on=date(2024, 1, 1)), ("coauthor_36m", "detected")),
        (Other(Fact.COAUTHOR, "B.H.", orcid=BOB.orcid, on=date(2023, 3, 2)), ("coauthor_36m", "detected")),
        (Other(Fact.COAUTHOR, "B.H.", orcid=BOB.orcid, on=date(2023, 3, 1)), None),
        (Other(Fact.COAUTHOR, "Hill, B.", on=date(2025, 1, 1)), ("coauthor_36m", "suspected")),
        (Other(Fact.COAUTHOR, "Hill, B."), None),
        (Other(Fact.ADVISER, "B.H.", "bob@example.org"), ("adviser_student", "detected")),
        (Other(Fact.ADVISER, "Bob Hill", on=date(1999, 1, 1)), ("adviser_student", "suspected")),
        (Other(Fact.SPONSOR, "weaving"), ("sponsor_customer", "detected")),
        (Other(Fact.SPONSOR, "Bob Hill"), None),
    ],
)
def test_what_was_imported_counts_about_either_of_two(other: Other, expected: tuple[str, str] | None) -> None:
    told = [pair[:2] for pair in found(replace(ADA, known=(other,)), Writer("Bob Hill", account=BOB))]
    assert told == ([expected] if expected else [])
    turned = [pair[:2] for pair in found(BOB, Writer("Ada Lovelace", account=replace(ADA, known=(other,))))]
    assert turned == told


def test_a_sponsor_that_authors_typed_is_a_suspicion() -> None:
    person = replace(ADA, known=(Other(Fact.SPONSOR, "Mill Trust"),))
    assert found(person, Writer("Somebody", unit="Mill Trust")) == [("sponsor_customer", "suspected", "sponsor")]


def test_a_case_here_within_36_months() -> None:
    writer = Writer("Bob Hill", account=BOB)
    for on, expected in ((date(2023, 3, 2), 1), (date(2023, 3, 1), 0)):
        assert len(found(replace(ADA, wrote_with=((2, on),)), writer)) == expected
        assert found(replace(ADA, wrote_with=((3, on),)), writer) == []


def test_what_lies_far_ahead_of_a_decision_says_nothing_about_it() -> None:
    latest = ties.in_print_until(TODAY)
    days = (TODAY, latest, latest + timedelta(days=1), date(9999, 1, 1))
    assert [ties.is_recent(day, TODAY, latest=latest) for day in days] == [True, True, False, False]
    person = replace(ADA, known=(Other(Fact.COAUTHOR, "Bob Hill", "bob@example.org", on=days[2]),))
    facts = CaseFacts(writers=(Writer("Bob Hill", account=BOB),), today=TODAY)
    assert [len(ties.find([person], case)) for case in (facts, replace(facts, latest=latest))] == [1, 0]


@pytest.mark.parametrize(
    ("on", "today", "recent"),
    [
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
        (date(2030, 1, 1), TODAY, True),
        (date(9999, 1, 1), TODAY, True),
        (None, TODAY, False),
    ],
)
def test_36_months(on: date | None, today: date, recent: bool) -> None:
    assert ties.is_recent(on, today) is recent


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        (Named("competitor", "Somebody", "ADA@example.org"), True),
        (Named("competitor", "A. Lovelace"), True),
        (Named("competitor", "Ada Lovelace", "other@example.org"), False),
        (Named("competitor", "Bob Hill"), False),
    ],
)
def test_whom_an_author_names_is_suspected_by_address_or_by_name(named: Named, meant: bool) -> None:
    made = ties.find([ADA], CaseFacts((), (named,), frozenset({"competitor"}), TODAY))
    assert made == ((ties.Tie(1, "competitor", UNSURE, Source.AUTHOR),) if meant else ())


def test_of_several_entries_that_mean_one_person_the_first_that_is_new_counts() -> None:
    named = (
        Named("same_unit", "A. Lovelace"),
        Named("sponsor_customer", "Ada Lovelace"),
        Named("author", "Ada Lovelace"),
    )
    assert found(ADA, Writer("X", unit="Engines"), named=named) == [
        ("same_unit", "suspected", "unit"), ("sponsor_customer", "suspected", "author"),
    ]  # fmt: skip


def test_what_the_policy_does_not_name_is_not_raised() -> None:
    case = CaseFacts((Writer("Ada Lovelace"),), types=frozenset({"competitor"}), today=TODAY)
    assert ties.find([ADA], case) == ()


def test_the_surest_of_a_type_is_kept_and_the_order_is_stable() -> None:
    writers = (Writer("Ada Lovelace"), Writer("X", address="ada@example.org"), Writer("Y", unit="Engines"))
    expected = [("author", "detected", "address"), ("same_unit", "suspected", "unit")]
    assert found(ADA, *writers) == found(ADA, *reversed(writers)) == expected


TEXT = st.sampled_from(["Ada Lovelace", "A. Lovelace", "Engines", "Weaving", ""])
FACTS = st.builds(Other, st.sampled_from(Fact), TEXT, on=st.just(TODAY))
NAMED = st.builds(Named, st.sampled_from(ties.TypeKey), TEXT, st.sampled_from(["", "ada@example.org"]))


@given(st.builds(Writer, TEXT, unit=TEXT), st.lists(FACTS, max_size=3), st.lists(NAMED, max_size=3))
def test_what_authors_type_without_address_or_account_is_never_more_than_a_suspicion(
    writer: Writer, known: list[Other], named: list[Named]
) -> None:
    made = ties.find([replace(ADA, known=tuple(known))], CaseFacts((writer,), tuple(named), today=TODAY))
    assert {tie.strength for tie in made} <= {UNSURE}
    assert sum(tie.source is Source.AUTHOR for tie in made) <= 1


@pytest.mark.parametrize(
    ("strength", "settled", "out"),
    [
        (Strength.DECLARED, "", True),
        (SURE, "", True),
        (UNSURE, "", False),
        (UNSURE, Settled.STANDS, True),
        (SURE, Settled.NONE, False),
        (Strength.DECLARED, Settled.NONE, False),
    ],
)
def test_who_is_set_aside(strength: str, settled: str, out: bool) -> None:
    assert ties.keeps_out(strength, settled) is out


def test_only_the_chair_lifts_what_somebody_said_about_themselves() -> None:
    assert ties.may_be_settled("declared", Source.ONESELF, "excluded") is False
    assert ties.may_be_settled("declared", Source.ONESELF, ties.CHAIR_DECIDES) is True
    assert ties.may_be_settled("declared", Source.COORDINATOR, "excluded") is True
