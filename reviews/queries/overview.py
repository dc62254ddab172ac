"""The first page of a case as facts: where it stands, who takes part, what is asked, as far as the reader may know.

A fixed number of queries; the head of the case has read most of it already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Absence, User
from reviews.access.committee import acting, standing_in
from reviews.models import Artifact, Conflict, Membership, Revision, Submission
from reviews.queries.head import Head
from reviews.queries.people import away_between
from reviews.queries.questionnaire import figure
from reviews.queries.roles import part_words, role_words
from reviews.rules import questionnaire, tiers
from reviews.rules.pack import Pack
from reviews.rules.states import AssignmentStatus, Basis, CommitteeRole, State
from reviews.rules.visibility import Sight


@dataclass(frozen=True)
class Place:
    """One place on the track of a case."""

    state: str
    mark: str


@dataclass(frozen=True)
class Person:
    """Somebody who takes part: a line of the list of people. ``note`` says how far they are."""

    name: str
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class Group:
    """People of one kind; ``text`` stands instead of names where the reader does not learn them."""

    label: str
    people: tuple[Person, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Point:
    """One line of what the assessment says."""

    label: str
    text: str


LEADING = (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR)
ORDER = (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF, State.DECIDED)
PATHS = {
    Basis.SYSTEM: (State.DRAFT, State.SUBMITTED, State.DECIDED),
    Basis.REVIEWER: (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.SIGN_OFF, State.DECIDED),
    Basis.REVIEWERS: (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.SIGN_OFF, State.DECIDED),
    Basis.BOARD: ORDER,
}


def track(head: Head) -> tuple[Place, ...]:
    """The states of this case's path with what is behind, now and ahead; the path is known once it is scored."""
    case, now = head.submission, head.state
    path = PATHS[Basis(head.working.path)] if head.working is not None else ORDER
    if case.deliberation_opened_at is not None:
        path = ORDER
    if now is State.RETURNED:
        return (
            Place(State.DRAFT, "done"),
            Place(State.SUBMITTED, "done"),
            Place(State.RETURNED, "now"),
            *(Place(state, "later") for state in ORDER[1:]),
        )
    if now is State.WITHDRAWN:
        passed = (State.DRAFT, State.SUBMITTED) if case.submitted_at else (State.DRAFT,)
        return (*(Place(state, "done") for state in passed), Place(State.WITHDRAWN, "now"))
    if now not in path:
        path = ORDER
    here = path.index(now)
    marks = ["done"] * here + ["now"] + ["later"] * (len(path) - here - 1)
    return tuple(Place(state, mark) for state, mark in zip(path, marks, strict=True))


def people(head: Head, sight: Sight) -> tuple[Group, ...]:
    """Who takes part. Authors learn their own names and the committee's; a reviewer before filing no reviewers."""
    case = head.submission
    authors = case.contributors.all()
    writers = tuple(Person(row.name, row.unit) for row in authors)
    accounts = {row.user_id: row.name for row in authors if row.user_id is not None}
    groups = [Group(_("Authors"), writers)]
    if sight.as_author:
        return (*groups, Group(_("Board"), text=case.committee.name))
    runs = Q(role__in=[CommitteeRole.COORDINATOR, CommitteeRole.CHAIR], user__is_active=True)
    rows = Membership.objects.filter(runs | Q(user__in=accounts), committee=case.committee_id, until_at=None)
    board = list(rows.select_related("user").order_by("pk"))
    today = case.committee.day_of(head.now)
    held = {role: [row.user for row in board if row.role == role and row.user.is_active] for role in LEADING}
    acts = {role: acting(case, role) if sight.board else held[role] for role in LEADING}
    away = away_between([person.pk for people in acts.values() for person in people], today, today)
    for role, label in ((CommitteeRole.COORDINATOR, _("Coordinator")), (CommitteeRole.CHAIR, _("Chair"))):
        groups.append(_leading(label, acts[role], held[role], away))
    if sight.board and (joined := standing_in(case)):
        people = tuple(Person(person.display_name, role_words(role)) for role, person in joined)
        groups.append(Group(_("Stand in on this case"), people))
    if aside := _set_aside(accounts, board):
        groups.append(Group(_("Set aside as authors"), aside))
    if not sight.peers:
        return (*groups, Group(_("Reviewers"), text=_("You learn who else reviews once you have filed.")))
    groups.insert(2, _reviewers(head))
    stand_aside = Conflict.objects.in_force().filter(submission=case).values_list("user_id").distinct().count()
    if stand_aside:
        text = ngettext("%(n)d person stands aside", "%(n)d people stand aside", stand_aside) % {"n": stand_aside}
        groups.append(Group(_("Conflicts"), text=text))
    return tuple(groups)


