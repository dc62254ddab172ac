"""A new policy on its pages: all versions and drafts, a file that is checked, what a draft changes, publishing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from reviews.access.policy import check_draft_open
from reviews.access.twin import refusal
from reviews.actions import policy_draft as actions
from reviews.forms.policy_draft import PackForm, PublishForm
from reviews.models import Adoption, Committee, PolicyDraft, PolicyVersion
from reviews.queries import policy as queries
from reviews.rules import policy
from reviews.rules.policy import Fault
from reviews.views import policy_effect
from reviews.views.committee.base import Among, Form
from reviews.views.components import Button, Crumb, Empty
from reviews.views.policy import SHIPPED
from reviews.views.policy_effect import Watching


@dataclass(frozen=True)
class FaultLine:
    """A fault with the line of the file in which it lies."""

    fault: Fault
    source: str


@dataclass(frozen=True)
class WayLine:
    """How a version came into force in one committee, or did not."""

    committee: Committee
    mark: str
    kind: str
    icon: str
    text: str


@dataclass(frozen=True)
class VersionLine:
    """A published version and where it came into force."""

    version: PolicyVersion
    ways: tuple[WayLine, ...]


class AmongPolicies(Among):
    """A page among the policies, for administrators and those who run a committee."""

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here, through the list of policies."""
        return (Crumb(_("Policies"), reverse("reviews:policy-list")),)

    def back_url(self) -> str:
        """The list of policies."""
        return reverse("reviews:policy-list")


class List(AmongPolicies, TemplateView):
    """Every draft and every published version, with who proposed and who approved it where."""

    template_name = "reviews/policy/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest first."""
        new = Button(
            _("New version"), reverse("reviews:policy-new"), kind="primary", icon="file-earmark-plus",
            shown=self.administers,
        )  # fmt: skip
        text = _("Upload a pack, or adopt the one that comes with Reviewboard on the page of a committee.")
        return super().get_context_data(
            heading=_("Policies"),
            lead=_("What committees ask, how it is scored, and who decides. A published version never changes."),
            actions=(new,),
            drafts=queries.drafts(),
            published=[
                VersionLine(row.version, tuple(map(_way, row.adoptions))) for row in queries.published(self.user)
            ],
            empty=Empty(_("Nothing is published yet."), text, new),
            **kwargs,
        )


def _way(row: Adoption) -> WayLine:
    people = {"proposer": row.proposed_by or _("the program"), "approver": row.approved_by, "ender": row.withdrawn_by}
    if row.withdrawn_at is not None:
        text = _("proposed by %(proposer)s, taken back by %(ender)s")
        return WayLine(row.committee, _("Taken back"), "", "dash-circle", text % people)
    if row.approved_at is None:
        return WayLine(
            row.committee, _("Waits for approval"), "warn", "hourglass-split", _("proposed by %(proposer)s") % people
        )
    text = _("adopted by %(approver)s") if row.is_first else _("proposed by %(proposer)s, approved by %(approver)s")
    if row.committee.policy_id == row.version_id:
        return WayLine(row.committee, _("In force"), "good", "check2", text % people)
    return WayLine(row.committee, _("Was in force"), "", "clock", text % people)


class New(Form, AmongPolicies):
    """A file or a text: its faults with line and key, or a draft. Nothing that was typed is lost."""

    template_name = "reviews/policy/new.html"
    form_class = PackForm
    heading = _l("A new policy version")
    lead = _l("First it is checked. Then you see what changes, and which past cases would come out otherwise. "
              "Nothing is published before you say so.")  # fmt: skip
    submit_label = _l("Check it")
    draft: PolicyDraft

    def get_initial(self) -> dict[str, Any]:
        """The text of the version or draft that the reader starts from, if they chose one."""
        chosen = self.request.GET.get("from", "")
        if chosen == SHIPPED:
            return {"text": queries.shipped().text}
        found = queries.version(chosen) or queries.draft(chosen)
        return {"text": found.source} if found is not None else {}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """All faults at once; a pack without any becomes a draft."""
        text = form.cleaned_data["text"]
        faults = policy.check(text)
        if not faults:
            return super().form_valid(form)
        count = ngettext("%(n)d fault; it is listed above.", "%(n)d faults; they are listed above.", len(faults))
        form.add_error("text", count % {"n": len(faults)})
        lines = text.splitlines()
        found = [FaultLine(fault, lines[fault.line - 1] if 0 < fault.line <= len(lines) else "") for fault in faults]
        return self.render_to_response(self.get_context_data(form=form, found=found))

    def act(self, form: forms.Form) -> object:
        """Keep it as a draft."""
        self.draft = actions.upload(text=form.cleaned_data["text"], by=self.user, now=self.now)
        return self.draft

    def get_success_url(self) -> str:
        """The draft, with what it changes."""
        return self.draft.get_absolute_url()


