"""Opening a case again: an author asks, or the coordinator for a re-review, and a second person answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import reopening as access
from reviews.access.submission import sight
from reviews.actions import reopening as actions
from reviews.forms.reopening import AskForm, RefuseForm, ReReviewForm
from reviews.models import Reopening, Submission
from reviews.queries import reopening as queries
from reviews.queries.roles import reopened_words
from reviews.queries.submission import get_visible
from reviews.rules import reopening as rules
from reviews.rules.states import Reopened, State
from reviews.rules.visibility import Level
from reviews.views import wording
from reviews.views.base import ActionView
from reviews.views.components import Fact

AMENDMENT = (
    _l("The decision stays as it is, and nothing changes before somebody on the board grants this."),
    _l(
        "If it is granted you get a new draft with everything of the revision that was decided, under the policy that"
        " is in force then. It is reviewed and decided anew."
    ),
    _l(
        "The clearance that you have goes stale at the moment at which a file, an answer or a contributor in the draft"
        " is another one than was decided on; put back, it holds again."
    ),
)
RESUMED = (
    _l("Nothing changes before somebody on the board grants this."),
    _l("If it is granted the case is with you again, with everything that you entered, and you submit it anew."),
)


class Ask(ActionView):
    """An author asks for an amendment of a decided case, or to go on with a withdrawn one."""

    template_name = "reviews/reopening/ask.html"
    form_class: type[forms.Form] = AskForm
    tab = "overview"
    submit_label = _l("Ask the board")
    done_text = _l("Asked. You get a mail once it is answered.")

    def check(self) -> None:
        """Authors, in the states that are left by it."""
        access.check_can_ask(self.user, self.submission)
        actions.check_for_now(self.submission, rules.of_authors(State(self.submission.state)))

    @property
    def is_withdrawn(self) -> bool:
        """Whether the authors go on with a case that they withdrew."""
        return self.submission.state == State.WITHDRAWN

    def act(self, form: forms.Form) -> Reopening:
        """Ask."""
        return actions.ask(
            submission=self.submission, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it does, in plain words."""
        context = super().get_context_data(**kwargs)
        heading = _("Ask to go on with this case") if self.is_withdrawn else _("Ask for an amendment")
        context.update(page_heading=heading, consequences=RESUMED if self.is_withdrawn else AMENDMENT)
        return context


class AskReReview(ActionView):
    """The coordinator or the chair asks that a decided case is judged again."""

    template_name = "reviews/reopening/ask.html"
    form_class: type[forms.Form] = ReReviewForm
    level = Level.MATERIAL
    tab = "overview"
    heading = _l("Ask for a re-review")
    submit_label = _l("Ask for a re-review")
    done_text = _l("Asked. Those who may grant it were told.")

    def check(self) -> None:
        """Those who ask, while the case is decided."""
        access.check_can_ask_re_review(self.user, self.submission)
        actions.check_for_now(self.submission, Reopened.RE_REVIEW)

    def get_initial(self) -> dict[str, Any]:
        """The first thing that asks for it by itself."""
        asked = self.request.GET.get("trigger", "")
        return {"trigger": asked or next(iter(self.facts.re_review), "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        """What may be named now."""
        found = queries.may_name(self.facts)
        choices = [(str(code), wording.of(wording.RE_REVIEW, code)) for code in found]
        return {**super().get_form_kwargs(), "choices": choices}

    def act(self, form: forms.Form) -> Reopening:
        """Ask."""
        return actions.ask_re_review(
            submission=self.submission, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it does, in plain words."""
        consequences = (
            _("A second person grants it: the chair, the deputy or a voting member who sees the case."),
            _(
                "The authors learn nothing before that. Then they get a new draft with everything in it, and read your "
                "reason."
            ),
            _("The decision stays as it is until a later one takes its place."),
        )
        return super().get_context_data(consequences=consequences, **kwargs)


class OfRequest(ActionView):
    """A page of one request. Authors have pages of their own requests; of a re-review there is none for them."""

    level = Level.MATERIAL
    tab = "overview"
    for_authors = False
    reopening: Reopening

    def find(self) -> Submission | None:
        """The case of a request."""
        found = queries.by_public_id(self.kwargs["public_id"])
        if found is None:
            return None
        self.reopening = found
        submission = get_visible(self.user, found.submission.reference, self.level)
        if submission is None:
            return None
        if sight(self.user, submission).as_author and not (self.for_authors and found.is_of_authors):
            return None
        return submission

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_answer(self.user, self.submission, self.reopening)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The request above the form."""
        row = self.reopening
        facts = [Fact(_("Asked for"), capfirst(reopened_words(row.why)))]
        if row.trigger:
            facts.append(Fact(_("Because of"), capfirst(wording.of(wording.RE_REVIEW, row.trigger))))
        if not self.sight.as_author:
            facts.append(Fact(_("Asked by"), str(row.asked_by)))
        return super().get_context_data(request_facts=facts, reopening=row, **kwargs)


class Answer(OfRequest):
    """The second person opens the case again; the way to refuse lies beside it."""

    template_name = "reviews/reopening/answer.html"
    heading = _l("Open this case again?")
    lead = _l(
        "The authors get a new draft with everything of the revision before, under the policy in force. The decision "
        "stays as it is until a later one takes its place."
    )
    submit_label = _l("Open it again")
    done_text = _l("The case is open again; its authors were told.")

    def act(self, form: forms.Form) -> object:
        """Grant it."""
        return actions.grant(reopening=self.reopening, version=self.seen(), by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to refuse."""
        return super().get_context_data(
            refuse_url=reverse("reviews:reopening-refuse", args=[self.reopening.public_id]), **kwargs
        )


class Refuse(OfRequest):
    """The second person leaves the case closed."""

    template_name = "reviews/reopening/answer.html"
    form_class: type[forms.Form] = RefuseForm
    heading = _l("Leave this case closed")
    lead = _l("The decision stays. Whoever asked is told, and another request can be made.")
    submit_label = _l("Refuse it")
    done_text = _l("Refused; whoever asked was told.")

    def act(self, form: forms.Form) -> object:
        """Refuse it."""
        return actions.refuse(
            reopening=self.reopening, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data
        )


class TakeBack(OfRequest):
    """Whoever asked ends the request."""

    template_name = "reviews/reopening/answer.html"
    for_authors = True
    heading = _l("Take the request back")
    lead = _l("The case stays closed. The request stays on record.")
    submit_label = _l("Take it back")
    done_text = _l("The request is taken back.")

    def check(self) -> None:
        """Ask ``access``."""
        access.check_can_take_back(self.user, self.submission, self.reopening)

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.take_back(reopening=self.reopening, by=self.user, now=self.now)
