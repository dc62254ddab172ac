"""Reads a model card (a README with YAML at its top, as on the Hugging Face hub): what it holds and what it lacks.

Any text gives a card; what cannot be read is said in one sentence. Nothing here knows a policy: which questions a card
answers is ``model_card_answers``'s. The sections are those of Mitchell et al. (2019) and of the hub's own template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.rules import yaml_reader
from reviews.rules.sentences import gettext_noop

MAX_BYTES = 512 * 1024
SHORTEST_SUMMARY = 40
FENCE = "---"
NO_FIELDS = gettext_noop("The YAML at the top is no list of fields with values.")
NO_END = gettext_noop("The YAML at the top has no end: a line of three hyphens.")
_WORDS = re.compile(r"[^a-z0-9]+")
_PLACEHOLDER = re.compile(r"\b(more information (is )?needed|todo|tbd|n/a)\b", re.IGNORECASE)
_LABELLED = re.compile(r"[-*+]?\s*\*\*([^*]{1,80}?):?\*\*:?(.*)")
_NOT_PROSE = ("|", "<", "!", "[!", "- ", "* ", "+ ", ">", "{", "---", "***", "===", "```", "~~~", "**note", "1.")


@dataclass(frozen=True)
class Chapter:
    """A heading in plain words and what stands below it, up to the next heading."""

    heading: str
    level: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Something that a whole card tells; ``phrases`` are how headings begin that speak of it."""

    key: str
    phrases: tuple[str, ...]


SECTIONS = (
    Section("description", ("model description", "model detail", "model summary", "description", "overview")),
    Section("intended_use", ("intended use", "direct use", "downstream use", "use case", "uses", "primary intended")),
    Section("out_of_scope", ("out of scope", "misuse", "prohibited use", "excluded use", "use restriction")),
    Section("risks", ("bias", "risk", "limitation", "ethical", "caveat", "safety")),
    Section("training_data", ("training data", "training set", "training corpus", "pretraining data", "data source")),
    Section(
        "training",
        ("training procedure", "training detail", "training hyperparameter", "technical specification", "compute",
         "environmental impact", "hardware"),
    ),
    Section("evaluation", ("evaluation", "result", "benchmark", "performance", "metric", "quantitative analys")),
)  # fmt: skip
_SPEAKS_OF = {one.key: re.compile(f" (?:{'|'.join(map(re.escape, one.phrases))})") for one in SECTIONS}
# What the top of a card is expected to say.
FIELDS = ("license", "language", "datasets", "base_model", "pipeline_tag", "model-index", "co2_eq_emissions")


@dataclass(frozen=True)
class Card:
    """What was read. ``fault`` says why the YAML at the top could not be; then ``fields`` is empty."""

    fields: Mapping[str, Any]
    chapters: tuple[Chapter, ...]
    fault: str = ""


@dataclass(frozen=True)
class Lack:
    """A section that is not there, or (``is_empty``) a heading with nothing below it."""

    section: str
    is_empty: bool


def read(text: str) -> Card:
    """The card in ``text``, whatever that is."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    top, body, fault = _apart(text)
    fields: dict[str, Any] = {}
    if top.strip():
        try:
            value = yaml_reader.read(top).value
        except yaml_reader.Unreadable as unreadable:
            fault = unreadable.message
        else:
            fields = {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}
            fault = "" if isinstance(value, dict) else NO_FIELDS
    return Card(fields, tuple(_chapters(_without_comments(body))), fault)


def lacks(card: Card) -> tuple[Lack, ...]:
    """The sections that the card does not have, or has as a bare heading, in the order of ``SECTIONS``."""
    spoken_of = [_sections_of(chapter) for chapter in card.chapters]
    found = []
    for section in SECTIONS:
        places = [number for number, keys in enumerate(spoken_of) if section.key in keys]
        if any(_is_filled(card.chapters, spoken_of, number, section.key) for number in places):
            continue
        if section.key == "description" and summary(card):
            continue
        found.append(Lack(section.key, is_empty=bool(places)))
    return tuple(found)


def absent(card: Card) -> tuple[str, ...]:
    """The fields at the top that are expected and say nothing."""
    return tuple(name for name in FIELDS if not words(card.fields.get(name)) and not _is_filled_map(card, name))


def summary(card: Card) -> str:
    """The first paragraph in prose, on one line; empty where there is none."""
    for chapter in card.chapters:
        for paragraph in _paragraphs(chapter.lines):
            if len(paragraph) >= SHORTEST_SUMMARY and not _PLACEHOLDER.search(paragraph):
                return paragraph
    return ""


def words(value: Any) -> tuple[str, ...]:
    """What a field says, as words: one for a plain value, several for a list; a mapping says none."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, bool):
            found.append("yes" if one else "no")
        elif isinstance(one, str | int | float):
            found.append(str(one).strip())
    return tuple(dict.fromkeys(word for word in found if word))


