"""Splitting a case in two: what each part would be alone comes first, so that its authors see whether it pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import submission as access
from reviews.access.twin import can
from reviews.actions import splitting as actions
from reviews.forms.splitting import SplitForm
from reviews.models import Revision, Submission
from reviews.queries.head import Head
from reviews.queries.roles import part_words
from reviews.queries.submission import policy_of
from reviews.rules import splitting
from reviews.rules.errors import NotNow
from reviews.rules.pack import PARTS, Pack, Part, Tier
from reviews.rules.scored import Scored
from reviews.rules.splitting import Apart
from reviews.rules.states import ROUND_OPEN, State
from reviews.rules.visibility import Level
from reviews.views.base import ActionView
from reviews.views.components import Button, Next

ALONE = {"model": _l("The model alone"), "paper": _l("The paper alone")}


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    label: str
    tier: Tier
    scored: Scored

    @property
    def missing(self) -> int:
        """How many answers are not there yet; until then the worst is assumed."""
        return len(self.scored.missing)


def apart(user: User, submission: Submission, facts: Head) -> Next | None:
    """That the parts deserve different tiers, for those who could have them split."""
    found = splitting.look(facts.pack, facts.revision.response.answers)
    if found is None or not found.differs:
        return None
    text = words(found)
    if can(access.check_can_split, user, submission):
        url = reverse("reviews:submission-split", args=[submission.reference])
        told = _("You can split the case while it is open.")
        return Next(f"{text} {told}", button=Button(_("Split the case"), url))
    if State(submission.state) not in ROUND_OPEN or not can(access.check_can_return, user, submission):
        return None
    url = reverse("reviews:submission-return", args=[submission.reference])
    told = _("The authors can split the case while it is open; return it to them to let them.")
    return Next(f"{text} {told}", button=Button(_("Return to the authors"), url))


def words(found: Apart) -> str:
    """What each part would be alone."""
    tiers = ", ".join(f"{part_words(part)} {scored.tier}" for part, scored in found.alone.items())
    return _("The parts deserve different tiers: %(tiers)s.") % {"tiers": tiers}


class Split(ActionView):
    """The authors of an open case take one part out of it."""

    template_name = "reviews/splitting/split.html"
    form_class: type[forms.Form] = SplitForm
    level = Level.MATERIAL
    tab = "overview"
    heading = _l("Split the case")
    submit_label = _l("Split the case")
    done_text = _l("Split. This is the new case, a draft of its own; the other part is where it was.")
    apart: Apart

    def check(self) -> None:
        """Authors, while the revision is open and has both parts."""
        access.check_can_split(self.user, self.submission)
        found = splitting.look(self.pack, self.revision.response.answers)
        if found is None and self.request.method != "POST":
            raise NotNow(_("This case has one part only; there is nothing to split."), code="one_part")
        if found is not None:
            self.apart = found

    @property
    def revision(self) -> Revision:
        """The open revision."""
        assert self.submission.revision is not None
        return self.submission.revision

    @cached_property
    def pack(self) -> Pack:
        """The policy that the open revision will be judged by."""
        return policy_of(self.revision, self.submission).pack

    def version(self) -> int:
        """Of the answers, from which both cases go on."""
        return self.revision.response.version

    def act(self, form: forms.Form) -> Submission:
        """Split it; the bytes that the old case keeps are copied before anything is locked."""
        part = cast(Part, form.cleaned_data["part"])
        with actions.copied(self.revision, part) as copies:
            self.new = actions.split(
                submission=self.submission,
                part=part,
                suffix=form.cleaned_data["suffix"],
                copies=copies,
                version=self.seen(),
                by=self.user,
                now=self.now,
            )
        return self.new

    def get_success_url(self) -> str:
        """The new case: what it still needs stands there."""
        return reverse("reviews:submission-detail", args=[self.new.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The three tiers, and whether the new case is judged by another policy."""
        context = super().get_context_data(**kwargs)
        in_force = self.submission.committee.policy
        context.update(
            rows=self._rows(),
            apart=getattr(self, "apart", None),
            other_policy=in_force if in_force is not None and in_force.pack is not self.pack else None,
        )
        return context

    def _rows(self) -> list[Row]:
        apart = getattr(self, "apart", None)
        if apart is None:
            return []
        named = [(_("Both together, as now"), apart.whole), *((str(ALONE[part]), apart.alone[part]) for part in PARTS)]
        return [Row(label, self.pack.tier(scored.tier), scored) for label, scored in named]
