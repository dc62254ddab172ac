"""Making, repeating and ending offers to reviewers. No permission is checked here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit import log
from reviews.access.committee import excluded, holders
from reviews.actions import _transition
from reviews.models import Assignment, Revision, Submission
from reviews.notices import assignment as notices
from reviews.queries import proposal, ties
from reviews.queries.conflict import suspected
from reviews.queries.round import working_tier
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.matching_facts import Bar, bar
from reviews.rules.matching_seats import opening
from reviews.rules.states import (
    LIVE_ASSIGNMENT,
    SEATED_ASSIGNMENT,
    AssignmentStatus,
    CommitteeRole,
    State,
)
from reviews.rules.workflow import Actor

MAX_DAYS = 90
FULL = gettext_noop("This person has as many open reviews as they take.")
ABSENT = gettext_noop("This person is away while the review would run.")
FEWER = gettext_noop("%(case)s has fewer open seats by now than this page showed. Look at the proposal again.")
GAVE_BACK = gettext_noop("This person was asked before and did not keep the seat. Ask them by hand, if at all.")
CONFLICT = gettext_noop("This person has a conflict of interest with the case, which goes on without them.")
SUSPECTED = gettext_noop(
    "There may be a tie between this person and the authors. Press “Look for ties now” on the page of conflicts, settle"
    " what it finds, then ask again."
)


@dataclass(frozen=True)
class Ask:
    """One seat that is to be offered on the current revision of a locked case."""

    submission: Submission
    reviewer: User
    days: int


def offer_seats(asks: Sequence[Ask], *, by: User, now: datetime) -> list[Assignment]:
    """Offer many seats on cases whose boards were read together; each is refused for what ``offer_seat`` refuses, for
    a desk that is full as far as ``by`` may know, for an absence while it would run, and for an offer of the case that
    was not taken; all are where a case has fewer seats open than are offered. With a first offer a case is in review.
    Raises ``RuleBroken`` or ``Stale``."""
    cases = {ask.submission.pk: ask.submission for ask in asks}
    longest = {key: max(ask.days for ask in asks if ask.submission.pk == key) for key in cases}
    facts = proposal.standing(list(cases.values()), now, viewer=by, days=longest)
    people = {person.key: person for person in facts.people}
    standing = {case.key: case for case in facts.cases}
    load = Counter({key: person.load for key, person in people.items()})
    seated = {(case.key, key) for case in facts.cases for key in case.seated}
    wanted = {key: [ask.reviewer.pk for ask in asks if ask.submission.pk == key] for key in cases}
    barred = ties.barred(list(cases.values()), wanted, now)
    rows, events = [], []
    for ask in asks:
        case, person = ask.submission, ask.reviewer
        here, key = standing[case.reference], person.public_id
        try:
            check_days(ask.days)
            _check_may_sit(
                person,
                why=barred[case.pk].get(person.pk),
                reviews_here=person in holders(case, [CommitteeRole.REVIEWER]),
                is_seated=(case.reference, key) in seated,
            )
            if key in here.barred:
                raise RuleBroken(_(GAVE_BACK), code="gave_back")
            if bar(here, people[key]) == Bar.ABSENT:
                raise RuleBroken(_(ABSENT), code="absent")
            if load[key] >= person.load_cap:
                raise RuleBroken(_(FULL), code="full")
        except RuleBroken as refused:
            said = {"case": case.reference, "name": person, "why": refused.text}
            raise RuleBroken(_("%(case)s, %(name)s: %(why)s") % said, code=refused.code) from None
        seated.add((case.reference, key))
        load[key] += 1
        row = Assignment(
            submission=case, revision=case.revision, reviewer=person, offered_at=now, offered_by=by,
            review_days=ask.days,
        )  # fmt: skip
        rows.append(row)
        events.append(_transition.new(case, "assignment.offered", by=by, now=now, **_facts(row)))
    for case in cases.values():
        if len(wanted[case.pk]) > opening(standing[case.reference], people).open:
            raise Stale(_(FEWER) % {"case": case.reference}, code="stale")
    Assignment.objects.bulk_create(rows)
    waiting = {ask.submission.pk: ask.submission for ask in asks if ask.submission.state == State.SUBMITTED}
    events += _transition.apply_all(waiting.values(), "start_review", actor=Actor.COORDINATOR, by=by, now=now)
    log.record_all(events)
    notices.offered_together(rows, now=now)
    return rows


def check_days(days: int) -> None:
    """A review takes some working days. Raises ``RuleBroken``."""
    if not 1 <= days <= MAX_DAYS:
        raise RuleBroken(
            _("Give between 1 and %(most)d working days.") % {"most": MAX_DAYS}, code="days", field="review_days"
        )


def offer_seat(
    submission: Submission, revision: Revision, reviewer: User, *, days: int, by: User | None, now: datetime,
    instead_of: Assignment | None = None,
) -> Assignment:  # fmt: skip
    """Offer a seat to somebody who may hold it. Raises ``RuleBroken``.

    The person reviews for this committee, is active, has no conflict, and has no seat on this revision yet. Nothing
    that is suspected of them waits to be settled, and the facts of this moment show no tie that is not settled.
    """
    _check_may_sit(
        reviewer,
        why=ties.barred([submission], {submission.pk: [reviewer.pk]}, now)[submission.pk].get(reviewer.pk),
        reviews_here=reviewer.memberships.filter(
            committee=submission.committee_id, role=CommitteeRole.REVIEWER, until_at=None
        ).exists(),
        is_seated=Assignment.objects.filter(
            revision=revision, reviewer=reviewer, status__in=SEATED_ASSIGNMENT
        ).exists(),
    )
    assignment = Assignment.objects.create(
        submission=submission, revision=revision, reviewer=reviewer, offered_at=now, offered_by=by, review_days=days
    )
    before = {"instead_of": instead_of.public_id} if instead_of is not None else {}
    _transition.note(submission, "assignment.offered", by=by, now=now, **_facts(assignment), **before)
    notices.offered(assignment, now=now)
    return assignment


def _check_may_sit(reviewer: User, *, why: str | None, reviews_here: bool, is_seated: bool) -> None:
    check_no_tie(why, field="reviewer")
    if not reviews_here or not reviewer.is_active:
        raise RuleBroken(_("This person does not review for this committee."), code="no_reviewer", field="reviewer")
    if is_seated:
        raise RuleBroken(_("This person has a seat on this revision already."), code="seated", field="reviewer")


def _facts(assignment: Assignment) -> dict[str, str | int]:
    """What the record keeps of an offer."""
    return {
        "assignment": assignment.public_id,
        "reviewer": assignment.reviewer.public_id,
        "revision": assignment.revision.number,
        "review_days": assignment.review_days,
    }


def check_no_tie(why: str | None, *, field: str) -> None:
    """``why`` as ``queries.ties.barred`` says it. Raises ``RuleBroken``."""
    if why is not None:
        raise RuleBroken(_(CONFLICT if why == "conflict" else SUSPECTED), code=why, field=field)


def ask_again(submission: Submission, revision: Revision, *, now: datetime) -> None:
    """On resubmission those who reviewed the revision before are asked again, and the review starts by itself."""
    days = revision.policy.pack.tier(working_tier(revision)).sla_business_days
    before = Assignment.objects.filter(submission=submission, revision__number=revision.number - 1)
    seated = before.filter(status__in=[*SEATED_ASSIGNMENT, AssignmentStatus.LAPSED], no_conflict_at__isnull=False)
    out = {*excluded(submission), *suspected(submission)}
    offered = 0
    for row in seated.select_related("reviewer").order_by("pk"):
        person = row.reviewer
        reviews_here = person.memberships.filter(
            committee=submission.committee_id, role=CommitteeRole.REVIEWER, until_at=None
        )
        if person.pk in out or not person.is_active or not reviews_here.exists():
            continue
        offer_seat(submission, revision, person, days=days, by=None, now=now)
        offered += 1
    if offered:
        start_review(submission, actor=Actor.SYSTEM, by=None, now=now)


def start_review(submission: Submission, *, actor: Actor, by: User | None, now: datetime) -> None:
    """With the first offer the case is in review."""
    if submission.state == State.SUBMITTED:
        _transition.apply(submission, "start_review", actor=actor, by=by, now=now)


def lapse_live(submission: Submission, *, now: datetime) -> list[str]:
    """Seats that were not finished end with their revision, and their reviewers hear of it; the seats' identifiers."""
    live = Assignment.objects.filter(submission=submission, status__in=LIVE_ASSIGNMENT)
    ended = list(live.select_related("reviewer").order_by("pk"))
    live.end(AssignmentStatus.LAPSED, now)
    for row in ended:
        notices.lapsed(row, submission, now=now)
    return [row.public_id for row in ended]
