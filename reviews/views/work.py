"""The first page: what this person owes, the late things first, and what is with others meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.utils.translation import ngettext_lazy as _n

from reviews.queries import chores, work
from reviews.queries.chores import Chore
from reviews.queries.head import Head
from reviews.queries.work import Duty, Watch, Work
from reviews.rules.states import TERMINAL, CommitteeRole
from reviews.rules.visibility import Level, Sight
from reviews.views import docket, first_day, formats, load, navigation
from reviews.views.base import PersonPage
from reviews.views.components import Button, Due, Empty, WorkItem
from reviews.views.meeting import work as meeting_work
from reviews.views.outcomes import outcomes_of, standing_of


@dataclass(frozen=True)
class Words:
    """How a duty is called, what its button says, and where it is done; ``of_case``: on a page of the case."""

    what: str | Promise
    button: str | Promise
    name: str
    fragment: str = ""
    of_case: bool = False


WORDS: Mapping[str, Words] = {
    "draft": Words(_l("Finish your draft and submit it"), _l("Continue"), "submission-detail"),
    "revise": Words(_l("Send a new revision"), _l("Read what is asked"), "submission-detail"),
    "answer": Words(_l("Answer the board's question"), _l("Answer"), "inquiry-answer"),
    "give_evidence": Words(
        _n("Give %(n)d piece of evidence", "Give %(n)d pieces of evidence", "n"), _l("Give evidence"), "evidence-list"
    ),
    "accept_offer": Words(_l("Say whether you can review"), _l("Answer"), "assignment-offer"),
    "file_review": Words(_l("File your review"), _l("Continue"), "review-edit"),
    "confirm_tier": Words(
        _l("Look at tier %(number)d, which another person proposes"), _l("Read and decide"), "assessment-confirm-tier"
    ),
    "vote": Words(_l("Vote on motion %(number)d"), _l("Read and vote"), "motion-list", "#vote"),
    "finalise": Words(_l("Close the ballot on motion %(number)d"), _l("See the count"), "motion-list", of_case=True),
    "close": Words(_l("Close the ballot on motion %(number)d"), _l("See the count"), "motion-list", of_case=True),
    "sign_off": Words(_l("Sign the decision"), _l("Read and sign"), "decision-detail"),
    "vacant_seat": Words(_l("Nobody can sign the decision"), _l("See the decision"), "decision-detail"),
    "clear_hold": Words(_l("Look at a hold"), _l("Look"), "hold-clear"),
    "assign_reviewers": Words(_n("Ask %(n)d reviewer", "Ask %(n)d reviewers", "n"), _l("Ask"), "assignment-assign"),
    "settle_evidence": Words(_l("Wait for evidence, or waive it"), _l("See"), "evidence-list"),
    "late_reviews": Words(
        _n("%(n)d review is late", "%(n)d reviews are late", "n"), _l("See who"), "assignment-assign"
    ),
    "put_motion": Words(_l("See that a motion is put"), _l("Put a motion"), "motion-put"),
    "prove_condition": Words(_l("Prove that a condition is met"), _l("Prove it"), "condition-prove"),
    "answer_proof": Words(_l("Check the proof of a condition"), _l("Check it"), "condition-answer"),
    "ratify": Words(
        _l("Ratify or refuse an emergency restriction"), _l("Read and vote"), "restriction-detail", "#vote"
    ),
    "answer_lift": Words(
        _l("Lift an emergency restriction or keep it"), _l("Read and decide"), "restriction-answer-lift"
    ),
    "hear_appeal": Words(_l("Judge an appeal"), _l("Read and judge"), "appeal-detail", "#judge"),
    "appoint_judges": Words(
        _n("Appoint %(n)d person to hear an appeal", "Appoint %(n)d people to hear an appeal", "n"),
        _l("Appoint"),
        "appeal-appoint",
    ),
    "look_again": Words(_l("Look at this decision again"), _l("See the decision"), "decision-detail"),
    "answer_reopening": Words(_l("Answer a request to reopen"), _l("Read and answer"), "reopening-answer"),
    "ask_re_review": Words(_l("A re-review is due"), _l("Ask for it"), "reopening-ask-re-review"),
    "look_at_sample": Words(_l("Look at a sampled release"), _l("Look"), "sample-find"),
    "open_stage": Words(_l("The next stage may open"), _l("See the stages"), "release-detail"),
}
# Without a date, but nothing goes on before they are done.
PRESSING = frozenset(
    {"answer", "revise", "open_stage", "look_again", "answer_proof", "answer_reopening", "answer_lift"}
)


@dataclass(frozen=True)
class Group:
    """Duties that are due at about the same time."""

    key: str
    label: str
    work: tuple[WorkItem, ...]


class MyWork(PersonPage):
    """Everything that this person owes on any case, and what happens next where they owe nothing.

    As the first page (``is_first``) it makes way for leadership's, where nothing waits and they hold nothing else.
    """

    template_name = "reviews/my_work/page.html"
    is_first = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or leadership's."""
        if self.is_first and navigation.leads(request) and not self.owes:
            return redirect("reviews:leadership")
        return super().get(request, *args, **kwargs)

    @property
    def owes(self) -> bool:
        """Whether anything waits for this person. Who takes part in no case owes nothing on any, and the menu has to
        know that anyway."""
        return bool(self.chores) or (navigation.lists_cases(self.request) and bool(self.found.duties))

    @cached_property
    def chores(self) -> tuple[Chore, ...]:
        """What is owed to the organisation."""
        return chores.of(self.user, navigation.roles(self.request))

    @cached_property
    def found(self) -> Work:
        """What is owed, and what is with others."""
        return work.of(self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Groups by date, cases with others, and the empty state."""
        found, owes = self.found, len(self.found.duties) + len(self.chores)
        navigation.count(self.request, "reviews:my-work", owes)
        early = None if owes or found.watching else first_day.empty(self.user)
        new = Button(_("New submission"), reverse("reviews:submission-start"), icon="plus-lg", shown=early is None)
        several = sum(duty.kind == "sign_off" for duty in found.duties) > 1
        together = Button(_("Sign several decisions"), reverse("reviews:signing-together"), icon="pen", shown=several)
        late = sum(duty.due is not None and duty.due < self.now for duty in found.duties)
        return super().get_context_data(
            heading=_("My work"),
            lead=lead(owes, late, self.now, self.zone),
            actions=(together, new),
            groups=(
                *groups(found.duties, self.now, self.zone),
                *house(self.chores, self.now, first=not found.duties),
                *others(found.watching),
            ),
            load=load.of(self.user, navigation.roles(self.request), found.duties, self.now),
            empty=None if owes else early or nothing_owed(found.watching, navigation.roles(self.request)),
            **kwargs,
        )

    @property
    def zone(self) -> ZoneInfo:
        """The reader's zone."""
        return ZoneInfo(self.user.time_zone)


def lead(count: int, late: int, now: datetime, zone: ZoneInfo) -> str:
    """How much there is, in a sentence, and which moment it is."""
    said = []
    if count:
        said.append(ngettext("%(n)d thing is yours.", "%(n)d things are yours.", count) % {"n": count})
    if late:
        said.append(ngettext("%(n)d is late.", "%(n)d are late.", late) % {"n": late})
    return " ".join([*said, _("It is %(now)s.") % {"now": formats.moment(now, zone=zone, now=now, year=True)}])


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
    key = case.reference if words.of_case else duty.about or case.reference
    url = reverse(f"reviews:{words.name}", args=[key]) + words.fragment
    due = due_of(duty.head, duty.due)
    return WorkItem(
        what=_what(duty, words),
        url=url,
        case=name_of(duty.head, duty.sight),
        reference=case.reference,
        tier=duty.head.tier_number,
        due=due,
        due_note=_note(duty, due),
        button=Button(words.button, url, kind="primary" if first else "secondary", small=True),
        # A case that is open again has a decision already, whose clearance may change with every answer.
        outcomes=outcomes_of(duty.head) if duty.kind == "revise" else (),
        standing=standing_of(duty.head) if duty.kind == "revise" else None,
    )


def _what(duty: Duty, words: Words) -> str:
    """What is owed, with its number where there is one."""
    facts = {"n": duty.count, "number": duty.number}
    return str(words.what % facts)


def _note(duty: Duty, due: Due | None) -> str:
    if due is not None:
        return str(due.distance)
    return _("The clock is stopped until you answer.") if duty.kind in ("answer", "revise") else ""


def house(owed_here: tuple[Chore, ...], now: datetime, *, first: bool) -> tuple[Group, ...]:
    """What is owed to the organisation, as a group of its own; empty is left out."""
    items = tuple(_chore(one, now, first=first and not number) for number, one in enumerate(owed_here))
    return (Group("house", _("For the organisation"), items),) if items else ()


def _chore(one: Chore, now: datetime, *, first: bool) -> WorkItem:
    kind: Literal["primary", "secondary"] = "primary" if first else "secondary"
    if one.meeting is not None:
        return meeting_work.item(one, one.meeting, now, kind)
    if one.kind == "approve_policy":
        what, label = _("Read a proposed policy and decide"), _("Read and decide")
        url = reverse("reviews:adoption-approve", args=[one.about])
    elif one.kind == "inform":
        what, label = _("Tell the board what you know, if you like"), _("Read the question")
        url = reverse("reviews:inquiry-inform", args=[one.about])
    else:
        what = ngettext("Confirm what %(n)d person knows", "Confirm what %(n)d people know", one.count)
        what, label = what % {"n": one.count}, _("Look")
        url = reverse("reviews:person", args=[one.about]) if one.about else reverse("reviews:people")
    return WorkItem(what, url, one.name, "", button=Button(label, url, kind=kind, small=True))


def others(watching: tuple[Watch, ...]) -> tuple[Group, ...]:
    """Cases in which nothing is owed: those that move, the soonest due first, then those decided lately."""
    far = datetime.max.replace(tzinfo=UTC)
    running = [watch for watch in watching if watch.head.state not in TERMINAL]
    over = [watch for watch in watching if watch.head.state in TERMINAL]
    running.sort(key=lambda watch: watch.head.turn_due or far)
    over.sort(key=lambda watch: watch.head.submission.state_entered_at, reverse=True)
    labelled = (("others", _("With others, for your information"), running), ("over", _("Decided lately"), over))
    return tuple(Group(key, label, tuple(watched(watch) for watch in rows)) for key, label, rows in labelled if rows)


def watched(watch: Watch) -> WorkItem:
    """A case with others: where it stands and whose turn it is."""
    head, sight = watch.head, watch.sight
    if watch.tier is not None:
        return _proposed(watch, watch.tier)
    owner, progress = docket.owner_words(head, sight)
    over = head.state in TERMINAL
    due = due_of(head, None if over else head.turn_due)
    note = due.distance if due is not None else _("The clock is stopped.") if head.is_paused and not over else ""
    return WorkItem(
        what=name_of(head, sight),
        url=head.submission.get_absolute_url(),
        case="" if over else " \u00b7 ".join(word for word in (owner, progress) if word),
        reference=head.submission.reference,
        tier=head.tier_number,
        due=Due(head.submission.state_entered_at) if over else due,
        due_note=note,
        state=head.submission.state,
        outcomes=outcomes_of(head),
        standing=standing_of(head),
    )


def _proposed(watch: Watch, tier: int) -> WorkItem:
    """A tier that the reader proposed; on the page behind it stands whose turn it is."""
    head = watch.head
    return WorkItem(
        what=_("You proposed tier %(tier)d; it waits for a second person") % {"tier": tier},
        url=reverse("reviews:assessment-detail", args=[head.submission.reference]) + "#tier",
        case=name_of(head, watch.sight),
        reference=head.submission.reference,
        tier=head.tier_number,
        state=head.submission.state,
    )


# What comes to whom, said where nothing is owed; the first that fits names the way on.
COMING: tuple[tuple[frozenset[str], str | Promise, str | Promise, str], ...] = (
    (
        frozenset({CommitteeRole.COORDINATOR}),
        _l("A new submission comes to you first; you ask its reviewers."),
        _l("Open the queue"),
        "queue",
    ),
    (
        frozenset({CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR}),
        _l("Ballots to close and decisions to sign come to you, the chair before the deputy."),
        _l("Open the queue"),
        "queue",
    ),
    (
        frozenset({"leadership"}),
        _l("Nothing is asked of you here. What goes out and what is stuck stands under Leadership."),
        _l("See where everything stands"),
        "leadership",
    ),
    (
        frozenset({"administrator"}),
        _l("Nothing is asked of you here. Whether mail goes out and everything runs stands under Operations."),
        _l("Look at operations"),
        "operations",
    ),
    (
        frozenset({"auditor"}),
        _l("You read decision records and audit trails; nothing is asked of you."),
        _l("See all records"),
        "submission-list",
    ),
    (
        frozenset({CommitteeRole.MEMBER, CommitteeRole.EXTERNAL_MEMBER}),
        _l("Once all reviews of a case are in, its deliberation opens and your vote waits here."),
        "",
        "",
    ),
    (
        frozenset({CommitteeRole.REVIEWER}),
        _l("When a coordinator asks you to review, you answer here before you see the material."),
        "",
        "",
    ),
    (
        frozenset(
            {
                CommitteeRole.LEGAL_OFFICER,
                CommitteeRole.BIOSECURITY_OFFICER,
                CommitteeRole.SECURITY_OFFICER,
                CommitteeRole.EXPORT_OFFICER,
            }
        ),
        _l("When a case needs your clearance, its hold waits here; nothing is released before you clear it."),
        "",
        "",
    ),
    (
        frozenset({CommitteeRole.HEAD_OF_RESEARCH, CommitteeRole.EXECUTIVE}),
        _l("Decisions that need your signature wait here."),
        "",
        "",
    ),
)


def nothing_owed(watching: tuple[Watch, ...], roles: frozenset[str]) -> Empty:
    """What happens next where nothing is owed: the case that moves next, otherwise what comes to these roles."""
    way = Button(_("See all cases that you may read"), reverse("reviews:submission-list"))
    title, mail = _("Nothing is waiting for you."), _("You will get a mail when it is your turn.")
    running = [watch for watch in watching if watch.head.state not in TERMINAL]
    dated = sorted((w for w in running if w.head.turn_due is not None), key=lambda w: w.head.turn_due or w.head.now)
    for watch in dated or running:
        head = watch.head
        owner, _progress = docket.owner_words(head, watch.sight)
        shown = {"reference": head.submission.reference, "who": owner.lower()}
        if head.turn_due is not None and head.turn_due >= head.now:
            zone = ZoneInfo(head.submission.committee.time_zone)
            shown["day"] = formats.moment(head.turn_due, zone=zone, now=head.now)
            text = _("The next case to move is %(reference)s: it is with the %(who)s until %(day)s.") % shown
        else:
            text = _("The next case to move is %(reference)s: it is with the %(who)s.") % shown
        return Empty(title, f"{text} {mail}", way)
    coming = [(text, label, name) for held, text, label, name in COMING if held & roles]
    if not coming:
        text = _("To have work of yours reviewed, start a submission. Afterwards you find here what is asked of you.")
        return Empty(title, text, way)
    label, name = next(((label, name) for _text, label, name in coming if name), ("", ""))
    asked = not all(name in ("leadership", "operations", "submission-list") for _text, _label, name in coming)
    words = [*(str(text) for text, _label, _name in coming), *([mail] if asked else [])]
    return Empty(title, " ".join(words), Button(label, reverse(f"reviews:{name}")) if name else way)


def due_of(head: Head, at: datetime | None) -> Due | None:
    """A due moment with its distance in the committee's working days."""
    return Due.of(at, head.now, head.business_days_to(at)) if at is not None else None


def name_of(head: Head, sight: Sight) -> str:
    """The title for those who see the case, its label for everybody else."""
    return head.submission.title if sight.level >= Level.CASE else head.submission.label
