"""A policy version in plain words, and its way into force: chosen for a committee, approved, or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from reviews.access import policy as access
from reviews.actions import policy as actions
from reviews.forms.policy import AdoptForm
from reviews.models import Adoption, PolicyVersion
from reviews.queries import policy as queries
from reviews.rules.errors import NotNow, Stale
from reviews.rules.pack import Pack
from reviews.views import policy_effect
from reviews.views.committee.base import Among, Form, OfCommittee
from reviews.views.components import Button, Crumb
from reviews.views.policy_effect import Watching
from reviews.views.policy_words import Reading, read

SHIPPED = "shipped"
CONTENTS = (
    ("tiers", _l("Tiers")),
    ("roles", _l("Roles")),
    ("rules", _l("Hard rules")),
    ("domains", _l("Hazard domains")),
    ("questions", _l("Questions")),
    ("scoring", _l("Scoring")),
    ("levels", _l("Access levels")),
    ("evidence", _l("Evidence")),
    ("decisions", _l("Decisions")),
    ("reminders", _l("Reminders")),
    ("laws", _l("Legal checklist")),
)


class Detail(Among, TemplateView):
    """One version, published or shipped, as somebody reads it who has to decide about it."""

    template_name = "reviews/policy/detail.html"
    version: PolicyVersion | None

    def find(self) -> None:
        """A published version, or the one that comes with the program."""
        self.version = queries.version(self.kwargs["public_id"])
        if self.version is None and self.kwargs["public_id"] != SHIPPED:
            raise Http404

    @property
    def pack(self) -> Pack:
        """The pack to read."""
        return self.version.pack if self.version is not None else queries.shipped().pack

    def _actions(self) -> tuple[Button, ...]:
        """What a published version changes; and a new version that starts from this one."""
        new = reverse("reviews:policy-new") + f"?from={self.kwargs['public_id']}"
        found = [Button(_("Start a new version from it"), new, icon="pencil", shown=self.administers)]
        if self.version is not None:
            url = reverse("reviews:policy-replay", args=[self.version.public_id])
            found.append(Button(_("What it changes"), url, icon="arrow-repeat"))
        return tuple(found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pack in plain words."""
        pack = self.pack
        reading: Reading = read(pack)
        return super().get_context_data(
            heading=pack.title,
            lead=_("Version %(version)s of the policy “%(id)s”") % {"version": pack.version, "id": pack.id},
            crumbs=(
                Crumb(_("Policies"), reverse("reviews:policy-list")),
                Crumb(_("Policy %(version)s") % {"version": pack.version}),
            ),
            actions=self._actions(),
            version=self.version,
            sha256=self.version.sha256 if self.version is not None else queries.shipped().sha256,
            reading=reading,
            contents=[(key, str(title)) for key, title in CONTENTS],
            **kwargs,
        )


