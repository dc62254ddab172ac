"""The board of one case as facts: who may vote, who is excluded and why, and the ballots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from accounts.models import Absence, Expertise, User
from reviews.access.committee import excluded, standing_in
from reviews.models import Ballot, Decision, Membership, Motion, MotionCondition, Revision, StandIn, Submission
from reviews.queries.assessment import current as current_assessment
from reviews.queries.head import Head
from reviews.queries.round import working_tier
from reviews.rules import questionnaire, quorum, tiers
from reviews.rules.quorum import Around, Tally, Voter
from reviews.rules.states import VOTING, Basis, CommitteeRole, Outcome, Vote


def eligible(submission: Submission) -> tuple[Voter, ...]:
    """Who may vote now, with the expertise that seats ask for; a fixed number of queries.

    Who is away may vote, too; a ballot is counted without those who do not (``absent``).
    """
    out = excluded(submission)
    rows = Membership.objects.filter(
        committee=submission.committee_id, role__in=VOTING, until_at=None, user__is_active=True
    ).select_related("user")
    people: dict[int, tuple[User, str]] = {}
    for row in rows.order_by("pk"):
        is_external = row.role == CommitteeRole.EXTERNAL_MEMBER
        if row.user_id not in out and (row.user_id not in people or is_external):
            people[row.user_id] = (row.user, row.role)
    for role, user in standing_in(submission):
        is_external = role == CommitteeRole.EXTERNAL_MEMBER
        if role in VOTING and user.pk not in out and (user.pk not in people or is_external):
            people[user.pk] = (user, role)
    return _with_knowledge(people.values())


def voter(person: User, role: str) -> Voter:
    """Somebody as they would vote in a role."""
    return _with_knowledge([(person, role)])[0]


def _with_knowledge(people: Collection[tuple[User, str]]) -> tuple[Voter, ...]:
    known: dict[tuple[int, str], set[str]] = defaultdict(set)
    confirmed = Expertise.objects.for_seats().filter(user__in=[user.pk for user, _role in people])
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
        for user, role in people
    )


def snapshot(submission: Submission) -> dict[str, Any]:
    """Who may vote, and who is excluded and why, as a motion stores them when it is put. Identifiers only."""
    return _stored(submission, eligible(submission))


def counted(motion: Motion, submission: Submission, *, now: datetime) -> dict[str, Any]:
    """As ``snapshot`` for the decision that a ballot becomes: who was counted, and who was away and was not."""
    voters = eligible(submission)
    away = absent(motion, submission, voters, now=now)
    stored = _stored(submission, tuple(one for one in voters if one.key not in away))
    return {**stored, "absent": [voter.key for voter in voters if voter.key in away]}


def _stored(submission: Submission, voters: Iterable[Voter]) -> dict[str, Any]:
    return {
        "voters": [voter.key for voter in voters],
        "excluded": [{"person": key, "why": why} for key, why in set_aside(submission).items()],
    }


def absent(motion: Motion, submission: Submission, voters: Iterable[Voter], *, now: datetime) -> dict[str, Absence]:
    """Which of these voters a ballot is counted without, by public identifier: they are away, and have not voted.

    Their absence covers the committee's day of counting, which ends with the ballot, and was noted before the motion
    was put: nobody makes a quorum smaller once it is known what is voted on. Whoever votes while away is counted.
    """
    day = submission.committee.day_of(motion.closed_at or now)
    rows = Absence.objects.filter(
        user__public_id__in=[voter.key for voter in voters], noted_at__lt=motion.put_at
    ).exclude(user__in=motion.ballots.values("voter"))
    return {row.user.public_id: row for row in reversed(rows.within(day, day).select_related("user"))}


def set_aside(submission: Submission) -> dict[str, str]:
    """The voting members who are outside this case, by their public identifier, and why (one query)."""
    voting = Membership.objects.filter(committee=submission.committee_id, role__in=VOTING, until_at=None)
    members = {row.user_id: row.user.public_id for row in voting.select_related("user").order_by("pk")}
    members |= {person.pk: person.public_id for role, person in standing_in(submission) if role in VOTING}
    out = excluded(submission)
    return {key: out[pk] for pk, key in members.items() if pk in out}


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


@dataclass(frozen=True)
class Electorate:
    """Who is counted on a case now, and what decides which of the tier's seats each of them fills."""

    voters: tuple[Voter, ...]
    around: Around
    away: tuple[Voter, ...] = ()

    @classmethod
    def of(cls, revision: Revision, submission: Submission) -> Electorate:
        """Everybody who may vote as the case stands at this moment; a fixed number of queries."""
        return cls(eligible(submission), around(revision, submission))

    def without(self, keys: Collection[str]) -> Electorate:
        """The same where some of them are not counted because they are away."""
        voters = tuple(voter for voter in self.voters if voter.key not in keys)
        return replace(self, voters=voters, away=tuple(voter for voter in self.voters if voter.key in keys))


def tally(motion: Motion, submission: Submission, *, now: datetime) -> Tally:
    """The count of a motion's ballots at this moment, with the people who are eligible now and not ``absent``."""
    board = Electorate.of(motion.revision, submission)
    away = absent(motion, submission, board.voters, now=now)
    return _count(motion, board.without(away), _votes(motion))


def is_late(motion: Motion, submission: Submission, *, now: datetime) -> bool:
    """Whether the working days that the policy gives for voting are over; never while the clock is stopped."""
    due = Head(submission, now).duty_due("vote", motion.put_at)
    return due is not None and due < now


