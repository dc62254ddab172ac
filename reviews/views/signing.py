"""Several decisions signed at once: each as it was shown, and what changed meanwhile is left and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.actions import decision as actions
from reviews.actions.decision import Pick
from reviews.forms.signing import Ticked, TogetherForm
from reviews.models import Decision
from reviews.queries import signing as queries
from reviews.queries.signing import Waiting
from reviews.views import wording
from reviews.views.base import Acting, PersonView
from reviews.views.components import Button, Due, Empty
from reviews.views.wording import PartWords


@dataclass(frozen=True)
class Row:
    """One decision that waits: what it grants, what it depends on, and the box that signs it.

    ``why_not`` says why it cannot be signed now; then there is no box.
    """

    value: str
    reference: str
    title: str
    tier: int | None
    parts: tuple[PartWords, ...]
    conditions: int
    role: str
    due: Due | None
    record_url: str
    letter_url: str
    is_ticked: bool
    why_not: str


class Together(Acting, PersonView):
    """Every decision that waits for the reader's signature. For everybody else the page says that none does."""

    template_name = "reviews/signing/together.html"
    form_class = TogetherForm
    heading = _l("Decisions that wait for your signature")
    lead = _l("Read each record, tick those that you sign, and sign them together.")

    def act(self, form: forms.Form) -> object:
        """Sign those that are still as shown, and say which were left and why."""
        ticked: list[Ticked] = form.cleaned_data["pick"]
        found = {row.public_id: row for row in Decision.objects.filter(public_id__in=[one.decision for one in ticked])}
        picks = [Pick(found[one.decision], one.seat, one.version) for one in ticked if one.decision in found]
        names = {found[one.decision].pk: one.reference for one in ticked if one.decision in found}
        done = actions.sign_together(picks=picks, by=self.user, now=self.now)
        if done.signed:
            said = ngettext(
                "You have signed %(names)s.", "You have signed %(n)d decisions: %(names)s.", len(done.signed)
            )
            shown = wording.joined(names[row.pk] for row in done.signed)
            messages.success(self.request, said % {"n": len(done.signed), "names": shown})
        for row, refused in done.left:
            text = _("%(reference)s was left unsigned. %(why)s") % {"reference": names[row.pk], "why": _(refused.text)}
            messages.warning(self.request, text)
        return done

    def get_success_url(self) -> str:
        """What still waits."""
        return self.request.path

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, as they are now."""
        context = super().get_context_data(**kwargs)
        sent = self.request.POST.getlist("pick")
        rows = [self._row(row, sent) for row in queries.waiting(self.user, now=self.now)]
        context.update(
            now=self.now,
            heading=self.heading,
            lead=self.lead if rows else "",
            rows=rows,
            can_sign=any(not row.why_not for row in rows),
            empty=Empty(
                _("No decision waits for your signature."),
                _("When one does, you get a mail, and it stands here and on your first page."),
                Button(_("Back to my work"), reverse("reviews:own-work")),
            ),
        )
        return context

    def _row(self, row: Waiting, sent: list[str]) -> Row:
        case, decision = row.head.submission, row.decision
        value = Ticked(decision.public_id, row.seat, case.version, case.reference).value
        pack = decision.revision.policy.pack
        held = wording.joined(wording.of(wording.ROLES, role).lower() for role in row.holds)
        due = row.head.turn_due
        return Row(
            value=value,
            reference=case.reference,
            title=case.title,
            tier=decision.tier,
            parts=tuple(
                wording.part_words(pack, part.kind, part.outcome, part.granted_rung) for part in decision.parts.all()
            ),
            conditions=len(decision.conditions.all()),
            role=wording.of(wording.ROLES, row.role),
            due=Due.of(due, self.now, row.head.business_days_to(due)) if due is not None else None,
            record_url=reverse("reviews:decision-detail", args=[case.reference]),
            letter_url=reverse("reviews:letter-preview", args=[decision.public_id]),
            is_ticked=value in sent,
            why_not=_("A hold is open: %(roles)s.") % {"roles": held} if held else "",
        )
