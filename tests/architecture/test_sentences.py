"""Every sentence for people goes through gettext, in templates and in code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
ELEMENT = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)
WORDS = re.compile(r"[A-Za-z]{2,}")
# Attributes that a person reads or hears; their value must come from a tag or a variable.
SPOKEN = re.compile(r"\b(?:aria-label|title|alt|placeholder|data-label)=\"([^\"]*)\"")
# Names and measures that are the same in every language.
SAME_EVERYWHERE = {"Reviewboard", "sha256", "SHA", "MiB", "mailto", "UTC"}


def bare_words(text: str) -> list[str]:
    """Words of a template that reach the reader without having passed gettext."""
    text = TRANSLATED.sub(" ", COMMENT.sub(" ", text))
    spoken = [TAG.sub(" ", value) for value in SPOKEN.findall(TAG.sub(" ", text))]
    plain = ELEMENT.sub(" ", TAG.sub(" ", text))
    plain = re.sub(r"&[a-z]+;", " ", plain)
    found = [word for part in (plain, *spoken) for word in WORDS.findall(part)]
    return [word for word in found if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_says_nothing_untranslated(path: Path) -> None:
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_bare_words_are_found() -> None:
    assert bare_words('<p>Hello {% translate "there" %}</p><a title="Open it">{{ x }}</a>') == ["Hello", "Open", "it"]


def test_refusals_speak_through_gettext() -> None:
    """``Denied("…")`` and its like take a translated text, never a bare literal."""
    bare = []
    for folder in LAYERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                    continue
                is_refusal = node.func.id in {"Denied", "NotNow", "RuleBroken", "Stale", "Refused"}
                if is_refusal and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
                    bare.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bare == []


LAYERS = (
    "reviews/access",
    "reviews/actions",
    "reviews/forms",
    "reviews/queries",
    "reviews/rules",
    "reviews/views",
    "accounts",
)
MARKS = {"_", "_l", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "compile"}
SENTENCE = re.compile(r"[A-Z%][^\n]* [^\n]*[.?!]\Z")
# What is said to those who write packs is in English: faults with line and key, meanings of fields, a pack as text.
# Committees read the differences between packs, and conditions as clauses.
OF_PACKS = re.compile(r"policy(?!_diff|_words|_change).*|yaml_reader")


def unmarked(source: str) -> list[int]:
    """Lines of sentences in constants of a module that makemessages would not find."""
    found: list[int] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MARKS:
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value):
            found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            look(child)

    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            look(statement.value)
    return found


def test_constants_that_are_sentences_are_marked_for_translators() -> None:
    bare = []
    for folder in LAYERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            lines = unmarked(path.read_text(encoding="utf-8"))
            bare += [f"{path.relative_to(ROOT)}:{line}" for line in lines]
    assert bare == []


def test_unmarked_constants_are_found() -> None:
    source = 'A = "Not marked at all."\nB = _("Marked."), {"x": "Nor is this one."}\nC = gettext_noop("But this is.")\n'
    assert unmarked(source) == [1, 2]


def unmarked_in_rules(source: str) -> list[int]:
    """Lines of sentences anywhere in a module of the rulebook that makemessages would not find.

    Docstrings are for readers of the code, and so is what a ``ValueError`` says: nobody is shown it.
    """
    found: list[int] = []

    def look(node: ast.AST) -> None:
        called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if called in MARKS | {"ValueError"} or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value):
            found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(ast.parse(source))
    return found


def test_sentences_of_the_rulebook_are_marked_for_translators() -> None:
    bare = []
    for path in sorted((ROOT / "reviews/rules").glob("*.py")):
        if not OF_PACKS.fullmatch(path.stem):
            lines = unmarked_in_rules(path.read_text(encoding="utf-8"))
            bare += [f"{path.relative_to(ROOT)}:{line}" for line in lines]
    assert bare == []


def test_unmarked_sentences_of_rules_are_found() -> None:
    source = (
        '"""Said to readers of the code."""\n'
        "def fault(value):\n"
        '    """Also to them."""\n'
        "    if value:\n"
        '        raise ValueError("Nobody reads this.")\n'
        '    return gettext_noop("Marked.") or "Not marked at all."\n'
        'TEXTS = {"a": "%(n)s more are needed."}\n'
    )
    assert unmarked_in_rules(source) == [6, 7]
