"""One committee: its policy and what waits there, who serves, what the policy asks for, when it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from reviews.access import letter as letter_access
from reviews.access import policy as policy_access
from reviews.access.twin import can, refusal
from reviews.models import Adoption, Membership
from reviews.queries import committee as queries
from reviews.queries import policy as policies
from reviews.queries import vacancy
from reviews.queries.committee import Working
from reviews.rules import staffing
from reviews.rules.calendars import Stretch
from reviews.views import wording
from reviews.views.committee import words
from reviews.views.committee.base import OfCommittee
from reviews.views.components import Button, Entry, Fact


@dataclass(frozen=True)
class RoleLine:
    """Everybody who holds one role, each with the button that ends it."""

    label: str
    held: tuple[tuple[Membership, Button], ...]


@dataclass(frozen=True)
class Proposal:
    """A version that waits for approval: who may, and what the reader can do about it."""

    row: Adoption
    approvers: str
    buttons: tuple[Button, ...]


class Detail(OfCommittee, TemplateView):
    """Everything about one committee. Those who run it read; administrators have the buttons."""

    template_name = "reviews/committee/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Policy, people, needs, calendar."""
        now, past = queries.memberships(self.committee)
        pack = (self.committee.policy or policies.shipped()).pack
        people = queries.holders(self.committee)
        history = policies.history(self.committee)
        calendar = queries.working(self.committee, self.now)
        return super().get_context_data(
            heading=self.committee.name,
            lead=self._lead(calendar),
            actions=self._actions(),
            crumbs=(*super().crumbs(),),
            administers=self.administers,
            adopted=next((row for row in history if row.approved_at and row.version == self.committee.policy), None),
            adopt=self._adopt(),
            proposal=self._proposal(history),
            roles=self._roles(now),
            past=[(row, wording.of(wording.ROLES, row.role)) for row in past],
            tiers=words.tier_lines(pack, staffing.needs(pack, people)),
            waiting=self._waiting(),
            gaps=words.gap_lines(staffing.gaps(pack, people)),
            calendar=calendar,
            facts=self._facts(calendar),
            closures=[(stretch, self._reopen(stretch)) for stretch in calendar.closures],
            close=self._button("closure-add", _("Close days"), icon="calendar-x", small=True),
            entries=[entry for row in history for entry in entries_of(row)],
            **kwargs,
        )

    def _waiting(self) -> tuple[words.GapLine, ...]:
        """For those who appoint, of the cases that they are free of: the number tells who else stands aside."""
        if not self.administers:
            return ()
        return words.waiting_lines(vacancy.of_committee(self.committee, viewer=self.user, now=self.now))

    def _url(self, name: str, *args: str) -> str:
        return reverse(f"reviews:committee-{name}", args=[self.committee.public_id, *args])

    def _button(self, name: str, label: str, **options: Any) -> Button:
        return Button(label, self._url(name), shown=self.administers, **options)

    def _lead(self, calendar: Working) -> str:
        words_of = [words.weekdays(calendar.weekdays), self.committee.time_zone.replace("_", " ")]
        return " · ".join(words_of)

    def _actions(self) -> tuple[Button, ...]:
        writes = can(letter_access.check_can_write_template, self.user, self.committee)
        letters = reverse("reviews:letter-template", args=[self.committee.public_id])
        return (
            Button(_("Letters"), letters, icon="file-earmark-text", shown=writes),
            self._button("settings", _("Settings"), icon="sliders"),
            self._button("member-add", _("Give a role"), icon="plus-lg", kind="primary"),
        )

    def _adopt(self) -> Button:
        label = _("Choose another version") if self.committee.policy else _("Adopt a policy")
        kind: Any = "secondary" if self.committee.policy else "primary"
        url = reverse("reviews:policy-adopt", args=[self.committee.public_id])
        return Button(label, url, shown=self.administers, kind=kind, small=True)

    def _proposal(self, history: list[Adoption]) -> Proposal | None:
        row = next((row for row in history if row.is_open), None)
        if row is None:
            return None
        row.committee = self.committee
        others = policies.approvers(row)
        refused = refusal(policy_access.check_can_approve, self.user, row) if self.administers else None
        reason = refused.text if refused is not None else ""
        if refused is not None and not others:
            reason += " " + _("There is no other administrator yet: give that role to somebody on the people page.")
        label = _("Approve it") if row.proposed_by is not None else _("Propose it")
        approve = Button(
            label, reverse("reviews:adoption-approve", args=[row.public_id]), kind="primary", icon="check2",
            shown=self.administers, disabled=bool(reason), reason=reason,
        )  # fmt: skip
        back = Button(
            _("Take it back"), reverse("reviews:adoption-take-back", args=[row.public_id]), kind="quiet",
            shown=self.administers,
        )  # fmt: skip
        return Proposal(row, wording.joined(str(person) for person in others), (back, approve))

    def _roles(self, rows: list[Membership]) -> tuple[RoleLine, ...]:
        held: dict[str, list[tuple[Membership, Button]]] = {}
        for row in rows:
            own = row.user_id == self.user.pk
            end = Button(
                _("End"), self._url("member-end", row.user.public_id, row.role), kind="quiet", small=True,
                shown=self.administers, disabled=own, reason=_("Somebody else ends a role of yours.") if own else "",
            )  # fmt: skip
            held.setdefault(row.role, []).append((row, end))
        return tuple(RoleLine(wording.of(wording.ROLES, role), tuple(rows_of)) for role, rows_of in held.items())

    def _facts(self, calendar: Working) -> tuple[Fact, ...]:
        return (
            Fact(_("Working days"), words.weekdays(calendar.weekdays)),
            Fact(_("Time zone"), self.committee.time_zone.replace("_", " "), _("what is due is due at 17:00")),
            Fact(_("Public holidays"), calendar.country_name or _("None kept")),
        )

    def _reopen(self, stretch: Stretch) -> Button:
        query = f"?first={stretch.first.isoformat()}&last={stretch.last.isoformat()}"
        label = _("Open again")
        return Button(label, self._url("closure-reopen") + query, kind="quiet", small=True, shown=self.administers)


def entries_of(row: Adoption) -> list[Entry]:
    """What happened to one version in this committee, the latest first."""
    shown = {"version": row.version.version, "title": row.version.title}
    found = []
    if row.withdrawn_at is not None:
        text = _("took back the proposal of %(version)s.") % shown
        found.append(Entry(row.withdrawn_at, text, str(row.withdrawn_by)))
    if row.approved_at is not None:
        text = _("adopted %(version)s, the first version.") if row.is_first else _("approved %(version)s.")
        found.append(Entry(row.approved_at, text % shown, str(row.approved_by), key=True))
    if not row.is_first:
        if row.proposed_by is None:
            found.append(Entry(row.proposed_at, _("%(version)s was published and is proposed.") % shown))
        else:
            found.append(Entry(row.proposed_at, _("proposed %(version)s.") % shown, str(row.proposed_by)))
    return found
