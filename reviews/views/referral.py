"""Referrals: the questions to second bodies with the form below, recording an answer, taking a question back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import referral as access
from reviews.access.twin import can
from reviews.actions import referral as actions
from reviews.forms.referral import RecordAnswerForm, ReferForm
from reviews.models import Referral, Submission
from reviews.queries import referral as queries
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level, Referred, referred
from reviews.views.base import ActionView
from reviews.views.components import Button, Empty, shown


class List(ActionView):
    """All referrals of the case, as far as the reader may know; those who run the committee refer it here."""

    template_name = "reviews/referral/list.html"
    form_class: type[forms.Form] = ReferForm
    level = Level.MATERIAL
    tab = "overview"
    submit_label = _l("Record the referral")
    done_text = _l("Recorded. The authors were told whom you asked.")

    def check(self) -> None:
        """Everybody inside reads; only those who run the committee refer."""
        if self.request.method == "POST":
            access.check_can_refer(self.user, self.submission)

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:referral-list", args=[self.submission.reference])

    def act(self, form: forms.Form) -> object:
        """Refer."""
        return actions.refer(
            submission=self.submission,
            body=form.cleaned_data["body"],
            question=form.cleaned_data["question"],
            by=self.user,
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, and whether this person refers."""
        context = super().get_context_data(**kwargs)
        may = can(access.check_can_refer, self.user, self.submission)
        context.update(
            rows=[(line, self._buttons(line, may)) for line in self._lines()],
            may_refer=may and can(actions.check_open, self.submission),
            empty=Empty(
                _("No other body was asked."),
                _("An ethics board, for example, can be asked about a case. The review goes on meanwhile."),
            ),
        )
        return context

    def _lines(self) -> tuple[queries.Line, ...]:
        return queries.lines(self.submission, referred(self.sight))

    def _buttons(self, line: queries.Line, may: bool) -> tuple[Button, ...]:
        is_mine = may and line.is_open
        answer = reverse("reviews:referral-answer", args=[line.public_id])
        back = reverse("reviews:referral-take-back", args=[line.public_id])
        return shown(
            (
                Button(_("Record the answer"), answer, icon="pen", shown=is_mine, small=True),
                Button(_("Take it back"), back, kind="quiet", shown=is_mine, small=True),
            )
        )


class _OneReferral(ActionView):
    """A page about one referral, for those who see its texts. To everybody else it is not there."""

    level = Level.MATERIAL
    tab = "overview"
    referral: Referral

    def find(self) -> Submission | None:
        """The case of the referral."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.referral = row
        return get_visible(self.user, row.submission.reference, self.level)

    def check(self) -> None:
        """Those who run the committee, while the answer is awaited."""
        if referred(self.sight) < Referred.TEXTS:
            raise Http404
        access.check_can_refer(self.user, self.submission)
        if not self.referral.is_open and self.request.method != "POST":
            raise NotNow(_("This referral is closed."), code="closed")

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:referral-list", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question above the form."""
        return {**super().get_context_data(**kwargs), "referral": self.referral, "list_url": self.back_url()}


class Answer(_OneReferral):
    """Record what the body found."""

    template_name = "reviews/referral/answer.html"
    form_class: type[forms.Form] = RecordAnswerForm
    heading = _l("Record the answer")
    submit_label = _l("Record the answer")
    done_text = _l("Recorded. The authors were told that there is an answer; they read the finding, not the text.")

    def act(self, form: forms.Form) -> object:
        """Record it."""
        return actions.record_answer(
            referral=self.referral,
            finding=form.cleaned_data["finding"],
            answer=form.cleaned_data["answer"],
            by=self.user,
            now=self.now,
        )


class TakeBack(_OneReferral):
    """End a question that was put in vain."""

    template_name = "reviews/referral/answer.html"
    heading = _l("Take the referral back")
    lead = _l("No answer is awaited any more. The question stays in the list, marked as taken back.")
    submit_label = _l("Take it back")
    submit_css = "btn-danger"
    done_text = _l("Taken back.")

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.take_back(referral=self.referral, by=self.user, now=self.now)
