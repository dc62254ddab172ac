"""The form by which somebody is appointed to stand in on one case. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, Question, helper

Choices = Sequence[tuple[str, str | Promise]]


class StandInForm(PlainForm):
    """A role that is short, somebody who is not concerned, and why."""

    role = forms.ChoiceField(label=_("Which role?"), widget=forms.RadioSelect)
    person = forms.ChoiceField(
        required=False,
        label=_("Who stands in?"),
        help_text=_("People on the committees that you run who do not vote on this case and have no known conflict."),
    )
    email = forms.EmailField(
        required=False,
        label=_("Or the e-mail address of somebody else"),
        help_text=_("Somebody with an account who serves elsewhere."),
        error_messages={"invalid": _("This is not an e-mail address, such as name@example.org.")},
    )
    reason = forms.CharField(
        label=_("Why this person?"),
        help_text=_("It stays on the record, and those who see the board read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, roles: Choices = (), people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, person = self.fields["role"], self.fields["person"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(person, forms.ChoiceField)
        role.choices = roles
        person.choices = [("", _("Choose somebody")), *people]
        self.helper = helper(Question("role", show="plain"), "person", "email", "reason")

    def clean(self) -> dict[str, Any]:
        """One of the two ways to name somebody."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("person")) == bool(given.get("email")) and not {"person", "email"} & self.errors.keys():
            self.add_error("person", _("Choose somebody here, or give an address below; not both."))
        return given
