"""Where the areas of an assessment stand: severity against likelihood, on the tiers of the base score.

Places are computed here because the content policy lets no style attribute set them. Nothing here is scored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.rules import tiers
from reviews.rules.pack import Pack
from reviews.views.formats import exact

LEFT, TOP, WIDTH, HEIGHT = 44, 10, 82, 58
MOST = 4
DARKEST = 4
NEIGHBOURS = 22


@dataclass(frozen=True)
class Spot:
    """One area: its severity and its likelihood."""

    label: str
    severity: int
    likelihood: float


@dataclass(frozen=True)
class Cell:
    """A square of the ground in the colour of its tier; tiers above the fourth share its colour."""

    x: int
    y: int
    tier: int


@dataclass(frozen=True)
class Mark:
    """The numbered point of an area."""

    x: str
    y: int
    text_y: int
    number: int


@dataclass(frozen=True)
class Heat:
    """What the template prints, and the same in words."""

    cells: tuple[Cell, ...]
    rows: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]
    words: str


def draw(pack: Pack, spots: Sequence[Spot]) -> Heat:
    """The chart; areas on the same spot stand side by side. The ground is the tier in the middle of each square."""
    cells = tuple(
        Cell(LEFT + WIDTH * column, _top(row), min(tiers.tier_of(pack, row * (column + 0.5) / 16 * 100), DARKEST))
        for row in range(1, MOST + 1)
        for column in range(MOST)
    )
    together: dict[tuple[int, float], list[int]] = defaultdict(list)
    for index, spot in enumerate(spots, start=1):
        together[spot.severity, round(spot.likelihood, 1)].append(index)
    marks = []
    for (severity, _nearly), numbers in together.items():
        likelihood = sum(spots[index - 1].likelihood for index in numbers) / len(numbers)
        middle = LEFT + WIDTH * min(likelihood, MOST) - NEIGHBOURS * (len(numbers) - 1) / 2
        y = _top(severity) + HEIGHT // 2
        for place, index in enumerate(numbers):
            x = min(max(middle + NEIGHBOURS * place, LEFT), LEFT + WIDTH * MOST)
            marks.append(Mark(f"{x:g}", y, y + 4, index))
    said = (
        _("%(number)d %(area)s: severity %(severity)d, likelihood %(likelihood)s")
        % {"number": index, "area": spot.label, "severity": spot.severity, "likelihood": exact(spot.likelihood)}
        for index, spot in enumerate(spots, start=1)
    )
    return Heat(
        cells=cells,
        rows=tuple((row, _top(row) + HEIGHT // 2 + 4) for row in range(1, MOST + 1)),
        columns=tuple((column, LEFT + WIDTH * column) for column in range(MOST + 1)),
        marks=tuple(sorted(marks, key=lambda mark: mark.number)),
        words="; ".join(said),
    )


def _top(severity: int) -> int:
    return TOP + HEIGHT * (MOST - severity)
