"""The walk that every page of a committee takes: find it or 404, ask ``access``, one action, back to the committee."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import is_administrator
from reviews.access.committee import check_can_administer_committees, check_can_list
from reviews.access.twin import can
from reviews.models import Committee
from reviews.queries import committee as queries
from reviews.rules.errors import Denied, NotNow
from reviews.views import errors
from reviews.views.base import Acting, PersonView
from reviews.views.components import Crumb


class Among(PersonView):
    """A page among the committees. To everybody else there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, check, serve."""
        if not can(check_can_list, self.user):
            raise Http404
        self.find()
        try:
            self.check()
        except Denied as refused:
            return errors.denied(request, reason=_(refused.text))
        except NotNow as refused:
            if request.method in ("GET", "HEAD"):
                messages.warning(request, _(refused.text))
                return redirect(self.back_url())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def administers(self) -> bool:
        """Whether the reader keeps committees."""
        return is_administrator(self.user)

    def find(self) -> None:
        """Load what the address speaks of, or raise ``Http404``."""

    def check(self) -> None:
        """Ask ``access`` whether this reader may do what the page is for. Raises ``Denied`` or ``NotNow``."""

    def back_url(self) -> str:
        """Where a person goes when the page is not for now, or is done with."""
        return reverse("reviews:committee-list")

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here."""
        return (Crumb(_("Committees"), reverse("reviews:committee-list")),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every page knows its moment."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"now": self.now, **context}


class OfCommittee(Among):
    """A page of one committee that the reader may open."""

    committee: Committee

    def find(self) -> None:
        """The committee, as if there were none when the reader may not open it."""
        found = queries.get_visible(self.user, self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.committee = found

    def back_url(self) -> str:
        """The committee's page."""
        return self.committee.get_absolute_url()

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here, through the committee."""
        return (*super().crumbs(), Crumb(self.committee.name, self.committee.get_absolute_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The committee on every page of it."""
        return super().get_context_data(committee=self.committee, **kwargs)


class Form(Acting):
    """A form of an administrator, with what is said beside it. Stands before ``Among``."""

    template_name = "reviews/committee/form.html"
    form_class = forms.Form

    def check(self) -> None:
        """Only administrators; those who run a committee read."""
        assert isinstance(self, Among)
        check_can_administer_committees(self.user)

    def look_again(self) -> None:
        """What is true now."""
        assert isinstance(self, Among)
        self.find()

    def get_success_url(self) -> str:
        """Back to where the work goes on."""
        assert isinstance(self, Among)
        return self.back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the form page prints."""
        assert isinstance(self, Among)
        context = super().get_context_data(**kwargs)
        return {
            "now": self.now,
            "committee": getattr(self, "committee", None),
            "heading": self.heading,
            "lead": self.lead,
            "submit": self.submit_label,
            "back": self.back_url(),
            "crumbs": (*self.crumbs(), Crumb(context.get("heading") or self.heading)),
            **context,
        }
