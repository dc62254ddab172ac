"""Reviews: writing one beside the material, and reading them side by side once the round is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.access import review as access
from reviews.access.submission import sight
from reviews.access.twin import can
from reviews.actions import review as actions
from reviews.forms.questionnaire import TOUCHED
from reviews.forms.review import CorrectionForm, EvidenceChoice, PartChoice, ReviewForm
from reviews.models import Assignment, Review, Revision, Submission
from reviews.queries import deadline
from reviews.queries import review as queries
from reviews.queries import round as rounds
from reviews.queries.evidence import type_title
from reviews.queries.submission import get_visible, revision_before
from reviews.rules import deadlines, tiers
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.findings import flat
from reviews.rules.judgement import from_json
from reviews.rules.states import AssignmentStatus, Recommendation, State
from reviews.rules.visibility import Level
from reviews.views import aggregation, agreement, amended, autosave, difference, wording
from reviews.views.base import ActionView, CasePage
from reviews.views.components import Button, Due, Empty
from reviews.views.side_by_side import changes, lines


class List(CasePage):
    """Reviews side by side after the round; before, only how far it is, and one's own."""

    level = Level.MATERIAL
    tab = "reviews"
    template_name = "reviews/review/list.html"

    def check(self) -> None:
        """To the authors there are no reviews, not even their number."""
        if self.sight.as_author:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Seats for those who see the board, reviews once they are open, one's own always."""
        context = super().get_context_data(**kwargs)
        revision = self.facts.revision
        seats = queries.seats(revision) if self.sight.peers else []
        filed = [seat.review for seat in seats if seat.status == AssignmentStatus.DONE and seat.review is not None]
        done = queries.whole(filed) if self.sight.reviews else []
        mine = [row for row in queries.own(self.user, self.submission) if row.filed_at or self._is_open(row)]
        readable = {review.assignment_id for review in (*done, *mine)}
        former = self._former(readable)
        context.update(
            seats=[self._seat(seat, former.get(seat.pk, ())) for seat in seats],
            reviews=done,
            lines=lines(done, revision) if done else (),
            compared=agreement.build(revision, done) if len(done) > 1 else None,
            is_writer=bool(mine),
            mine=[(row, former.get(row.assignment_id, ())) for row in mine],
            is_open=self.sight.reviews,
            awaited=self._awaited(revision, seats) if seats and self.submission.state == State.IN_REVIEW else "",
            empty=Empty(
                _("Nobody reviews this revision yet."), _("The coordinator asks reviewers; each judges alone first.")
            ),
        )
        return context

    def _awaited(self, revision: Revision, seats: list[Assignment]) -> str:
        """What the round waits for, in words."""
        found = rounds.awaited(revision, seats)
        said = (
            ngettext("%(n)d review", "%(n)d reviews", found.reviews) % {"n": found.reviews},
            ngettext("%(n)d piece of evidence", "%(n)d pieces of evidence", found.evidence) % {"n": found.evidence},
            ngettext("%(n)d answer of the authors", "%(n)d answers of the authors", found.answers)
            % {"n": found.answers},
        )
        counts = (found.reviews, found.evidence, found.answers)
        return ", ".join(words for words, count in zip(said, counts, strict=True) if count)

    def _former(self, readable: set[int]) -> dict[int, list[Review]]:
        """By seat every version of a review that was corrected, where this person reads what it says."""
        found: dict[int, list[Review]] = {}
        for review in queries.versions(readable):
            found.setdefault(review.assignment_id, []).append(review)
        return {key: rows for key, rows in found.items() if len(rows) > 1}

    def _is_open(self, review: Review) -> bool:
        return review.assignment.status == AssignmentStatus.ACCEPTED

    def _seat(self, seat: Assignment, versions: Sequence[Review]) -> dict[str, Any]:
        due = None
        if seat.status != AssignmentStatus.DONE:
            working = deadline.calendar(self.submission.committee)
            moment = deadline.review_due(seat, working, deadline.pauses(self.submission))
            if moment is not None:
                due = Due.of(moment, self.now, deadlines.business_days_between(working, self.now, moment))
        return {
            "person": seat.reviewer,
            "status": wording.of(wording.ASSIGNMENTS, seat.status),
            "kind": "good" if seat.status == AssignmentStatus.DONE else "warn",
            "done_at": seat.done_at,
            "due": due,
            "versions": versions,
        }


