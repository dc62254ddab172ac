"""Stepping aside from a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import conflict as access
from reviews.actions import conflict as actions
from reviews.forms.conflict import ConflictForm
from reviews.rules.visibility import Level
from reviews.views.base import ActionView


class Declare(ActionView):
    """Declare a conflict about oneself. It works at once, so afterwards there is no case to go back to."""

    level = Level.SUMMARY
    template_name = "reviews/conflict/declare.html"
    form_class = ConflictForm
    heading = _l("I have a conflict of interest")
    lead = _l(
        "You step aside at once: the case closes to you everywhere, your seat becomes free, and a vote that you cast "
        "no longer counts. You cannot take this back yourself. Nobody holds it against you."
    )
    submit_label = _l("Step aside now")
    submit_css = "btn-danger"

    def check(self) -> None:
        """Everybody who sees anything of the case, except its authors."""
        access.check_can_declare(self.user, self.submission)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The kinds that the policy of this revision knows."""
        assert self.submission.revision is not None
        kinds = self.submission.revision.policy.pack.decision.conflict_types
        return {**super().get_form_kwargs(), "types": [(kind.key, kind.label) for kind in kinds]}

    def act(self, form: forms.Form) -> object:
        """Step aside."""
        done = actions.declare(
            submission=self.submission,
            type_key=form.cleaned_data["type_key"],
            note=form.cleaned_data["note"],
            by=self.user,
            now=self.now,
        )
        words = _("Thank you. You have stepped aside from %(label)s; the coordinator knows.")
        messages.success(self.request, words % {"label": self.submission.label})
        return done

    def get_success_url(self) -> str:
        """The case is gone for them now."""
        return reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Somebody who sees the basics alone is shown no more than these."""
        context = super().get_context_data(**kwargs)
        if self.sight.level < Level.CASE:
            context.update(docket=None, heading=self.heading, page_heading="", case_url=reverse("reviews:my-work"))
        return context
