"""A letter as PDF: the same blocks give the same bytes, in any process and on any machine.

The fonts are those in ``reviews/fonts``, whatever the machine has. What none of them can draw is printed as its code
point, so that no part of a name is lost; the page of the letter in the browser is the accessible copy.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from reviews.rules.letter import Block, Kind, Span
from reviews.rules.scripts import drawn

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "Letter", "Letter-Bold"
MARGIN = 25 * mm


@cache
def _paths() -> dict[str, Path]:
    """The fonts by name, the one for most scripts first. Only that one is there in bold as well."""
    east = FOLDER / "droid/DroidSansFallback.ttf"
    found = {REGULAR: FOLDER / "dejavu/DejaVuSans.ttf", BOLD: FOLDER / "dejavu/DejaVuSans-Bold.ttf", "East": east}
    return found | {path.stem: path for path in sorted((FOLDER / "noto").glob("*.ttf"))}


@cache
def _fonts() -> tuple[TTFont, ...]:
    """Every font; registered once a process."""
    found = tuple(TTFont(name, str(path)) for name, path in _paths().items())
    for font in found:
        pdfmetrics.registerFont(font)
    return found


def _drawable(char: str, wanted: str) -> str:
    return char if _font_of(char, wanted) else f"[U+{ord(char):04X}]"


@cache
def _font_of(char: str, wanted: str) -> str:
    """The font that draws a character: the wanted one, or one of another script; nothing where none does."""
    for font in _fonts():
        name = str(font.fontName)
        if name in {wanted} | (_paths().keys() - {REGULAR, BOLD}) and ord(char) in font.face.charToGlyph:
            return name
    return ""


def _pieces(text: str, *, is_bold: bool) -> Iterator[tuple[str, str]]:
    """The text as it is drawn, cut into pieces of one font. Spaces stay with the piece before them."""
    last = wanted = BOLD if is_bold else REGULAR
    named = []
    for char in "".join(char if char in "\n " else _drawable(char, wanted) for char in drawn(text)):
        last = last if char in "\n " else _font_of(char, wanted)
        named.append((last, char))
    for name, chars in groupby(named, key=lambda one: one[0]):
        yield name, "".join(char for _name, char in chars)


def _markup(spans: Sequence[Span], *, is_bold: bool) -> str:
    return "".join(
        f'<font name="{name}">{escape(text).replace(chr(10), "<br/>")}</font>'
        for span in spans
        for name, text in _pieces(span.text, is_bold=is_bold or span.is_bold)
    )


def _style(kind: Kind) -> ParagraphStyle:
    size = {"first": 14, "mark": 8.5, "heading": 11.5}.get(kind, 10)
    return ParagraphStyle(
        kind,
        fontName=REGULAR,
        fontSize=size,
        leading=size * 1.45,
        alignment=TA_LEFT,
        spaceBefore=10 if kind == "heading" else 0,
        spaceAfter={"first": 8, "item": 2, "heading": 3}.get(kind, 6),
        leftIndent=12 if kind == "item" else 0,
        bulletIndent=2,
        bulletFontName=REGULAR,
        keepWithNext=kind == "heading",
        splitLongWords=True,
    )


def render(blocks: Sequence[Block], *, title: str, author: str, language: str) -> bytes:
    """The bytes of a letter. Its properties hold a title and who wrote it, and no moment."""
    _fonts()
    story = [
        Paragraph(
            _markup(block.spans, is_bold=block.kind in ("first", "heading")),
            _style(block.kind),
            bulletText="•" if block.kind == "item" else None,
        )
        for block in blocks
    ]
    target = io.BytesIO()

    def number(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(A4[0] - MARGIN, 12 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    document = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=22 * mm, bottomMargin=22 * mm,
        title=title, author=author, subject="", creator="Reviewboard", lang=language, invariant=1,
    )  # fmt: skip
    document.build(story, onFirstPage=number, onLaterPages=number)
    return target.getvalue()
