"""The PDF of a letter: names in any script, the same bytes in every process, and fonts that are the ones we checked."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import unicodedata

import pytest
from pypdf import PdfReader

from reviews.queries import letter_pdf
from reviews.rules.letter import Block, Span, plain
from tests.architecture.sources import ROOT

NAMES = {
    "latin": "Zoë Ærøskøbing Łukasz Nguyễn",
    "greek": "Αλέξανδρος Παπαδόπουλος",
    "cyrillic": "Владимир Іваненко",
    "chinese": "欧阳娜娜",
    "japanese": "山田 たろう カナ",
    "korean": "김철수",
    "arabic": "محمد عبد الله",
    "hebrew": "דוד לוי",
    "devanagari": "राम प्रसाद",
    "tamil": "கண்ணன்",
    "thai": "สมชาย ใจดี",
    "ethiopic": "አበበ በቀለ",
    "armenian": "Նարեկ",
    "georgian": "ნინო",
}
FONTS = ROOT / "reviews/fonts"


def text_of(pdf: bytes) -> str:
    """What a program reads from it, with Arabic letters in their plain form."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return unicodedata.normalize("NFKC", "\n".join(pages))


def made(*blocks: Block) -> bytes:
    return letter_pdf.render(blocks, title="A letter", author="A board", language="en")


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("kind", ["first", "paragraph", "item"])
def test_name_of_each_script_is_in_the_text(script: str, kind: str) -> None:
    name = NAMES[script]
    pdf = made(plain("first", name) if kind == "first" else plain("item" if kind == "item" else "paragraph", name))
    assert unicodedata.normalize("NFKC", name) in text_of(pdf)


def test_what_no_font_draws_is_there_as_its_code_point() -> None:
    found = text_of(made(plain("paragraph", "Ꮳ and 𓀀")))
    assert "[U+13E3] and [U+13000]" in found


def test_marks_of_the_markup_are_words_like_others() -> None:
    assert "a <b>&amp;</b> <br/> & c" in text_of(made(plain("paragraph", "a <b>&amp;</b> <br/> & c")))


def test_lines_bold_words_and_long_texts_keep_everything() -> None:
    words = [f"word{number}" for number in range(3000)]
    pdf = made(Block("paragraph", (Span("one\ntwo "), Span("three", True))), plain("paragraph", " ".join(words)))
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 2
    found = text_of(pdf)
    assert "one\ntwo three" in found
    assert [word for word in words if word not in found] == []


def test_long_word_stays_on_the_page() -> None:
    found = text_of(made(plain("paragraph", "x" * 400))).replace("\n", "")
    assert "x" * 400 in found


def test_properties_name_the_title_and_the_author_and_no_moment() -> None:
    info = PdfReader(io.BytesIO(made(plain("paragraph", "x")))).metadata
    assert info is not None
    assert {key: value for key, value in info.items() if key not in ("/Producer", "/Trapped")} == {
        "/Title": "A letter", "/Author": "A board", "/Creator": "Reviewboard", "/Subject": "", "/Keywords": "",
        "/CreationDate": "D:20000101000000+00'00'", "/ModDate": "D:20000101000000+00'00'",
    }  # fmt: skip


PROGRAM = """
import hashlib
from reviews.queries import letter_pdf
from reviews.rules.letter import plain
blocks = [plain("first", "Decision"), *(plain("paragraph", name) for name in {names!r})]
print(hashlib.sha256(letter_pdf.render(blocks, title="A letter", author="A board", language="en")).hexdigest())
"""


def test_same_letter_is_the_same_bytes_in_every_process() -> None:
    names = list(NAMES.values())
    blocks = [plain("first", "Decision"), *(plain("paragraph", name) for name in names)]
    mine = letter_pdf.render(blocks, title="A letter", author="A board", language="en")
    assert mine == letter_pdf.render(blocks, title="A letter", author="A board", language="en")
    found = {hashlib.sha256(mine).hexdigest()}
    for seed in ("1", "2"):
        program = [sys.executable, "-c", PROGRAM.format(names=names)]
        answer = subprocess.run(
            program, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        found.add(answer.stdout.strip())
    assert len(found) == 1


def test_fonts_are_the_ones_that_were_checked_each_with_its_licence() -> None:
    lines = (FONTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {
        path.relative_to(FONTS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FONTS.rglob("*")
        if path.is_file() and path.name not in ("SHA256SUMS", "README.md")
    }
    assert found == listed
    assert [folder.name for folder in FONTS.iterdir() if folder.is_dir() and not (folder / "LICENSE").exists()] == []
    assert sum(path.stat().st_size for path in FONTS.rglob("*.ttf")) < 8_000_000
