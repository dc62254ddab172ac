"""Evidence and holds: the list, giving, waiving, handing out, and clearing a hold in writing."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import evidence as access
from reviews.access.twin import can
from reviews.actions import evidence as actions
from reviews.forms.evidence import ClearForm, GiveForm, WaiveForm
from reviews.models import Decision, Evidence, Hold, Submission
from reviews.queries import evidence as queries
from reviews.queries.roles import role_words
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN
from reviews.rules.visibility import Level
from reviews.views import upload
from reviews.views.base import ActionView, CasePage, CaseView
from reviews.views.components import Button, Empty, shown


class List(CasePage):
    """What the tier asks for, as checks, with what was given."""

    template_name = "reviews/evidence/list.html"
    tab = "evidence"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each item with what this person may do with it."""
        context = super().get_context_data(**kwargs)
        case, sight = self.submission, self.sight
        revision = self.facts.revision
        is_open = case.state in ROUND_OPEN
        gives = is_open and can(access.check_can_give, self.user, case)
        waives = is_open and can(access.check_can_waive, self.user, case)
        holds = queries.holds(revision, as_author=sight.as_author, reasons=sight.scores)
        own = {
            row.public_id
            for row in Hold.objects.filter(revision=revision, cleared_at=None)
            if case.state not in ("decided", "withdrawn") and can(access.check_can_clear, self.user, case, row)
        }
        context.update(
            revision=revision,
            rows=[
                (item, self._buttons(item, gives=gives, waives=waives))
                for item in queries.items(self.facts, as_author=sight.as_author)
            ],
            holds=[(hold, self._clear(hold.public_id) if hold.public_id in own else None) for hold in holds],
            empty=Empty(_("Nothing is asked for."), _("The tier asks for evidence once the case is submitted.")),
        )
        return context

    def _buttons(self, item: queries.Item, *, gives: bool, waives: bool) -> tuple[Button, ...]:
        again = _("Give it anew") if item.is_settled else _("Give it")
        give = reverse("reviews:evidence-give", args=[item.public_id])
        waive = reverse("reviews:evidence-waive", args=[item.public_id])
        return shown(
            (
                Button(
                    again,
                    give,
                    small=True,
                    kind="quiet" if item.is_settled else "secondary",
                    shown=gives and not item.is_frozen,
                ),
                Button(_("Waive"), waive, small=True, kind="quiet", shown=waives and not item.is_settled),
            )
        )

    def _clear(self, public_id: str) -> Button:
        return Button(_("Clear it in writing"), reverse("reviews:hold-clear", args=[public_id]), small=True)


class OfEvidence(CaseView):
    """A page of one piece of evidence."""

    tab = "evidence"
    level = Level.MATERIAL
    evidence: Evidence

    def find(self) -> Submission | None:
        """The case, where this person sees its material."""
        rows = Evidence.objects.select_related("revision__submission", "revision__policy")
        found = rows.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            return None
        self.evidence = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """Evidence of somebody else's draft is as if it were not there."""
        if not self.evidence.revision.is_frozen and not self.sight.as_author:
            raise Http404

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:evidence-list", args=[self.submission.reference])

    @property
    def label(self) -> str:
        """What is asked for."""
        return queries.type_label(self.evidence.revision, self.evidence.type_key)

    def about(self) -> str:
        """Which type of evidence."""
        return queries.type_title(self.evidence.type_key)

    def check_open(self) -> None:
        """Until the reviews are closed. Raises ``NotNow``."""
        is_current = self.evidence.revision_id == self.submission.revision_id
        if not is_current or self.submission.state not in ROUND_OPEN:
            raise NotNow(_("Evidence can be given and waived until the reviews are closed."), code="closed")


