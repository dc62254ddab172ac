"""Cells that hold several things: what somebody knows, which role skills they have, when they are away.

Read without a database. A cell that cannot be read raises ``Refused`` with what is wrong in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import Absence, Expertise

LEVELS: Mapping[str, int] = {
    "none": 0,
    "basic": Expertise.Level.BASIC,
    "working": Expertise.Level.WORKING,
    "expert": Expertise.Level.EXPERT,
}
WORDS: Mapping[int, str] = {int(level): word for word, level in LEVELS.items()}


@dataclass(frozen=True)
class AbsenceCell:
    """Days away, both ends included, and the address of who stands in."""

    first: date
    last: date
    stand_in: str = ""

    def touches(self, first: date, last: date) -> bool:
        """Whether a day of these lies between two others, both included."""
        return self.first <= last and first <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()}..{self.last.isoformat()} {self.stand_in}".strip()


def expertise(cell: str, known: Collection[str]) -> tuple[tuple[str, int], ...]:
    """“cyber=expert; bias=basic; cbrn=none” as keys and levels. Raises ``Refused``."""
    found: dict[str, int] = {}
    for part in _parts(cell):
        key, _equals, word = (piece.strip().lower() for piece in part.partition("="))
        if word not in LEVELS:
            text = _("Write “%(part)s” as a domain with a level, such as cyber=working. Levels are: %(levels)s.")
            raise Refused(text % {"part": part[:40], "levels": ", ".join(LEVELS)})
        _put(found, key, LEVELS[word], known)
    return tuple(found.items())


def skills(cell: str, known: Collection[str]) -> tuple[tuple[str, int], ...]:
    """“legal; policy=none” as keys and levels; a skill is had or not. Raises ``Refused``."""
    found: dict[str, int] = {}
    for part in _parts(cell):
        key, _equals, word = (piece.strip().lower() for piece in part.partition("="))
        if word not in ("", "none"):
            raise Refused(_("A role skill stands alone, or with “=none” to take it away, not as “%(part)s”.") % {
                "part": part[:40],
            })  # fmt: skip
        _put(found, key, LEVELS["none" if word else "expert"], known)
    return tuple(found.items())


def _put(found: dict[str, int], key: str, level: int, known: Collection[str]) -> None:
    if key not in known:
        text = _("Nobody knows “%(key)s”. Known are: %(known)s.")
        raise Refused(text % {"key": key[:40], "known": ", ".join(sorted(known)) or _("none")})
    if key in found:
        raise Refused(_("“%(key)s” stands there twice.") % {"key": key})
    found[key] = level


def absences(cell: str) -> tuple[AbsenceCell, ...]:
    """“2026-12-24..2026-12-31 anna@example.org; 2027-03-01” as days and who stands in. Raises ``Refused``."""
    found: list[AbsenceCell] = []
    for part in _parts(cell):
        days, _space, stand_in = part.partition(" ")
        first, _dots, last = days.partition("..")
        try:
            one = AbsenceCell(_day(first), _day(last or first), stand_in.strip().lower())
        except ValueError:
            text = _("Write “%(part)s” as days, such as 2026-12-24..2026-12-31, and the address of who stands in.")
            raise Refused(text % {"part": part[:40]}) from None
        if one.last < one.first:
            raise Refused(_("In “%(part)s” the last day lies before the first.") % {"part": part[:40]})
        if any(one.touches(other.first, other.last) for other in found):
            raise Refused(_("“%(part)s” touches other days of this cell.") % {"part": part[:40]})
        found.append(one)
    return tuple(found)


def _day(text: str) -> date:
    if len(text) != len("2026-12-24"):
        raise ValueError(text)
    return date.fromisoformat(text)


def _parts(cell: str) -> Iterable[str]:
    return (part for part in (piece.strip() for piece in cell.split(";")) if part)


def expertise_text(rows: Iterable[Expertise]) -> str:
    """The cell that says which domains somebody knows how well."""
    return "; ".join(f"{row.key}={WORDS[row.level]}" for row in rows if row.kind == Expertise.Kind.DOMAIN)


def skills_text(rows: Iterable[Expertise]) -> str:
    """The cell that says which role skills somebody has."""
    return "; ".join(row.key for row in rows if row.kind == Expertise.Kind.SKILL)


def absences_text(rows: Iterable[Absence]) -> str:
    """The cell that says when somebody is away."""
    return "; ".join(
        str(AbsenceCell(row.from_date, row.until_date, row.stand_in.email if row.stand_in else "")) for row in rows
    )
