"""A committee with everybody that a case can need, put together by the real actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from accounts.actions import confirm_expertise, grant
from accounts.models import Expertise, OrganisationRole, User
from reviews.actions.committee import appoint, close_days, found
from reviews.actions.policy import adopt, approve, publish, stand_for
from reviews.models import Adoption, Committee, PolicyVersion
from reviews.rules.states import CommitteeRole
from tests.factories.people import UserFactory
from tests.factories.people import administrator as administrators
from tests.factories.remembered import remembered

PACK = Path(__file__).parents[2] / "reviews/policies/default-dual-use.yaml"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OFFICERS = (
    CommitteeRole.LEGAL_OFFICER,
    CommitteeRole.BIOSECURITY_OFFICER,
    CommitteeRole.SECURITY_OFFICER,
    CommitteeRole.EXPORT_OFFICER,
    CommitteeRole.HEAD_OF_RESEARCH,
    CommitteeRole.EXECUTIVE,
)
CLOSED = date(2026, 12, 31)
DOMAINS = ("cbrn", "cyber", "manipulation", "surveillance", "sexual_abuse", "bias")


@dataclass
class Board:
    """The people of one committee by what they do there."""

    committee: Committee
    administrator: User
    chair: User
    deputy: User
    coordinator: User
    members: list[User]
    externals: list[User]
    reviewers: list[User]
    officers: dict[str, User] = field(default_factory=dict)
    leader: User | None = None
    auditor: User | None = None

    @property
    def voters(self) -> list[User]:
        """Everybody who votes."""
        return [*self.members, *self.externals]


@remembered
def board(name: str = "Board", *, members: int = 5, externals: int = 2, reviewers: int = 5) -> Board:
    """A whole board. Members know every domain that the tests use; reviewers are other people than voters."""
    administrator = administrators(display_name="Administrator")
    policy = publish(text=PACK.read_text(encoding="utf-8"), by=None, now=START)
    committee = found(name=name, time_zone="Europe/Berlin", by=administrator, now=START)
    close_days(committee=committee, first=CLOSED, last=CLOSED, by=administrator, now=START)
    committee = adopt(committee=committee, version=policy, by=administrator, now=START).committee
    made = Board(
        committee,
        administrator,
        chair=UserFactory(display_name="Chair"),
        deputy=UserFactory(display_name="Deputy"),
        coordinator=UserFactory(display_name="Coordinator"),
        members=[UserFactory(display_name=f"Member {n}") for n in range(members)],
        externals=[UserFactory(display_name=f"External {n}") for n in range(externals)],
        reviewers=[UserFactory(display_name=f"Reviewer {n}") for n in range(reviewers)],
        officers={str(role): UserFactory(display_name=role.replace("_", " ").capitalize()) for role in OFFICERS},
        leader=UserFactory(display_name="Leader"),
        auditor=UserFactory(display_name="Auditor"),
    )
    roles: list[tuple[User, CommitteeRole]] = [
        (made.chair, CommitteeRole.CHAIR),
        (made.deputy, CommitteeRole.DEPUTY_CHAIR),
        (made.coordinator, CommitteeRole.COORDINATOR),
        *((person, CommitteeRole.MEMBER) for person in made.members),
        *((person, CommitteeRole.EXTERNAL_MEMBER) for person in made.externals),
        *((person, CommitteeRole.REVIEWER) for person in made.reviewers),
        *((person, CommitteeRole(role)) for role, person in made.officers.items()),
    ]
    for person, role in roles:
        appoint(committee=committee, user=person, role=role, by=administrator, now=START)
    for person in made.voters[:3]:
        for domain in DOMAINS:
            confirm_expertise(user=person, kind=Expertise.Kind.DOMAIN, key=domain, by=administrator, now=START)
    assert made.leader is not None
    assert made.auditor is not None
    grant(user=made.leader, role=OrganisationRole.Role.LEADERSHIP, by=administrator, now=START)
    grant(user=made.auditor, role=OrganisationRole.Role.AUDITOR, by=administrator, now=START)
    return made


def put_in_force(text: str, made: Board, now: datetime) -> PolicyVersion:
    """Publish a later version from the command line and have two administrators put it in force."""
    version = publish(text=text, by=None, now=now)
    proposal = Adoption.objects.get(committee=made.committee, version=version, approved_at=None)
    stand_for(adoption=proposal, by=made.administrator, now=now)
    approve(adoption=proposal, by=administrators(display_name="Second administrator"), now=now)
    made.committee.refresh_from_db()
    return version
