"""Emergency restrictions: placing one, reading and voting on it, and the two steps of lifting it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import restriction as access
from reviews.access.twin import can
from reviews.actions import restriction as actions
from reviews.forms.restriction import AnswerLiftForm, AskLiftForm, PlaceForm, VoteForm
from reviews.models import Restriction, RestrictionVote, Submission
from reviews.queries import restriction as queries
from reviews.queries.restriction import Standing
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.quorum import Tally
from reviews.rules.restriction import IN_FORCE, Ending, Phase, phase
from reviews.rules.states import Vote
from reviews.views import wording
from reviews.views.base import ActionView, CasePage, CaseView
from reviews.views.components import Button, Due, Fact, shown
from reviews.views.next_step import moment_of

VOTES: wording.Words = {"for": _l("The restriction stands"), "against": _l("It ends")}
ENDINGS: wording.Words = {
    "lapsed": _l("It lapsed: nobody ratified it in time."),
    "refused": _l("The vote refused it."),
    "lifted": _l("It was lifted."),
    "replaced": _l("A later decision took the place of what it restricted."),
}


class Place(ActionView):
    """Restrict a decision at once."""

    form_class = PlaceForm
    template_name = "reviews/restriction/place.html"
    tab = "decision"
    heading = _l("Place an emergency restriction")
    submit_label = _l("Restrict it now")
    submit_css = "btn-danger"
    done_text = _l("The restriction is in force. Authors, board and leadership were told, and the vote is open.")

    def check(self) -> None:
        """The chair, while something can be restricted."""
        access.check_can_place(self.user, self.submission)
        if self.request.method != "POST":
            actions.check_placeable(self.submission, self.now)

    def act(self, form: forms.Form) -> object:
        """Place it."""
        return actions.place(submission=self.submission, reason=form.cleaned_data["reason"], by=self.user, now=self.now)

    def get_success_url(self) -> str:
        """The restriction."""
        return page_of(self.submission)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Until when it would have to be ratified, and by whom."""
        context = super().get_context_data(**kwargs)
        decision = queries.ruling(self.submission)
        if decision is not None:
            until = queries.ratify_by(decision, self.submission, now=self.now)
            context.update(
                until=until,
                by_board=access.tier_of(decision).quorum is not None,
                is_new_to_voters=self.submission.deliberation_opened_at is None,
            )
        return context


def page_of(submission: Submission) -> str:
    """The page of the restriction that was placed last."""
    return reverse("reviews:restriction-detail", args=[submission.reference])


