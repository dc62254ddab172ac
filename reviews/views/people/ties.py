"""Writing down what is known about people from a list, after a dry run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.actions import tie as actions
from reviews.forms.people import TieListForm
from reviews.queries import tie as queries
from reviews.rules.errors import RuleBroken
from reviews.views.people.inviting import Import


class ImportTies(Import):
    """With whom people wrote, whom they taught, who pays for their work: first what would happen, line by line."""

    template_name = "reviews/people/ties.html"
    form_class = TieListForm
    heading = _l("Import ties")
    lead = _l(
        "With whom people published, whom they taught, who pays for their work. Conflicts of interest are found by it. "
        "First you see what would happen, line by line; nothing is stored before you say so."
    )

    def kept(self, form: forms.Form) -> dict[str, str]:
        """Also whose publications they are."""
        return {**super().kept(form), "of": form.cleaned_data["of"]}

    def plan(self, form: forms.Form) -> Any:
        """The verdict on every line, or on every co-author."""
        found = queries.plan(form.cleaned_data["text"], of=form.cleaned_data["of"])
        self.count = len(found.fresh)
        return found

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """A list that changed between the look and the deed is shown again."""
        try:
            return super().form_valid(form)
        except RuleBroken as refused:
            form.add_error(refused.field, refused.text)
            return self.form_invalid(form)

    def act(self, form: forms.Form) -> object:
        """Write it down."""
        return actions.import_ties(
            text=form.cleaned_data["text"], of=form.cleaned_data["of"], by=self.user, now=self.now
        )

    def done(self) -> str:
        """How much was written down."""
        words = ngettext("%(n)d tie was written down.", "%(n)d ties were written down.", self.count)
        return words % {"n": self.count}

    def next_step(self, found: Any) -> dict[str, str]:
        """The button that does it, or what is in its way."""
        blocked = "" if found.fresh else _("All of this is known already.")
        if found.faults:
            blocked = _("Some lines are not right yet. Change them in the list below, then check it again.")
        words = ngettext("Write down %(n)d tie", "Write down %(n)d ties", len(found.fresh)) % {"n": len(found.fresh)}
        return {"invite_label": words if found.fresh else _("Write it down"), "blocked": blocked}

    def columns(self) -> list[tuple[str, str]]:
        """What the columns of a list mean."""
        return [
            ("person", _("the address of the account that it is about")),
            ("fact", _("coauthor, adviser (or student), or sponsor (or customer)")),
            ("name", _("of the other end: a person, or an organisation that pays")),
            ("email", _("of the other end; may be empty")),
            ("orcid", _("of the other end; may be empty")),
            ("date", _("when two people published together: 2025-03-31, 2025-03 or 2025")),
        ]
