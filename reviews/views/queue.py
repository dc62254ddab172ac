"""The coordinator's queue: what needs reviewers, what is late, what waits for its authors, by due date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries import listing, splitting, work
from reviews.queries.head import Head
from reviews.rules.workflow import Owner
from reviews.views import navigation
from reviews.views.base import PersonPage
from reviews.views.components import Button, Empty, Tab
from reviews.views.rows import row

PAGE = 50


def _everything(head: Head) -> bool:
    return True


def _with_authors(head: Head) -> bool:
    return head.owner is Owner.AUTHORS


KINDS: dict[str, Callable[[Head], bool]] = {
    "": _everything,
    "unassigned": listing.needs_reviewers,
    "late": listing.is_late,
    "waiting": _with_authors,
}


class Queue(PersonPage):
    """The open cases of the committees that this person runs; 404 for everybody who runs none."""

    template_name = "reviews/queue/queue.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who coordinate or chair."""
        if not work.runs_a_committee(self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All open cases once; the kinds are counted among them."""
        found = listing.queue(self.user, self.now)
        asked = self.request.GET.get("kind", "")
        kind = asked if asked in KINDS else ""
        chosen = [one for one in found if KINDS[kind](one.head)]
        page = Paginator(chosen, PAGE).get_page(self.request.GET.get("page"))
        late = sum(listing.is_late(one.head) for one in found)
        apart = splitting.differing([one.head for one in page.object_list])
        navigation.count(self.request, "reviews:queue", len(found))
        return super().get_context_data(
            heading=_("Queue"),
            lead=lead(len(found), late),
            views=[self._view(key, kind, sum(test(one.head) for one in found)) for key, test in KINDS.items()],
            page=page,
            rows=[row(one, apart.get(one.head.submission.pk)) for one in page.object_list],
            empty=_empty(bool(found)),
            actions=(
                Button(_("Workload"), reverse("reviews:workload")),
                Button(
                    _("Propose reviewers"),
                    reverse("reviews:queue-proposal"),
                    shown=any(listing.needs_reviewers(one.head) for one in found),
                ),
            ),
            **kwargs,
        )

    def _view(self, key: str, current: str, count: int) -> Tab:
        labels = {
            "": _("All open"),
            "unassigned": _("Needs reviewers"),
            "late": _("Late"),
            "waiting": _("With the authors"),
        }
        url = reverse("reviews:queue") + (f"?kind={key}" if key else "")
        return Tab(labels[key], url, current=key == current, count=str(count))


def lead(count: int, late: int) -> str:
    """How much there is, in a sentence."""
    text = ngettext("%(n)d open case, the soonest due first.", "%(n)d open cases, the soonest due first.", count)
    said = text % {"n": count} if count else ""
    if late:
        said += " " + ngettext("%(n)d is late.", "%(n)d are late.", late) % {"n": late}
    return said


def _empty(has_others: bool) -> Empty:
    if has_others:
        return Empty(_("No case here now."), _("That is good news."), Button(_("All open"), reverse("reviews:queue")))
    return Empty(
        _("The queue is empty."), _("A new submission appears here as soon as it arrives; you will get a mail.")
    )
