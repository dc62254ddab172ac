"""How the list of cases is narrowed: state, tier, and words. Narrowing happens before counting and paging."""

from __future__ import annotations

from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.models import Submission
from reviews.queries import listing
from reviews.queries.roles import STATES
from reviews.rules.states import State

OPEN = "open"
LONGEST = 100


def state_choices() -> list[tuple[str, str]]:
    """All states, and the word for those that are not closed."""
    return [(OPEN, _("All open")), *((state.value, str(STATES[state])) for state in State)]


def tier_choices() -> list[tuple[str, str]]:
    """The tiers of the scale."""
    return [(str(tier), _("Tier %(tier)d") % {"tier": tier}) for tier in range(5)]


class CaseFilter(django_filters.FilterSet):
    """The words of the address: ``q``, ``state`` and ``tier``; ones that do not exist narrow to nothing they say."""

    q = django_filters.CharFilter(
        method="by_words", label=_l("Reference or title"), max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    state = django_filters.ChoiceFilter(
        method="by_state", choices=state_choices, empty_label=_l("Any state"), label=_l("State")
    )
    tier = django_filters.ChoiceFilter(
        field_name="last_tier", choices=tier_choices, empty_label=_l("Any tier"), label=_l("Tier")
    )

    class Meta:
        model = Submission
        fields: list[str] = []

    @property
    def form(self) -> Any:
        """The form with its layout."""
        made = super().form
        made.helper = FormHelper()
        made.helper.form_tag = False
        made.helper.disable_csrf = True
        made.helper.layout = Layout(Field("q"), Field("state"), Field("tier"))
        made.use_required_attribute = False
        return made

    def by_words(self, rows: QuerySet[Submission], name: str, value: str) -> QuerySet[Submission]:
        """Reference and label of every visible case; the title only of those whose case this person sees."""
        return listing.with_words(rows, self.request.user, value)

    def by_state(self, rows: QuerySet[Submission], name: str, value: str) -> QuerySet[Submission]:
        """One state, or all that are not closed."""
        return listing.in_state(rows, "" if value == OPEN else value)
