"""Identifiers of researchers (ORCID): one way to write them, and whether one can be right. Pure."""

from __future__ import annotations

import re

LENGTH = 19
_DIGITS = re.compile(r"\d{15}[\dX]")


def canonical(text: str) -> str:
    """``0000-0002-1825-0097`` of anything that a person pastes, an address too; empty where it cannot be one."""
    bare = text.strip().upper().rstrip("/").rpartition("/")[2].replace("-", "").replace(" ", "")
    if not _DIGITS.fullmatch(bare) or _check_digit(bare[:-1]) != bare[-1]:
        return ""
    return "-".join(bare[start : start + 4] for start in range(0, 16, 4))


def _check_digit(digits: str) -> str:
    """ISO 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
