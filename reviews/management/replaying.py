"""A replay as lines of text, for whoever has the command line and so the database. No rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.access.policy import submitted
from reviews.models import Committee
from reviews.queries import replay, replay_words
from reviews.queries.replay import Replay
from reviews.rules.pack import Pack

CELL = 7


def lines(pack: Pack, names: Sequence[str]) -> Iterator[str]:
    """The numbers, the matrix, the causes, what stands open, then each case that changes."""
    found = replay.over(pack, counted=submitted(), named=submitted(), committees=_committees(names))
    yield replay_words.headline(found.tally)
    if not found.tally.cases:
        return
    yield ""
    yield from _matrix(found)
    if found.tally.causes:
        yield ""
        yield _("What moves them:")
        for text, count in replay_words.causes(found):
            cases = ngettext("%(n)d case", "%(n)d cases", count) % {"n": count}
            yield f"  {cases}: {text}"
    opened = replay_words.open_answers(found)
    if opened:
        yield ""
        yield from (f"{text}." for text in opened)
    for line in found.lines:
        yield ""
        yield f"{line.reference} {line.committee}: {line.effect.tier_before} > {line.effect.tier_after}"
        yield from (f"  {text}" for text in replay_words.case(line.effect, found))


def _committees(names: Sequence[str]) -> list[Committee]:
    known = {committee.name.casefold(): committee for committee in Committee.objects.all()}
    missing = [name for name in names if name.casefold() not in known]
    if missing:
        raise CommandError(_("There is no committee “%(name)s”.") % {"name": missing[0]})
    return [known[name.casefold()] for name in names]


def _matrix(found: Replay) -> Iterator[str]:
    before, after = found.tiers
    yield _("Tier before (down) and with this policy (across):")
    yield " " * CELL + "".join(f"{tier:>{CELL}}" for tier in after)
    for tier in before:
        cells = (found.tally.matrix.get((tier, other), 0) for other in after)
        yield f"{tier:>{CELL}}" + "".join(f"{count or '.':>{CELL}}" for count in cells)
