"""The assessment of a case: the tier, and the whole way to it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from reviews.queries.assessment import last_of_case
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level
from reviews.views.base import CasePage
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
        )
        return context
