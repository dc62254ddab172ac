"""Cases in any state, brought there by the real actions and never by setting ``state``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import yaml

from accounts.actions import confirm_expertise
from accounts.models import Expertise, User
from reviews.actions import (
    appeal,
    artifact,
    assessment,
    assignment,
    comment,
    condition,
    conflict,
    decision,
    deliberation,
    evidence,
    legal_flag,
    letter,
    motion,
    proof,
    questionnaire,
    referral,
    reopening,
    restriction,
    review,
    sample,
    stand_in,
    submission,
    transfer,
)
from reviews.actions.motion import Proposal, Term
from reviews.actions.policy import adopt, approve, publish
from reviews.models import (
    Appeal,
    Assessment,
    Assignment,
    Comment,
    Committee,
    Condition,
    ConditionProof,
    Conflict,
    Decision,
    Evidence,
    Hold,
    Inquiry,
    LegalFlag,
    LetterNote,
    LetterTemplate,
    Motion,
    Proof,
    Referral,
    Reopening,
    Restriction,
    Review,
    Revision,
    SampleFinding,
    StandIn,
    Submission,
    TierProposal,
)
from reviews.models.blobs import Blob
from reviews.queries.assignment import chosen_domains as domains
from reviews.queries.comment import About
from reviews.queries.submission import manifest_of
from reviews.rules import judgement
from reviews.rules import questionnaire as rules
from reviews.rules.appeal import Opinion
from reviews.rules.findings import Findings
from reviews.rules.judgement import Judgement
from reviews.rules.letter import DEFAULT
from reviews.rules.states import Audience, Finding, Outcome, PartKind, Recommendation, Sampled, State, Vote
from tests.factories.committee import DOMAINS, PACK, START, Board, board
from tests.factories.people import UserFactory
from tests.factories.people import administrator as administrators
from tests.factories.remembered import remembered

EXAMPLES = PACK.parents[2] / "tests/rules/data/examples.yaml"
TEXTS = {"artifact_summary": "A plain summary of the work.", "misuse_scenarios": "Two scenarios, kept general."}
MINIMAL = {
    "artifact_type": "paper", "paper_release_requested": "full_text", "modality": ["text"], "jurisdictions": ["eu"],
    "sponsors": ["internal"], "human_subjects": "no", "hazard_domains": [],
    **{f"trip_{key}": "no" for key in (
        "agents", "experiment", "detail", "csam", "threshold", "vulnerability", "export", "contract", "prohibited",
        "leak",
    )},
}  # fmt: skip
NEW_QUESTION = """  - key: contact_at_night
    section: profile
    type: text
    required: true
    text: Who can be asked at any hour?
    scoring: {role: context}
