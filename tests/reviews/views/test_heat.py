"""The picture of severity against likelihood: each area where it belongs, and the same in words."""

from __future__ import annotations

from django.template import Context, Template

from reviews.rules import tiers
from reviews.rules.policy import load
from reviews.views.heat import HEIGHT, LEFT, MOST, NEIGHBOURS, TOP, WIDTH, Spot, draw
from tests.factories.policy import strange
from tests.rules.packs import PACK


def test_areas_stand_at_their_severity_and_likelihood_and_are_said_in_words() -> None:
    heat = draw(PACK, [Spot("Fraud", 2, 1.75), Spot("Cyber offence", 3, 4.0), Spot("Bias", 4, 9.0)])
    assert [(mark.number, mark.x, mark.y) for mark in heat.marks] == [
        (1, f"{LEFT + WIDTH * 1.75:g}", TOP + HEIGHT * 2 + HEIGHT // 2),
        (2, f"{LEFT + WIDTH * 4}", TOP + HEIGHT + HEIGHT // 2),
        (3, f"{LEFT + WIDTH * MOST}", TOP + HEIGHT // 2),
    ]
    assert heat.words == (
        "1 Fraud: severity 2, likelihood 1.75; 2 Cyber offence: severity 3, likelihood 4; "
        "3 Bias: severity 4, likelihood 9"
    )


def test_areas_on_one_spot_stand_side_by_side() -> None:
    heat = draw(PACK, [Spot("Fraud", 2, 2.0), Spot("Bias", 2, 2.0)])
    first, second = (float(mark.x) for mark in heat.marks)
    assert (second - first, (first + second) / 2) == (NEIGHBOURS, LEFT + WIDTH * 2)


def test_ground_is_the_tier_of_the_middle_of_each_square() -> None:
    cells = {(cell.x, cell.y): cell.tier for cell in draw(PACK, []).cells}
    assert len(cells) == MOST * MOST
    assert cells[LEFT, TOP + HEIGHT * 3] == tiers.tier_of(PACK, 100 * 0.5 / 16)
    assert cells[LEFT + WIDTH * 3, TOP] == tiers.tier_of(PACK, 100 * 4 * 3.5 / 16)


def test_tiers_beyond_the_fifth_share_its_colour() -> None:
    pack = load(strange())
    assert tiers.tier_of(pack, 95) == 5
    assert {cell.tier for cell in draw(pack, []).cells} <= set(range(5))
    assert "rb-t4" in Template("{% load rb %}{% tier 5 %}").render(Context())
    assert "Tier 5" in Template("{% load rb %}{% tier 5 %}").render(Context())
