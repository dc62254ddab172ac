"""Appeals as facts: whether one can be filed and until when, who could hear it, and what the judges' votes come to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from reviews.access.appeal import judges
from reviews.access.committee import excluded, holders
from reviews.models import Appeal, Ballot, Decision, Membership, Motion, Review, SignOff, Submission
from reviews.queries import clearance, deadline, record, ties
from reviews.rules import appeal as rules
from reviews.rules.appeal import Count, Hearing, Opinion, Status
from reviews.rules.deadlines import last_moment
from reviews.rules.pack_process import Appeal as Rule
from reviews.rules.states import VOTING, CommitteeRole, State


@dataclass(frozen=True)
class Filing:
    """Whether a decision can be appealed now: until when, and the code of what keeps it."""

    decision: Decision | None
    rule: Rule | None
    file_by: datetime | None
    code: str


def rule_of(decision: Decision) -> Rule:
    """The rules for appeals of the policy that the decision was taken under."""
    return decision.revision.policy.pack.decision.appeal


def filing(submission: Submission, *, now: datetime) -> Filing:
    """What holds for an appeal against the decision that rules."""
    rows = clearance.ruling().defer(None).filter(submission=submission).select_related("revision__policy")
    found = rows.prefetch_related("parts", "conditions").first()
    if found is None or found.effective_at is None:
        return Filing(None, None, None, "not_in_force")
    rule, calendar = rule_of(found), deadline.calendar(submission.committee)
    until = last_moment(calendar, found.effective_at, business_days=rule.file_within_business_days)
    if found.record:  # What was signed holds, also where the calendar would take a day of it back.
        until = max(until, datetime.fromisoformat(record.of(found, submission)["appeal"]["until"]))
    parts = [(part.outcome, part.requested_rung, part.granted_rung) for part in found.parts.all()]
    statuses = list(Appeal.objects.filter(revision=found.revision_id).values_list("status", flat=True))
    facts = rules.Facts(
        is_in_force=State(submission.state) is State.DECIDED,
        is_open=Status.OPEN in statuses,
        falls_short=rules.falls_short(parts, conditions=len(found.conditions.all())),
        before=len(statuses),
        file_by=until,
    )
    return Filing(found, rule, until, rules.why_not(facts, rule, now=now))


def heard_by(submission: Submission) -> frozenset[int]:
    """The keys of everybody who was seated or appointed for an open appeal, whether or not they hear it still."""
    rows = Appeal.objects.open().filter(submission=submission, judges__isnull=False)
    return frozenset(rows.values_list("judges__user", flat=True))


def decide_by(submission: Submission, rule: Rule, *, now: datetime) -> datetime:
    """Until when an appeal that is filed now should be decided."""
    return last_moment(deadline.calendar(submission.committee), now, business_days=rule.decide_within_business_days)


def had_part(submission: Submission) -> frozenset[int]:
    """Who ruled on the version that was decided, by key: whoever reviewed it, moved, voted, closed a ballot or signed,
    also in what came to nothing. They judge no appeal against it.
    """
    decision = clearance.ruling().filter(submission=submission).first()
    if decision is None:
        return frozenset()
    revision = decision.revision_id
    reviews = Review.objects.filter(assignment__revision=revision, filed_at__isnull=False)
    first, *others = (
        Motion.objects.filter(revision=revision).order_by().values_list("put_by"),
        Ballot.objects.filter(motion__revision=revision).order_by().values_list("voter"),
        Decision.objects.filter(revision=revision).order_by().values_list("finalised_by"),
        SignOff.objects.filter(decision__revision=revision).order_by().values_list("signed_by"),
        reviews.order_by().values_list("assignment__reviewer"),
    )
    return frozenset(key for (key,) in first.union(*others) if key is not None)


def members(submission: Submission) -> list[User]:
    """The voting members of the case who had no part in its decision."""
    out = had_part(submission)
    return [person for person in holders(submission, VOTING) if person.pk not in out]


def hearing(decision: Decision, people: Collection[User]) -> Hearing:
    """Who hears an appeal against it, where these members had no part in it."""
    tier = decision.revision.policy.pack.tier(decision.tier)
    return rules.hearing(rule_of(decision), tier, members=len(people))


def appointing_role(rule: Rule) -> CommitteeRole:
    """Whose holder appoints judges; where a policy names no panel, the head of research."""
    return CommitteeRole(rule.panel.appointed_by) if rule.panel is not None else CommitteeRole.HEAD_OF_RESEARCH


def newest(submission: Submission) -> Appeal | None:
    """The appeal that was filed last on the case, whatever became of it."""
    rows = Appeal.objects.filter(submission=submission).order_by("-pk")
    return _whole(rows).first()


def by_public_id(public_id: str) -> Appeal | None:
    """One appeal with its case; whoever asks must still be checked."""
    return _whole(Appeal.objects.filter(public_id=public_id)).first()


def _whole(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    found = rows.select_related("submission", "decision__revision__policy", "revision", "filed_by")
    return found.prefetch_related("judges__user", "judges__appointed_by", "opinions__judge")


def count(appeal: Appeal, submission: Submission) -> Count:
    """What the judges' votes come to now."""
    people = [person.public_id for person in judges(submission, appeal)]
    said = {key: Opinion(word) for key, word in appeal.opinions.values_list("judge__public_id", "opinion")}
    return rules.count(people, said, rule_of(appeal.decision), size=appeal.size)


def why_no_judge(person: User, appeal: Appeal, submission: Submission, by: User, *, now: datetime) -> str:
    """The code of what keeps somebody from hearing an appeal as one of those appointed; empty where nothing does."""
    return why_no_judges([person], appeal, submission, by, now=now)[person.pk]


def why_no_judges(
    people: Collection[User], appeal: Appeal, submission: Submission, by: User, *, now: datetime
) -> dict[int, str]:
    """As ``why_no_judge`` for several people, by key, in a fixed number of queries.

    Codes: ``oneself``, ``inactive``, ``judges_already``, ``prior_ruling``, ``conflict``, ``tie``, ``of_committee``.
    """
    keys = {person.pk for person in people}
    barred = ties.barred([submission], {submission.pk: keys}, now)[submission.pk]
    out, part = excluded(submission), had_part(submission)
    here = Membership.objects.filter(committee=submission.committee_id, until_at=None, user__in=keys)
    ours = set(here.values_list("user_id", flat=True))
    seated = set(appeal.judges.values_list("user_id", flat=True))
    found = {}
    for person in people:
        reasons = (
            ("oneself", person.pk == by.pk),
            ("inactive", not person.is_active),
            ("judges_already", person.pk in seated),
            ("prior_ruling", person.pk in part),
            ("conflict", person.pk in out),
            (barred.get(person.pk, ""), person.pk in barred),
            ("of_committee", person.pk in ours),
        )
        found[person.pk] = next((code for code, holds in reasons if holds), "")
    return found


def outsiders(submission: Submission) -> list[User]:
    """Active people who serve on other committees and not on this one, in the order of their names."""
    rows = Membership.objects.filter(until_at=None)
    here = rows.filter(committee=submission.committee_id).values("user")
    elsewhere = rows.exclude(committee=submission.committee_id).values("user")
    people = User.objects.filter(pk__in=elsewhere, is_active=True).exclude(pk__in=here)
    return list(people.order_by("display_name", "pk"))
