"""The walk that every page of a case takes: find it or 404, ask ``access``, one action, back.

The four refusals of the rules are turned into answers here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from accounts import errors as people
from accounts.forms import version_seen
from accounts.models import User
from reviews.access.committee import forget
from reviews.access.submission import sight
from reviews.models import Submission
from reviews.queries.head import Head
from reviews.queries.submission import get_visible, revision_shown
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.visibility import Level, Sight
from reviews.views import cards, docket, errors
from reviews.views.components import Docket

if TYPE_CHECKING:
    _FormView = FormView[forms.Form]
else:
    _FormView = FormView


class PersonView(View):
    """A page for a signed-in person. ``now`` is read once."""

    now: datetime

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the clock."""
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    @property
    def user(self) -> User:
        """The signed-in person; the middleware lets nobody else in."""
        return cast("User", self.request.user)


class PersonPage(PersonView, TemplateView):
    """A page that belongs to no case."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every page knows its moment."""
        return super().get_context_data(now=self.now, **kwargs)


class CaseView(PersonView):
    """A page of one case. Not visible at ``level`` is 404, with the same words as for a case that is not there."""

    level = Level.CASE
    tab = ""
    submission: Submission
    sight: Sight

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, check, serve."""
        found = self.find()
        if found is None:
            raise Http404
        self.submission = found
        self.sight = sight(self.user, found)
        if request.method not in ("GET", "HEAD"):
            forget(found)
        try:
            self.check()
        except Denied as refused:
            return errors.denied(request, reason=_(refused.text))
        except NotNow as refused:
            if request.method in ("GET", "HEAD"):
                messages.warning(request, _(refused.text))
                return redirect(self.back_url())
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> Submission | None:
        """The case that this address speaks of. Views of rows below a case load their row here."""
        return get_visible(self.user, self.kwargs["reference"], self.level)

    def check(self) -> None:
        """Ask ``access`` whether this person may do what the page is for. Raises ``Denied`` or ``NotNow``."""

    @cached_property
    def facts(self) -> Head:
        """The facts that this page shows of the case, read once for its head and its body; ``check`` asks afresh."""
        return Head(self.submission, self.now, revision_shown(self.submission, as_author=self.sight.as_author))

    def back_url(self) -> str:
        """Where a person goes when the page is not for now, or is done with."""
        return self.submission.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The head of the case on every page of it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.update(
            now=self.now,
            submission=self.submission,
            sight=self.sight,
            case_url=self.submission.get_absolute_url(),
            docket=self._without_itself(docket.build(self.user, self.facts, self.sight, tab=self.tab)),
            cards=cards.of(self.user, self.facts, self.sight),
            policy_label=docket.policy_label(self.submission),
        )
        return context

    def _without_itself(self, head: Docket) -> Docket:
        """On the page of the next step its button would lead nowhere."""
        step = head.next
        if step is None or step.button is None or step.button.url != self.request.path:
            return head
        return replace(head, next=replace(step, button=None))


class CasePage(CaseView, TemplateView):
    """A page of a case to read."""


class Acting(_FormView):
    """A form that calls one action. What was typed is kept through every refusal, of cases and of people alike."""

    template_name = "components/action.html"
    form_class = forms.Form
    heading: str | Promise = ""
    lead: str | Promise = ""
    submit_label: str | Promise = ""
    submit_css = "btn-primary"
    done_text: str | Promise = ""
    is_stale = False

    def act(self, form: forms.Form) -> object:
        """Make the one call."""
        raise AssertionError(f"{type(self).__name__} names no action")

    def about(self) -> str:
        """Which of several alike the page is about, for its title; empty where there is but one."""
        return ""

    def version(self) -> int | str:
        """The version of the thing that is changed; empty where nothing has one."""
        return ""

    def seen(self) -> int:
        """The version that the form was shown with; a form without one is stale."""
        return version_seen(self.request.POST.get("version", ""))

    def person(self, public_id: str, *, field: str = "") -> User:
        """Who was chosen from a list; whether they may be is the action's rule. Raises ``RuleBroken`` beside
        ``field``."""
        found = User.objects.filter(public_id=public_id).first()
        if found is None:
            raise RuleBroken(_("Choose a person from the list."), code="nobody", field=field)
        return found

    def person_at(self, address: str, *, field: str = "email") -> User:
        """Who has an open account with that address. Raises ``RuleBroken`` beside ``field``."""
        found = User.objects.filter(is_active=True, email=address.lower()).first()
        if found is None:
            raise RuleBroken(_("Nobody with an open account has this address."), code="nobody", field=field)
        return found

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Call the action and turn its refusals into answers."""
        try:
            self.act(form)
        except (Denied, people.Denied) as refused:
            return errors.denied(self.request, reason=_(refused.text))
        except (Stale, people.Stale) as refused:
            return self.stale(form, _(refused.text))
        except (RuleBroken, NotNow, people.Refused) as refused:
            self._refuse(form, refused)
            return self.form_invalid(form)
        if self.done_text:
            messages.success(self.request, str(self.done_text))
        return HttpResponseRedirect(self.get_success_url())

    def faults(self, form: forms.Form) -> Sequence[RuleBroken]:
        """Everything that the action would find at fault with what could be read, where that may be several things."""
        return ()

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """All faults at once, each beside its field: those of the shape and those of the rules."""
        for fault in self.faults(form):
            if fault.field not in form.errors:
                self._refuse(form, fault)
        return super().form_invalid(form)

    def _refuse(self, form: forms.Form, refused: RuleBroken | NotNow | people.Refused) -> None:
        form.add_error(refused.field if refused.field in form.fields else None, _(refused.text))

    def shown_version(self) -> int | str:
        """What the page carries. A form that came back keeps the version that it was shown with, or its next try would
        undo what somebody saved meanwhile; only where that was said does it go on from what is true now."""
        current = self.version()
        return current if current == "" or self.is_stale or self.request.method != "POST" else self.seen()

    def look_again(self) -> None:
        """Load anew what the page is about. Raises ``Http404`` when this person no longer sees it."""

    def stale(self, form: forms.Form, text: str) -> HttpResponse:
        """Somebody was faster: say so, show what is true now, keep what was typed."""
        self.is_stale = True
        self.look_again()
        form.add_error(None, text)
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the shared form page prints."""
        return super().get_context_data(
            page_heading=self.heading,
            page_lead=self.lead,
            page_about=self.about(),
            submit_label=self.submit_label,
            submit_css=self.submit_css,
            version=self.shown_version(),
            **kwargs,
        )


class ActionView(CaseView, Acting):
    """A form that calls one action on a case."""

    def version(self) -> int:
        """The version of the thing that is changed; of the case, unless a view says otherwise."""
        return self.submission.version

    def look_again(self) -> None:
        """The case as it is now."""
        fresh = self.find()
        if fresh is None:
            raise Http404
        self.submission = fresh
        self.sight = sight(self.user, fresh)
        forget(fresh)
        self.__dict__.pop("facts", None)

    def get_success_url(self) -> str:
        """Back to where the work goes on."""
        return self.back_url()
