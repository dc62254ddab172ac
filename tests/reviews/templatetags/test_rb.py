"""The tags: what they print, and that they refuse what they do not know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template

from reviews.rules.states import Outcome, State
from reviews.templatetags import rb
from reviews.views.components import Due

NOW = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)


def printed(source: str, **context: Any) -> str:
    """The template with the tags loaded, seen from Berlin."""
    return Template("{% load rb %}" + source).render(Context({"now": NOW, "time_zone": "Europe/Berlin", **context}))


def test_icon_is_hidden_from_assistive_technology() -> None:
    html = printed('{% icon "circle-fill" "rb-good" %}')
    assert html == (
        '<svg class="rb-i rb-good" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/></svg>'
    )


@pytest.mark.parametrize("name", ["no-such-icon", "../bootstrap/LICENSE", "Eye"])
def test_icon_refuses_a_name_that_is_not_vendored(name: str) -> None:
    with pytest.raises(LookupError):
        printed("{% icon name %}", name=name)


def test_icon_without_a_name_prints_nothing() -> None:
    assert printed('{% icon "" %}') == ""


def test_tier_has_as_many_dark_bars_as_its_number() -> None:
    html = printed('{% tier 3 "High" %}')
    assert html.count('class="on"') == 3
    assert html.endswith("</svg>Tier 3 High</span>")


def test_tier_takes_a_tier_of_the_pack() -> None:
    class Tier:
        tier, label = 1, "Low"

    assert "Tier 1 Low" in printed("{% tier one %}", one=Tier())


def test_tier_unknown_is_said_in_words() -> None:
    assert printed("{% tier none %}", none=None) == '<span class="rb-soft">Not scored yet</span>'


def test_every_state_has_a_label_and_a_glyph() -> None:
    assert set(rb.STATES) == {state.value for state in State}
    assert [printed("{% state s %}", s=state).count("<svg") for state in State] == [1] * len(State)


def test_every_outcome_has_a_label_and_a_glyph() -> None:
    assert set(rb.OUTCOMES) == {outcome.value for outcome in Outcome}
    assert "Model: Staged" in printed('{% outcome o "Model" %}', o=Outcome.STAGED)


def test_outcome_open_is_said_in_words() -> None:
    assert printed('{% outcome none "Paper" %}', none=None) == '<span class="rb-soft">Paper: not decided</span>'


def test_moment_is_shown_in_the_readers_zone() -> None:
    html = printed("{% moment at %}", at=datetime(2026, 11, 25, 16, tzinfo=UTC))
    assert html == '<time datetime="2026-11-25T16:00:00+00:00">Wed 25 Nov, 17:00 CET</time>'


def test_moment_of_another_year_has_its_year() -> None:
    assert "Wed 19 Nov 2025, 19:44 CET" in printed("{% moment at %}", at=datetime(2025, 11, 19, 18, 44, tzinfo=UTC))


def test_moment_near_midnight_belongs_to_the_readers_day() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert "Fri 1 Jan 2027, 00:30 CET" in printed("{% moment at %}", at=at)
    assert printed("{% day at %}", at=at) == '<time datetime="2027-01-01">Fri 1 Jan 2027</time>'


def test_day_in_this_year_has_no_year_unless_asked() -> None:
    assert printed("{% day on %}", on=date(2026, 11, 27)) == '<time datetime="2026-11-27">Fri 27 Nov</time>'
    assert "Fri 27 Nov 2026" in printed("{% day on year=True %}", on=date(2026, 11, 27))


def test_nothing_is_printed_for_a_moment_that_is_not_there() -> None:
    assert printed("{% moment none %}{% day none %}", none=None) == ""


def test_due_late_says_so_in_words() -> None:
    html = printed("{% due d %}", d=Due.of(datetime(2026, 11, 20, 16, tzinfo=UTC), NOW, 1))
    assert 'class="rb-due is-late"' in html
    assert "1 business day late" in html


def test_due_in_time_says_how_far() -> None:
    html = printed("{% due d %}", d=Due.of(datetime(2026, 11, 25, 16, tzinfo=UTC), NOW, 2))
    assert 'class="rb-due"' in html
    assert "<small>in 2 business days</small>" in html


def test_due_without_a_date_is_said_in_words() -> None:
    assert "No date yet" in printed("{% due none %}", none=None)


def test_zone_is_named_with_its_letters() -> None:
    assert printed("{% zone_label %}") == "Europe/Berlin (CET)"
    assert printed("{% zone_label %}", time_zone="Atlantis/Central") == "UTC"


def test_numbers_have_one_decimal_and_a_proper_minus() -> None:
    assert printed("{{ a|score }} {{ b|signed }} {{ c|signed }} {{ d|decimal:3 }}", a=68.66, b=-0.62, c=2, d=-1.5) == (
        "68.7 \u2212\u00a00.6 +\u00a02.0 \u22121.500"
    )


def test_digest_is_shortened_in_the_middle_and_whole_when_asked() -> None:
    digest = "sha256:" + "ab" * 32
    assert "sha256 abababababab\u2026abababab" in printed("{% digest d %}", d=digest)
    assert "sha256 " + "ab" * 32 in printed("{% digest d full=True %}", d=digest)
    assert printed("{% digest d full=True bare=True %}", d=digest).endswith(f">{'ab' * 32}</span>")
    assert "sha256" not in printed("{% digest d bare=True %}", d=digest)


def test_label_of_the_pack_is_split_at_its_dash() -> None:
    assert printed("{{ x|lead }}|{{ x|rest }}", x="None - no help") == "None|no help"
    assert printed("{{ x|lead }}|{{ x|rest }}", x="No") == "No|"


def test_version_is_taken_from_a_thing_or_a_number() -> None:
    class Review:
        version = 4

    expected = '<input type="hidden" name="version" value="4">'
    assert printed("{% version a %}", a=Review()) == expected
    assert printed("{% version 4 %}") == expected


def test_what_people_typed_is_escaped() -> None:
    html = printed("{% badge b %}{% digest d %}{% version v %}", b="<b>", d="<i>", v='"><script>')
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<script>" not in html
