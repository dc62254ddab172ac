"""Appeals: filing one, where it stands, appointing who hears it, judging, taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import appeal as access
from reviews.access.twin import can
from reviews.actions import appeal as actions
from reviews.forms.appeal import AppointForm, FileForm, JudgeForm
from reviews.models import Appeal, AppealOpinion, Submission
from reviews.queries import appeal as queries
from reviews.queries.submission import get_visible
from reviews.rules.appeal import Count, Opinion, Status
from reviews.rules.errors import NotNow
from reviews.rules.visibility import Level
from reviews.views import wording
from reviews.views.base import ActionView, CasePage, CaseView
from reviews.views.components import Button, Due, Fact, shown
from reviews.views.next_step import moment_of

GROUNDS: wording.Words = {
    "new_evidence": _l("There is new evidence that the board did not have"),
    "factual_error": _l("The decision rests on an error of fact"),
    "process_error": _l("The rules of the review were not kept"),
    "conflict_of_interest": _l("Somebody who judged had a conflict of interest"),
}
OPINIONS: wording.Words = {"uphold": _l("Uphold"), "dismiss": _l("Dismiss")}
STATUSES = {
    Status.OPEN: (_l("Under appeal"), "warn", "hourglass-split"),
    Status.UPHELD: (_l("Upheld: the case is judged anew"), "good", "check2"),
    Status.DISMISSED: (_l("Dismissed: the decision stands"), "", "dash-circle"),
    Status.OVERTAKEN: (_l("Over: a later decision took its place"), "", "dash-circle"),
    Status.WITHDRAWN: (_l("Taken back"), "", "arrow-return-right"),
}


def page_of(submission: Submission) -> str:
    """The page of the appeal that was filed last."""
    return reverse("reviews:appeal-detail", args=[submission.reference])


class File(ActionView):
    """Appeal against the decision."""

    form_class = FileForm
    template_name = "reviews/appeal/file.html"
    tab = "decision"
    heading = _l("Appeal against the decision")
    submit_label = _l("File the appeal")
    done_text = _l("Your appeal is filed. Nothing more is released until it is decided.")

    def check(self) -> None:
        """An author, in time, once a version."""
        access.check_can_file(self.user, self.submission)
        if self.request.method != "POST":
            actions.check_fileable(self.submission, self.now)

    def back_url(self) -> str:
        """The decision, where there is one."""
        if self.facts.cleared is None:
            return super().back_url()
        return reverse("reviews:decision-detail", args=[self.submission.reference])

    def get_success_url(self) -> str:
        """The appeal."""
        return page_of(self.submission)

    @cached_property
    def filing(self) -> queries.Filing:
        """What holds for an appeal, as the page shows it; ``check`` and the action ask afresh."""
        return queries.filing(self.submission, now=self.now)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The grounds that the policy of the decision knows."""
        rule = self.filing.rule
        grounds = [(key, wording.of(GROUNDS, key)) for key in (rule.grounds if rule is not None else ())]
        return {**super().get_form_kwargs(), "grounds": grounds}

    def act(self, form: forms.Form) -> object:
        """File it."""
        return actions.file(
            submission=self.submission, grounds=form.cleaned_data["grounds"], text=form.cleaned_data["text"],
            by=self.user, now=self.now,
        )  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Until when, and what happens next."""
        context = super().get_context_data(**kwargs)
        found = self.filing
        if found.rule is not None and found.decision is not None:
            panel, tier = found.rule.panel, found.decision.tier
            context.update(
                until=found.file_by,
                days=found.rule.decide_within_business_days,
                is_frozen=found.rule.release_frozen,
                by_panel=panel is not None and tier in panel.tiers,
            )
        return context


def button(submission: Submission, filing: queries.Filing) -> Button:
    """The button under a decision by which authors appeal, or why they cannot."""
    why = _(actions.WHY_NOT[filing.code]) if filing.code else ""
    return Button(
        _("Appeal"), reverse("reviews:appeal-file", args=[submission.reference]), disabled=bool(why), reason=why
    )


class AppealPage(CaseView):
    """The appeal, how far it is, and what can be done about it now."""

    tab = "decision"
    level = Level.RECORD
    row: Appeal

    @property
    def sees_names(self) -> bool:
        """Whether this person reads who hears it: the board, and who appoints them. Authors never do."""
        if self.sight.as_author:
            return False
        return self.sight.board or can(access.check_can_appoint, self.user, self.submission, self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Facts for everybody who reads the record; its text for authors and board; votes for the board."""
        context = super().get_context_data(**kwargs)
        row, board = self.row, self.sight.board and not self.sight.as_author
        count = queries.count(row, self.submission)
        opinions = list(row.opinions.all()) if board else []
        own = next((one for one in opinions if one.judge_id == self.user.pk), None)
        context.update(
            appeal=row,
            judge_form=self._form(context.get("form"), own),
            badge=STATUSES[Status(row.status)],
            grounds=[wording.of(GROUNDS, key) for key in row.grounds],
            text=row.text if board or self.sight.as_author else "",
            facts=self._facts(count),
            judges=self._judges() if self.sees_names else (),
            sees_names=self.sees_names,
            opinions=[(one, wording.of(OPINIONS, one.opinion), _dissents(one, row)) for one in opinions],
            is_board=board,
            own=own,
            judge_url=reverse("reviews:appeal-judge", args=[row.public_id]),
            buttons=self._buttons(count),
        )
        return context

    def _form(self, bound: object, own: AppealOpinion | None) -> JudgeForm | None:
        """The form of whoever hears it. One that came back stays with what was typed, also once the appeal is over."""
        if isinstance(bound, JudgeForm):
            return bound
        if not self.row.is_open or not can(access.check_can_judge, self.user, self.submission, self.row):
            return None
        return JudgeForm(initial={"opinion": own.opinion, "reason": own.reason} if own is not None else {})

    def _facts(self, count: Count) -> tuple[Fact, ...]:
        row = self.row
        facts = [Fact(_("Filed"), self._moment(row.filed_at))]
        if row.is_open:
            due = Due.of(row.due_at, self.now, self.facts.business_days_to(row.due_at))
            facts.append(Fact(_("To be decided by"), self._moment(row.due_at), due.distance, late=due.late))
            facts.append(Fact(_("Heard by"), self._hearing(count)))
        elif row.ended_at is not None:
            facts.append(Fact(_("Ended"), self._moment(row.ended_at)))
        return tuple(facts)

    def _hearing(self, count: Count) -> str:
        if not count.is_whole:
            return _("people who had no part in the decision; they are being appointed")
        return _("people who had no part in the decision")

    def _judges(self) -> list[str]:
        return [str(person) for person in access.judges(self.submission, self.row)]

    def _moment(self, value: datetime) -> str:
        return moment_of(self.user, self.facts, value)

    def _buttons(self, count: Count) -> tuple[Button, ...]:
        row, case = self.row, self.submission
        appoints = row.is_open and not count.is_whole and can(access.check_can_appoint, self.user, case, row)
        takes_back = row.is_open and self.sight.as_author
        appoint = reverse("reviews:appeal-appoint", args=[row.public_id])
        back = reverse("reviews:appeal-withdraw", args=[row.public_id])
        return shown(
            (
                Button(_("Appoint who hears it"), appoint, kind="primary", shown=appoints),
                Button(_("Take the appeal back"), back, kind="quiet", shown=takes_back),
            )
        )


