"""Looking at a release of the lowest tier that was drawn for a later look."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from reviews.access import sample as access
from reviews.access.submission import sight
from reviews.actions import sample as actions
from reviews.forms.sample import FindForm
from reviews.models import Decision, SampleFinding, Submission
from reviews.queries import decision as queries
from reviews.queries.submission import get_visible
from reviews.rules.clearance import ReReview
from reviews.rules.states import Sampled
from reviews.rules.visibility import Level
from reviews.views.base import ActionView


class Find(ActionView):
    """Write down, once, whether the answers say what the work is. To its authors there is no such page."""

    form_class: type[forms.Form] = FindForm
    level = Level.MATERIAL
    tab = "decision"
    heading = _l("Look at a sampled release")
    lead = _l(
        "No person looked at this release before it was cleared. Compare its files with its answers. The decision stays"
        " as it is, and the authors are told nothing; if the answers understate the work, ask for a re-review next."
    )
    submit_label = _l("Write it down")
    done_text = _l("Written down.")
    decision: Decision

    def find(self) -> Submission | None:
        """The case of the decision."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.decision = row
        submission = get_visible(self.user, row.submission.reference, self.level)
        return None if submission is None or sight(self.user, submission).as_author else submission

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_find(self.user, self.submission, self.decision)

    def back_url(self) -> str:
        """The record."""
        return reverse("reviews:decision-detail", args=[self.submission.reference])

    def act(self, form: forms.Form) -> SampleFinding:
        """Write it down."""
        self.found = actions.find(decision=self.decision, by=self.user, now=self.now, **form.cleaned_data)
        return self.found

    def get_success_url(self) -> str:
        """At once to the re-review that an understated release asks for; otherwise back to the record."""
        if self.found.finding != Sampled.UNDERSTATED:
            return self.back_url()
        url = reverse("reviews:reopening-ask-re-review", args=[self.submission.reference])
        return f"{url}?trigger={ReReview.UNDERSTATED}"
