"""What people write, as HTML that can do no harm: markdown without raw HTML, then an allow-list on top.

Images are not among the allowed tags: a picture fetched from elsewhere would tell somebody that it was looked at.
"""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
HIGHEST_HEADING = 3


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable("table")
    parser.disable("image")
    return parser


def render(text: str) -> SafeString:
    """The text as HTML. Headings start below the page's own; links leave without a trace of where from."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + HIGHEST_HEADING - 1)}"
    html = _parser().renderer.render(tokens, _parser().options, {})
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(safe)  # noqa: S308 - nh3 has just let only the allowed tags through
