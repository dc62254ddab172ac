"""Sentences that people read, for rules, which know no framework: marked here, and said in the reader's language.

``makemessages`` finds a sentence by the name of the function around it. A constant is marked and looked up where it is
shown. What a rule puts together itself, such as the differences between two packs, it looks up here, through the
translator that the program hands in when it starts; until then everything is English. No rule compares, stores or
digests what is said.
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


def gettext_noop(sentence: str) -> str:
    """The sentence as it is. It is a literal, since one that was put together has no translation."""
    return sentence
