"""The board of one case as facts: who may vote, who is excluded and why, and the ballots."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from accounts.models import Expertise, User
from reviews.access.committee import excluded
from reviews.models import Membership, Motion, Revision, Submission
from reviews.queries.assessment import current as current_assessment
from reviews.rules import questionnaire, quorum, tiers
from reviews.rules.quorum import Tally, Voter
from reviews.rules.states import VOTING, CommitteeRole, Outcome, Vote


def eligible(submission: Submission) -> tuple[Voter, ...]:
    """The eligible voters now with the expertise that seats ask for; a fixed number of queries."""
    out = excluded(submission)
    rows = Membership.objects.filter(
        committee=submission.committee_id, role__in=VOTING, until_at=None, user__is_active=True
    ).select_related("user")
    people: dict[int, tuple[User, str]] = {}
    for row in rows.order_by("pk"):
        is_external = row.role == CommitteeRole.EXTERNAL_MEMBER
        if row.user_id not in out and (row.user_id not in people or is_external):
            people[row.user_id] = (row.user, row.role)
    known: dict[tuple[int, str], set[str]] = defaultdict(set)
    confirmed = Expertise.objects.filter(user__in=people, confirmed_at__isnull=False)
    for user_id, kind, key in confirmed.values_list("user_id", "kind", "key"):
        known[user_id, kind].add(key)
    return tuple(
        Voter(
            key=user.public_id,
            role=role,
            unit=user.unit,
            domains=frozenset(known[user.pk, "domain"]),
            skills=frozenset(known[user.pk, "skill"]),
        )
        for user, role in people.values()
    )


def snapshot(submission: Submission) -> dict[str, Any]:
    """Voters, and who is excluded and why, as a motion and a decision store them. Identifiers only."""
    voting = Membership.objects.filter(committee=submission.committee_id, role__in=VOTING, until_at=None)
    members = {row.user_id: row.user.public_id for row in voting.select_related("user").order_by("pk")}
    out = excluded(submission)
    return {
        "voters": [voter.key for voter in eligible(submission)],
        "excluded": [{"person": key, "why": out[pk]} for pk, key in members.items() if pk in out],
    }


def author_units(submission: Submission) -> frozenset[str]:
    """The organisation units of everybody who wrote the case."""
    units = {submission.created_by.unit}
    for contributor in submission.contributors.select_related("user"):
        units.add(contributor.unit)
        if contributor.user is not None:
            units.add(contributor.user.unit)
    return frozenset(unit for unit in units if unit)


def is_above_ceiling(motion: Motion, tier: int, revision: Revision) -> bool:
    """Whether any part of a motion releases more than the tier allows by default."""
    pack = revision.policy.pack
    return any(
        part.outcome != Outcome.WITHHELD and tiers.is_above_ceiling(pack, tier, part.kind, part.rung)
        for part in motion.parts.all()
    )


def tally(motion: Motion, submission: Submission) -> Tally:
    """The count of a motion's ballots at this moment, with the people who are eligible now."""
    revision = motion.revision
    pack = revision.policy.pack
    assessment = current_assessment(revision)
    ballots = {public_id: Vote(vote) for public_id, vote in motion.ballots.values_list("voter__public_id", "vote")}
    return quorum.tally(
        pack.tier(assessment.tier),
        eligible(submission),
        ballots,
        above_ceiling=is_above_ceiling(motion, assessment.tier, revision),
        top_domain=leading_domain(revision),
        author_units=author_units(submission),
    )


def leading_domain(revision: Revision) -> str:
    """The hazard domain whose experts the board of this revision needs; empty where none is named."""
    pack = revision.policy.pack
    scores = {row["key"]: row["score"] for row in current_assessment(revision).result["domains"]}
    return tiers.leading_domain(pack, scores, questionnaire.effective(pack, revision.response.answers))


def open_motion(revision: Revision) -> Motion | None:
    """The motion that is being voted on, if there is one."""
    return revision.motions.filter(status="open").first()
