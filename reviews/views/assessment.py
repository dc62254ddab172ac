"""The assessment of a case: the tier, and the whole way to it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.access import submission as access
from reviews.access.twin import can
from reviews.queries.assessment import last_of_case
from reviews.queries.roles import part_words
from reviews.rules import splitting
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN, State
from reviews.rules.visibility import Level
from reviews.views.base import CasePage
from reviews.views.components import Button, Next
from reviews.views.explanation import explain


class Detail(CasePage):
    """Tier, scores, triggers, legal flags and the arithmetic, for those who may see the authors' own levels."""

    template_name = "reviews/assessment/detail.html"
    level = Level.MATERIAL
    tab = "assessment"

    def check(self) -> None:
        """Closed to a reviewer who has not filed, and empty before the first submission. Who works on the next
        revision still reads what the one before was given."""
        if not self.sight.scores and not self.sight.as_author:
            raise NotNow(_("You judge first and alone. The scores open once your review is filed."), code="blind")
        found = self.facts.assessment or last_of_case(self.submission)
        if found is None:
            raise NotNow(_("The assessment is made when this revision is submitted."), code="not_assessed")
        self.assessment, self.revision = found, found.revision

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The explanation; why a reviewer raised the tier is for those who read reviews."""
        context = super().get_context_data(**kwargs)
        raised = self.assessment.basis == self.assessment.Basis.BOARD
        context.update(
            revision=self.revision,
            upcoming=self.facts.revision if self.revision != self.facts.revision else None,
            assessment=self.assessment,
            raised=raised,
            reason=self.assessment.reason if raised and self.sight.reviews else "",
            it=explain(self.revision, self.assessment),
            tier=self.revision.policy.pack.tier(self.assessment.tier),
            apart=self._apart(),
        )
        return context

    def _apart(self) -> Next | None:
        """That the parts deserve different tiers, for those who could have them split."""
        found = splitting.look(self.facts.pack, self.facts.revision.response.answers)
        if found is None or not found.differs:
            return None
        tiers = ", ".join(f"{part_words(part)} {scored.tier}" for part, scored in found.alone.items())
        text = _("The parts deserve different tiers: %(tiers)s.") % {"tiers": tiers}
        reference = self.submission.reference
        if can(access.check_can_split, self.user, self.submission):
            url = reverse("reviews:submission-split", args=[reference])
            told = _("You can split the case while it is open.")
            return Next(f"{text} {told}", button=Button(_("Split the case"), url))
        if State(self.submission.state) not in ROUND_OPEN or not can(
            access.check_can_return, self.user, self.submission
        ):
            return None
        url = reverse("reviews:submission-return", args=[reference])
        told = _("The authors can split the case while it is open; return it to them to let them.")
        return Next(f"{text} {told}", button=Button(_("Return to the authors"), url))
