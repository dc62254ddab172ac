"""Words of any script in the order and the forms in which a page without a shaping engine has to draw them.

A PDF draws glyphs from left to right. Runs written from right to left are turned round, and Arabic letters take the
form that their neighbours ask for. Programs that read a PDF's text turn such runs back.
"""

from __future__ import annotations

import unicodedata
from functools import cache

RIGHT_TO_LEFT = frozenset({"R", "AL"})
# What may stand inside a run that is written from right to left without ending it.
NEUTRAL = frozenset({"NSM", "WS", "ES", "CS", "ON", "BN"})
ISOLATED, FINAL, INITIAL, MEDIAL = "isolated", "final", "initial", "medial"
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def drawn(text: str) -> str:
    """The text as it is drawn from left to right; nothing is lost, and text without such a script stays as it is."""
    if all(unicodedata.bidirectional(char) not in RIGHT_TO_LEFT for char in text):
        return text
    return "".join(_turned(run) if is_turned else run for run, is_turned in _runs(text))


def _runs(text: str) -> list[tuple[str, bool]]:
    """The text cut into stretches, each with whether it is written from right to left."""
    found: list[tuple[str, bool]] = []
    start = 0
    while start < len(text):
        is_turned = unicodedata.bidirectional(text[start]) in RIGHT_TO_LEFT
        end = last = start + 1
        while end < len(text):
            kind = unicodedata.bidirectional(text[end])
            if (kind in RIGHT_TO_LEFT) is not is_turned and not (is_turned and kind in NEUTRAL and text[end] != "\n"):
                break
            end += 1
            if not is_turned or kind in RIGHT_TO_LEFT or kind == "NSM":
                last = end
        found.append((text[start:last], is_turned))
        start = last
    return found


def _turned(run: str) -> str:
    """One run in drawing order. Marks stay behind the letter that they belong to."""
    clusters: list[str] = []
    for char in _joined(run):
        if clusters and unicodedata.combining(char):
            clusters[-1] += char
        else:
            clusters.append(char.translate(_MIRRORED))
    return "".join(reversed(clusters))


@cache
def _forms() -> dict[str, dict[str, str]]:
    """The presentation forms of each Arabic letter, as Unicode itself lists them."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBD4), *range(0xFE80, 0xFEF5)):
        tag, _space, base = unicodedata.decomposition(chr(code)).partition(" ")
        form = tag.strip("<>")
        if form in (ISOLATED, FINAL, INITIAL, MEDIAL) and " " not in base:
            found.setdefault(chr(int(base, 16)), {}).setdefault(form, chr(code))
    return found


def _joined(run: str) -> str:
    """The letters of a run in the forms in which they join. A letter without an initial form ends a stroke."""
    letters = [place for place, char in enumerate(run) if not unicodedata.combining(char)]
    shaped = list(run)
    for number, place in enumerate(letters):
        forms = _forms().get(run[place])
        if forms is None:
            continue
        before = run[letters[number - 1]] if number else ""
        after = run[letters[number + 1]] if number + 1 < len(letters) else ""
        from_before = INITIAL in _forms().get(before, {}) and FINAL in forms
        to_after = FINAL in _forms().get(after, {}) and INITIAL in forms
        form = MEDIAL if from_before and to_after else FINAL if from_before else INITIAL if to_after else ISOLATED
        shaped[place] = forms.get(form, run[place])
    return "".join(shaped)
