"""Motions: deliberating, putting one, voting, taking it back, closing the ballot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import motion as access
from reviews.access.condition import bound
from reviews.actions import motion as actions
from reviews.actions.motion import Proposal, Term
from reviews.forms.motion import MotionForm, PartChoice, ReturnForm, VoteForm, rows_of
from reviews.models import Motion, Part, Revision, Submission
from reviews.queries import motion as queries
from reviews.queries.round import working_tier
from reviews.queries.submission import get_visible, revision_shown
from reviews.rules import tiers
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.pack import Tier
from reviews.rules.states import MotionKind, MotionStatus, Outcome, PartKind, State, Vote
from reviews.views import agreement, condition_words, wording
from reviews.views.base import ActionView, CasePage
from reviews.views.board import BoardView, DeliberationPage, Ending, open_until
from reviews.views.components import Fact


class MotionView(BoardView):
    """A page about one motion."""

    motion: Motion

    def find(self) -> Submission | None:
        """The case of the motion."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.motion = row
        return get_visible(self.user, row.revision.submission.reference, self.level)

    def back_url(self) -> str:
        """The board's page."""
        return self.board_url()


class Deliberation(DeliberationPage, CasePage):
    """Read where the board stands."""

    template_name = "reviews/motion/deliberation.html"


class Cast(MotionView, DeliberationPage, ActionView):
    """Vote, or vote anew while the ballot is open."""

    template_name = "reviews/motion/deliberation.html"
    form_class = VoteForm
    done_text = _l("Your vote is in. You may change it until the ballot closes.")

    def check(self) -> None:
        """Voting members without conflict."""
        super().check()
        access.check_can_vote(self.user, self.submission)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form stands on the board's page."""
        return HttpResponseRedirect(self.board_url() + "#vote")

    def shown_motion(self) -> Motion | None:
        """The motion of the form that came back, closed or not."""
        return queries.by_public_id(self.motion.public_id)

    def act(self, form: forms.Form) -> object:
        """Cast the ballot."""
        return actions.cast(
            motion=self.motion,
            vote=Vote(form.cleaned_data["vote"]),
            reason=form.cleaned_data["reason"],
            is_dissent=form.cleaned_data["is_dissent"],
            by=self.user,
            now=self.now,
        )


