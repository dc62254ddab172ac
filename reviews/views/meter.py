"""The picture of a ballot: one bar a voting member, with the marks that the motion has to reach.

Places are computed here because the content policy lets no style attribute set a width.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.rules.quorum import Tally

WIDTH = 576.0


@dataclass(frozen=True)
class Bar:
    """One voting member's bar."""

    x: str
    width: str
    css: str


@dataclass(frozen=True)
class Mark:
    """A line to reach, with its words above or below."""

    x: str
    text_x: str
    anchor: str
    text: str
    is_above: bool


@dataclass(frozen=True)
class Meter:
    """What the template prints, and the same in words."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    words: str


def draw(count: Tally) -> Meter:
    """The ballot as it stands."""
    left = count.eligible - count.present
    kinds = ["for"] * count.votes_for + ["against"] * count.votes_against + ["abs"] * count.abstained + ["none"] * left
    step = WIDTH / max(len(kinds), 1)
    bars = tuple(Bar(f"{n * step + 1:g}", f"{max(step - 3, 1):g}", kind) for n, kind in enumerate(kinds))
    words = _(
        "%(votes_for)d for, %(against)d against, %(abstained)d abstained, %(left)d not yet voted, of %(all)d voting "
        "members. Quorum %(quorum)d. The motion carries with %(needed)d for."
    ) % {
        "votes_for": count.votes_for,
        "against": count.votes_against,
        "abstained": count.abstained,
        "left": left,
        "all": count.eligible,
        "quorum": count.quorum_needed,
        "needed": count.for_needed,
    }
    marks = (
        _mark(count.quorum_needed, step, _("Quorum: %(n)d votes") % {"n": count.quorum_needed}, is_above=False),
        _mark(count.for_needed, step, _("Carried: %(n)d for") % {"n": count.for_needed}, is_above=True),
    )
    return Meter(bars, marks, words)


def _mark(place: int, step: float, text: str, *, is_above: bool) -> Mark:
    x = min(place * step, WIDTH) - 1
    anchor = "end" if x > WIDTH * 0.85 else "start" if x < WIDTH * 0.15 else "middle"
    return Mark(f"{x:g}", f"{x:g}", anchor, text, is_above)
