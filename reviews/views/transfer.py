"""Giving a case to another committee: which one, what happens to the case there, and why it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import transfer as access
from reviews.actions import transfer as actions
from reviews.forms.transfer import TransferForm
from reviews.queries import transfer as queries
from reviews.queries.head import Head
from reviews.queries.roles import role_words
from reviews.queries.submission import get_visible, revision_shown
from reviews.queries.transfer import Target
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN
from reviews.rules.visibility import Level
from reviews.views.base import ActionView
from reviews.views.components import Empty, Fact

WHY_NOT = {
    queries.NO_POLICY: _l("It has not adopted a policy yet."),
    queries.NOBODY: _l("Nobody there can coordinate this case."),
}


class Transfer(ActionView):
    """The coordinator gives a case away before deliberation."""

    template_name = "reviews/transfer/transfer.html"
    form_class: type[forms.Form] = TransferForm
    tab = "overview"
    heading = _l("Give the case to another committee")
    submit_label = _l("Give the case away")
    submit_css = "btn-danger"
    done_text = _l("The other committee has the case now. Its coordinator, the authors and your reviewers were told.")

    def check(self) -> None:
        """The coordinator, while nobody deliberates."""
        access.check_can_transfer(self.user, self.submission)
        self.revision = revision_shown(self.submission, as_author=False)
        self.targets = queries.targets(self.submission, self.revision)
        if self.submission.state not in ROUND_OPEN:
            raise NotNow(_("A case goes to another committee between submission and deliberation."), code="wrong_state")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The committees that can take the case, each with what it would mean."""
        choices = [(row.committee.public_id, self._choice(row)) for row in self.targets if not row.why_not]
        return {**super().get_form_kwargs(), "targets": choices}

    def _choice(self, row: Target) -> str:
        policy = row.committee.policy_in_force
        facts = {"name": row.committee.name, "policy": policy.title, "version": policy.version}
        if row.change is None:
            return (
                _(
                    "%(name)s - Works by the policy of this case (%(policy)s, %(version)s). The case is scored anew "
                    "and waits there for reviewers."
                )
                % facts
            )
        text = (
            _(
                "%(name)s - Works by another policy (%(policy)s, %(version)s). The case goes back to its authors, who "
                "submit it again by that policy."
            )
            % facts
        )
        asked = len(row.change.added) + len(row.change.changed)
        more = ngettext("%(n)d question is new or asked anew.", "%(n)d questions are new or asked anew.", asked)
        return f"{text} {more % {'n': asked}}" if asked else text

    def act(self, form: forms.Form) -> object:
        """Give it away."""
        wanted = form.cleaned_data["target"]
        target = next(row.committee for row in self.targets if row.committee.public_id == wanted)
        return actions.transfer(
            submission=self.submission,
            target=target,
            reason=form.cleaned_data["reason"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """The case, for whom it is still open; the queue for everybody else."""
        still = get_visible(self.user, self.submission.reference, Level.CASE)
        return still.get_absolute_url() if still is not None else reverse("reviews:queue")

    def stale(self, form: forms.Form, text: str) -> HttpResponse:
        """Where somebody else gave the case away first, there is no page of it to come back to."""
        if self.find() is None:
            messages.warning(self.request, text)
            return redirect("reviews:queue")
        return super().stale(form, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows from it, and who cannot take the case."""
        context = super().get_context_data(**kwargs)
        context.update(
            follows=self._follows(self.facts),
            is_possible=any(not row.why_not for row in self.targets),
            others=[Fact(row.committee.name, WHY_NOT[row.why_not]) for row in self.targets if row.why_not],
            empty=Empty(
                _("No other committee can take this case."),
                _("It needs a policy in force, and somebody who can coordinate the case there."),
            ),
        )
        return context

    def _follows(self, head: Head) -> list[Fact]:
        """What it means for people and papers, one sentence each; ``value`` stays empty."""
        live = len(head.seats) - head.filed
        rows: list[tuple[str, str]] = []
        if live:
            words = ngettext("%(n)d seat of a reviewer ends.", "%(n)d seats of reviewers end.", live) % {"n": live}
            rows.append((words, _("Those who hold them are told. What they wrote so far is kept.")))
        if head.filed:
            words = ngettext("%(n)d filed review no longer counts.", "%(n)d filed reviews no longer count.", head.filed)
            rows.append((words % {"n": head.filed}, _("Filed reviews stay on record with this revision.")))
        assessment = head.assessment
        if assessment is not None and assessment.basis not in (assessment.Basis.AUTHOR, assessment.Basis.TRANSFER):
            words = _("The tier is once more what the authors' answers give; what this board made of it ends here.")
            rows.append((words, ""))
        roles = [role_words(hold.role) for hold in head.holds if hold.cleared_at is None]
        if roles:
            words = _("Where the policy is the same, open holds are for the officers of that committee: %(roles)s.")
            rows.append((words % {"roles": ", ".join(roles)}, ""))
        words = _(
            "Evidence, conflicts and referrals stay; so do open questions, unless the case goes back to its authors."
        )
        rows.append((words, ""))
        rows.append((_("The clock goes on from the first submission, in the calendar of the other committee."), ""))
        words = _("Everybody of this committee who is not in the other one loses sight of the case at once.")
        rows.append((words, _("You too. The record stays with the case.")))
        return [Fact(text, "", note) for text, note in rows]
