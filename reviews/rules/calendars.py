"""Which countries' public holidays are known, and when they are. Working-day arithmetic stands in ``deadlines``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby

import holidays
from holidays import registry

WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
SMALL = re.compile(r" (And|Of|The)(?= )")
ENGLISH = ("en_US", "en_GB")


@dataclass(frozen=True)
class Stretch:
    """Days one after the other that are alike, both ends included."""

    first: date
    last: date
    label: str

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1


@cache
def countries() -> dict[str, str]:
    """The ISO codes whose public holidays are known, with the countries' names, in the order of the names."""
    spaced = {facts[1]: WORDS.sub(" ", facts[0]) for facts in registry.COUNTRIES.values()}
    names = {code: SMALL.sub(lambda found: found.group().lower(), name) for code, name in spaced.items()}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def public_holidays(country: str, first: date, last: date) -> tuple[tuple[date, str], ...]:
    """The public holidays from ``first`` to ``last``, both included, with their names in English where there are any.

    Empty for no country. Raises ``ValueError`` for a code that is not known.
    """
    if not country:
        return ()
    if country not in countries():
        raise ValueError(f"The holidays of {country!r} are not known.")
    known = holidays.country_holidays(country).supported_languages
    language = next((one for one in ENGLISH if one in known), None)
    found = holidays.country_holidays(country, years=range(first.year, last.year + 1), language=language)
    return tuple((day, name) for day, name in sorted(found.items()) if first <= day <= last)


def stretches(days: Iterable[tuple[date, str]]) -> tuple[Stretch, ...]:
    """Single days with their labels, put together where they follow each other under one label."""
    ordered = sorted(days)
    numbered = [(day - timedelta(days=place), label, day) for place, (day, label) in enumerate(ordered)]
    found = []
    for (_start, label), group in groupby(numbered, key=lambda item: item[:2]):
        run = [day for _s, _l, day in group]
        found.append(Stretch(run[0], run[-1], label))
    return tuple(found)