class _OfDraft(AmongPolicies):
    """A page about one draft."""

    draft: PolicyDraft

    def find(self) -> None:
        """The draft; whoever may open pages among policies may read it."""
        found = queries.draft(self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.draft = found

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here, through the draft."""
        label = _("Draft %(version)s") % {"version": self.draft.version}
        return (*super().crumbs(), Crumb(label, self.draft.get_absolute_url()))

    def back_url(self) -> str:
        """The draft."""
        return self.draft.get_absolute_url()

    def effect(self) -> dict[str, Any]:
        """The draft, what it changes, and what that would have done."""
        pack = self.draft.pack
        return {
            "draft": self.draft,
            "difference": policy_effect.difference(queries.before(pack.id), pack),
            "outcome": policy_effect.outcome(self.user, self.draft, self.request.GET, now=self.now),
        }


class Detail(Watching, _OfDraft, TemplateView):
    """What a draft changes, in words and on past cases. Administrators publish it from here."""

    template_name = "reviews/policy/draft.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be done with it."""
        place = [self.draft.public_id]
        is_open = refusal(check_draft_open, self.draft) is None
        again = reverse("reviews:policy-new") + f"?from={self.draft.public_id}"
        shown = self.administers and is_open
        buttons = (
            Button(_("Drop it"), reverse("reviews:policy-draft-drop", args=place), kind="quiet", shown=shown),
            Button(_("Change it"), again, icon="pencil", shown=self.administers),
            Button(
                _("Publish and propose"), reverse("reviews:policy-draft-publish", args=place), kind="primary",
                icon="send", shown=shown,
            ),
        )  # fmt: skip
        return super().get_context_data(
            heading=self.draft.title,
            lead=(_("Draft of version %(version)s of “%(id)s”. It is in force nowhere.") if is_open else _(
                "Draft of version %(version)s of “%(id)s”."
            )) % {"version": self.draft.version, "id": self.draft.pack_id},
            actions=buttons,
            crumbs=(*super().crumbs()[:-1], Crumb(super().crumbs()[-1].label)),
            question_count=len(self.draft.pack.questions),
            **self.effect(),
            **kwargs,
        )  # fmt: skip


class Publish(Watching, Form, _OfDraft):
    """Publish a draft, which proposes it; somebody else approves it in each committee."""

    template_name = "reviews/policy/publish.html"
    form_class = PublishForm
    heading = _l("Publish and propose")
    lead = _l("The version is published for good and proposed in every committee that runs an earlier one. In each of "
              "them another administrator approves it; until then nothing changes.")  # fmt: skip
    submit_label = _l("Publish and propose")

    def check(self) -> None:
        """Administrators, while it is open."""
        super().check()
        check_draft_open(self.draft)

    def about(self) -> str:
        """Which draft."""
        return str(self.draft)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was to be read before, in short."""
        return super().get_context_data(**self.effect(), **kwargs)

    def act(self, form: forms.Form) -> PolicyVersion:
        """Publish it, and say where it waits."""
        version = actions.publish(draft=self.draft, by=self.user, now=self.now)
        waiting = Adoption.objects.filter(version=version, approved_at=None, withdrawn_at=None)
        names = list(waiting.order_by("committee__name").values_list("committee__name", flat=True))
        text = _("%(version)s is published. It can be adopted on the page of a committee.")
        if names:
            text = _("%(version)s is published and proposed in: %(names)s. Another administrator approves it.")
        messages.success(self.request, text % {"version": version, "names": ", ".join(names)})
        return version

    def get_success_url(self) -> str:
        """The list, where it stands on top."""
        return reverse("reviews:policy-list")


class Drop(Form, _OfDraft):
    """End a draft without an effect."""

    heading = _l("Drop a draft")
    lead = _l("It can be published no more. That it was there stays on record, and its file can be uploaded again.")
    submit_label = _l("Drop it")
    submit_css = "btn-secondary"
    done_text = _l("The draft is dropped.")

    def check(self) -> None:
        """Administrators, while it is open."""
        super().check()
        check_draft_open(self.draft)

    def about(self) -> str:
        """Which draft."""
        return str(self.draft)

    def act(self, form: forms.Form) -> object:
        """Drop it."""
        return actions.drop(draft=self.draft, by=self.user, now=self.now)

    def get_success_url(self) -> str:
        """The list."""
        return reverse("reviews:policy-list")


class Replay(Watching, AmongPolicies, TemplateView):
    """What a published version changes, and what it would have made of past cases."""

    template_name = "reviews/policy/replay.html"
    version: PolicyVersion

    def find(self) -> None:
        """The version."""
        found = queries.version(self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.version = found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Compared with the one before it, or with the one in force in the committee that is asked about."""
        before = policy_effect.in_force(self.user, self.version, self.request.GET)
        pack, url = self.version.pack, reverse("reviews:policy-detail", args=[self.version.public_id])
        crumb = Crumb(_("Policy %(version)s") % {"version": pack.version}, url)
        return super().get_context_data(
            heading=_("What %(version)s changes") % {"version": self.version},
            lead=_("In words, and on every case that was submitted before."),
            crumbs=(*self.crumbs(), crumb, Crumb(_("What it changes"))),
            difference=policy_effect.difference(before or queries.before(pack.id, earlier_than=self.version), pack),
            outcome=policy_effect.outcome(self.user, self.version, self.request.GET, now=self.now),
            **kwargs,
        )
