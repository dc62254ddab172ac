"""Pages about one's own account. Sign-in and passwords are allauth's; other people's accounts are not here."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts import actions
from accounts.forms import ProfileForm
from accounts.models import User


class Profile(FormView):
    """Name, time zone, and what keeps the account safe."""

    template_name = "accounts/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("accounts:profile")
    request: HttpRequest

    @property
    def person(self) -> User:
        """The signed-in person; the middleware lets nobody else through."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_initial(self) -> dict[str, Any]:
        """What the account holds now."""
        return {"display_name": self.person.display_name, "time_zone": self.person.time_zone}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, the person, their roles, and whether a second step is on."""
        roles = self.person.organisation_roles.filter(until_at=None)
        return super().get_context_data(
            person=self.person,
            roles=[role.get_role_display() for role in roles],
            second_step=is_mfa_enabled(self.person),
            **kwargs,
        )

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        """One change, then the page again."""
        actions.change_profile(user=self.person, now=timezone.now(), **form.cleaned_data)
        messages.success(self.request, _("Your account is saved."))
        return super().form_valid(form)
