"""The walk that every page about one person takes: find them or 404, ask ``access``, one action, back to the person."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.errors import Denied as AccountDenied
from accounts.errors import Refused, Stale
from accounts.models import User
from reviews.access import people as access
from reviews.access.twin import can
from reviews.queries import people as queries
from reviews.rules.errors import Denied
from reviews.views import errors
from reviews.views.base import PersonView
from reviews.views.components import Crumb

if TYPE_CHECKING:
    _Form = FormView[forms.Form]
else:
    _Form = FormView


class Among(PersonView):
    """A page among the people. To everybody else there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, check, serve."""
        if not self.administers and not can(access.check_can_list, self.user):
            raise Http404
        self.find()
        try:
            self.check()
        except Denied as refused:
            return errors.denied(request, reason=refused.text)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def administers(self) -> bool:
        """Whether the reader looks after everybody."""
        return access.administers(self.user)

    def find(self) -> None:
        """Load what the address speaks of, or raise ``Http404``."""

    def check(self) -> None:
        """Ask ``access`` whether this reader may do what the page is for. Raises ``Denied``."""

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here."""
        return (Crumb(_("People"), reverse("reviews:people")),)


class OfPerson(Among):
    """A page about one person whom the reader sees."""

    person: User

    def find(self) -> None:
        """The person, as if there were nobody when the reader may not see them."""
        found = queries.get_visible(self.user, self.kwargs["public_id"], administers=self.administers)
        if found is None:
            raise Http404
        self.person = found

    def check(self) -> None:
        """Only administrators, unless a page says otherwise."""
        access.check_can_administer(self.user)

    def url(self) -> str:
        """The page of the person."""
        return reverse("reviews:person", args=[self.person.public_id])

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here, through the person."""
        return (*super().crumbs(), Crumb(self.person.display_name, self.url()))


class Change(_Form):
    """A form that calls one action; what was typed is kept through every refusal. Stands before ``Among``."""

    template_name = "reviews/people/form.html"
    form_class: type[forms.Form] = forms.Form
    heading: str | Promise = ""
    lead: str | Promise = ""
    submit_label: str | Promise = ""
    submit_css = "btn-primary"
    done_text: str | Promise = ""
    is_stale = False

    def act(self, form: forms.Form) -> object:
        """Make the one call."""
        raise AssertionError(f"{type(self).__name__} names no action")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Call the action and turn its refusals into answers."""
        try:
            self.act(form)
        except AccountDenied as refused:
            return errors.denied(self.request, reason=refused.text)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.text)
            self.is_stale = isinstance(refused, Stale)
            return self.render_to_response(self.get_context_data(form=form), status=409 if self.is_stale else 200)
        messages.success(self.request, self.done())
        return HttpResponseRedirect(self.get_success_url())

    def done(self) -> str:
        """What is said afterwards."""
        return str(self.done_text)

    def back_url(self) -> str:
        """Where a person goes who leaves the form alone."""
        return reverse("reviews:people")

    def get_success_url(self) -> str:
        """Back to where the work goes on."""
        return self.back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the shared form page prints."""
        assert isinstance(self, Among)
        context = {
            "now": self.now,
            "heading": self.heading,
            "lead": self.lead,
            "submit": self.submit_label,
            "submit_css": self.submit_css,
            "back": self.back_url(),
            "crumbs": (*self.crumbs(), Crumb(self.heading)),
            **kwargs,
        }
        return super().get_context_data(**context)


class ChangePerson(Change, OfPerson):
    """A form about one person."""

    def back_url(self) -> str:
        """Their page."""
        return self.url()
