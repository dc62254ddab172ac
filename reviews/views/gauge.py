"""The picture of a score between 0 and 100: one band a tier, and a pin. Places are computed here, as in ``meter``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.rules.pack import Pack
from reviews.rules.tiers import tier_of
from reviews.views.formats import number

WIDTH = 260.0
GAP = 2.25
TOP = 100.0
COLOURS = 5


@dataclass(frozen=True)
class Band:
    """One tier's stretch."""

    css: str
    x: str
    width: str
    start: str
    text_x: str


@dataclass(frozen=True)
class Gauge:
    """What the template prints, and the same in words."""

    bands: tuple[Band, ...]
    pin: str
    tip: str
    words: str


def draw(pack: Pack, residual: float) -> Gauge:
    """The residual score among the tiers of the pack."""
    starts = [band.start for band in pack.scoring.thresholds]
    ends = [*starts[1:], TOP]
    bands = tuple(
        _band(tier, start, end) for tier, (start, end) in enumerate(zip(starts, ends, strict=True)) if end > start
    )
    tier = tier_of(pack, residual)
    own = {band.tier: band.start for band in pack.scoring.thresholds}
    words = _("Residual score %(score)s; tier %(tier)d runs from %(low)s to %(high)s") % {
        "score": number(residual),
        "tier": tier,
        "low": f"{own[tier]:g}",
        "high": f"{own.get(tier + 1, TOP):g}",
    }
    x = min(residual, TOP) / TOP * WIDTH
    return Gauge(bands, f"{x - 0.75:g}", f"M{x:g} 11 l-4.5 -7 h9z", words)


def _band(tier: int, start: float, end: float) -> Band:
    x, width = start / TOP * WIDTH, (end - start) / TOP * WIDTH
    return Band(f"k{min(tier, COLOURS - 1)}", f"{x:g}", f"{max(width - GAP, 1):g}", f"{start:g}", f"{x + 1:g}")
