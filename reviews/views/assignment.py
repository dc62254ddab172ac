"""Asking reviewers, and answering an offer. What becomes of a seat later is in ``assignment_changes``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import assignment as access
from reviews.actions import assignment as actions
from reviews.forms.assignment import AcceptForm, DeclineForm, OfferForm
from reviews.models import Assignment, Submission
from reviews.queries import assignment as queries
from reviews.queries import deadline
from reviews.queries.assignment import SEATED, SUSPECTED, Candidate, Round, Seat
from reviews.queries.submission import get_visible
from reviews.rules import deadlines
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN, AssignmentStatus, State
from reviews.rules.visibility import Level
from reviews.views import formats, wording
from reviews.views.base import ActionView, PersonView
from reviews.views.components import Button, Check, Due, Fact

PAGE = 50  # people; with all that is said of each a page stays small
LONGEST = 100  # letters of a name that is looked for
STEPS = (*range(1, 11), 12, 15, 20, 25, 30, 40, 60, 90)
SEAT_BUTTONS = (("extend", _l("More time")), ("replace", _l("Replace")), ("take-back", _l("Take back")))


def days_words(number: int, due: datetime | None, view: PersonView) -> str:
    """So many working days, and the date that follows in the reader's zone where the clock is not stopped."""
    words = ngettext("%(n)d working day", "%(n)d working days", number) % {"n": number}
    if due is None:
        return words
    zone = formats.zone_named(view.user.time_zone) or due.tzinfo
    return f"{words}, {formats.day(due.astimezone(zone).date(), now=view.now)}"


