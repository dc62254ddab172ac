"""Noting what was done about a law that may apply, and the flags of a case as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import legal_flag as access
from reviews.access.twin import can
from reviews.actions import legal_flag as actions
from reviews.forms.legal_flag import NoteForm
from reviews.models import LegalFlag, Submission
from reviews.queries import legal_flag as queries
from reviews.queries.head import Head
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Sight
from reviews.views.base import ActionView
from reviews.views.components import Button


@dataclass(frozen=True)
class Row:
    """One flag, with the button of whoever notes it."""

    line: queries.Line
    button: Button | None


def rows(user: User, head: Head, sight: Sight) -> tuple[Row, ...]:
    """The flags of the revision shown, for those who see what the policy made of the answers."""
    if not sight.scores or not head.revision.is_frozen:
        return ()
    found, case = queries.lines(head.revision, as_author=sight.as_author), head.submission
    is_open = can(access.check_open, case, head.revision.pk)
    notes = is_open and any(one.noted_at is None for one in found) and can(access.check_can_note, user, case)
    return tuple(Row(one, _button(one) if notes and one.noted_at is None else None) for one in found)


def _button(line: queries.Line) -> Button:
    return Button(_("Note it"), reverse("reviews:legal-flag-note", args=[line.public_id]), small=True)


class Note(ActionView):
    """Whoever looks after the law on this case writes down what was done."""

    form_class: type[forms.Form] = NoteForm
    heading = _l("Note a legal rule as handled")
    submit_label = _l("Note it")
    done_text = _l("Noted. It goes into the decision record.")
    flag: LegalFlag

    def find(self) -> Submission | None:
        """The case of the flag."""
        found = queries.by_public_id(self.kwargs["public_id"])
        if found is None:
            return None
        self.flag = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """The legal officer, or who acts in their place, once; nobody who does not read flags yet."""
        if not self.sight.scores:
            raise Http404
        access.check_open(self.submission, self.flag.revision_id)
        access.check_can_note(self.user, self.submission)
        if self.flag.noted_at is not None:
            raise NotNow(_("This was noted already."), code="noted")

    def about(self) -> str:
        """Which law."""
        return self.flag.revision.policy.pack.legal_flag(self.flag.flag_key).label

    def act(self, form: forms.Form) -> object:
        """Note it."""
        return actions.note(flag=self.flag, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which law, and what it asks."""
        law = self.flag.revision.policy.pack.legal_flag(self.flag.flag_key)
        return {**super().get_context_data(**kwargs), "page_lead": f"{law.label}: {law.duty}"}