def recount(decision: Decision, submission: Submission) -> Tally:
    """The count of a decision's ballots without those of its voters who stand outside the case now.

    Everybody else who was counted still is, in the role that they held then, and nobody joins them: who was appointed,
    resigned or went away since changes nothing about a vote that is over. What they know and where they work is looked
    up as it is now.
    """
    out, at = excluded(submission), decision.finalised_at
    people = {one.pk: one for one in by_key(decision.board["voters"]).values() if one.pk not in out}
    then = {"role": CommitteeRole.EXTERNAL_MEMBER, "user__in": people}
    held = Membership.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at, **then)
    joined = StandIn.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), submission=submission, **then)
    external = set(held.filter(committee=submission.committee_id).values_list("user_id", flat=True))
    external.update(joined.values_list("user_id", flat=True))
    roles = [
        (one, CommitteeRole.EXTERNAL_MEMBER if key in external else CommitteeRole.MEMBER) for key, one in people.items()
    ]
    board = Electorate(_with_knowledge(roles), around(decision.revision, submission))
    return _count(decision.motion, board, _votes(decision.motion))


def _votes(motion: Motion) -> dict[str, str]:
    return dict(motion.ballots.values_list("voter__public_id", "vote"))


def _count(motion: Motion, board: Electorate, votes: Mapping[str, str]) -> Tally:
    revision = motion.revision
    tier = working_tier(revision)
    return quorum.tally(
        revision.policy.pack.tier(tier),
        board.voters,
        {public_id: Vote(vote) for public_id, vote in votes.items()},
        above_ceiling=is_above_ceiling(motion, tier, revision),
        around=board.around,
        away=board.away,
    )


def leading_domain(revision: Revision) -> str:
    """The hazard domain whose experts the board of this revision needs; empty where none is named."""
    return _leading(revision, _scores(revision))


def around(revision: Revision, submission: Submission) -> Around:
    """What decides which seats a voter fills: the domains that the ruling assessment scored, and the authors' units."""
    scores = _scores(revision)
    return Around(_leading(revision, scores), frozenset(scores), author_units(submission))


def _scores(revision: Revision) -> dict[str, float]:
    return {row["key"]: row["score"] for row in current_assessment(revision).result["domains"]}


def _leading(revision: Revision, scores: Mapping[str, float]) -> str:
    pack = revision.policy.pack
    return tiers.leading_domain(pack, scores, questionnaire.effective(pack, revision.response.answers))


def open_motion(revision: Revision) -> Motion | None:
    """The motion that is being voted on, if there is one."""
    return revision.motions.filter(status="open").first()


@dataclass(frozen=True)
class VoterRow:
    """One who may vote, the seats of the tier that they fill, how they voted so far, and whether they are counted."""

    person: User
    role: str
    seats: tuple[str, ...]
    ballot: Ballot | None
    stands_in: bool = False
    is_counted: bool = True


@dataclass(frozen=True)
class Sheet:
    """A motion with its ballot, for those who see the board."""

    motion: Motion
    count: Tally
    rows: tuple[VoterRow, ...]
    not_counted: tuple[Ballot, ...]
    excluded: tuple[tuple[User, str], ...]


def sheet(motion: Motion, submission: Submission, *, now: datetime) -> Sheet:
    """Everybody who may vote now and what they said, those whose vote no longer counts, and who is excluded."""
    ballots = {row.voter.public_id: row for row in motion.ballots.select_related("voter")}
    board = Electorate.of(motion.revision, submission)
    away = absent(motion, submission, board.voters, now=now)
    count = _count(motion, board.without(away), {key: row.vote for key, row in ballots.items()})
    outside = set_aside(submission)
    people = by_key([*(voter.key for voter in board.voters), *outside])
    wanted = [seat.key for seat in count.seats]
    joined = {person.public_id for role, person in standing_in(submission) if role in VOTING}
    rows = tuple(
        VoterRow(
            people[voter.key],
            voter.role,
            tuple(key for key in wanted if quorum.has_seat(voter, key, board.around)),
            ballots.get(voter.key),
            voter.key in joined,
            voter.key not in away,
        )
        for voter in board.voters
    )
    votes = {voter.key for voter in board.voters}
    return Sheet(
        motion=motion,
        count=count,
        rows=rows,
        not_counted=tuple(row for key, row in ballots.items() if key not in votes),
        excluded=tuple((people[key], why) for key, why in outside.items()),
    )


def by_key(keys: Iterable[str]) -> dict[str, User]:
    """People by their public identifier, as boards and decisions store them; one query."""
    return {person.public_id: person for person in User.objects.filter(public_id__in=set(keys))}


def closed(submission: Submission) -> list[Motion]:
    """The motions whose ballot is over, the newest first, with all that a line about each needs."""
    rows = Motion.objects.filter(revision__submission=submission, basis=Basis.BOARD).exclude(status="open")
    found = rows.select_related("revision__policy", "put_by").prefetch_related("parts", "ballots__voter", _terms())
    return list(found.order_by("-revision__number", "-number"))


def by_public_id(public_id: str) -> Motion | None:
    """One motion with what its pages need; whoever asks must still be checked."""
    rows = Motion.objects.select_related("revision__submission", "revision__policy", "put_by")
    return rows.prefetch_related("parts", _terms()).filter(public_id=public_id).first()


def _terms() -> Prefetch[str]:
    return Prefetch("conditions", MotionCondition.objects.select_related("owner"))
