"""Leadership's page: every case's summary and nothing else. No titles, no people, no links into a case; of a
decision its shareable letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import operations as access
from reviews.access.twin import can
from reviews.queries import dashboard
from reviews.queries.dashboard import Snapshot, Summary
from reviews.queries.prospects import Coming, Stuck
from reviews.rules.standstill import Why
from reviews.views import formats, wording
from reviews.views.base import PersonPage
from reviews.views.components import Due, Empty
from reviews.views.wording import StandingWords, Words


@dataclass(frozen=True)
class Figure:
    """One number with its name, and what it counts."""

    label: str
    value: int
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A summary with its due moment in words."""

    case: Summary
    due: Due | None
    standing: StandingWords | None = None

    @classmethod
    def of(cls, case: Summary, due: Due | None) -> Line:
        """In words."""
        found = case.cleared
        words = wording.standing(found.clearance, releases=found.releases) if found is not None else None
        return cls(case, due, words)


WHY: Words = {
    "vacant": _l("Nobody may fill a role that it waits for"),
    "late": _l("Its date has passed"),
    "paused": _l("The authors owe an answer; the clock is stopped"),
    "still": _l("Nothing has moved"),
}
COMING: Mapping[str, str | Promise] = {
    "decision": _l("Decision due"),
    "condition": _l("A condition is due"),
    "stage": _l("%(rung)s: may open"),
    "expiry": _l("The decision ends"),
}


@dataclass(frozen=True)
class StuckLine:
    """A case that stands still, why, and who can move it; never a person."""

    row: Stuck
    why: str
    who: str

    @classmethod
    def of(cls, row: Stuck) -> StuckLine:
        """In words. Where a role is empty, an administrator appoints somebody."""
        who = _("Administrators") if row.why is Why.VACANT else wording.of(wording.OWNERS, row.owner)
        return cls(row, wording.of(WHY, row.why), who)


@dataclass(frozen=True)
class ComingLine:
    """One day ahead."""

    day: str
    label: str
    reference: str
    text: str


class Leadership(PersonPage):
    """One page for those who hold the leadership role; for everybody else it is not there."""

    template_name = "reviews/leadership/leadership.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for leadership."""
        if not can(access.check_can_lead, self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures, then all cases."""
        found = dashboard.snapshot(self.user, now=self.now)
        return super().get_context_data(
            heading=_("What goes out, and what is stuck"),
            lead=_("Every case in summary, without hazard detail."),
            prints=bool(found.cases),
            figures=figures(found),
            stuck=[StuckLine.of(row) for row in found.stuck],
            coming=[self._coming(row) for row in found.coming],
            lines=[Line.of(case, self._due(case)) for case in found.cases],
            empty=Empty(_("No case yet."), _("A case appears here when its authors submit it.")),
            **kwargs,
        )

    def _coming(self, row: Coming) -> ComingLine:
        text = COMING[row.what] % {"rung": row.rung}
        return ComingLine(formats.day(row.day, now=self.now), row.label, row.reference, text)

    def _due(self, case: Summary) -> Due | None:
        return Due.of(case.due, self.now, case.due_in_days) if case.due is not None else None


def figures(found: Snapshot) -> tuple[Figure, ...]:
    """The counts on top. Outcomes are counted by part: a paper and its model are judged apart."""
    return (
        Figure(_("Open cases"), found.open),
        Figure(_("Late"), found.late, _("a step or the decision")),
        Figure(_("Decided"), found.decided),
        Figure(_("Full"), found.full, _parts(found.full)),
        Figure(_("Staged"), found.staged, _parts(found.staged)),
        Figure(_("Withheld"), found.withheld, _parts(found.withheld)),
    )


def _parts(count: int) -> str:
    return ngettext("part", "parts", count)
