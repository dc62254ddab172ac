"""The language in which the rules speak: English, until the program hands in its translator.

The rules know no framework, but some of them word what they found. They mark and look up their sentences here, under
the names that collect them for translators. What is said is only read: no rule compares, stores or digests it.
"""

from __future__ import annotations

from collections.abc import Callable

One = Callable[[str], str]
Several = Callable[[str, str, int], str]


def _either(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


_translators: tuple[One, Several] = (str, _either)


def use(one: One, several: Several) -> None:
    """Speak through these from now on: a text, and a text in one and in many with a number."""
    global _translators  # noqa: PLW0603 - one program, one translator; the language itself is chosen inside it
    _translators = (one, several)


def gettext(text: str) -> str:
    """A text in the reader's language; nothing stays nothing."""
    return _translators[0](text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The form of a text that fits a number, in the reader's language."""
    return _translators[1](one, many, n)


def gettext_noop(text: str) -> str:
    """Marks a text that is looked up later."""
    return text