class Give(OfEvidence, ActionView):
    """The authors give it."""

    template_name = "reviews/evidence/give.html"
    form_class: type[forms.Form] = GiveForm
    heading = gettext_lazy("Give evidence")
    submit_label = gettext_lazy("Give it to the board")
    done_text = gettext_lazy("Given. The board was told.")

    def check(self) -> None:
        """Authors, unless it lies in the submission itself."""
        super().check()
        access.check_can_give(self.user, self.submission)
        self.check_open()
        if queries.frozen(self.evidence.revision, [self.evidence]):
            raise NotNow(_(actions.FROZEN), code="frozen")

    def version(self) -> int:
        """Of the evidence: each author may give it, and the coordinator waive it."""
        return self.evidence.version

    def get_initial(self) -> dict[str, Any]:
        """What was given before."""
        return {"text": self.evidence.text}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which files were not taken in."""
        return {**super().get_form_kwargs(), "refused": upload.refused_fields(self.request)}

    def act(self, form: forms.Form) -> object:
        """Give it."""
        sent: upload.DigestedFile | None = form.cleaned_data["file"] or None
        with upload.taken(sent) if sent is not None else nullcontext() as blob:
            return actions.give(
                evidence=self.evidence,
                text=form.cleaned_data["text"],
                blob=blob,
                file_name=str(sent.name) if sent is not None else "",
                version=self.seen(),
                by=self.user,
                now=self.now,
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is asked for, and what was given or waived elsewhere beside what was typed here."""
        context, row = super().get_context_data(**kwargs), self.evidence
        return {
            **context,
            "page_heading": queries.type_title(row.type_key),
            "page_lead": self.label,
            "saved": queries.item(row, row.revision, as_author=True) if self.is_stale else None,
        }


class Waive(OfEvidence, ActionView):
    """The coordinator does without it."""

    form_class: type[forms.Form] = WaiveForm
    heading = gettext_lazy("Waive evidence")
    submit_label = gettext_lazy("Waive it")
    done_text = gettext_lazy("Waived. The reason is on the record.")

    def check(self) -> None:
        """The coordinator."""
        super().check()
        access.check_can_waive(self.user, self.submission)
        self.check_open()

    def act(self, form: forms.Form) -> object:
        """Waive it."""
        return actions.waive(evidence=self.evidence, reason=form.cleaned_data["reason"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is asked for."""
        lead = f"{self.about()}. {self.label}."
        return {**super().get_context_data(**kwargs), "page_lead": lead}


class Download(OfEvidence):
    """The file that was given."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Files of a decision are digested anew before they leave."""
        row = self.evidence
        if not row.blob:
            raise Http404
        decided = Decision.objects.filter(revision=row.revision, sent_back_at=None).exists()
        return upload.serve(request, blob=row.blob, name=row.file_name, sha256=row.sha256, checked=decided)


class ClearHold(ActionView):
    """The officer named clears a hold."""

    form_class: type[forms.Form] = ClearForm
    tab = "evidence"
    submit_label = gettext_lazy("Clear the hold")
    done_text = gettext_lazy("Cleared. The board was told.")
    hold: Hold

    def find(self) -> Submission | None:
        """The hold's case."""
        rows = Hold.objects.select_related("revision__submission", "revision__policy")
        found = rows.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            return None
        self.hold = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """The officer, while the hold is open."""
        access.check_can_clear(self.user, self.submission, self.hold)
        if self.hold.cleared_at is not None:
            raise NotNow(_("This hold was cleared already."), code="cleared")

    def back_url(self) -> str:
        """The list of evidence and holds, or the record once nothing is left to do here."""
        return reverse("reviews:evidence-list", args=[self.submission.reference])

    def get_success_url(self) -> str:
        """An officer whose hold is cleared sees the record from then on."""
        return self.submission.get_absolute_url()

    def act(self, form: forms.Form) -> object:
        """Clear it."""
        return actions.clear_hold(hold=self.hold, text=form.cleaned_data["text"], by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose hold, and what placed it."""
        context = super().get_context_data(**kwargs)
        reason = self.hold.revision.policy.pack.trigger(self.hold.trigger_key).reason
        context["page_heading"] = _("Hold by the %(role)s") % {"role": role_words(self.hold.role)}
        context["page_lead"] = _("Placed because: %(reason)s. Nothing is released before you clear it.") % {
            "reason": reason
        } if self.sight.scores else ""  # fmt: skip
        return context