class Edit(ActionView):
    """A reviewer's own review beside the material; filed, a page to read. To everybody else it opens with the round.

    With scripts a draft saves itself as one types (``autosave``); without them "Save draft" does the same.
    """

    level = Level.MATERIAL
    tab = "reviews"
    template_name = "reviews/review/edit.html"
    form_class: type[forms.Form] = ReviewForm
    review: Review

    def find(self) -> Submission | None:
        """The case of a review that this person wrote, or that is open to them."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.review = row
        submission = get_visible(self.user, row.assignment.submission.reference, self.level)
        if submission is None:
            return None
        seen = sight(self.user, submission)
        if seen.as_author:
            return None
        is_own = row.assignment.reviewer_id == self.user.pk
        is_open = seen.reviews and row.filed_at is not None and row.assignment.status == AssignmentStatus.DONE
        return submission if is_own or is_open else None

    def check(self) -> None:
        """Only its writer, before filing; a filed review is read."""
        if self.review.filed_at is None or self.request.method == "POST":
            access.check_can_write(self.user, self.submission, self.review.assignment)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whole by its buttons, or by itself what was touched; a filed review takes nothing more."""
        if request.htmx:  # type: ignore[attr-defined]
            return self._autosave(request)
        if self.review.filed_at is not None:
            messages.warning(request, _("This review is filed and can no longer be changed."))
            return HttpResponseRedirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def _autosave(self, request: HttpRequest) -> HttpResponse:
        stored = flat(queries.content_of(self.review))
        names = request.POST.getlist(TOUCHED)
        data = autosave.filled(request.POST, names, stored)
        typed = cast(ReviewForm, self.form_class(**{**self.get_form_kwargs(), "data": data}))
        outcome: autosave.Outcome = "saved" if typed.is_valid() or not typed.errors.keys() & set(names) else "fault"
        values = typed.touched(names)
        try:
            actions.save_fields(
                review=self.review, typed=values, shown=autosave.bases(request.POST), by=self.user, now=self.now
            )
        except Stale:
            outcome = "stale"
        except (Denied, NotNow) as refused:
            return HttpResponse(_(refused.text), status=403, content_type="text/plain; charset=utf-8")
        self.look_again()
        return autosave.of_review(
            request, typed=typed, names=names, outcome=outcome, version=self.review.version,
            stored=flat(queries.content_of(self.review)), saved_at=self.review.saved_at,
        )  # fmt: skip

    def version(self) -> int:
        """Of the review: the case's own version does not matter to a draft."""
        return self.review.version

    @property
    def revision(self) -> Revision:
        """The revision that is judged, which need not be the newest."""
        return self.review.assignment.revision

    def get_form_kwargs(self) -> dict[str, Any]:
        """The parts to judge, unless the path only clears or looks closer; and what is asked anew."""
        given = super().get_form_kwargs()
        given.pop("files", None)
        return {
            **given,
            "parts": self._parts(),
            "evidence": self._evidence_choices(),
            "pack": self.revision.policy.pack,
            "authors": self.revision.response.answers,
            "stored": from_json(self.review.judgement),
        }

    def get_initial(self) -> dict[str, Any]:
        """What was saved; nothing else is chosen."""
        return flat(queries.content_of(self.review))

    def act(self, form: forms.Form) -> object:
        """Save or file, as the button says."""
        call = actions.file if self._files else actions.save_draft
        content = cast(ReviewForm, form).content()
        done = call(review=self.review, content=content, version=self.seen(), by=self.user, now=self.now)
        words = _("Your review is filed. Thank you.") if self._files else _("Draft saved. Only you can see it.")
        messages.success(self.request, words)
        return done

    def faults(self, form: forms.Form) -> Sequence[RuleBroken]:
        """What a review lacks that is to be filed; a draft may lack everything."""
        return actions.faults(self.revision, cast(ReviewForm, form).content()) if self._files else ()

    @property
    def _files(self) -> bool:
        return self.request.POST.get("do") == "file"

    def get_success_url(self) -> str:
        """The same page: the draft goes on, the filed review is read."""
        return reverse("reviews:review-edit", args=[self.review.public_id])

    def back_url(self) -> str:
        """The reviews of the case."""
        return reverse("reviews:review-list", args=[self.submission.reference])

    def _parts(self) -> tuple[PartChoice, ...]:
        if Recommendation.JUDGE not in actions.recommendations(self.revision):
            return ()
        pack = self.revision.policy.pack
        found = []
        for part in self.revision.parts.all():
            requested = pack.rung(part.kind, part.requested_rung)
            rungs = [(r.value, r.label) for r in pack.ladder(part.kind) if r.order <= requested.order]
            label = _("%(part)s, asks for: %(rung)s") % {
                "part": wording.of(wording.PARTS, part.kind),
                "rung": requested.label,
            }
            found.append(PartChoice(part.kind, label, requested.value, rungs))
        return tuple(found)

    def _evidence_choices(self) -> tuple[EvidenceChoice, ...]:
        given, lacking = _("The authors gave it."), _("The authors have not given it yet.")
        return tuple(
            EvidenceChoice(row.type_key, type_title(row.type_key), given if row.given_at else lacking)
            for row in queries.required_evidence(self.revision)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The material left, the review right."""
        context = super().get_context_data(**kwargs)
        found = queries.material(self.revision)
        assignment = self.review.assignment
        working = deadline.calendar(self.submission.committee)
        moment = deadline.review_due(assignment, working, deadline.pauses(self.submission))
        due = Due.of(moment, self.now, deadlines.business_days_between(working, self.now, moment)) if moment else None
        is_filed = self.review.filed_at is not None
        saved = lines([self.review], self.revision) if is_filed or self.is_stale else ()
        context.update(
            review=self.review,
            is_own=assignment.reviewer_id == self.user.pk,
            hand_over_url=reverse("reviews:assignment-hand-over", args=[assignment.public_id]),
            is_filed=is_filed,
            is_writing=not is_filed,
            due=None if is_filed else due,
            saved=saved,
            answers=self._answers() if saved else (),
            conflicting=self.is_stale,
            material=found,
            asked=self._asked(found),
            **self._difference(is_blind=not is_filed),
            evidence=self._evidence(found),
            **self._versions(),
            marks=autosave.marks(context["form"], flat(queries.content_of(self.review)), is_stale=self.is_stale),
            ask_button=Button(
                _("See the questions"), reverse("reviews:inquiry-list", args=[self.submission.reference])
            ),
        )
        return context

    def _versions(self) -> dict[str, Any]:
        """Of a filed review its other versions, what this one changed, and whether its writer may put it right."""
        assignment = self.review.assignment
        if self.review.filed_at is None:
            return {}
        rows = queries.versions([assignment.pk])
        before = next((row for row in rows if row.number == self.review.number - 1), None)
        may = can(access.check_can_correct, self.user, self.submission, assignment)
        is_current = assignment.review_id == self.review.pk
        url = reverse("reviews:review-correct", args=[self.review.public_id])
        return {
            "versions": rows if len(rows) > 1 else (),
            "is_current": is_current,
            "changes": changes(before, self.review, self.revision) if before is not None else (),
            "correct_button": Button(_("Correct this review"), url, shown=may and is_current),
        }

    def _asked(self, found: queries.Material) -> list[dict[str, str]]:
        pack, tier = self.revision.policy.pack, self._tier()
        return [
            {
                "part": wording.of(wording.PARTS, part.kind),
                "rung": pack.rung(part.kind, part.requested_rung).label,
                "ceiling": tiers.ceiling(pack, tier, part.kind).label,
            }
            for part in found.parts
        ]

    def _difference(self, *, is_blind: bool) -> dict[str, Any]:
        """What differs from the revision that was decided, if one was, and from the one right before, if that is
        another one."""
        decided = amended.since_decision(self.facts, self.revision, blind=is_blind)
        before = revision_before(self.revision)
        if before is None or (decided is not None and decided.number == before.number):
            return {"amended": decided, "difference": None}
        return {"amended": decided, "difference": difference.since(before, self.revision, blind=is_blind)}

    def _answers(self) -> tuple[tuple[str, str], ...]:
        return aggregation.own(self.revision.policy.pack, self.revision.response.answers, self.review)

    def _tier(self) -> int:
        return rounds.working_tier(self.revision)

    def _evidence(self, found: queries.Material) -> list[dict[str, Any]]:
        pack = self.revision.policy.pack
        return [
            {
                "title": type_title(row.type_key),
                "label": pack.evidence_type(row.type_key).label,
                "row": row,
                "url": reverse("reviews:evidence-download", args=[row.public_id]) if row.blob else "",
            }
            for row in found.evidence
        ]


class Correct(Edit):
    """A filed review once more in its form. What is filed by it is a version of its own beside the former one."""

    template_name = "reviews/review/correct.html"
    form_class = CorrectionForm

    def find(self) -> Submission | None:
        """The case of a review of one's own; of several versions the one that counts."""
        found = super().find()
        if found is None or self.review.assignment.reviewer_id != self.user.pk:
            return None
        self.review = self.review.assignment.review or self.review
        return found

    def check(self) -> None:
        """Its writer, until something is decided on it."""
        access.check_can_correct(self.user, self.submission, self.review.assignment)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whole, by its button: there is no draft of a correction."""
        return super(Edit, self).post(request, *args, **kwargs)

    def version(self) -> int:
        """The number of the version that is corrected."""
        return self.review.number

    def act(self, form: forms.Form) -> Review:
        """File the correction."""
        self.review = actions.correct(
            review=self.review, content=cast(ReviewForm, form).content(), reason=form.cleaned_data["reason"],
            version=self.seen(), by=self.user, now=self.now,
        )  # fmt: skip
        messages.success(self.request, _("Your correction is filed. The former version stays beside it."))
        return self.review

    def faults(self, form: forms.Form) -> Sequence[RuleBroken]:
        """What a correction lacks."""
        typed = cast(CorrectionForm, form)
        return actions.correction_faults(self.revision, typed.content(), typed.cleaned_data.get("reason", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The same page with its form."""
        after = self.submission.state == State.DELIBERATION
        return super().get_context_data(**kwargs) | {"is_writing": True, "is_after_round": after}