"""
# One case of examples.yaml for each tier; tier 0 is the minimal paper.
BY_TIER = {1: "bert_2018", 2: "llama_2023", 3: "criminality_from_face_2020", 4: "megasyn_2022"}


@cache
def _examples() -> dict[str, dict[str, Any]]:
    read = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["cases"]
    return {case["key"]: case["answers"] for case in read}


def example_answers(key: str) -> dict[str, Any]:
    """The answers of one historical case, with the texts that the file leaves out."""
    return {**deepcopy(_examples()[key]), **TEXTS}


def answers_for(tier: int) -> dict[str, Any]:
    """Complete answers that yield a tier."""
    return {**MINIMAL, **TEXTS} if tier == 0 else example_answers(BY_TIER[tier])


@dataclass
class Case:
    """One case on its way, with the people around it. ``now`` moves an hour with each step."""

    submission: Submission
    author: User
    board: Board
    now: datetime = START
    reviewers: list[User] = field(default_factory=list)

    def later(self, **delta: float) -> datetime:
        """Let time pass (an hour unless told) and return the new moment."""
        self.now += timedelta(**(delta or {"hours": 1}))
        return self.now

    def again(self) -> Submission:
        """The case as the database has it now."""
        self.submission = Submission.objects.select_related("committee__policy", "revision__policy", "created_by").get(
            pk=self.submission.pk
        )
        return self.submission

    @property
    def version(self) -> int:
        """The version that a form shown now would carry."""
        return self._now("version")

    @property
    def description_version(self) -> int:
        """The version that the form of the basics would carry."""
        return self._now("description_version")

    def _now(self, field: str) -> int:
        number: int = Submission.objects.values_list(field, flat=True).get(pk=self.submission.pk)
        return number

    @property
    def manifest(self) -> str:
        """What the page of attestation would be about."""
        case = self.again()
        return manifest_of(case.revision, case)


@remembered
def draft(
    made: Board | None = None, *, author: User | None = None, answers: Mapping[str, Any] | None = None, tier: int = 2,
    label: str = "Text model",
) -> Case:  # fmt: skip
    """A complete draft that only needs its attestation."""
    made = made or board()
    author = author or UserFactory(display_name="Author One")
    committee: Committee = made.committee
    started = submission.start(
        committee=committee, title=f"Title of {label}", label=label, contributors=[], by=author, now=START
    )
    case = Case(started, author, made)
    given = dict(answers if answers is not None else answers_for(tier))
    questionnaire.save_answers(
        submission=case.again(), answers=given, cleared=frozenset(), version=0, by=author, now=case.later()
    )
    pack = case.again().revision.policy.pack
    for part in rules.parts(pack, given):
        artifact.add_reference(
            submission=case.submission, part=PartKind(part), name=f"{part}.bin", location=f"https://example.org/{part}",
            size_bytes=1000, sha256=hashlib.sha256(part.encode()).hexdigest(), by=author, now=case.later(),
        )  # fmt: skip
    return case


def prove(case: Case, question: str = "mit_redteam", *, location: str = "Report 7 of the red team") -> Proof:
    """The author says where the proof of an answer lies."""
    return proof.add(
        submission=case.submission, question=question, name=location, location=location, by=case.author,
        now=case.later(),
    )  # fmt: skip


def submit(case: Case) -> Case:
    """The author attests and submits."""
    submission.submit(
        submission=case.submission, attested_name=case.author.display_name, manifest=case.manifest,
        version=case.version, by=case.author, now=case.later(),
    )  # fmt: skip
    case.again()
    return case


def offer(case: Case, reviewer: User, *, days: int = 10) -> Assignment:
    """The coordinator offers a seat."""
    made = assignment.offer(
        submission=case.submission, reviewer=reviewer, review_days=days, version=case.version,
        by=case.board.coordinator, now=case.later(),
    )  # fmt: skip
    case.again()
    return made


def accept(case: Case, made: Assignment) -> Review:
    """The reviewer accepts without conflict."""
    assignment.accept(assignment=made, no_conflict=True, by=made.reviewer, now=case.later())
    return Review.objects.get(assignment=made)


def findings(case: Case, *, outcome: Outcome = Outcome.FULL, rung: str = "", clear: bool | None = None) -> Findings:
    """A whole review; at tier 1 one that clears."""
    revision = case.again().revision
    allowed = review.recommendations(revision)
    said = Recommendation.JUDGE
    if Recommendation.CLEAR in allowed:
        said = Recommendation.ESCALATE if clear is False else Recommendation.CLEAR
    verdict = {} if said is not Recommendation.JUDGE else {
        part.kind: (str(outcome), rung or part.requested_rung) for part in revision.parts.all()
    }  # fmt: skip
    return Findings(
        recommendation=str(said), findings="What was found, in plain words.", confidence="high", verdict=verdict,
        judgement=like_the_authors(case), evidence={row.type_key: ("enough", "") for row in revision.evidence.all()},
    )  # fmt: skip


def like_the_authors(case: Case, **changed: Any) -> Judgement:
    """A reviewer's own answers that are the authors', but for what is changed; so the tier stays what it was."""
    revision = case.again().revision
    pack, given = revision.policy.pack, rules.effective(revision.policy.pack, revision.response.answers)
    asked = judgement.asked(pack, given, Judgement())
    return Judgement(
        answers={question.key: given[question.key] for question in asked if question.key in given} | changed
    )


def file_review(case: Case, made: Review, content: Findings | None = None) -> Review:
    """The reviewer files."""
    made.refresh_from_db()
    return review.file(
        review=made, content=content or findings(case), version=made.version, by=made.assignment.reviewer,
        now=case.later(),
    )  # fmt: skip


def save_review(case: Case) -> Review:
    """The first reviewer keeps a draft with something in each of its parts."""
    made = Review.objects.filter(assignment__submission=case.submission, filed_at=None).earliest("pk")
    chosen = domains(case.submission.revision)
    content = replace(findings(case), domains={chosen[0].key: "What was found in this area."} if chosen else {})
    return review.save_draft(
        review=made, content=content, version=made.version, by=made.assignment.reviewer, now=case.later()
    )


def correct_review(case: Case, made: Review, content: Findings | None = None, reason: str = "A slip.") -> Review:
    """The reviewer puts another version in place of the filed one."""
    return review.correct(
        review=made, content=content or replace(findings(case), findings="What was found, put right."), reason=reason,
        version=made.number, by=made.assignment.reviewer, now=case.later(),
    )  # fmt: skip


def seat_reviewers(case: Case, count: int | None = None) -> list[Review]:
    """As many accepted seats as the tier asks for."""
    revision = case.again().revision
    wanted = count or revision.policy.pack.tier(revision.assessments.last().tier).reviewers
    return [accept(case, offer(case, person)) for person in case.board.reviewers[:wanted]]


def propose_tier(case: Case, tier: int, reason: str = "The numbers miss the point.") -> TierProposal:
    """The chair proposes another tier."""
    return assessment.propose_tier(
        submission=case.submission, tier=tier, reason=reason, version=case.version, by=case.board.chair,
        now=case.later(),
    )  # fmt: skip


def confirm_tier(case: Case, row: TierProposal) -> Assessment:
    """The deputy brings it into force."""
    return assessment.confirm_tier(proposal=row, version=case.version, by=case.board.deputy, now=case.later())


def settle_evidence(case: Case) -> None:
    """The authors give everything that is still asked."""
    for row in Evidence.objects.filter(revision=case.again().revision, given_at=None, waived_at=None):
        evidence.give(evidence=row, text="Here it is.", by=case.author, now=case.later())


def clear_holds(case: Case) -> None:
    """The officers clear what is held."""
    for row in Hold.objects.filter(revision=case.again().revision, cleared_at=None):
        by = case.board.chair if row.role == "chair" else case.board.officers[row.role]
        evidence.clear_hold(hold=row, text="Checked.", by=by, now=case.later())


def put(
    case: Case, *, outcome: Outcome = Outcome.WITHHELD, rung: str = "", first_rung: str = "",
    conditions: Sequence[str | Term] = (), by: User | None = None,
) -> Motion:  # fmt: skip
    """A member (or somebody else) puts a motion with one outcome for all parts."""
    parts = case.again().revision.parts.all()
    return motion.put(
        submission=case.submission,
        proposals=[Proposal(PartKind(part.kind), outcome, rung, first_rung) for part in parts],
        conditions=[Term(one) if isinstance(one, str) else one for one in conditions], rationale="The reasons.",
        override_reason="Needed here.",
        version=case.version, by=by or case.board.members[-1], now=case.later(),
    )  # fmt: skip


def ask(case: Case) -> Inquiry:
    """The coordinator asks the authors."""
    return deliberation.ask(
        submission=case.submission, text="Which data was used?", by=case.board.coordinator, now=case.later()
    )


def ask_outside(case: Case, person: User) -> Inquiry:
    """The coordinator asks somebody who stands aside."""
    return deliberation.ask_outside(
        submission=case.submission, person=person, text="What do you know of it?", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip


def write(
    case: Case, audience: Audience = Audience.BOARD, *, text: str = "What do you make of it?",
    about: About | None = None, mentions: Sequence[User] = (), by: User | None = None,
) -> Comment:  # fmt: skip
    """The coordinator, or somebody else, begins a thread."""
    return comment.write(
        submission=case.submission, text=text, audience=audience, about=about or About(), mentions=mentions,
        by=by or case.board.coordinator, now=case.later(),
    )  # fmt: skip


def reply(
    case: Case, row: Comment, *, text: str = "I agree.", mentions: Sequence[User] = (), by: User | None = None
) -> Comment:
    """Somebody replies; the author unless told."""
    return comment.reply(comment=row, text=text, mentions=mentions, by=by or case.author, now=case.later())


def declare(case: Case, person: User, type_key: str = "personal") -> Conflict:
    """Somebody who sees the case declares a conflict of their own."""
    return conflict.declare(submission=case.submission, type_key=type_key, by=person, now=case.later())


def suspect(case: Case, person: User, type_key: str = "personal") -> Conflict:
    """The author names somebody who should not judge; what comes of it waits for a third person."""
    conflict.name_somebody(
        submission=case.submission, name=person.display_name, email=person.email, type_key=type_key,
        note="We are close friends.", by=case.author, now=case.later(),
    )  # fmt: skip
    return Conflict.objects.get(submission=case.submission, user=person, source="author")


def settle(case: Case, row: Conflict, outcome: str = "none", by: User | None = None) -> Conflict:
    """The coordinator (or somebody else) says whether it is a conflict."""
    return conflict.settle(
        conflict=row, outcome=outcome, reason="Asked both of them.", by=by or case.board.coordinator, now=case.later()
    )


def leave_without_experts(case: Case) -> None:
    """Every expert of the board stands aside, so that the quorum cannot be reached."""
    for person in case.board.voters[:3]:
        conflict.declare_for(
            submission=case.submission, person=person, type_key="personal", note="Cousins.", by=case.board.coordinator,
            now=case.later(),
        )  # fmt: skip
    case.again()


def expert(case: Case, **facts: Any) -> User:
    """Somebody of no committee who is confirmed as expert in every domain that the tests use."""
    person: User = UserFactory(**facts)
    for key in DOMAINS:
        confirm_expertise(user=person, kind=Expertise.Kind.DOMAIN, key=key, by=case.board.administrator, now=case.now)
    return person


def appoint_stand_in(case: Case, person: User, role: str = "member", by: User | None = None) -> StandIn:
    """The chair, or somebody else, has this person stand in on the case."""
    return stand_in.appoint(
        submission=case.submission, person=person, role=role, reason="Nobody else knows the field.",
        by=by or case.board.chair, now=case.later(),
    )  # fmt: skip


def vote(case: Case, made: Motion, people: list[User] | None = None, choice: Vote = Vote.FOR) -> None:
    """Everybody (or these people) votes alike."""
    for person in people if people is not None else case.board.voters:
        reason = "" if choice is Vote.FOR else "A reason."
        motion.cast(motion=made, vote=choice, reason=reason, by=person, now=case.later())


def finalise(case: Case, made: Motion, by: User | None = None) -> Decision:
    """The chair closes a carried ballot."""
    found = decision.finalise(motion=made, version=case.version, by=by or case.board.chair, now=case.later())
    case.again()
    return found


def sign_all(case: Case) -> Decision:
    """Every open seat is signed by its holder."""
    found = Decision.objects.get(revision=case.again().revision, sent_back_at=None)
    holders = {"coordinator": case.board.coordinator, "chair": case.board.chair, **case.board.officers}
    for seat in found.sign_offs.filter(signed_at=None).order_by("pk"):
        decision.sign(decision=found, seat=seat.seat, version=case.version, by=holders[seat.seat], now=case.later())
    found.refresh_from_db()
    case.again()
    return found


def note_flag(case: Case, row: LegalFlag, by: User | None = None, *, text: str = "We told the office.") -> LegalFlag:
    """The legal officer, or somebody else, writes down what was done about a law."""
    return legal_flag.note(flag=row, text=text, by=by or case.board.officers["legal_officer"], now=case.later())


def prove_condition(
    case: Case, row: Condition, *, text: str = "This shows it.", by: User | None = None, blob: Blob | None = None
) -> ConditionProof:
    """The author, or somebody else, gives a proof that a condition is met."""
    return condition.prove(
        condition=row, text=text, blob=blob, file_name="shown.txt" if blob is not None else "",
        version=row.proofs.count(), by=by or case.author, now=case.later(),
    )  # fmt: skip


def accept_proof(case: Case, proof: ConditionProof, by: User | None = None) -> ConditionProof:
    """The coordinator, or somebody else, says that it is enough."""
    return condition.accept(proof=proof, by=by or case.board.coordinator, now=case.later())


def refuse_proof(case: Case, proof: ConditionProof, by: User | None = None) -> ConditionProof:
    """The coordinator, or somebody else, says what it lacks."""
    return condition.refuse(
        proof=proof, reason="The date is missing.", by=by or case.board.coordinator, now=case.later()
    )


def meet(case: Case, row: Condition) -> Condition:
    """A proof is given and accepted."""
    accept_proof(case, prove_condition(case, row))
    row.refresh_from_db()
    return row


def letter_text(
    made: Board, text: str = DEFAULT + "\nWith kind regards\n", *, by: User | None = None
) -> LetterTemplate:
    """The coordinator (or somebody else) gives the committee a text of its own for its letters."""
    number = made.committee.letter_templates.count()
    saved = letter.save_template(
        committee=made.committee, text=text, contact="board@example.org", version=number, by=by or made.coordinator,
        now=START,
    )  # fmt: skip
    assert saved is not None
    return saved


def share_reasons(case: Case, text: str = "It can be judged step by step.") -> LetterNote:
    """The coordinator writes what the shareable letter says of the reasons."""
    found = Decision.objects.get(revision=case.again().revision, sent_back_at=None)
    return letter.share_reasons(decision=found, text=text, version=0, by=case.board.coordinator, now=case.later())


def reviewed(case: Case, *, outcome: Outcome = Outcome.FULL) -> Case:
    """All reviews filed and all evidence given: out of review."""
    for made in seat_reviewers(case):
        file_review(case, made, findings(case, outcome=outcome))
    settle_evidence(case)
    case.again()
    return case


@remembered
def submission_in(
    state: State, *, made: Board | None = None, tier: int | None = None, label: str = "Text model"
) -> Case:
    """A case in a state, by the shortest real way there; ``tier`` where the way depends on it."""
    tier = tier if tier is not None else {State.DELIBERATION: 3, State.SIGN_OFF: 2}.get(state, 2)
    case = draft(made, tier=tier, label=label)
    if state is State.DRAFT:
        return case
    if state is State.WITHDRAWN:
        submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
        case.again()
        return case
    submit(case)
    if state is State.SUBMITTED or tier == 0:
        return case
    if state is State.RETURNED:
        submission.return_to_authors(
            submission=case.submission, reason="Please add the card.", version=case.version,
            by=case.board.coordinator, now=case.later(),
        )  # fmt: skip
        case.again()
        return case
    if state is State.IN_REVIEW:
        seat_reviewers(case)
        case.again()
        return case
    reviewed(case)
    if state is State.DELIBERATION or (state is State.SIGN_OFF and tier <= 2):
        return case
    if tier >= 3:
        clear_holds(case)
        made_motion = put(case)
        vote(case, made_motion)
        finalise(case, made_motion)
    if state is State.DECIDED:
        sign_all(case)
    return case


def ask_amendment(case: Case, reason: str = "Newer weights.", by: User | None = None) -> Reopening:
    """The author of a decided case asks to change it; of a withdrawn one to go on with it."""
    return reopening.ask(
        submission=case.submission, reason=reason, version=case.version, by=by or case.author, now=case.later()
    )


def ask_re_review(
    case: Case, trigger: str = "new_law", reason: str = "The law changed.", by: User | None = None
) -> Reopening:
    """The coordinator asks that a decided case is judged again."""
    return reopening.ask_re_review(
        submission=case.submission, trigger=trigger, reason=reason, version=case.version,
        by=by or case.board.coordinator, now=case.later(),
    )  # fmt: skip


def grant(case: Case, row: Reopening, by: User | None = None) -> Revision:
    """The coordinator grants an author's request, the chair a re-review."""
    answers = case.board.coordinator if row.is_of_authors else case.board.chair
    made = reopening.grant(reopening=row, version=case.version, by=by or answers, now=case.later())
    case.again()
    return made


