"""From a carried motion to a record in force: finalising, the record itself, signing, sending back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access import decision as access
from reviews.access import sample
from reviews.access.committee import roles_on
from reviews.access.submission import is_author, relation
from reviews.access.twin import can
from reviews.actions import decision as actions
from reviews.forms.decision import SendBackForm
from reviews.models import Conflict, Decision, SignOff, Submission
from reviews.queries import appeal as appeals
from reviews.queries import clearance
from reviews.queries import conflict as conflicts
from reviews.queries import decision as queries
from reviews.queries import motion as board
from reviews.queries.clearance import Cleared
from reviews.queries.legal_flag import lines, open_words
from reviews.queries.submission import get_visible
from reviews.rules.errors import NotNow
from reviews.rules.quorum import Tally
from reviews.rules.states import CommitteeRole, MotionKind, MotionStatus, State
from reviews.rules.visibility import Level
from reviews.views import appeal, formats, letter_links, record, wording
from reviews.views.base import ActionView, CasePage, CaseView
from reviews.views.board import Ending, held, why_not_carried
from reviews.views.components import Button, Crumb, Fact, shown
from reviews.views.motion import MotionView


class Finalise(MotionView, ActionView):
    """Close a carried ballot into a record. Finalising is the chair's signature."""

    template_name = "reviews/decision/finalise.html"
    heading = _l("Finalise the decision")
    submit_label = _l("Finalise and sign")
    done_text = _l("The decision is finalised, and you have signed it.")

    def check(self) -> None:
        """The chair, or the deputy where the chair put the motion, while the ballot is open."""
        super().check()
        access.check_can_fill(self.user, self.submission, str(CommitteeRole.CHAIR), self.motion)
        if self.motion.kind != MotionKind.DECIDE:
            raise NotNow(_("This motion returns the case; there is nothing to finalise."), code="kind")
        if self.motion.status != MotionStatus.OPEN or self.submission.state != State.DELIBERATION:
            raise NotNow(_("This ballot is closed already."), code="ballot_closed")

    def act(self, form: forms.Form) -> object:
        """Finalise."""
        return actions.finalise(motion=self.motion, version=self.seen(), by=self.user, now=self.now)

    def get_success_url(self) -> str:
        """The record."""
        return reverse("reviews:decision-detail", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record as it would be, and whose signature this is."""
        context = super().get_context_data(**kwargs)
        count = board.tally(self.motion, self.submission, now=self.now)
        context.update(
            record=record.of_motion(self.motion, self.submission, count, now=self.now),
            is_open=self.motion.status == MotionStatus.OPEN,
            finalise=self._button(count),
            signing_as=_signs_as(self.submission, str(CommitteeRole.CHAIR), self.user),
            board_url=self.board_url(),
            decision_url=self.get_success_url(),
            open_flags=open_words(lines(self.motion.revision, as_author=False)),
            letter_url=reverse("reviews:letter-preview-motion", args=[self.motion.public_id]),
        )
        return context

    def _button(self, count: Tally) -> Button:
        """The signature, or what it waits for."""
        ending = Ending.of(self.motion, count, self.facts, self.user)
        why = why_not_carried(count) or ending.why_not or held(self.motion)
        return Button(
            self.submit_label,
            self.request.path,
            method="post",
            kind="primary",
            disabled=bool(why),
            reason=why,
            fields=(("version", str(self.shown_version())),),
        )


def _signs_as(submission: Submission, seat: str, user: User) -> str:
    held = roles_on(user, submission)
    return wording.of(wording.ROLES, seat if seat in held else str(CommitteeRole.DEPUTY_CHAIR))


class DecisionView(CaseView):
    """A page that shows a record. Authors see one only once it is in force; before, it is not there for them."""

    level = Level.RECORD
    tab = "decision"
    decision: Decision

    def reader(self) -> record.Reader:
        """Which version of the record this person reads."""
        if self.sight.as_author:
            return "author"
        if self.sight.peers or relation(self.user, self.submission).is_auditor:
            return "names"
        return "signatory"

    def shown_record(self) -> record.Record:
        """The record for this reader."""
        sees_case = self.sight.level >= Level.CASE
        today = self.submission.committee.day_of(self.now) if self.decision.effective_at is not None else None
        return record.of_decision(self.decision, self.submission, self.reader(), sees_case=sees_case, today=today)


class Detail(DecisionView, CasePage):
    """The decision record; a preview for the board until the last signature."""

    template_name = "reviews/decision/detail.html"

    def find(self) -> Submission | None:
        """The case with its newest decision, or the one on the revision that is asked for."""
        submission = super().find()
        if submission is None:
            return None
        asked = self.request.GET.get("revision", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 6 else None
        found = queries.current(submission, revision=number)
        if found is None:
            return None
        self.decision = found
        return submission

    def check(self) -> None:
        """Not in force: only for those who judged or decide. Others read the one that rules until then."""
        if self.decision.effective_at is not None:
            return
        if self.sight.as_author or not (self.sight.peers or queries.has_signed(self.user, self.decision)):
            before = queries.current(self.submission, signed=True)
            if before is None or "revision" in self.request.GET:
                raise Http404
            self.decision = before

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record instead of the head of the case, so that it prints as one paper."""
        context = super().get_context_data(**kwargs)
        case = context["docket"]
        url = self.submission.get_absolute_url() if self.sight.level >= Level.CASE else ""
        context.update(
            docket=None,
            tabs=case.tabs,
            crumbs=(Crumb(self.submission.reference, url), Crumb(_("Decision"))),
            record=self.shown_record(),
            buttons=self._buttons(),
            letters=letter_links.of_decision(self.decision, self.submission, self.sight, self.user),
            facts=self._facts(),
            is_restricted=self.reader() == "names",
            open_flags="" if self.reader() == "author" else open_words(lines(self.decision.revision, as_author=False)),
            **self._looks(),
            **self._sample(),
            **self._appeal(),
            standing=self._standing(),
            is_ruling=self.facts.cleared is not None and self.facts.cleared.decision.pk == self.decision.pk,
            versions=self._versions(),
        )
        return context

    def _appeal(self) -> dict[str, Any]:
        """For authors, under the decision that rules: the way to appeal and until when, or why not."""
        if not self.sight.as_author or self.facts.cleared is None or self.facts.appeal is not None:
            return {}
        if self.facts.cleared.decision.pk != self.decision.pk:
            return {}
        found = appeals.filing(self.submission, now=self.now)
        until = found.file_by if not found.code else None
        return {"appeal_button": appeal.button(self.submission, found), "appeal_until": until}

    def _looks(self) -> dict[str, Any]:
        """What unsettles a decision in force, the way to note another look at it, and what such looks came to; for
        those who read names."""
        if self.decision.effective_at is None or self.reader() != "names":
            return {}
        rows = conflicts.unsettling(self.decision)
        waiting = [row for row in rows if row.looked_at is None]
        looks: dict[tuple[Any, ...], list[str]] = {}
        for row in rows:
            if row.looked_at is not None:
                looks.setdefault((row.looked_at, row.looked_by, row.finding), []).append(str(row.user))
        note = Button(
            _("Note that you looked again"),
            reverse("reviews:decision-look-again", args=[self.submission.reference]),
            kind="primary",
            shown=bool(waiting) and can(access.check_can_look_again, self.user, self.submission),
        )
        return {
            "unsettled": self._unsettled(waiting),
            "look_again": note,
            "looks": [(*look, wording.joined(names)) for look, names in looks.items()],
        }

    def _sample(self) -> dict[str, Any]:
        """What looking at a sampled release came to, or the way to write it down; for those who read names."""
        if not self.decision.is_audit_sample or self.reader() != "names":
            return {}
        url = reverse("reviews:sample-find", args=[self.decision.public_id])
        may = can(sample.check_can_find, self.user, self.submission, self.decision)
        button = Button(_("Look at this sampled release"), url, kind="primary", shown=may)
        return {"sample": getattr(self.decision, "sample_finding", None), "sample_button": button}

    def _unsettled(self, waiting: Sequence[Conflict]) -> str:
        """Who had a part in the decision and stands aside by now."""
        people = dict.fromkeys(str(row.user) for row in waiting)
        if not people:
            return ""
        text = ngettext(
            "%(names)s had a part in this decision and stands aside since, by a conflict of interest. The decision "
            "holds until the board has looked at it again.",
            "%(names)s had a part in this decision and stand aside since, by conflicts of interest. The decision "
            "holds until the board has looked at it again.",
            len(people),
        )
        return text % {"names": wording.joined(people)}

    def _standing(self) -> wording.StandingWords:
        """What this decision is worth now, whichever of the case it is."""
        found = clearance.of_decision(self.decision, self.submission, now=self.now)
        return wording.standing(found, releases=Cleared(self.decision, found).releases)

    def _versions(self) -> tuple[Fact, ...]:
        """Every decision on the case that took effect, where there is more than one."""
        found = queries.signed(self.submission)
        here, shown_now = reverse("reviews:decision-detail", args=[self.submission.reference]), self.decision.revision
        if len(found) < 2 and shown_now.number in dict(found):
            return ()
        return tuple(
            Fact(
                _("Revision %(number)d") % {"number": number},
                _("this one") if number == shown_now.number else formats.day(day, now=self.now, year=True),
                url="" if number == shown_now.number else f"{here}?revision={number}",
            )
            for number, day in found
        )

    def _buttons(self) -> tuple[Button, ...]:
        decision, case = self.decision, self.submission
        if case.state != State.SIGN_OFF or decision.effective_at is not None:
            return ()
        buttons: list[Button] = []
        for seat in decision.sign_offs.all():
            if seat.signed_at is None and can(access.check_can_sign, self.user, case, decision, seat.seat):
                buttons.append(
                    Button(
                        _("Sign as %(role)s") % {"role": _signs_as(case, seat.seat, self.user).lower()},
                        reverse("reviews:decision-sign", args=[decision.public_id, seat.seat]),
                        kind="primary" if not buttons else "secondary",
                        icon="pen",
                    )
                )
        sends_back = can(access.check_can_send_back, self.user, case, decision)
        back = reverse("reviews:decision-send-back", args=[decision.public_id])
        buttons.append(Button(_("Send it back"), back, kind="quiet", shown=sends_back))
        return shown(buttons)

    def _facts(self) -> tuple[Fact, ...]:
        decision = self.decision
        facts = [Fact(_("Revision"), decision.revision.number), Fact(_("Policy"), str(decision.revision.policy))]
        if decision.is_audit_sample and not self.sight.as_author:
            facts.append(Fact(_("Sample"), _("chosen for a later look")))
        return tuple(facts)


class SeatView(DecisionView, ActionView):
    """A page on which a seat answers a decision."""

    level = Level.MATERIAL

    def find(self) -> Submission | None:
        """The case of the decision, for those who see its material while a seat of theirs is open."""
        row = queries.by_public_id(self.kwargs["public_id"])
        if row is None:
            return None
        self.decision = row
        submission = get_visible(self.user, row.submission.reference, self.level)
        return None if submission is None or is_author(self.user, submission) else submission

    def check_open(self) -> None:
        """Signatures are given while the case waits for them."""
        if self.submission.state != State.SIGN_OFF or self.decision.sent_back_at is not None:
            raise NotNow(_("This decision is not open for signatures."), code="wrong_state")

    def back_url(self) -> str:
        """The record."""
        return reverse("reviews:decision-detail", args=[self.submission.reference])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record stands below the form."""
        context = super().get_context_data(**kwargs)
        letter_url = reverse("reviews:letter-preview", args=[self.decision.public_id])
        context.update(record=self.shown_record(), decision_url=self.back_url(), letter_url=letter_url)
        return context


class Sign(SeatView):
    """Sign one seat. Nobody fills two, and who put the motion fills none."""

    template_name = "reviews/decision/sign.html"
    heading = _l("Sign the decision")
    submit_label = _l("Sign")
    done_text = _l("You have signed.")

    def find(self) -> Submission | None:
        """A seat that the decision does not have is no page."""
        submission = super().find()
        if submission is None or self._seat() is None:
            return None
        return submission

    def _seat(self) -> SignOff | None:
        return next((row for row in self.decision.sign_offs.all() if row.seat == self.kwargs["seat"]), None)

    def check(self) -> None:
        """Who may fill the seat, while it is open."""
        access.check_can_sign(self.user, self.submission, self.decision, self.kwargs["seat"])
        self.check_open()
        seat = self._seat()
        if seat is not None and seat.signed_at is not None:
            raise NotNow(_("This seat is signed already."), code="signed")

    def act(self, form: forms.Form) -> object:
        """Sign."""
        return actions.sign(
            decision=self.decision, seat=self.kwargs["seat"], version=self.seen(), by=self.user, now=self.now
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose signature this is."""
        context = super().get_context_data(**kwargs)
        context["signing_as"] = _signs_as(self.submission, self.kwargs["seat"], self.user)
        return context


class SendBack(SeatView):
    """Refuse the signature with a reason."""

    template_name = "reviews/decision/sign.html"
    form_class = SendBackForm
    heading = _l("Send the decision back")
    submit_label = _l("Send it back")
    submit_css = "btn-danger"
    done_text = _l("The decision went back. Those who work on it next were told why.")

    def check(self) -> None:
        """Whoever could sign instead."""
        self.check_open()
        access.check_can_send_back(self.user, self.submission, self.decision)

    def act(self, form: forms.Form) -> object:
        """Send it back."""
        return actions.send_back(
            decision=self.decision,
            reason=form.cleaned_data["reason"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )

    def get_success_url(self) -> str:
        """The case, for whom it is still open; a signatory's sight ends with the seat."""
        still = get_visible(self.user, self.submission.reference, Level.CASE)
        return still.get_absolute_url() if still is not None else reverse("reviews:my-work")
