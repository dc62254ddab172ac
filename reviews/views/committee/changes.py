"""What administrators change about a committee: founding it, settings, closure days, roles. One action each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access.committee import check_not_oneself
from reviews.actions import committee as actions
from reviews.forms.committee import CloseDaysForm, DaysForm, MemberForm, SettingsForm
from reviews.models import Committee, Membership
from reviews.models.committee import monday_to_friday
from reviews.queries import committee as queries
from reviews.queries import policy as policies
from reviews.rules import staffing
from reviews.views import wording
from reviews.views.committee import words
from reviews.views.committee.base import Among, Form, OfCommittee


class New(Form, Among):
    """A committee from nothing. People and a policy come next."""

    form_class = SettingsForm
    heading = _l("New committee")
    lead = _l("Next you give people roles in it and adopt a policy. Until then it takes no cases.")
    submit_label = _l("Found the committee")
    made: Committee

    def get_initial(self) -> dict[str, Any]:
        """The usual week, and the founder's own zone."""
        return {"weekdays": monday_to_friday(), "time_zone": self.user.time_zone}

    def act(self, form: forms.Form) -> object:
        """Found it."""
        self.made = actions.found(by=self.user, now=self.now, **form.cleaned_data)
        messages.success(self.request, _("%(name)s is founded.") % {"name": self.made.name})
        return self.made

    def get_success_url(self) -> str:
        """Where people are given their roles."""
        return self.made.get_absolute_url()


class Settings(Form, OfCommittee):
    """Name, zone and working days. Open cases follow at once."""

    form_class = SettingsForm
    heading = _l("Settings")
    lead = _l("What is due in open cases follows from these days at once.")
    submit_label = _l("Save")
    done_text = _l("It is saved.")

    def get_initial(self) -> dict[str, Any]:
        """What the committee has now."""
        made = self.committee
        return {
            "name": made.name,
            "time_zone": made.time_zone,
            "country": made.country,
            "weekdays": made.working_weekdays,
        }

    def version(self) -> int:
        """Of the settings."""
        return self.committee.version

    def act(self, form: forms.Form) -> object:
        """Save what changed."""
        return actions.change_settings(
            committee=self.committee, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data
        )


class CloseDays(Form, OfCommittee):
    """Days on which the committee does not work."""

    form_class = CloseDaysForm
    heading = _l("Close days")
    lead = _l("On these days nothing is due; what would be is due on the next working day. At most 60 days at once.")
    submit_label = _l("Close these days")

    def act(self, form: forms.Form) -> object:
        """Close them."""
        assert isinstance(form, CloseDaysForm)
        first, last = form.stretch()
        made = actions.close_days(
            committee=self.committee, first=first, last=last, label=form.cleaned_data["label"], by=self.user,
            now=self.now,
        )  # fmt: skip
        text = ngettext("%(n)d day is closed.", "%(n)d days are closed.", len(made)) % {"n": len(made)}
        messages.success(self.request, text)
        return made


class ReopenDays(Form, OfCommittee):
    """The committee works on these days after all."""

    form_class = DaysForm
    heading = _l("Open days again")
    lead = _l("These days count again when something is due. That they were closed stays on record.")
    submit_label = _l("Open them again")

    def get_initial(self) -> dict[str, Any]:
        """The days that the link names."""
        return {name: _as_date(self.request.GET.get(name, "")) for name in ("first", "last")}

    def act(self, form: forms.Form) -> object:
        """Open them."""
        assert isinstance(form, DaysForm)
        first, last = form.stretch()
        count = actions.reopen_days(committee=self.committee, first=first, last=last, by=self.user, now=self.now)
        text = ngettext("%(n)d day is open again.", "%(n)d days are open again.", count) % {"n": count}
        messages.success(self.request, text)
        return count


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class AddMember(Form, OfCommittee):
    """Give a person one role or several."""

    template_name = "reviews/committee/member.html"
    form_class = MemberForm
    heading = _l("Give a role")
    lead = _l("It holds in this committee from now on. Nobody gives a role to themselves.")
    submit_label = _l("Give it")

    @property
    def people(self) -> list[User]:
        """Everybody who can be given a role by the reader."""
        return queries.appointable(self.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        """People by name and address; roles with what they are for."""
        people = [(person.public_id, _named(person)) for person in self.people]
        roles = [(role, f"{wording.ROLES[role]} - {PURPOSES[role]}") for role in queries.ORDER]
        return {**super().get_form_kwargs(), "people": people, "roles": roles}

    def get_initial(self) -> dict[str, Any]:
        """What the link names."""
        return {"roles": self.request.GET.getlist("role")}

    def act(self, form: forms.Form) -> object:
        """Give it."""
        assert isinstance(form, MemberForm)
        person = next(one for one in self.people if one.public_id == form.cleaned_data["person"])
        roles = form.roles_given()
        made = actions.appoint_all(committee=self.committee, user=person, roles=roles, by=self.user, now=self.now)
        shown = {"name": person, "roles": ", ".join(str(wording.ROLES[role]) for role in roles)}
        messages.success(self.request, _("%(name)s: %(roles)s.") % shown)
        return made

    def get_success_url(self) -> str:
        """The committee, or the empty form for the next person."""
        return self.request.path if "another" in self.request.POST else super().get_success_url()


def _named(person: User) -> str:
    outside = ", " + _("from outside") if person.is_external else ""
    return f"{person.display_name} ({person.email}){outside}"


PURPOSES = {
    "chair": _l("Closes ballots and signs first"),
    "deputy_chair": _l("Stands in for chair and coordinator"),
    "coordinator": _l("Takes cases in, asks reviewers, keeps cases moving"),
    "member": _l("Votes"),
    "external_member": _l("Votes, and comes from outside the organisation"),
    "reviewer": _l("Can be asked for reviews"),
    "legal_officer": _l("Clears holds about law and contracts"),
    "biosecurity_officer": _l("Clears holds about biological and chemical risk"),
    "security_officer": _l("Clears holds about security"),
    "export_officer": _l("Clears holds about export control"),
    "head_of_research": _l("Signs decisions of the higher tiers"),
    "executive": _l("Signs decisions of the highest tier"),
}


class EndRole(Form, OfCommittee):
    """End a role; that it was held stays on record."""

    heading = _l("End a role")
    submit_label = _l("End the role")
    submit_css = "btn-danger"
    done_text = _l("The role has ended.")
    membership: Membership

    def find(self) -> None:
        """A role that is held now."""
        super().find()
        found = queries.membership(self.committee, self.kwargs["person"], self.kwargs["role"])
        if found is None:
            raise Http404
        self.membership = found

    def check(self) -> None:
        """Administrators, about somebody else."""
        super().check()
        check_not_oneself(self.user, self.membership.user, _("Somebody else ends a role of yours."))

    def act(self, form: forms.Form) -> object:
        """End it."""
        return actions.dismiss(membership=self.membership, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose role it is, and what follows where nobody else holds it."""
        row = self.membership
        shown = {"name": row.user, "role": wording.of(wording.ROLES, row.role)}
        lead = _("%(name)s is no longer %(role)s here from now on. That the role was held stays on record.") % shown
        return super().get_context_data(lead=lead, notes=self._notes(), **kwargs)

    def _notes(self) -> tuple[str, ...]:
        pack = (self.committee.policy or policies.shipped()).pack
        row, people = self.membership, queries.holders(self.committee)
        after = staffing.without(people, row.user.public_id, row.role)
        gap = next((gap for gap in staffing.gaps(pack, after) if gap.role == row.role), None)
        return (_("Nobody else holds this role."), *words.follows(gap)) if gap is not None else ()
