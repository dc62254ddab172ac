"""The questionnaire: one page a section to answer, and one page to see what is missing or to read the answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from reviews.access import deliberation as asking
from reviews.access import submission as access
from reviews.access.twin import can
from reviews.actions.deliberation import OPEN_STATES
from reviews.actions.questionnaire import CHANGED, save_answers
from reviews.forms.questionnaire import TOUCHED, SectionForm, left_behind
from reviews.models import Response
from reviews.queries import answer_history, deliberation, proof
from reviews.queries import questionnaire as queries
from reviews.queries.comment import About
from reviews.queries.submission import policy_of, question_once
from reviews.rules import questionnaire as rules
from reviews.rules.errors import Denied, NotNow, Stale
from reviews.rules.pack import Pack
from reviews.rules.visibility import Level
from reviews.views import autosave, comment, errors
from reviews.views.base import ActionView, CasePage
from reviews.views.components import Button
from reviews.views.preview import preview

MOVED_ON = gettext_noop(
    "The policy changed while this page was open, and no longer asks everything that you answered. "
    "What you typed for that stands on the page; copy what you still need, then save the rest."
)


class Overview(CasePage):
    """What is missing, with links; and the answers, readably, as far as the reader sees them."""

    template_name = "reviews/questionnaire/overview.html"
    level = Level.MATERIAL
    tab = "answers"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Progress while it is a draft of one's own; answers in words for everybody."""
        context = super().get_context_data(**kwargs)
        revision = self.facts.revision
        pack = policy_of(revision, self.submission).pack
        answers = revision.response.answers
        asked = deliberation.questions(self.submission, as_author=self.sight.as_author)
        may_edit = can(access.check_can_edit, self.user, self.submission)
        is_blind = not self.sight.scores and not self.sight.as_author
        trace = answer_history.traces if self.sight.as_author else answer_history.last_given
        context.update(
            revision=revision,
            may_edit=may_edit,
            may_ask=self.submission.state in OPEN_STATES and can(asking.check_can_ask, self.user, self.submission),
            may_answer=self.sight.as_author,
            sections=queries.readable(
                pack,
                answers,
                blind=is_blind,
                traces=trace(revision, pack),
                proofs=proof.of_answers(revision, self.submission.reference, pack, answers, may_edit=False),
                asked=deliberation.by_question(asked),
                messages=comment.places(
                    self.submission, self.user, [About(question=question.key) for question in pack.questions]
                ),
            ),
            is_blind=is_blind,
        )
        if may_edit:
            lacking = queries.missing(pack, answers)
            context.update(
                progress=queries.progress(pack, answers),
                missing=lacking,
                unproven=proof.lacking(revision, pack, answers),
                change=queries.policy_change(revision.policy.pack, pack),
                go_on=self._go_on(pack, lacking),
                preview=preview(pack, answers),
            )
        return context

    def _go_on(self, pack: Pack, lacking: tuple[queries.Missing, ...]) -> Button:
        reference = self.submission.reference
        if not lacking:
            return Button(_("Go on to the files"), reverse("reviews:artifact-list", args=[reference]), kind="primary")
        stopped = answer_history.stopped_at(self.facts.revision, self.user)
        first = queries.where_to_go_on(pack, lacking, stopped)
        url = reverse("reviews:questionnaire-section", args=[reference, first.section])
        return Button(_("Continue the answers"), f"{url}#div_id_{first.key}", kind="primary")


