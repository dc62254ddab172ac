"""Names fit however they were typed, and what fits is the same from both sides."""

from __future__ import annotations

import unicodedata
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.names import same_name, same_words

WORD = st.text(st.sampled_from("abcdeéöłñzÅ"), min_size=2, max_size=6)
NAME = st.lists(WORD, min_size=2, max_size=4).map(" ".join)
ANYTHING = st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marek Dvořák", "DVORAK, Marek"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("Oskar Nyström", "O. Nystrom"),
        ("Jean-Pierre Serre", "J.-P. Serre"),
        ("Jean-Pierre Serre", "Jean Pierre Serre"),
        ("Li Xiao-Ming", "Xiaoming Li"),
        ("Sinéad O'Neil", "Sinead O’Neil"),  # noqa: RUF001
        ("Łukasz Żak", "Lukasz Zak"),
        ("Søren Ærø", "Soren Aero"),
        ("Dr. Ada Lovelace", "Lovelace, A."),
        ("John A. Smith", "John Smith"),
        ("Maria García", "Maria García Lopez"),
        ("J. R. R. Tolkien", "John Ronald Reuel Tolkien"),
        ("Straße Hans", "Strasse Hans"),
        ("Plato", "plato"),
        ("王 伟", "伟 王"),
    ],
)
def test_one_person_however_typed(one: str, other: str) -> None:
    assert (same_name(one, other), same_name(other, one)) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("   ", "Ada Lovelace"),
        ("Plato", "Plato Smith"),
        ("J. S.", "John Smith"),
        ("J. S.", "J. S."),
        ("Ada Lovelace", "Ada Byron"),
        ("John Smith", "Jane Smith"),
        ("John B. Smith", "John A. Smith"),
        ("A. B. Smith", "Anna Smith Clark"),
        ("Wei Zhang", "Wei Zhao"),
        ("Reviewer 1", "Reviewer 2"),
        ("Member 0", "Member 1"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert (same_name(one, other), same_name(other, one)) == (False, False)


@given(NAME)
def test_case_order_and_composition_do_not_matter(name: str) -> None:
    for words in permutations(name.split()):
        turned = " ".join(words)
        for form in ("NFC", "NFD"):
            assert same_name(name, unicodedata.normalize(form, turned.upper()))


@given(NAME)
def test_initials_stand_for_all_words_but_one(name: str) -> None:
    words = name.split()
    assert same_name(name, " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]]))


@given(ANYTHING, ANYTHING)
def test_the_same_from_both_sides(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)
    assert same_words(one, other) is same_words(other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Language Models", "language-models", True),
        ("Zürich Lab", "Zurich lab.", True),
        ("", "", False),
        ("Unit 1", "Unit 11", False),
        ("Language Models", "Models Language", False),
    ],
)
def test_units(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
