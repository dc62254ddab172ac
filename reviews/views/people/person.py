"""One person: who they are, what they know, which roles they have had, when they are away, how they sign in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.actions.absence import today
from accounts.models import Absence, OrganisationRole
from accounts.standing import Standing
from reviews.access import people as access
from reviews.access.twin import refusal
from reviews.queries import people as queries
from reviews.queries.people import Detail as Found
from reviews.queries.people import Known
from reviews.rules.errors import Refused
from reviews.views import wording
from reviews.views.components import Button, Fact
from reviews.views.people.base import OfPerson
from reviews.views.people.listing import ICONS, KINDS


class Detail(OfPerson, TemplateView):
    """Everything that the reader may see of somebody, and what they may change."""

    template_name = "reviews/people/person.html"

    def check(self) -> None:
        """Whoever finds the person may read the page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sections with their buttons; what a reader may never do is not there."""
        found = queries.detail(self.user, self.person, self.now, administers=self.administers)
        return super().get_context_data(
            now=self.now,
            crumbs=self.crumbs()[:-1],
            heading=self.person.display_name,
            lead=self.person.email,
            actions=self._actions(found),
            person=self.person,
            administers=self.administers,
            is_oneself=self.person.pk == self.user.pk,
            standing=found.standing.label,
            kind=KINDS[found.standing],
            icon=ICONS[found.standing],
            found=found,
            facts=self._facts(),
            sessions=_sessions(found.sessions),
            sign_in_buttons=self._sign_in_buttons(found),
            known=self._knows(found),
            memberships=[(row, wording.of(wording.ROLES, row.role)) for row in found.memberships],
            organisation_roles=[(row, self._end(row)) for row in found.organisation_roles],
            absences=[(row, self._cancel(row)) for row in found.absences],
            **kwargs,
        )

    def _to(self, name: str, *more: str) -> str:
        return reverse(f"reviews:{name}", args=[self.person.public_id, *more])

    def _actions(self, found: Found) -> tuple[Button, ...]:
        if not self.administers:
            return ()
        closed = found.standing is Standing.CLOSED
        is_oneself = self.person.pk == self.user.pk
        return (
            Button(
                _("Close the account"),
                self._to("person-close"),
                shown=not closed,
                disabled=is_oneself,
                reason=_("Somebody else closes your account.") if is_oneself else "",
            ),
            Button(_("Open it again"), self._to("person-reopen"), shown=closed, kind="primary"),
            Button(_("Edit"), self._to("person-edit"), icon="pencil", shown=not closed, kind="primary"),
        )

    def _facts(self) -> tuple[Fact, ...]:
        person, manager = self.person, self.person.reports_to
        link = reverse("reviews:person", args=[manager.public_id]) if manager and self.administers else ""
        return (
            Fact(_("Unit"), person.unit or _("not known")),
            Fact(_("Comes from"), _("outside the organisation") if person.is_external else _("the organisation")),
            Fact(_("Reports to"), manager or _("not known"), url=link),
            Fact(_("Time zone"), person.time_zone.replace("_", " ")),
            Fact(_("Open reviews at most"), person.load_cap),
        )

    def _sign_in_buttons(self, found: Found) -> tuple[Button, ...]:
        if not self.administers:
            return ()
        is_open = found.standing is Standing.INVITED
        waits = found.standing in (Standing.INVITED, Standing.NOT_INVITED)
        return (
            Button(_("Take the invitation back"), self._to("person-revoke"), kind="quiet", small=True, shown=is_open),
            Button(_("Invite again"), self._to("person-invite-again"), method="post", small=True, shown=waits),
            Button(
                _("End all sessions"), self._to("person-end-sessions"), method="post", small=True,
                shown=found.sessions > 0,
            ),
        )  # fmt: skip

    def _knows(self, found: Found) -> list[dict[str, Any]]:
        denied = refusal(access.check_can_confirm, self.user, self.person)
        return [self._known(known, denied) for known in found.known]

    def _known(self, known: Known, denied: Refused | None) -> dict[str, Any]:
        row = known.row
        confirm = Button(
            _("Confirm"),
            self._to("person-expertise-confirm", row.kind, row.key),
            method="post",
            small=True,
            fields=(("level", str(row.level)),),
            shown=row.confirmed_at is None,
            disabled=denied is not None,
            reason=denied.text if denied else "",
        )
        withdraw = Button(
            _("Withdraw"),
            self._to("person-expertise-withdraw", row.kind, row.key),
            kind="quiet",
            small=True,
            shown=denied is None,
        )
        return {"row": row, "label": known.label, "buttons": (confirm, withdraw)}

    def _end(self, row: OrganisationRole) -> Button:
        shown = self.administers and row.until_at is None
        return Button(_("End"), self._to("person-end-role", row.role), kind="quiet", small=True, shown=shown)

    def _cancel(self, row: Absence) -> Button:
        runs = row.cancelled_at is None and row.until_date >= today(self.person, self.now)
        url = reverse("reviews:absence-cancel", args=[row.public_id])
        return Button(_("Take back"), url, kind="quiet", small=True, shown=self.administers and runs)


def _sessions(count: int) -> str:
    return ngettext("%(n)d session now", "%(n)d sessions now", count) % {"n": count} if count else _("nowhere now")
