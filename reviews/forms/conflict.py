"""Conflicts of interest: one's own, somebody else's, whom authors name, and what a third person finds. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, Question, helper
from reviews.rules.ties import Settled

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_TEXT = 2000
Choices = Sequence[tuple[str, str | Promise]]


def _words(label: _StrPromise, help_text: _StrPromise | str = "", *, required: bool = True) -> forms.CharField:
    """A sentence or two."""
    return forms.CharField(
        required=required, max_length=MOST_TEXT, label=label, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ConflictForm(PlainForm):
    """What kind it is, in the words of the policy; a note is read by those who run the committee."""

    type_key = forms.ChoiceField(label=_("What kind of conflict is it?"), widget=forms.RadioSelect)
    note = _words(
        _("Note to the coordinator (optional)"),
        _("Nothing that others should not know; one sentence is enough."),
        required=False,
    )

    def __init__(self, *args: Any, types: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["type_key"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = types
        self.helper = helper(*self.layout())

    def layout(self) -> tuple[Any, ...]:
        """The fields in reading order."""
        return (Question("type_key", show="plain"), "note")


class DeclareForForm(ConflictForm):
    """Somebody of the committee, and what is known."""

    person = forms.ChoiceField(label=_("Who has a conflict?"))
    note = _words(_("What do you know?"), _("It stays on the record, and those who run the committee read it."))

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose somebody")), *people]

    def layout(self) -> tuple[Any, ...]:
        """Who comes first."""
        return ("person", *super().layout())


class NameForm(ConflictForm):
    """Whom authors would not have as their judge, and why."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        required=False,
        label=_("E-mail address (optional)"),
        help_text=_("It keeps them apart from somebody else of the same name."),
        error_messages={"invalid": _("This is not an e-mail address, such as name@example.org.")},
    )
    type_key = forms.ChoiceField(label=_("What ties them to this work?"), widget=forms.RadioSelect)
    note = _words(_("Why should they not judge it?"), _("In a sentence. Those who run the committee read it."))

    def layout(self) -> tuple[Any, ...]:
        """Who comes first."""
        return ("name", "email", *super().layout())


class DisownForm(PlainForm):
    """Why somebody who is named as contributor is none."""

    note = _words(_("What happened?"), _("For example that you only read a draft, or that somebody has your name."))


class SettleForm(PlainForm):
    """Whether it is a conflict, and why one thinks so. Nothing is chosen before."""

    outcome = forms.ChoiceField(
        label=_("Is it a conflict of interest?"),
        widget=forms.RadioSelect,
        choices=[
            (str(Settled.STANDS), _("Yes. The case goes on without this person.")),
            (str(Settled.NONE), _("No. It does not keep this person from the case.")),
        ],
    )
    reason = _words(
        _("Why?"), _("It stays on the record. What you find is final for this case and is not asked again.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("outcome", show="plain"), "reason")
