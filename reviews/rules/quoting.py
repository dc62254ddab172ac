"""How foreign text is quoted inside a sentence: on one line, without control characters, never endless."""

from __future__ import annotations


def short(value: object, limit: int = 60) -> str:
    """The value as a short printable piece of one line."""
    text = " ".join(str(value)[: limit * 4].split())
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
