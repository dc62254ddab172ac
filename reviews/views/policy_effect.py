"""What a policy would change, ready to print: the differences area by area, the matrix of tiers, the cases that move.

Which cases are counted and which are named, ``access.policy`` decides; here it is only asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import User
from reviews.access import policy as access
from reviews.actions import replay as actions
from reviews.models import Committee, PolicyDraft, PolicyVersion
from reviews.queries import replay as queries
from reviews.queries import replay_words
from reviews.queries.replay import Line, Replay, Scope
from reviews.rules.pack import Pack
from reviews.rules.policy_diff import AREAS, Change, diff

LINES = 25
AT_ONCE = 500
"""How many cases a page replays while its reader waits: about a second of work."""
ALL = ("", "")


@dataclass(frozen=True)
class Area:
    """The changes of one part of the pack."""

    key: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """A pack against the version before it; without one there is nothing to compare it with."""

    before: PolicyVersion | None
    areas: tuple[Area, ...]
    count: int


@dataclass(frozen=True)
class Cell:
    """So many cases went from one tier to another. ``way`` is "same", "higher" or "lower"; ``words`` says it whole."""

    count: int
    way: str
    words: str
    url: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """The cases of one tier before."""

    tier: int
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class Matrix:
    """Tier before against tier with the new policy; the totals of each tier with it stand below."""

    columns: tuple[int, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True)
class Moved:
    """A case that would come out otherwise, and why."""

    line: Line
    way: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One committee whose cases can be looked at alone."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Waiting:
    """A replay that the background works on; ``share`` is in percent."""

    done: int
    total: int
    has_failed: bool
    is_waiting: ClassVar[bool] = True

    @property
    def share(self) -> int:
        """How much of it is done."""
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True)
class Outcome:
    """A replay as a page prints it. ``names``: whether the reader runs a committee, and so reads references."""

    is_waiting: ClassVar[bool] = False

    replay: Replay
    headline: str
    matrix: Matrix
    causes: tuple[tuple[str, str], ...]
    open_answers: tuple[str, ...]
    page: Page[Moved]
    names: bool
    counts_all: bool
    unnamed: int
    chosen: str
    choices: tuple[Choice, ...]


def difference(before: PolicyVersion | None, after: Pack) -> Difference:
    """What changed since a version, in the order of the pack."""
    if before is None:
        return Difference(None, (), 0)
    changes = diff(before.pack, after)
    areas = tuple(Area(key, _(AREAS[key]), tuple(some)) for key, some in groupby(changes, lambda one: one.area))
    return Difference(before, areas, len(changes))


def in_force(user: User, made: PolicyVersion, query: Mapping[str, str]) -> PolicyVersion | None:
    """What another version would replace in the committee that ``query`` chooses; None where that is nothing else."""
    chosen = Committee.objects.visible_to(user).filter(public_id=query.get("committee", ""))
    committee = chosen.select_related("policy").first()
    current = committee.policy if committee is not None else None
    return current if current != made else None


def outcome(
    user: User, made: PolicyVersion | PolicyDraft, query: Mapping[str, str], *, now: datetime,
    committee: Committee | None = None,
) -> Outcome | Waiting:  # fmt: skip
    """The replay of a version or draft for this reader, or how far the background is with it where it is long.

    ``query`` may choose a committee, a cell of the matrix and a page, and say that a replay that failed is tried again.
    """
    pack = made.pack
    visible = list(Committee.objects.visible_to(user).order_by("name"))
    wanted = query.get("committee", "")
    picked = committee or next((one for one in visible if one.public_id == wanted), None)
    cases = queries.scope(pack, counted=access.counted(user), committees=[picked] if picked is not None else [])
    waiting = _waiting(cases, made.sha256, now, again="again" in query)
    if waiting is not None:
        return waiting
    replay = queries.of(cases, named=access.named(user))
    cell = _cell(query, replay)
    lines = [line for line in replay.lines if cell == ALL or cell == _tiers(line)]
    names = access.reads_names(user)
    base = {"committee": picked.public_id} if picked is not None and committee is None else {}
    return Outcome(
        replay=replay,
        headline=replay_words.headline(replay.tally),
        matrix=_matrix(replay, cell, base if names else None),
        causes=tuple((text, _cases(count)) for text, count in replay_words.causes(replay)),
        open_answers=replay_words.open_answers(replay),
        page=Paginator([_moved(line, replay) for line in lines], LINES).get_page(query.get("page")),
        names=names,
        counts_all=access.counts_all(user),
        unnamed=replay.tally.changed - len(replay.lines),
        chosen="" if cell == ALL else _("Tier %(before)s before, tier %(after)s with this policy") % {
            "before": cell[0], "after": cell[1],
        },
        choices=() if committee is not None else _choices(visible, picked),
    )  # fmt: skip


def _waiting(cases: Scope, sha256: str, now: datetime, *, again: bool) -> Waiting | None:
    """None where what is missing can be computed while somebody waits for the page."""
    if len(queries.unknown(cases)) <= AT_ONCE:
        return None
    queries.recall(cases.pack, sha256)
    missing = len(queries.unknown(cases))
    if missing <= AT_ONCE:
        return None
    run = queries.run(sha256)
    if run is None or (not run.is_open and (again or not run.has_failed)):
        run = actions.ask(sha256=sha256, now=now)
    return Waiting(len(cases.keys) - missing, len(cases.keys), run.has_failed)


def _cases(count: int) -> str:
    return ngettext("%(n)d case", "%(n)d cases", count) % {"n": count}


def _cell(query: Mapping[str, str], replay: Replay) -> tuple[str, str]:
    cell = query.get("before", ""), query.get("after", "")
    known = {(str(before), str(after)) for before, after in replay.tally.matrix}
    return cell if cell in known else ALL


def _tiers(line: Line) -> tuple[str, str]:
    return str(line.effect.tier_before), str(line.effect.tier_after)


def _way(before: int, after: int) -> str:
    return "same" if before == after else "higher" if after > before else "lower"


def _moved(line: Line, replay: Replay) -> Moved:
    effect = line.effect
    return Moved(line, _way(effect.tier_before, effect.tier_after), replay_words.case(effect, replay))


def _matrix(replay: Replay, chosen: tuple[str, str], base: Mapping[str, str] | None) -> Matrix:
    tally, (before, after) = replay.tally, replay.tiers
    listed = {_tiers(line) for line in replay.lines}

    def cell(was: int, will: int) -> Cell:
        count, key = tally.matrix.get((was, will), 0), (str(was), str(will))
        linked = base is not None and key in listed
        return Cell(
            count=count,
            way=_way(was, will),
            words=_("%(cases)s of tier %(before)d would be tier %(after)d") % {
                "cases": _cases(count), "before": was, "after": will,
            },
            url="?" + urlencode({**(base or {}), "before": was, "after": will}) + "#cases" if linked else "",
            is_chosen=key == chosen,
        )  # fmt: skip

    rows = []
    for was in before:
        cells = tuple(cell(was, will) for will in after)
        rows.append(MatrixRow(was, cells, sum(one.count for one in cells)))
    totals = tuple(sum(tally.matrix.get((was, will), 0) for was in before) for will in after)
    return Matrix(after, tuple(rows), totals)


def _choices(visible: Sequence[Committee], picked: Committee | None) -> tuple[Choice, ...]:
    if len(visible) < 2:
        return ()
    whole = Choice(_("Under earlier versions, anywhere"), "?", picked is None)
    return (whole, *(Choice(one.name, f"?committee={one.public_id}", one == picked) for one in visible))


class Watching:
    """For pages with an ``outcome`` that may be waited for. A page that looks again by htmx gets the progress alone,
    and loads itself anew once there is something to show. Stands before the view."""

    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page, or what has changed of it."""
        found = context.get("outcome")
        if not self.request.htmx or found is None:  # type: ignore[attr-defined]
            return super().render_to_response(context, **kwargs)  # type: ignore[misc]
        if not found.is_waiting:
            return HttpResponseClientRefresh()
        return TemplateResponse(self.request, "reviews/policy/_waiting.html", context)
