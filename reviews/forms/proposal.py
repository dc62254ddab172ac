"""What a coordinator sends back of a proposal: who is taken, who is kept, who is set aside, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import version_seen
from reviews.forms.layout import PlainForm

INSTEAD, NOBODY = "=", "!"  # before the person: chosen instead of who was proposed; not this one, and nobody yet
Pair = tuple[str, str]


class PairsField(forms.Field):
    """Any number of ``case:word`` pairs."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[Pair]:
        """The pairs in the order given."""
        pairs = [tuple(str(text).split(":")) for text in value or ()]
        if any(len(pair) != 2 for pair in pairs):
            raise forms.ValidationError(_("This page has changed. Propose again."), code="invalid")
        return [(case, word) for case, word in pairs]


class ProposalForm(PlainForm):
    """The seats of one page, each as it was proposed or as it was changed, and what was changed on the others."""

    pick = PairsField(required=False)
    keep = PairsField(required=False)
    drop = PairsField(required=False)
    seen = PairsField(required=False)
    held = PairsField(required=False)  # who was kept when this page was made, on every page
    rest = forms.CharField(required=False, max_length=64)  # the digest of the seats of the other pages

    @property
    def taken(self) -> list[Pair]:
        """The people to whom a seat is to be offered."""
        return [(case, word.removeprefix(INSTEAD)) for case, word in self._picks if not word.startswith(NOBODY)]

    @property
    def kept(self) -> list[Pair]:
        """The people around whom to propose again: those who are marked, those who were chosen instead, and those who
        were kept on other pages."""
        picks, here = set(self._picks), self.versions
        chosen = [(case, word[1:]) for case, word in self._picks if word.startswith(INSTEAD)]
        marked = [pair for pair in self.cleaned_data.get("keep", ()) if pair in picks]
        return chosen + marked + [pair for pair in self.cleaned_data.get("held", ()) if pair[0] not in here]

    @property
    def dropped(self) -> list[Pair]:
        """The people who are set aside for a case."""
        chosen = [(case, word[1:]) for case, word in self._picks if word.startswith(NOBODY)]
        return [*self.cleaned_data.get("drop", ()), *chosen]

    @property
    def versions(self) -> dict[str, int]:
        """The version of each case as it was shown."""
        return {case: version_seen(text) for case, text in self.cleaned_data.get("seen", ())}

    @property
    def _picks(self) -> Sequence[Pair]:
        return self.cleaned_data.get("pick", ()) if hasattr(self, "cleaned_data") else ()


__all__ = ["INSTEAD", "NOBODY", "Pair", "ProposalForm"]
