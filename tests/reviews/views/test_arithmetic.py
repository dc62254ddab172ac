"""Whoever follows the assessment with a pencil gets every number that it prints, from numbers that it prints.

A number with two decimals stands for everything that rounds to it, so sums are done with both ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.models import Assessment, PolicyVersion, Response, Revision
from reviews.rules.aggregation import Aggregated
from reviews.rules.pack import Pack
from reviews.rules.policy import load
from reviews.rules.scored import Adjusted, Scored
from reviews.rules.scoring import assess
from reviews.views.explanation import Explanation, explain
from tests.rules.packs import PACK_TEXT, SAFEGUARDS, any_answers, case_answers, historical, values

ODD = (
    ("ease_base: 0.5", "ease_base: 0.4"),
    ("ease_divisor: 8", "ease_divisor: 10"),
    ("max_tier_reduction_by_mitigation: 1", "max_tier_reduction_by_mitigation: 2"),
    ("round_to: 1", "round_to: 3"),
    ("breadth: {per_domain: 2, counts_when_score_at_least: 30, max_bonus: 6}",
     "breadth: {per_domain: 1.25, counts_when_score_at_least: 12.5, max_bonus: 4}"),
    ("mitigation_cap: 0.30", "mitigation_cap: 0.2985"),
)  # fmt: skip


def odd_pack() -> str:
    text = PACK_TEXT
    for old, new in ODD:
        assert old in text
        text = text.replace(old, new)
    return text


TEXTS = {"shipped": PACK_TEXT, "odd": odd_pack(), "whole": PACK_TEXT.replace("round_to: 1", "round_to: 0")}


@dataclass(frozen=True)
class Near:
    """Everything that a printed number can stand for."""

    low: float
    high: float

    def __add__(self, other: Near) -> Near:
        return Near(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Near) -> Near:
        return Near(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Near) -> Near:
        ends = [one * two for one in (self.low, self.high) for two in (other.low, other.high)]
        return Near(min(ends), max(ends))

    def over(self, other: Near) -> Near:
        return self * Near(1 / other.high, 1 / other.low)

    def least(self, other: Near) -> Near:
        return Near(min(self.low, other.low), min(self.high, other.high))

    def meets(self, other: Near) -> bool:
        return self.low <= other.high + 1e-9 and other.low <= self.high + 1e-9


def near(text: str) -> Near:
    """A number that was rounded to the decimals with which it stands there."""
    plain = text.replace("\u2212", "-").replace(" ", "").replace("+", "")
    half = 0.5 * 10 ** -len(plain.partition(".")[2])
    return Near(float(plain) - half, float(plain) + half)


def plain(text: str) -> Near:
    """A number that is what it says; with six decimals it may be rounded."""
    if len(text.partition(".")[2]) == 6:
        return near(text)
    value = float(text.replace("\u2212", "-").replace(" ", "").replace("+", ""))
    return Near(value, value)


ZERO, HUNDRED = Near(0, 0), Near(100, 100)


def page_of(text: str, answers: dict[str, Any], counted: Aggregated | None = None) -> tuple[str, Scored, Explanation]:
    """What the page prints for these answers under a pack, without a database."""
    pack = load(text)
    revision = Revision(number=1, policy=PolicyVersion(source=text))
    revision.response = Response(answers=answers)
    scored = assess(pack, answers) if counted is None else counted.scored(pack)
    assessment = Assessment(
        tier=scored.tier, basis="author", result=scored.as_json(), inherent=scored.inherent, residual=scored.residual
    )
    it = explain(revision, assessment, assessment, counted)
    return render_to_string("reviews/assessment/_explained.html", {"it": it}), scored, it


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\N{MULTIPLICATION SIGN}", "x").strip()


def cells(html: str) -> list[list[str]]:
    """The rows of a table body."""
    body = html.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    cell = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    return [[words(one) for one in cell.findall(row)] for row in body.split("<tr")[1:]]


def section(html: str, title: str) -> str:
    return html.split(f"<h2>{title}</h2>", 1)[1].split("</section>", 1)[0]


def check_areas(html: str) -> list[tuple[str, Near, Near, str]]:
    """Each area once more; returns its label, score, cap and enablement."""
    part = section(html, "1. Each area")
    if "<tbody" not in part:
        return []
    base, ease, divisor = re.findall(r"E x \(([\d.]+) \+ (\d)/([\d.]+)\)", words(part))[0]
    factor = plain(base) + plain(ease).over(plain(divisor))
    steps = re.findall(r"<li>(.*?)</li>", part.split("<tbody")[0], re.DOTALL)
    found = []
    for place, (row, step) in enumerate(zip(cells(part), steps, strict=True), start=1):
        label, severity, e, chance, first, uplift, undo, reach, product, cap, score = row
        assert plain(chance).meets(plain(e) * factor)
        assert near(first).meets(plain(severity) * plain(chance) * Near(6.25, 6.25))
        times = plain(uplift) * plain(undo) * plain(reach)
        assert near(product).meets(near(first) * times)
        assert near(score).meets(near(product).least(plain(cap)))
        name = label.removeprefix(f"{place} ")
        assert words(step) == (
            f"{label} {score} {e} x ({base} + {ease}/{divisor}) = {chance}; {severity} x {chance} / 16 x 100 = "
            f"{first}; x {uplift} x {undo} x {reach} = {product}; cap {cap}"
        )
        found.append((name, near(score), plain(cap), e))
        if e != "0":
            said = re.search(rf"{re.escape(name)}: enablement ([^<]*)", unescape(part_of_sentences(html)))
            assert said is not None
            told = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", said[1])]
            wanted = (e, ease, chance, severity, first, uplift, undo, reach, score, cap)
            assert told == [float(one) for one in wanted]
    return found


def part_of_sentences(html: str) -> str:
    return html.split('<ol class="rb-ol', 1)[1].split("</ol>", 1)[0]


def check_safeguards(html: str) -> Near:
    """Each product, both sums, and their share."""
    part = section(html, "2. Safeguards")
    if "<tbody" not in part:
        return ZERO
    above = below = ZERO
    for _question, _answer, weight, credit, product in cells(part):
        if credit == "left out":
            assert product == ""
            continue
        assert plain(product).meets(plain(weight) * plain(credit))
        above, below = above + plain(product), below + plain(weight)
    told = re.search(
        r"Sum of the products ([\d.]+), by the sum of their weights ([\d.]+): .* reach ([\d.]+) of", words(part)
    )
    assert told is not None
    assert plain(told[1]).meets(above)
    assert plain(told[2]).meets(below)
    share = near(told[3])
    assert share.meets(above.over(below) if below.high else ZERO)
    return share


def check_inherent(lines: dict[str, tuple[str, str]], areas: list[tuple[str, Near, Near, str]]) -> Near:
    """From the scores of the areas to the inherent risk."""
    told = near(lines["Inherent risk"][1])
    ends = []
    if "Highest area" in lines:
        note, value = lines["Highest area"]
        _name, score, cap, _e = next(area for area in areas if note.startswith(area[0]))
        assert near(value) == score
        said, bonus = lines["Breadth"][0], plain(lines["Breadth"][1])
        count, least, each, most = (plain(one) for one in re.findall(r"\d+(?:\.\d+)?", said))
        further = sorted((area[1] for area in areas), key=lambda one: -one.high)[1:]
        assert (
            sum(one.low >= least.low for one in further) <= count.low <= sum(one.high >= least.low for one in further)
        )
        assert bonus.meets((count * each).least(most))
        if "Cap" in lines:
            assert plain(lines["Cap"][1]) == cap
            total = re.search(r"the sum, ([\d.]+),", lines["Cap"][0])
            assert total is not None
            assert near(total[1]).meets(score + bonus)
            assert (score + bonus).high >= cap.low
        else:
            assert (score + bonus).low <= cap.high
        ends = [(one + bonus).least(most_) for _name, one, most_, e in areas if e != "0"]
        assert told.meets((score + bonus).least(cap))
    highest = Near(max((one.low for one in ends), default=0), max((one.high for one in ends), default=0))
    assert told.meets(highest)
    return told


def check(html: str) -> None:
    """Every number of the page, from the numbers of the page."""
    areas, share = check_areas(html), check_safeguards(html)
    ledger = section(html, "3. From areas to tier")
    lines, tiers = {}, {}
    for row in ledger.split("<tbody", 1)[1].split("<tr")[1:]:
        label = words(re.search(r"<th[^>]*>(.*?)(?:<small>|</th>)", row, re.DOTALL)[1])  # type: ignore[index]
        note = re.search(r"<small>(.*?)</small>", row, re.DOTALL)
        value = words(row.split("</th>")[1].split("<td>")[1].split("</td>")[0])
        lines[label] = (words(note[1]) if note else "", value)
        if found := re.search(r"Tier (\d+)", value):
            tiers[label] = int(found[1])
    inherent = check_inherent(lines, areas)
    fraction, cap, credit = re.findall(r"([\d.]+) %", lines["Safeguards"][0])
    assert near(fraction).meets(share * HUNDRED)
    assert near(credit).meets((near(fraction) * plain(cap)).over(HUNDRED))
    residual = near(lines["Residual risk"][1])
    assert residual.meets((inherent * (HUNDRED - near(credit))).over(HUNDRED))
    assert near(lines["Safeguards"][1]).meets(residual - inherent)
    by_score, note = tiers["Tier by score"], lines["Tier by score"][0]
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", note)]
    if "safeguards" in note:
        assert by_score == numbers[0] - numbers[1]
    else:
        assert residual.high >= numbers[0]
        assert len(numbers) == 1 or residual.low < numbers[1]
    floors = [int(one) for one in re.findall(r"at least tier (\d+)", words(section(html, "5. Triggers")))]
    assert tiers.get("Tier by triggers") == (max(floors) if floors else None)
    assert tiers["Tier, the higher of both"] == max([by_score, *floors])


@st.composite
def counts(draw: st.DrawFn, pack: Pack) -> tuple[dict[str, Any], Aggregated | None]:
    """Answers, and sometimes what reviewers moved."""
    answers = dict(draw(st.sampled_from([answers for _, answers, _ in historical()]) | any_answers))
    for question in draw(st.lists(st.sampled_from(pack.questions), max_size=6)):
        answers[question.key] = draw(values(question))
    for key in draw(st.lists(st.sampled_from(SAFEGUARDS), max_size=3)):
        answers[key] = "not_applicable"
    if draw(st.booleans()):
        return answers, None
    moved = {one.key: max(1, one.severity - 1) for one in draw(st.lists(st.sampled_from(pack.domains), max_size=4))}
    between = {
        key: draw(st.sampled_from([0.3, 0.65])) for key in draw(st.lists(st.sampled_from(SAFEGUARDS), max_size=2))
    }
    return answers, Aggregated(answers, Adjusted(moved, between), ())


@pytest.mark.parametrize("name", ["shipped", "odd"])
@settings(deadline=None)
@given(data=st.data())
def test_every_printed_number_follows_from_printed_numbers(name: str, data: st.DataObject) -> None:
    answers, counted = data.draw(counts(load(TEXTS[name])))
    check(page_of(TEXTS[name], answers, counted)[0])


@pytest.mark.parametrize("name", TEXTS)
def test_so_it_is_for_the_historical_cases(name: str) -> None:
    for _key, answers, _expected in historical():
        check(page_of(TEXTS[name], answers)[0])


def test_area_that_decides_is_named_where_a_cap_holds_the_highest_one() -> None:
    areas = {"manipulation": 4, "infrastructure": 2, "cyber": 2, "surveillance": 2}
    answers = case_answers("llama_2023") | {
        "artifact_type": "model", "release_requested": "open_weights", "uplift": 2, "ease": 4, "reach": 4,
        "hazard_domains": list(areas), **{f"cap_{key}": level for key, level in areas.items()},
    }  # fmt: skip
    html, scored, it = page_of(PACK_TEXT, answers)
    assert scored.inherent == 72.0
    told = (
        "Critical infrastructure: with the points for breadth it ends above Large-scale manipulation and "
        "disinformation, which may not pass 69"
    )
    assert [(line.label, line.value.replace("\xa0", ""), line.note) for line in it.ledger[:3]] == [
        ("Highest area", "66.00", told),
        ("Breadth", "+6", "3 further areas at 30 or more, 2 each, at most 6"),
        ("Inherent risk", "72.0", ""),
    ]  # fmt: skip
    check(html)


def test_area_that_gives_no_help_is_no_missing_area() -> None:
    answers = case_answers("bert_2018") | {"hazard_domains": ["fraud"], "cap_fraud": 0}
    it = page_of(PACK_TEXT, answers)[2]
    assert (it.ledger[0].label, it.ledger[0].note) == ("Inherent risk", "no chosen area helps towards harm")
