"""The text of a pack, changed at random: refused with the place of each fault, or usable in every way; no crash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import policy
from reviews.rules.policy_diff import diff
from reviews.rules.policy_text import text_of
from reviews.rules.scoring import assess
from tests.rules.packs import PACK, PACK_TEXT

LINES = PACK_TEXT.splitlines(keepends=True)
places = st.integers(0, len(LINES) - 1)
WORDS = ("&a", "*a", "!x ", "yes", "1e400", ".inf", ".nan", "null", "---\n", "...\n")
SCRAPS = st.sampled_from("\t :-{}[]'\"#|>?~09$é🜁\r\x00\x85\u2028\ufeff\ud800") | st.sampled_from(WORDS)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """The shipped pack after one to three small accidents."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        at, other = draw(places), draw(places)
        match draw(st.sampled_from(["drop", "double", "swap", "copy", "scrap", "cut", "indent", "end"])):
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] *= 2
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "copy":
                lines[at] = lines[other]
            case "scrap":
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(SCRAPS) + lines[at][column:]
            case "cut":
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column]
            case "indent":
                lines[at] = " " * draw(st.integers(1, 3)) + lines[at]
            case "end":
                lines[at:] = [""] * (len(LINES) - at)
    return "".join(lines)


@given(mutations())
def test_changed_text_is_refused_with_its_place_or_works(text: str) -> None:
    faults = policy.check(text)
    for fault in faults:
        assert 1 <= fault.line <= text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + 1
        assert fault.key.isprintable()
        assert fault.message.isprintable()
        assert fault.message.endswith((".", "?", ".)"))
    if not faults:
        pack = policy.parse(text)
        assert 0 <= assess(pack, {}).tier < len(pack.tiers)
        assert text_of(pack).startswith(f"{pack.id} {pack.version}\n")
        assert all(change.sentence for change in diff(PACK, pack))
