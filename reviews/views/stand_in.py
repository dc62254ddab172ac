"""Appointing somebody to stand in on one case, and ending that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import stand_in as access
from reviews.access.committee import holders
from reviews.access.conflict import check_can_look
from reviews.access.twin import can, refusal
from reviews.actions import stand_in as actions
from reviews.forms.stand_in import StandInForm
from reviews.models import StandIn, Submission
from reviews.queries import stand_in as queries
from reviews.queries.stand_in import Short
from reviews.queries.submission import get_visible
from reviews.rules.states import CommitteeRole
from reviews.rules.visibility import Level
from reviews.views import wording
from reviews.views.base import ActionView
from reviews.views.components import Button


def short_words(short: Short) -> list[str]:
    """Which seats are short and by how much, a sentence each."""
    found = []
    if short.lacks:
        missing = [(wording.of(wording.SEATS, one.key) if one.key else _("Eligible voter"), one) for one in short.lacks]
        said = [_("%(seat)s (%(n)d)") % {"n": one.missing, "seat": seat.lower()} for seat, one in missing]
        words = _("The board cannot reach its quorum on this case. Missing: %(seats)s.")
        found.append(words % {"seats": wording.joined(said)})
    for role in short.roles:
        words = _("Nobody who holds the role of %(role)s may act on this case.")
        found.append(words % {"role": wording.of(wording.ROLES, role).lower()})
    return found


def on_case(submission: Submission, reader: User) -> dict[str, Any]:
    """What the page of conflicts says of standing in: what is short, the way to mend it, who does and who did."""
    short = queries.short(submission)
    refused = refusal(access.check_can_appoint, reader, submission)
    appoint = Button(
        _("Appoint somebody to stand in"),
        reverse("reviews:stand-in-appoint", args=[submission.reference]),
        icon="plus-lg",
        shown=bool(short.fillable),
        disabled=refused is not None,
        reason=_(refused.text) if refused is not None else "",
    )
    said = short_words(short)
    if said and not holders(submission, [CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR]):
        said.append(
            _(
                "Neither chair nor deputy may act on this case, so nobody here can appoint. Administrators are told as "
                "soon as it waits for a role, and appoint somebody to the committee."
            )
        )
    rows = [(row, wording.of(wording.ROLES, row.role), _end(row, reader)) for row in queries.of_case(submission)]
    return {"short": said, "appoint": appoint, "stand_ins": rows}


def _end(row: StandIn, reader: User) -> Button:
    refused = refusal(access.check_can_end, reader, row.submission, row)
    return Button(
        _("End it"),
        reverse("reviews:stand-in-end", args=[row.public_id]),
        kind="quiet",
        small=True,
        shown=row.ended_at is None,
        disabled=refused is not None,
        reason=_(refused.text) if refused is not None else "",
    )


class _OnCase(ActionView):
    """A page that goes back to who acts on the case."""

    level = Level.MATERIAL
    tab = "overview"

    def back_url(self) -> str:
        """The page of conflicts, which says who acts on the case."""
        return reverse("reviews:conflict-list", args=[self.submission.reference]) + "#stand-ins"


class Appoint(_OnCase):
    """Chair or deputy appoint somebody for a role that is short."""

    form_class = StandInForm
    heading = _l("Appoint somebody to stand in")
    submit_label = _l("Appoint them for this case")
    done_text = _l("Appointed. They act on this case, and on no other.")

    def check(self) -> None:
        """Chair or deputy."""
        access.check_can_appoint(self.user, self.submission)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The roles that are short, and who could be asked."""
        roles = [(str(role), wording.of(wording.ROLES, role)) for role in queries.short(self.submission).fillable]
        people = [(one.public_id, str(one)) for one in queries.candidates(self.submission, self.user)]
        return {**super().get_form_kwargs(), "roles": roles, "people": people}

    def act(self, form: forms.Form) -> object:
        """Appoint."""
        given = form.cleaned_data
        chosen = given["person"]
        person = self.person(chosen, field="person") if chosen else self.person_at(given["email"])
        return actions.appoint(
            submission=self.submission, person=person, role=given["role"], reason=given["reason"], by=self.user,
            now=self.now,
        )  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is short stands above the form."""
        context = super().get_context_data(**kwargs)
        lead = " ".join(short_words(queries.short(self.submission)))
        context["page_lead"] = lead or _("The board of this case is whole; there is nobody to stand in for.")
        return context


class End(_OnCase):
    """End that somebody stands in."""

    heading = _l("End that somebody stands in")
    lead = _l("They act on this case no longer, and do not see it any more. What they did stays on the record.")
    submit_label = _l("End it")
    submit_css = "btn-danger"
    done_text = _l("It has ended.")
    stand_in: StandIn

    def find(self) -> Submission | None:
        """The case, for those who see who acts on it; to everybody else it is not there."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.stand_in = row
        found = get_visible(self.user, row.submission.reference, self.level)
        return found if found is not None and can(check_can_look, self.user, found) else None

    def check(self) -> None:
        """Chair or deputy, not for themselves."""
        access.check_can_end(self.user, self.submission, self.stand_in)

    def about(self) -> str:
        """Who."""
        return str(self.stand_in.user)

    def act(self, form: forms.Form) -> object:
        """End it."""
        return actions.end(stand_in=self.stand_in, by=self.user, now=self.now)
