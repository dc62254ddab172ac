"""The assessment of a case: the tier and the whole way to it, who moved what, and setting another tier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import assessment as access
from reviews.access.submission import sight
from reviews.access.twin import can
from reviews.actions import assessment as actions
from reviews.forms.assessment import RefusalForm, TierForm
from reviews.models import Assessment, Revision, Submission, TierProposal
from reviews.queries import assessment as queries
from reviews.queries import legal_flag
from reviews.queries import review as reviews
from reviews.queries.submission import get_visible, revision_before
from reviews.rules import tiers
from reviews.rules.errors import NotNow
from reviews.rules.states import TIER_OPEN
from reviews.rules.visibility import Level
from reviews.views import aggregation, difference
from reviews.views.base import ActionView, CasePage
from reviews.views.components import Button, shown
from reviews.views.difference import Differing
from reviews.views.explanation import explain
from reviews.views.splitting import apart


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
        found = self.facts.assessment or queries.last_of_case(self.submission)
        if found is None:
            raise NotNow(_("The assessment is made when this revision is submitted."), code="not_assessed")
        self.assessment, self.revision = found, found.revision

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The explanation; why people set a tier, and who answered what, is for those who read reviews."""
        context = super().get_context_data(**kwargs)
        ruling = self.assessment
        numbers = self._numbers()
        filed = reviews.by_public_ids(numbers.counted) if numbers.counted else []
        counted = reviews.aggregated(self.revision, filed) if filed else None
        table = None
        if counted is not None:
            pack = self.revision.policy.pack
            table = aggregation.without_names(pack, counted)
            if self.sight.reviews:
                table = aggregation.build(pack, counted, filed)
        context.update(
            revision=self.revision,
            upcoming=self.facts.revision if self.revision != self.facts.revision else None,
            assessment=ruling,
            numbers=numbers,
            reason=ruling.reason if self._reads_reason() else "",
            gone=aggregation.gone(self.revision, numbers) if self.sight.peers and not self.sight.as_author else "",
            it=explain(
                self.revision,
                ruling,
                numbers,
                counted,
                noted=legal_flag.lines(self.revision, as_author=self.sight.as_author),
            ),
            table=table,
            difference=self._difference(),
            proposals=self._proposals(),
            propose=self._propose_button(),
            tier=self.revision.policy.pack.tier(ruling.tier),
            apart=apart(self.user, self.submission, self.facts),
        )
        return context

    def _difference(self) -> Differing | None:
        before = revision_before(self.revision)
        return difference.since(before, self.revision, blind=False) if before is not None else None

    def _numbers(self) -> Assessment:
        """What of it the reader sees; of a revision before the one being written, what the authors' answers gave."""
        if self.assessment is self.facts.assessment:
            return self.facts.numbers(self.sight) or self.assessment
        return queries.of_authors(self.revision)

    def _reads_reason(self) -> bool:
        """A reviewer's words open with the reviews; those of the chair stand before everybody on the board."""
        if self.assessment.basis == Assessment.Basis.OVERRIDE:
            return not self.sight.as_author
        return self.assessment.basis == Assessment.Basis.BOARD and self.sight.reviews

    def _proposals(self) -> list[dict[str, Any]]:
        """What was proposed in place of the tier, with what this person may do about it."""
        if self.sight.as_author:
            return []
        return [
            {
                "row": row,
                "tier": self.revision.policy.pack.tier(row.tier),
                "waits_for": self._waits_for(row),
                "buttons": self._buttons(row),
            }
            for row in queries.proposals(self.revision)
            if row.withdrawn_at is None or row.refusal
        ]

    def _waits_for(self, row: TierProposal) -> str:
        """Who may confirm it; the board knows its people, and reviewers who judge alone never come here."""
        if not row.is_open or self.submission.state not in TIER_OPEN:
            return ""
        names = [person.display_name for person in access.second_people(self.submission, row)]
        if not names:
            return _("Nobody can confirm it now: all who hold a role for it stand outside this case.")
        return _("It is the turn of: %(names)s. One of them is enough.") % {"names": ", ".join(names)}

    def _buttons(self, row: TierProposal) -> tuple[Button, ...]:
        case, is_open = self.submission, row.is_open and self.submission.state in TIER_OPEN
        confirm = reverse("reviews:assessment-confirm-tier", args=[row.public_id])
        refuse = reverse("reviews:assessment-refuse-tier", args=[row.public_id])
        take_back = reverse("reviews:assessment-take-back-tier", args=[row.public_id])
        may_confirm = is_open and can(access.check_can_confirm, self.user, case, row)
        may_take_back = is_open and can(access.check_can_take_back, self.user, case, row)
        return shown(
            (
                Button(_("Look at it and confirm"), confirm, small=True, shown=may_confirm),
                Button(_("Refuse it"), refuse, small=True, kind="quiet", shown=may_confirm),
                Button(_("Take it back"), take_back, small=True, kind="quiet", shown=may_take_back),
            )
        )

    def _propose_button(self) -> Button | None:
        case = self.submission
        if case.state not in TIER_OPEN or not can(access.check_can_propose, self.user, case):
            return None
        if queries.open_proposal(self.revision) is not None:
            return None
        return Button(_("Propose another tier"), reverse("reviews:assessment-propose-tier", args=[case.reference]))


