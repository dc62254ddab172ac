"""The proof of an answer: attaching it, handing it out, taking it back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import submission as access
from reviews.actions import proof as actions
from reviews.forms.proof import ProofForm
from reviews.models import Decision, Proof, Submission
from reviews.queries.questionnaire import numbers
from reviews.queries.submission import get_visible, policy_of
from reviews.rules import questionnaire
from reviews.rules.visibility import Level
from reviews.views import upload
from reviews.views.base import ActionView, CaseView


class Add(ActionView):
    """A file, or where it lies, for one answer."""

    form_class: type[forms.Form] = ProofForm
    level = Level.MATERIAL
    tab = "answers"
    heading = gettext_lazy("Attach a proof")
    submit_label = gettext_lazy("Attach it")
    done_text = gettext_lazy("Attached. Reviewers see it beside your answer.")

    def check(self) -> None:
        """Authors, while the revision is open; questions that apply."""
        revision = self.submission.revision
        assert revision is not None
        self.pack = policy_of(revision, self.submission).pack
        self.answers = revision.response.answers
        access.check_can_edit(self.user, self.submission)
        if self.kwargs["question"] not in questionnaire.shown(self.pack, self.answers):
            raise Http404

    def back_url(self) -> str:
        """The question on its page."""
        question = self.pack.question(self.kwargs["question"])
        page = reverse("reviews:questionnaire-section", args=[self.submission.reference, question.section])
        return f"{page}#div_id_{question.key}"

    def about(self) -> str:
        """Which question."""
        return numbers(self.pack, self.answers)[self.kwargs["question"]]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which files were not taken in."""
        return {**super().get_form_kwargs(), "refused": upload.refused_fields(self.request)}

    def act(self, form: forms.Form) -> object:
        """Keep the bytes, then name them."""
        sent: upload.DigestedFile | None = form.cleaned_data["file"] or None
        location = form.cleaned_data["location"]
        with upload.taken(sent) if sent is not None else nullcontext() as blob:
            return actions.add(
                submission=self.submission,
                question=self.kwargs["question"],
                name=str(sent.name) if sent is not None else location,
                blob=blob,
                location=location,
                by=self.user,
                now=self.now,
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question in words."""
        text = self.pack.question(self.kwargs["question"]).text
        lead = f"{self.about()} {text}"
        return {**super().get_context_data(**kwargs), "page_lead": lead}


class OfProof(CaseView):
    """A page of one proof; of a draft, only its authors see it."""

    level = Level.MATERIAL
    tab = "answers"
    proof: Proof

    def find(self) -> Submission | None:
        """The proof's case, where this person sees its material."""
        rows = Proof.objects.select_related("revision__submission", "revision__policy")
        found = rows.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            return None
        self.proof = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """Somebody else's draft is as if it were not there."""
        if not self.proof.revision.is_frozen and not self.sight.as_author:
            raise Http404


class Download(OfProof):
    """The bytes, as an attachment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Files of a decision are digested anew before they leave."""
        row = self.proof
        if not row.blob:
            raise Http404
        decided = Decision.objects.filter(revision=row.revision, sent_back_at=None).exists()
        return upload.serve(request, blob=row.blob, name=row.name, sha256=row.sha256, checked=decided)


class Remove(OfProof, ActionView):
    """Taking a proof out of a draft."""

    heading = gettext_lazy("Take back a proof")
    submit_label = gettext_lazy("Take it back")
    submit_css = "btn-danger"
    done_text = gettext_lazy("Taken back.")

    def check(self) -> None:
        """Authors, while the revision is open."""
        super().check()
        access.check_can_edit(self.user, self.submission)
        if self.proof.revision_id != self.submission.revision_id:
            raise Http404

    def back_url(self) -> str:
        """The answers."""
        return reverse("reviews:questionnaire-overview", args=[self.submission.reference])

    def about(self) -> str:
        """Which proof."""
        return self.proof.name

    def act(self, form: forms.Form) -> object:
        """Remove it."""
        return actions.remove(proof=self.proof, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which one."""
        text = _("“%(name)s” leaves this revision. Earlier revisions keep it.") % {"name": self.proof.name}
        return {**super().get_context_data(**kwargs), "page_lead": text}
