"""The case itself: starting it, its first page, submitting, and its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.actions.absence import today
from audit import log
from reviews.access import submission as access
from reviews.actions import submission as actions
from reviews.forms import submission as shapes
from reviews.queries import overview, proof, referral, splitting, timeline, transfer
from reviews.queries import questionnaire as answers_of
from reviews.queries.evidence import type_title
from reviews.queries.head import Head
from reviews.queries.roles import STATES
from reviews.queries.submission import manifest_of, policy_of
from reviews.rules import questionnaire
from reviews.rules.errors import RuleBroken
from reviews.rules.states import ROUND_OPEN
from reviews.rules.visibility import Level, Referred, referred
from reviews.views import amended, first_day, formats, legal_flag, next_step, requests
from reviews.views.base import ActionView, CasePage, PersonView
from reviews.views.components import Check, Fact, Step
from reviews.views.outcomes import decided_label

RECENT = 8


class Rows:
    """The contributors' rows beside a form: kept as typed, and longer when asked for more."""

    request: HttpRequest

    def first_rows(self) -> list[dict[str, str]]:
        """What the rows hold before anybody typed."""
        return []

    def rows(self) -> Any:
        """The rows as sent, or as they stand."""
        data = self.request.POST if self.request.method == "POST" else None
        return shapes.rows_for(data, initial=self.first_rows())

    def more(self, form_class: type[shapes.DescribeForm]) -> dict[str, Any]:
        """The page as typed, with more rows; nothing is checked or saved."""
        return {
            "form": shapes.unchecked(form_class, self.request.POST.dict()),
            "rows": shapes.rows_again(self.request.POST),
        }


class Start(Rows, PersonView, FormView):
    """A new case. Everybody who signs in may start one."""

    template_name = "reviews/submission/start.html"
    form_class = shapes.StartForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The day that a planned one is not before."""
        return {**super().get_form_kwargs(), "today": today(self.user, self.now)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """More rows, or a new case."""
        if "more" in request.POST:
            return self.render_to_response(self.get_context_data(**self.more(shapes.StartForm)))
        form, rows = self.get_form(), self.rows()
        if not (form.is_valid() & rows.is_valid()):
            return self.render_to_response(self.get_context_data(form=form, rows=rows))
        given = form.cleaned_data
        try:
            started = actions.start(
                committee=given["committee"],
                title=given["title"],
                label=given["label"],
                contributors=shapes.writers_in(rows),
                venue=given["venue"],
                planned_date=given["planned_date"],
                by=self.user,
                now=self.now,
            )
        except RuleBroken as refused:
            form.add_error(refused.field if refused.field in form.fields else None, _(refused.text))
            return self.render_to_response(self.get_context_data(form=form, rows=rows))
        return HttpResponseRedirect(reverse("reviews:questionnaire-overview", args=[started.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The head of a page that is no case yet."""
        kwargs.setdefault("rows", self.rows())
        return super().get_context_data(
            now=self.now,
            heading=_("New submission"),
            lead=_("Tell the board what you want to release. You can change everything here until you submit."),
            submit_label=_("Start the case"),
            cancel=reverse("reviews:my-work"),
            empty=first_day.not_yet(),
            **kwargs,
        )


