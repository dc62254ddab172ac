"""What a page is made of, so that walks over every page let axe look at each thing once instead of a thousand times.

Nothing here says whether a page is right; it says whether it shows anything that has not been looked at, and what can
be seen without a browser: its title, its headings, its links, and identifiers that are there twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Values of these are told to assistive technology, or change what an element is; of all others the name is enough.
HEARD = ("type", "role", "scope", "lang", "aria-current", "aria-hidden", "aria-expanded", "aria-live", "disabled")
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "path", "rect", "circle", "line", "use", "polyline",
})  # fmt: skip
FIELDS = frozenset({"input", "select", "textarea"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class _Element:
    """An element that is open: its way down from the root, what is known of it, and whether text came inside."""

    tag: str
    way: str
    known: str
    has_text: bool = False


class Shape(HTMLParser):
    """A page as elements, each with its way down from the root (tags and classes, which decide how it looks), its
    attributes, and whether it has text and a label.

    ``things`` are these, with the order of the headings; ``doubled`` the identifiers of more than one element.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.things: set[str] = set()
        self.links: list[str] = []
        self.title = ""
        self.headings: list[str] = []
        self._open: list[_Element] = []
        self._ids: Counter[str] = Counter()
        self._fields: list[tuple[str, str]] = []
        self._labelled: set[str] = set()
        self.feed(html)
        self.close()
        for way, name in self._fields:
            self.things.add(f"{way} {'labelled' if name in self._labelled else 'unlabelled'}")

    @property
    def doubled(self) -> list[str]:
        """Labels and links would find only the first of these."""
        return [name for name, count in self._ids.items() if count > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        facts = {name: value or "" for name, value in attrs}
        name = ".".join([tag, *sorted(facts.get("class", "").split())])
        above = self._open[-1].way if self._open else ""
        way = above if above.endswith(f">{name}") else f"{above}>{name}"
        known = " ".join(f"{one}={facts[one]}" if one in HEARD else one for one in sorted(facts))
        self._note(tag, way, facts)
        if tag in VOID:
            self.things.add(f"{way} [{known}]")
        else:
            self._open.append(_Element(tag, way, known))

    def handle_endtag(self, tag: str) -> None:
        """Close it, and whatever was left open inside."""
        if not any(one.tag == tag for one in self._open):
            return
        while True:
            closed = self._open.pop()
            self.things.add(f"{closed.way} [{closed.known}] {'text' if closed.has_text else 'bare'}")
            if closed.has_text and self._open:
                self._open[-1].has_text = True
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it."""
        if data.strip() and self._open:
            self._open[-1].has_text = True
            if self._open[-1].tag == "title" and "head" in self._open[-1].way:
                self.title += data

    def _note(self, tag: str, way: str, facts: dict[str, str]) -> None:
        if "id" in facts:
            self._ids[facts["id"]] += 1
        if tag == "a" and "href" in facts:
            self.links.append(facts["href"])
        if tag == "label" and "for" in facts:
            self._labelled.add(facts["for"])
        if tag in FIELDS:
            self._fields.append((way, facts.get("id", "")))
        if tag in HEADINGS:
            before = self.headings[-1] if self.headings else "nothing"
            self.things.add(f"{tag} after {before}")
            self.headings.append(tag)


@dataclass
class Seen:
    """What pages have shown so far, and how many were opened for it."""

    things: set[str] = field(default_factory=set)
    opened: int = 0

    def adds(self, shape: Shape) -> bool:
        """Whether the page shows anything that none before it has; from then on it is seen."""
        is_new = not shape.things <= self.things
        self.things |= shape.things
        return is_new
