"""The conditions of a decision: proving that one is met, handing out what proves it, answering a proof."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import condition as access
from reviews.access.submission import author_keys
from reviews.actions import condition as actions
from reviews.forms.condition import MET, AnswerForm, ProveForm
from reviews.models import Condition, ConditionProof, Submission
from reviews.queries import condition as queries
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level
from reviews.views import condition_words, upload
from reviews.views.base import ActionView, CaseView


class OfCondition(CaseView):
    """A page about one condition. One of a decision that is not in force is not there for its authors."""

    tab = "release"
    condition: Condition

    def find(self) -> Submission | None:
        """The case of the condition."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.condition = row
        return get_visible(self.user, row.decision.submission.reference, self.level)

    def check(self) -> None:
        """Nothing is known to authors before the last signature."""
        if self.sight.as_author and self.condition.decision.effective_at is None:
            raise Http404

    def back_url(self) -> str:
        """The conditions; the case while there is no decision in force."""
        if self.condition.decision.effective_at is None:
            return self.submission.get_absolute_url()
        return reverse("reviews:release-detail", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it asks, and what was shown and said so far."""
        row, as_author = self.condition, self.sight.as_author
        writers = author_keys(self.submission)
        context = super().get_context_data(**kwargs)
        context.update(
            page_lead=row.text,
            evidence=row.evidence,
            due_date=row.due_date,
            before=condition_words.before_words(row.decision.revision.policy.pack, row.before_part, row.before_rung),
            proofs=condition_words.proof_lines(queries.proofs(row), writers, as_author=as_author),
            back=self.back_url(),
        )
        return context


class Prove(OfCondition, ActionView):
    """Whoever owes it gives a proof."""

    template_name = "reviews/condition/page.html"
    form_class: type[forms.Form] = ProveForm
    heading = _l("Prove that a condition is met")
    submit_label = _l("Give the proof")
    done_text = _l("Given. Somebody of the board looks at it.")

    def check(self) -> None:
        """The owner, or the authors; one proof at a time, until it is met."""
        super().check()
        access.check_can_prove(self.user, self.submission, self.condition)
        actions.check_followed(self.condition)
        if self.condition.waiting is not None:
            raise NotNow(_("A proof waits for its answer already."), code="waits")

    def version(self) -> int:
        """How many proofs were given: each author may give the next one."""
        return self.condition.proofs.count()

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which files were not taken in."""
        return {**super().get_form_kwargs(), "refused": upload.refused_fields(self.request)}

    def act(self, form: forms.Form) -> object:
        """Keep the bytes, then name them."""
        sent: upload.DigestedFile | None = form.cleaned_data["file"] or None
        with upload.taken(sent) if sent is not None else nullcontext() as blob:
            return actions.prove(
                condition=self.condition,
                text=form.cleaned_data["text"],
                blob=blob,
                file_name=str(sent.name) if sent is not None else "",
                version=self.seen(),
                by=self.user,
                now=self.now,
            )


class OfProof(OfCondition):
    """A page about one proof."""

    proof: ConditionProof

    def find(self) -> Submission | None:
        """The case of its condition."""
        row = queries.proof(self.kwargs["public_id"])
        if row is None:
            return None
        self.proof, self.condition = row, row.condition
        return get_visible(self.user, row.condition.decision.submission.reference, self.level)


class Answer(OfProof, ActionView):
    """Somebody who runs the case says whether a proof is enough: never who gave it, nor the owner."""

    template_name = "reviews/condition/page.html"
    form_class: type[forms.Form] = AnswerForm
    heading = _l("Check the proof of a condition")
    submit_label = _l("Answer")
    done_text = _l("Answered. Whoever owes the condition was told.")

    def check(self) -> None:
        """Those who run the case, once."""
        super().check()
        access.check_can_answer(self.user, self.submission, self.proof)
        if self.proof.answered_at is not None:
            raise NotNow(_("This proof was answered already."), code="answered")
        actions.check_followed(self.condition)

    def act(self, form: forms.Form) -> object:
        """Accept or refuse."""
        if form.cleaned_data["verdict"] == MET:
            return actions.accept(proof=self.proof, by=self.user, now=self.now)
        return actions.refuse(proof=self.proof, reason=form.cleaned_data["reason"], by=self.user, now=self.now)


class Download(OfProof):
    """The file of a proof; its digest is computed anew before it leaves, as with all files of a decision."""

    level = Level.MATERIAL

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        row = self.proof
        if not row.blob:
            raise Http404
        return upload.serve(request, blob=row.blob, name=row.file_name, sha256=row.sha256, checked=True)
