"""The first day: a checklist that ticks itself, for administrators alone. It stays open to look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from accounts import actions as people
from accounts.errors import Refused as AccountRefused
from reviews.access.committee import check_can_administer_committees
from reviews.access.twin import can
from reviews.actions import setup as actions
from reviews.forms.setup import OrganisationForm
from reviews.queries import setup as queries
from reviews.queries.roles import role_words
from reviews.queries.setup import Board, FirstDay
from reviews.rules.errors import NotNow, RuleBroken
from reviews.views import wording
from reviews.views.base import Acting, PersonView
from reviews.views.components import Button, Crumb

Mark = Literal["ok", "no", "open"]


@dataclass(frozen=True)
class Item:
    """One item of the checklist: ticked by facts, with what there is to say and to do about it."""

    key: str
    label: str
    done: bool
    texts: tuple[str, ...] = ()
    at: datetime | None = None
    buttons: tuple[Button, ...] = ()
    boards: tuple[BoardLine, ...] = ()


@dataclass(frozen=True)
class BoardLine:
    """One committee below an item."""

    name: str
    url: str
    mark: Mark
    texts: tuple[str, ...]
    button: Button | None = None


class ForAdministrators(PersonView):
    """A page of the first day. To everybody else there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only administrators."""
        if not can(check_can_administer_committees, self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Checklist(ForAdministrators, TemplateView):
    """Everything that an installation needs before the first case, in the order in which it is done."""

    template_name = "reviews/setup/checklist.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The items, and the button that ends the day."""
        found = queries.first_day(self.now)
        items = items_of(found)
        done = sum(item.done for item in items)
        return super().get_context_data(
            now=self.now,
            heading=_("Set up Reviewboard"),
            lead=_("%(done)d of %(n)d done. The list ticks itself.") % {"done": done, "n": len(items)},
            found=found,
            items=_with_one_primary(items),
            close=_close(found),
            **kwargs,
        )


