"""One ready moment for every public action: who acts, on what, and the call itself.

The tests of single actions start from here, and ``test_every_action.py`` asks the same questions of all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from accounts.actions import deactivate
from accounts.models import User
from audit import log
from notifications import outbox
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
    proposal,
    questionnaire,
    referral,
    release,
    reopening,
    restriction,
    review,
    sample,
    splitting,
    stand_in,
    submission,
    transfer,
)
from reviews.actions.committee import appoint
from reviews.actions.motion import Proposal, Term
from reviews.models import Assignment, Contributor, Decision, Evidence, Hold, Reopening, Stage
from reviews.queries.comment import About
from reviews.rules import questionnaire as questionnaire_rules
from reviews.rules.appeal import Opinion
from reviews.rules.findings import Findings
from reviews.rules.states import Audience, CommitteeRole, Finding, Outcome, PartKind, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.rules.packs import PACK

SHA = hashlib.sha256(b"weights").hexdigest()


@dataclass
class Scene:
    """A case right before an action. ``by`` is the key of who does it; ``do`` is the call."""

    case: Case
    by: str
    do: Callable[..., Any]
    thing: Any = None
    cast: dict[str, User] = field(default_factory=dict)

    def act(self, **changes: Any) -> Any:
        """Do it, as the right person at the next moment unless told otherwise."""
        facts = {"by": self.person(self.by), "now": self.case.later(), **changes}
        return self.do(**facts)

    def person(self, name: str) -> User:
        """Somebody of the cast."""
        return self.cast[name]


@dataclass
class Seen:
    """What an action left behind: events as (type, actor), mails as (template, recipient)."""

    events: list[tuple[str, str]] = field(default_factory=list)
    mails: set[tuple[str, str]] = field(default_factory=set)
    moved: list[tuple[str, str]] = field(default_factory=list)


def names() -> dict[str, str]:
    """Everybody's display name by public identifier."""
    return {person.public_id: person.display_name for person in User.objects.all()} | {log.SYSTEM: log.SYSTEM}


def mails(case: Case, state: str = "queued") -> list[tuple[str, str]]:
    """The mails about a case that stand in a state."""
    who = names()
    found = [row for row in outbox.recent(limit=10_000, states=[state]) if row.about == case.submission.reference]
    return sorted((row.template, who[row.recipient]) for row in found)


@contextmanager
def watch(case: Case) -> Iterator[Seen]:
    """Collect the events and mails that come into being inside the block."""
    seen, stream = Seen(), case.submission.stream
    before, known = len(log.events(stream)), {row.public_id for row in outbox.recent(limit=10_000)}
    yield seen
    who = names()
    fresh = log.events(stream)[before:]
    seen.events = [(event.type, who[event.actor]) for event in fresh]
    seen.moved = [(event.data["from"], event.data["to"]) for event in fresh if "from" in event.data]
    seen.mails = {
        (row.template, who[row.recipient]) for row in outbox.recent(limit=10_000) if row.public_id not in known
    }
    assert log.verify(stream).faults == ()


