"""Questions to the authors: the list with the coordinator's form below, and the authors' answer. Questions to people
who stand outside the case: the coordinator's form, and the one page that those see who are asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import deliberation as access
from reviews.access.twin import can
from reviews.actions import deliberation as actions
from reviews.forms.deliberation import AnswerForm, AskForm, AskOutsideForm, InformForm
from reviews.models import Inquiry, Revision, Submission
from reviews.queries import deliberation as queries
from reviews.queries import questionnaire as answers_of
from reviews.queries.submission import get_visible
from reviews.rules import questionnaire
from reviews.rules.errors import NotNow
from reviews.rules.pack import Pack
from reviews.rules.visibility import Level
from reviews.views.base import Acting, ActionView, PersonView
from reviews.views.components import Button, Empty


def answer_place(submission: Submission, question: str) -> str:
    """Where everybody reads one answer, and what was asked about it."""
    return f"{reverse('reviews:questionnaire-overview', args=[submission.reference])}#q-{question}"


def answer_choices(pack: Pack, revision: Revision) -> list[tuple[str, list[tuple[str, str]]]]:
    """The answers of a revision to choose from, by page, with their numbers."""
    number = answers_of.numbers(pack, revision.response.answers)
    pages = [(page.title, pack.section_questions(page.key)) for page in answers_of.sections(pack)]
    choices = [(title, [(q.key, f"{number[q.key]} {q.text}") for q in own if q.key in number]) for title, own in pages]
    return [(title, own) for title, own in choices if own]


class Questions(ActionView):
    """All questions of the case; the coordinator asks another one here, of the case or about one answer."""

    template_name = "reviews/deliberation/questions.html"
    form_class: type[forms.Form] = AskForm
    level = Level.MATERIAL
    tab = "questions"
    submit_label = gettext_lazy("Send the question")
    done_text = gettext_lazy("Sent. The clock is stopped until the authors answer.")

    @cached_property
    def may_ask(self) -> bool:
        """Whether this person asks, and now."""
        is_open = self.submission.state in actions.OPEN_STATES
        return is_open and can(access.check_can_ask, self.user, self.submission)

    @property
    def reads_information(self) -> bool:
        """Whether this person reads what others told the board."""
        return self.sight.peers and not self.sight.as_author

    def check(self) -> None:
        """Everybody inside reads; only the coordinator asks."""
        if self.request.method == "POST":
            access.check_can_ask(self.user, self.submission)

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:inquiry-list", args=[self.submission.reference])

    def get_initial(self) -> dict[str, Any]:
        """The answer that a link from the answers names."""
        return {"question": self.request.GET.get("question", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        """What a question may be about, for those who may ask one."""
        given = super().get_form_kwargs()
        if not self.may_ask and self.request.method != "POST":
            return given
        return {**given, "about": answer_choices(self.facts.pack, self.facts.revision)}

    def act(self, form: forms.Form) -> Inquiry:
        """Ask."""
        given = form.cleaned_data
        self.asked = actions.ask(
            submission=self.submission, text=given["text"], question=given["question"], by=self.user, now=self.now
        )
        return self.asked

    def get_success_url(self) -> str:
        """Back to the answer that it is about, or to the list."""
        key = self.asked.question_key
        return answer_place(self.submission, key) if key else self.back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The thread, and whether this person asks."""
        context = super().get_context_data(**kwargs)
        context.update(
            questions=queries.questions(self.submission, as_author=self.sight.as_author),
            may_ask=self.may_ask,
            may_answer=self.sight.as_author,
            # Who judges alone reads it after filing, as everything that others know.
            information=queries.information(self.submission) if self.reads_information else (),
            ask_outside=Button(
                _("Ask somebody who stands aside"),
                reverse("reviews:inquiry-ask-outside", args=[self.submission.reference]),
                shown=self.may_ask
                and can(access.check_can_ask_outside, self.user, self.submission)
                and bool(queries.outsiders(self.submission)),
            ),
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
        rows = Inquiry.objects.select_related("revision__submission", "revision__policy")
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
        """The answer that it is about, or the list."""
        key = self.inquiry.question_key
        if key:
            return answer_place(self.submission, key)
        return reverse("reviews:inquiry-list", args=[self.submission.reference])

    def act(self, form: forms.Form) -> object:
        """Answer."""
        return actions.answer(inquiry=self.inquiry, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question above the answer, and the answer of the questionnaire that it is about."""
        return {**super().get_context_data(**kwargs), "inquiry": self.inquiry, "about": self._about()}

    def _about(self) -> answers_of.Answer | None:
        revision = self.inquiry.revision
        pack = revision.policy.pack
        answers = questionnaire.effective(pack, revision.response.answers)
        read = answers_of.readable(pack, answers, blind=False) if self.inquiry.question_key else ()
        return next((one for page in read for one in page.answers if one.key == self.inquiry.question_key), None)


class AskOutside(ActionView):
    """The coordinator asks somebody who stands aside."""

    form_class: type[forms.Form] = AskOutsideForm
    level = Level.MATERIAL
    tab = "questions"
    heading = gettext_lazy("Ask somebody who stands aside")
    lead = gettext_lazy(
        "People with a conflict of interest take no part in the case, but may tell the board what they know. The clock "
        "runs on: nothing waits for their answer."
    )
    submit_label = gettext_lazy("Send the question")
    done_text = gettext_lazy("Sent. The answer will stand among the questions.")

    def check(self) -> None:
        """The coordinator, where the policy allows it, before the decision."""
        access.check_can_ask_outside(self.user, self.submission)
        if self.submission.state not in actions.OPEN_STATES and self.request.method != "POST":
            raise NotNow(_("Questions are asked between submission and decision."), code="wrong_state")

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:inquiry-list", args=[self.submission.reference])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who stands aside."""
        people = [(one.public_id, str(one)) for one in queries.outsiders(self.submission)]
        return {**super().get_form_kwargs(), "people": people}

    def act(self, form: forms.Form) -> object:
        """Ask."""
        return actions.ask_outside(
            submission=self.submission, person=self.person(form.cleaned_data["person"], field="person"),
            text=form.cleaned_data["text"], by=self.user, now=self.now,
        )  # fmt: skip


class Inform(PersonView, Acting):
    """What somebody who stands outside was asked, with its reference; there is no way from here into the case."""

    template_name = "reviews/deliberation/inform.html"
    form_class: type[forms.Form] = InformForm
    submit_label = gettext_lazy("Send the answer")
    done_text = gettext_lazy("Thank you. The board reads it as information from outside the case.")
    inquiry: Inquiry

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For the one person who was asked; to everybody else it is not there."""
        found = queries.asked_of(self.user, self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.inquiry = found
        if not queries.waits_for(found, self.user) and request.method != "POST":
            messages.warning(request, _("This question waits for no answer any more."))
            return redirect("reviews:my-work")
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: forms.Form) -> object:
        """Answer."""
        return actions.inform(inquiry=self.inquiry, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_success_url(self) -> str:
        """There is no case to go to."""
        return reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The reference and the question alone."""
        return super().get_context_data(
            now=self.now, heading=_("The board asks you"), reference=self.inquiry.revision.submission.reference,
            question=self.inquiry.text, asked_at=self.inquiry.asked_at, **kwargs,
        )  # fmt: skip