class ProposeTier(ActionView):
    """The chair proposes another tier."""

    level = Level.MATERIAL
    tab = "assessment"
    form_class: type[forms.Form] = TierForm
    heading = gettext_lazy("Propose another tier")
    lead = gettext_lazy(
        "It takes effect once a second person confirms it: the deputy, an officer or a voting member. Reviewers, "
        "evidence, quorum and dates follow it then; holds stay until their officer clears them."
    )
    submit_label = gettext_lazy("Propose it")
    done_text = gettext_lazy("Proposed. Those who may confirm it were told.")

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_propose(self.user, self.submission)
        if self.submission.state not in TIER_OPEN:
            raise NotNow(_("The tier can be set until the board has decided."), code="wrong_state")

    @property
    def revision(self) -> Revision:
        """The revision that is judged."""
        return self.facts.revision

    def get_form_kwargs(self) -> dict[str, Any]:
        """The tiers that may be set: none below a trigger, none without people."""
        pack, ruling = self.revision.policy.pack, queries.current(self.revision)
        allowed = tiers.may_set(pack, ruling.tier, ruling.result["triggers"])
        choices = [(tier, f"{_('Tier %(tier)d') % {'tier': tier}} - {pack.tier(tier).label}") for tier in allowed]
        return {**super().get_form_kwargs(), "choices": choices}

    def act(self, form: forms.Form) -> TierProposal:
        """Propose it."""
        return actions.propose_tier(
            submission=self.submission, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data
        )

    def back_url(self) -> str:
        """The assessment."""
        return reverse("reviews:assessment-detail", args=[self.submission.reference])


class OfProposal(ActionView):
    """A page of one proposal, for those who see the case's material."""

    level = Level.MATERIAL
    tab = "assessment"
    proposal: TierProposal

    def find(self) -> Submission | None:
        """The case of a proposal; to its authors there is none."""
        found = queries.proposal(self.kwargs["public_id"])
        if found is None:
            return None
        self.proposal = found
        submission = get_visible(self.user, found.revision.submission.reference, self.level)
        if submission is None or sight(self.user, submission).as_author:
            return None
        return submission

    def about(self) -> str:
        """Which tier."""
        return _("Tier %(tier)d") % {"tier": self.proposal.tier}

    def back_url(self) -> str:
        """The assessment."""
        return reverse("reviews:assessment-detail", args=[self.submission.reference])


class ConfirmTier(OfProposal):
    """The second person brings it into force."""

    template_name = "reviews/assessment/confirm.html"
    heading = gettext_lazy("Confirm another tier")
    submit_label = gettext_lazy("Confirm this tier")
    done_text = gettext_lazy("The tier is set.")

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_confirm(self.user, self.submission, self.proposal)

    def act(self, form: forms.Form) -> Assessment:
        """Confirm it."""
        return actions.confirm_tier(proposal=self.proposal, version=self.seen(), by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both tiers and the reason."""
        pack = self.proposal.revision.policy.pack
        ruling = queries.current(self.proposal.revision)
        return super().get_context_data(
            proposal=self.proposal, proposed=pack.tier(self.proposal.tier), ruling=pack.tier(ruling.tier), **kwargs
        )


class RefuseTier(OfProposal):
    """Whoever could confirm it ends it instead."""

    form_class: type[forms.Form] = RefusalForm
    heading = gettext_lazy("Refuse another tier")
    lead = gettext_lazy("The tier that rules stays. The proposal and your reason stay on record; another can be made.")
    submit_label = gettext_lazy("Refuse it")
    done_text = gettext_lazy("The proposal is refused; whoever made it was told.")

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_confirm(self.user, self.submission, self.proposal)

    def act(self, form: forms.Form) -> TierProposal:
        """Refuse it."""
        return actions.refuse_tier(proposal=self.proposal, by=self.user, now=self.now, **form.cleaned_data)


class TakeBackTier(OfProposal):
    """Whoever proposed it ends it."""

    heading = gettext_lazy("Take the proposal back")
    lead = gettext_lazy("The tier that rules stays. The proposal stays on record.")
    submit_label = gettext_lazy("Take it back")
    done_text = gettext_lazy("The proposal is taken back.")

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_take_back(self.user, self.submission, self.proposal)

    def act(self, form: forms.Form) -> TierProposal:
        """Take it back."""
        return actions.take_back_tier(proposal=self.proposal, by=self.user, now=self.now)
