"""A committee's own text: what it may hold, what becomes of it, and that nothing put into it can become more."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import letter
from reviews.rules.letter import DEFAULT, PLACES, Block, Span, Values, plain

KNOWN = ", ".join(f"{{{name}}}" for name in PLACES)
REQUIRED = [name for name, place in PLACES.items() if place.required]
SOUND = "\n".join(f"{{{name}}}" for name in REQUIRED)
WORDS = {name: f"<{name}>" for name, place in PLACES.items() if not place.alone}
BLOCKS = {name: (plain("item", f"[{name}]"),) for name, place in PLACES.items() if place.alone}


def test_shipped_text_is_sound_and_has_every_place_that_a_letter_needs() -> None:
    assert letter.faults(DEFAULT) == ()
    assert REQUIRED == ["released", "conditions", "reasons", "change", "appeal", "contact"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SOUND, ()),
        (f"# For {{reference}}\n\nDear {{authors}},\n\n{SOUND}\n{{signatures}}\n", ()),
        ("", ("Write what the letter says.",)),
        (" \n\n", ("Write what the letter says.",)),
        (
            SOUND + "\n{verdict}",
            ("There is no {verdict}. These are known: " + KNOWN + ".",),
        ),
        (SOUND + "\n{ title }", ("There is no {title}. These are known: " + KNOWN + ".",)),
        (SOUND + "\nOpen { only", ("A curly bracket is opened or closed without the other one.",)),
        (SOUND + "\n}", ("A curly bracket is opened or closed without the other one.",)),
        (SOUND.replace("{change}", "So: {change}"), ("{change} needs a line of its own.",)),
        (SOUND.replace("{change}", "{change} {change}"), ("{change} needs a line of its own.",)),
        (SOUND.replace("{appeal}\n", ""), ("A letter always says this: put {appeal} somewhere.",)),
        (SOUND + "\n" + "x" * letter.LONGEST, ("A template has at most 20000 characters.",)),
    ],
)  # fmt: skip
def test_each_fault_is_named_and_nothing_else_is_one(text: str, found: tuple[str, ...]) -> None:
    assert letter.faults(text) == found


def test_several_faults_are_named_at_once() -> None:
    found = letter.faults("{one} {two} {reasons}")
    assert [fault.split(" ")[0] for fault in found] == ["There", "There", "A", "A", "{reasons}", "A", "A", "A"]


def test_text_becomes_headings_paragraphs_and_items_with_everything_in_its_place() -> None:
    text = "Dear {authors},\nwelcome.\n# On **{title}**\n- one\n* **two** of {reference}\n\n{released}\nEnd."
    assert list(letter.fill(text, Values(WORDS, BLOCKS))) == [
        Block("paragraph", (Span("Dear <authors>,\nwelcome."),)),
        Block("heading", (Span("On "), Span("<title>", True))),
        Block("item", (Span("one"),)),
        Block("item", (Span("two", True), Span(" of <reference>"))),
        plain("item", "[released]"),
        Block("paragraph", (Span("End."),)),
    ]


def test_what_comes_into_a_place_is_never_read_as_a_mark_or_a_place() -> None:
    words = WORDS | {"title": "**bold** {reasons} # x\n- y"}
    assert list(letter.fill("On {title}", Values(words, BLOCKS))) == [
        Block("paragraph", (Span("On **bold** {reasons} # x\n- y"),))
    ]


def test_prose_keeps_lists_and_bold_words_and_has_no_places_and_no_headings() -> None:
    assert list(letter.prose("# Why\n**First** {reasons}\n- then {title}")) == [
        Block("paragraph", (Span("Why"),)),
        Block("paragraph", (Span("First", True), Span(" {reasons}"))),
        Block("item", (Span("then {title}"),)),
    ]


def test_page_has_lists_headings_and_lines() -> None:
    blocks = [
        plain("first", "Out & in"), plain("item", "a"), plain("item", "b"), plain("heading", "H"),
        Block("paragraph", (Span("x\ny"), Span("<z>", True))), plain("item", "c"),
    ]  # fmt: skip
    assert letter.as_html(blocks).splitlines() == [
        '<p class="rb-letter-first" dir="auto"><strong>Out &amp; in</strong></p>',
        "<ul>",
        '<li dir="auto">a</li>',
        '<li dir="auto">b</li>',
        "</ul>",
        '<h2 dir="auto">H</h2>',
        '<p dir="auto">x<br>y<strong>&lt;z&gt;</strong></p>',
        "<ul>",
        '<li dir="auto">c</li>',
        "</ul>",
    ]


@given(st.text(max_size=60))
def test_no_words_bring_a_tag_of_their_own(words: str) -> None:
    page = letter.as_html([*letter.fill("x {title}", Values(WORDS | {"title": words}, BLOCKS)), *letter.prose(words)])
    tags = {tag.strip("</>").split(" ")[0] for tag in re.findall(r"<[^>]*>", page)}
    assert tags <= {"p", "ul", "li", "strong", "br"}
    assert page.count("<") == page.count(">")
