"""What the start page asks, and the short forms that move a case. Shape only; the actions judge the content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts import orcid
from reviews.actions.submission import PASSED, Writer
from reviews.forms.layout import PlainForm, helper
from reviews.models import Committee, Contributor

MORE_ROWS = 2
NO_ORCID = gettext_noop("This is no ORCID, such as 0000-0002-1825-0097; check its digits.")
MOST_ROWS = 60
MOST_TEXT = 20_000


class WriterForm(PlainForm):
    """One contributor; an empty row counts for nothing."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail address (optional)"),
        required=False,
        error_messages={"invalid": _("This is not an e-mail address, such as name@example.org.")},
    )
    unit = forms.CharField(label=_("Organisation (optional)"), max_length=120, required=False)
    orcid = forms.CharField(label=_("ORCID (optional)"), max_length=60, required=False)

    def clean_orcid(self) -> str:
        """In one way of writing, whatever was pasted."""
        given: str = self.cleaned_data["orcid"]
        found = orcid.canonical(given)
        if given and not found:
            raise forms.ValidationError(gettext(NO_ORCID))
        return found

    def clean(self) -> dict[str, Any]:
        """A row with anything in it needs a name."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("name") and any(given.get(name) for name in ("email", "unit", "orcid")):
            self.add_error("name", _("Add the name, or empty this row."))
        return given


WriterRows: type[BaseFormSet[WriterForm]] = formset_factory(
    WriterForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def rows_for(data: QueryDict | None, *, initial: list[dict[str, str]]) -> BaseFormSet[WriterForm]:
    """The rows of contributors: as sent, or these with some empty ones below."""
    if data is not None:
        return WriterRows(data, prefix="writer")
    return WriterRows(prefix="writer", initial=[*initial, *({} for _row in range(MORE_ROWS))])


def rows_again(data: QueryDict, *, more: int = MORE_ROWS) -> BaseFormSet[WriterForm]:
    """The rows as they were typed, unchecked, with more empty ones below."""
    sent = WriterRows(data, prefix="writer")
    typed = [{name: row[name].data or "" for name in WriterForm.base_fields} for row in sent.forms]
    return WriterRows(prefix="writer", initial=[*typed, *({} for _row in range(more))])


def writers_in(rows: BaseFormSet[WriterForm]) -> list[Writer]:
    """The contributors of checked rows, in order."""
    given = (row.cleaned_data for row in rows.forms)
    return [
        Writer(row["name"], row.get("email", ""), row.get("unit", ""), row.get("orcid", ""))
        for row in given
        if row.get("name")
    ]


def as_rows(contributors: list[Contributor]) -> list[dict[str, str]]:
    """Contributors as the rows show them."""
    return [{"name": row.name, "email": row.email, "unit": row.unit, "orcid": row.orcid} for row in contributors]


class DescribeForm(PlainForm):
    """The basics of a case. A planned day lies ahead of ``today``; one that was there before may stay."""

    title = forms.CharField(label=_("Title"), max_length=200)
    label = forms.CharField(
        label=_("Label"),
        max_length=60,
        help_text=_(
            "A short name without hazardous detail, at most 60 characters. Lab leadership sees the label, "
            "never the title."
        ),
    )
    venue = forms.CharField(
        label=_("Venue (optional)"),
        max_length=200,
        required=False,
        help_text=_("Where it is to appear: a journal, a conference, a model hub."),
    )
    planned_date = forms.DateField(
        label=_("Planned date (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as year-month-day, such as 2026-12-31.")},
        help_text=_("When you would like to release. The board sees it; it does not shorten the review."),
    )

    def __init__(self, *args: Any, today: date | None = None, known_day: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.known_day = today, known_day
        self.helper = helper(*self.layout())

    def clean_planned_date(self) -> date | None:
        """Today or later."""
        given: date | None = self.cleaned_data["planned_date"]
        if given is not None and self.today is not None and given < self.today and given != self.known_day:
            raise forms.ValidationError(gettext(PASSED))
        return given

    def layout(self) -> list[Any]:
        """The fields in reading order."""
        return [
            "title",
            "label",
            Row(Column("venue", css_class="col-md-7"), Column("planned_date", css_class="col-md-5")),
        ]


class StartForm(DescribeForm):
    """The basics of a new case, with the committee that will judge it. ``nowhere``: none takes cases yet."""

    committee = forms.ModelChoiceField(
        label=_("Committee"),
        queryset=Committee.objects.taking_cases().order_by("name"),
        to_field_name="public_id",
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(Committee.objects.taking_cases().order_by("name")[:2])
        self.nowhere = not known
        field = self.fields["committee"]
        assert isinstance(field, forms.ModelChoiceField)
        if len(known) == 1:
            field.initial = known[0].public_id
        else:
            field.empty_label = _("Choose one")

    def layout(self) -> list[Any]:
        """The committee stands after title and label."""
        fields = super().layout()
        return [*fields[:2], "committee", *fields[2:]]


def unchecked(form_class: type[DescribeForm], data: Mapping[str, Any]) -> DescribeForm:
    """The form as it was typed, without a word about what is missing yet."""
    names = form_class.base_fields
    return form_class(initial={name: data.get(name, "") for name in names})


class AttestForm(PlainForm):
    """The attestation of a named author. Nobody is preselected."""

    attested_name = forms.ChoiceField(label=_("Who confirms the answers?"), widget=forms.RadioSelect)
    confirmed = forms.BooleanField(
        label=_(
            "The author named above confirms: the answers are true and complete to the best of their knowledge, and "
            "the files listed are those that are to be released."
        )
    )

    def __init__(self, *args: Any, authors: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["attested_name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in dict.fromkeys(authors)]
        self.helper = helper("attested_name", "confirmed")


class ReturnForm(PlainForm):
    """What the authors shall change."""

    reason = forms.CharField(
        label=_("What should the authors change?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The authors read this as you write it. Do not name reviewers."),
    )


class WithdrawForm(PlainForm):
    """Withdrawing is confirmed, since nobody can take it back."""

    confirmed = forms.BooleanField(label=_("Yes, withdraw this case"))
