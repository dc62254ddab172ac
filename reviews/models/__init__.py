"""Rows: fields, constraints, row filters, and questions that a row can answer about itself alone."""

from reviews.models.appeal import Appeal, AppealJudge, AppealOpinion
from reviews.models.assignment import Assignment
from reviews.models.comment import Comment, Mention
from reviews.models.committee import ClosureDay, Committee, Membership
from reviews.models.condition import Condition, ConditionProof
from reviews.models.conflict import Conflict, Objection
from reviews.models.decision import Decision, DecisionPart, SignOff
from reviews.models.deliberation import Inquiry
from reviews.models.evidence import Evidence, Hold
from reviews.models.legal_flag import LegalFlag
from reviews.models.letter import Letter, LetterNote, LetterTemplate
from reviews.models.meeting import AgendaItem, Attendance, Meeting, Minutes, MinutesPart
from reviews.models.motion import Ballot, Motion, MotionCondition, MotionPart
from reviews.models.policy import Adoption, PolicyDraft, PolicyVersion, ReplayBatch, ReplayRun
from reviews.models.questionnaire import AnswerChange, Assessment, Proof, Response, TierProposal
from reviews.models.referral import Referral
from reviews.models.release import ReleasePlan, Stage
from reviews.models.reopening import Reopening
from reviews.models.restriction import Restriction, RestrictionVote
from reviews.models.review import Review, ReviewEvidence, ReviewFinding, ReviewPart
from reviews.models.sample import SampleFinding
from reviews.models.stand_in import StandIn
from reviews.models.submission import Artifact, Board, Contributor, Part, Pause, Revision, Submission
from reviews.models.tie import Tie
from reviews.models.transfer import Transfer

__all__ = [
    "Adoption",
    "AgendaItem",
    "AnswerChange",
    "Appeal",
    "AppealJudge",
    "AppealOpinion",
    "Artifact",
    "Assessment",
    "Assignment",
    "Attendance",
    "Ballot",
    "Board",
    "ClosureDay",
    "Comment",
    "Committee",
    "Condition",
    "ConditionProof",
    "Conflict",
    "Contributor",
    "Decision",
    "DecisionPart",
    "Evidence",
    "Hold",
    "Inquiry",
    "LegalFlag",
    "Letter",
    "LetterNote",
    "LetterTemplate",
    "Meeting",
    "Membership",
    "Mention",
    "Minutes",
    "MinutesPart",
    "Motion",
    "MotionCondition",
    "MotionPart",
    "Objection",
    "Part",
    "Pause",
    "PolicyDraft",
    "PolicyVersion",
    "Proof",
    "Referral",
    "ReleasePlan",
    "Reopening",
    "ReplayBatch",
    "ReplayRun",
    "Response",
    "Restriction",
    "RestrictionVote",
    "Review",
    "ReviewEvidence",
    "ReviewFinding",
    "ReviewPart",
    "Revision",
    "SampleFinding",
    "SignOff",
    "Stage",
    "StandIn",
    "Submission",
    "Tie",
    "TierProposal",
    "Transfer",
]