class Section(ActionView):
    """One page of questions. What applies follows from the stored answers; saving may add questions to the page.

    With scripts the page saves itself as one types (``autosave``); without them its buttons do the same.
    """

    template_name = "reviews/questionnaire/section.html"
    form_class: type[forms.Form] = SectionForm
    level = Level.MATERIAL
    tab = "answers"
    submit_label = gettext_lazy("Save and go on")

    def check(self) -> None:
        """Authors, while the revision is open."""
        access.check_can_edit(self.user, self.submission)
        if self._is_gone and self.request.method != "POST":
            raise Http404

    @property
    def _is_gone(self) -> bool:
        """Whether the policy has no such page, or has none any more."""
        return self.kwargs["section"] not in self._names

    def back_url(self) -> str:
        """The overview of the answers, which everybody who sees the case can read."""
        return reverse("reviews:questionnaire-overview", args=[self.submission.reference])

    @property
    def pack(self) -> Pack:
        """The policy that the draft will be judged by."""
        assert self.submission.revision is not None
        return policy_of(self.submission.revision, self.submission).pack

    @property
    def response(self) -> Response:
        """The answers as they are stored now."""
        assert self.submission.revision is not None
        return self.submission.revision.response

    @cached_property
    def _names(self) -> list[str]:
        return [section.key for section in queries.sections(self.pack)]

    def version(self) -> int:
        """The version of the answers, which counts saves and nothing else."""
        return self.response.version

    def get_form_kwargs(self) -> dict[str, Any]:
        """The pack, the page and the stored answers."""
        return self._form_kwargs(self.request.POST if self.request.method == "POST" else None)

    def _form_kwargs(self, data: QueryDict | None) -> dict[str, Any]:
        revision = self.submission.revision
        assert revision is not None
        answers = revision.response.answers
        return {
            "data": data,
            "pack": self.pack,
            "section": self.kwargs["section"],
            "stored": answers,
            "new": self.request.GET.getlist("new"),
            "traces": answer_history.traces(revision, self.pack),
            "proofs": proof.of_answers(revision, self.submission.reference, self.pack, answers, may_edit=True),
            "inquiries": deliberation.by_question(deliberation.questions(self.submission, as_author=True)),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The whole page by its buttons, or by itself what was touched since the last save.

        What was typed on a page that the policy dropped meanwhile is shown once more, to be copied.
        """
        if self._is_gone:
            lost = self._lost(known=())
            if request.htmx or not lost:  # type: ignore[attr-defined]
                raise Http404
            return errors.questions_gone(request, lost, self.back_url())
        return self._autosave(request) if request.htmx else super().post(request, *args, **kwargs)  # type: ignore[attr-defined]

    def _autosave(self, request: HttpRequest) -> HttpResponse:
        typed = SectionForm(**self._form_kwargs(autosave.touched(request.POST)))
        outcome: autosave.Outcome = "saved" if typed.is_valid() else "fault"
        lost = sorted(set(request.POST.getlist(TOUCHED)) - queries.all_names(self.pack))
        text = _(MOVED_ON) if lost else ""
        try:
            self._save(typed)
        except Stale:
            outcome, text = "stale", f"{_(CHANGED)} {text}".strip()
        except (Denied, NotNow) as refused:
            return HttpResponse(_(refused.text), status=403, content_type="text/plain; charset=utf-8")
        self.look_again()
        here = autosave.taken(self.response.answers, autosave.sent(typed))
        other = autosave.elsewhere(self.response.answers, request.POST, here, outcome)
        form = SectionForm(**self._form_kwargs(None), elsewhere=other)
        context = self._standing() | {"lost": lost, "lost_words": _(MOVED_ON)}
        return autosave.answer(request, form=form, typed=typed, outcome=outcome, text=text, context=context)

    def act(self, form: forms.Form) -> Response:
        """Save this page, unless something was typed that the policy no longer asks: then first that is shown."""
        if self._lost():
            raise Stale(MOVED_ON, code="stale")
        self.before = set(rules.shown(self.pack, self.response.answers))
        self.saved = self._save(cast(SectionForm, form))
        return self.saved

    def _lost(self, known: Collection[str] | None = None) -> list[tuple[str, str]]:
        """What was typed under names that the policy no longer knows, as question and answer in words."""
        typed = left_behind(self.request.POST, queries.all_names(self.pack) if known is None else known)
        found = []
        for name, given in typed.items():
            question = question_once(self.submission, name)
            words = ", ".join(question.label_of(one) for one in given) if question else ", ".join(given)
            found.append((question.text if question else _("A question that is no longer asked"), words))
        return found

    def _save(self, page: SectionForm) -> Response:
        return save_answers(
            submission=self.submission,
            answers=page.answers,
            cleared=page.cleared,
            version=self.seen(),
            shown=page.shown,
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """This page again where saving added questions to it; otherwise on to the next one."""
        section, reference = self.kwargs["section"], self.submission.reference
        here = reverse("reviews:questionnaire-section", args=[reference, section])
        own = [question.key for question in self.pack.section_questions(section)]
        now_shown = set(rules.shown(self.pack, self.saved.answers))
        added = [key for key in own if key in now_shown and key not in self.before]
        if added:
            text = ngettext(
                "Saved. Your answers add %(n)d question to this page; it is marked as new.",
                "Saved. Your answers add %(n)d questions to this page; they are marked as new.",
                len(added),
            )
            messages.info(self.request, text % {"n": len(added)})
            return f"{here}?{urlencode([('new', key) for key in added])}#div_id_{added[0]}"
        messages.success(self.request, _("Saved."))
        if "stay" in self.request.POST:
            return here
        following = self._beside(+1)
        return self.back_url() if following is None else following

    def _beside(self, step: int) -> str | None:
        place = self._names.index(self.kwargs["section"]) + step
        if not 0 <= place < len(self._names):
            return None
        return reverse("reviews:questionnaire-section", args=[self.submission.reference, self._names[place]])

    def stale(self, form: forms.Form, text: str) -> HttpResponse:
        """Both are kept: what was typed stands in the form, what is saved beside it."""
        fresh = self.find()
        if fresh is None:
            raise Http404
        self.submission = fresh
        page = cast(SectionForm, form)
        page.stored = dict(self.response.answers)
        page.lay_out(self.response.answers, compare=True)
        return super().stale(form, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where in the questionnaire this page stands."""
        context = super().get_context_data(**kwargs)
        form: SectionForm = context["form"]
        context.update(
            self._standing(),
            marks=form.marks(form.shown if form.is_bound and not self.is_stale else {}),
            total=len(self._names),
            previous=self._beside(-1) or self.back_url(),
            overview=self.back_url(),
            lost_answers=self._lost() if form.is_bound else [],
        )
        return context

    def _standing(self) -> dict[str, Any]:
        """What every save changes beside the questions."""
        revision, answers = self.submission.revision, self.response.answers
        assert revision is not None
        progress = queries.progress(self.pack, answers)
        here = next(one for one in progress if one.key == self.kwargs["section"])
        return {
            "submission": self.submission,
            "here": here,
            "progress": progress,
            "lacking": len(here.missing),
            "saved_at": self.response.saved_at if self.response.version else None,
            "preview": preview(self.pack, answers),
            "change": queries.policy_change(revision.policy.pack, self.pack),
        }
