"""The head of every page of a case: state, whose turn, due, tier, what is asked for, clock, tabs, next step."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from reviews.models import Submission
from reviews.queries import motion as board
from reviews.queries.assessment import last_of_case
from reviews.queries.head import Head
from reviews.queries.submission import policy_of
from reviews.rules import audience, questionnaire
from reviews.rules.states import EDITABLE, TERMINAL, State
from reviews.rules.visibility import Level, Sight
from reviews.rules.workflow import Owner
from reviews.views import next_step, wording
from reviews.views.components import Docket, DocketFact, Due, Tab
from reviews.views.formats import day, number, zone_named
from reviews.views.outcomes import decided_label, outcomes_of, standing_of
from reviews.views.wording import PARTS

TABS: dict[str, tuple[str | Promise, str]] = {
    "overview": (_l("Overview"), "submission-detail"),
    "files": (_l("Files"), "artifact-list"),
    "answers": (_l("Answers"), "questionnaire-overview"),
    "assessment": (_l("Assessment"), "assessment-detail"),
    "evidence": (_l("Evidence"), "evidence-list"),
    "reviews": (_l("Reviews"), "review-list"),
    "deliberation": (_l("Deliberation"), "motion-list"),
    "discussion": (_l("Discussion"), "comment-list"),
    "questions": (_l("Questions"), "inquiry-list"),
    "decision": (_l("Decision"), "decision-detail"),
    "release": (_l("Release"), "release-detail"),
    "record": (_l("Record"), "submission-record"),
}


def build(user: User, head: Head, sight: Sight, *, tab: str) -> Docket:
    """The docket as this person may see it. The title is for those who see the case; others get its label."""
    submission = head.submission
    sees_case = sight.level >= Level.CASE
    return Docket(
        reference=submission.reference,
        title=submission.title if sees_case else submission.label,
        revision=_("Revision %(number)d") % {"number": head.revision.number},
        kind=kind_label(head),
        unit=submission.committee.name,
        facts=_facts(user, head, sight),
        actions=next_step.side_actions(user, head, sight) if sees_case else (),
        next=next_step.build(user, head, sight) if sees_case else None,
        tabs=_tabs(head, sight, tab),
    )


def policy_label(submission: Submission) -> str:
    """Which policy the case is judged by, for the foot of the page."""
    assert submission.revision is not None
    return _("Policy %(policy)s") % {"policy": policy_of(submission.revision, submission).version}


def kind_label(head: Head) -> str:
    """What is to be released, a paper, a model or both; empty before that is known."""
    revision = head.revision
    kind = revision.kind or revision.response.answers.get(head.pack.bindings.kind, "")
    words = [str(PARTS[part]) for part in questionnaire.KINDS.get(str(kind), ())]
    return _(" and ").join([*words[:1], *(word.lower() for word in words[1:])])


def owner_words(head: Head, sight: Sight) -> tuple[str, str]:
    """Whose turn it is, and how far they are. Authors never learn who or how many review.

    On a closed case it is whoever answers what was raised beside its state.
    """
    if head.state in TERMINAL and sight.level >= Level.CASE and (raised := _raised(head, sight)):
        return raised
    return wording.of(wording.OWNERS, head.owner), _progress(head, sight)


def _raised(head: Head, sight: Sight) -> tuple[str, str] | None:
    """Who owes an answer beside the state: to an appeal, a restriction or a request. Of a re-review that the board
    thinks about authors do not know."""
    if head.appeal is not None:
        return _("Judges of the appeal"), _("nothing more is released until they decide")
    if head.restriction is not None and head.restriction.ratified_at is None:
        return str(wording.of(wording.OWNERS, Owner.BOARD)), _("the emergency restriction waits for their vote")
    if head.open_request is not None and (head.open_request.is_of_authors or not sight.as_author):
        return _("The board"), _("a request to open the case again waits for its answer")
    return None


def _progress(head: Head, sight: Sight) -> str:
    if head.owner is Owner.AUTHORS and head.open_inquiries:
        return _("a question is open; the clock is stopped")
    if head.owner is Owner.AUTHORS and head.state is State.IN_REVIEW:
        count = len(head.open_evidence)
        return ngettext("%(n)d piece of evidence is open", "%(n)d pieces of evidence are open", count) % {"n": count}
    if head.state is State.IN_REVIEW and not sight.as_author and sight.scores:
        return _("%(filed)d of %(all)d reviews filed") % {"filed": head.filed, "all": head.reviewers_needed}
    if head.state is State.SIGN_OFF and head.decision is not None and not sight.as_author:
        seats = list(head.decision.sign_offs.all())
        signed = sum(seat.signed_at is not None for seat in seats)
        return _("%(signed)d of %(all)d signed") % {"signed": signed, "all": len(seats)}
    return ""


def _votes(head: Head, sight: Sight) -> str:
    """How many of the eligible voters have voted; for those who see the board, on the page of one case."""
    if head.state is not State.DELIBERATION or not sight.board or sight.as_author or head.open_motion is None:
        return ""
    found = board.eligible(head.submission)
    counted = {one.key for one in found} - board.absent(head.open_motion, head.submission, found, now=head.now).keys()
    voted = counted & set(head.open_motion.ballots.values_list("voter__public_id", flat=True))
    return _("%(voted)d of %(all)d voted") % {"voted": len(voted), "all": len(counted)}


def _facts(user: User, head: Head, sight: Sight) -> tuple[DocketFact, ...]:
    """The same six columns in every state, so that nobody has to guess which one is missing; fewer without the case."""
    zone = zone_named(user.time_zone) or ZoneInfo(head.submission.committee.time_zone)
    owner, progress = owner_words(head, sight)
    progress = progress or _votes(head, sight)
    since = day(head.submission.state_entered_at.astimezone(zone).date(), now=head.now.astimezone(zone))
    facts = [
        DocketFact(_("State"), head.submission.state, note=_("since %(day)s") % {"day": since}, template="state"),
        DocketFact(_("Whose turn"), owner, note=progress),
        _due(head, sight),
        _tier(head, sight),
    ]
    if sight.level >= Level.CASE:
        facts.append(_granted(head) or _asks_for(head))
    return (*facts, _clock(head))


def _due(head: Head, sight: Sight) -> DocketFact:
    """Until when; where the case is over, since when."""
    if head.state in TERMINAL:
        signed = head.cleared.decision.effective_at if head.cleared is not None else None
        label = decided_label(head.cleared) if head.cleared is not None else _("Since")
        return DocketFact(label, Due(signed or head.submission.state_entered_at), template="due")
    # One reviewer's date is nothing for authors to know; theirs is the date of the decision.
    is_reviewers = head.owner is Owner.REVIEWERS
    moment = head.decision_due if sight.as_author and is_reviewers else head.turn_due
    if moment is not None:
        due = Due.of(moment, head.now, head.business_days_to(moment))
        return DocketFact(_("Due"), due, template="due")
    if head.is_paused:
        return DocketFact(_("Due"), _("No date"), note=_("until the authors answer"))
    note = _("until you submit") if head.state in EDITABLE else ""
    return DocketFact(_("Due"), _("No date"), note=note)


def _tier(head: Head, sight: Sight) -> DocketFact:
    """The tier in force; of a revision that is being written, the one that the revision before had."""
    if head.tier is not None:
        note = ""
        if sight.scores and (numbers := head.numbers(sight)) is not None:
            note = _("residual %(score)s of 100") % {"score": number(numbers.residual)}
        return DocketFact(_("Tier"), head.tier.tier, note=note, template="tier", value_label=head.tier.label)
    before = last_of_case(head.submission) if head.revision.number > 1 else None
    if before is None:
        return DocketFact(_("Tier"), None, note=_("scored when submitted"), template="tier")
    note = _("revision %(number)d; then scored anew") % {"number": before.revision.number}
    return DocketFact(_("Tier"), before.tier, note=note, template="tier")


def _asks_for(head: Head) -> DocketFact:
    """What the authors ask to release; while they write, as far as they have said it."""
    if not head.parts or head.working is None:
        reading = questionnaire.read(head.pack, head.revision.response.answers)
        rungs = [reading.rung(part) for part in reading.parts]
        said = [rung.label for rung in rungs if rung is not None]
        return DocketFact(_("Asks for"), ", ".join(said) or _("Not said yet"))
    labels = [head.pack.rung(part.kind, part.requested_rung).label for part in head.parts]
    ceilings = {head.pack.rung(part.kind, head.working.ceiling(part.kind)).label for part in head.parts}
    note = _("policy ceiling: %(rung)s") % {"rung": ", ".join(sorted(ceilings))}
    return DocketFact(_("Asks for"), ", ".join(labels), note=note)


def _granted(head: Head) -> DocketFact | None:
    """What the decision that rules gives, each part with its outcome, and what its clearance is worth now.

    It stays in the head of a case that is open again, beside a standing that says whether it still holds.
    """
    if head.cleared is None:
        return None
    decision = head.cleared.decision
    pack = decision.revision.policy.pack
    rungs = ", ".join(pack.rung(part.kind, part.granted_rung).label for part in decision.parts.all())
    return DocketFact(_("Granted"), outcomes_of(head), note=rungs, template="outcomes", standing=standing_of(head))


def _clock(head: Head) -> DocketFact:
    """Working days used, of those that the tier gives."""
    if head.submission.clock_from_at is None:
        return DocketFact(_("Clock"), _("Not running"), note=_("starts when submitted"))
    used = head.days_used
    if head.state in TERMINAL or head.working is None:
        text = ngettext("%(n)d business day", "%(n)d business days", used) % {"n": used}
        note = _("from submission to decision") if head.state is State.DECIDED else ""
        return DocketFact(_("Clock"), text, note=note or (_("stopped") if head.is_paused else ""))
    days = head.working.sla_business_days
    text = _("%(used)d of %(days)d business days") % {"used": used, "days": days}
    share, late = min(100, round(100 * used / days)) if days else 100, used > days
    return DocketFact(_("Clock"), text, note=_("stopped") if head.is_paused else "", share=share, late=late)


def _tabs(head: Head, sight: Sight, current: str) -> tuple[Tab, ...]:
    if sight.level < Level.RECORD:
        return ()
    if sight.level < Level.CASE:
        shown = _of_the_record(head)
    else:
        shown = _of_the_revision(head, sight) if head.revision.is_frozen else _of_a_draft(head)
    return tuple(_tab(head, key, count, is_current=key == current) for key, count in shown.items())


def _tab(head: Head, key: str, count: str, *, is_current: bool) -> Tab:
    label, name = TABS[key]
    url = reverse(f"reviews:{name}", args=[head.submission.reference])
    return Tab(str(label), url, current=is_current, count=count)


def _of_the_record(head: Head) -> dict[str, str]:
    """The tabs of those who read what was decided and not the case, each with its count."""
    return {"decision": "", "record": ""} if head.cleared is not None else {"record": ""}


def _of_a_draft(head: Head) -> dict[str, str]:
    """The tabs of authors who write; from the second revision on with what the one before was given."""
    before = ("assessment", "discussion", "questions") if head.revision.number > 1 else ()
    decided = ("decision",) if head.cleared is not None else ()
    return dict.fromkeys(("overview", "files", "answers", *before, *decided, "record"), "")


def _of_the_revision(head: Head, sight: Sight) -> dict[str, str]:
    """The tabs of what the board judges."""
    tabs = dict.fromkeys(("overview", "files", "answers"), "")
    if sight.scores:
        tabs["assessment"] = ""
    if head.evidence:
        done = len(head.evidence) - len(head.open_evidence)
        tabs["evidence"] = _("%(done)d of %(all)d") % {"done": done, "all": len(head.evidence)}
    if not sight.as_author:
        count = _("%(filed)d of %(all)d") % {"filed": head.filed, "all": head.reviewers_needed}
        tabs["reviews"] = count if sight.scores and head.seats else ""
        if head.submission.deliberation_opened_at is not None and sight.board:
            tabs["deliberation"] = ""
    if audience.readable(sight):
        tabs["discussion"] = ""
    tabs["questions"] = str(len(head.open_inquiries) or "")
    if head.cleared is not None or (head.decision is not None and not sight.as_author):
        tabs["decision"] = ""
    if head.plans or (head.cleared is not None and head.cleared.decision.conditions.all()):
        tabs["release"] = ""
    return {**tabs, "record": ""}