def _leading(label: str, acts: Sequence[User], held: Sequence[User], away: Mapping[int, Absence]) -> Group:
    """Who acts in a role, and in whose place where its holders stand outside the case."""
    if held and not acts:
        return Group(label, text=_("Nobody may act now: whoever holds the role stands outside this case."))
    names = ", ".join(person.display_name for person in held)
    instead = ngettext(
        "instead of %(names)s, who stands outside this case",
        "instead of %(names)s, who stand outside this case",
        len(held),
    ) % {"names": names}
    found = []
    for person in acts:
        one = _on_duty(person, away.get(person.pk))
        notes = (instead if held and person not in held else "", one.note)
        found.append(replace(one, note="; ".join(filter(None, notes))))
    return Group(label, tuple(found))


def _on_duty(person: User, absence: Absence | None) -> Person:
    """Somebody with a duty on the case, and who stands in at work while they are away."""
    if absence is None:
        return Person(person.display_name)
    until = date_format(absence.until_date, "j M")
    if absence.stand_in is None:
        return Person(person.display_name, _("away until %(until)s") % {"until": until}, late=True)
    words = _("away until %(until)s; %(name)s stands in") % {"until": until, "name": absence.stand_in}
    return Person(person.display_name, words, late=True)


def _set_aside(accounts: Mapping[int, str], board: Sequence[Membership]) -> tuple[Person, ...]:
    """Who takes no part although they hold a role here, since the case names them as authors: the board must see it."""
    held: dict[int, list[str]] = {}
    for row in board:
        if row.user_id in accounts:
            held.setdefault(row.user_id, []).append(role_words(row.role))
    return tuple(Person(accounts[key], ", ".join(words)) for key, words in held.items())


def _reviewers(head: Head) -> Group:
    if not head.seats:
        return Group(_("Reviewers"), text=_("Nobody has been asked yet."))
    found = []
    for seat in head.seats:
        due = head.review_due(seat)
        is_late = due is not None and due < head.now and seat.status != AssignmentStatus.DONE
        words = {
            AssignmentStatus.DONE: _("filed"),
            AssignmentStatus.ACCEPTED: _("writes"),
            AssignmentStatus.OFFERED: _("asked, no answer yet"),
        }[AssignmentStatus(seat.status)]
        note = _("%(status)s, late") % {"status": words} if is_late else words
        found.append(Person(seat.reviewer.display_name, note, is_late))
    return Group(_("Reviewers"), tuple(found))


