"""The closed vocabularies of the field: states, outcomes, statuses, roles. Words only; no rule stands here."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands. Holds, appeals and staleness are records beside the state."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    DELIBERATION = "deliberation"
    SIGN_OFF = "sign_off"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


TERMINAL = frozenset({State.DECIDED, State.WITHDRAWN})
# The board has nothing to do on such a case.
AWAY_FROM_BOARD = TERMINAL | {State.DRAFT, State.RETURNED}
ROUND_CLOSED = frozenset({State.DELIBERATION, State.SIGN_OFF, State.DECIDED})
ROUND_OPEN = frozenset({State.SUBMITTED, State.IN_REVIEW})
TIER_OPEN = ROUND_OPEN | {State.DELIBERATION}
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


class PartKind(StrEnum):
    """A case releases a model, a paper, or both; each part has its own ladder and outcome."""

    MODEL = "model"
    PAPER = "paper"


class Outcome(StrEnum):
    """What a board grants for one part."""

    FULL = "full"
    STAGED = "staged"
    WITHHELD = "withheld"


class CommitteeRole(StrEnum):
    """The pack's roles, and the reviewers' membership, which no pack needs to name."""

    MEMBER = "member"
    EXTERNAL_MEMBER = "external_member"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    LEGAL_OFFICER = "legal_officer"
    BIOSECURITY_OFFICER = "biosecurity_officer"
    SECURITY_OFFICER = "security_officer"
    EXPORT_OFFICER = "export_officer"
    HEAD_OF_RESEARCH = "head_of_research"
    EXECUTIVE = "executive"


VOTING = frozenset({CommitteeRole.MEMBER, CommitteeRole.EXTERNAL_MEMBER})
OFFICERS = frozenset(
    {
        CommitteeRole.LEGAL_OFFICER,
        CommitteeRole.BIOSECURITY_OFFICER,
        CommitteeRole.SECURITY_OFFICER,
        CommitteeRole.EXPORT_OFFICER,
    }
)
SECOND_PERSON = VOTING | OFFICERS | {CommitteeRole.DEPUTY_CHAIR}
RUNNING = frozenset({CommitteeRole.COORDINATOR, CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR})
# The roles in which somebody can stand in on one case.
STOOD_FOR = VOTING | {CommitteeRole.COORDINATOR, CommitteeRole.CHAIR}


class AssignmentStatus(StrEnum):
    """From the offer to the filed review, or one of the ways in which a seat becomes free again."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"
    RECUSED = "recused"
    LAPSED = "lapsed"
    REPLACED = "replaced"


LIVE_ASSIGNMENT = frozenset({AssignmentStatus.OFFERED, AssignmentStatus.ACCEPTED})
SEATED_ASSIGNMENT = LIVE_ASSIGNMENT | {AssignmentStatus.DONE}
# Whoever gave a seat of a case back is not asked for it again; after the others only a new revision asks anew. Who
# stepped aside is kept off by the conflict, as long as it stands.
FINAL_ASSIGNMENT = frozenset({AssignmentStatus.DECLINED})
TAKEN_ASSIGNMENT = SEATED_ASSIGNMENT - {AssignmentStatus.OFFERED}


class Recommendation(StrEnum):
    """What a reviewer advises. At tier 1 a reviewer may clear or escalate, never withhold."""

    CLEAR = "clear"
    ESCALATE = "escalate"
    JUDGE = "judge"


class Sufficiency(StrEnum):
    """What a reviewer says of one required type of evidence."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not_enough"
    CANNOT_JUDGE = "cannot_judge"


class Vote(StrEnum):
    """A ballot. Abstentions count in the quorum, not among the votes cast."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class MotionStatus(StrEnum):
    """A motion is open until its ballot is closed or its mover takes it back."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class MotionKind(StrEnum):
    """A motion decides, or returns the case to its authors; the latter yields no decision record."""

    DECIDE = "decide"
    RETURN = "return"


class Audience(StrEnum):
    """Who reads a message: the board, the board and its reviewers, or the authors as well."""

    BOARD = "board"
    REVIEWERS = "reviewers"
    AUTHORS = "authors"


class Basis(StrEnum):
    """On whose judgement a decision rests; the pack's ``path`` of the tier."""

    SYSTEM = "system"
    REVIEWER = "reviewer"
    REVIEWERS = "reviewers"
    BOARD = "board"


class Finding(StrEnum):
    """What a second body found about a case that was referred to it."""

    NO_OBJECTION = "no_objection"
    CONDITIONS = "conditions"
    OBJECTION = "objection"
    NOT_COMPETENT = "not_competent"


class Reopened(StrEnum):
    """Why a case that was decided or withdrawn is opened again."""

    AMENDMENT = "amendment"
    RE_REVIEW = "re_review"
    APPEAL = "appeal"
    RESUMED = "resumed"


class RequestStatus(StrEnum):
    """A request is open until somebody else answers it, its own side takes it back, or another one opens the case."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


class Sampled(StrEnum):
    """What looking at a sampled release of the lowest tier came to."""

    AS_DECLARED = "as_declared"
    UNDERSTATED = "understated"


# Who sits in the meetings of a committee: those who vote, and those who run it.
ATTENDING = RUNNING | VOTING


class MeetingStatus(StrEnum):
    """A meeting is planned until it is over or cancelled."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """Whether somebody who was asked to a meeting came."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