def refuse(case: Case, row: Reopening, by: User | None = None) -> Reopening:
    """As ``grant``, with the other answer."""
    answers = case.board.coordinator if row.is_of_authors else case.board.chair
    return reopening.refuse(
        reopening=row, reason="Nothing new.", version=case.version, by=by or answers, now=case.later()
    )


def withdrawn(case: Case) -> Case:
    """The author withdraws a case, wherever it stands."""
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    case.again()
    return case


def sampled() -> Case:
    """A release of the lowest tier under a policy that draws every one for a later look."""
    text = PACK.read_text(encoding="utf-8").replace("audit_sample_percent: 10", "audit_sample_percent: 100")
    made = elsewhere("Board that draws", policy=text.replace("id: default-dual-use", "id: all-drawn"))
    return submission_in(State.DECIDED, made=made, tier=0)


def find(case: Case, finding: Sampled = Sampled.UNDERSTATED, by: User | None = None) -> SampleFinding:
    """The coordinator writes down what looking at a sampled release came to."""
    return sample.find(
        decision=Decision.objects.get(submission=case.submission), finding=finding, text="The scale is another one.",
        by=by or case.board.coordinator, now=case.later(),
    )  # fmt: skip


def reopened(case: Case, *, reason: str = "Newer weights.") -> Revision:
    """The next revision of a decided case: its author asked for an amendment, the coordinator granted it."""
    return grant(case, ask_amendment(case, reason))


