"""Whether a committee has the people that its policy asks for: tier by tier, and role by role.

Facts in, findings out. Conflicts and absences are matters of a case; here everybody counts who holds a role now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reviews.rules.pack import Pack, Tier
from reviews.rules.quorum import quorum_needed
from reviews.rules.seating import SKILLED
from reviews.rules.states import VOTING, CommitteeRole
from reviews.rules.tiers import SYSTEM

# The deputy acts where there is nobody else, or nobody else may.
STOOD_IN = frozenset({CommitteeRole.CHAIR, CommitteeRole.COORDINATOR})


@dataclass(frozen=True)
class Person:
    """Somebody who holds roles in the committee now."""

    key: str
    roles: frozenset[str]
    unit: str = ""
    domains: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Need:
    """What one tier asks for and how much of it is there. ``lacking`` names hazard domains without enough experts."""

    kind: str
    needed: int
    here: int
    lacking: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether there is enough for every case."""
        return self.is_reached and not self.lacking

    @property
    def is_reached(self) -> bool:
        """Whether there is enough for some case: only where a domain is lacking there is not."""
        return self.here >= self.needed


@dataclass(frozen=True)
class Gap:
    """A role that nobody holds, and where the policy needs it: holds that it clears, tiers that it signs or assents to.

    ``covered``: a deputy stands in.
    """

    role: str
    holds: int
    signs: tuple[int, ...]
    assents: tuple[int, ...]
    covered: bool


def needs(pack: Pack, people: Iterable[Person]) -> tuple[tuple[Tier, tuple[Need, ...]], ...]:
    """For each tier that people decide, everything that it asks of the committee."""
    everybody = tuple(people)
    return tuple((tier, _needs_of(pack, tier, everybody)) for tier in pack.tiers if tier.path != SYSTEM)


def _needs_of(pack: Pack, tier: Tier, people: Sequence[Person]) -> tuple[Need, ...]:
    reviewers = [person for person in people if CommitteeRole.REVIEWER in person.roles]
    voters = [person for person in people if person.roles & VOTING]
    found = [Need("reviewers", tier.reviewers, len(reviewers))]
    if tier.external_reviewers:
        found.append(Need("external_reviewers", tier.external_reviewers, _external(reviewers)))
    for seat, number in Counter(tier.expertise).items():
        found += _seat(pack, f"reviewers_{seat}", seat, number, reviewers)
    if tier.quorum is not None:
        found.append(Need("voters", quorum_needed(tier.quorum, len(voters)), len(voters)))
        for seat, number in tier.quorum.seats.items():
            found += _seat(pack, f"voters_{seat}", seat, number, voters)
    found += [Need(f"signs_{role}", 1, len(_acting(people, role))) for role in tier.sign_off]
    if all(need.met for need in found if need.kind.startswith("signs_")) and len(tier.sign_off) > 1:
        found.append(Need("signatories", len(tier.sign_off), _filled(people, tier.sign_off)))
    return tuple(found)


def _external(people: Iterable[Person]) -> int:
    return sum(CommitteeRole.EXTERNAL_MEMBER in person.roles for person in people)


def _seat(pack: Pack, kind: str, seat: str, number: int, people: Sequence[Person]) -> list[Need]:
    """A seat of the pack's ``seat_rules`` against everybody who may fill it; those that anybody fills need no word."""
    if seat == "expert_top_domain":
        lacking = [d.key for d in pack.domains if sum(d.key in person.domains for person in people) < number]
        return [Need(kind, number, min(number, len(people)), tuple(lacking))]
    if seat == "external":
        return [Need(kind, number, _external(people))]
    if seat == "outside_unit":
        units = Counter(person.unit for person in people if person.unit)
        return [Need(kind, number, units.total() - max(units.values(), default=0))]
    if seat in SKILLED:
        return [Need(kind, number, sum(bool(person.skills & SKILLED[seat]) for person in people))]
    return []


def _acting(people: Iterable[Person], role: str) -> list[Person]:
    wanted = {role, CommitteeRole.DEPUTY_CHAIR} if role in STOOD_IN else {role}
    return [person for person in people if person.roles & wanted]


def _filled(people: Sequence[Person], seats: Sequence[str]) -> int:
    """How many seats can be filled when nobody fills two: the largest matching."""
    taken: dict[str, int] = {}

    def place(seat: int, tried: set[str]) -> bool:
        for person in _acting(people, seats[seat]):
            if person.key in tried:
                continue
            tried.add(person.key)
            if person.key not in taken or place(taken[person.key], tried):
                taken[person.key] = seat
                return True
        return False

    return sum(place(seat, set()) for seat in range(len(seats)))


def most_asked(pack: Pack, seat: str) -> int:
    """How many seats of a kind a tier asks for at most, of those that people decide."""
    return max((tier.expertise.count(seat) for tier in pack.tiers if tier.path != SYSTEM), default=0)


def gaps(pack: Pack, people: Iterable[Person]) -> tuple[Gap, ...]:
    """Roles that the pack names, and the reviewers' membership, which nobody holds; in the order of the vocabulary."""
    held = frozenset[str]().union(*(person.roles for person in people))
    named = {*pack.roles, CommitteeRole.REVIEWER}
    return tuple(
        Gap(
            role=role,
            holds=sum(trigger.hold == role for trigger in pack.triggers),
            signs=tuple(tier.tier for tier in pack.tiers if role in tier.sign_off),
            assents=tuple(t.tier for t in pack.tiers if t.override is not None and role in t.override.also),
            covered=role in STOOD_IN and CommitteeRole.DEPUTY_CHAIR in held,
        )
        for role in CommitteeRole
        if role in named and role not in held
    )


def without(people: Iterable[Person], key: str, role: str) -> tuple[Person, ...]:
    """The same people once one of them gave up a role."""
    return tuple(replace(one, roles=one.roles - {role}) if one.key == key else one for one in people)


def uncovered_without(people: Iterable[Person], key: str, role: str) -> tuple[str, ...]:
    """Of coordinator and chair, those in which nobody could act any more once this person gave up this role."""
    before = tuple(people)
    after = without(before, key, role)
    known = unled(before)
    return tuple(acted for acted in unled(after) if acted not in known)


def unled(people: Iterable[Person]) -> tuple[str, ...]:
    """Of coordinator and chair, those in which nobody acts."""
    everybody = tuple(people)
    return tuple(str(role) for role in CommitteeRole if role in STOOD_IN and not _acting(everybody, role))


__all__ = ["Gap", "Need", "Person", "gaps", "most_asked", "needs", "uncovered_without", "unled", "without"]
