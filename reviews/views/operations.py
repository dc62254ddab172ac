"""The administrator's page: mode, mails, background processes, audit chains. Nothing of any case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import rendering
from notifications.outbox import Message
from reviews.access import operations as access
from reviews.access.twin import can
from reviews.actions import operations as actions
from reviews.queries import operations
from reviews.queries.operations import Machinery
from reviews.views.base import PersonPage
from reviews.views.components import Button, Check, Fact

MAX_RETRIES = 200


class Operations(PersonPage):
    """How the machinery stands; a POST gives dead letters another chance."""

    template_name = "reviews/operations/operations.html"
    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for administrators."""
        if not can(access.check_can_operate, self.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the named dead letters again."""
        asked = tuple(request.POST.getlist("mail")[:MAX_RETRIES])
        count = actions.retry_mails(public_ids=asked, by=self.user, now=self.now)
        if count:
            text = ngettext("%(n)d mail is tried again.", "%(n)d mails are tried again.", count) % {"n": count}
            messages.success(request, text)
        else:
            messages.info(request, _("That mail no longer waits here."))
        return HttpResponseRedirect(reverse("reviews:operations"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Facts, remarks, dead letters, and the latest mails."""
        found = operations.snapshot(viewer=self.user, now=self.now, check_chains="check" in self.request.GET)
        url = reverse("reviews:operations")
        return super().get_context_data(
            heading=_("Operations"),
            actions=(
                Button(_("Set-up checklist"), reverse("reviews:setup"), icon="check2-square"),
                Button(_("Check the audit chains"), f"{url}?check=1", icon="shield-check"),
            ),
            found=found,
            facts=facts(found),
            remarks=remarks(found),
            pulses=pulses(found),
            recent=named(found.recent),
            dead=[(mail, words, again(mail, url)) for mail, words in named(found.dead)],
            **kwargs,
        )


def again(mail: Message, url: str) -> Button:
    """Another chance for a mail that was given up."""
    return Button(_("Try again"), url, method="post", fields=(("mail", mail.public_id),), small=True)


def named(mails: Sequence[Message]) -> list[tuple[Message, str]]:
    """Each mail with what it is about, without the case: who reviews which one is nothing for administrators."""
    nameless = {"reference": _("A case")}
    return list(zip(mails, rendering.subjects((m.template, {**m.context, **nameless}) for m in mails), strict=True))


def facts(found: Machinery) -> tuple[Fact, ...]:
    """Where the program runs and how its mails stand."""
    mails = found.outbox
    return (
        Fact(_("Mode"), _("Production") if found.production else _("Local, for this machine only"), found.base_url),
        Fact(_("Database"), "SQLite" if found.sqlite else "PostgreSQL"),
        Fact(_("Mail goes"), _mail_words(found.mail)),
        Fact(_("Mails waiting"), mails.waiting + mails.sending, _late_words(mails.late), late=mails.late > 0),
        Fact(_("Mails sent"), mails.sent, _("%(n)d in the last day") % {"n": mails.sent_last_day}),
        Fact(_("Mails failed"), mails.failed, late=mails.failed > 0),
        Fact(_("Mails no longer due"), mails.cancelled, _("cancelled before sending")),
    )


def _mail_words(kind: str) -> str:
    return {"console": _("to the console"), "files": _("into files in the data folder")}.get(
        kind, _("to a mail server")
    )


def _late_words(late: int) -> str:
    if not late:
        return ""
    return ngettext("%(n)d for more than five minutes", "%(n)d for more than five minutes", late) % {"n": late}


def remarks(found: Machinery) -> tuple[str, ...]:
    """Why mails stand still, and what is allowed in production and still worth a second thought."""
    texts = [_("No mail is sent and nobody is reminded. %(reason)s") % {"reason": found.held}] if found.held else []
    if not found.production:
        return tuple(texts)
    if found.sqlite:
        texts.append(
            _("SQLite is allowed in production, but one writer at a time is; PostgreSQL serves many people better.")
        )
    if found.embedded:
        texts.append(_("There is no broker. That is allowed, but mails then wait for the one worker of this machine."))
    if found.mail == "console":
        texts.append(_("Mails are printed to the console. That is allowed, but nobody receives them: set EMAIL_URL."))
    if found.mail == "files":
        texts.append(_("Mails are written into files. That is allowed, but nobody receives them: set EMAIL_URL."))
    return tuple(texts)


def pulses(found: Machinery) -> tuple[tuple[Check, Any], ...]:
    """Whether worker and beat are at work, each with the moment at which it was last seen."""
    labels = {"worker": _("Worker, which sends mail"), "beat": _("Beat, which starts what is due")}
    return tuple(
        (Check(labels.get(pulse.name, pulse.name), "ok" if pulse.alive else "no"), pulse.seen_at)
        for pulse in found.pulses
    )
