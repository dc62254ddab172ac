"""Forms about other people: finding them, inviting one or many, changing what an administrator keeps. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l

from accounts import orcid, roster
from accounts.errors import Refused
from accounts.forms import load_field, name_field, zone_field
from accounts.models import OrganisationRole, User
from accounts.standing import Standing
from reviews.forms.layout import PlainForm
from reviews.models import Membership
from reviews.queries import people as queries
from reviews.queries.roles import ROLES

LONGEST = 100
Choices = Sequence[tuple[str, str | Promise]]


class PeopleFilter(django_filters.FilterSet):
    """The words of the address; ones that do not exist narrow to nothing they say."""

    q = django_filters.CharFilter(
        method="by_words", label=_l("Name or address"), max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    state = django_filters.ChoiceFilter(
        method="by_state", choices=Standing.choices, empty_label=_l("Any state"), label=_l("State")
    )
    role = django_filters.ChoiceFilter(method="by_role", empty_label=_l("Any role"), label=_l("Role"))
    unit = django_filters.ChoiceFilter(field_name="unit", empty_label=_l("Any unit"), label=_l("Unit"))
    knows = django_filters.ChoiceFilter(method="by_subject", empty_label=_l("Anything"), label=_l("Knows"))

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(
        self, *args: Any, now: datetime, committees: QuerySet[Membership] | None, units: Choices, known: Choices,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.now, self.committees = now, committees
        self.filters["role"].extra["choices"] = role_choices(organisation=committees is None)
        self.filters["unit"].extra["choices"] = units
        self.filters["knows"].extra["choices"] = known

    @property
    def form(self) -> Any:
        """The form with its layout."""
        made = super().form
        made.helper = FormHelper()
        made.helper.form_tag = False
        made.helper.disable_csrf = True
        made.helper.layout = Layout(*(Field(name) for name in ("q", "state", "role", "unit", "knows")))
        made.use_required_attribute = False
        return made

    def by_words(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Names and addresses."""
        return queries.with_words(people, value)

    def by_state(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Active, invited, never came, closed."""
        return queries.in_standing(people, value, self.now)

    def by_role(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Roles held now, as far as the reader may know of them."""
        return queries.with_role(people, value, self.committees)

    def by_subject(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """What people say that they know, confirmed or not."""
        kind, _colon, key = value.partition(":")
        return queries.knowing(people, kind, key)


def role_choices(*, organisation: bool) -> list[tuple[str, str | Promise]]:
    """The roles by which people can be found."""
    serving = [(key, str(label).capitalize()) for key, label in ROLES.items()]
    return [*(OrganisationRole.Role.choices if organisation else ()), *serving]


def unit_field() -> forms.CharField:
    """Where somebody works."""
    return forms.CharField(
        required=False,
        label=_l("Unit (optional)"),
        max_length=User._meta.get_field("unit").max_length,
        help_text=_l("Their part of the organisation, or where they come from. Reviewers from the authors' own unit"
                     " are known by it."),
    )  # fmt: skip


class _ReportsTo(PlainForm):
    """A form with somebody's manager, named by address, so that a page does not carry everybody's name."""

    reports_to = forms.EmailField(
        required=False,
        label=_l("Reports to (optional)"),
        help_text=_l("The e-mail address of their manager's account."),
        error_messages={"invalid": _l("This is no e-mail address.")},
    )

    def clean_reports_to(self) -> User | None:
        """The person with that address."""
        email = self.cleaned_data["reports_to"]
        if not email:
            return None
        found = User.objects.filter(email=email.lower(), is_active=True).first()
        if found is None:
            raise ValidationError(_l("Nobody with an open account has this address."))
        return found


class InviteForm(_ReportsTo):
    """One newcomer."""

    email = forms.EmailField(
        label=_l("E-mail address"),
        max_length=User._meta.get_field("email").max_length,
        help_text=_l("The invitation goes there, and they sign in with it. It cannot be changed later."),
        error_messages={"invalid": _l("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    display_name = name_field()
    unit = unit_field()
    is_external = forms.BooleanField(required=False, label=_l("Comes from outside the organisation"))
    time_zone = zone_field(help_text=_l("They can change it when they come in."))
    field_order = ("email", "display_name", "unit", "is_external", "time_zone", "reports_to")


class PersonForm(_ReportsTo):
    """What an administrator keeps about somebody."""

    display_name = name_field()
    unit = unit_field()
    is_external = forms.BooleanField(required=False, label=_l("Comes from outside the organisation"))
    time_zone = zone_field(help_text=_l("All dates and times are shown to them in this zone."))
    load_cap = load_field()
    orcid = forms.CharField(
        required=False,
        label=_l("ORCID (optional)"),
        max_length=60,
        help_text=_l("Their identifier as a researcher. Authors of a case are known by it."),
    )
    field_order = ("display_name", "unit", "is_external", "reports_to", "orcid", "time_zone", "load_cap")

    def clean_orcid(self) -> str:
        """In one way of writing, whatever was pasted."""
        given: str = self.cleaned_data["orcid"]
        found = orcid.canonical(given)
        if given and not found:
            raise ValidationError(_l("This is no ORCID, such as 0000-0002-1825-0097; check its digits."))
        return found


class ListForm(PlainForm):
    """A list of people as a file or as text; the text comes back for the next step, so nothing is stored between."""

    file = forms.FileField(
        required=False,
        label=_l("A CSV file (optional)"),
        help_text=_l("Its text appears below."),
        allow_empty_file=True,
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label=_l("The list"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "font-monospace"}),
    )
    checked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The text of whichever was given; a file wins."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        try:
            if upload is not None:
                given["text"] = roster.decode(upload.read(roster.MOST_BYTES + 1))
            elif len(given.get("text", "").encode()) > roster.MOST_BYTES:
                given["text"] = roster.decode(given["text"].encode())
        except Refused as refused:
            self.add_error("file" if upload is not None else "text", refused.text)
        if not self.errors and not given.get("text", "").strip():
            self.add_error("text", _l("Choose a file, or write the list here."))
        return given


class TieListForm(ListForm):
    """What is known about people, as a CSV list or as the publications of one of them."""

    of = forms.EmailField(
        required=False,
        label=_l("Whose publications (for BibTeX)"),
        help_text=_l("The e-mail address of their account. A CSV list names people itself."),
        error_messages={"invalid": _l("This is no e-mail address.")},
    )
    field_order = ("of", "file", "text", "checked")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _l("A CSV or BibTeX file (optional)")


class GiveRoleForm(PlainForm):
    """One organisation-wide role."""

    role = forms.ChoiceField(label=_l("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ConfirmForm(PlainForm):
    """What is confirmed at the level that was seen."""

    level = forms.IntegerField(required=False, widget=forms.HiddenInput)
