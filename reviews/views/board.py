"""What the board sees of a case: the open motion with its ballot, what follows, and the motions before.

The addresses stand in ``views/motion.py``; here is the page that several of them show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access import motion as access
from reviews.access import stand_in as stand_in_access
from reviews.access.committee import excluded
from reviews.access.twin import can
from reviews.forms.motion import VoteForm
from reviews.models import Motion, Revision
from reviews.queries import decision as decision_queries
from reviews.queries import meeting as meetings
from reviews.queries import motion as queries
from reviews.queries import referral
from reviews.queries import stand_in as stand_ins
from reviews.queries.head import Head
from reviews.queries.motion import Sheet
from reviews.queries.people import away_between
from reviews.rules import quorum
from reviews.rules.errors import NotNow
from reviews.rules.pack import Tier
from reviews.rules.quorum import Tally
from reviews.rules.states import CommitteeRole, MotionKind, MotionStatus, Outcome, State, Vote
from reviews.rules.visibility import Level, referred
from reviews.views import aggregation, agreement, comment, condition_words, meter, wording
from reviews.views.base import CaseView
from reviews.views.components import Button, Check, Empty, shown
from reviews.views.next_step import moment_of
from reviews.views.stand_in import short_words

STATUSES: wording.Words = {
    "open": _l("Open"),
    "carried": _l("Carried"),
    "lost": _l("Lost"),
    "withdrawn": _l("Taken back"),
}


@dataclass(frozen=True)
class Need:
    """One thing that the vote needs, what is there, and whether that is enough; None where it comes later."""

    label: str
    now: str
    met: bool | None


class BoardView(CaseView):
    """A page for those who see the board. To everybody else, authors first of all, it is not there."""

    level = Level.MATERIAL
    tab = "deliberation"

    def check(self) -> None:
        """Deliberation opens when every review is filed and all evidence is given or waived."""
        if self.sight.as_author or not self.sight.board:
            raise Http404
        if self.submission.deliberation_opened_at is None:
            raise NotNow(_("Deliberation has not opened on this case."), code="not_open")

    def board_url(self) -> str:
        """The board's page of this case."""
        return reverse("reviews:motion-list", args=[self.submission.reference])


def needs(tier: Tier, sheet: Sheet) -> tuple[Need, ...]:
    """What the vote needs, with what is there now."""
    count = sheet.count
    facts = {"needed": count.quorum_needed, "all": count.eligible}
    found = [
        Need(
            _("%(needed)d of %(all)d voting members take part") % facts,
            _("%(n)d voted") % {"n": count.present},
            count.present >= count.quorum_needed,
        )
    ]
    for seat in count.seats:
        label = _("%(seat)s: %(n)d") % {"seat": wording.of(wording.SEATS, seat.key), "n": seat.needed}
        found.append(Need(label, _("%(n)d voted") % {"n": seat.present}, seat.met))
    rule = tier.override if count.is_override and tier.override is not None else tier.approval
    assert rule is not None
    label = _("For: %(share)s, now %(needed)d") % {"share": wording.share(rule), "needed": count.for_needed}
    if count.is_override:
        label = _("For, because it goes above the ceiling: %(share)s, now %(needed)d") % {
            "share": wording.share(rule),
            "needed": count.for_needed,
        }
    found.append(Need(label, _("%(n)d for") % {"n": count.votes_for}, 0 < count.votes_for >= count.for_needed))
    found.extend(
        Need(_("%(role)s signs too") % {"role": wording.of(wording.ROLES, role)}, _("after the ballot"), None)
        for role in count.also
    )
    return tuple(found)


