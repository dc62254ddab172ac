"""Whether two names can be one person's: however accents, capitals, order, initials and hyphens were typed.

Pure. It is meant to err on the side of yes, and its answer is good for a question to a human, never for more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

# Letters that do not fall apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŧ": "t"}
)
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_NO_NAMES = frozenset({"dr", "prof", "professor", "phd", "md", "jr", "sr", "mr", "mrs", "ms"})
_HYPHENS = re.compile(r"[-\u00ad\u2010-\u2015\u2212]")
_GLUED = re.compile(r"['’ʼ`´‘]")  # noqa: RUF001
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


def plain(text: str) -> str:
    """Letters without marks, in one case."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", bare.casefold().translate(_LETTERS))


@lru_cache(maxsize=4096)
def spellings(name: str) -> frozenset[Words]:
    """The words of a name, sorted, in each way in which it may be written down elsewhere.

    Titles are no names; of two words with a hyphen either both stand alone or they are one.
    """
    composed = _GLUED.sub("", unicodedata.normalize("NFC", name).casefold())
    found = set()
    for text in (composed, composed.translate(_SPELT_OUT)):
        for hyphen in (" ", ""):
            words = _WORD.findall(plain(_HYPHENS.sub(hyphen, text)))
            kept = [word for word in words if word not in _NO_NAMES]
            found.add(tuple(sorted(kept or words)))
    return frozenset(found)


def same_name(one: str, other: str) -> bool:
    """Whether these can be names of one person. The same in both directions; an empty name is nobody's."""
    if _all_words(one).isdisjoint(_all_words(other)):
        return False  # most pairs of people, so that a large committee is looked through quickly
    return any(_fit(first, second) for first in spellings(one) for second in spellings(other))


@lru_cache(maxsize=4096)
def _all_words(name: str) -> frozenset[str]:
    return frozenset(word for words in spellings(name) for word in words)


def same_words(one: str, other: str) -> bool:
    """Whether two names of a unit or an organisation are the same but for typing; no initials, no order."""
    first, second = _WORD.findall(plain(one)), _WORD.findall(plain(other))
    return bool(first) and first == second


def _fit(one: Words, other: Words) -> bool:
    """Each word of the shorter name has one of its own in the longer: the same, or its initial.

    One whole word is the same in both, so that initials alone are nobody. A name of one word fits itself only.
    """
    shorter, longer = sorted((Counter(one), Counter(other)), key=Counter.total)
    if shorter.total() == 1 or longer.total() == 1:
        return shorter == longer
    common = shorter & longer
    if all(_is_initial(word) for word in common):
        return False
    left, right = shorter - common, longer - common
    return all(_initials_fit(left, right, letter) for letter in {word[0] for word in left})


def _initials_fit(left: Counter[str], right: Counter[str], letter: str) -> bool:
    """Whether the words of one letter on the left find partners on the right, where an initial stands for a word."""
    words = [(word, number) for word, number in left.items() if word[0] == letter]
    others = [(word, number) for word, number in right.items() if word[0] == letter]
    whole, initials = _split(words)
    whole_there, initials_there = _split(others)
    return whole <= initials_there and initials <= whole_there + initials_there - whole


def _split(words: list[tuple[str, int]]) -> tuple[int, int]:
    whole = sum(number for word, number in words if not _is_initial(word))
    return whole, sum(number for _word, number in words) - whole


def _is_initial(word: str) -> bool:
    """One letter of a script that has capitals; in others one sign can be a whole name."""
    return len(word) == 1 and word.upper() != word
