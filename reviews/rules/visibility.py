"""Need to know: how much of a case a person sees, and in which capacity.

The only place where blindness is decided. Queries gather the facts, templates print what they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Each level contains the ones before it.

    SUMMARY: reference, label, tier, state, age, outcome, stage. RECORD: also the decision record and the audit
    trail. CASE: also title, contributors, assessment, evidence list. MATERIAL: also files, answers, reviews.
    """

    NONE = 0
    SUMMARY = 1
    RECORD = 2
    CASE = 3
    MATERIAL = 4


# What a reviewer judges alone before seeing what the authors made of it: their levels, and how far safeguards go.
OWN_JUDGEMENT = frozenset({"enablement", "modifier", "mitigation", "decision_input"})


class Referred(IntEnum):
    """How much a reader learns of a question to a second body. Each contains the ones before it.

    FACT: that it was asked, whom, and when. FINDING: also what the body found. TEXTS: also question and answer.
    """

    FACT = 1
    FINDING = 2
    TEXTS = 3


@dataclass(frozen=True)
class Relation:
    """What one person is to one case at one moment."""

    is_author: bool = False
    is_conflicted: bool = False
    runs_committee: bool = False
    is_voter: bool = False
    is_leadership: bool = False
    is_auditor: bool = False
    is_offered: bool = False
    is_reviewer: bool = False
    has_unfiled_review: bool = False
    holds_open_seat: bool = False
    held_seat: bool = False


@dataclass(frozen=True)
class CaseFacts:
    """What of the case itself matters for sight."""

    was_submitted: bool
    deliberation_opened: bool
    round_closed: bool


@dataclass(frozen=True)
class Sight:
    """The answer. ``as_author`` marks the authors' side: never who reviewed or voted.

    ``scores``: what the policy made of the answers. ``peers``: who reviews, and how far. ``reviews``: what they wrote.
    ``board``: motions and ballots, for those who vote, run the committee or sign.
    """

    level: Level = Level.NONE
    as_author: bool = False
    scores: bool = False
    peers: bool = False
    reviews: bool = False
    board: bool = False


def sight(person: Relation, case: CaseFacts) -> Sight:
    """How far this person sees into this case.

    Authors see their own case and nothing of the board. Conflicted and recused people see only what they see as
    author. Offered reviewers see the basics; accepted ones the material, without the authors' own levels and
    scores until they have filed, and no ballot: who only reviews does not watch others vote. Voting members see
    nothing until deliberation opens. Leadership sees summaries, auditors the record.
    """
    if person.is_author:
        return Sight(Level.MATERIAL, as_author=True, scores=case.was_submitted)
    if person.is_conflicted or not case.was_submitted:
        return Sight()
    level = _level(person, case)
    if level < Level.CASE:
        return Sight(level)
    judges_blind = person.has_unfiled_review and not case.round_closed
    return Sight(
        level,
        scores=not judges_blind,
        peers=not judges_blind,
        reviews=case.round_closed and level >= Level.MATERIAL,
        board=not judges_blind and (person.runs_committee or person.holds_open_seat or _votes(person, case)),
    )


def _votes(person: Relation, case: CaseFacts) -> bool:
    return person.is_voter and case.deliberation_opened


def _level(person: Relation, case: CaseFacts) -> Level:
    inside = person.runs_committee or person.is_reviewer or person.holds_open_seat
    if inside or _votes(person, case):
        return Level.MATERIAL
    if person.is_auditor or person.held_seat:
        return Level.RECORD
    if person.is_leadership or person.is_offered:
        return Level.SUMMARY
    return Level.NONE


def referred(seen: Sight) -> Referred:
    """How much of a referral somebody inside the case reads.

    Board and reviewers read everything, authors the finding, and who still judges alone only that somebody was asked.
    """
    if seen.as_author:
        return Referred.FINDING
    return Referred.TEXTS if seen.peers else Referred.FACT


def sees_count(seen: Sight, *, is_decided: bool) -> bool:
    """Whether somebody sees what the reviewers' answers did to the numbers, who moved what apart.

    Those who read reviews do, and the authors once the board has decided; until then the authors' own numbers stand
    beside the tier that rules.
    """
    return seen.reviews or (seen.as_author and is_decided)


def is_authors_level(role: str, question_type: str) -> bool:
    """Whether an answer is a level that the authors gave themselves; hidden from a reviewer who has not filed."""
    return role in OWN_JUDGEMENT or question_type == "scale_0_4"
