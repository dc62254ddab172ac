"""Questions to the authors: the list with the coordinator's form below, and the authors' answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import deliberation as access
from reviews.access.twin import can
from reviews.actions import deliberation as actions
from reviews.forms.deliberation import AnswerForm, AskForm
from reviews.models import Inquiry, Submission
from reviews.queries import deliberation as queries
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level
from reviews.views.base import ActionView
from reviews.views.components import Empty


class Questions(ActionView):
    """All questions of the case; the coordinator asks another one here."""

    template_name = "reviews/deliberation/questions.html"
    form_class: type[forms.Form] = AskForm
    level = Level.MATERIAL
    tab = "questions"
    submit_label = gettext_lazy("Send the question")
    done_text = gettext_lazy("Sent. The clock is stopped until the authors answer.")

    def check(self) -> None:
        """Everybody inside reads; only the coordinator asks."""
        if self.request.method == "POST":
            access.check_can_ask(self.user, self.submission)

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:inquiry-list", args=[self.submission.reference])

    def act(self, form: forms.Form) -> object:
        """Ask."""
        return actions.ask(submission=self.submission, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The thread, and whether this person asks."""
        context = super().get_context_data(**kwargs)
        asks = can(access.check_can_ask, self.user, self.submission)
        is_open = self.submission.state in actions.OPEN_STATES
        context.update(
            questions=queries.questions(self.submission, as_author=self.sight.as_author),
            may_ask=asks and is_open,
            may_answer=self.sight.as_author,
            empty=Empty(
                _("Nothing has been asked."),
                _("A question stops the clock and opens no new revision; the state of the case stays."),
            ),
        )
        return context


class Answer(ActionView):
    """The authors answer one question."""

    template_name = "reviews/deliberation/answer.html"
    form_class: type[forms.Form] = AnswerForm
    level = Level.MATERIAL
    tab = "questions"
    heading = gettext_lazy("Answer the board")
    submit_label = gettext_lazy("Send the answer")
    done_text = gettext_lazy("Sent. The clock runs again once no question is open.")
    inquiry: Inquiry

    def find(self) -> Submission | None:
        """The case of the question."""
        rows = Inquiry.objects.select_related("revision__submission")
        found = rows.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            return None
        self.inquiry = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """Authors, once."""
        access.check_can_answer(self.user, self.submission)
        if self.inquiry.answered_at is not None and self.request.method != "POST":
            raise NotNow(_("This question was answered already."), code="answered")

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:inquiry-list", args=[self.submission.reference])

    def act(self, form: forms.Form) -> object:
        """Answer."""
        return actions.answer(inquiry=self.inquiry, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question above the answer."""
        return {**super().get_context_data(**kwargs), "inquiry": self.inquiry}
