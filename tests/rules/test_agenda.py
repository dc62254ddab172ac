"""The order of an agenda: as few leavings as there can be, the same for the same facts, and places that are kept."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.agenda import EXACT_UP_TO, Item, Step, arrange, walk

PEOPLE = "abcde"
ROOM = frozenset(PEOPLE)


def item(key: str, out: str = "", **given: object) -> Item:
    return Item(key, frozenset(out), ("", key), **given)


def items(least: int, most: int) -> st.SearchStrategy[list[Item]]:
    """Items named by their age, with whoever stands aside."""
    outs = st.lists(st.frozensets(st.sampled_from(PEOPLE)), min_size=least, max_size=most)
    return outs.map(lambda found: [Item(f"{n:02}", out, ("", f"{n:02}"), 10) for n, out in enumerate(found)])


def price(order: tuple[Item, ...] | list[Item]) -> tuple[int, int]:
    """Leavings and returns, counted in another way than the rules do: person by person, from door to door."""
    leavings = returns = 0
    for person in PEOPLE:
        inside = True
        for one in order:
            stays = person not in one.out
            leavings += inside and not stays
            returns += stays and not inside
            inside = stays
    return leavings, returns


def by_key(found: list[Item], order: tuple[str, ...]) -> list[Item]:
    known = {one.key: one for one in found}
    return [known[key] for key in order]


def test_walk_says_who_leaves_who_returns_and_when() -> None:
    found = walk([item("1", "a", minutes=20), item("2", "ab", minutes=5), item("3", minutes=9)], ROOM)
    assert found.steps == (Step("1", ("a",), (), 0), Step("2", ("b",), (), 20), Step("3", (), ("a", "b"), 25))
    assert (found.order, found.leavings, found.returns) == (("1", "2", "3"), 2, 2)


def test_who_does_not_attend_leaves_nothing() -> None:
    assert walk([item("1", "ab"), item("2"), item("3", "a")], {"b"}).leavings == 1


def test_items_of_the_same_people_stand_together_and_the_last_ones_need_not_come_back() -> None:
    found = arrange([item("1", "a"), item("2"), item("3", "a"), item("4", "b"), item("5", "ab")], ROOM)
    assert found.walk.order == ("2", "1", "3", "5", "4")
    assert (found.walk.leavings, found.walk.returns) == (2, 1)
    assert (found.by_age.order, found.by_age.leavings) == (("1", "2", "3", "4", "5"), 4)
    assert found.is_exact is True


def test_nobody_who_stands_aside_leaves_the_order_of_age() -> None:
    found = arrange([item("3"), item("1"), item("2")], ROOM)
    assert found.walk == found.by_age
    assert found.walk.order == ("1", "2", "3")


def test_nothing_to_order() -> None:
    found = arrange([], ROOM)
    assert (found.walk.steps, found.walk.leavings, found.by_age.leavings) == ((), 0, 0)


def test_age_comes_before_the_reference() -> None:
    rows = [Item("x", age=("2026-03-02", "RB-A")), Item("y", age=("2026-03-01", "RB-B"))]
    assert arrange(rows, ROOM).walk.order == ("y", "x")


def test_order_that_stands_stays_where_nothing_is_better() -> None:
    rows = [item("1"), item("2", "a"), item("3")]
    assert arrange(rows, ROOM, keep=("3", "1", "2")).walk.order == ("3", "1", "2")
    assert arrange(rows, ROOM, keep=("2", "3", "1")).walk.order == ("1", "3", "2")
    # An order of other items, or one that moves what keeps its place, is none that stands.
    assert arrange(rows, ROOM, keep=("3", "1")).walk.order == ("1", "3", "2")
    held = [item("1"), item("2"), item("3", place=2)]
    assert arrange(held, ROOM, keep=("3", "1", "2")).walk.order == ("1", "2", "3")


def test_place_that_is_kept_is_kept_and_the_rest_goes_round_it() -> None:
    rows = [item("1", "a"), item("2", place=1), item("3", "a"), item("4")]
    found = arrange(rows, ROOM)
    assert found.walk.order == ("4", "2", "1", "3")
    assert [one.walk.order[1] for one in (found, arrange([*rows, item("5", "b"), item("6", "a")], ROOM))] == ["2", "2"]


@pytest.mark.parametrize("places", [(0, 0), (2, None), (-1, None)])
def test_place_that_cannot_be_kept_is_refused(places: tuple[int | None, int | None]) -> None:
    with pytest.raises(ValueError, match="place"):
        arrange([item("1", place=places[0]), item("2", place=places[1])], ROOM)


@given(items(0, 6))
def test_no_other_order_is_better_and_of_equal_ones_the_oldest_comes_first(found: list[Item]) -> None:
    best = min(permutations(found), key=lambda order: (price(order), [one.key for one in order]))
    got = arrange(found, ROOM)
    assert got.walk.order == tuple(one.key for one in best)
    assert (got.walk.leavings, got.walk.returns) == price(best)


@given(items(7, 7))
def test_seven_items_cost_no_more_than_the_best_of_all_their_orders(found: list[Item]) -> None:
    got = arrange(found, ROOM)
    assert (got.walk.leavings, got.walk.returns) == min(price(order) for order in permutations(found))


@given(items(2, 6), st.data())
def test_with_places_that_are_kept_no_allowed_order_is_better(found: list[Item], data: st.DataObject) -> None:
    places = data.draw(st.permutations(range(len(found))))
    kept = data.draw(st.integers(0, len(found)))
    held = [
        Item(one.key, one.out, one.age, one.minutes, place if number < kept else None)
        for number, (one, place) in enumerate(zip(found, places, strict=True))
    ]
    allowed = [
        order for order in permutations(held)
        if all(one.place in (None, place) for place, one in enumerate(order))
    ]  # fmt: skip
    got = arrange(held, ROOM)
    assert (got.walk.leavings, got.walk.returns) == min(price(order) for order in allowed)
    assert all(one.place in (None, place) for place, one in enumerate(by_key(held, got.walk.order)))


@given(items(0, EXACT_UP_TO + 6), st.randoms(use_true_random=False))
def test_order_is_never_worse_than_the_one_that_stands_and_hangs_on_no_order_of_the_facts(
    found: list[Item], chance: object
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    got = arrange(found, ROOM)
    assert arrange(shuffled, ROOM) == got
    assert sorted(got.walk.order) == [one.key for one in found]
    assert price(by_key(found, got.walk.order)) == (got.walk.leavings, got.walk.returns)
    assert price(by_key(found, got.walk.order)) <= price(found)
    standing = arrange(found, ROOM, keep=[one.key for one in shuffled])
    assert price(by_key(found, standing.walk.order)) <= price(shuffled)
    assert got.is_exact is (len(found) <= EXACT_UP_TO)


@given(items(EXACT_UP_TO + 1, EXACT_UP_TO + 8), st.integers(0, EXACT_UP_TO))
def test_among_many_items_a_place_is_kept_too(found: list[Item], place: int) -> None:
    held = [Item(found[-1].key, found[-1].out, found[-1].age, 10, place), *found[:-1]]
    got = arrange(held, ROOM)
    assert got.walk.order[place] == found[-1].key
    assert sorted(got.walk.order) == [one.key for one in found]