def _dissents(one: AppealOpinion, row: Appeal) -> bool:
    """Whether a judge found otherwise than the appeal came out."""
    against = {Status.UPHELD: Opinion.DISMISS, Status.DISMISSED: Opinion.UPHOLD}.get(Status(row.status))
    return against is not None and one.opinion == against


class Detail(AppealPage, CasePage):
    """Read where the appeal stands."""

    template_name = "reviews/appeal/detail.html"

    def check(self) -> None:
        """There is one, now or before."""
        found = queries.newest(self.submission)
        if found is None:
            raise NotNow(_("No appeal was filed on this case."), code="none")
        self.row = found

    def back_url(self) -> str:
        """The decision for those who read nothing else of the case."""
        if self.sight.level < Level.CASE:
            return reverse("reviews:submission-record", args=[self.submission.reference])
        return super().back_url()


class _OneAppeal(ActionView):
    """A page about one appeal."""

    tab = "decision"
    level = Level.RECORD
    row: Appeal

    def find(self) -> Submission | None:
        """The case of the appeal."""
        found = queries.by_public_id(self.kwargs["public_id"])
        if found is None:
            return None
        self.row = found
        return get_visible(self.user, found.submission.reference, self.level)

    def check_open(self) -> None:
        """Nothing is done about one that is over."""
        if self.request.method != "POST" and not self.row.is_open:
            raise NotNow(_(actions.OVER), code="over")

    def back_url(self) -> str:
        """The appeal."""
        return page_of(self.submission)


