"""Filing an appeal, appointing a judge, and judging. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper

Choices = Sequence[tuple[str, str | Promise]]
OPINIONS = [
    ("uphold", _("Uphold the appeal: the case is judged anew")),
    ("dismiss", _("Dismiss it: the decision stands")),
]


class FileForm(PlainForm):
    """On which grounds, and what the authors say."""

    grounds = forms.MultipleChoiceField(
        label=_("On which grounds?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose all that apply. That one would have decided otherwise is no ground by itself."),
    )
    text = forms.CharField(
        label=_("What was wrong, or what is new?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Those who hear the appeal and the board read it. New evidence goes in here as text."),
    )

    def __init__(self, *args: Any, grounds: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["grounds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = grounds
        self.helper = helper(Question("grounds", show="plain"), "text")


class AppointForm(PlainForm):
    """Somebody from outside the committee."""

    person = forms.ChoiceField(
        required=False,
        label=_("Who hears the appeal?"),
        help_text=_("People who serve on other committees, and whom nothing known keeps from it."),
    )
    email = forms.EmailField(
        required=False,
        label=_("Or the e-mail address of somebody else"),
        help_text=_("Anybody with an account who does not serve on the committee of the case."),
        error_messages={"invalid": _("This is not an e-mail address, such as name@example.org.")},
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose somebody")), *people]
        self.helper = helper("person", "email")

    def clean(self) -> dict[str, Any]:
        """One of the two ways to name somebody."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("person")) == bool(given.get("email")) and not {"person", "email"} & self.errors.keys():
            self.add_error("person", _("Choose somebody here, or give an address below; not both."))
        return given


class JudgeForm(PlainForm):
    """Uphold or dismiss, and why."""

    opinion = forms.ChoiceField(label=_("What do you find?"), choices=OPINIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Your reasons"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("They stay on the record, as a dissent where others find otherwise. The authors do not read them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("opinion", show="plain"), "reason")