@dataclass(frozen=True)
class Ending:
    """Whether a ballot can end now, as the actions ask, and what it waits for otherwise."""

    count: Tally
    due: datetime | None
    due_words: str
    is_late: bool
    mover_is_out: bool

    @classmethod
    def of(cls, motion: Motion, count: Tally, head: Head, user: User) -> Ending:
        """For a page that shows the head of the case."""
        due = head.duty_due("vote", motion.put_at)
        return cls(
            count=count,
            due=due,
            due_words=moment_of(user, head, due) if due is not None else "",
            is_late=due is not None and due < head.now,
            mover_is_out=motion.put_by_id in excluded(head.submission),
        )

    @property
    def may_carry(self) -> bool:
        """Whether it can be finalised, or the case returned."""
        return quorum.may_carry(self.count, is_late=self.is_late)

    @property
    def may_lose(self) -> bool:
        """Whether it can be closed as lost."""
        return quorum.may_close_lost(self.count, is_late=self.is_late, mover_is_out=self.mover_is_out)

    @property
    def why_not(self) -> str:
        """What a ballot waits for that carries, or has its quorum, and is open all the same; else empty."""
        left = self.count.eligible - self.count.present
        if self.may_carry or self.may_lose or not self.count.quorum_met:
            return ""
        if not self.due_words:
            return ngettext(
                "%(n)d vote is out and could change the result. Wait for it.",
                "%(n)d votes are out and could change the result. Wait for them.",
                left,
            ) % {"n": left}
        return ngettext(
            "%(n)d vote is out and could change the result. The ballot stays open for it until %(due)s.",
            "%(n)d votes are out and could change the result. The ballot stays open for them until %(due)s.",
            left,
        ) % {"n": left, "due": self.due_words}


def open_until(count: Tally) -> str:
    """Why a ballot cannot be closed yet: how many must still vote, and from which seats."""
    missing = [wording.of(wording.SEATS, seat.key).lower() for seat in count.seats if not seat.met]
    if missing:
        return _("The quorum is not reached yet: %(n)d of %(needed)d have voted; missing: %(seats)s.") % {
            "n": count.present,
            "needed": count.quorum_needed,
            "seats": ", ".join(missing),
        }
    return _("The quorum is not reached yet: %(n)d of %(needed)d have voted.") % {
        "n": count.present,
        "needed": count.quorum_needed,
    }


def why_not_carried(count: Tally) -> str:
    """What the motion still lacks; empty where it carries."""
    if count.carried:
        return ""
    if not count.quorum_met:
        return open_until(count)
    facts = {"n": count.votes_for, "needed": count.for_needed, "left": count.eligible - count.present}
    return _("The motion has not carried: %(n)d for, %(needed)d needed; %(left)d have not voted.") % facts


def held(motion: Motion) -> str:
    """Which open holds keep a motion from being finalised; one that releases nothing is free of them."""
    if all(part.outcome == Outcome.WITHHELD for part in motion.parts.all()):
        return ""
    roles = [
        wording.of(wording.ROLES, hold.role).lower()
        for hold in decision_queries.holds(motion.revision)
        if hold.cleared_at is None
    ]
    return _("A hold is open: %(roles)s.") % {"roles": ", ".join(roles)} if roles else ""