class Adopt(Form, OfCommittee):
    """Choose a version: the first is in force at once, every later one is proposed to another administrator."""

    template_name = "reviews/policy/adopt.html"
    form_class = AdoptForm

    def check(self) -> None:
        """Administrators, while nothing is proposed here."""
        super().check()
        waiting = queries.proposal(self.committee)
        if waiting is not None:
            text = _("Version %(version)s is proposed here. Approve that proposal or take it back first.")
            raise NotNow(text % {"version": waiting.version.version}, code="proposal_open")

    def versions(self) -> list[tuple[str, str, Pack]]:
        """What can be chosen: everything published but the version in force, and the shipped one if it is not."""
        found = [(row.public_id, str(row), row.pack) for row in queries.versions() if row != self.committee.policy]
        shipped = queries.shipped()
        if not queries.is_published(shipped):
            found.insert(0, (SHIPPED, f"{shipped.pack.id} {shipped.pack.version}", shipped.pack))
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        """Each version with its title."""
        choices = [(key, f"{name} - {pack.title}") for key, name, pack in self.versions()]
        return {**super().get_form_kwargs(), "versions": choices}

    def act(self, form: forms.Form) -> object:
        """Adopt or propose it."""
        chosen = form.cleaned_data["version"]
        if chosen == SHIPPED:
            made = actions.adopt_pack(committee=self.committee, text=queries.shipped().text, by=self.user, now=self.now)
        else:
            version = queries.version(chosen)
            assert version is not None
            made = actions.adopt(committee=self.committee, version=version, by=self.user, now=self.now)
        self._say(made)
        return made

    def _say(self, made: Adoption) -> None:
        shown = {"version": made.version.version}
        if made.is_open:
            messages.success(self.request, _("%(version)s is proposed. Another administrator approves it.") % shown)
        else:
            messages.success(self.request, _("%(version)s is in force. The committee takes cases now.") % shown)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be read before choosing."""
        is_first = self.committee.policy is None
        lead = _("Read it before you adopt it. You alone bring the first policy of a committee into force, on record.")
        if not is_first:
            lead = _("You propose it, and another administrator approves it. Until then nothing changes.")
        return super().get_context_data(
            heading=_("Adopt a policy") if is_first else _("Choose another version"),
            lead=lead,
            submit=_("Adopt it") if is_first else _("Propose it"),
            readable=[self._readable(*one) for one in self.versions()],
            **kwargs,
        )

    def _readable(self, key: str, name: str, pack: Pack) -> dict[str, str]:
        """A version to read; where one is in force here, by how much it differs and what it would do to its cases."""
        found = {"name": name, "title": pack.title, "url": reverse("reviews:policy-detail", args=[key])}
        current = self.committee.policy
        if current is None:
            return found
        count = policy_effect.difference(current, pack).count
        found["differs"] = ngettext(
            "%(n)d difference from the version in force", "%(n)d differences from the version in force", count
        ) % {"n": count}
        if key != SHIPPED:
            query = urlencode({"committee": self.committee.public_id})
            found["effect"] = f"{reverse('reviews:policy-replay', args=[key])}?{query}"
        return found


class _OfProposal(Form, OfCommittee):
    """A page about one proposal."""

    template_name = "reviews/policy/settle.html"
    adoption: Adoption

    def find(self) -> None:
        """The proposal, as if there were none when the reader may not open its committee."""
        found = queries.adoption(self.user, self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.adoption, self.committee = found, found.committee

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is proposed by whom, in place of what."""
        version = self.adoption.version
        return super().get_context_data(
            adoption=self.adoption,
            in_force=self.committee.policy,
            read_url=reverse("reviews:policy-detail", args=[version.public_id]),
            **kwargs,
        )


@dataclass(frozen=True)
class Step:
    """What agreeing means at this moment, in words."""

    heading: Promise
    lead: Promise
    label: Promise
    done: Promise


PROPOSE = Step(
    _l("Propose a policy version"),
    _l("You propose it, and another administrator approves it. Until then nothing changes."),
    _l("Propose it"),
    _l("It is proposed. Another administrator approves it."),
)
APPROVE = Step(
    _l("Approve a policy version"),
    _l(
        "From then on new drafts use it. Drafts that are open show their authors what changed; what was submitted "
        "keeps the version it was submitted under. Reminders and the calendar follow it at once."
    ),
    _l("Approve and bring into force"),
    _l("It is in force."),
)


class Approve(Watching, _OfProposal):
    """Agree to a version: stand for what the program proposed, or bring a proposal into force as the second person."""

    def find(self) -> None:
        """The words follow from whether somebody stands for it."""
        super().find()
        step = APPROVE if self.version() else PROPOSE
        self.heading, self.lead, self.submit_label, self.done_text = step.heading, step.lead, step.label, step.done

    def check(self) -> None:
        """Another administrator than the proposer."""
        access.check_can_approve(self.user, self.adoption)

    def version(self) -> int:
        """Whether somebody stands for it."""
        return int(self.adoption.proposed_by is not None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it changes here, in words and on the cases of this committee."""
        version = self.adoption.version
        return super().get_context_data(
            difference=policy_effect.difference(self.committee.policy, version.pack),
            outcome=policy_effect.outcome(self.user, version, self.request.GET, now=self.now, committee=self.committee),
            **kwargs,
        )

    def act(self, form: forms.Form) -> object:
        """What the page said: a tab that offered to propose approves nothing."""
        if self.seen() != self.version():
            raise Stale(_(actions.PROPOSED), code="proposed")
        act = actions.approve if self.version() else actions.stand_for
        return act(adoption=self.adoption, by=self.user, now=self.now)


class TakeBack(_OfProposal):
    """End a proposal without an effect."""

    heading = _l("Take a proposal back")
    lead = _l("The version in force stays. That it was proposed stays on record, and it can be proposed again.")
    submit_label = _l("Take it back")
    submit_css = "btn-secondary"
    done_text = _l("The proposal is taken back.")

    def check(self) -> None:
        """Any administrator."""
        access.check_can_take_back(self.user, self.adoption)

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.take_back(adoption=self.adoption, by=self.user, now=self.now)