class Put(BoardView, ActionView):
    """Put a motion to decide: one outcome per part, conditions, validity, reasons."""

    template_name = "reviews/motion/put.html"
    form_class = MotionForm
    heading = _l("Put a motion")
    submit_label = _l("Put it to the vote")
    done_text = _l("The motion is open. The voting members were told.")

    def check(self) -> None:
        """The coordinator or a voting member, while no motion is open."""
        super().check()
        access.check_can_put(self.user, self.submission)
        if self.submission.state != State.DELIBERATION:
            raise NotNow(_("Motions are put during deliberation."), code="wrong_state")
        if queries.open_motion(self.revision) is not None:
            raise NotNow(_("Another motion is being voted on. One is open at a time."), code="motion_open")

    def back_url(self) -> str:
        """The board's page; the case where deliberation has not opened."""
        opened = self.submission.deliberation_opened_at is not None
        return self.board_url() if opened else super().back_url()

    @property
    def revision(self) -> Revision:
        """The revision that is decided on."""
        return revision_shown(self.submission, as_author=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Asking for more rows keeps what was typed and judges nothing yet."""
        if request.POST.get("do") == "more":
            kept = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
            options = {**self._options(), "rows": rows_of(request.POST) + 3}
            return self.render_to_response(self.get_context_data(form=MotionForm(initial=kept, **options)))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The parts, the rows, and what the tier allows."""
        rows = {"rows": rows_of(self.request.POST)} if self.request.method == "POST" else {}
        return {**super().get_form_kwargs(), **self._options(), **rows}

    def get_initial(self) -> dict[str, Any]:
        """The tier's own validity; no outcome is chosen."""
        return {"valid_months": self._tier().review_valid_months}

    def _tier(self) -> Tier:
        revision = self.revision
        return revision.policy.pack.tier(working_tier(revision))

    def _options(self) -> dict[str, Any]:
        return {
            "parts": [self._choice(part) for part in self.revision.parts.all()],
            "owners": condition_words.owner_choices(self.submission),
            "stages": condition_words.stage_choices(self.revision),
            "today": self.submission.committee.day_of(self.now),
            "most_months": self._tier().review_valid_months,
        }

    def _choice(self, part: Part) -> PartChoice:
        pack = self.revision.policy.pack
        requested = pack.rung(part.kind, part.requested_rung)
        limit = tiers.ceiling(pack, self._tier().tier, part.kind)
        rungs = [
            (r.value, _("%(rung)s, above the ceiling") % {"rung": r.label} if r.order > limit.order else r.label)
            for r in pack.ladder(part.kind)
            if r.order <= requested.order
        ]
        facts = {"part": wording.of(wording.PARTS, part.kind), "rung": requested.label}
        return PartChoice(part.kind, _("%(part)s, asks for: %(rung)s") % facts, rungs)

    def act(self, form: forms.Form) -> object:
        """Put it."""
        assert isinstance(form, MotionForm)
        data = form.cleaned_data
        return actions.put(
            submission=self.submission,
            proposals=self._proposals(form),
            conditions=self._terms(form),
            rationale=data["rationale"],
            override_reason=data["override_reason"],
            benefits=data["benefits"],
            alternatives=data["alternatives"],
            valid_months=data["valid_months"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def faults(self, form: forms.Form) -> Sequence[RuleBroken]:
        """What the motion lacks besides."""
        assert isinstance(form, MotionForm)
        words = {name: form.cleaned_data.get(name) or "" for name in ("rationale", "override_reason")}
        revision, proposals = self.revision, self._proposals(form)
        today = self.submission.committee.day_of(self.now)
        return [
            *actions.faults(revision, proposals, tier=self._tier().tier, **words),
            *actions.term_faults(self.submission, revision, proposals, self._terms(form), today=today),
        ]

    def _terms(self, form: MotionForm) -> list[Term]:
        people = {person.public_id: person for person in bound(self.submission).everybody}
        found = []
        for row in form.conditions():
            part, _colon, rung = row.before.partition(":")
            found.append(Term(row.text, row.due_date, people.get(row.owner), part, rung, row.evidence, row.name))
        return found

    def _proposals(self, form: MotionForm) -> Sequence[Proposal]:
        found = []
        for part in form.parts:
            said = {key: form.cleaned_data.get(f"{part.kind}_{key}") or "" for key in ("outcome", "rung", "first_rung")}
            if said["outcome"]:
                outcome = Outcome(said["outcome"])
                found.append(Proposal(PartKind(part.kind), outcome, said["rung"], said["first_rung"]))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ceilings and what it takes to go above them."""
        context = super().get_context_data(**kwargs)
        revision, tier = self.revision, self._tier()
        pack = revision.policy.pack
        facts = []
        for part in revision.parts.all():
            limit = tiers.ceiling(pack, tier.tier, part.kind)
            asked = pack.rung(part.kind, part.requested_rung)
            note = _("asks for more: %(rung)s") if asked.order > limit.order else _("asks for: %(rung)s")
            facts.append(Fact(wording.of(wording.PARTS, part.kind), limit.label, note % {"rung": asked.label}))
        rules = []
        if tier.approval is not None:
            rules.append(Fact(_("Up to the ceiling"), wording.share(tier.approval)))
        if tier.override is not None:
            roles = [wording.of(wording.ROLES, role).lower() for role in tier.override.also]
            note = _("and the signature of: %(roles)s") % {"roles": ", ".join(roles)} if roles else ""
            rules.append(Fact(_("Above it"), wording.share(tier.override), note))
        context.update(
            facts=facts,
            rules=rules,
            tier=tier,
            board_url=self.board_url(),
            review_facts=agreement.facts(revision),
        )
        return context


class PutReturn(BoardView, ActionView):
    """Move to give the case back to its authors."""

    form_class = ReturnForm
    heading = _l("Move to return the case")
    lead = _l("If the motion carries, the authors get the case back with these reasons. There is no decision record.")
    submit_label = _l("Put it to the vote")
    done_text = _l("The motion is open. The voting members were told.")

    def check(self) -> None:
        """As for any motion."""
        super().check()
        access.check_can_put(self.user, self.submission)
        if self.submission.state != State.DELIBERATION:
            raise NotNow(_("Motions are put during deliberation."), code="wrong_state")
        if queries.open_motion(revision_shown(self.submission, as_author=False)) is not None:
            raise NotNow(_("Another motion is being voted on. One is open at a time."), code="motion_open")

    def back_url(self) -> str:
        """The board's page; the case where deliberation has not opened."""
        opened = self.submission.deliberation_opened_at is not None
        return self.board_url() if opened else super().back_url()

    def act(self, form: forms.Form) -> object:
        """Put it."""
        return actions.put_return(
            submission=self.submission,
            rationale=form.cleaned_data["rationale"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )


class TakeBack(MotionView, ActionView):
    """The mover takes an open motion back."""

    heading = _l("Take the motion back")
    lead = _l("The ballot ends without a result. Votes cast stay with the motion and count for nothing else.")
    submit_label = _l("Take the motion back")
    submit_css = "btn-danger"
    done_text = _l("The motion is taken back.")

    def check(self) -> None:
        """Only who put it, while it is open."""
        super().check()
        access.check_can_withdraw(self.user, self.submission, self.motion)
        _check_open(self.motion)

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.take_back(motion=self.motion, by=self.user, now=self.now)


class Close(MotionView, ActionView):
    """End a ballot that did not carry, or return the case as a carried motion says."""

    submit_css = "btn-danger"
    _returns = False

    def check(self) -> None:
        """The chair, or the deputy standing in, once the ballot has come out."""
        super().check()
        access.check_can_close(self.user, self.submission, self.motion)
        _check_open(self.motion)
        count = queries.tally(self.motion, self.submission, now=self.now)
        self._returns = self.motion.kind == MotionKind.RETURN and count.carried
        if count.carried and not self._returns:
            raise NotNow(_("This motion carries; finalise it instead."), code="carries")
        ending = Ending.of(self.motion, count, self.facts, self.user)
        if not ending.may_carry and not ending.may_lose:
            raise NotNow(ending.why_not or open_until(count), code="still_open" if count.quorum_met else "no_quorum")

    def act(self, form: forms.Form) -> object:
        """Close it, in the way that the form named."""
        if self.request.POST.get("do") == "return":
            return actions.finalise_return(motion=self.motion, version=self.seen(), by=self.user, now=self.now)
        return actions.close_lost(motion=self.motion, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What closing does now."""
        context = super().get_context_data(**kwargs)
        if self._returns:
            context.update(
                page_heading=_("Return the case to its authors"),
                page_lead=_("The motion has carried. The authors get the case back with its reasons."),
                submit_label=_("Return it"),
                hidden=(("do", "return"),),
            )
        else:
            context.update(
                page_heading=_("Close the ballot"),
                page_lead=_("The motion has not carried. Closing it lets somebody put another one."),
                submit_label=_("Close as lost"),
                hidden=(("do", "lost"),),
            )
        return context

    def get_success_url(self) -> str:
        """The board's page."""
        return self.board_url()


def _check_open(motion: Motion) -> None:
    if motion.status != MotionStatus.OPEN:
        raise NotNow(_("This ballot is closed already."), code="ballot_closed")