class DeliberationPage(BoardView):
    """What the board's page shows, whether it is read or a vote came back with an error."""

    def shown_motion(self) -> Motion | None:
        """The motion that is being voted on."""
        found = self.facts.open_motion
        return queries.by_public_id(found.public_id) if found is not None else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The open motion with its ballot, what follows, and the motions before."""
        bound = kwargs.get("form")
        context = super().get_context_data(**kwargs)
        revision = self.facts.revision
        tier = self.facts.working
        assert tier is not None
        motion = self.shown_motion()
        sheet = queries.sheet(motion, self.submission, now=self.now) if motion is not None else None
        if motion is not None and sheet is not None:
            context.update(self._ballot(motion, sheet, tier, bound))
        context.update(
            motion=motion,
            terms=condition_words.of_motion(motion, self.facts.pack) if motion is not None else (),
            tier=tier,
            short=self._short(),
            gone=aggregation.gone(revision, self.facts.assessment) if self.facts.assessment is not None else "",
            in_deliberation=self.submission.state == State.DELIBERATION,
            meeting=meetings.next_of(self.submission, self.user),
            referrals=referral.standing(referral.lines(self.submission, referred(self.sight))),
            earlier=[self._line(row) for row in queries.closed(self.submission) if motion is None or row != motion],
            put_buttons=self._put_buttons(motion),
            after=self._after(revision, tier, sheet),
            review_facts=agreement.facts(revision),
            discussion=comment.on_page(self.submission, self.user),
            empty=Empty(_("No motion is open."), _("The coordinator or a voting member puts one to the vote.")),
        )
        return context

    def _short(self) -> tuple[str, str]:
        """What keeps the board from its quorum, and where those go who may mend it."""
        if self.submission.state != State.DELIBERATION:
            return "", ""
        words = " ".join(short_words(stand_ins.short(self.submission)))
        may = bool(words) and can(stand_in_access.check_can_appoint, self.user, self.submission)
        return words, reverse("reviews:stand-in-appoint", args=[self.submission.reference]) if may else ""

    def _ballot(self, motion: Motion, sheet: Sheet, tier: Tier, bound: forms.Form | None) -> dict[str, Any]:
        pack = motion.revision.policy.pack
        own = next((row.ballot for row in sheet.rows if row.person.pk == self.user.pk), None)
        is_open = motion.status == MotionStatus.OPEN and self.submission.state == State.DELIBERATION
        may_vote = is_open and can(access.check_can_vote, self.user, self.submission)
        initial = {"vote": own.vote, "reason": own.reason, "is_dissent": own.is_dissent} if own is not None else None
        form = bound if isinstance(bound, VoteForm) else VoteForm(initial=initial) if may_vote else None
        above = (
            _("It goes above the ceiling of tier %(tier)d.") % {"tier": tier.tier} if sheet.count.is_override else ""
        )
        today = self.submission.committee.day_of(self.now)
        away = away_between([row.person.pk for row in sheet.rows], today, today)
        return {
            "sheet": sheet,
            "words": [wording.part_words(pack, p.kind, p.outcome, p.rung, p.first_rung) for p in motion.parts.all()],
            "above": above,
            "meter": meter.draw(sheet.count),
            "needs": needs(tier, sheet),
            "own": own,
            "vote_form": form,
            "vote_url": reverse("reviews:motion-cast", args=[motion.public_id]),
            "votes": [
                {
                    "person": row.person,
                    "is_you": row.person.pk == self.user.pk,
                    "seats": ", ".join(wording.of(wording.SEATS, key) for key in row.seats)
                    or wording.of(wording.ROLES, row.role),
                    "vote": wording.of(wording.VOTES, row.ballot.vote) if row.ballot else "",
                    "icon": wording.VOTE_ICONS[row.ballot.vote if row.ballot else ""],
                    "ballot": row.ballot,
                    "stands_in": row.stands_in,
                    "away": away.get(row.person.pk),
                    "is_counted": row.is_counted,
                }
                for row in sheet.rows
            ],
            "not_waited_for": not all(row.is_counted for row in sheet.rows),
            "dissents": [row.ballot for row in sheet.rows if row.ballot and row.ballot.is_dissent],
            "excluded": [(person, wording.why_excluded(pack, why)) for person, why in sheet.excluded],
            "buttons": self._buttons(motion, sheet, may_vote=may_vote, has_voted=own is not None) if is_open else (),
        }

    def _buttons(self, motion: Motion, sheet: Sheet, *, may_vote: bool, has_voted: bool) -> tuple[Button, ...]:
        key, case = motion.public_id, self.submission
        closes = can(access.check_can_close, self.user, case, motion)
        count = sheet.count
        ending = Ending.of(motion, count, self.facts, self.user)
        decides, may_lose = motion.kind == MotionKind.DECIDE, ending.may_lose
        name = "decision-finalise" if decides else "motion-close"
        why = why_not_carried(count) or ending.why_not or (held(motion) if decides else "")
        undecided = bool(why) or (may_vote and not has_voted)
        first = Button(
            _("Finalise the decision") if decides else _("Return it to the authors"),
            reverse(f"reviews:{name}", args=[key]),
            kind="secondary" if undecided else "primary",
            shown=closes and not (may_lose and count.is_settled),
            disabled=bool(why),
            reason=why,
        )
        lost = Button(
            _("Close as lost"),
            reverse("reviews:motion-close", args=[key]),
            kind="primary" if count.is_settled else "secondary",
            shown=closes and (may_lose or (count.quorum_met and not count.carried)),
            disabled=bool(ending.why_not),
            reason=ending.why_not,
        )
        back = Button(
            _("Take the motion back"),
            reverse("reviews:motion-take-back", args=[key]),
            kind="quiet",
            shown=can(access.check_can_withdraw, self.user, case, motion),
        )
        return shown((first, lost, back))

    def _put_buttons(self, motion: Motion | None) -> tuple[Button, ...]:
        if self.submission.state != State.DELIBERATION:
            return ()
        may = can(access.check_can_put, self.user, self.submission)
        why = _("Another motion is being voted on. One is open at a time.") if motion is not None else ""
        reference = self.submission.reference
        return shown(
            (
                Button(
                    _("Put a motion"),
                    reverse("reviews:motion-put", args=[reference]),
                    kind="primary",
                    shown=may and motion is None,
                    disabled=bool(why),
                    reason=why,
                ),
                Button(
                    _("Move to return it to the authors"),
                    reverse("reviews:motion-put-return", args=[reference]),
                    shown=may and motion is None,
                    disabled=bool(why),
                    reason=why,
                ),
            )
        )

    def _after(self, revision: Revision, tier: Tier, sheet: Sheet | None) -> tuple[Check, ...]:
        checks = []
        for hold in decision_queries.holds(revision):
            role = wording.of(wording.ROLES, hold.role)
            if hold.cleared_at is not None:
                checks.append(Check(_("Hold: %(role)s") % {"role": role}, "ok", _("cleared in writing")))
            else:
                note = _("Nothing is released before it is cleared in writing.")
                checks.append(Check(_("Hold: %(role)s") % {"role": role}, "wait", note))
        also = sheet.count.also if sheet is not None else ()
        seats = tuple(dict.fromkeys((*tier.sign_off, *also)))
        mover = sheet.motion.put_by if sheet is not None else None
        shut = access.behind(sheet.motion) if sheet is not None else ()
        people = decision_queries.signatories(self.submission, seats, without=shut)
        for seat in seats:
            names = ", ".join(str(person) for person in people[seat]) or _("nobody can sign now")
            if seat == CommitteeRole.CHAIR and mover is not None and self._is_chair(mover.pk):
                names = _("%(mover)s put the motion, so %(names)s signs") % {"mover": mover, "names": names}
            checks.append(Check(_("Signature: %(role)s") % {"role": wording.of(wording.ROLES, seat)}, "open", names))
        return tuple(checks)

    def _is_chair(self, key: int) -> bool:
        rows = self.submission.committee.memberships.filter(user=key, role=CommitteeRole.CHAIR, until_at=None)
        return rows.exists()

    def _line(self, motion: Motion) -> dict[str, Any]:
        pack = motion.revision.policy.pack
        votes = [ballot.vote for ballot in motion.ballots.all()]
        return {
            "motion": motion,
            "status": wording.of(STATUSES, motion.status),
            "words": [wording.part_words(pack, p.kind, p.outcome, p.rung, p.first_rung) for p in motion.parts.all()],
            "votes": _("%(votes_for)d for, %(against)d against, %(abstained)d abstained")
            % {
                "votes_for": votes.count(Vote.FOR),
                "against": votes.count(Vote.AGAINST),
                "abstained": votes.count(Vote.ABSTAIN),
            },
            "ballots": [(ballot, wording.of(wording.VOTES, ballot.vote)) for ballot in motion.ballots.all()],
        }
