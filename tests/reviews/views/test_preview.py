"""The preview prints the ways to a lower tier that were found by trying, and says what it looked at where none is."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.template.loader import render_to_string

from reviews.rules.scoring import assess
from reviews.views.preview import preview
from tests.rules.packs import PACK, case_answers


def aside(answers: dict[str, Any]) -> str:
    html = render_to_string("reviews/questionnaire/_preview.html", {"preview": preview(PACK, answers)})
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_doubt_that_alone_sets_the_tier_is_what_would_lower_it() -> None:
    answers = case_answers("bert_2018") | {"hazard_domains": [], "trip_export": "unsure"}
    page = aside(answers)
    assert f"{PACK.question('trip_export').text} “No”" in page
    assert "lowers it by itself" not in page
    assert assess(PACK, answers | {"trip_export": "no"}).tier == 0


def test_nothing_that_helps_by_itself_is_said_with_what_was_tried() -> None:
    answers = case_answers("bert_2018") | {"hazard_domains": [], "trip_export": "unsure", "trip_leak": "unsure"}
    page = aside(answers)
    assert "No other access level, answer on harm, safeguard or tripwire lowers it by itself." in page
