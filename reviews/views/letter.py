"""Letters as pages and files, what they would be before the last signature, and a committee's text for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import letter as access
from reviews.access.submission import is_author
from reviews.access.twin import can
from reviews.actions import letter as actions
from reviews.forms.letter import SharedReasonsForm, TemplateForm
from reviews.models import Letter, Submission
from reviews.queries import clearance
from reviews.queries import letter as queries
from reviews.queries.clearance import Cleared
from reviews.queries.letter import Paper, Source
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.letter import PLACES, Variant
from reviews.rules.states import MotionKind, State
from reviews.rules.visibility import Level
from reviews.views import letter_links, upload, wording
from reviews.views.base import CasePage, CaseView
from reviews.views.committee.base import Form, OfCommittee
from reviews.views.components import Button, Crumb
from reviews.views.decision import SeatView
from reviews.views.letter_links import NAMES
from reviews.views.motion import MotionView


class OfLetter(CaseView):
    """A page of one letter, for those who read its version."""

    level = Level.SUMMARY
    tab = "decision"
    letter: Letter

    def find(self) -> Submission | None:
        """The case of the letter, where this person sees as much as the version asks for."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.letter = row
        return get_visible(self.user, row.decision.submission.reference, access.LEVELS[Variant(row.variant)])


class Detail(OfLetter, CasePage):
    """A letter as it was made; what it is worth today stands above it."""

    template_name = "reviews/letter/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The letter instead of the head of the case, so that it prints as one paper."""
        context = super().get_context_data(**kwargs)
        row, decision = self.letter, self.letter.decision
        url = self.submission.get_absolute_url() if self.sight.level >= Level.CASE else ""
        record = reverse("reviews:decision-detail", args=[self.submission.reference])
        of_record = f"{record}?revision={decision.revision.number}" if self.sight.level >= Level.RECORD else ""
        found = clearance.of_decision(decision, self.submission, now=self.now)
        is_whole = queries.verifies(row, self.submission)
        others = letter_links.of_decision(decision, self.submission, self.sight, self.user)
        context.update(
            docket=None,
            crumbs=(
                Crumb(self.submission.reference, url),
                Crumb(_("Decision"), of_record),
                Crumb(str(NAMES[Variant(row.variant)])),
            ),
            heading=NAMES[Variant(row.variant)],
            letter=row,
            body=_as_made(row.html) if is_whole else "",
            explained=letter_links.EXPLAINED[Variant(row.variant)],
            standing=wording.standing(found, releases=Cleared(decision, found).releases),
            download=Button(
                _("Download as PDF"), reverse("reviews:letter-download", args=[row.public_id]), icon="download"
            ),
            others=[link for link in others if link.url != self.request.path],
        )
        return context


