"""The list of cases that a person may see, with filters."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.forms.submission_list import CaseFilter
from reviews.queries import heads, listing
from reviews.views import first_day, navigation
from reviews.views.base import PersonPage
from reviews.views.components import Button, Empty
from reviews.views.rows import row

PAGE = 25


class List(PersonPage):
    """Every case that this person sees at least in summary; who sees only summaries has leadership's page for that."""

    template_name = "reviews/submission/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, or leadership's page."""
        if not navigation.lists_cases(request):
            return redirect("reviews:leadership")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Narrow, count, read one page."""
        narrowed = CaseFilter(self.request.GET, queryset=listing.visible(self.user), request=self.request)
        page = Paginator(narrowed.qs, PAGE).get_page(self.request.GET.get("page"))
        cases = (
            list(heads.with_rows(narrowed.qs)[page.start_index() - 1 : page.end_index()]) if page.object_list else []
        )
        is_narrowed = any(self.request.GET.get(name) for name in ("q", "state", "tier"))
        new = Button(_("New submission"), reverse("reviews:submission-start"), kind="primary", icon="plus-lg")
        empty = _nothing_found() if is_narrowed else None if cases else first_day.empty(self.user)
        return super().get_context_data(
            heading=_("Submissions"),
            actions=(new,) if empty is None or is_narrowed else (),
            filter=narrowed,
            page=page,
            rows=[row(found) for found in listing.rows_of(self.user, cases, self.now)],
            empty=empty or _nothing_yet(),
            **kwargs,
        )


def _nothing_found() -> Empty:
    everything = Button(_("Show all cases"), reverse("reviews:submission-list"))
    return Empty(_("No case fits these filters."), _("Take one of them away, or look for fewer words."), everything)


def _nothing_yet() -> Empty:
    text = _("Here you will find your own submissions, and the cases in which you review, vote or sign.")
    return Empty(_("No case yet."), text)