def _with_one_primary(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The first open item has the primary button of the page."""
    first = next((item.key for item in items if not item.done), "")
    return tuple(
        replace(item, buttons=(replace(item.buttons[0], kind="primary"), *item.buttons[1:]))
        if item.key == first and item.buttons
        else item
        for item in items
    )


def _close(found: FirstDay) -> Button | None:
    if found.organisation.ready_at is not None:
        return None
    reason = "" if found.is_complete else _("Something on the list is still open.")
    return Button(
        _("Close the checklist"), reverse("reviews:setup-close"), method="post",
        kind="primary" if found.is_complete else "secondary", disabled=bool(reason), reason=reason,
    )  # fmt: skip


def items_of(found: FirstDay) -> tuple[Item, ...]:
    """The checklist in reading order."""
    return (_organisation(found), _mail(found), _people(found), _committee(found), _policy(found))


def _organisation(found: FirstDay) -> Item:
    texts = []
    if found.name:
        texts.append(found.name)
    if found.contact_email:
        texts.append(_("Questions go to %(address)s.") % {"address": found.contact_email})
    if not found.is_named:
        texts.append(_("It stands on every page, so that people know where they are and whom to ask."))
    texts.append(
        _("The address of this installation is %(url)s. To change it, set BASE_URL and start the program again.")
        % {"url": found.base_url}
    )
    label = _("Change it") if found.is_named else _("Name the organisation")
    button = Button(label, reverse("reviews:setup-organisation"), small=True)
    return Item("organisation", _("Name and address for questions"), found.is_named, tuple(texts), buttons=(button,))


def _mail(found: FirstDay) -> Item:
    where = {
        "console": _("Mails are printed to the console: nobody receives them. Set EMAIL_URL for a mail server."),
        "files": _(
            "Mails are written into files in the data folder, and nobody receives them. Set EMAIL_URL for more."
        ),
    }.get(found.mail, _("Mails leave through a mail server, from %(address)s.") % {"address": found.mail_from})
    label = _("Send me another one") if found.is_mail_tested else _("Send me a test mail")
    button = Button(label, reverse("reviews:setup-mail"), method="post", icon="send", small=True)
    texts = [where]
    row = found.organisation
    if row.mail_tested_at is not None:
        texts.insert(0, _("A mail left, tried by %(name)s.") % {"name": row.mail_tested_by})
    return Item("mail", _("Mail"), found.is_mail_tested, tuple(texts), row.mail_tested_at, (button,))


def _people(found: FirstDay) -> Item:
    text = ngettext("%(n)d account, yours among them.", "%(n)d accounts, yours among them.", found.people)
    texts = [text % {"n": found.people}]
    if found.invited:
        waiting = ngettext("%(n)d person is invited and has not come yet.",
                           "%(n)d people are invited and have not come yet.", found.invited)  # fmt: skip
        texts.append(waiting % {"n": found.invited})
    if not found.has_people:
        texts.append(_("Accounts are by invitation only. Invite the people of your committee first, authors any time."))
    buttons = (
        Button(_("Invite somebody"), reverse("reviews:people-invite"), icon="send", small=True),
        Button(_("Invite from a list"), reverse("reviews:people-import"), small=True),
    )
    return Item("people", _("People"), found.has_people, tuple(texts), buttons=buttons)


def _committee(found: FirstDay) -> Item:
    texts: tuple[str, ...] = ()
    if not found.boards:
        texts = (_("It needs a chair, a deputy, a coordinator, voting members, reviewers, and officers for holds."),)
    button = Button(
        _("Found another one") if found.boards else _("Found a committee"), reverse("reviews:committee-new"),
        icon="plus-lg", small=True,
    )  # fmt: skip
    return Item(
        "committee", _("A committee with its people"), found.has_committee, texts, buttons=(button,),
        boards=tuple(_board_line(board) for board in found.boards),
    )  # fmt: skip


def _board_line(board: Board) -> BoardLine:
    texts = []
    if board.lacks:
        texts.append(
            _("Nobody acts as %(roles)s.") % {"roles": wording.joined(role_words(role) for role in board.lacks)}
        )
    if board.tiers:
        text = ngettext("Can decide tier %(tiers)s.", "Can decide tiers %(tiers)s.", len(board.tiers))
        texts.append(text % {"tiers": wording.joined(str(tier) for tier in board.tiers)})
    if board.partly:
        text = ngettext(
            "Tier %(tiers)s lacks experts in some hazard domains.",
            "Tiers %(tiers)s lack experts in some hazard domains.",
            len(board.partly),
        )
        texts.append(text % {"tiers": wording.joined(str(tier) for tier in board.partly)})
    if board.short:
        text = ngettext("Too few people for tier %(tiers)s.", "Too few people for tiers %(tiers)s.", len(board.short))
        texts.append(text % {"tiers": wording.joined(str(tier) for tier in board.short)})
    roles = [wording.of(wording.ROLES, gap.role).lower() for gap in board.gaps if gap.role not in board.lacks]
    if roles:
        texts.append(_("Nobody holds: %(roles)s.") % {"roles": ", ".join(roles)})
    url = board.committee.get_absolute_url()
    add = Button(
        _("Give a role"), reverse("reviews:committee-member-add", args=[board.committee.public_id]), small=True
    )
    return BoardLine(board.committee.name, url, "ok" if board.works else "no", tuple(texts), add)


def _policy(found: FirstDay) -> Item:
    lines, buttons = [], []
    for board in found.boards:
        made = board.committee
        if made.policy is not None:
            text = _("Version %(version)s is in force.") % {"version": made.policy.version}
            lines.append(BoardLine(made.name, made.get_absolute_url(), "ok", (text,)))
            continue
        url = reverse("reviews:policy-adopt", args=[made.public_id])
        text = _("No policy yet, so it takes no cases.")
        lines.append(BoardLine(made.name, made.get_absolute_url(), "no", (text,), Button(_("Adopt"), url, small=True)))
    buttons.append(Button(_("Read the policy that comes with it"), _shipped_url(), small=True))
    text = _("It says what is asked, how it is scored, and who decides. Each later version needs two administrators.")
    texts = [text]
    if found.has_policy is False and any(board.committee.policy_id for board in found.boards):
        texts.append(_("The committee that adopted it still lacks people."))
    return Item("policy", _("A policy in force"), found.has_policy, tuple(texts), buttons=tuple(buttons),
                boards=tuple(lines))  # fmt: skip


def _shipped_url() -> str:
    return reverse("reviews:policy-detail", args=["shipped"])


class Organisation(ForAdministrators, Acting):
    """What the organisation calls itself."""

    template_name = "reviews/setup/organisation.html"
    form_class = OrganisationForm
    heading = _l("Name and address for questions")
    submit_label = _l("Save")
    done_text = _l("It is saved.")

    def get_initial(self) -> dict[str, Any]:
        """What is there, from the environment where the row says nothing."""
        found = queries.first_day(self.now)
        return {"name": found.name, "contact_email": found.contact_email}

    def version(self) -> int:
        """Of the row."""
        return queries.organisation().version

    def act(self, form: forms.Form) -> object:
        """Save what changed."""
        return people.change_organisation(version=self.seen(), by=self.user, now=self.now, **form.cleaned_data)

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("reviews:setup")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the form page prints."""
        context = super().get_context_data(**kwargs)
        return {
            "now": self.now,
            "heading": self.heading,
            "submit": self.submit_label,
            "back": reverse("reviews:setup"),
            "crumbs": (Crumb(_("Set up Reviewboard"), reverse("reviews:setup")), Crumb(self.heading)),
            **context,
        }


class _Deed(ForAdministrators, View):
    """A button of the checklist. What comes of it is said on the list."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, and say what came of it."""
        try:
            messages.success(request, self.act())
        except (RuleBroken, NotNow, AccountRefused) as refused:
            messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("reviews:setup"))

    def act(self) -> str:
        """Make the one call; what is said afterwards."""
        raise AssertionError(f"{type(self).__name__} names no action")


class TestMail(_Deed):
    """A mail to oneself, sent while one waits."""

    def act(self) -> str:
        """Send it."""
        actions.send_test_mail(by=self.user, now=self.now)
        return _("A mail to %(address)s has left.") % {"address": self.user.email}


class Close(_Deed):
    """End the first day."""

    def act(self) -> str:
        """Close the list."""
        actions.close_checklist(by=self.user, now=self.now)
        return _("The checklist is closed. You find it again under Operations.")
