"""One's own account: how one appears, what one knows, when one is away, what keeps the sign-in safe."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _l
from django.views import View
from django.views.generic import FormView

from accounts import above, actions
from accounts.actions.absence import today
from accounts.errors import Refused, Stale
from accounts.forms import AbsenceForm, ProfileForm, SubjectForm, subject_choices, version_seen
from accounts.models import Absence, Expertise, OrganisationRole, User

if TYPE_CHECKING:
    _Form = FormView[forms.Form]
else:
    _Form = FormView

PROFILE = reverse_lazy("accounts:profile")


class _Own(View):
    """A page about oneself. ``now`` is read once."""

    now: datetime

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the clock."""
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    @property
    def person(self) -> User:
        """The signed-in person; the middleware lets nobody else through."""
        assert isinstance(self.request.user, User)
        return self.request.user


class _OwnForm(_Own, _Form):
    """A form about oneself that calls one action; what was typed is kept through every refusal."""

    success_url = PROFILE
    done_text: Any = ""
    is_stale = False

    def act(self, form: forms.Form) -> object:
        """Make the one call."""
        raise AssertionError(f"{type(self).__name__} names no action")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Call it; a refusal stands beside the answer that is at fault."""
        try:
            self.act(form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.text)
            self.is_stale = isinstance(refused, Stale)
            return self.render_to_response(self.get_context_data(form=form), status=409 if self.is_stale else 200)
        messages.success(self.request, str(self.done_text))
        return HttpResponseRedirect(self.get_success_url())


class Profile(_OwnForm):
    """Name, time zone and load; what one knows and when one is away; what keeps the account safe."""

    template_name = "accounts/profile.html"
    form_class = ProfileForm
    done_text = _l("Your account is saved.")

    def get_initial(self) -> dict[str, Any]:
        """What the account holds now."""
        return {name: getattr(self.person, name) for name in ProfileForm.base_fields}

    def act(self, form: forms.Form) -> object:
        """Save what changed."""
        return actions.change_profile(user=self.person, version=self._seen(), now=self.now, **form.cleaned_data)

    def _seen(self) -> int:
        return version_seen(self.request.POST.get("version", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, the person, their roles, what they know, when they are away, and whether a second step is on."""
        person = User.objects.select_related("reports_to").get(pk=self.person.pk)
        labels = {(str(subject.kind), subject.key): subject.label for subject in above.subjects()}
        known = Expertise.objects.current().filter(user=person).select_related("confirmed_by").order_by("kind", "key")
        held = list(person.organisation_roles.filter(until_at=None))
        away = Absence.objects.filter(user=person, cancelled_at=None, until_date__gte=today(person, self.now))
        return super().get_context_data(
            now=self.now,
            person=person,
            version=self._seen() if self.request.method == "POST" and not self.is_stale else person.version,
            roles=[role.get_role_display() for role in held],
            administers=any(role.role == OrganisationRole.Role.ADMINISTRATOR for role in held),
            known=[(row, labels.get((row.kind, row.key), row.key)) for row in known],
            absences=away.select_related("stand_in"),
            second_step=is_mfa_enabled(person),
            **kwargs,
        )


class AddExpertise(_OwnForm):
    """Say that one knows something, or at another level; it counts once somebody else confirms it."""

    template_name = "accounts/form.html"
    form_class = SubjectForm
    done_text = _l("It is on your list. It counts once somebody has confirmed it.")
    extra_context = {
        "heading": _l("Add what you know"),
        "lead": _l(
            "A coordinator or an administrator confirms it. From then on it counts in full when reviewers are chosen. "
            "A new level has to be confirmed anew."
        ),
        "submit": _l("Add it"),
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """What is not on the list, or could be at another level."""
        taken = Expertise.objects.current().filter(user=self.person)
        return {**super().get_form_kwargs(), "choices": subject_choices(taken)}

    def act(self, form: forms.Form) -> object:
        """Put it on the list."""
        given = {name: form.cleaned_data[name] for name in ("kind", "key", "level")}
        return actions.state_expertise(user=self.person, by=self.person, now=self.now, **given)


class AddAbsence(_OwnForm):
    """Say when one is away."""

    template_name = "accounts/form.html"
    form_class = AbsenceForm
    done_text = _l("Your absence is noted.")
    extra_context = {
        "heading": _l("Note when you are away"),
        "lead": _l("Coordinators see it when they ask for reviews. What you have accepted stays with you."),
        "submit": _l("Note it"),
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Those with whom one works may stand in."""
        return {**super().get_form_kwargs(), "people": above.colleagues(self.person)}

    def act(self, form: forms.Form) -> object:
        """Note it."""
        return actions.note_absence(user=self.person, by=self.person, now=self.now, **form.cleaned_data)


class _OwnChange(_Own):
    """A button on one's own page."""

    http_method_names = ["get", "head", "post", "options"]
    done_text: Any = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing to read."""
        raise Http404

    def act(self) -> object:
        """Make the one call."""
        raise AssertionError(f"{type(self).__name__} names no action")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call it, and say what became of it."""
        try:
            self.act()
            messages.success(request, str(self.done_text))
        except Refused as refused:
            messages.warning(request, refused.text)
        return HttpResponseRedirect(reverse("accounts:profile"))


class WithdrawExpertise(_OwnChange):
    """Take something from one's list."""

    done_text = _l("It is taken from your list.")

    def act(self) -> object:
        """Withdraw it."""
        kind, key = self.kwargs["kind"], self.kwargs["key"]
        if not Expertise.objects.filter(user=self.person, kind=kind, key=key).exists():
            raise Http404
        return actions.withdraw_expertise(user=self.person, kind=kind, key=key, by=self.person, now=self.now)


class CancelAbsence(_OwnChange):
    """Take an absence of one's own back."""

    done_text = _l("The absence is taken back.")

    def act(self) -> object:
        """Take it back."""
        absence = Absence.objects.filter(user=self.person, public_id=self.kwargs["public_id"]).first()
        if absence is None:
            raise Http404
        return actions.cancel_absence(absence=absence, by=self.person, now=self.now)