def decided_anew(case: Case, *, reason: str = "Newer weights.", sign: bool = True) -> Decision:
    """A second decision on a decided case: of a revision that was opened, submitted, reviewed and signed."""
    reopened(case, reason=reason)
    return decide_the_draft(case, sign=sign)


def decide_the_draft(case: Case, *, sign: bool = True) -> Decision:
    """As ``decided_anew`` for a case that is open again already."""
    submit(case)
    # Who reviewed the revision before is asked again with its submission.
    for seat in Assignment.objects.filter(revision=case.submission.revision, status="offered").order_by("pk"):
        file_review(case, accept(case, seat))
    settle_evidence(case)
    if not sign:
        return Decision.objects.get(revision=case.again().revision)
    return sign_all(case)


def other_policy() -> str:
    """The pack as another institution has it: a question more, one in other words, one type of evidence renamed."""
    text = PACK.read_text(encoding="utf-8").replace("id: default-dual-use", "id: other-dual-use")
    text = text.replace("rollback_plan", "undo_plan").replace("What are you submitting?", "What do you bring us?")
    where = "  - key: artifact_summary\n"
    return text.replace(where, NEW_QUESTION + where, 1)


def elsewhere(name: str = "Board elsewhere", *, policy: str = "") -> Board:
    """A second whole board; with a policy of its own where its text is given."""
    made = board(name)
    if policy:
        version = publish(text=policy, by=None, now=START)
        proposed = adopt(committee=made.committee, version=version, by=made.administrator, now=START)
        approve(adoption=proposed, by=administrators(display_name="Second administrator"), now=START)
        made.committee.refresh_from_db()
    return made