def points(head: Head, revision: Revision, sight: Sight) -> tuple[Point, ...]:
    """What the assessment says in a few lines; without levels, scores and drivers for who judges still alone."""
    assessment, tier, pack = head.numbers(sight), head.tier, head.pack
    if assessment is None or tier is None:
        return ()
    answers = questionnaire.effective(pack, revision.response.answers)
    chosen = [pack.question(pack.bindings.domains).label_of(key) for key in answers.get(pack.bindings.domains) or ()]
    areas = ", ".join(chosen) or _("None, said the authors")
    found = []
    if sight.scores:
        result = assessment.result
        ranked = sorted(result["domains"], key=lambda row: -row["score"])[:5]
        text = _("The score alone gives tier %(tier)d.") % {"tier": result["score_tier"]}
        fired = [pack.trigger(key) for key in result["triggers"]]
        if fired:
            floor = max(trigger.min_tier for trigger in fired)
            values = {
                "n": len(fired),
                "tier": floor,
                "reasons": "; ".join(trigger.reason for trigger in fired if trigger.min_tier == floor),
            }
            said = ngettext(
                "A trigger asks for at least tier %(tier)d: %(reasons)s.",
                "%(n)d triggers fired; at least tier %(tier)d because of: %(reasons)s.",
                len(fired),
            )
            text = f"{text} {said % values}"
        if tier.tier != tiers.final_tier(pack, result["score_tier"], result["triggers"]):
            text = f"{text} {_('The board works on it as tier %(tier)d.') % {'tier': tier.tier}}"
        scores = " \u00b7 ".join(f"{pack.domain(row['key']).label} {row['score']:.1f}" for row in ranked)
        taken = figure(round(100 * result["arithmetic"]["credit"], 1))
        found.append(Point(_("Decided by"), text))
        found.append(Point(_("Highest areas"), scores or areas))
        found.append(Point(_("Safeguards"), _("They take away %(share)s %% of the risk.") % {"share": taken}))
    else:
        found.append(Point(_("Areas"), areas))
        trips = [q for q in pack.questions if q.type == "tripwire" and answers.get(q.key) not in (None, "no")]
        words = "; ".join(f"{q.text} {q.label_of(answers[q.key])}." for q in trips)
        found.append(Point(_("Tripwires"), words or _("All answered no.")))
    ceilings = [pack.rung(part.kind, tier.ceiling(part.kind)).label for part in head.parts]
    found.append(Point(_("Ceiling"), ", ".join(dict.fromkeys(ceilings)) or _("None")))
    if sight.scores:
        count = len(assessment.result["legal_flags"])
        found.append(Point(_("Legal checklist"), ngettext("%(n)d entry", "%(n)d entries", count) % {"n": count}))
    return tuple(found)


@dataclass(frozen=True)
class OpenHold:
    """A hold and who clears it. ``reason`` is empty where the reader still judges alone."""

    role: str
    reason: str
    cleared_at: datetime | None
    public_id: str


def holds(head: Head, sight: Sight) -> tuple[OpenHold, ...]:
    """The holds of this revision."""
    return tuple(
        OpenHold(
            role_words(row.role),
            head.pack.trigger(row.trigger_key).reason if sight.scores else "",
            row.cleared_at,
            row.public_id,
        )
        for row in head.holds
    )


def artifacts(revision: Revision) -> list[Artifact]:
    """What a revision consists of."""
    return list(revision.artifacts.order_by("part", "name"))


def reviews_due(head: Head) -> datetime | None:
    """The nearest review date of the round; None while the clock is stopped or nobody writes."""
    moments = [head.review_due(seat) for seat in head.seats if seat.status != AssignmentStatus.DONE]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None


def case_revisions(submission: Submission, *, as_author: bool) -> list[Revision]:
    """The revisions of a case, newest first; others than its authors see frozen ones."""
    rows = submission.revisions.select_related("policy").order_by("-number")
    return list(rows if as_author else rows.filter(frozen_at__isnull=False))


@dataclass(frozen=True)
class PartCheck:
    """Whether a part that is to be released has a file or reference; a stray one belongs to no part."""

    text: str
    is_there: bool


def part_checks(pack: Pack, answers: Mapping[str, Any], found: Sequence[Artifact]) -> tuple[PartCheck, ...]:
    """One line a part that the answers name, and one for each part that only the files name."""
    wanted = questionnaire.parts(pack, answers)
    present = {artifact.part for artifact in found}
    texts = {
        "model": (_("The model has a file or reference"), _("The model has no file or reference yet")),
        "paper": (_("The paper has a file or reference"), _("The paper has no file or reference yet")),
    }
    rows = [PartCheck(texts[part][part not in present], part in present) for part in wanted]
    for part in sorted(present - set(wanted)) if wanted else ():
        text = _("A file belongs to the %(part)s, which your answers do not name") % {"part": part_words(part)}
        rows.append(PartCheck(text, is_there=False))
    return tuple(rows)