class Judge(AppealPage, _OneAppeal):
    """Uphold or dismiss, or change one's mind while it is open. Who does not see the board has no such page."""

    template_name = "reviews/appeal/detail.html"
    form_class = JudgeForm
    done_text = _l("Your vote is in. You may change it until the appeal is decided.")

    def check(self) -> None:
        """Who hears it now."""
        hears = any(one.user_id == self.user.pk for one in self.row.judges.all())
        if self.sight.as_author or not (self.sight.board or hears):
            raise Http404
        access.check_can_judge(self.user, self.submission, self.row)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form stands on the page of the appeal."""
        return HttpResponseRedirect(self.back_url() + "#judge")

    def act(self, form: forms.Form) -> object:
        """Judge."""
        given = form.cleaned_data
        return actions.judge(
            appeal=self.row, opinion=Opinion(given["opinion"]), reason=given["reason"], by=self.user, now=self.now
        )


class Appoint(_OneAppeal):
    """Appoint somebody from outside the committee, one after the other until enough hear it."""

    form_class = AppointForm
    template_name = "reviews/appeal/appoint.html"
    heading = _l("Appoint who hears the appeal")
    submit_label = _l("Appoint them")
    done_text = _l("Appointed. They were told, and read the case until the appeal is decided.")

    def check(self) -> None:
        """Who appoints, while judges are missing. To authors it is not there."""
        if self.sight.as_author:
            raise Http404
        access.check_can_appoint(self.user, self.submission, self.row)
        self.check_open()
        if self.request.method != "POST" and self._count().is_whole:
            raise NotNow(_("Enough people hear this appeal already."), code="whole")

    def _count(self) -> Count:
        return queries.count(self.row, self.submission)

    @cached_property
    def people(self) -> list[tuple[User, str]]:
        """Who serves elsewhere, each with what keeps them from it."""
        people = queries.outsiders(self.submission)
        why = queries.why_no_judges(people, self.row, self.submission, self.user, now=self.now)
        return [(one, _(actions.NO_JUDGE[why[one.pk]]) if why[one.pk] else "") for one in people]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whom nothing keeps from it."""
        people = [(one.public_id, str(one)) for one, why in self.people if not why]
        return {**super().get_form_kwargs(), "people": people}

    def act(self, form: forms.Form) -> object:
        """Appoint."""
        chosen = form.cleaned_data["person"]
        person = self.person(chosen, field="person") if chosen else self.person_at(form.cleaned_data["email"])
        return actions.appoint(appeal=self.row, person=person, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many are missing, and who cannot be appointed and why."""
        context = super().get_context_data(**kwargs)
        count = self._count()
        context.update(
            count=count,
            judges=[str(person) for person in access.judges(self.submission, self.row)],
            kept=[(one, why) for one, why in self.people if why],
            back=self.back_url(),
        )
        return context


class Withdraw(_OneAppeal):
    """An author takes the appeal back."""

    level = Level.CASE
    heading = _l("Take the appeal back")
    lead = _l("The decision stands as it is, and the release goes on by it. This version cannot be appealed again.")
    submit_label = _l("Take it back")
    submit_css = "btn-danger"
    done_text = _l("The appeal is taken back.")

    def check(self) -> None:
        """Any author, while it is open."""
        access.check_can_file(self.user, self.submission)
        self.check_open()

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.withdraw(appeal=self.row, by=self.user, now=self.now)
