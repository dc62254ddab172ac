"""Conflicts of a case: stepping aside, declaring for others, naming somebody, “this is not me”, the list, settling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import conflict as access
from reviews.access.twin import can, refusal
from reviews.actions import conflict as actions
from reviews.forms.conflict import ConflictForm, DeclareForForm, DisownForm, NameForm, SettleForm
from reviews.models import Conflict, Submission
from reviews.queries import conflict as queries
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.ties import CHAIR_DECIDES, Settled, keeps_out
from reviews.rules.visibility import Level
from reviews.views import stand_in, wording
from reviews.views.base import ActionView
from reviews.views.components import Button, Empty, Fact, shown


class _Kinds(ActionView):
    """A form that asks for a kind of conflict, in the words of the policy."""

    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that the policy of this revision knows."""
        assert self.submission.revision is not None
        return [(kind.key, kind.label) for kind in self.submission.revision.policy.pack.decision.conflict_types]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The kinds to choose from."""
        return {**super().get_form_kwargs(), "types": self.kinds()}


class Declare(_Kinds):
    """Declare a conflict about oneself. It works at once, so afterwards there is no case to go back to."""

    level = Level.SUMMARY
    template_name = "reviews/conflict/declare.html"
    form_class = ConflictForm
    heading = _l("I have a conflict of interest")
    lead = _l(
        "You step aside at once: the case closes to you everywhere, your seat becomes free, and a vote that you cast "
        "no longer counts. You cannot take this back yourself. Nobody holds it against you."
    )
    submit_label = _l("Step aside now")
    submit_css = "btn-danger"

    def check(self) -> None:
        """Everybody who sees anything of the case, except its authors."""
        access.check_can_declare(self.user, self.submission)

    def act(self, form: forms.Form) -> object:
        """Step aside."""
        done = actions.declare(
            submission=self.submission,
            type_key=form.cleaned_data["type_key"],
            note=form.cleaned_data["note"],
            by=self.user,
            now=self.now,
        )
        words = _("Thank you. You have stepped aside from %(label)s; the coordinator knows.")
        messages.success(self.request, words % {"label": self.submission.label})
        return done

    def get_success_url(self) -> str:
        """The case is gone for them now."""
        return reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Somebody who sees the basics alone is shown no more than these."""
        context = super().get_context_data(**kwargs)
        if self.sight.level < Level.CASE:
            context.update(docket=None, heading=self.heading, page_heading="", case_url=reverse("reviews:my-work"))
        return context


class _AmongConflicts(ActionView):
    """A page below the list of conflicts, and back to it."""

    level = Level.MATERIAL
    tab = "overview"

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:conflict-list", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        return {**super().get_context_data(**kwargs), "list_url": self.back_url()}


@dataclass(frozen=True)
class Line:
    """One conflict as those read it who run the committee."""

    row: Conflict
    kind: str
    source: str
    badge: str
    css: str
    icon: str
    button: Button


