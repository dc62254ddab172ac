"""A message about a case, and a reply to one. Shape only; who may be chosen comes from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import Details, PlainForm, Question, helper

MOST_TEXT = 20_000

Choices = Sequence[tuple[str, Any]]


class ReplyForm(PlainForm):
    """A text, and whom it mentions: ``people`` are those who read it."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your message.")},
    )
    mentions = forms.MultipleChoiceField(
        required=False,
        label=_("Whom do you mention?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They get a mail that says where to look, and nothing of what it says."),
        error_messages={
            "invalid_choice": _("Somebody whom you chose cannot read this any more. Look who is left, and send it.")
        },
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picked = self.fields["mentions"]
        assert isinstance(picked, forms.MultipleChoiceField)
        picked.choices = people
        if not people:
            del self.fields["mentions"]
        self.helper = helper(*self._before(), "text", *self._mentions(), *self._after())

    def _before(self) -> list[Any]:
        return []

    def _mentions(self) -> list[Any]:
        if "mentions" not in self.fields:
            return []
        is_open = self.is_bound and bool(self.data.get("mentions"))
        return [Details(_("Mention somebody"), Question("mentions", show="picks"), is_open=is_open)]

    def _after(self) -> list[Any]:
        return []


class WriteForm(ReplyForm):
    """The first message of a thread: for whom, and about what (``about``). The narrowest audience is proposed."""

    field_order = ("about", "text", "mentions", "audience")
    about = forms.ChoiceField(
        label=_("About"),
        required=False,
        error_messages={"invalid_choice": _("Choose something of this case, or the whole case.")},
    )
    audience = forms.ChoiceField(
        label=_("Who reads it?"),
        widget=forms.RadioSelect,
        help_text=_("Whoever joins this board, or files a review, can read it from then on."),
        error_messages={"invalid_choice": _("Choose who reads it.")},
    )

    def __init__(self, *args: Any, audiences: Choices = (), about: Choices = (), **kwargs: Any) -> None:
        self._alone = len(audiences) == 1
        super().__init__(*args, **kwargs)
        to, thing = self.fields["audience"], self.fields["about"]
        assert isinstance(to, forms.ChoiceField)
        assert isinstance(thing, forms.ChoiceField)
        to.choices, thing.choices = audiences, [("", _("The whole case")), *about]
        if audiences:
            self.initial.setdefault("audience", audiences[0][0])
        if self._alone:
            to.widget = forms.HiddenInput()

    def _before(self) -> list[Any]:
        return ["about"]

    def _after(self) -> list[Any]:
        return ["audience" if self._alone else Question("audience", show="plain")]