def labelled(card: Card) -> Iterator[tuple[str, Any]]:
    """Everything that the card says by name: fields at the top, ``**Label:** value``, rows of tables with two cells."""
    for name, value in card.fields.items():
        yield plain(name), value
    for chapter in card.chapters:
        for line in chapter.lines:
            if match := _LABELLED.fullmatch(line.strip()[:400]):
                yield plain(match[1]), match[2].strip()
            elif line.lstrip().startswith("|"):
                cells = [cell.strip(" *") for cell in line.strip().strip("|").split("|")]
                if len(cells) == 2:
                    yield plain(cells[0]), cells[1]


def plain(text: str) -> str:
    """Words alone: small letters and digits, one blank between; ``[optional]`` is the template's own remark."""
    return " ".join(_WORDS.sub(" ", text.lower().replace("[optional]", "")).split())


def _apart(text: str) -> tuple[str, str, str]:
    """The YAML at the top, what follows it, and what is wrong with the border between them."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return "", text, ""
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in (FENCE, "..."):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), ""
    return "", text, NO_END


def _without_comments(text: str) -> str:
    """Without ``<!-- … -->``; one that never ends takes the rest along, as in a browser."""
    kept, start = [], 0
    while (opened := text.find("<!--", start)) >= 0:
        kept.append(text[start:opened])
        closed = text.find("-->", opened + 4)
        if closed < 0:
            return "".join(kept)
        start = closed + 3
    return "".join([*kept, text[start:]])


def _chapters(body: str) -> Iterator[Chapter]:
    heading, level, lines, fenced = "", 0, list[str](), False
    for line in body.split("\n"):
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fenced = not fenced
        depth = 0 if fenced else _depth(bare)
        underlined = 0 if fenced or not lines or not lines[-1].strip() else _underline(bare)
        if not (depth or underlined):
            lines.append(line)
            continue
        title = lines.pop() if underlined else bare[depth:]
        yield Chapter(heading, level, tuple(lines))
        heading, level, lines = plain(title), depth or underlined, []
    yield Chapter(heading, level, tuple(lines))


def _depth(bare: str) -> int:
    """How deep a heading with ``#`` is; 0 for another line."""
    depth = len(bare) - len(bare.lstrip("#"))
    return depth if 1 <= depth <= 6 and bare[depth : depth + 1] in ("", " ", "\t") else 0


def _underline(bare: str) -> int:
    """Whether a line makes the one before it a heading of the first (``===``) or second (``---``) depth."""
    if len(bare) < 3 or len(set(bare)) != 1:
        return 0
    return {"=": 1, "-": 2}.get(bare[0], 0)


def _sections_of(chapter: Chapter) -> frozenset[str]:
    """The keys of the sections of which a heading speaks."""
    return frozenset(key for key, phrase in _SPEAKS_OF.items() if phrase.search(f" {chapter.heading}"))


def _is_filled(chapters: Sequence[Chapter], spoken_of: Sequence[frozenset[str]], number: int, section: str) -> bool:
    """Whether anything stands below a heading, or below a deeper one of it that is no section of its own."""
    own = chapters[number]
    if any(map(_says, own.lines)):
        return True
    for following in range(number + 1, len(chapters)):
        if chapters[following].level <= own.level:
            return False
        is_elsewhere = spoken_of[following] and section not in spoken_of[following]
        if not is_elsewhere and any(map(_says, chapters[following].lines)):
            return True
    return False


def _says(line: str) -> bool:
    """Whether a line says anything beside the name of what it should say, and the template's own placeholder."""
    match = _LABELLED.fullmatch(line.strip()[:400])
    rest = _PLACEHOLDER.sub("", match[2] if match else line)
    return any(char.isalnum() for char in rest)


def _is_filled_map(card: Card, name: str) -> bool:
    value = card.fields.get(name)
    return isinstance(value, dict | list) and bool(value)


def _paragraphs(lines: tuple[str, ...]) -> Iterator[str]:
    """Prose of a chapter: no lists, tables, code, pictures or HTML."""
    kept, fenced = list[str](), False
    for line in (*lines, ""):
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fenced, kept = not fenced, []
        elif fenced:
            continue
        elif bare:
            kept.append(bare)
        elif kept:
            if not kept[0].lower().startswith(_NOT_PROSE):
                yield " ".join(kept)
            kept = []
