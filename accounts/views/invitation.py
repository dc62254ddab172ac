"""The way in for somebody who was invited: the link of the mail, then a password of their own.

The token leaves the address at once, so that no further request and no log of one carries it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from accounts import actions, links
from accounts.errors import Refused
from accounts.forms import AcceptForm
from accounts.models import Invitation, User

if TYPE_CHECKING:
    _Form = FormView[AcceptForm]
else:
    _Form = FormView

KEPT = "accounts.invitation"
RATES = {"accept_invitation": "30/m/ip"}
GONE = 410


@method_decorator([login_not_required, never_cache], name="dispatch")
class Open(View):
    """The address in the mail. It changes nothing, since programs that look at mails open it too."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the token out of sight, and go on without it."""
        request.session[KEPT] = token
        response = HttpResponseRedirect(reverse("accounts:invitation"))
        response["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class Accept(_Form):
    """Choose a password and come in."""

    template_name = "accounts/invitation.html"
    form_class = AcceptForm
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An invitation that works, or one plain sentence."""
        self.now = timezone.now()
        if not ratelimit.consume(request, app="allauth.account", action="accept_invitation", config=RATES):
            return ratelimit.respond_429(request)
        public_id = links.invited(str(request.session.get(KEPT, "")))
        found = Invitation.objects.filter(public_id=public_id).select_related("user", "invited_by").first()
        why = why_not(found, self.now)
        if why or found is None:
            return self._gone(why)
        self.invitation = found
        return super().dispatch(request, *args, **kwargs)

    def _gone(self, why: str) -> HttpResponse:
        self.request.session.pop(KEPT, None)
        return self.response_class(
            self.request, "accounts/invitation_gone.html", {"why": why, "now": self.now}, status=GONE
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        """For whom the password shall be."""
        return {**super().get_form_kwargs(), "person": self.invitation.user}

    def get_initial(self) -> dict[str, Any]:
        """As the administrator wrote it; everybody knows their own name better."""
        person = self.invitation.user
        return {"display_name": person.display_name, "time_zone": person.time_zone}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose account it is, and who else is signed in here."""
        there = self.request.user if isinstance(self.request.user, User) else None
        other = there if there is not None and there.pk != self.invitation.user_id else None
        return super().get_context_data(
            now=self.now,
            person=self.invitation.user,
            time_zone=self.invitation.user.time_zone,
            invitation=self.invitation,
            other=other,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Accept, and sign in; with a second step that was set up before, that comes first."""
        given = form.cleaned_data
        try:
            person = actions.accept(
                invitation=self.invitation,
                password=given["password1"],
                display_name=given["display_name"],
                time_zone=given["time_zone"],
                now=self.now,
            )
        except Refused as refused:
            return self._gone(refused.text)
        logout(self.request)
        response: HttpResponse = perform_login(self.request, person, redirect_url=settings.LOGIN_REDIRECT_URL)
        return response


def why_not(invitation: Invitation | None, now: Any) -> str:
    """Why a link does not open anything; nothing when it does."""
    if invitation is None:
        return _("This link is not complete, or it was opened in another browser.")
    if invitation.accepted_at is not None:
        return _("This invitation was used already. Sign in with the password that was chosen.")
    if invitation.revoked_at is not None or not invitation.user.is_active:
        return _("This invitation was taken back, or a newer one took its place.")
    return "" if invitation.is_open(now) else _("This invitation is too old.")