class Describe(Rows, ActionView):
    """The basics again, while the case is open."""

    template_name = "reviews/submission/describe.html"
    form_class = shapes.DescribeForm
    level = Level.CASE
    tab = "overview"
    heading = gettext_lazy("The basics")
    submit_label = gettext_lazy("Save")
    done_text = gettext_lazy("Saved.")

    def check(self) -> None:
        """Authors, while the revision is open."""
        access.check_can_edit(self.user, self.submission)

    def version(self) -> int:
        """Of the basics: the case's own version counts transitions, and a draft has none."""
        return self.submission.description_version

    def get_form_kwargs(self) -> dict[str, Any]:
        """The day that a planned one is not before, unless it stood there already."""
        known = {"today": today(self.user, self.now), "known_day": self.submission.planned_date}
        return {**super().get_form_kwargs(), **known}

    def first_rows(self) -> list[dict[str, str]]:
        """The contributors as they are."""
        return shapes.as_rows(list(self.submission.contributors.all()))

    def get_initial(self) -> dict[str, Any]:
        """The basics as they are."""
        names = ("title", "label", "venue", "planned_date")
        return {name: getattr(self.submission, name) for name in names}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """More rows, or save."""
        if "more" in request.POST:
            return self.render_to_response(self.get_context_data(**self.more(shapes.DescribeForm)))
        form, self.sent = self.get_form(), self.rows()
        if not (form.is_valid() & self.sent.is_valid()):
            return self.form_invalid(form)
        return self.form_valid(form)

    def act(self, form: forms.Form) -> object:
        """Save the basics."""
        given = form.cleaned_data
        return actions.describe(
            submission=self.submission,
            title=given["title"],
            label=given["label"],
            contributors=shapes.writers_in(self.sent),
            venue=given["venue"],
            planned_date=given["planned_date"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows beside the form, and what was saved elsewhere beside what was typed here."""
        kwargs.setdefault("rows", getattr(self, "sent", None) or self.rows())
        return super().get_context_data(saved=self._saved() if self.is_stale else (), **kwargs)

    def _saved(self) -> tuple[Fact, ...]:
        case = self.submission
        people = "; ".join(
            ", ".join(filter(None, (row.name, row.email, row.unit, row.orcid))) for row in case.contributors.all()
        )
        day = formats.day(case.planned_date, now=self.now) if case.planned_date is not None else ""
        nothing = _("left empty")
        return (
            Fact(_("Title"), case.title),
            Fact(_("Label"), case.label),
            Fact(_("Venue"), case.venue or nothing),
            Fact(_("Planned date"), day or nothing),
            Fact(_("Contributors"), people),
        )


class Detail(CasePage):
    """The first page of a case. Who sees only its record is shown that."""

    template_name = "reviews/submission/detail.html"
    level = Level.RECORD
    tab = "overview"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The case, or its record."""
        if self.sight.level < Level.CASE:
            return HttpResponseRedirect(reverse("reviews:submission-record", args=[self.submission.reference]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Summary, assessment, artifacts, people, dates, what is missing, and what happened."""
        context = super().get_context_data(**kwargs)
        case, sight, facts = self.submission, self.sight, self.facts
        revision, pack = facts.revision, facts.pack
        answers = questionnaire.effective(pack, revision.response.answers)
        history = timeline.for_case(case, self.user, sight)
        context.update(
            revision=revision,
            steps=[Step(STATES[place.state], place.mark) for place in overview.track(facts)],  # type: ignore[arg-type]
            summary=revision.summary or answers.get(pack.bindings.summary, ""),
            assessment=facts.assessment,
            tier=facts.tier,
            points=overview.points(facts, revision, sight),
            artifacts=overview.artifacts(revision),
            groups=overview.people(facts, sight),
            dates=self._dates(facts),
            holds=overview.holds(facts, sight),
            missing=self._missing(facts),
            requests=requests.rows(self.user, facts, sight),
            amended=amended.since_decision(facts, revision, blind=not sight.scores),
            opened=requests.opened_for(facts),
            referrals=[line for line in referral.lines(case, referred(sight)) if line.withdrawn_at is None],
            transfers=transfer.history(case),
            relatives=splitting.relatives(case, self.user),
            reasons=referred(sight) > Referred.FACT,
            recent=history[:RECENT],
            flags=legal_flag.rows(self.user, facts, sight),
        )
        return context

    def _dates(self, facts: Head) -> list[tuple[str, Any, bool]]:
        case = self.submission
        rows: list[tuple[str, Any, bool]] = [(_("Started"), case.created_at, False)]
        if case.submitted_at is not None:
            rows.append((_("Submitted"), case.submitted_at, False))
        if self.sight.peers and (due := overview.reviews_due(facts)) is not None:
            rows.append((_("Reviews due"), due, due < self.now))
        if facts.decision_due is not None:
            rows.append((_("Decision due"), facts.decision_due, facts.decision_due < self.now))
        if facts.cleared is not None:
            rows.append((decided_label(facts.cleared), facts.cleared.decision.effective_at, False))
        return rows

    def _missing(self, facts: Head) -> list[Check]:
        url = reverse("reviews:evidence-list", args=[self.submission.reference])
        return [
            Check(
                type_title(row.type_key),
                "no",
                facts.pack.evidence_type(row.type_key).label,
                f"{url}#{row.type_key}",
                owed=self._owed(facts, facts.duty_due("give_evidence", row.asked_at)),
            )
            for row in facts.open_evidence
        ]

    def _owed(self, facts: Head, due: datetime | None) -> str:
        if due is None or facts.state not in ROUND_OPEN:
            return _("The authors owe this.")
        text = _("The authors owe this by %(day)s.") if due >= self.now else _("The authors owed this by %(day)s.")
        return text % {"day": next_step.moment_of(self.user, facts, due)}


class Submit(ActionView):
    """The attestation. It freezes the revision; what is missing is listed with links instead."""

    template_name = "reviews/submission/submit.html"
    form_class: type[forms.Form] = shapes.AttestForm
    level = Level.MATERIAL
    tab = "overview"
    heading = gettext_lazy("Check and submit")
    submit_label = gettext_lazy("Submit to the board")
    done_text = gettext_lazy("Submitted. Here is how the policy scores it.")

    def check(self) -> None:
        """Authors, while the revision is open."""
        access.check_can_edit(self.user, self.submission)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The authors who can confirm."""
        return {**super().get_form_kwargs(), "authors": [row.name for row in self.submission.contributors.all()]}

    def act(self, form: forms.Form) -> object:
        """Submit."""
        return actions.submit(
            submission=self.submission,
            attested_name=form.cleaned_data["attested_name"],
            manifest=self.request.POST.get("manifest", ""),
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """The assessment, with every number."""
        return reverse("reviews:assessment-detail", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is missing, and what submitting does."""
        context = super().get_context_data(**kwargs)
        revision = self.submission.revision
        assert revision is not None
        pack = policy_of(revision, self.submission).pack
        answers = revision.response.answers
        artifacts = overview.artifacts(revision)
        parts = overview.part_checks(pack, answers, artifacts)
        lacking = answers_of.missing(pack, answers)
        unproven = proof.lacking(revision, pack, answers)
        context.update(
            hidden=[("manifest", self._shown_manifest())],
            missing=lacking,
            unproven=unproven,
            change=answers_of.policy_change(revision.policy.pack, pack),
            artifacts=artifacts,
            part_checks=parts,
            is_complete=not lacking
            and all(check.is_there for check in parts)
            and not any(one.is_required for one in unproven),
        )
        return context

    def _shown_manifest(self) -> str:
        """As with ``shown_version``: a form that came back speaks of what it was shown with, unless told otherwise."""
        if self.request.method == "POST" and not self.is_stale:
            return self.request.POST.get("manifest", "")
        assert self.submission.revision is not None
        return manifest_of(self.submission.revision, self.submission)


class Record(CasePage):
    """The whole history, the policy and the digests."""

    template_name = "reviews/submission/record.html"
    level = Level.RECORD
    tab = "record"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Timeline, revisions, and whether the chain of events is unbroken."""
        context = super().get_context_data(**kwargs)
        sees_case = self.sight.level >= Level.CASE
        revisions = overview.case_revisions(self.submission, as_author=self.sight.as_author)
        context.update(
            sees_case=sees_case,
            entries=timeline.for_case(self.submission, self.user, self.sight),
            revisions=revisions,
            policies=list({row.policy.sha256: row.policy for row in revisions}.values()),
            is_whole=not log.verify(self.submission.stream).faults,
        )
        return context
