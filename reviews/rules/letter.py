"""The text of a decision letter: what a committee may write in its own template, and what becomes of it.

A template is plain text with headings, lists, bold words and named places in curly brackets; nothing in it is computed.
What stands in a place is put in as it is, so that no rationale or name can add a place or a mark of its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from reviews.rules.sentences import gettext, gettext_noop

Kind = Literal["first", "mark", "heading", "paragraph", "item"]


class Variant(StrEnum):
    """For whom a letter is: its authors and those inside the case, or anybody whom they show it to."""

    FULL = "full"
    SHAREABLE = "shareable"


@dataclass(frozen=True)
class Place:
    """One place of a template: what comes there. One that is ``alone`` has a line to itself and may take several."""

    help: str
    alone: bool = False
    required: bool = False


PLACES: Mapping[str, Place] = {
    "reference": Place(gettext_noop("the reference of the case")),
    "title": Place(gettext_noop("the title of the case; its label in the shareable version")),
    "authors": Place(gettext_noop("the names of the authors; “the authors” in the shareable version")),
    "committee": Place(gettext_noop("the name of the committee")),
    "day": Place(gettext_noop("the day of the last signature")),
    "revision": Place(gettext_noop("the number of the revision that was decided")),
    "valid_until": Place(gettext_noop("the last day on which the decision holds")),
    "released": Place(gettext_noop("what may be released of each part, where, and until when"), True, True),
    "conditions": Place(
        gettext_noop("the conditions with their dates; only how many there are in the shareable version"), True, True
    ),
    "reasons": Place(
        gettext_noop(
            "the rationale and what was written to the authors; in the shareable version general sentences and what "
            "the coordinator wrote for sharing"
        ),
        True,
        True,
    ),
    "change": Place(gettext_noop("what would change the answer"), True, True),
    "appeal": Place(gettext_noop("how to appeal, on which grounds, and until when"), True, True),
    "contact": Place(gettext_noop("how to reach the committee"), True, True),
    "signatures": Place(gettext_noop("in which roles it was signed, and when; never a name"), True),
}


@dataclass(frozen=True)
class Span:
    """Some words in one weight."""

    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or item of a list."""

    kind: Kind
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Values:
    """What comes into the places: words inside a line, and blocks for the places that stand alone."""

    words: Mapping[str, str]
    blocks: Mapping[str, Sequence[Block]]


DEFAULT = """\
To {authors}, about “{title}” ({reference}, revision {revision}).

The {committee} decided on this on {day}.

# What may be released
{released}

# Conditions
{conditions}

# Reasons
{reasons}

# What would change this answer
{change}

# How to appeal
{appeal}

# Questions
{contact}

# Signed
{signatures}
"""
LONGEST = 20_000
_PLACE = re.compile(r"\{([^{}\n]*)\}")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"#{1,3}\s+(?P<text>.*\S)\s*\Z")
_ITEM = re.compile(r"[-*]\s+(?P<text>.*\S)\s*\Z")


def faults(text: str) -> tuple[str, ...]:
    """Everything that keeps a text from being a template, in sentences; none for a sound one."""
    if not text.strip():
        return (gettext("Write what the letter says."),)
    found = [_unknown(name) for name in dict.fromkeys(_PLACE.findall(text)) if name not in PLACES]
    if re.search(r"[{}]", _PLACE.sub("", text)):
        found.append(gettext("A curly bracket is opened or closed without the other one."))
    lines = text.splitlines()
    for name, place in PLACES.items():
        stands = [line for line in lines if f"{{{name}}}" in line]
        shown = {"place": f"{{{name}}}"}
        if place.alone and any(line.strip() != shown["place"] for line in stands):
            found.append(gettext("%(place)s needs a line of its own.") % shown)
        if place.required and not stands:
            found.append(gettext("A letter always says this: put %(place)s somewhere.") % shown)
    if len(text) > LONGEST:
        found.append(gettext("A template has at most %(n)d characters.") % {"n": LONGEST})
    return tuple(found)


def _unknown(name: str) -> str:
    known = ", ".join(f"{{{key}}}" for key in PLACES)
    return gettext("There is no {%(name)s}. These are known: %(known)s.") % {"name": name.strip(), "known": known}


def fill(text: str, values: Values) -> Iterator[Block]:
    """The blocks of a sound template with everything in its place."""
    paragraph: list[str] = []
    for line in (*text.splitlines(), ""):
        stripped = line.strip()
        name = stripped[1:-1]
        alone = stripped == f"{{{name}}}" and name in PLACES and PLACES[name].alone
        heading, item = _HEADING.match(stripped), _ITEM.match(stripped)
        if stripped and not (alone or heading or item):
            paragraph.append(stripped)
            continue
        if paragraph:
            yield Block("paragraph", tuple(_spans("\n".join(paragraph), values.words)))
            paragraph = []
        if alone:
            yield from values.blocks[name]
        elif heading is not None:
            yield Block("heading", tuple(_spans(heading["text"], values.words)))
        elif item is not None:
            yield Block("item", tuple(_spans(item["text"], values.words)))


def _spans(text: str, words: Mapping[str, str]) -> Iterator[Span]:
    """A line cut at its bold words; whatever comes into a place stays as it is."""
    for number, piece in enumerate(_BOLD.split(text)):
        if piece:
            yield Span(_PLACE.sub(lambda found: words[found[1]], piece), is_bold=bool(number % 2))


def prose(text: str) -> Iterator[Block]:
    """What a person wrote, as the paragraphs, lists and bold words of a letter; it has no places."""
    for block in fill(text.replace("{", "\ue000").replace("}", "\ue001"), Values({}, {})):
        kind: Kind = "paragraph" if block.kind == "heading" else block.kind
        spans = (Span(span.text.replace("\ue000", "{").replace("\ue001", "}"), span.is_bold) for span in block.spans)
        yield Block(kind, tuple(spans))


def plain(kind: Kind, text: str) -> Block:
    """A block of words in one weight."""
    return Block(kind, (Span(text),))


_TAGS: Mapping[Kind, tuple[str, str]] = {
    "first": ('<p class="rb-letter-first" dir="auto"><strong>', "</strong></p>"),
    "mark": ('<p class="rb-meta" dir="auto">', "</p>"),
    "heading": ('<h2 dir="auto">', "</h2>"),
    "paragraph": ('<p dir="auto">', "</p>"),
    "item": ('<li dir="auto">', "</li>"),
}


def as_html(blocks: Sequence[Block]) -> str:
    """The letter as the inside of a page: a closed set of tags, and everything else escaped."""
    lines: list[str] = []
    in_list = False
    for block in blocks:
        if in_list != (block.kind == "item"):
            lines.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        opening, closing = _TAGS[block.kind]
        lines.append(opening + "".join(_escaped(span) for span in block.spans) + closing)
    if in_list:
        lines.append("</ul>")
    return "\n".join(lines) + "\n"


def _escaped(span: Span) -> str:
    text = html.escape(span.text).replace("\n", "<br>")
    return f"<strong>{text}</strong>" if span.is_bold else text
