"""Who carries how much, and where knowledge is short, for those who run a committee."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries import work, workload
from reviews.queries.workload import Board, Knowledge, Load
from reviews.views.base import PersonPage
from reviews.views.components import Crumb


class Workload(PersonPage):
    """Open, overdue and room for each reviewer, experts for each domain; 404 for everybody who runs no committee."""

    template_name = "reviews/workload/workload.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who coordinate or chair."""
        if not work.runs_a_committee(self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A part of the page for each committee."""
        return super().get_context_data(
            heading=_("Workload"),
            lead=_("Counted from the open cases that you run. Cases from which you stand aside are in no number."),
            crumbs=(Crumb(_("Queue"), reverse("reviews:queue")), Crumb(_("Workload"))),
            boards=[_board(one) for one in workload.boards(self.user, self.now)],
            **kwargs,
        )


def _board(one: Board) -> dict[str, Any]:
    return {
        "name": one.committee.name,
        "figures": (
            (_("Open reviews"), one.open, ""),
            (_("Overdue"), one.overdue, "rb-bad" if one.overdue else ""),
            (_("Room for more"), one.room, ""),
            (_("Domains that are short"), one.short, "rb-bad" if one.short else ""),
        ),
        "loads": [_load(load) for load in one.loads],
        "knowledge": [_knowledge(row) for row in one.knowledge],
    }


def _load(load: Load) -> dict[str, Any]:
    cap = load.person.load_cap
    return {
        "load": load,
        "url": reverse("reviews:person", args=[load.person.public_id]),
        "share": min(100 * load.open // cap, 100) if cap else 100,
        "waits": ngettext("%(n)d not answered", "%(n)d not answered", load.offered) % {"n": load.offered}
        if load.offered
        else "",
    }


def _knowledge(row: Knowledge) -> dict[str, Any]:
    if row.missing:
        said = ngettext("%(n)d expert is missing", "%(n)d experts are missing", row.missing) % {"n": row.missing}
        return {"row": row, "said": said, "kind": "bad" if not row.experts else "warn", "glyph": "exclamation-circle"}
    return {"row": row, "said": _("Enough"), "kind": "good", "glyph": "check2"}
