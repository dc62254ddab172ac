"""The list of people with its filters, and the same as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts import above, roster, standing
from accounts.models import User
from accounts.standing import Standing
from reviews.access import people as access
from reviews.forms.people import PeopleFilter
from reviews.queries import people as queries
from reviews.views import wording
from reviews.views.components import Button, Empty
from reviews.views.people.base import Among

PAGE = 50
NARROWING = ("q", "state", "role", "unit", "knows")
KINDS = {Standing.ACTIVE: "good", Standing.INVITED: "warn", Standing.NOT_INVITED: "warn", Standing.CLOSED: ""}
ICONS = {
    Standing.ACTIVE: "check2",
    Standing.INVITED: "hourglass-split",
    Standing.NOT_INVITED: "person-x",
    Standing.CLOSED: "lock",
}


class List(Among, TemplateView):
    """Everybody whom the reader sees."""

    template_name = "reviews/people/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Narrow, count, read one page."""
        people = queries.listed(self.user, administers=self.administers)
        subjects = above.subjects()
        narrowed = PeopleFilter(
            self.request.GET,
            queryset=people,
            request=self.request,
            now=self.now,
            committees=None if self.administers else access.run_by(self.user),
            units=[(unit, unit) for unit in queries.units(people)],
            known=[(subject.value, subject.label) for subject in subjects],
        )
        page = Paginator(narrowed.qs, PAGE).get_page(self.request.GET.get("page"))
        found = queries.rows(
            self.user,
            list(page.object_list),
            self.now,
            administers=self.administers,
            labels=queries.words(subjects),
        )
        is_narrowed = any(self.request.GET.get(name) for name in NARROWING)
        return super().get_context_data(
            now=self.now,
            heading=_("People"),
            lead="" if self.administers else _("Those who serve on a committee that you run."),
            actions=self._actions(),
            filter=narrowed,
            page=page,
            rows=[_row(one) for one in found],
            empty=_nobody_found() if is_narrowed else Empty(_("Nobody yet.")),
            **kwargs,
        )

    def _actions(self) -> tuple[Button, ...]:
        if not self.administers:
            return ()
        return (
            Button(_("Export as CSV"), reverse("reviews:people-export"), icon="download"),
            Button(_("Import ties"), reverse("reviews:people-ties"), icon="people"),
            Button(_("Import people"), reverse("reviews:people-import"), icon="people"),
            Button(_("Invite somebody"), reverse("reviews:people-invite"), kind="primary", icon="plus-lg"),
        )


def _row(one: queries.Row) -> dict[str, Any]:
    serves: dict[str, list[str]] = {}
    for membership in one.memberships:
        serves.setdefault(membership.committee.name, []).append(wording.of(wording.ROLES, membership.role))
    return {
        "person": one.person,
        "url": reverse("reviews:person", args=[one.person.public_id]),
        "standing": one.standing.label,
        "kind": KINDS[one.standing],
        "icon": ICONS[one.standing],
        "until": one.invitation.expires_at if one.invitation and one.standing is Standing.INVITED else None,
        "organisation_roles": [role.get_role_display() for role in one.organisation_roles],
        "serves": [(name, ", ".join(roles)) for name, roles in serves.items()],
        "confirmed": [known.label for known in one.confirmed],
        "waiting": one.waiting,
        "away": one.away,
    }


def _nobody_found() -> Empty:
    everybody = Button(_("Show everybody"), reverse("reviews:people"))
    return Empty(_("Nobody fits these filters."), _("Take one of them away, or look for fewer words."), everybody)


class Export(Among):
    """Everybody as a file that a spreadsheet opens without running anything in it."""

    http_method_names = ["get", "head", "options"]

    def check(self) -> None:
        """Only administrators."""
        access.check_can_administer(self.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file."""
        text = roster.write(self._line(person) for person in queries.everybody(self.now))
        response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="people.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def _line(self, person: User) -> tuple[str, ...]:
        asked = person.asked  # type: ignore[attr-defined]
        known = person.knows_now  # type: ignore[attr-defined]
        roles = [str(row.get_role_display()) for row in person.roles_now]  # type: ignore[attr-defined]
        roles += [
            f"{wording.of(wording.ROLES, row.role)} ({row.committee.name})"
            for row in person.serves_now  # type: ignore[attr-defined]
        ]
        return (
            person.email,
            person.display_name,
            person.unit,
            "yes" if person.is_external else "no",
            person.time_zone,
            person.reports_to.email if person.reports_to else "",
            str(person.load_cap),
            roster.expertise_text(known),
            roster.skills_text(known),
            roster.absences_text(person.away_now),  # type: ignore[attr-defined]
            "; ".join(row.key for row in known if row.confirmed_at is not None),
            "; ".join(roles),
            str(standing.of(person, asked[-1] if asked else None, self.now).label),
        )
