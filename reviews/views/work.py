"""The first page: what this person owes, the late things first, and what is with others meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.queries import work
from reviews.queries.head import Head
from reviews.queries.work import Duty, Watch
from reviews.rules import workflow
from reviews.rules.states import TERMINAL
from reviews.rules.visibility import Level, Sight
from reviews.views import docket, first_day, formats, navigation
from reviews.views.base import PersonPage
from reviews.views.components import Button, Due, Empty, WorkItem
from reviews.views.wording import OUTCOMES, PARTS


@dataclass(frozen=True)
class Words:
    """How a duty is called, what its button says, and where it is done."""

    what: str | Promise
    button: str | Promise
    name: str
    fragment: str = ""


WORDS: Mapping[str, Words] = {
    "draft": Words(_l("Finish your draft and submit it"), _l("Continue"), "submission-detail"),
    "revise": Words(_l("Send a new revision"), _l("Read what is asked"), "submission-detail"),
    "answer": Words(_l("Answer the board's question"), _l("Answer"), "inquiry-answer"),
    "give_evidence": Words(_l("Give evidence"), _l("Give evidence"), "evidence-list"),
    "accept_offer": Words(_l("Say whether you can review"), _l("Answer"), "assignment-offer"),
    "file_review": Words(_l("File your review"), _l("Continue"), "review-edit"),
    "vote": Words(_l("Vote on motion %(number)d"), _l("Read and vote"), "motion-list", "#vote"),
    "finalise": Words(_l("Close the ballot on motion %(number)d"), _l("See the count"), "decision-finalise"),
    "close": Words(_l("Close the ballot on motion %(number)d"), _l("See the count"), "motion-close"),
    "sign_off": Words(_l("Sign the decision"), _l("Read and sign"), "decision-detail"),
    "clear_hold": Words(_l("Look at a hold"), _l("Look"), "hold-clear"),
    "assign_reviewers": Words(_l("Ask reviewers"), _l("Ask"), "assignment-assign"),
    "settle_evidence": Words(_l("Wait for evidence, or waive it"), _l("See"), "evidence-list"),
    "late_reviews": Words(_l("A review is late"), _l("See who"), "assignment-assign"),
    "put_motion": Words(_l("See that a motion is put"), _l("Put a motion"), "motion-put"),
    "open_stage": Words(_l("The next stage may open"), _l("See the stages"), "release-detail"),
}
# Without a date, but nothing goes on before they are done.
PRESSING = frozenset({"answer", "revise", "open_stage"})


@dataclass(frozen=True)
class Group:
    """Duties that are due at about the same time."""

    key: str
    label: str
    work: tuple[WorkItem, ...]


class MyWork(PersonPage):
    """Everything that this person owes on any case, and what happens next where they owe nothing."""

    template_name = "reviews/my_work/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Groups by date, cases with others, and the empty state."""
        found = work.of(self.user, now=self.now)
        navigation.count(self.request, "reviews:my-work", len(found.duties))
        early = None if found.duties or found.watching else first_day.empty(self.user)
        new = Button(_("New submission"), reverse("reviews:submission-start"), icon="plus-lg", shown=early is None)
        late = sum(duty.due is not None and duty.due < self.now for duty in found.duties)
        return super().get_context_data(
            heading=_("My work"),
            lead=lead(len(found.duties), late),
            actions=(new,),
            groups=groups(found.duties, self.now, ZoneInfo(self.user.time_zone)),
            watching=tuple(watched(watch) for watch in found.watching),
            empty=None if found.duties else early or nothing_owed(found.watching),
            **kwargs,
        )


def lead(count: int, late: int) -> str:
    """How much there is, in a sentence."""
    if not count:
        return ""
    text = ngettext("%(n)d thing is yours.", "%(n)d things are yours.", count) % {"n": count}
    if late:
        text += " " + ngettext("%(n)d is late.", "%(n)d are late.", late) % {"n": late}
    return text


