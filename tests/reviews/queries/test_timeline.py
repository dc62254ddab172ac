"""Every event has its sentence, for each kind of reader, and nobody learns what is not for them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from accounts.models import User
from audit import log
from reviews.access.submission import sight
from reviews.actions import (
    assignment,
    conflict,
    deliberation,
    evidence,
    motion,
    referral,
    release,
    submission,
)
from reviews.actions import decision as decisions
from reviews.models import Assignment, Condition, Evidence, Hold, MotionCondition, Review, Stage
from reviews.queries import timeline
from reviews.queries.submission import get_visible
from reviews.queries.timeline_words import SENTENCES
from reviews.rules.states import Finding, Outcome, State, Vote
from reviews.rules.visibility import Level
from reviews.rules.workflow import MOVES
from tests.architecture.sources import ROOT
from tests.factories import cases
from tests.factories.cases import Case

STAFF = re.compile(r"Chair|Deputy|Coordinator|Member \d|External \d|Reviewer \d|officer|Head of research|Executive")


def told(case: Case, person: User) -> str:
    found = get_visible(person, case.submission.reference, Level.RECORD)
    assert found is not None
    rows = timeline.for_case(found, person, sight(person, found))
    return "\n".join(f"{row.actor} {row.text}" for row in reversed(rows))


def noted_types() -> set[str]:
    """Every event type that an action writes into the stream of a case."""
    found: set[str] = set()
    for path in (ROOT / "reviews/actions").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        calls = re.findall(r"(?:note|_settle|_close)\((.*?)(?:\n\s*\)|\)\n)", text, re.DOTALL)
        for call in calls:
            found |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', call))
        for what in re.findall(r'_event\(reopening, "([a-z_]+)"\)', text):
            found |= {f"reopening.{what}", f"re_review.{what}"}
    return found


def test_every_event_of_the_table_and_the_actions_has_a_sentence() -> None:
    wanted = {move.event for move in MOVES} | noted_types()
    of_cases = {name for name in wanted if not name.startswith(("committee.", "policy.", "policy_draft."))}
    assert of_cases == set(SENTENCES)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_sentence_takes_any_data(name: str) -> None:
    sentence = SENTENCES[name]
    for text in (sentence.board, sentence.authors, sentence.blind):
        if text is not None:
            filled = str(text) % _Anything()
            assert "%" not in filled
            assert filled.endswith(".")


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


@pytest.mark.django_db
def test_whole_history_of_a_staged_release_in_sentences() -> None:
    case = cases.draft(tier=3)
    cases.submit(case)
    inquiry = deliberation.ask(submission=case.submission, text="What?", by=case.board.coordinator, now=case.later())
    deliberation.answer(inquiry=inquiry, text="This.", by=case.author, now=case.later())
    offers = [cases.offer(case, person) for person in case.board.reviewers[:4]]
    assignment.decline(assignment=offers[3], reason="Away.", by=case.board.reviewers[3], now=case.later())
    fifth = cases.offer(case, case.board.reviewers[4])
    assignment.take_back(assignment=fifth, reason="No need.", by=case.board.coordinator, now=case.later())
    lapsing = cases.offer(case, case.board.reviewers[3])
    assignment.lapse(assignment=lapsing, now=case.later())
    row = Evidence.objects.filter(revision=case.submission.revision, given_at=None).first()
    evidence.waive(evidence=row, reason="Not needed.", by=case.board.coordinator, now=case.later())
    reviews = [cases.accept(case, offer) for offer in offers[:3]]
    for made in reviews:
        cases.file_review(case, made)
    cases.settle_evidence(case)
    cases.clear_holds(case)
    known = case.again().revision.policy.pack.decision.conflict_types
    conflict.declare(submission=case.submission, type_key=known[0].key, by=case.board.members[0], now=case.later())
    voters = [person for person in case.board.voters if person != case.board.members[0]]
    first = cases.put(case)
    motion.take_back(motion=first, by=case.board.members[-1], now=case.later())
    second = cases.put(case)
    cases.vote(case, second, voters, Vote.AGAINST)
    motion.close_lost(motion=second, by=case.board.chair, now=case.later())
    asked = case.again().revision.parts.first()
    rungs = [rung.value for rung in case.submission.revision.policy.pack.ladder(asked.kind)]
    third = cases.put(case, outcome=Outcome.STAGED, rung=asked.requested_rung, first_rung=rungs[2])
    MotionCondition.objects.create(motion=third, order=1, text="Publish the card.")
    cases.vote(case, third, voters)
    cases.vote(case, third, voters[:1])
    made_decision = cases.finalise(case, third)
    seat = made_decision.sign_offs.filter(signed_at=None).first()
    holders = {"coordinator": case.board.coordinator, **case.board.officers}
    decisions.send_back(
        decision=made_decision, reason="Look again.", version=case.version, by=holders[seat.seat], now=case.later()
    )
    fourth = cases.put(case, outcome=Outcome.STAGED, rung=asked.requested_rung, first_rung=rungs[2])
    MotionCondition.objects.create(motion=fourth, order=1, text="Publish the card.")
    cases.vote(case, fourth, voters)
    cases.finalise(case, fourth)
    signed = cases.sign_all(case)
    condition = Condition.objects.get(decision=signed)
    cases.refuse_proof(case, cases.prove_condition(case, condition))
    cases.meet(case, condition)
    stage = Stage.objects.filter(plan__decision=signed, order=1).first()
    release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.later())

    types = {entry.type for entry in log.events(case.submission.stream)}
    board = told(case, case.board.chair)
    assert len(board.splitlines()) == len(log.events(case.submission.stream))
    for sentence in (
        "Author One submitted revision 1. It came out as tier 3.",
        "Coordinator asked Reviewer 0 to review revision 1.",
        "Reviewer 3 declined to review.",
        "Coordinator took back the seat of Reviewer 4, with a reason.",
        "The program let the offer to Reviewer 3 lapse: it was not answered in time.",
        "Reviewer 0 filed a review.",
        "Chair closed the ballot: the motion did not carry.",
        "Member 4 took the motion back.",
        "Member 1 voted anew.",
        "sent the decision back to the board, with a reason.",
        "Author One gave a proof that a condition is met.",
        "Coordinator found a proof of a condition not to be enough, with a reason.",
        "Coordinator noted that a condition is met.",
        "Coordinator opened stage 1 of the",
    ):
        assert sentence in board
    author = told(case, case.author)
    assert not STAFF.search(author.replace("hold of the", "").replace("legal officer", ""))
    for hidden in ("review revision", "declined", "filed", "voted", "motion", "seat", "conflict"):
        assert hidden not in author
    assert "The board came to a decision; it waits for its signatures." in author
    assert "The board found a proof of a condition not to be enough, with a reason." in author
    assert types <= set(SENTENCES)


@pytest.mark.django_db
def test_reviewer_before_filing_learns_nothing_of_the_others() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    made = Assignment.objects.filter(submission=case.submission).order_by("pk")
    cases.file_review(case, made[0].review)
    reader = case.board.reviewers[1]
    before = told(case, reader)
    assert "Reviewer 0" not in before
    assert "Reviewer 2" not in before
    assert "filed" not in before
    assert "Coordinator asked Reviewer 1 to review revision 1." in before
    assert "Reviewer 1 accepted to review" in before
    cases.file_review(case, made[1].review)
    assert "Reviewer 0 filed a review." in told(case, reader)


@pytest.mark.django_db
def test_transfer_and_referral_in_sentences_for_each_reader() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    blind = case.board.reviewers[0]
    cases.record_answer(case, cases.refer(case, "Ethics board"), Finding.CONDITIONS)
    referral.take_back(referral=cases.refer(case, "Second body"), by=case.board.chair, now=case.later())
    before_filing = told(case, blind)
    assert "Coordinator referred the case to another body: Ethics board." in before_filing
    assert "Coordinator recorded an answer: Ethics board." in before_filing
    assert "no objection" not in before_filing
    cases.file_review(case, case.submission.assignments.get().review, cases.findings(case, clear=False))
    cases.give_away(case)
    cases.give_away(case, cases.elsewhere("Third board", policy=cases.other_policy()))
    board = told(case, case.board.chair)
    for sentence in (
        "Coordinator recorded the answer of another body: Ethics board, no objection under conditions.",
        "Chair took a referral back: Second body.",
        "Coordinator gave the case from Board to Board elsewhere, with a reason.",
        "The program scored the case anew for its new committee: tier 1, before the transfer tier 2.",
        "Coordinator gave the case from Board elsewhere to Third board, with a reason.",
        "The program returned the case to its authors, because its new committee works by another policy.",
    ):
        assert sentence in board
    author = told(case, case.author)
    assert not STAFF.search(author)
    assert "The board recorded the answer of another body: Ethics board, no objection under conditions." in author
    assert "The board gave the case from Board to Board elsewhere, with a reason." in author


@pytest.mark.django_db
def test_auditor_reads_the_whole_trail() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    assert case.board.auditor is not None
    assert len(told(case, case.board.auditor).splitlines()) == len(log.events(case.submission.stream))


@pytest.mark.django_db
def test_draft_that_was_withdrawn_is_told_to_its_author() -> None:
    case = cases.draft(tier=0)
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    assert told(case, case.author).splitlines()[-1] == "Author One withdrew the case."


@pytest.mark.django_db
def test_reviewer_before_filing_does_not_learn_that_the_others_answers_moved_the_tier() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    higher = cases.like_the_authors(case, cap_cyber=3)
    for row in Review.objects.order_by("pk"):
        cases.file_review(case, row, replace(cases.findings(case), judgement=higher))
    third = case.board.reviewers[2]
    added = cases.accept(case, cases.offer(case, third))
    sentence = "The program counted the reviewers' answers with the authors': tier 2 before, tier 3 now."
    assert sentence in told(case, case.board.chair)
    assert sentence in told(case, case.author)
    assert "tier 2 before" not in told(case, third)
    cases.file_review(case, added)
    assert sentence in told(case, third)


@pytest.mark.django_db
def test_who_cleared_a_hold_and_is_left_with_the_record_reads_no_name_of_who_judged() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    officers = {Hold.objects.filter(revision=case.submission.revision).values_list("cleared_by", flat=True)[0]}
    officer = User.objects.get(pk__in=officers)
    found = get_visible(officer, case.submission.reference, Level.RECORD)
    assert found is not None
    assert sight(officer, found).level is Level.RECORD
    lines = told(case, officer).splitlines()
    assert f"{officer} cleared the hold of the" in "\n".join(lines)
    others = [line for line in lines if not line.startswith(str(officer))]
    assert not STAFF.search("\n".join(others).replace("hold of the", ""))
    for hidden in ("voted", "motion", "filed", "to review revision"):
        assert hidden not in "\n".join(lines)
    assert "The board came to a decision; it waits for its signatures." in lines
    assert "Member 0 voted." in told(case, case.board.auditor)