def give_away(case: Case, target: Board | None = None, *, reason: str = "They know the field better.") -> Case:
    """The coordinator gives the case to another committee; from then on that is the board of the case."""
    target = target or elsewhere()
    transfer.transfer(
        submission=case.submission, target=target.committee, reason=reason, by=case.board.coordinator,
        version=case.version, now=case.later(),
    )  # fmt: skip
    case.board = target
    case.again()
    return case


def refer(case: Case, body: str = "Ethics board") -> Referral:
    """The coordinator asks another body."""
    return referral.refer(
        submission=case.submission, body=body, question="Is consent needed?", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip


def record_answer(case: Case, row: Referral, finding: Finding = Finding.NO_OBJECTION) -> Referral:
    """The coordinator writes down what it found."""
    return referral.record_answer(
        referral=row, finding=finding, answer="No consent is needed.", by=case.board.coordinator, now=case.later()
    )


def staged(
    made: Board | None = None, *, tier: int = 3, label: str = "Text model", since: datetime | None = None
) -> Case:
    """A decided case that is released in stages, none of which is open yet; at tier 2 on which no board has met.

    ``since`` is when it is decided; pages read the clock themselves.
    """
    case = submission_in(State.DELIBERATION if tier >= 3 else State.IN_REVIEW, made=made, tier=tier, label=label)
    case.now = since or case.now
    if tier < 3:
        said = findings(case)
        said = replace(said, verdict={**said.verdict, "model": (str(Outcome.STAGED), "vetted_api")})
        for one in Review.objects.filter(assignment__submission=case.submission).order_by("pk"):
            file_review(case, one, said)
        settle_evidence(case)
    else:
        clear_holds(case)
        row = put(case, outcome=Outcome.STAGED, rung="redacted_preprint", first_rung="shared_agreement")
        vote(case, row)
        finalise(case, row)
    sign_all(case)
    return case


def decided(case: Case) -> Case:
    """A draft of tier 1 or above, up to its decision: in full where reviewers decide, in stages where a board does."""
    submit(case)
    reviewed(case)
    if case.submission.state == State.DELIBERATION:
        clear_holds(case)
        ladders = {"model": ("vetted_api", "trusted_testers"), "paper": ("redacted_preprint", "shared_agreement")}
        kinds = case.again().revision.parts.values_list("kind", flat=True)
        row = motion.put(
            submission=case.submission, conditions=[], rationale="The reasons.", override_reason="Needed here.",
            proposals=[Proposal(PartKind(kind), Outcome.STAGED, *ladders[kind]) for kind in kinds],
            version=case.version, by=case.board.members[-1], now=case.later(),
        )  # fmt: skip
        vote(case, row)
        finalise(case, row)
    sign_all(case)
    return case


def restrict(case: Case, *, by: User | None = None, reason: str = "A tester published it.") -> Restriction:
    """The chair, or somebody else, restricts the decision at once."""
    row = restriction.place(submission=case.submission, reason=reason, by=by or case.board.chair, now=case.later())
    case.again()
    return row


def say_on(case: Case, row: Restriction, people: Sequence[User], choice: Vote = Vote.FOR) -> Restriction:
    """These people vote alike on a restriction."""
    for person in people:
        restriction.vote(
            restriction=row, vote=choice, reason="" if choice is Vote.FOR else "It was a mistake.", by=person,
            now=case.later(),
        )  # fmt: skip
    row.refresh_from_db()
    return row


def ask_lift(case: Case, row: Restriction, by: User | None = None) -> Restriction:
    """The chair asks to lift a restriction."""
    return restriction.ask_lift(
        restriction=row, reason="The copy is gone.", by=by or case.board.chair, now=case.later()
    )


def answer_lift(case: Case, row: Restriction, *, lifts: bool = True, by: User | None = None) -> Restriction:
    """The deputy, or somebody else, lifts or keeps it."""
    return restriction.answer_lift(restriction=row, lifts=lifts, by=by or case.board.deputy, now=case.later())


def appeal_against(case: Case, *, grounds: Sequence[str] = ("new_evidence",), by: User | None = None) -> Appeal:
    """The author, or somebody else, appeals against the decision."""
    row = appeal.file(
        submission=case.submission, grounds=list(grounds), text="There is a new test.", by=by or case.author,
        now=case.later(),
    )  # fmt: skip
    case.again()
    return row


def appoint_judges(case: Case, row: Appeal, count: int = 3) -> list[User]:
    """The head of research appoints people from nowhere near."""
    people = [UserFactory(display_name=f"Judge {number}") for number in range(count)]
    for person in people:
        appeal.appoint(appeal=row, person=person, by=case.board.officers["head_of_research"], now=case.later())
    return people


def judge(case: Case, row: Appeal, people: Sequence[User], opinion: Opinion = Opinion.UPHOLD) -> Appeal:
    """These judges say the same."""
    for person in people:
        appeal.judge(appeal=row, opinion=opinion, reason="The reasons of a judge.", by=person, now=case.later())
    row.refresh_from_db()
    case.again()
    return row
