"""Publications as reference managers write them."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.bibtex import plain, works

LONGEST = 256 * 1024  # bytes of a list that is imported
FILE = r"""
A word before the first entry, with a lone @ sign and a mail: ada@example.org

@string{jan_press = "Press"}
@comment{ @article{old, author = {Nobody At All}, year = 1999} }
@article{one,
  title  = {On {Engines} and = signs, with commas},
  author = {Lovelace, Ada and Charles {Babbage} AND others},
  journal = jan_press # { of London},
  year   = 2024,
  month  = feb
}
@InProceedings(two, author = "M{\"u}ller, J{\"{u}}rgen and Dvo{\v{r}}{\'a}k, Marek", year = "2023", month = {October})
@misc{three, author={{\O}ystein {\L}ukasz~Żak}, date = {2025-03-04}}
@misc{four, author={Ada Lovelace}, year={in press}}
@misc{five, year={2022}}
"""


def test_a_file() -> None:
    assert [(work.authors, work.on) for work in works(FILE)] == [
        (("Lovelace, Ada", "Charles Babbage"), date(2024, 2, 29)),
        (("Müller, Jürgen", "Dvořák, Marek"), date(2023, 10, 31)),
        (("Øystein Łukasz Żak",), date(2025, 3, 31)),
        (("Ada Lovelace",), None),
        ((), date(2022, 12, 31)),
    ]
    assert works(FILE)[0].line == 6


@pytest.mark.parametrize(
    ("tex", "name"),
    [
        (r"Erd{\H o}s, Paul", "Erdős, Paul"),
        (r"Fran\c{c}ois Ren\'e", "François René"),
        (r"S{\o}ren Stra{\ss}e", "Søren Straße"),
        (r"\AA{}ke Nystr\"om", "Åke Nyström"),
        (r"G\"{o}del, K.", "Gödel, K."),
        ("van der {Berg}, J.~P.", "van der Berg, J. P."),
    ],
)
def test_names(tex: str, name: str) -> None:
    assert plain(tex) == name


@pytest.mark.parametrize("text", ["", "@", "@article{", "@article{x, author = ", "@article{x, author = {A", "@a(b"])
def test_what_ends_early_is_read_as_far_as_it_goes(text: str) -> None:
    assert all(work.on is None for work in works(text))


@given(st.text(st.sampled_from('@{}()",=#\\ aA1\n'), max_size=60))
def test_nothing_breaks_the_reader(text: str) -> None:
    works(f"@article{{x, {text}")
    works(text)


@pytest.mark.parametrize("piece", ["@a{}\n", " ", "a ", "x, ", "b # ", "\\'{ ", "{"])
def test_long_text_is_read_in_a_moment(piece: str) -> None:
    """As long as a list can be; processor time is not shared."""
    start = process_time()
    works("@a{" + piece * (LONGEST // len(piece)) + "=}")
    assert process_time() - start < 10
