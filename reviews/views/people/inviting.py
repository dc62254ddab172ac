"""Inviting one person; or a list of people, invited and changed after a dry run."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts import actions, roster
from accounts.roster import Outcome, Plan
from reviews.access import people as access
from reviews.forms.people import InviteForm, ListForm
from reviews.views.people.base import Among, Change

MARKS = {
    Outcome.NEW: ("good", "plus-circle"),
    Outcome.CHANGED: ("you", "pencil"),
    Outcome.THERE: ("", "dash"),
    Outcome.FAULT: ("bad", "x-circle"),
}
WORDS = {
    Outcome.NEW: _l("New"),
    Outcome.CHANGED: _l("Changed"),
    Outcome.THERE: _l("Already here"),
    Outcome.FAULT: _l("Not right yet"),
}


class _Inviting(Change, Among):
    def check(self) -> None:
        """Only administrators."""
        access.check_can_administer(self.user)


class Invite(_Inviting):
    """One newcomer."""

    form_class = InviteForm
    heading = _l("Invite somebody")
    lead = _l("They get a mail with a link that works once, for 14 days, and choose a password of their own.")
    submit_label = _l("Send the invitation")

    def get_initial(self) -> dict[str, Any]:
        """Most people live where the administrator lives."""
        return {"time_zone": self.user.time_zone}

    def act(self, form: forms.Form) -> object:
        """Make the account and leave the mail."""
        self.invited = form.cleaned_data["email"]
        return actions.invite(by=self.user, now=self.now, **form.cleaned_data)

    def done(self) -> str:
        """Where the mail goes."""
        return _("The invitation to %(email)s is on its way.") % {"email": self.invited}


class Import(_Inviting):
    """A list: first what would happen, line by line; nothing is stored until that is confirmed."""

    template_name = "reviews/people/import.html"
    form_class: type[forms.Form] = ListForm
    heading = _l("Import people")
    lead = _l(
        "Newcomers are invited; of those who are here, what differs is changed. First you see what would happen, line "
        "by line; nothing is stored before you say so."
    )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Show the plan of this text; act when exactly this plan was shown before."""
        found = self.plan(form)
        mark = fingerprint("|".join(self.kept(form).values()), found)
        wanted = "invite" in self.request.POST
        if wanted and not found.faults and form.cleaned_data["checked"] == mark:
            return super().form_valid(form)
        shown = self.form_class(initial={**self.kept(form), "checked": mark})
        changed = wanted and form.cleaned_data["checked"] != mark
        return self.render_to_response(self.get_context_data(form=shown, found=found, changed=changed))

    def kept(self, form: forms.Form) -> dict[str, str]:
        """What comes back for the next step, so that nothing is stored between."""
        return {"text": form.cleaned_data["text"]}

    def plan(self, form: forms.Form) -> Any:
        """The verdict on every line."""
        found = roster.plan(form.cleaned_data["text"], self.now)
        self.count = len(found.newcomers)
        self.changed = len(found.changed)
        return found

    def act(self, form: forms.Form) -> object:
        """Invite everybody who is new, change what differs."""
        return actions.import_people(text=form.cleaned_data["text"], by=self.user, now=self.now)

    def done(self) -> str:
        """How many mails go out, and how many accounts are different."""
        invited = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", self.count)
        changed = ngettext("%(n)d account was changed.", "%(n)d accounts were changed.", self.changed)
        said = [(invited, self.count), (changed, self.changed)]
        return " ".join(words % {"n": number} for words, number in said if number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan in words, and what the columns mean."""
        found = kwargs.pop("found", None)
        context = super().get_context_data(**kwargs)
        if found is not None:
            context.update(
                found=found,
                lines=[_line(entry) for entry in found.entries],
                counts=_counts(found),
                **self.next_step(found),
            )
        context["columns"] = self.columns()
        return context

    def next_step(self, found: Any) -> dict[str, str]:
        """The button that does it, or what is in its way."""
        return {"invite_label": roster.summary(found), "blocked": _blocked(found)}

    def columns(self) -> list[tuple[str, str]]:
        """What the columns of a list mean."""
        return _columns()


def fingerprint(text: str, found: Any) -> str:
    """What was shown: this text, with this verdict on every line."""
    verdicts = "|".join(f"{entry.number}:{entry.outcome}:{entry.texts}" for entry in found.entries)
    return sha256(f"{text.replace(chr(13), '')}|{verdicts}".encode()).hexdigest()


def _line(entry: Any) -> dict[str, Any]:
    kind, icon = MARKS[entry.outcome]
    return {"entry": entry, "kind": kind, "icon": icon, "word": WORDS[entry.outcome]}


def _counts(found: Any) -> str:
    numbers = {outcome: sum(entry.outcome is outcome for entry in found.entries) for outcome in Outcome}
    words = {
        Outcome.NEW: _("%(n)d new"),
        Outcome.CHANGED: _("%(n)d changed"),
        Outcome.THERE: _("%(n)d already here"),
        Outcome.FAULT: _("%(n)d not right yet"),
    }
    return ", ".join(words[outcome] % {"n": number} for outcome, number in numbers.items() if number)


def _blocked(found: Plan) -> str:
    if found.faults:
        return _("Some lines are not right yet. Change them in the list below, then check it again.")
    return "" if found.newcomers or found.changed else _("Everybody of this list is here already, as it says.")


def _columns() -> list[tuple[str, str]]:
    return [
        ("email", _("their address, by which they are known; an invitation goes there")),
        ("name", _("as others see it; needed for newcomers")),
        ("unit", _("their part of the organisation")),
        ("external", _("yes or no; newcomers are inside unless it says yes")),
        ("time_zone", _("such as Europe/Berlin; UTC for newcomers without one")),
        ("reports_to", _("the address of their manager, who is here or in the list")),
        ("load_cap", _("open reviews at the same time, at most: 0 to 20")),
        ("expertise", _("domains with a level: cyber=expert; bias=basic; fraud=none. Somebody else confirms it.")),
        ("skills", _("security, legal, policy; with =none to take one away")),
        ("absences", _("2026-12-24..2026-12-31 and the address of who stands in; several after semicolons")),
    ]
