"""The list of committees: what each has adopted, who runs it, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from reviews.models import Committee
from reviews.queries import committee as queries
from reviews.views.committee.base import Among
from reviews.views.components import Button, Empty


@dataclass(frozen=True)
class Line:
    """One committee in the list."""

    committee: Committee
    people: int
    waiting: str


class List(Among, TemplateView):
    """Every committee for administrators, for others those that they run."""

    template_name = "reviews/committee/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The committees by name."""
        new = Button(
            _("New committee"), reverse("reviews:committee-new"), kind="primary", icon="plus-lg",
            shown=self.administers,
        )  # fmt: skip
        text = _("A committee judges the cases that are sent to it. Found the first, then give people roles in it.")
        return super().get_context_data(
            heading=_("Committees"),
            actions=(Button(_("Policies"), reverse("reviews:policy-list"), icon="file-earmark-text"), new),
            lines=[Line(row.committee, row.people, _waiting(row)) for row in queries.visible(self.user)],
            empty=Empty(_("No committee yet."), text, new),
            **kwargs,
        )


def _waiting(row: queries.Row) -> str:
    if row.proposal is not None:
        return _("Version %(version)s is proposed") % {"version": row.proposal.version.version}
    if row.committee.policy is None:
        return _("Takes no cases yet")
    return ""
