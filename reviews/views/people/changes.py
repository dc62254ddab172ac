"""What is changed about one person: facts, roles, expertise, absences, the account itself. One action each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts import actions
from accounts.forms import AbsenceForm, SubjectForm, subject_choices, version_seen
from accounts.models import Absence, Expertise, Invitation, OrganisationRole
from reviews.access import people as access
from reviews.forms.people import ConfirmForm, GiveRoleForm, PersonForm
from reviews.queries import people as queries
from reviews.views import wording
from reviews.views.people.base import ChangePerson


class Edit(ChangePerson):
    """What an administrator keeps about somebody."""

    form_class = PersonForm
    heading = _l("Edit")
    submit_label = _l("Save")
    done_text = _l("It is saved.")

    def get_initial(self) -> dict[str, Any]:
        """What the account holds now."""
        person = self.person
        found = {name: getattr(person, name) for name in PersonForm.base_fields}
        return {**found, "reports_to": person.reports_to.email if person.reports_to else ""}

    def act(self, form: forms.Form) -> object:
        """Save what changed."""
        given, seen = form.cleaned_data, self._seen()
        return actions.change_person(user=self.person, version=seen, by=self.user, now=self.now, **given)

    def _seen(self) -> int:
        return version_seen(self.request.POST.get("version", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version that the form was shown with, or after a change of somebody else the one there is now."""
        self.find()
        comes_back = self.request.method == "POST" and not self.is_stale
        version = self._seen() if comes_back else self.person.version
        heading = _("Edit %(name)s") % {"name": self.person.display_name}
        return super().get_context_data(heading=heading, version=version, **kwargs)