class Assign(ActionView):
    """The seats of a round, and everybody who could take one. Each offer is a form of its own."""

    template_name = "reviews/assignment/assign.html"
    form_class = OfferForm
    done_text = _l("The offer is on its way. The person sees the basics and states whether they have a conflict.")

    def check(self) -> None:
        """Only the coordinator asks."""
        access.check_can_assign(self.user, self.submission)

    def act(self, form: forms.Form) -> object:
        """Offer the seat to the person named in the row."""
        return actions.offer(
            submission=self.submission,
            reviewer=self.person(form.cleaned_data["reviewer"]),
            review_days=form.cleaned_data["review_days"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """The next seat is offered on the same page."""
        return reverse("reviews:assignment-assign", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Seats, people, and what the tier asks for."""
        bound = kwargs.get("form")
        context = super().get_context_data(**kwargs)
        found = queries.for_round(self.submission, self.now, self.user)
        open_now = State(self.submission.state) in ROUND_OPEN
        days = self._days(found)
        offer = bound if isinstance(bound, OfferForm) and bound.is_bound else None
        shown = offer or OfferForm(initial={"review_days": found.tier.sla_business_days})
        shown.offer_days(days)
        name = self.request.GET.get("q", "").strip()[:LONGEST]
        named = [one for one in found.candidates if name.casefold() in str(one.person).casefold()]
        page = Paginator([one for one in named if not one.why_not], PAGE).get_page(self.request.GET.get("page"))
        shut = [one for one in named if one.why_not]
        context.update(
            seats=[self._seat(seat, found) for seat in found.seats],
            rows=[self._row(candidate, found, offer) for candidate in page],
            page=page,
            shut=[self._shut(candidate, found) for candidate in shut[:PAGE]],
            shut_count=len(shut),
            shut_more=max(len(shut) - PAGE, 0),
            name=name,
            filters=bool(name) or len(found.candidates) > PAGE,
            offer=shown,
            open_now=open_now,
            checks=self._needs(found),
            facts=self._facts(found),
            propose=Button(
                _("Propose"),
                reverse("reviews:assignment-proposal", args=[self.submission.reference]),
                shown=open_now,
                small=True,
            ),
        )
        return context

    def _days(self, found: Round) -> list[tuple[int, str]]:
        numbers = sorted({*STEPS, found.tier.sla_business_days})
        return [(number, days_words(number, found.due_after(number, self.now), self)) for number in numbers]

    def _row(self, candidate: Candidate, found: Round, offer: OfferForm | None) -> dict[str, Any]:
        person, names = candidate.person, {domain.key: domain.label for domain in found.pack.domains}
        asked = [domain.key for domain in found.chosen]
        if found.top_domain in names:
            names[found.top_domain] = _("%(domain)s, the leading domain") % {"domain": names[found.top_domain]}
        knows = {
            key: wording.known(
                names.get(key, key), confirmed=candidate.confirmed.get(key, 0), stated=candidate.stated.get(key, 0)
            )
            for key in candidate.knows
        }
        fits = [knows[key] for key in sorted(asked, key=lambda key: key != found.top_domain) if key in knows]
        others = [label for key, label in knows.items() if key not in asked]
        mine = offer is not None and offer.data.get("reviewer") == person.public_id
        return {
            "person": person,
            "is_external": candidate.is_external,
            "fits": fits,
            "knows": [*others, *(wording.of(wording.SEATS, key) for key in candidate.skills)],
            "load": candidate.load,
            "is_full": candidate.is_full,
            "away": candidate.away,
            "before": wording.of(wording.ASSIGNMENTS, candidate.before) if candidate.before else "",
            "errors": offer.errors if mine and offer is not None else {},
        }

    def _shut(self, candidate: Candidate, found: Round) -> dict[str, Any]:
        return {
            "person": candidate.person,
            "why_not": self._why_not(candidate, found),
            "settle_url": self._settle_url() if candidate.why_not == SUSPECTED else "",
        }

    def _why_not(self, candidate: Candidate, found: Round) -> str:
        if candidate.why_not == SEATED:
            return _("Has a seat already")
        if candidate.why_not == SUSPECTED:
            return _("Suspected tie, to be settled")
        why = wording.why_excluded(found.pack, candidate.why_not)
        if candidate.why_not == wording.EXCLUDED_AS_AUTHOR:
            return why
        return _("Conflict of interest: %(why)s") % {"why": why}

    def _settle_url(self) -> str:
        return reverse("reviews:conflict-list", args=[self.submission.reference])

    def _seat(self, seat: Seat, found: Round) -> dict[str, Any]:
        due = None
        if seat.is_live and seat.due is not None:
            distance = deadlines.business_days_between(found.calendar, self.now, seat.due)
            due = Due.of(seat.due, self.now, distance)
        return {
            "person": seat.person,
            "status": wording.of(wording.ASSIGNMENTS, seat.status),
            "kind": {"done": "good"}.get(seat.status, "warn" if seat.is_live else ""),
            "offered_at": seat.offered_at,
            "due": due,
            "is_live": seat.is_live,
            "note": seat.note,
            "by_itself": seat.by_itself,
            "buttons": [
                Button(label, reverse(f"reviews:assignment-{name}", args=[seat.public_id]), small=True)
                for name, label in SEAT_BUTTONS
                if seat.is_live
            ],
        }

    def _needs(self, found: Round) -> tuple[Check, ...]:
        tier = found.tier
        text = ngettext("%(n)d reviewer", "%(n)d reviewers", tier.reviewers) % {"n": tier.reviewers}
        note = _("%(seated)d seated") % {"seated": found.seated}
        checks = [Check(text, "ok" if found.seated >= tier.reviewers else "no", note)]
        if tier.external_reviewers:
            count = tier.external_reviewers
            text = ngettext("%(n)d from outside", "%(n)d from outside", count) % {"n": count}
            note = _("%(seated)d seated") % {"seated": found.external}
            checks.append(Check(text, "ok" if found.external >= count else "no", note))
        checks.extend(Check(wording.of(wording.SEATS, key), "ok" if met else "no") for key, met in found.expertise)
        return tuple(checks)

    def _facts(self, found: Round) -> tuple[Fact, ...]:
        labels = {domain.key: domain.label for domain in found.chosen}
        leading = labels.get(found.top_domain) or _("none chosen")
        others = [domain.label for domain in found.chosen if domain.key != found.top_domain]
        facts = [Fact(_("Leading domain"), leading)]
        if others:
            facts.append(Fact(_("Also"), ", ".join(others)))
        return tuple(facts)


class OwnSeat(ActionView):
    """A page about a seat for the person whose it is. To everybody else it is not there."""

    level = Level.SUMMARY
    assignment: Assignment

    def find(self) -> Submission | None:
        """The case of a seat that this person was offered or has."""
        row = queries.offer(self.kwargs["public_id"])
        if row is None or row.reviewer_id != self.user.pk:
            return None
        self.assignment = row
        return get_visible(self.user, row.submission.reference, self.level)


class _OwnOffer(OwnSeat):
    """An offer as the person asked sees it: the basics and two ways to answer."""

    template_name = "reviews/assignment/offer.html"

    def check(self) -> None:
        """Only the person asked, while the offer is open."""
        access.check_can_answer(self.user, self.submission, self.assignment)
        if self.assignment.status != AssignmentStatus.OFFERED:
            raise NotNow(_("You have answered this offer."), code="answered")

    def back_url(self) -> str:
        """Where the work goes on: the review once there is one, otherwise the list of work."""
        review = self.assignment.review
        return reverse("reviews:review-edit", args=[review.public_id]) if review else reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The basics stand in the page; the head of the case says more than they may."""
        form = kwargs.get("form")
        context = super().get_context_data(**kwargs)
        found = queries.basics(self.assignment, self.submission)
        pack = self.assignment.revision.policy.pack
        key = self.assignment.public_id
        context.update(
            docket=None,
            submission=None,
            case_url="",
            heading=_("Would you review this case?"),
            lead=_("You see the basics now. The material opens once you accept and state that you have no conflict."),
            basics=found,
            tier_label=found.tier.label,
            review_due=self._due(found.review_due),
            answer_due=self._due(found.answer_due),
            accept_form=form if isinstance(form, AcceptForm) else AcceptForm(),
            decline_form=form if isinstance(form, DeclineForm) else DeclineForm(),
            accept_url=reverse("reviews:assignment-accept", args=[key]),
            decline_url=reverse("reviews:assignment-decline", args=[key]),
            hand_over_url=reverse("reviews:assignment-hand-over", args=[key]),
            conflict_url=reverse("reviews:conflict-declare", args=[self.submission.reference]),
            conflict_types=[kind.label for kind in pack.decision.conflict_types],
        )
        return context

    def _due(self, moment: Any) -> Due | None:
        if moment is None:
            return None
        working = deadline.calendar(self.submission.committee)
        return Due.of(moment, self.now, deadlines.business_days_between(working, self.now, moment))


class Offer(_OwnOffer):
    """Read an offer. It is answered at its own two addresses."""

    http_method_names = ["get", "head", "options"]
    form_class = AcceptForm


class Accept(_OwnOffer):
    """Take the seat with the statement of having no conflict."""

    form_class = AcceptForm
    done_text = _l("Thank you. The material is open to you now.")

    def act(self, form: forms.Form) -> object:
        """Accept."""
        return actions.accept(
            assignment=self.assignment, no_conflict=form.cleaned_data["no_conflict"], by=self.user, now=self.now
        )


class Decline(_OwnOffer):
    """Say no, with a word why."""

    form_class = DeclineForm
    done_text = _l("Thank you for answering. Somebody else is asked.")

    def act(self, form: forms.Form) -> object:
        """Decline."""
        return actions.decline(
            assignment=self.assignment, reason=form.cleaned_data["reason"], by=self.user, now=self.now
        )

    def get_success_url(self) -> str:
        """The case is closed to them now."""
        return reverse("reviews:my-work")
