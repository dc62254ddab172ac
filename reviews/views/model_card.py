"""Taking answers from a model card: first what it says, beside what is answered now; then what somebody ticked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import submission as access
from reviews.actions.questionnaire import save_answers
from reviews.forms.model_card import CardForm
from reviews.models import Response
from reviews.queries import model_card as queries
from reviews.queries.submission import policy_of
from reviews.rules.model_card_answers import answers_of
from reviews.rules.pack import Pack
from reviews.rules.visibility import Level
from reviews.views.base import ActionView


class Import(ActionView):
    """Authors take over what a card holds; nothing that is answered already is replaced unless they tick it."""

    template_name = "reviews/model_card/import.html"
    form_class: type[forms.Form] = CardForm
    level = Level.MATERIAL
    tab = "answers"
    heading = _l("Answers from a model card")

    def check(self) -> None:
        """Authors, while the revision is open."""
        access.check_can_edit(self.user, self.submission)

    def back_url(self) -> str:
        """The overview of the answers."""
        return reverse("reviews:questionnaire-overview", args=[self.submission.reference])

    @property
    def response(self) -> Response:
        """The answers as they are stored now."""
        assert self.submission.revision is not None
        return self.submission.revision.response

    @cached_property
    def pack(self) -> Pack:
        """The policy that the draft will be judged by."""
        assert self.submission.revision is not None
        return policy_of(self.submission.revision, self.submission).pack

    def version(self) -> int:
        """The version of the answers, which counts saves and nothing else."""
        return self.response.version

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Show what this card says; save what was ticked, where that was shown before."""
        shown = CardForm({"text": form.cleaned_data["text"]})
        shown.is_valid()
        if "save" not in self.request.POST:
            self.is_fresh = True
            return self.render_to_response(self.get_context_data(form=shown))
        self.taken = frozenset(self.request.POST.getlist("take"))
        return super().form_valid(shown)

    def act(self, form: forms.Form) -> Response:
        """Save what was ticked, as any page of the questionnaire does."""
        found = queries.look(self.pack, form.cleaned_data["text"], self.response.answers).found
        taken = answers_of(found, self.taken)
        self.count = len(taken)
        return save_answers(
            submission=self.submission,
            answers=taken,
            cleared=frozenset(),
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """The answers, of which some came from the card."""
        words = ngettext(
            "Saved. %(n)d answer comes from the model card; look at it once more.",
            "Saved. %(n)d answers come from the model card; look at them once more.",
            self.count,
        )
        messages.success(self.request, words % {"n": self.count})
        return self.back_url()

    def shown_version(self) -> int | str:
        """A card that was just read is shown beside the answers as they are now."""
        return self.version() if getattr(self, "is_fresh", False) else super().shown_version()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the card says and lacks, once there is one."""
        context = super().get_context_data(**kwargs)
        text = getattr(context["form"], "cleaned_data", {}).get("text", "")
        context["look"] = queries.look(self.pack, text, self.response.answers) if text else None
        context["ticked"] = getattr(self, "taken", None)
        context["nothing"] = _("The card answers nothing that is not answered so already.")
        return context