class GiveRole(ChangePerson):
    """Give an organisation-wide role."""

    form_class = GiveRoleForm
    heading = _l("Give a role")
    lead = _l("It holds for the whole organisation from now on. Roles in a committee are given on its page.")
    submit_label = _l("Give the role")
    done_text = _l("The role is given.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only roles that are not held."""
        held = self.person.organisation_roles.filter(until_at=None).values_list("role", flat=True)
        choices = [(key, label) for key, label in OrganisationRole.Role.choices if key not in set(held)]
        return {**super().get_form_kwargs(), "choices": choices}

    def act(self, form: forms.Form) -> object:
        """Give it."""
        role = OrganisationRole.Role(form.cleaned_data["role"])
        return actions.grant(user=self.person, role=role, by=self.user, now=self.now)


class EndRole(ChangePerson):
    """End an organisation-wide role; that it was held stays on record."""

    heading = _l("End a role")
    submit_label = _l("End the role")
    submit_css = "btn-danger"
    done_text = _l("The role has ended.")

    def find(self) -> None:
        """Somebody who holds that role."""
        super().find()
        held = OrganisationRole.objects.filter(user=self.person, role=self.kwargs["role"], until_at=None)
        if self.administers and not held.exists():
            raise Http404
        self.role = self.kwargs["role"]

    def act(self, form: forms.Form) -> object:
        """End it."""
        role = OrganisationRole.Role(self.role)
        return actions.end_role(user=self.person, role=role, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which role of whom."""
        words = {"name": self.person.display_name, "role": OrganisationRole.Role(self.role).label}
        lead = _("%(name)s loses the role “%(role)s” at once. That it was held stays on record.") % words
        return super().get_context_data(lead=lead, **kwargs)


class AddExpertise(ChangePerson):
    """Put something on somebody's list, or another level; this or another person confirms it in the next step."""

    form_class = SubjectForm
    heading = _l("Add expertise")
    lead = _l("It counts once it is confirmed.")
    submit_label = _l("Add it")
    done_text = _l("It is on the list.")

    def check(self) -> None:
        """Those who may confirm it."""
        access.check_can_confirm(self.user, self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        """What is not on the list, or could be at another level."""
        taken = Expertise.objects.current().filter(user=self.person)
        words = _("What %(name)s knows") % {"name": self.person.display_name}
        return {**super().get_form_kwargs(), "choices": subject_choices(taken), "label": words}

    def act(self, form: forms.Form) -> object:
        """Put it on the list."""
        given = {name: form.cleaned_data[name] for name in ("kind", "key", "level")}
        return actions.state_expertise(user=self.person, by=self.user, now=self.now, **given)


class _OneExpertise(ChangePerson):
    def find(self) -> None:
        """Something on the list of somebody whom the reader sees."""
        super().find()
        kind, key = self.kwargs["kind"], self.kwargs["key"]
        row = Expertise.objects.current().filter(user=self.person, kind=kind, key=key).first()
        if row is None:
            raise Http404
        self.row = row
        self.label = queries.in_words(row, queries.words())

    def check(self) -> None:
        """Administrators, and those who run a committee of this person; never the person."""
        access.check_can_confirm(self.user, self.person)


class ConfirmExpertise(_OneExpertise):
    """Confirm what somebody else knows."""

    form_class = ConfirmForm
    heading = _l("Confirm expertise")
    submit_label = _l("Confirm it")
    done_text = _l("It is confirmed, and counts from now on.")

    def get_initial(self) -> dict[str, Any]:
        """The level that is looked at."""
        return {"level": self.row.level}

    def act(self, form: forms.Form) -> object:
        """Confirm it."""
        seen = {"level": form.cleaned_data["level"], **_subject(self.kwargs)}
        return actions.confirm_expertise(user=self.person, by=self.user, now=self.now, **seen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What of whom."""
        words = {"name": self.person.display_name, "what": self.label}
        lead = _("You confirm that %(name)s knows: %(what)s.") % words
        return super().get_context_data(lead=lead, **kwargs)


class WithdrawExpertise(_OneExpertise):
    """Take something from somebody's list."""

    heading = _l("Withdraw expertise")
    submit_label = _l("Withdraw it")
    submit_css = "btn-danger"
    done_text = _l("It is withdrawn.")

    def act(self, form: forms.Form) -> object:
        """Withdraw it."""
        return actions.withdraw_expertise(user=self.person, by=self.user, now=self.now, **_subject(self.kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What of whom."""
        words = {"name": self.person.display_name, "what": self.label}
        lead = _("“%(what)s” no longer counts for %(name)s. What was decided before stays as it is.") % words
        return super().get_context_data(lead=lead, **kwargs)


def _subject(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kwargs["kind"], "key": kwargs["key"]}


class AddAbsence(ChangePerson):
    """Note when somebody is away."""

    form_class = AbsenceForm
    heading = _l("Note an absence")
    lead = _l("Coordinators see it when they ask for reviews.")
    submit_label = _l("Note it")
    done_text = _l("The absence is noted.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Those with whom they work may stand in."""
        return {**super().get_form_kwargs(), "people": queries.colleagues(self.person).exclude(pk=self.person.pk)}

    def act(self, form: forms.Form) -> object:
        """Note it."""
        return actions.note_absence(user=self.person, by=self.user, now=self.now, **form.cleaned_data)


class CancelAbsence(ChangePerson):
    """Take an absence of somebody back."""

    heading = _l("Take an absence back")
    submit_label = _l("Take it back")
    done_text = _l("The absence is taken back.")

    def find(self) -> None:
        """An absence of somebody whom the reader sees."""
        absence = Absence.objects.filter(public_id=self.kwargs["public_id"]).select_related("user").first()
        if absence is None:
            raise Http404
        found = queries.get_visible(self.user, absence.user.public_id, administers=self.administers)
        if found is None:
            raise Http404
        self.absence, self.person = absence, found

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.cancel_absence(absence=self.absence, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which days of whom."""
        words = {"name": self.person.display_name, "first": self.absence.from_date, "last": self.absence.until_date}
        lead = _("%(name)s is away from %(first)s until %(last)s no longer.") % words
        return super().get_context_data(lead=lead, **kwargs)


class InviteAgain(ChangePerson):
    """A new link for somebody who has not come."""

    heading = _l("Invite again")
    lead = _l("A new mail goes out. The link of the one before works no longer.")
    submit_label = _l("Send a new invitation")
    done_text = _l("A new invitation is on its way.")

    def act(self, form: forms.Form) -> object:
        """Leave a new mail."""
        return actions.invite_again(user=self.person, by=self.user, now=self.now)


class Revoke(ChangePerson):
    """Take an open invitation back."""

    heading = _l("Take the invitation back")
    lead = _l("Its link works no longer. The account stays, and nobody can enter it until they are invited again.")
    submit_label = _l("Take it back")
    submit_css = "btn-danger"
    done_text = _l("The invitation is taken back.")

    def find(self) -> None:
        """Somebody with an invitation that was neither used nor taken back."""
        super().find()
        invitation = Invitation.objects.filter(user=self.person, accepted_at=None, revoked_at=None).first()
        if self.administers and invitation is None:
            raise Http404
        self.invitation = invitation

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        assert self.invitation is not None
        return actions.revoke(invitation=self.invitation, by=self.user, now=self.now)


class Close(ChangePerson):
    """Close an account. Nothing is deleted."""

    heading = _l("Close the account")
    submit_label = _l("Close the account")
    submit_css = "btn-danger"
    done_text = _l("The account is closed, and every session of it has ended.")

    def act(self, form: forms.Form) -> object:
        """Close it."""
        return actions.deactivate(user=self.person, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What happens then."""
        lead = _(
            "%(name)s is signed out everywhere at once, gets no more mail and takes no more part. What they wrote,"
            " voted and signed stays. Only a new invitation opens the account again."
        ) % {"name": self.person.display_name}
        return super().get_context_data(lead=lead, **kwargs)


class Reopen(ChangePerson):
    """Open a closed account by a new invitation."""

    heading = _l("Open the account again")
    submit_label = _l("Open it and invite")
    done_text = _l("The account is open, and a new invitation is on its way.")

    def act(self, form: forms.Form) -> object:
        """Open it, and leave the mail."""
        return actions.reactivate(user=self.person, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which roles count again."""
        found = queries.detail(self.user, self.person, self.now, administers=self.administers)
        roles = [str(row.get_role_display()) for row in found.organisation_roles if row.until_at is None]
        roles += [
            f"{wording.of(wording.ROLES, row.role)} ({row.committee.name})"
            for row in found.memberships
            if row.until_at is None
        ]
        lead = _("%(name)s gets a new invitation and chooses a new password.") % {"name": self.person.display_name}
        if roles:
            lead += " " + _("These roles count again: %(roles)s.") % {"roles": ", ".join(roles)}
        return super().get_context_data(lead=lead, **kwargs)


class EndSessions(ChangePerson):
    """Sign somebody out everywhere."""

    heading = _l("End all sessions")
    lead = _l("They are signed out everywhere, and sign in again with their password.")
    submit_label = _l("End all sessions")

    def act(self, form: forms.Form) -> object:
        """End them."""
        self.count = actions.end_sessions(user=self.person, by=self.user, now=self.now)
        return self.count

    def done(self) -> str:
        """How many there were."""
        return ngettext("%(n)d session has ended.", "%(n)d sessions have ended.", self.count) % {"n": self.count}
