"""Asking for a new password. The answer is the same for every address, in words and in how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from accounts import actions
from accounts.forms import NewPasswordForm

if TYPE_CHECKING:
    _Form = FormView[NewPasswordForm]
else:
    _Form = FormView


@method_decorator(login_not_required, name="dispatch")
class AskForNewPassword(_Form):
    """One address; whether an account has it shows only in its mailbox."""

    template_name = "account/password_reset.html"
    form_class = NewPasswordForm

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Leave the wish, within limits."""
        email = form.cleaned_data["email"]
        key = email.lower()
        if not ratelimit.consume(self.request, app="allauth.account", action="reset_password", key=key):
            limited: HttpResponse = ratelimit.respond_429(self.request)
            return limited
        actions.ask_for_new_password(email=email, now=timezone.now())
        return HttpResponseRedirect(reverse("account_reset_password_done"))