def whole(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers to which everything that they make required is added."""
    found = dict(answers)
    for key in questionnaire_rules.missing(PACK, found):
        question = PACK.question(key)
        found[key] = question.values[0] if question.values else "In words."
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; durable actions may run inside, as in a test case."""
    savepoint = transaction.atomic()
    savepoint._from_testcase = True
    with savepoint:
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the product as the database keeps it, to see that a refusal left nothing behind."""
    labels = ("reviews", "accounts", "audit", "notifications")
    found = {}
    with connection.cursor() as cursor:
        for model in (model for label in labels for model in apps.get_app_config(label).get_models()):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"')
            found[model._meta.label] = cursor.fetchall()
    return found


def whole_cast(case: Case) -> dict[str, User]:
    """Everybody who could try: all roles, a second author, those set aside, and strangers."""
    made = case.board
    people = {
        "author": case.author,
        "chair": made.chair,
        "deputy": made.deputy,
        "coordinator": made.coordinator,
        "leader": made.leader,
        "auditor": made.auditor,
        "administrator": made.administrator,
        **{f"member {number}": person for number, person in enumerate(made.members)},
        **{f"external {number}": person for number, person in enumerate(made.externals)},
        **{f"reviewer {number}": person for number, person in enumerate(made.reviewers)},
        **made.officers,
        "stranger": UserFactory(display_name="Stranger"),
        "superuser": UserFactory(display_name="Superuser", is_superuser=True, is_staff=True),
    }
    return {name: person for name, person in people.items() if person is not None}


def add_outsiders(scene: Scene) -> None:
    """Second holders of every weighty role who may not use it: one set aside by a conflict, one deactivated."""
    made, now = scene.case.board, scene.case.now
    weighty = [CommitteeRole.CHAIR, CommitteeRole.COORDINATOR, CommitteeRole.MEMBER, CommitteeRole.REVIEWER]
    roles = [*weighty, *(CommitteeRole(role) for role in made.officers)]
    for name in ("conflicted", "deactivated"):
        person = UserFactory(display_name=name.capitalize())
        for role in roles:
            appoint(committee=made.committee, user=person, role=role, by=made.administrator, now=now)
        scene.cast[name] = person
    if scene.case.again().submitted_at is not None:
        conflict.declare(
            submission=scene.case.submission, type_key="personal", by=scene.cast["conflicted"], now=scene.case.later()
        )
    deactivate(user=scene.cast["deactivated"], by=made.administrator, now=now)
    scene.cast["deactivated"].refresh_from_db()


def _scene(case: Case, by: str, do: Callable[..., Any], thing: Any = None) -> Scene:
    return Scene(case, by, do, thing, whole_cast(case))


def _versioned(case: Case, call: Callable[..., Any], **given: Any) -> Callable[..., Any]:
    """The call with the case and the version that a form shown at the moment of acting carries."""

    def do(**facts: Any) -> Any:
        return call(**{"submission": case.submission, "version": case.version, **given, **facts})

    return do


def describe() -> Scene:
    case = cases.draft()
    writers = [submission.Writer("Author Two", case.board.reviewers[0].email)]
    given = {"title": "Another title", "label": "Other", "venue": "A journal", "planned_date": date(2026, 6, 1)}

    def do(**facts: Any) -> Any:
        seen = {"submission": case.submission, "version": case.description_version}
        return submission.describe(**{**seen, "contributors": writers, **given, **facts})

    return _scene(case, "author", do)


def submit() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        given = {"attested_name": "Author One", "manifest": case.manifest, "version": case.version, **facts}
        return submission.submit(submission=case.submission, **given)

    return _scene(case, "author", do)


def split_case() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        seen = {"submission": case.submission, "version": case.again().revision.response.version}
        return splitting.split(**{**seen, "part": "paper", "suffix": "paper", "copies": {}, **facts})

    return _scene(case, "author", do)


def return_to_authors() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    return _scene(case, "coordinator", _versioned(case, submission.return_to_authors, reason="Please add the card."))


def withdraw() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    return _scene(case, "author", _versioned(case, submission.withdraw))


def add_reference() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        given = {
            "part": PartKind.MODEL, "name": "more.bin", "location": "https://example.org/more", "size_bytes": 7,
            "sha256": SHA,
        }  # fmt: skip
        return artifact.add_reference(**{"submission": case.submission, **given, **facts})

    return _scene(case, "author", do)


def add_file() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        given = {"part": PartKind.MODEL, "name": "small.bin", "blob": artifact.receive([b"wei", b"ghts"])}
        return artifact.add_file(**{"submission": case.submission, **given, **facts})

    return _scene(case, "author", do)


def remove_artifact() -> Scene:
    case = cases.draft()
    row = case.again().revision.artifacts.first()
    return _scene(case, "author", lambda **facts: artifact.remove(artifact=row, **facts), row)


def save_answers() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        given = {"answers": {"artifact_summary": "Shorter."}, "cleared": frozenset(), "version": 1}
        return questionnaire.save_answers(**{"submission": case.submission, **given, **facts})

    return _scene(case, "author", do)


def add_proof() -> Scene:
    case = cases.draft()

    def do(**facts: Any) -> Any:
        given = {"question": "mit_redteam", "name": "report.pdf", "blob": artifact.receive([b"a rep", b"ort"])}
        return proof.add(**{"submission": case.submission, **given, **facts})

    return _scene(case, "author", do)


def remove_proof() -> Scene:
    case = cases.draft()
    row = cases.prove(case)
    return _scene(case, "author", lambda **facts: proof.remove(proof=row, **facts), row)


def give_evidence() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Evidence.objects.get(revision=case.again().revision, type_key="rollback_plan")
    return _scene(case, "author", lambda **facts: evidence.give(**{"evidence": row, "text": "The plan.", **facts}), row)


def waive_evidence() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Evidence.objects.get(revision=case.again().revision, type_key="rollback_plan")
    given = {"evidence": row, "reason": "Nothing to roll back."}
    return _scene(case, "coordinator", lambda **facts: evidence.waive(**{**given, **facts}), row)


def clear_hold() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    row = Hold.objects.get(revision=case.again().revision)
    given = {"hold": row, "text": "Checked with counsel."}
    return _scene(case, "legal_officer", lambda **facts: evidence.clear_hold(**{**given, **facts}), row)


def declare_conflict() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)

    def do(**facts: Any) -> Any:
        return conflict.declare(**{"submission": case.submission, "type_key": "personal", "note": "A friend.", **facts})

    return _scene(case, "reviewer 0", do)


def declare_for_another() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    given = {
        "submission": case.submission, "person": case.board.reviewers[0], "type_key": "financial", "note": "Shares.",
    }  # fmt: skip
    return _scene(case, "coordinator", lambda **facts: conflict.declare_for(**{**given, **facts}))


def name_somebody() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    given = {
        "submission": case.submission, "name": "Reviewer 2", "type_key": "competitor", "note": "Same field.",
    }  # fmt: skip
    return _scene(case, "author", lambda **facts: conflict.name_somebody(**{**given, **facts}))


def disown() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    person = UserFactory(display_name="Author Two")
    Contributor.objects.create(submission=case.submission, user=person, name="Author Two", order=9)
    given = {"submission": case.submission, "note": "I only read a draft."}
    scene = _scene(case, "contributor", lambda **facts: conflict.disown(**{**given, **facts}))
    scene.cast["contributor"] = person
    return scene


def look_for_ties() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    User.objects.filter(pk=case.board.reviewers[0].pk).update(unit=case.author.unit)
    return _scene(case, "coordinator", lambda **facts: conflict.search(**{"submission": case.submission, **facts}))


def settle_conflict() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = cases.suspect(case, case.board.reviewers[2])
    given = {"conflict": row, "outcome": "stands", "reason": "They share a grant."}
    return _scene(case, "coordinator", lambda **facts: conflict.settle(**{**given, **facts}), row)


def appoint_stand_in() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.leave_without_experts(case)
    given = {
        "submission": case.submission, "person": cases.expert(case, display_name="Expert"), "role": "member",
        "reason": "Nobody else knows the field.",
    }  # fmt: skip
    return _scene(case, "chair", lambda **facts: stand_in.appoint(**{**given, **facts}))


def end_stand_in() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.leave_without_experts(case)
    row = cases.appoint_stand_in(case, cases.expert(case))
    return _scene(case, "chair", lambda **facts: stand_in.end(**{"stand_in": row, **facts}), row)


def offer_seat() -> Scene:
    case = cases.submit(cases.draft())
    scene = _scene(case, "coordinator", _versioned(case, assignment.offer, review_days=10))
    do = scene.do
    scene.do = lambda **facts: do(**{"reviewer": scene.person("reviewer 0"), **facts})
    return scene


def offer_all() -> Scene:
    """Two seats on one case, confirmed together."""
    case = cases.submit(cases.draft(tier=3))
    scene = _scene(case, "coordinator", proposal.offer_all)

    def do(*, version: int | None = None, **facts: Any) -> Any:
        seen = case.version if version is None else version
        picks = [proposal.Pick(case.submission, seen, scene.person(f"reviewer {number}"), 10) for number in (0, 1)]
        return proposal.offer_all(**{"picks": picks, **facts})

    scene.do = do
    return scene


def accept_offer() -> Scene:
    case = cases.submit(cases.draft())
    row = cases.offer(case, case.board.reviewers[0])
    given = {"assignment": row, "no_conflict": True}
    return _scene(case, "reviewer 0", lambda **facts: assignment.accept(**{**given, **facts}), row)


def decline_offer() -> Scene:
    """Only one person is left who can be asked then."""
    case = cases.submit(cases.draft(board(reviewers=2)))
    row = cases.offer(case, case.board.reviewers[0])
    return _scene(
        case, "reviewer 0", lambda **facts: assignment.decline(**{"assignment": row, "reason": "Away.", **facts}), row
    )


def take_back_offer() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0])
    given = {"assignment": row, "reason": "Ill."}
    return _scene(case, "coordinator", lambda **facts: assignment.take_back(**{**given, **facts}), row)


def hand_over() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0])
    given = {"assignment": row, "to": case.board.reviewers[2], "reason": "She knows more."}
    return _scene(case, "reviewer 0", lambda **facts: assignment.hand_over(**{**given, **facts}), row)


def replace_reviewer() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0])
    given = {"assignment": row, "reviewer": case.board.reviewers[2], "reason": "Ill."}
    return _scene(case, "coordinator", lambda **facts: assignment.replace(**{**given, **facts}), row)


def give_more_time() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0])
    given = {"assignment": row, "review_days": 15}

    def do(*, version: int = row.review_days, **facts: Any) -> Any:
        return assignment.extend(**{**given, "seen": version, **facts})

    return _scene(case, "coordinator", do, row)


def save_review() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0]).review
    given = {"review": row, "content": Findings(findings="Half a"), "version": 0}
    return _scene(case, "reviewer 0", lambda **facts: review.save_draft(**{**given, **facts}), row)


def save_fields() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0]).review
    given = {"review": row, "typed": {"findings": "Half a"}, "shown": {"findings": ""}}
    return _scene(case, "reviewer 0", lambda **facts: review.save_fields(**{**given, **facts}), row)


def correct_review() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0]).review
    cases.file_review(case, row)
    content = replace(cases.findings(case), findings="What was found, put right.")
    given = {"review": row, "content": content, "reason": "A slip.", "version": 1}
    return _scene(case, "reviewer 0", lambda **facts: review.correct(**{**given, **facts}), row)


def file_review() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[0]).review
    given = {"review": row, "content": cases.findings(case), "version": 0}
    return _scene(case, "reviewer 0", lambda **facts: review.file(**{**given, **facts}), row)


def ask_authors() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    given = {"text": "Which data?"}
    return _scene(
        case,
        "coordinator",
        lambda **facts: deliberation.ask(**{"submission": case.submission, **given, **facts}),
    )


def answer_board() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = deliberation.ask(
        submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later()
    )  # fmt: skip
    given = {"inquiry": row, "text": "Public data."}
    return _scene(case, "author", lambda **facts: deliberation.answer(**{**given, **facts}), row)


def ask_outside() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    cases.declare(case, case.board.reviewers[1])
    given = {"submission": case.submission, "person": case.board.reviewers[1], "text": "What do you know?"}
    return _scene(case, "coordinator", lambda **facts: deliberation.ask_outside(**{**given, **facts}))


def inform() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    cases.declare(case, case.board.reviewers[1])
    given = {"inquiry": cases.ask_outside(case, case.board.reviewers[1]), "text": "They used public data."}
    return _scene(case, "reviewer 1", lambda **facts: deliberation.inform(**{**given, **facts}))


def put_motion() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    given = {
        "proposals": [Proposal(PartKind.PAPER, Outcome.STAGED, "redacted_preprint", "shared_agreement")],
        "conditions": [Term("Publish the audit.", date(2026, 9, 1)), Term("  "), Term("Name a contact.")],
        "rationale": "The reasons.",
    }
    return _scene(case, "member 4", _versioned(case, motion.put, **given))


def put_return() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    return _scene(case, "coordinator", _versioned(case, motion.put_return, rationale="Redact section 3."))


def open_ballot(**given: Any) -> tuple[Case, Any]:
    """A case whose holds are cleared, with a motion to release in stages that nobody has voted on."""
    scene = put_motion()
    cases.clear_holds(scene.case)
    return scene.case, scene.act(**given)


def cast_vote() -> Scene:
    case, row = open_ballot()
    return _scene(
        case, "member 0", lambda **facts: motion.cast(**{"motion": row, "vote": Vote.FOR, **facts}), row
    )  # fmt: skip


def take_back_motion() -> Scene:
    case, row = open_ballot()
    return _scene(case, "member 4", lambda **facts: motion.take_back(motion=row, **facts), row)


def close_lost() -> Scene:
    case, row = open_ballot()
    cases.vote(case, row, choice=Vote.AGAINST)
    return _scene(case, "chair", lambda **facts: motion.close_lost(motion=row, **facts), row)


def finalise_return() -> Scene:
    before = put_return()
    case, row = before.case, before.act()
    cases.vote(case, row)
    return _scene(case, "chair", lambda **facts: motion.finalise_return(
        **{"motion": row, "version": case.version, **facts}), row)  # fmt: skip


def finalise() -> Scene:
    case, row = open_ballot()
    cases.vote(case, row)
    return _scene(case, "chair", lambda **facts: decision.finalise(
        **{"motion": row, "version": case.version, **facts}), row)  # fmt: skip


def sign() -> Scene:
    before = finalise()
    case, row = before.case, before.act()
    given = {"decision": row, "seat": "head_of_research"}
    return _scene(case, "head_of_research", lambda **facts: decision.sign(
        **{"version": case.version, **given, **facts}), row)  # fmt: skip


def sign_together() -> Scene:
    """One of them alone, so that what keeps it unsigned is the answer."""
    before = finalise()
    case, row = before.case, before.act()

    def do(*, version: int | None = None, **facts: Any) -> Any:
        seen = case.version if version is None else version
        done = decision.sign_together(picks=[decision.Pick(row, "head_of_research", seen)], **facts)
        for _row, refused in done.left:
            raise refused
        return done

    return _scene(case, "head_of_research", do, row)


def share_reasons() -> Scene:
    before = finalise()
    case, row = before.case, before.act()
    given = {"decision": row, "text": "It can be judged step by step.", "version": 0}
    return _scene(case, "coordinator", lambda **facts: letter.share_reasons(**{**given, **facts}), row)


def send_back() -> Scene:
    before = finalise()
    case, row = before.case, before.act()
    given = {"decision": row, "reason": "The tally is disputed."}
    return _scene(case, "head_of_research", lambda **facts: decision.send_back(
        **{"version": case.version, **given, **facts}), row)  # fmt: skip


def decided() -> tuple[Case, Decision]:
    """A staged release that is in force."""
    before = sign()
    row = before.act()
    row.refresh_from_db()
    return before.case, row


def look_again() -> Scene:
    case = cases.submission_in(State.DECIDED, tier=3)
    cases.declare(case, case.board.voters[0])
    given = {"submission": case.submission, "finding": "It would have carried without them."}
    return _scene(case, "coordinator", lambda **facts: decision.look_again(**{**given, **facts}))


def open_stage() -> Scene:
    case, row = decided()
    stage = Stage.objects.get(plan__decision=row, order=1)
    given = {"stage": stage, "again_confirmed": False}
    return _scene(case, "coordinator", lambda **facts: release.open_stage(**{**given, **facts}), stage)


def prove_condition() -> Scene:
    case, row = decided()
    dated = row.conditions.get(order=1)

    def do(**facts: Any) -> Any:
        given = {"condition": dated, "text": "The site shows it.", "version": dated.proofs.count(), **facts}
        return condition.prove(**given)

    return _scene(case, "author", do, dated)


def _given() -> tuple[Case, Any]:
    """A decision in force with a proof that waits for its answer."""
    case, row = decided()
    return case, cases.prove_condition(case, row.conditions.get(order=1))


def accept_proof() -> Scene:
    case, proof = _given()
    return _scene(case, "coordinator", lambda **facts: condition.accept(**{"proof": proof, **facts}), proof)


def refuse_proof() -> Scene:
    case, proof = _given()
    given = {"proof": proof, "reason": "The date is missing."}
    return _scene(case, "coordinator", lambda **facts: condition.refuse(**{**given, **facts}), proof)


def note_flag() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    flag = case.submission.revision.legal_flags.earliest("pk")
    given = {"flag": flag, "text": "We told the office on Monday."}
    return _scene(case, "legal_officer", lambda **facts: legal_flag.note(**{**given, **facts}), flag)


def give_away() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    target = cases.elsewhere()
    given = {"target": target.committee, "reason": "They know the field."}
    return _scene(case, "coordinator", _versioned(case, transfer.transfer, **given), target)


def refer() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    given = {"body": "Ethics board", "question": "Is consent needed?"}
    return _scene(
        case, "coordinator", lambda **facts: referral.refer(**{"submission": case.submission, **given, **facts})
    )


def record_answer() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.refer(case)
    given = {"referral": row, "finding": Finding.CONDITIONS, "answer": "Ask them once more."}
    return _scene(case, "chair", lambda **facts: referral.record_answer(**{**given, **facts}), row)


def take_back_referral() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = cases.refer(case)
    return _scene(case, "coordinator", lambda **facts: referral.take_back(referral=row, **facts), row)


def write_message() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    given = {
        "submission": case.submission, "text": "Is this enough?", "audience": "board", "about": About(),
        "mentions": [case.board.members[1]],
    }  # fmt: skip
    return _scene(case, "member 0", lambda **facts: comment.write(**{**given, **facts}))


def reply_to_message() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, Audience.AUTHORS, by=case.board.members[0])
    given = {"comment": row, "text": "We can attach their statement."}
    return _scene(case, "author", lambda **facts: comment.reply(**{**given, **facts}), row)


def take_back_message() -> Scene:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, Audience.REVIEWERS, by=case.board.reviewers[0])
    return _scene(case, "reviewer 0", lambda **facts: comment.withdraw(**{"comment": row, **facts}), row)


def propose_tier() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    return _scene(case, "chair", _versioned(case, assessment.propose_tier, tier=3, reason="Wider than it looks."))


def confirm_tier() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    return _scene(
        case,
        "deputy",
        lambda **facts: assessment.confirm_tier(**{"proposal": row, "version": case.version, **facts}),
        row,
    )


def refuse_tier() -> Scene:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    return _scene(
        case, "deputy", lambda **facts: assessment.refuse_tier(**{"proposal": row, "reason": "It fits.", **facts}), row
    )


def take_back_tier() -> Scene:
    case = cases.submission_in(State.IN_REVIEW)
    row = cases.propose_tier(case, 3)
    return _scene(case, "chair", lambda **facts: assessment.take_back_tier(**{"proposal": row, **facts}), row)


def ask_amendment() -> Scene:
    case = cases.submission_in(State.DECIDED)
    return _scene(case, "author", _versioned(case, reopening.ask, reason="Newer weights."))


def ask_to_go_on() -> Scene:
    case = cases.withdrawn(cases.submission_in(State.IN_REVIEW))
    return _scene(case, "author", _versioned(case, reopening.ask, reason="We found the time."))


def ask_re_review() -> Scene:
    case = cases.submission_in(State.DECIDED)
    given = {"trigger": "incident", "reason": "Somebody was hurt."}
    return _scene(case, "coordinator", _versioned(case, reopening.ask_re_review, **given))


def _of_request(case: Case, row: Reopening, by: str, call: Callable[..., Any], **given: Any) -> Scene:
    def do(**facts: Any) -> Any:
        return call(**{"reopening": row, "version": case.version, **given, **facts})

    return _scene(case, by, do, row)


def grant_amendment() -> Scene:
    case = cases.submission_in(State.DECIDED)
    return _of_request(case, cases.ask_amendment(case), "coordinator", reopening.grant)


def grant_to_go_on() -> Scene:
    case = cases.withdrawn(cases.submission_in(State.IN_REVIEW))
    return _of_request(case, cases.ask_amendment(case), "coordinator", reopening.grant)


def grant_re_review() -> Scene:
    case = cases.submission_in(State.DECIDED, tier=3)
    return _of_request(case, cases.ask_re_review(case), "chair", reopening.grant)


def refuse_amendment() -> Scene:
    case = cases.submission_in(State.DECIDED)
    return _of_request(case, cases.ask_amendment(case), "deputy", reopening.refuse, reason="Nothing new.")


def refuse_re_review() -> Scene:
    case = cases.submission_in(State.DECIDED, tier=3)
    return _of_request(case, cases.ask_re_review(case), "member 0", reopening.refuse, reason="Nothing new.")


def take_back_amendment() -> Scene:
    case = cases.submission_in(State.DECIDED)
    row = cases.ask_amendment(case)
    return _scene(case, "author", lambda **facts: reopening.take_back(**{"reopening": row, **facts}), row)


def take_back_re_review() -> Scene:
    case = cases.submission_in(State.DECIDED)
    row = cases.ask_re_review(case)
    return _scene(case, "coordinator", lambda **facts: reopening.take_back(**{"reopening": row, **facts}), row)


def find_sample() -> Scene:
    case = cases.sampled()
    row = Decision.objects.get()
    given = {"decision": row, "finding": "understated", "text": "The scale is another one."}
    return _scene(case, "coordinator", lambda **facts: sample.find(**{**given, **facts}), row)


def place_restriction() -> Scene:
    case, _row = decided()
    given = {"submission": case.submission, "reason": "A tester published it."}
    return _scene(case, "chair", lambda **facts: restriction.place(**{**given, **facts}))


def vote_on_restriction() -> Scene:
    case, _decision = decided()
    row = cases.restrict(case)
    given = {"restriction": row, "vote": Vote.FOR}
    return _scene(case, "member 0", lambda **facts: restriction.vote(**{**given, **facts}), row)


def ask_lift() -> Scene:
    case, _decision = decided()
    row = cases.restrict(case)
    given = {"restriction": row, "reason": "The copy is gone."}
    return _scene(case, "chair", lambda **facts: restriction.ask_lift(**{**given, **facts}), row)


def answer_lift() -> Scene:
    case, _decision = decided()
    row = cases.ask_lift(case, cases.restrict(case))
    return _scene(
        case, "deputy", lambda **facts: restriction.answer_lift(**{"restriction": row, "lifts": True, **facts}), row
    )


def file_appeal() -> Scene:
    case, _row = decided()
    given = {"submission": case.submission, "grounds": ["factual_error"], "text": "Table 2 was misread."}
    return _scene(case, "author", lambda **facts: appeal.file(**{**given, **facts}))


def appoint_judge() -> Scene:
    case, _row = decided()
    row = cases.appeal_against(case)
    given = {"appeal": row, "person": UserFactory(display_name="Judge")}
    return _scene(case, "head_of_research", lambda **facts: appeal.appoint(**{**given, **facts}), row)


def judge_appeal() -> Scene:
    case, _row = decided()
    row = cases.appeal_against(case)
    people = cases.appoint_judges(case, row)
    cases.judge(case, row, people[1:2])
    given = {"appeal": row, "opinion": Opinion.UPHOLD, "reason": "It was misread."}
    scene = _scene(case, "judge 0", lambda **facts: appeal.judge(**{**given, **facts}), row)
    scene.cast |= {f"judge {number}": person for number, person in enumerate(people)}
    return scene


def withdraw_appeal() -> Scene:
    case, _row = decided()
    row = cases.appeal_against(case)
    return _scene(case, "author", lambda **facts: appeal.withdraw(**{"appeal": row, **facts}), row)


SCENES: dict[str, Callable[[], Scene]] = {
    scene.__name__: scene
    for scene in (
        describe, submit, split_case, return_to_authors, withdraw, add_reference, add_file, remove_artifact,
        save_answers, add_proof, remove_proof, give_evidence, waive_evidence, clear_hold, declare_conflict,
        declare_for_another, name_somebody, disown, look_for_ties, settle_conflict, offer_seat, offer_all, accept_offer,
        decline_offer, take_back_offer, hand_over, replace_reviewer, give_more_time,
        save_review, save_fields, file_review, correct_review, ask_authors, answer_board, ask_outside, inform,
        put_motion, put_return, cast_vote, take_back_motion, close_lost, finalise_return, finalise, sign, send_back,
        look_again, open_stage, prove_condition, accept_proof, refuse_proof, note_flag,
        give_away, refer, record_answer, take_back_referral, propose_tier, confirm_tier,
        sign_together, share_reasons,
        refuse_tier, take_back_tier, appoint_stand_in, end_stand_in, write_message, reply_to_message,
        take_back_message, ask_amendment, ask_to_go_on, ask_re_review, grant_amendment, grant_to_go_on,
        grant_re_review, refuse_amendment, refuse_re_review, take_back_amendment, take_back_re_review, find_sample,
        place_restriction, vote_on_restriction, ask_lift, answer_lift,
        file_appeal, appoint_judge, judge_appeal, withdraw_appeal,
    )
}  # fmt: skip
