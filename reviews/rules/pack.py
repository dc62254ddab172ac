"""The nouns of a policy pack as frozen data: what a committee has decided to ask, score and demand.

Nothing here reads a file or judges a case; ``policy`` reads packs, the other rules apply them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from reviews.rules.conditions import Condition
from reviews.rules.pack_process import (
    REMINDED_LIKE,
    Appeal,
    ConflictType,
    Decision,
    Panel,
    QuorumRule,
    Reminder,
    ShareRule,
    Step,
    Tier,
)

__all__ = [
    "PARTS",
    "Appeal",
    "Bindings",
    "Breadth",
    "CardField",
    "CardMap",
    "ConflictType",
    "Decision",
    "Domain",
    "EvidenceType",
    "HelperInput",
    "LegalFlag",
    "Option",
    "Pack",
    "Panel",
    "Part",
    "Question",
    "QuorumRule",
    "Reminder",
    "Rung",
    "Scoring",
    "Section",
    "ShareRule",
    "Step",
    "Threshold",
    "Tier",
    "Trigger",
]

Part = Literal["model", "paper"]
PARTS: tuple[Part, ...] = ("model", "paper")


@dataclass(frozen=True)
class Bindings:
    """Which question holds what the program itself must know. No other question key is known to it."""

    kind: str
    summary: str
    model_rung: str
    paper_rung: str
    domains: str
    compute: str

    def rung(self, part: str) -> str:
        """The question that holds the requested rung of a part."""
        return self.model_rung if part == "model" else self.paper_rung


@dataclass(frozen=True)
class Domain:
    """A hazard domain; ``severity`` says how bad its worst credible outcome is (4 is worst)."""

    key: str
    label: str
    severity: int
    definition: str


@dataclass(frozen=True)
class Section:
    """A page of the questionnaire."""

    key: str
    order: int
    title: str


@dataclass(frozen=True)
class Option:
    """One possible answer. ``credit`` None with ``has_credit`` means: this safeguard cannot apply and is left out.

    ``proof`` is what the pack says about showing it ("none", "asked", "required"); empty where it says nothing.
    """

    value: str | int
    label: str
    credit: float | None = None
    has_credit: bool = False
    proof: str = ""


@dataclass(frozen=True)
class HelperInput:
    """A number from which another answer can be computed."""

    key: str
    type: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question. ``role`` says what its answer does: score, trip, set the rung, or only inform."""

    key: str
    section: str
    type: str
    required: bool
    text: str
    help: str = ""
    examples: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    show_if: Condition | None = None
    required_if: Condition | None = None
    allow_empty: bool = False
    feeds: tuple[str, ...] = ()
    helper_inputs: tuple[HelperInput, ...] = ()
    role: str = "context"
    domain: str = ""
    factor: str = ""
    weight: float = 0.0

    @cached_property
    def values(self) -> tuple[str | int, ...]:
        """The values that can be chosen."""
        return tuple(option.value for option in self.options)

    @cached_property
    def _options(self) -> dict[str | int, Option]:
        return {option.value: option for option in reversed(self.options)}

    def option(self, value: object) -> Option | None:
        """The option of that value; None when it cannot be chosen. Equal is not enough: ``True`` is no 1."""
        found = self._options.get(value) if isinstance(value, str | int) else None
        return found if found is not None and type(found.value) is type(value) else None

    def label_of(self, value: object) -> str:
        """The words of an option; the bare value for one that the pack no longer has."""
        option = self.option(value)
        return option.label if option else str(value)


@dataclass(frozen=True)
class Rung:
    """One access level. ``reversibility`` 0 is fully recallable, 4 cannot be undone."""

    value: str
    order: int
    label: str
    reversibility: int
    min_reach: int
    irreversible: bool
    weights: bool
    mitigation_cap: float


@dataclass(frozen=True)
class Breadth:
    """What each further domain adds."""

    per_domain: float
    counts_when_score_at_least: float
    max_bonus: float


@dataclass(frozen=True)
class Threshold:
    """The score at which a tier starts."""

    tier: int
    start: float


@dataclass(frozen=True)
class Scoring:
    """Every number of the scoring rule, and the rule itself in words (``steps``; ``aggregation`` for reviewers)."""

    version: int
    steps: tuple[str, ...]
    missing_answers: tuple[str, ...]
    ease_base: float
    ease_divisor: float
    uplift_factor: tuple[float, ...]
    reversibility_factor: tuple[float, ...]
    reach_factor: tuple[float, ...]
    breadth: Breadth
    score_cap_by_severity: Mapping[int, float]
    max_tier_reduction_by_mitigation: int
    provisional_value_for_missing_scale: int
    round_to: int
    thresholds: tuple[Threshold, ...]
    severity_max_steps: int = 0
    severity_needs_reason: bool = True
    aggregation: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """Sets a minimum tier whatever the score; ``hold`` names the role that must clear it before any release."""

    key: str
    min_tier: int
    hold: str | None
    opens_incident: bool
    reason: str
    when: Condition


