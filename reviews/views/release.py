"""A staged release: which level is open, what keeps the next one shut, and the conditions of the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import release as access
from reviews.access.twin import can
from reviews.actions import release as actions
from reviews.forms.release import OpenForm
from reviews.models import Decision, ReleasePlan, Stage, Submission
from reviews.queries import release as queries
from reviews.queries.submission import get_visible
from reviews.rules import gates
from reviews.rules.clearance import Clearance
from reviews.rules.errors import NotNow
from reviews.rules.pack import Rung
from reviews.views import condition_words, formats, wording
from reviews.views.base import ActionView, CasePage
from reviews.views.components import Button, Empty, Fact
from reviews.views.outcomes import standing_of


class Detail(CasePage):
    """The stages in their order and the conditions, for the authors too."""

    tab = "release"
    template_name = "reviews/release/detail.html"
    decision: Decision
    clearance: Clearance
    plans: list[ReleasePlan]

    def check(self) -> None:
        """There is nothing to stage before a decision is in force."""
        found, self.plans = queries.plans(self.submission)
        cleared = self.facts.cleared
        if found is None or cleared is None:
            raise NotNow(_("No decision is in force yet."), code="not_in_force")
        self.decision, self.clearance = found, cleared.clearance

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ladders, granted levels, conditions."""
        context = super().get_context_data(**kwargs)
        opens = can(access.check_can_open, self.user, self.submission)
        pack = self.decision.revision.policy.pack
        context.update(
            ladders=[self._ladder(plan, opens=opens) for plan in self.plans],
            conditions=condition_words.lines(
                self.decision,
                self.submission,
                self.user,
                as_author=self.sight.as_author,
                today=self.submission.committee.day_of(self.now),
            ),
            facts=[
                Fact(
                    wording.of(wording.PARTS, part.kind),
                    wording.of(wording.OUTCOMES, part.outcome),
                    pack.rung(part.kind, part.granted_rung).label,
                )
                for part in self.decision.parts.all()
            ],
            standing=standing_of(self.facts),
            empty=Empty(
                _("Nothing is released in stages here."),
                _("What was granted holds at once, with the conditions below."),
                Button(_("Read the decision"), reverse("reviews:decision-detail", args=[self.submission.reference])),
            ),
        )
        return context

    def _ladder(self, plan: ReleasePlan, *, opens: bool) -> dict[str, Any]:
        facts = queries.stage_facts(plan)
        upcoming = gates.next_stage(facts)
        earliest = gates.earliest_opening(facts, dwell_days=plan.dwell_days)
        pack = plan.decision.revision.policy.pack
        rows = []
        for stage in plan.stages.all():
            rung = pack.rung(plan.part, stage.rung)
            is_next = upcoming is not None and stage.order == upcoming.order
            rows.append(self._stage(plan, stage, rung, is_next=is_next, opens=opens))
            if is_next:
                rows[-1]["earliest"] = earliest
        return {"plan": plan, "part": wording.of(wording.PARTS, plan.part), "stages": rows}

    def _stage(self, plan: ReleasePlan, stage: Stage, rung: Rung, *, is_next: bool, opens: bool) -> dict[str, Any]:
        code = self._code(plan, stage) if stage.opened_at is None else ""
        why = queries.shut_text(code, stage, self.submission, self._zone(), now=self.now) if code else ""
        past = stage.closed_at is not None
        return {
            "stage": stage,
            "rung": rung,
            "css": "is-past" if past else "is-now" if stage.opened_at else "is-planned",
            "is_next": is_next,
            "why": why,
            "opened_by": "" if self.sight.as_author else stage.opened_by,
            "button": Button(
                _("Open this stage"),
                reverse("reviews:release-open-stage", args=[stage.public_id]),
                kind="primary" if not why else "secondary",
                shown=opens and is_next,
                disabled=bool(why),
                reason=why,
            ),
        }

    def _code(self, plan: ReleasePlan, stage: Stage) -> str:
        holds = self.decision.revision.holds.all()
        return queries.reason_shut(plan, stage.order, self.submission, self.clearance, holds, now=self.now)

    def _zone(self) -> str:
        return self.user.time_zone if formats.zone_named(self.user.time_zone) else self.submission.committee.time_zone


class _ReleaseAction(ActionView):
    """A page that changes a release; only its coordinator has one."""

    tab = "release"

    def back_url(self) -> str:
        """The stages and conditions."""
        return reverse("reviews:release-detail", args=[self.submission.reference])


class OpenStage(_ReleaseAction):
    """Open the next stage; one that cannot be undone is confirmed a second time."""

    template_name = "reviews/release/open.html"
    form_class = OpenForm
    heading = _l("Open the next stage")
    submit_label = _l("Open the stage")
    done_text = _l("The stage is open. The authors were told.")
    stage: Stage

    def find(self) -> Submission | None:
        """The case of the stage."""
        row = queries.stage(self.kwargs["public_id"])
        if row is None:
            return None
        self.stage = row
        return get_visible(self.user, row.plan.decision.submission.reference, self.level)

    def check(self) -> None:
        """The coordinator, when nothing keeps it shut."""
        access.check_can_open(self.user, self.submission)
        code = queries.shut_now(self.stage.plan, self.stage.order, self.submission, now=self.now)
        if code:
            zone = self.submission.committee.time_zone
            text = queries.shut_text(code, self.stage, self.submission, zone, now=self.now)
            raise NotNow(text, code=code)

    @property
    def rung(self) -> Rung:
        """The level that opens."""
        return self.stage.plan.decision.revision.policy.pack.rung(self.stage.plan.part, self.stage.rung)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whether it can be undone."""
        return {**super().get_form_kwargs(), "is_irreversible": self.rung.irreversible}

    def act(self, form: forms.Form) -> object:
        """Open it."""
        confirmed = bool(form.cleaned_data.get("again_confirmed"))
        return actions.open_stage(stage=self.stage, again_confirmed=confirmed, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What opens, and on which files."""
        context = super().get_context_data(**kwargs)
        decision = self.stage.plan.decision
        part = self.stage.plan.part
        context.update(
            rung=self.rung,
            part=wording.of(wording.PARTS, part),
            artifacts=[row for row in decision.revision.artifacts.all() if row.part == part],
            manifest=decision.manifest_digest,
            back=self.back_url(),
        )
        return context