def groups(duties: tuple[Duty, ...], now: datetime, zone: ZoneInfo) -> tuple[Group, ...]:
    """Late, this week, later; empty groups are left out. On a weekend the week is the one to come."""
    local = now.astimezone(zone)
    monday = local.date() + timedelta(days=7 - local.weekday())
    if local.weekday() >= 5:
        monday += timedelta(days=7)
    week_ends = datetime.combine(monday, time(), tzinfo=zone)
    sorted_into: dict[str, list[WorkItem]] = {"late": [], "week": [], "later": []}
    for duty in duties:
        if duty.due is not None and duty.due < now:
            key = "late"
        elif duty.kind in PRESSING or (duty.due is not None and duty.due < week_ends):
            key = "week"
        else:
            key = "later"
        sorted_into[key].append(owed(duty, first=not any(sorted_into.values())))
    labels = {"late": _("Late"), "week": _("This week"), "later": _("Later")}
    return tuple(Group(key, labels[key], tuple(items)) for key, items in sorted_into.items() if items)


def owed(duty: Duty, *, first: bool) -> WorkItem:
    """One line; the first of the page has the primary button."""
    words = WORDS[duty.kind]
    case = duty.head.submission
    url = reverse(f"reviews:{words.name}", args=[duty.about or case.reference]) + words.fragment
    due = due_of(duty.head, duty.due)
    return WorkItem(
        what=str(words.what) % {"number": duty.number} if duty.number else words.what,
        url=url,
        case=name_of(duty.head, duty.sight),
        reference=case.reference,
        tier=tier_of(duty.head),
        due=due,
        due_note=_note(duty, due),
        button=Button(words.button, url, kind="primary" if first else "secondary", small=True),
    )


def _note(duty: Duty, due: Due | None) -> str:
    if duty.kind == "give_evidence":
        said = ngettext("%(n)d piece open", "%(n)d pieces open", duty.count) % {"n": duty.count}
        return f"{due.distance}, {said}" if due is not None else said
    if due is not None:
        return str(due.distance)
    return _("The clock stands until you answer.") if duty.kind in ("answer", "revise") else ""


def watched(watch: Watch) -> WorkItem:
    """A case with others: where it stands and whose turn it is."""
    head, sight = watch.head, watch.sight
    owner, progress = docket.owner_words(head, sight)
    state = _(workflow.LABELS[head.state])
    words = [state, *_outcomes(head)] if head.state in TERMINAL else [state, owner, progress]
    due = due_of(head, None if head.state in TERMINAL else head.turn_due)
    return WorkItem(
        what=name_of(head, sight),
        url=head.submission.get_absolute_url(),
        case=" · ".join(word for word in words if word),
        reference=head.submission.reference,
        tier=tier_of(head),
        due=due,
        due_note=due.distance if due is not None else "",
    )


def _outcomes(head: Head) -> list[str]:
    if head.decision is None or head.decision.effective_at is None:
        return []
    return [f"{PARTS[part.kind]}: {OUTCOMES[part.outcome]}" for part in head.decision.parts.all()]


def nothing_owed(watching: tuple[Watch, ...]) -> Empty:
    """What happens next where nothing is owed."""
    button = Button(_("See all cases that you may read"), reverse("reviews:submission-list"))
    running = [watch for watch in watching if watch.head.state not in TERMINAL]
    dated = sorted((w for w in running if w.head.turn_due is not None), key=lambda w: w.head.turn_due or w.head.now)
    for watch in dated or running:
        head = watch.head
        owner, _progress = docket.owner_words(head, watch.sight)
        shown = {"reference": head.submission.reference, "who": owner.lower()}
        if head.turn_due is not None:
            zone = ZoneInfo(head.submission.committee.time_zone)
            shown["day"] = formats.moment(head.turn_due, zone=zone, now=head.now)
            text = _("The next case to move is %(reference)s: it is with the %(who)s until %(day)s.") % shown
        else:
            text = _("The next case to move is %(reference)s: it is with the %(who)s.") % shown
        return Empty(
            _("Nothing is waiting for you."), f"{text} {_('You will get a mail when it is your turn.')}", button
        )
    text = _("You will get a mail when something is asked of you. To have work of yours reviewed, start a submission.")
    return Empty(_("Nothing is waiting for you."), text, button)


def due_of(head: Head, at: datetime | None) -> Due | None:
    """A due moment with its distance in the committee's working days."""
    return Due.of(at, head.now, head.business_days_to(at)) if at is not None else None


def name_of(head: Head, sight: Sight) -> str:
    """The title for those who see the case, its label for everybody else."""
    return head.submission.title if sight.level >= Level.CASE else head.submission.label


def tier_of(head: Head) -> int | None:
    """The tier in force, or the one that the revision before had."""
    return head.tier.tier if head.tier is not None else getattr(head.submission, "last_tier", None)