class RestrictionPage(CaseView):
    """The restriction, its votes, and what can be done about it now."""

    tab = "decision"
    row: Restriction

    def standing(self) -> Standing:
        """Where it stands at this moment."""
        return queries.standing(self.row, self.submission, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Facts for everybody inside; names and votes for those who see the board."""
        context = super().get_context_data(**kwargs)
        found = self.standing()
        board = self.sight.board and not self.sight.as_author
        votes = list(self.row.votes.all()) if board else []
        own = next((vote for vote in votes if vote.voter_id == self.user.pk), None)
        context.update(
            restriction=self.row,
            vote_form=self._form(context.get("form"), found, own),
            badge=_badge(found.phase, self.row),
            facts=self._facts(found, board=board),
            needs=_needs(found.count) if board and found.count is not None else (),
            is_board=board,
            votes=[(vote, wording.of(VOTES, vote.vote)) for vote in votes],
            own=own,
            vote_url=reverse("reviews:restriction-vote", args=[self.row.public_id]),
            buttons=self._buttons(found) if board else (),
        )
        return context

    def _form(self, bound: object, found: Standing, own: RestrictionVote | None) -> VoteForm | None:
        """The form of whoever can ratify it. One that came back stays as it was typed, also once the vote is over."""
        if isinstance(bound, VoteForm):
            return bound
        if found.phase is not Phase.WAITS or not can(access.check_can_ratify, self.user, self.submission, self.row):
            return None
        return VoteForm(initial={"vote": own.vote, "reason": own.reason} if own is not None else {})

    def _facts(self, found: Standing, *, board: bool) -> tuple[Fact, ...]:
        row, at = self.row, self._moment
        facts = [Fact(_("Placed"), at(row.placed_at), str(row.placed_by) if board else _("by the board"))]
        if found.phase is Phase.WAITS:
            left = Due.of(row.ratify_by, self.now, self.facts.business_days_to(row.ratify_by)).distance
            facts.append(
                Fact(_("To be ratified by"), at(row.ratify_by), _("%(left)s; then it lapses") % {"left": left})
            )
        elif row.ratified_at is not None:
            facts.append(Fact(_("Ratified"), at(row.ratified_at)))
        if row.ended_at is not None:
            facts.append(Fact(_("Ended"), at(row.ended_at), wording.of(ENDINGS, row.ending)))
        elif found.phase is Phase.LAPSED:
            facts.append(Fact(_("Ended"), at(row.ratify_by), wording.of(ENDINGS, Ending.LAPSED)))
        return tuple(facts)

    def _moment(self, value: Any) -> str:
        return moment_of(self.user, self.facts, value)

    def _buttons(self, found: Standing) -> tuple[Button, ...]:
        row, case, in_force = self.row, self.submission, found.phase in IN_FORCE
        asked = row.lift_asked_at is not None
        asks = in_force and not asked and can(access.check_can_ask_lift, self.user, case)
        answers = in_force and asked and can(access.check_can_answer_lift, self.user, case, row)
        return shown(
            (
                Button(_("Ask to lift it"), reverse("reviews:restriction-ask-lift", args=[row.public_id]), shown=asks),
                Button(
                    _("Lift or keep it"),
                    reverse("reviews:restriction-answer-lift", args=[row.public_id]),
                    kind="primary",
                    shown=answers,
                ),
            )
        )


def _badge(found: Phase, row: Restriction) -> tuple[str, str, str]:
    if found is Phase.WAITS:
        return _("In force, waits for ratification"), "bad", "stop-circle"
    if found is Phase.RATIFIED:
        return _("In force, ratified"), "bad", "stop-circle"
    return _("Ended"), "", "check2"


def _needs(count: Tally) -> tuple[Fact, ...]:
    """What the vote needs and what is there."""
    voted = _("%(here)d of %(needed)d") % {"here": count.present, "needed": count.quorum_needed}
    said = _("%(votes)d of %(needed)d") % {"votes": count.votes_for, "needed": count.for_needed}
    seats = [
        Fact(
            wording.of(wording.SEATS, seat.key),
            _("%(here)d of %(needed)d") % {"here": seat.present, "needed": seat.needed},
        )
        for seat in count.seats
    ]
    return (Fact(_("Voted, of the quorum"), voted), *seats, Fact(_("For the restriction, of those needed"), said))


class Detail(RestrictionPage, CasePage):
    """Read where the restriction stands."""

    template_name = "reviews/restriction/detail.html"

    def check(self) -> None:
        """There is one, now or before."""
        found = queries.newest(self.submission)
        if found is None:
            raise NotNow(_("No emergency restriction was placed on this case."), code="none")
        self.row = found


class _OneRestriction(ActionView):
    """A page about one restriction, for those who see the board. To everybody else it is not there."""

    tab = "decision"
    row: Restriction

    def find(self) -> Submission | None:
        """The case of the restriction."""
        found = queries.by_public_id(self.kwargs["public_id"])
        if found is None:
            return None
        self.row = found
        return get_visible(self.user, found.submission.reference, self.level)

    def check(self) -> None:
        """Those who see the board."""
        if self.sight.as_author or not self.sight.board:
            raise Http404

    def check_in_force(self) -> None:
        """Nothing is done about one that ended or lapsed."""
        if self.request.method != "POST" and phase(self.row.moments, now=self.now) not in IN_FORCE:
            raise NotNow(_("This restriction is in force no longer."), code="ended")

    def back_url(self) -> str:
        """The restriction."""
        return page_of(self.submission)


class Cast(RestrictionPage, _OneRestriction):
    """Ratify or refuse, or change one's mind while the vote is open."""

    template_name = "reviews/restriction/detail.html"
    form_class = VoteForm
    done_text = _l("Your vote is in. You may change it while the vote is open.")

    def check(self) -> None:
        """Who could ratify it when it was placed, and still may."""
        super().check()
        access.check_can_ratify(self.user, self.submission, self.row)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form stands on the page of the restriction."""
        return HttpResponseRedirect(self.back_url() + "#vote")

    def act(self, form: forms.Form) -> RestrictionVote:
        """Vote."""
        given = form.cleaned_data
        return actions.vote(
            restriction=self.row, vote=Vote(given["vote"]), reason=given["reason"], by=self.user, now=self.now
        )


class AskLift(_OneRestriction):
    """The chair asks to lift it."""

    form_class = AskLiftForm
    heading = _l("Ask to lift the restriction")
    lead = _l(
        "It stays in force until a second person confirms. A voting member or somebody who runs the committee does."
    )
    submit_label = _l("Ask for it")
    done_text = _l("Asked. A second person was told.")

    def check(self) -> None:
        """The chair, while it is in force and nobody asked."""
        super().check()
        access.check_can_ask_lift(self.user, self.submission)
        self.check_in_force()
        if self.request.method != "POST" and self.row.lift_asked_at is not None:
            raise NotNow(_("Somebody asked for it already; a second person confirms."), code="asked")

    def act(self, form: forms.Form) -> object:
        """Ask."""
        return actions.ask_lift(restriction=self.row, reason=form.cleaned_data["reason"], by=self.user, now=self.now)


class AnswerLift(_OneRestriction):
    """A second person lifts or keeps it."""

    form_class = AnswerLiftForm
    template_name = "reviews/restriction/answer.html"
    heading = _l("Lift the restriction or keep it")
    submit_label = _l("Confirm")

    def check(self) -> None:
        """Another person than who asked, while somebody asks."""
        super().check()
        access.check_can_answer_lift(self.user, self.submission, self.row)
        self.check_in_force()
        if self.request.method != "POST" and self.row.lift_asked_at is None:
            raise NotNow(_("Nobody asks to lift this restriction."), code="not_asked")

    def act(self, form: forms.Form) -> object:
        """Lift or keep."""
        lifts = form.cleaned_data["answer"] == "lift"
        self.done_text = _("It is lifted. The decision counts again.") if lifts else _("It stays in force.")
        return actions.answer_lift(restriction=self.row, lifts=lifts, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was asked, and by whom."""
        return {**super().get_context_data(**kwargs), "restriction": self.row}
