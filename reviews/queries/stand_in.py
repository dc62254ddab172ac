"""Where the board of a case is short, who stands in, and who could."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from accounts.models import User
from reviews.access.committee import excluded, holders
from reviews.access.people import administers, visible_to
from reviews.models import Membership, StandIn, Submission
from reviews.queries.motion import Electorate, voter
from reviews.queries.round import working_tier
from reviews.rules import quorum
from reviews.rules.quorum import Lack
from reviews.rules.states import AWAY_FROM_BOARD, VOTING, CommitteeRole, State


@dataclass(frozen=True)
class Short:
    """What the board of a case lacks: people or seats for a vote, and roles in which no holder may act."""

    lacks: tuple[Lack, ...] = ()
    roles: tuple[CommitteeRole, ...] = ()

    @property
    def fillable(self) -> tuple[CommitteeRole, ...]:
        """The roles in which somebody could stand in."""
        voting = (CommitteeRole.MEMBER, CommitteeRole.EXTERNAL_MEMBER) if self.lacks else ()
        return (*voting, *self.roles)


def short(submission: Submission) -> Short:
    """Where conflicts leave the board short now; what the committee never had is not a matter of the case.

    Nothing is missing while the case is not before a board.
    """
    if State(submission.state) in AWAY_FROM_BOARD:
        return Short()
    return Short(lacking(submission), _without_holder(submission))


def lacking(submission: Submission, *joined: tuple[User, str]) -> tuple[Lack, ...]:
    """What keeps the eligible voters, with these, from any quorum, even if all of them voted."""
    revision = submission.revision
    assert revision is not None
    rule = revision.policy.pack.tier(working_tier(revision)).quorum
    if rule is None:
        return ()
    board = Electorate.of(revision, submission)
    people = {one.key: one for one in (*board.voters, *(voter(person, role) for person, role in joined))}
    return quorum.lacking(rule, people.values(), around=board.around)


def _without_holder(submission: Submission) -> tuple[CommitteeRole, ...]:
    """Of coordinator and chair, those that somebody holds and in which nobody may act but a deputy."""
    found = []
    for role in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR):
        held = Membership.objects.filter(
            committee=submission.committee_id, role=role, until_at=None, user__is_active=True
        )
        if not holders(submission, [role]) and held.exists():
            found.append(role)
    return tuple(found)


def of_case(submission: Submission) -> tuple[StandIn, ...]:
    """Everybody who stands in or did, who does now first."""
    rows = StandIn.objects.filter(submission=submission).select_related(
        "submission", "user", "appointed_by", "ended_by"
    )
    return tuple(rows.annotate(is_over=Count("ended_at")).order_by("is_over", "pk"))


def by_public_id(public_id: str) -> StandIn | None:
    """One of them; whoever asks must still be checked."""
    return StandIn.objects.select_related("submission", "user").filter(public_id=public_id).first()


def candidates(submission: Submission, by: User) -> list[User]:
    """Active people whom the reader sees, who neither vote on this case nor stand outside it; never the reader."""
    seen = visible_to(by, administers=administers(by)).filter(is_active=True)
    voting = [person.pk for person in holders(submission, VOTING)]
    return list(seen.exclude(pk__in=[by.pk, *voting, *excluded(submission)]).order_by("display_name", "pk"))
