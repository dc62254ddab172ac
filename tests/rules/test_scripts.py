"""Scripts that are written from right to left, drawn from left to right; every letter is still there."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.scripts import drawn


@pytest.mark.parametrize("text", ["", "Zoë Ærø", "Ω Ж 山 한 राम", "x (y) 12:30", "a\nb"])
def test_text_of_other_scripts_stays_as_it_is(text: str) -> None:
    assert drawn(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("דוד", "דוד"[::-1]),
        ("דוד לוי", "דוד לוי"[::-1]),
        ("To דוד שמש, hello", "To " + "דוד שמש"[::-1] + ", hello"),
        ("דוד\nשמש", "דוד"[::-1] + "\n" + "שמש"[::-1]),
        ("א(ב)ג", "ג(ב)א"),
        ("שָׁלוֹם", "םוֹלשָׁ"),
    ],
)
def test_runs_are_turned_round_with_their_marks_behind_their_letters(text: str, shown: str) -> None:
    assert drawn(text) == shown


def forms(text: str) -> list[str]:
    """The form of each letter in reading order, as Unicode names it."""
    return [" ".join(unicodedata.name(char).split(" ")[-2:]) for char in reversed(drawn(text))]


def test_arabic_letters_take_the_form_that_their_neighbours_ask_for() -> None:
    assert forms("عمر") == ["INITIAL FORM", "MEDIAL FORM", "FINAL FORM"]
    assert forms("دب") == ["ISOLATED FORM", "ISOLATED FORM"]
    assert forms("عبد") == ["INITIAL FORM", "MEDIAL FORM", "FINAL FORM"]


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "M", "Zs", "P", "N")), max_size=40))
def test_nothing_is_lost(text: str) -> None:
    mirrored = str.maketrans(")]}>»", "([{<«")
    whole = lambda words: sorted(unicodedata.normalize("NFKC", words).translate(mirrored).replace(" ", ""))  # noqa: E731
    assert whole("".join(sorted(unicodedata.normalize("NFKD", drawn(text))))) == whole(
        "".join(sorted(unicodedata.normalize("NFKD", text)))
    )