def _as_made(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - rules/letter.py wrote it, and its digest is the one that was noted then


class Download(OfLetter):
    """The PDF, as an attachment, if it is still the one that was made."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The name of the file says the case and the version, and nothing else."""
        row = self.letter
        name = f"{self.submission.reference} {row.variant} letter.pdf"
        return upload.serve(request, blob=row.blob, name=name, sha256=row.sha256, checked=True)


@dataclass(frozen=True)
class Sheet:
    """One version of a letter that is kept nowhere."""

    key: str
    label: str
    explained: str
    body: SafeString


def sheets(papers: Mapping[Variant, Paper]) -> tuple[Sheet, ...]:
    """Both versions, to be read before anything is made."""
    return tuple(
        Sheet(str(one), str(NAMES[one]), str(letter_links.EXPLAINED[one]), _as_made(paper.html))
        for one, paper in papers.items()
    )


class Preview(SeatView):
    """The letter that the last signature would make, and the coordinator's words for its shareable version."""

    template_name = "reviews/letter/preview.html"
    form_class = SharedReasonsForm
    heading = _l("Preview of the letter")
    submit_label = _l("Keep these words")
    done_text = _l("Kept. The preview shows them.")

    def check(self) -> None:
        """Those who sign or run the committee, until the last signature. Only the coordinator writes."""
        access.check_can_preview(self.user, self.submission, self.decision)
        if self.request.method == "POST":
            access.check_can_share_reasons(self.user, self.submission)
        self.check_open()

    def version(self) -> int:
        """The version of the words for sharing."""
        note = queries.note_of(self.decision)
        return note.version if note is not None else 0

    def get_initial(self) -> dict[str, Any]:
        """What was written last."""
        note = queries.note_of(self.decision)
        return {"text": note.text if note is not None else ""}

    def act(self, form: forms.Form) -> object:
        """Keep it."""
        return actions.share_reasons(
            decision=self.decision, text=form.cleaned_data["text"], version=self.seen(), by=self.user, now=self.now
        )

    def get_success_url(self) -> str:
        """The preview with the words in it."""
        return self.request.path

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both versions, and the form for whoever writes."""
        context = super().get_context_data(**kwargs)
        source = queries.source_of(self.submission.committee)
        context.update(
            sheets=sheets(queries.papers(self.decision, self.submission, source)),
            back=self.back_url(),
            writes=can(access.check_can_share_reasons, self.user, self.submission),
        )
        return context


class PreviewOfMotion(MotionView, CasePage):
    """The letter as it would be if the motion carried and were signed."""

    template_name = "reviews/letter/preview.html"

    def find(self) -> Submission | None:
        """Not for the authors of the case, whatever else they are."""
        submission = super().find()
        return None if submission is None or is_author(self.user, submission) else submission

    def check(self) -> None:
        """Those who run the committee, while the motion is voted on."""
        super().check()
        access.check_can_preview_motion(self.user, self.submission)
        if self.motion.kind != MotionKind.DECIDE:
            raise NotNow(_("This motion returns the case, so there is no letter."), code="kind")
        if self.submission.state != State.DELIBERATION:
            raise NotNow(_("This ballot is closed already."), code="ballot_closed")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both versions; there is nothing to write yet."""
        context = super().get_context_data(**kwargs)
        source = queries.source_of(self.submission.committee)
        context.update(
            page_heading=_("Preview of the letter"),
            sheets=sheets(queries.papers_of_motion(self.motion, self.submission, source)),
            back=self.back_url(),
            writes=False,
        )
        return context


@dataclass(frozen=True)
class PlaceLine:
    """One place that a template can have, and what comes there."""

    name: str
    help: str
    is_alone: bool
    is_required: bool


class Template(Form, OfCommittee):
    """The text of a committee's letters. A new version is read as a letter before it is saved."""

    template_name = "reviews/letter/template.html"
    form_class = TemplateForm
    heading = _l("Letters")
    lead = _l("How this committee tells authors what it decided. Letters that were made stay as they are.")
    submit_label = _l("Show the letters")
    done_text = _l("It is saved. Letters are written by this text from now on.")
    looked_at = ""
    shown: tuple[Sheet, ...] = ()

    def check(self) -> None:
        """Coordinator and chair."""
        access.check_can_write_template(self.user, self.committee)

    def version(self) -> int:
        """The number of the version in use."""
        row = queries.source_of(self.committee).row
        return row.number if row is not None else 0

    def get_initial(self) -> dict[str, Any]:
        """The text in use."""
        source = queries.source_of(self.committee)
        return {"text": source.text, "contact": source.contact}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """A text that was not shown as letters yet is shown first; after that it can be saved."""
        assert isinstance(form, TemplateForm)
        typed = form.typed()
        if self.request.POST.get("do") == "save" and self.request.POST.get("looked_at") == typed:
            return super().form_valid(form)
        try:
            actions.check_text(form.cleaned_data["text"])
        except RuleBroken as refused:
            self._refuse(form, refused)
            return self.form_invalid(form)
        self.looked_at = typed
        source = Source(form.cleaned_data["text"].replace("\r\n", "\n"), form.cleaned_data["contact"])
        self.shown = sheets(queries.papers_of_sample(self.committee, source))
        return self.render_to_response(self.get_context_data(form=form))

    def act(self, form: forms.Form) -> object:
        """Save it."""
        given = form.cleaned_data
        return actions.save_template(
            committee=self.committee, text=given["text"], contact=given["contact"], version=self.seen(),
            by=self.user, now=self.now,
        )  # fmt: skip

    def get_success_url(self) -> str:
        """Back to the committee."""
        return self.back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The places, the versions, and the letters as they would be."""
        return super().get_context_data(
            sheets=self.shown,
            looked_at=self.looked_at,
            places=[
                PlaceLine(f"{{{name}}}", _(place.help), place.alone, place.required) for name, place in PLACES.items()
            ],
            versions=queries.versions(self.committee),
            **kwargs,
        )
