"""Proposed reviewers, for one case or for everything that a coordinator has open: look, change, confirm.

Nothing of a proposal is stored before it is confirmed. The same facts lead to the same proposal, so a page carries
only what was changed on any page: who is kept, who is set aside, who was chosen instead. Seats of other pages are
offered with those of this one, by the digest that the page carries of them.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import assignment as access
from reviews.actions import proposal as actions
from reviews.actions.proposal import Pick
from reviews.forms.proposal import INSTEAD, NOBODY, ProposalForm
from reviews.models import Submission
from reviews.queries import proposal as queries
from reviews.queries import work
from reviews.queries.proposal import SUSPECTED, Table, Wanting
from reviews.rules import matching
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.matching import Proposal, Seat, Shortage
from reviews.rules.matching_facts import Person
from reviews.rules.states import ROUND_OPEN, State
from reviews.views import proposal_words as words
from reviews.views.base import Acting, ActionView, PersonView
from reviews.views.components import Crumb, Due, Fact

PAGE = 15  # cases; with four seats each and everybody who would be next, a page stays small


class _Proposing(PersonView, Acting):
    """A proposal and its changes. Proposing again changes nothing; offering is one action."""

    template_name = "reviews/proposal/propose.html"
    form_class = ProposalForm

    def only(self) -> Submission | None:
        """The one case that is asked about; None for all."""
        return None

    @cached_property
    def table(self) -> Table:
        """The facts, read once."""
        return queries.table(self.user, self.now, only=self.only())

    @cached_property
    def experts(self) -> dict[str, Person]:
        """What is known about the people, by their key."""
        return {person.key: person for person in self.table.facts.people}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Offer the seats, or only propose again around what was changed."""
        assert isinstance(form, ProposalForm)
        if self.request.POST.get("do") != "offer":
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def act(self, form: forms.Form) -> object:
        """Offer every seat of the proposal, those of this page as they stand on it."""
        assert isinstance(form, ProposalForm)
        picks = [self._pick(*pair, form.versions.get(pair[0], -1)) for pair in form.taken]
        picks += self._picks_elsewhere(form)
        if not picks:
            raise RuleBroken(_("There is no seat to offer on this page."), code="no_seats")
        made = actions.offer_all(picks=picks, by=self.user, now=self.now)
        text = ngettext("%(n)d offer is on its way.", "%(n)d offers are on their way.", len(made))
        messages.success(self.request, text % {"n": len(made)})
        return made

    def _pick(self, reference: str, name: str, seen: int) -> Pick:
        one, person = self.table.wanting.get(reference), self.table.people.get(name)
        if one is None or person is None:
            raise RuleBroken(_("This page has changed. Propose again."), code="changed")
        return Pick(submission=one.submission, version=seen, reviewer=person, days=one.days)

    def _picks_elsewhere(self, form: ProposalForm) -> list[Pick]:
        """The seats of the other pages. The same facts lead to the same ones; where they are not those that the
        person who confirms could look at, raises ``Stale``."""
        given = form.cleaned_data
        if not given["rest"]:
            return []
        found = matching.propose(self.table.without(given["drop"]).facts, kept=given["held"], next_best=0)
        rest = [seat for seat in found.seats if seat.case not in form.versions]
        if self._digest(rest) != given["rest"]:
            raise Stale(_("Something changed on another page of this proposal. Here it is as it is now."), code="stale")
        return [self._pick(seat.case, seat.person, self._version(seat)) for seat in rest]

    def _version(self, seat: Seat) -> int:
        return self.table.wanting[seat.case].submission.version

    def _digest(self, seats: list[Seat]) -> str:
        """What stands for seats that are not on the page, and for the cases as they are; empty for none."""
        lines = sorted(f"{seat.case}:{seat.person}:{self._version(seat)}" for seat in seats)
        return sha256("\n".join(lines).encode()).hexdigest() if lines else ""

    def stale(self, form: forms.Form, text: str) -> HttpResponse:
        """What is true now is read again."""
        self.__dict__.pop("table", None)
        return super().stale(form, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The proposal with its reasons, what is short, and what the changes cost."""
        context = super().get_context_data(**kwargs)
        given = context["form"]
        form = given if isinstance(given, ProposalForm) and given.is_bound and hasattr(given, "cleaned_data") else None
        dropped, kept = (form.dropped, form.kept) if form is not None else ([], [])
        facts = self.table.without(dropped).facts
        page = Paginator(list(self.table.wanting.values()), PAGE).get_page(self.request.GET.get("page"))
        here = {one.submission.reference for one in page.object_list}
        found = matching.propose(facts, kept=kept, explained=here)
        shown = [seat for seat in found.seats if seat.case in here]
        context.update(
            now=self.now,
            page=page,
            blocks=[self._block(one, found, kept) for one in page.object_list],
            dropped=[(f"{case}:{name}", self.table.people[name], case) for case, name in sorted(set(dropped))
                     if name in self.table.people],
            held=sorted({f"{seat.case}:{seat.person}" for seat in found.seats if (seat.case, seat.person) in kept}),
            rest=self._digest([seat for seat in found.seats if seat.case not in here]),
            count=len(found.seats),
            said=_said(found, len(self.table.wanting)),
            shortages=[
                (words.short(self.table.wanting[row.case], row), words.remedy(row), _settle_url(row))
                for row in found.shortages
                if row.case in here
            ],
            facts=self._costs(found, bool(kept or dropped)),
            loads=self._loads(shown),
            leading_points=self.table.facts.weights.leading,
        )  # fmt: skip
        return context

    def _block(self, one: Wanting, found: Proposal, kept: list[tuple[str, str]]) -> dict[str, Any]:
        reference = one.submission.reference
        seats = [seat for seat in found.seats if seat.case == reference]
        return {
            "reference": reference,
            "label": one.submission.label,
            "url": reverse("reviews:assignment-assign", args=[reference]),
            "tier": one.tier,
            "seen": f"{reference}:{one.submission.version}",
            "due": Due(one.due) if one.due is not None else None,
            "seats": [self._seat(one, seat, (seat.case, seat.person) in kept) for seat in seats],
            "empty": [
                words.seat_name(one, row.seat, external=row.external)
                for row in found.shortages
                if row.case == reference
            ],
        }

    def _seat(self, one: Wanting, seat: Seat, is_kept: bool) -> dict[str, Any]:
        person = self.table.people[seat.person]
        options = [(f"{seat.case}:{seat.person}", str(person))]
        options += [(f"{seat.case}:{INSTEAD}{o.person}", words.instead(self.table, o)) for o in seat.next_best]
        options.append((f"{seat.case}:{NOBODY}{seat.person}", _("Nobody for now")))
        return {
            "name": words.seat_name(one, seat.seat),
            "id": f"{seat.case}-{seat.person}",
            "value": f"{seat.case}:{seat.person}",
            "person": person,
            "why": words.why(one, seat, self.experts[seat.person]),
            "load": words.load(seat.load_after, seat.cap),
            "next": words.instead(self.table, seat.next_best[0]) if seat.next_best else "",
            "options": options,
            "is_kept": is_kept,
        }

    def _costs(self, found: Proposal, is_changed: bool) -> tuple[Fact, ...]:
        facts = []
        if is_changed:
            best = matching.propose(self.table.facts, next_best=0)
            lost = len(best.seats) - len(found.seats)
            facts.append(Fact(_("Your changes cost"), _("%(n)d points") % {"n": best.worth - found.worth}))
            if lost:
                facts.append(Fact(_("Seats lost by your changes"), lost))
        proof = _("No better proposal exists.")
        if not found.is_proven:
            proof = _("A better one could be worth %(n)d more at most.") % {"n": found.bound - found.worth}
        return (*facts, Fact(_("Proof"), proof))

    def _loads(self, seats: list[Seat]) -> list[tuple[str, int, int]]:
        found = {str(self.table.people[seat.person]): (seat.load_after, seat.cap) for seat in seats}
        return sorted(((name, *load) for name, load in found.items()), key=lambda row: (-row[1], row[0]))[:PAGE]


def _settle_url(shortage: Shortage) -> str:
    """Where ties are looked for and settled, for a seat that is short by one."""
    is_suspected = any(reason == SUSPECTED for reason, _count in shortage.shut)
    return reverse("reviews:conflict-list", args=[shortage.case]) if is_suspected else ""


def _said(found: Proposal, cases: int) -> str:
    if not cases:
        return _("No case of yours wants reviewers now.")
    seats = ngettext("%(n)d seat can be offered.", "%(n)d seats can be offered.", len(found.seats))
    said = seats % {"n": len(found.seats)}
    if found.shortages:
        text = ngettext("%(n)d stays open.", "%(n)d stay open.", len(found.shortages))
        said += " " + text % {"n": len(found.shortages)}
    return said


class OfQueue(_Proposing):
    """One proposal over all open cases that this person coordinates; 404 for whoever runs no committee."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who run a committee."""
        if not work.runs_a_committee(self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """What is left is proposed around what was offered."""
        return reverse("reviews:queue-proposal")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page speaks of the queue."""
        context = super().get_context_data(**kwargs)
        crumbs = (Crumb(_("Queue"), reverse("reviews:queue")), Crumb(_("Proposed reviewers")))
        return {**context, "heading": _("Proposed reviewers"), "lead": context["said"], "crumbs": crumbs}


class OfCase(_Proposing, ActionView):
    """A proposal for one case."""

    heading = _l("Proposed reviewers")

    def check(self) -> None:
        """Only the coordinator, while reviewers are asked."""
        access.check_can_assign(self.user, self.submission)
        if State(self.submission.state) not in ROUND_OPEN:
            raise NotNow(_("Reviewers are asked between submission and deliberation."), code="wrong_state")

    def only(self) -> Submission:
        """This case."""
        return self.submission

    def back_url(self) -> str:
        """The page of the seats."""
        return reverse("reviews:assignment-assign", args=[self.submission.reference])


__all__ = ["OfCase", "OfQueue"]
