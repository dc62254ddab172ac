"""Looking again at a decision after somebody who had a part in it stepped aside. The decision itself stays as it is."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import decision as access
from reviews.actions import decision as actions
from reviews.forms.decision import LookAgainForm
from reviews.queries import decision as queries
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level
from reviews.views.base import ActionView


class LookAgain(ActionView):
    """Note what another look at the decision came to, after somebody who had a part in it stepped aside."""

    form_class = LookAgainForm
    level = Level.MATERIAL
    tab = "decision"
    heading = _l("Look at this decision again")
    lead = _l(
        "The decision stays as it is until another one takes its place. Write down what you found; the record of the "
        "case keeps who looked and when."
    )
    submit_label = _l("Note it")
    done_text = _l("Noted. It stands beside the decision.")

    def check(self) -> None:
        """The coordinator, while something asks for it."""
        access.check_can_look_again(self.user, self.submission)
        if not self.facts.is_unsettled and self.request.method != "POST":
            raise NotNow(_("Nothing asks for another look at this decision."), code="nothing_to_look_at")

    def back_url(self) -> str:
        """The decision, where there is one."""
        if queries.current(self.submission) is None:
            return super().back_url()
        return reverse("reviews:decision-detail", args=[self.submission.reference])

    def act(self, form: forms.Form) -> object:
        """Note it."""
        return actions.look_again(
            submission=self.submission, finding=form.cleaned_data["finding"], by=self.user, now=self.now
        )