class List(_AmongConflicts):
    """Every conflict of the case, with what waits for somebody on top. The button looks for ties anew."""

    template_name = "reviews/conflict/list.html"

    def check(self) -> None:
        """Those who run the committee."""
        access.check_can_look(self.user, self.submission)
        if self.request.method == "POST":
            access.check_can_search(self.user, self.submission)

    def act(self, form: forms.Form) -> object:
        """Look for ties."""
        count = len(actions.search(submission=self.submission, by=self.user, now=self.now))
        text = ngettext("%(n)d tie was found.", "%(n)d ties were found.", count) % {"n": count}
        messages.success(self.request, text if count else _("Nothing new was found."))
        return count

    def get_success_url(self) -> str:
        """The list; somebody who was found to have a conflict does not see the case any more."""
        still = get_visible(self.user, self.submission.reference, self.level)
        return self.back_url() if still is not None else reverse("reviews:my-work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lines, whom authors named, and who acts instead of whom."""
        context = super().get_context_data(**kwargs)
        context.update(
            lines=[self._line(row) for row in queries.of_case(self.submission)],
            objections=[
                (row, wording.why_excluded(self._pack, row.type_key)) for row in queries.objections(self.submission)
            ],
            buttons=self._buttons(),
            facts=self._stand_ins(),
            **stand_in.on_case(self.submission, self.user),
            empty=Empty(
                _("No conflict is known."),
                _("Ties between the committee and the authors were looked for when the case was submitted."),
            ),
        )
        return context

    @property
    def _pack(self) -> Any:
        assert self.submission.revision is not None
        return self.submission.revision.policy.pack

    def _line(self, row: Conflict) -> Line:
        badge, css, icon = state_of(row, access.effect_of(self.submission, row.type_key))
        url = reverse("reviews:conflict-settle", args=[row.public_id])
        refused = refusal(access.check_can_settle, self.user, self.submission, row)
        waits = css == "warn"
        button = Button(
            _("Settle it"),
            url,
            small=True,
            shown=row.is_open and (refused is None or waits),
            disabled=refused is not None,
            reason=_(refused.text) if refused is not None else "",
        )
        return Line(row, wording.why_excluded(self._pack, row.type_key), source_of(row), badge, css, icon, button)

    def _buttons(self) -> tuple[Button, ...]:
        reference = self.submission.reference
        return shown(
            (
                Button(
                    _("Look for ties now"),
                    self.request.path,
                    method="post",
                    icon="search",
                    shown=can(access.check_can_search, self.user, self.submission),
                ),
                Button(
                    _("Declare a conflict of somebody"),
                    reverse("reviews:conflict-declare-for", args=[reference]),
                    icon="person-x",
                    shown=can(access.check_can_declare_for, self.user, self.submission),
                ),
            )
        )

    def _stand_ins(self) -> tuple[Fact, ...]:
        return tuple(
            Fact(
                wording.of(wording.ROLES, one.role),
                ", ".join(str(person) for person in one.people) or _("Nobody"),
                note=_("instead of %(names)s, who stands outside this case")
                % {"names": wording.joined(str(person) for person in one.instead_of)},
            )
            for one in queries.acting_instead(self.submission)
        )


def state_of(row: Conflict, effect: str) -> tuple[str, str, str]:
    """What a conflict does now: the words of its badge, how it looks, its icon."""
    if row.outcome == Settled.NONE:
        return _("No conflict"), "", "check2"
    if not keeps_out(row.strength, row.outcome):
        return _("To be settled"), "warn", "hourglass-split"
    if row.is_open and effect == CHAIR_DECIDES:
        return _("Stands aside until the chair rules"), "warn", "hourglass-split"
    return _("Stands aside"), "bad", "person-x"


SOURCES: dict[str, str | Promise] = {
    "oneself": _l("declared by themselves"),
    "coordinator": _l("declared by %(who)s"),
    "author": _l("named by an author, %(who)s"),
    "disowned": _l("says not to be the contributor who is named"),
    "address": _l("a contributor has this e-mail address"),
    "orcid": _l("a contributor has this ORCID"),
    "unit": _l("same unit as an author"),
    "line": _l("an author reports to them, or they to an author"),
    "coauthor": _l("imported publication with an author"),
    "past_case": _l("wrote an earlier case here with an author"),
    "adviser": _l("imported: adviser or student of an author"),
    "sponsor": _l("imported: sponsor or customer"),
    "name": _l("a contributor has this name, or one like it"),
}


def source_of(row: Conflict) -> str:
    """How it came up."""
    return str(SOURCES[row.source]) % {"who": row.declared_by}


class DeclareFor(_Kinds, _AmongConflicts):
    """The coordinator says that somebody else has a conflict."""

    form_class = DeclareForForm
    heading = _l("Declare a conflict of somebody")
    lead = _l(
        "It works at once: the case closes to them, their seat becomes free, and their vote no longer counts. Somebody "
        "else who runs the committee can settle it if it was a mistake."
    )
    submit_label = _l("Declare it")
    submit_css = "btn-danger"
    done_text = _l("Declared. The case goes on without this person.")

    def check(self) -> None:
        """The coordinator."""
        access.check_can_declare_for(self.user, self.submission)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Everybody of the committee who is not outside already."""
        people = queries.may_be_declared(self.submission, self.user)
        return {**super().get_form_kwargs(), "people": [(one.public_id, str(one)) for one in people]}

    def act(self, form: forms.Form) -> object:
        """Declare."""
        return actions.declare_for(
            submission=self.submission,
            person=self.person(form.cleaned_data["person"], field="person"),
            type_key=form.cleaned_data["type_key"],
            note=form.cleaned_data["note"],
            by=self.user,
            now=self.now,
        )


class Settle(_AmongConflicts):
    """A third person says whether it is a conflict."""

    template_name = "reviews/conflict/settle.html"
    form_class = SettleForm
    heading = _l("Settle a conflict of interest")
    submit_label = _l("Settle it")
    done_text = _l("Settled. It is not asked again.")
    conflict: Conflict

    def find(self) -> Submission | None:
        """The case of the conflict, for those who see its list; to everybody else it is not there."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.conflict = row
        found = get_visible(self.user, row.submission.reference, self.level)
        return found if found is not None and can(access.check_can_look, self.user, found) else None

    def check(self) -> None:
        """A third person, while nobody has settled it."""
        access.check_can_settle(self.user, self.submission, self.conflict)
        if not self.conflict.is_open and self.request.method != "POST":
            raise NotNow(_("This is settled."), code="settled")

    def about(self) -> str:
        """Whose."""
        return str(self.conflict.user)

    def act(self, form: forms.Form) -> object:
        """Settle."""
        return actions.settle(
            conflict=self.conflict,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            by=self.user,
            now=self.now,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is known, above the form."""
        assert self.submission.revision is not None
        kind = wording.why_excluded(self.submission.revision.policy.pack, self.conflict.type_key)
        facts = (
            Fact(_("Person"), self.conflict.user, note=self.conflict.user.unit),
            Fact(_("Kind"), kind),
            Fact(_("Came up by"), source_of(self.conflict)),
        )
        return {**super().get_context_data(**kwargs), "facts": facts, "conflict": self.conflict}


class Name(_Kinds):
    """Authors name somebody who should not judge. They read here whom they named, and nothing of what came of it."""

    template_name = "reviews/conflict/name.html"
    form_class = NameForm
    level = Level.CASE
    tab = "overview"
    heading = _l("Name somebody who should not judge this")
    lead = _l(
        "If somebody is too close to this work, or against it, say so. Somebody of the board who is not concerned "
        "looks at it before that person could be asked. You need not know who serves on the board."
    )
    submit_label = _l("Tell the board")
    done_text = _l("Thank you. Somebody on the board looks at it.")

    def check(self) -> None:
        """Authors."""
        access.check_can_object(self.user, self.submission)

    def act(self, form: forms.Form) -> object:
        """Name them."""
        given = form.cleaned_data
        return actions.name_somebody(
            submission=self.submission, name=given["name"], email=given["email"], type_key=given["type_key"],
            note=given["note"], by=self.user, now=self.now,
        )  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom the authors have named."""
        labels = dict(self.kinds())
        rows = queries.objections(self.submission)
        named = [(row, labels.get(row.type_key, row.type_key)) for row in rows]
        return {**super().get_context_data(**kwargs), "named": named}


class Disown(ActionView):
    """Somebody who is named as contributor says that they are none."""

    form_class = DisownForm
    level = Level.CASE
    tab = "overview"
    heading = _l("This is not me")
    lead = _l(
        "You are named as a contributor, so you see this case as its author and take no part in its review. If that "
        "is wrong, say so; somebody on the board who is not concerned looks at it. Until then nothing changes."
    )
    submit_label = _l("Tell the board")
    done_text = _l("Thank you. Somebody on the board looks at it.")

    def check(self) -> None:
        """Contributors who did not start the case."""
        access.check_can_disown(self.user, self.submission)

    def act(self, form: forms.Form) -> object:
        """Say so."""
        return actions.disown(submission=self.submission, note=form.cleaned_data["note"], by=self.user, now=self.now)