@dataclass(frozen=True)
class EvidenceType:
    """A kind of proof that a tier can ask for, where its condition holds."""

    key: str
    label: str
    when: Condition | None = None


@dataclass(frozen=True)
class LegalFlag:
    """A law that may apply. Never changes the score."""

    key: str
    label: str
    when: Condition
    duty: str
    deadline: str
    deadline_days: int | None
    status: str
    enabled: bool


@dataclass(frozen=True)
class CardField:
    """A field of a model card and the question (or amount) that it answers; ``values`` turns its words into options."""

    field: str
    question: str
    values: Mapping[str, tuple[str | int, ...]]


@dataclass(frozen=True)
class CardMap:
    """What a policy makes of a model card; ``evidence`` names, by section of a card, the types that want it."""

    fields: tuple[CardField, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pack:
    """One policy, read and checked. All texts are in one language; questions stand in the order they are asked."""

    id: str
    version: str
    title: str
    applies_to: tuple[str, ...]
    roles: tuple[str, ...]
    bindings: Bindings
    domains: tuple[Domain, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    ladders: Mapping[str, tuple[Rung, ...]]
    scoring: Scoring
    triggers: tuple[Trigger, ...]
    tiers: tuple[Tier, ...]
    seat_rules: Mapping[str, str]
    decision: Decision
    reminders: tuple[Reminder, ...]
    evidence_types: tuple[EvidenceType, ...]
    legal_flags: tuple[LegalFlag, ...]
    model_card: CardMap = CardMap()

    @cached_property
    def _index(self) -> dict[tuple[str, Any], Any]:
        index: dict[tuple[str, Any], Any] = {("tier", t.tier): t for t in self.tiers}
        index |= {("reminder", r.duty): r for r in self.reminders}
        index |= {(part, rung.value): rung for part, ladder in self.ladders.items() for rung in ladder}
        keyed: dict[str, tuple[Any, ...]] = {
            "question": self.questions,
            "domain": self.domains,
            "section": self.sections,
            "trigger": self.triggers,
            "conflict": self.decision.conflict_types,
            "evidence": self.evidence_types,
            "flag": self.legal_flags,
        }
        return index | {(kind, thing.key): thing for kind, things in keyed.items() for thing in things}

    @cached_property
    def _by_role(self) -> dict[str, tuple[Question, ...]]:
        return {role: tuple(q for q in self.questions if q.role == role) for role in {q.role for q in self.questions}}

    @cached_property
    def _by_type(self) -> dict[str, tuple[Question, ...]]:
        return {kind: tuple(q for q in self.questions if q.type == kind) for kind in {q.type for q in self.questions}}

    def of_role(self, role: str) -> tuple[Question, ...]:
        """The questions whose answers do one thing, in the order they are asked."""
        return self._by_role.get(role, ())

    def of_type(self, kind: str) -> tuple[Question, ...]:
        """The questions of one type, in the order they are asked."""
        return self._by_type.get(kind, ())

    def tier(self, number: int) -> Tier:
        """The tier of that number. This and the look-ups below raise ``KeyError`` for what the pack does not have."""
        found: Tier = self._index["tier", number]
        return found

    def question(self, key: str) -> Question:
        """The question of that key."""
        found: Question = self._index["question", key]
        return found

    def section(self, key: str) -> Section:
        """The section of that key."""
        found: Section = self._index["section", key]
        return found

    def section_questions(self, section_key: str) -> tuple[Question, ...]:
        """The questions of one section, in the order they are asked."""
        return tuple(q for q in self.questions if q.section == section_key)

    def ladder(self, part: str) -> tuple[Rung, ...]:
        """The rungs of a part, lowest first."""
        return self.ladders[part]

    def rung(self, part: str, value: str) -> Rung:
        """One rung of a part's ladder."""
        found: Rung = self._index[part, value]
        return found

    def domain(self, key: str) -> Domain:
        """The hazard domain of that key."""
        found: Domain = self._index["domain", key]
        return found

    def trigger(self, key: str) -> Trigger:
        """The hard trigger of that key."""
        found: Trigger = self._index["trigger", key]
        return found

    def conflict_type(self, key: str) -> ConflictType:
        """The conflict type of that key."""
        found: ConflictType = self._index["conflict", key]
        return found

    def evidence_type(self, key: str) -> EvidenceType:
        """The evidence type of that key."""
        found: EvidenceType = self._index["evidence", key]
        return found

    def legal_flag(self, key: str) -> LegalFlag:
        """The legal flag of that key."""
        found: LegalFlag = self._index["flag", key]
        return found

    def reminder(self, duty: str) -> Reminder:
        """The reminder ladder of a duty; one that a pack may leave out is reminded of like another one."""
        own = self._index.get(("reminder", duty))
        found: Reminder = own or self._index["reminder", REMINDED_LIKE.get(duty, duty)]
        return found
