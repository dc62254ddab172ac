"""What becomes of a seat: more time, somebody else in it, handed on to a colleague, taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import assignment as access
from reviews.access.twin import can
from reviews.actions import assignment as actions
from reviews.forms.assignment import ExtendForm, HandOverForm, ReplaceForm, TakeBackForm
from reviews.models import Assignment, Submission
from reviews.queries import assignment as queries
from reviews.queries import succession
from reviews.queries.assignment import Candidate
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.states import LIVE_ASSIGNMENT
from reviews.views.assignment import STEPS, OwnSeat, days_words
from reviews.views.base import ActionView


class _Seat(ActionView):
    """One live seat, for the coordinator; to the authors there is none."""

    assignment: Assignment

    def find(self) -> Submission | None:
        """The case of the seat, for those who work on it; its authors do not learn that there is one."""
        row = queries.offer(self.kwargs["public_id"])
        if row is None:
            return None
        self.assignment = row
        return get_visible(self.user, row.submission.reference, self.level)

    def check(self) -> None:
        """Only the coordinator, while something is owed."""
        if self.sight.as_author:
            raise Http404
        access.check_can_assign(self.user, self.submission)
        if self.assignment.status not in LIVE_ASSIGNMENT:
            raise NotNow(_("This seat is not open any more."), code="not_live")

    def about(self) -> str:
        """Whose seat."""
        return str(self.assignment.reviewer)

    def back_url(self) -> str:
        """The page of the seats, for whom it is."""
        if can(access.check_can_assign, self.user, self.submission):
            return reverse("reviews:assignment-assign", args=[self.submission.reference])
        return super().back_url()


class TakeBack(_Seat):
    """Free a seat that is not done."""

    form_class = TakeBackForm
    heading = _l("Take a seat back")
    submit_label = _l("Take the seat back")
    submit_css = "btn-danger"
    done_text = _l("The seat is free again, and the person was told.")

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.take_back(
            assignment=self.assignment, reason=form.cleaned_data["reason"], by=self.user, now=self.now
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose seat it is, in the first sentence."""
        context = super().get_context_data(**kwargs)
        context["page_lead"] = _(
            "%(name)s gives the seat up and is told so. What was written so far is kept and counts for nothing."
        ) % {"name": self.assignment.reviewer}
        return context


class Replace(_Seat):
    """Somebody else in a seat that is not done."""

    form_class = ReplaceForm
    heading = _l("Replace a reviewer")
    submit_label = _l("Offer the seat to them instead")
    done_text = _l("The seat was offered to somebody else, and both were told.")

    def get_form(self, form_class: Any = None) -> forms.Form:
        """With everybody who can be asked now."""
        form = super().get_form(form_class)
        assert isinstance(form, ReplaceForm)
        found = queries.for_round(self.submission, self.now, self.user)
        form.offer_people([(one.person.public_id, _candidate(one)) for one in found.candidates if not one.why_not])
        return form

    def act(self, form: forms.Form) -> object:
        """Replace them."""
        return actions.replace(
            assignment=self.assignment,
            reviewer=self.person(form.cleaned_data["reviewer"], field="reviewer"),
            reason=form.cleaned_data["reason"],
            by=self.user,
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What happens to both."""
        context = super().get_context_data(**kwargs)
        context["page_lead"] = _(
            "%(name)s gives the seat up and is told so. The other person sees the basics and states whether they have"
            " a conflict; they have as many working days, counted from now."
        ) % {"name": self.assignment.reviewer}
        return context


def _candidate(one: Candidate) -> str:
    values = {"name": one.person, "load": one.load, "cap": one.person.load_cap}
    text = _("%(name)s, load %(load)d of %(cap)d") % values
    return _("%(person)s, away for a time") % {"person": text} if one.away is not None else text


class Extend(_Seat):
    """More time for a review."""

    form_class = ExtendForm
    heading = _l("Give more time")
    submit_label = _l("Give the time")
    done_text = _l("The date was moved, and the reviewer was told.")

    def version(self) -> int:
        """The days that were shown."""
        return self.assignment.review_days

    def get_form(self, form_class: Any = None) -> forms.Form:
        """With every later date."""
        form = super().get_form(form_class)
        assert isinstance(form, ExtendForm)
        now_given = self.assignment.review_days
        later = [number for number in sorted({*STEPS, *range(now_given + 1, now_given + 11)}) if number > now_given]
        form.offer_days(
            [
                (number, days_words(number, queries.due_with(self.assignment, self.submission, number), self))
                for number in later
                if number <= STEPS[-1]
            ]
        )
        return form

    def act(self, form: forms.Form) -> object:
        """Move the date."""
        return actions.extend(
            assignment=self.assignment,
            review_days=form.cleaned_data["review_days"],
            seen=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How much time there is now."""
        context = super().get_context_data(**kwargs)
        days = self.assignment.review_days
        now_due = days_words(days, queries.due_with(self.assignment, self.submission, days), self)
        context["page_lead"] = _("Now it is %(days)s. Days count from the offer on.") % {"days": now_due}
        return context


class HandOver(OwnSeat):
    """Naming a colleague for one's own seat. It is there for whoever has the seat, and for nobody else."""

    template_name = "reviews/assignment/hand_over.html"
    form_class = HandOverForm
    heading = _l("Hand the seat over")
    submit_label = _l("Hand it over")
    done_text = _l("Thank you. Your colleague was asked, and the coordinator was told.")

    def check(self) -> None:
        """Only while the review is owed."""
        access.check_can_answer(self.user, self.submission, self.assignment)
        if self.assignment.status not in LIVE_ASSIGNMENT:
            raise NotNow(_("This seat is not open any more."), code="not_live")

    def get_form(self, form_class: Any = None) -> forms.Form:
        """With everybody who reviews for the committee, whatever keeps them from this case."""
        form = super().get_form(form_class)
        assert isinstance(form, HandOverForm)
        form.offer_people([(one.public_id, str(one)) for one in succession.colleagues(self.assignment)])
        return form

    def act(self, form: forms.Form) -> object:
        """Hand it over."""
        person = self.person(form.cleaned_data["reviewer"], field="reviewer")
        return actions.hand_over(
            assignment=self.assignment, to=person, reason=form.cleaned_data["reason"], by=self.user, now=self.now
        )

    def back_url(self) -> str:
        """Where the seat is answered, or the review is written."""
        review = self.assignment.review
        if review is not None:
            return reverse("reviews:review-edit", args=[review.public_id])
        return reverse("reviews:assignment-offer", args=[self.assignment.public_id])

    def get_success_url(self) -> str:
        """The case is closed to them now."""
        return reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The reference alone: the head of the case says more than somebody who is only asked may know."""
        context = super().get_context_data(**kwargs)
        context.update(
            docket=None, submission=None, case_url=self.back_url(), reference=self.submission.reference,
            heading=_("Hand the seat over"),
        )  # fmt: skip
        return context
