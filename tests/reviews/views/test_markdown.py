"""What people write is shown as they meant it and does nothing."""

from __future__ import annotations

import pytest

from reviews.views.markdown import render


def test_render_keeps_paragraphs_emphasis_and_lists() -> None:
    assert render("One **two**\nthree\n\n- a\n- b") == (
        "<p>One <strong>two</strong><br>\nthree</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    )


def test_render_puts_headings_below_those_of_the_page() -> None:
    assert render("# Top\n\n##### Deep") == "<h3>Top</h3>\n<h6>Deep</h6>\n"


def test_render_marks_links() -> None:
    expected = '<p><a href="https://example.org" rel="noopener noreferrer nofollow">x</a></p>\n'
    assert render("[x](https://example.org)") == expected


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.org/a.png)",
        '<img src=x onerror="alert(1)">',
        "<a href='#' onclick='alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
    ],
)
def test_render_leaves_nothing_that_runs_or_fetches(text: str) -> None:
    html = render(text)
    tags = ("<script", "<img", "<svg", 'href="javascript', 'href="data', "<a href='#'")
    assert [tag for tag in tags if tag in html] == []
