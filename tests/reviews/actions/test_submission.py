"""Starting, describing, submitting, returning and withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit import log
from reviews.actions import (
    _assess,
    artifact,
    assignment,
    conflict,
    deliberation,
    evidence,
    questionnaire,
    review,
    submission,
)
from reviews.actions.submission import Writer
from reviews.models import Assessment, Assignment, Decision, Evidence, Hold, Pause, PolicyVersion, Revision, Submission
from reviews.queries import deadline, motion
from reviews.rules import manifest
from reviews.rules import questionnaire as questionnaire_rules
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.states import AssignmentStatus, Basis, Outcome, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import START, Board, board, put_in_force
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, watch, whole
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db


def resubmit(case: Case, name: str = "Author One") -> None:
    submission.submit(
        submission=case.submission, attested_name=name, manifest=case.manifest, version=case.version, by=case.author,
        now=case.later(),
    )  # fmt: skip
    case.again()


def give_back(case: Case) -> None:
    submission.return_to_authors(
        submission=case.submission, reason="Please add the card.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    case.again()


def tripped() -> dict[str, Any]:
    """The harmless paper with one tripwire answered yes."""
    return whole({**cases.answers_for(0), "trip_contract": "yes"})


def test_start_makes_a_draft_with_its_first_revision() -> None:
    made, author, other = board(), UserFactory(display_name="Author One"), UserFactory(email="author.two@example.org")
    writers = [Writer("Author Two", "Author.Two@example.org", "Lab"), Writer("Somebody else")]
    found = submission.start(
        committee=made.committee, title="Title", label="Label", contributors=writers, venue="Venue",
        planned_date=date(2026, 5, 1), by=author, now=START,
    )  # fmt: skip
    assert found.reference.startswith("RB-2026-")
    assert (found.state, found.version, found.submitted_at) == (State.DRAFT, 0, None)
    assert [(row.name, row.user) for row in found.contributors.all()] == [
        ("Author One", author), ("Author Two", other), ("Somebody else", None),
    ]  # fmt: skip
    assert (found.revision.number, found.revision.policy, found.revision.is_frozen) == (1, made.committee.policy, False)
    assert [event.type for event in log.events(found.stream)] == ["submission.started"]


def test_start_lists_nobody_twice() -> None:
    made, author = board(), UserFactory(email="author.one@example.org")
    writers = [Writer("Author One", "AUTHOR.ONE@example.org"), Writer("Again", "author.one@example.org")]
    found = submission.start(
        committee=made.committee, title="Title", label="Label", contributors=writers, by=author, now=START
    )
    assert [(row.name, row.user) for row in found.contributors.all()] == [("Author One", author)]


def test_references_say_nothing_about_each_other() -> None:
    made, author = board(), UserFactory()
    found = {
        submission.start(
            committee=made.committee, title="T", label="L", contributors=[], by=author, now=START
        ).reference
        for _ in range(20)
    }
    assert len(found) == 20


def test_describe_keeps_whoever_started_it_as_author() -> None:
    scene = SCENES["describe"]()
    found = scene.act()
    assert (found.title, found.label, found.venue, found.planned_date) == (
        "Another title", "Other", "A journal", date(2026, 6, 1),
    )  # fmt: skip
    assert [row.user for row in found.contributors.all()] == [scene.case.author, scene.case.board.reviewers[0]]


def test_describe_in_two_places_at_once_is_told() -> None:
    scene = SCENES["describe"]()
    seen = scene.case.description_version
    scene.act(version=seen, title="First")
    with pytest.raises(Stale) as refused:
        scene.act(version=seen, title="Second", contributors=[])
    assert (refused.value.text, scene.case.again().title) == (submission.CHANGED, "First")
    assert scene.case.submission.contributors.count() == 2
    assert (scene.case.version, scene.case.description_version) == (0, 1)


@pytest.mark.parametrize("name", ["describe", "start"])
def test_planned_day_that_has_passed(name: str) -> None:
    made = board()
    author = UserFactory(time_zone="Pacific/Auckland")
    given = {"title": "T", "label": "L", "contributors": [], "venue": "", "by": author}
    # In Auckland it is the third of March already.
    now, today = datetime(2026, 3, 2, 12, 0, tzinfo=UTC), date(2026, 3, 3)
    started = submission.start(committee=made.committee, planned_date=today, now=now, **given)

    def save(day: date, version: int = 0) -> Submission:
        if name == "start":
            return submission.start(committee=made.committee, planned_date=day, now=now, **given)
        return submission.describe(submission=started, planned_date=day, version=version, now=now, **given)

    with pytest.raises(RuleBroken) as refused:
        save(date(2026, 3, 2))
    assert (refused.value.code, refused.value.field) == ("passed", "planned_date")
    assert save(date(2026, 3, 4)).planned_date == date(2026, 3, 4)


def test_planned_day_that_passed_meanwhile_may_stay() -> None:
    scene = SCENES["describe"]()
    scene.act()
    scene.case.later(days=400)
    assert scene.act(title="Corrected").planned_date == date(2026, 6, 1)


def test_describe_after_submission() -> None:
    scene = SCENES["describe"]()
    cases.submit(scene.case)
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "frozen"


def test_submit_freezes_revision_with_its_manifest() -> None:
    case = cases.submit(cases.draft())
    revision = case.submission.revision
    facts = [
        manifest.ArtifactFacts(row.part, row.name, row.sha256, row.size_bytes, row.location)
        for row in revision.artifacts.all()
    ]
    given = questionnaire_rules.effective(revision.policy.pack, revision.response.answers)
    assert (revision.is_frozen, revision.frozen_by, revision.attested_name) == (True, case.author, "Author One")
    assert revision.manifest_digest == manifest.digest(facts, given, revision.policy.sha256)
    assert {part.kind: part.requested_rung for part in revision.parts.all()} == {
        "model": "gated_weights", "paper": "full_text_code_data",
    }  # fmt: skip
    assert revision.summary == cases.TEXTS["artifact_summary"]
    event = log.events(case.submission.stream)[-1]
    assert (event.type, event.data["manifest"]) == ("submission.submitted", revision.manifest_digest)


def test_submit_scores_and_asks_for_evidence_and_places_holds() -> None:
    case = cases.submit(cases.draft(tier=4))
    revision = case.submission.revision
    assessment = Assessment.objects.get(revision=revision)
    assert (assessment.basis, assessment.tier, assessment.inherent, assessment.residual) == ("author", 4, 85.0, 83.9)
    assert list(Hold.objects.values_list("role", "trigger_key")) == [("biosecurity_officer", "durc_core")]
    given = {row.type_key: row.text for row in Evidence.objects.filter(revision=revision, given_at__isnull=False)}
    assert given == {"plain_summary": cases.TEXTS["artifact_summary"], "author_attestation": "Author One"}
    assert set(Evidence.objects.filter(given_at=None).values_list("type_key", flat=True)) == {
        "threat_model", "redaction_check", "legal_and_export_check", "authority_consultation_note",
        "rollback_plan_rehearsed",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", "   ", "Somebody else", " Author One "])
def test_submit_without_the_name_of_an_author(name: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["submit"]().act(attested_name=name)
    assert (refused.value.code, refused.value.field) == ("attest", "attested_name")


def save_an_answer(case: Case) -> None:
    questionnaire.save_answers(
        submission=case.submission, answers={"artifact_summary": "Another summary."}, cleared=frozenset(), version=1,
        by=case.author, now=case.later(),
    )  # fmt: skip


def take_out_an_artifact(case: Case) -> None:
    artifact.remove(artifact=case.submission.revision.artifacts.get(part="paper"), by=case.author, now=case.later())


def adopt_a_policy(case: Case) -> None:
    next_in_force(case.board)


@pytest.mark.parametrize("change", [save_an_answer, take_out_an_artifact, adopt_a_policy])
def test_nobody_attests_to_what_they_were_not_shown(change: Callable[[Case], None]) -> None:
    scene = SCENES["submit"]()
    case, shown = scene.case, scene.case.manifest
    change(case)
    with pytest.raises(Stale) as refused:
        scene.act(manifest=shown)
    assert (refused.value.code, refused.value.text) == ("other_manifest", _assess.OTHER)
    assert (case.again().state, case.submission.revision.is_frozen) == (State.DRAFT, False)


def test_what_was_shown_is_what_is_frozen() -> None:
    scene = SCENES["submit"]()
    shown = scene.case.manifest
    scene.act()
    assert scene.case.again().revision.manifest_digest == shown


def test_submit_with_missing_answers() -> None:
    scene = SCENES["submit"]()
    questionnaire.save_answers(
        submission=scene.case.submission, answers={}, cleared=frozenset({"modality", "sponsors"}), version=1,
        by=scene.case.author, now=scene.case.later(),
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        scene.act()
    assert (refused.value.code, refused.value.text) == ("missing_answers", "2 answers are still missing.")


def test_submit_without_an_artifact_for_a_part() -> None:
    scene = SCENES["submit"]()
    scene.case.again().revision.artifacts.filter(part="paper").delete()
    with pytest.raises(RuleBroken) as refused:
        scene.act()
    assert refused.value.code == "missing_artifact"


def test_submit_with_an_artifact_for_a_part_that_is_not_released() -> None:
    scene = SCENES["submit"]()
    questionnaire.save_answers(
        submission=scene.case.submission, answers={"artifact_type": "model"}, cleared=frozenset(), version=1,
        by=scene.case.author, now=scene.case.later(),
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        scene.act()
    assert refused.value.code == "stray_artifact"


def test_submit_twice_with_the_newest_version() -> None:
    scene = SCENES["submit"]()
    scene.act()
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "frozen"
    assert Revision.objects.count() == 1


def next_in_force(made: Board) -> PolicyVersion:
    return put_in_force(edited('version: "2026.11"', 'version: "2026.12"'), made, START + timedelta(days=1))


def test_first_revision_is_judged_by_the_policy_in_force_at_submit() -> None:
    scene = SCENES["submit"]()
    newer = next_in_force(scene.case.board)
    scene.act()
    assert scene.case.again().revision.policy == newer
    assert log.events(scene.case.submission.stream)[-1].data["policy"] == newer.sha256


def test_returned_revision_keeps_its_policy() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    before = case.submission.revision.policy
    give_back(case)
    next_in_force(case.board)
    resubmit(case)
    assert (case.submission.revision.number, case.submission.revision.policy) == (2, before)


def test_tier_0_is_decided_at_once_without_people() -> None:
    case = cases.draft(tier=0)
    with watch(case) as seen:
        cases.submit(case)
    decision = Decision.objects.get(submission=case.submission)
    assert seen.events == [("submission.submitted", "Author One"), ("decision.cleared", "system")]
    assert seen.moved == [("draft", "submitted"), ("submitted", "decided")]
    assert (decision.basis, decision.finalised_by, decision.sign_offs.count()) == (Basis.SYSTEM, None, 0)
    assert decision.valid_until_date == date(2028, 3, 2)
    assert seen.mails == {
        ("submission.received", "Author One"), ("submission.arrived", "Coordinator"),
        ("letter.ready", "Author One"), ("decision.recorded", "Coordinator"),
    }  # fmt: skip


def test_tripwire_keeps_a_harmless_paper_from_the_system_path() -> None:
    case = cases.submit(cases.draft(answers=tripped()))
    assert (case.submission.state, Decision.objects.count()) == (State.SUBMITTED, 0)


def test_trigger_without_a_tier_of_its_own_still_asks_a_reviewer_and_a_signature() -> None:
    """A pack may let a tripwire set tier 0 and a hold; the case then takes the path of the next tier with people."""
    made = board()
    text = edited("{key: contract_limit, min_tier: 1,", "{key: contract_limit, min_tier: 0,")
    text = text.replace('version: "2026.11"', 'version: "2026.12"', 1)
    put_in_force(text, made, START)
    case = cases.submit(cases.draft(made, answers=tripped()))
    assert (case.submission.state, Assessment.objects.get().tier) == (State.SUBMITTED, 0)
    made_review = cases.accept(case, cases.offer(case, made.reviewers[0]))
    cases.file_review(case, made_review)
    cases.settle_evidence(case)
    found = Decision.objects.get()
    assert (case.again().state, found.basis) == (State.SIGN_OFF, Basis.REVIEWER)
    assert list(found.sign_offs.values_list("seat", flat=True)) == ["coordinator"]
    cases.clear_holds(case)
    cases.sign_all(case)
    assert case.again().state == State.DECIDED


def test_audit_sample_is_fixed_for_a_case_and_about_one_in_ten() -> None:
    from reviews.actions._records import is_sampled

    many = [Submission(reference=f"RB-2026-{number:05}") for number in range(2000)]
    drawn = [is_sampled(case, 10) for case in many]
    assert drawn == [is_sampled(Submission(reference=case.reference), 10) for case in many]
    assert 140 < sum(drawn) < 260
    assert not any(is_sampled(case, 0) for case in many)
    assert all(is_sampled(case, 100) for case in many)
    decided = cases.submit(cases.draft(tier=0)).submission
    assert Decision.objects.get().is_audit_sample is is_sampled(decided, 10)


def test_return_without_a_reason() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["return_to_authors"]().act(reason="  ")
    assert (refused.value.code, refused.value.field) == ("reason", "reason")


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.DELIBERATION, State.SIGN_OFF, State.DECIDED])
def test_return_from_a_state_that_has_no_such_move(state: State) -> None:
    case = cases.submission_in(state)
    with pytest.raises(NotNow):
        give_back(case)


def test_return_opens_the_next_revision_with_everything_of_this_one_in_it() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    first = case.submission.revision
    row = first.evidence.get(type_key="rollback_plan")
    evidence.give(evidence=row, text="The plan.", by=case.author, now=case.later())
    row = first.evidence.get(type_key="impact_statement")
    evidence.waive(evidence=row, reason="Known.", by=case.board.coordinator, now=case.later())
    give_back(case)
    second = case.submission.revision
    assert (second.number, second.is_frozen, second.return_reason) == (2, False, "Please add the card.")
    assert second.response.answers == first.response.answers
    assert list(second.artifacts.values_list("part", "name", "sha256", "location")) == list(
        first.artifacts.values_list("part", "name", "sha256", "location")
    )
    assert {(r.type_key, r.text, r.waiver_reason) for r in second.evidence.all()} == {
        ("rollback_plan", "The plan.", ""), ("impact_statement", "", "Known."),
    }  # fmt: skip
    assert first.artifacts.count() == 2
    assert not second.parts.exists()


def test_resubmitted_summary_and_attestation_are_the_new_ones() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    give_back(case)
    questionnaire.save_answers(
        submission=case.submission, answers={"artifact_summary": "Another summary."}, cleared=frozenset(), version=0,
        by=case.author, now=case.later(),
    )  # fmt: skip
    case.submission.contributors.create(name="Author Two", order=2)
    resubmit(case, "Author Two")
    given = dict(case.submission.revision.evidence.exclude(given_at=None).values_list("type_key", "text"))
    assert (given["plain_summary"], given["author_attestation"]) == ("Another summary.", "Author Two")


def test_evidence_of_a_higher_tier_is_not_asked_again_when_the_tier_fell() -> None:
    case = cases.submit(cases.draft(tier=3))
    give_back(case)
    questionnaire.save_answers(
        submission=case.submission, answers={"trip_prohibited": "no"}, cleared=frozenset(), version=0, by=case.author,
        now=case.later(),
    )  # fmt: skip
    resubmit(case)
    revision = case.submission.revision
    assert revision.assessments.get().tier == 2
    assert set(revision.evidence.values_list("type_key", flat=True)) == {
        "plain_summary", "author_attestation", "impact_statement", "misuse_scenarios", "rollback_plan",
    }  # fmt: skip


def test_hold_is_placed_again_on_the_next_revision() -> None:
    case = cases.submit(cases.draft(tier=3))
    cases.clear_holds(case)
    give_back(case)
    resubmit(case)
    held = [(row.revision.number, row.cleared_at is None) for row in Hold.objects.order_by("pk")]
    assert held == [(1, False), (2, True)]


def test_reviewers_of_the_returned_revision_are_asked_again_without_those_who_stepped_aside() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    first, second, third = case.board.reviewers[:3]
    declined = cases.offer(case, case.board.reviewers[3])
    assignment.decline(assignment=declined, reason="Away.", by=declined.reviewer, now=case.later())
    made = review.Review.objects.get(assignment__reviewer=first)
    cases.file_review(case, made)
    give_back(case)
    conflict.declare(submission=case.submission, type_key="personal", by=first, now=case.later())
    resubmit(case)
    asked = Assignment.objects.filter(revision=case.submission.revision)
    assert [(row.reviewer, row.status, row.no_conflict_at) for row in asked] == [
        (second, AssignmentStatus.OFFERED, None), (third, AssignmentStatus.OFFERED, None),
    ]  # fmt: skip
    assert case.submission.state == State.IN_REVIEW
    assert log.events(case.submission.stream)[-1].actor == log.SYSTEM


def test_reviewer_who_lost_the_role_or_the_account_is_not_asked_again() -> None:
    from accounts.actions import deactivate
    from reviews.actions.committee import dismiss

    case = cases.submission_in(State.IN_REVIEW)
    first, second = case.board.reviewers[:2]
    give_back(case)
    dismiss(membership=first.memberships.get(), by=case.board.administrator, now=case.later())
    deactivate(user=second, by=case.board.administrator, now=case.later())
    resubmit(case)
    assert case.submission.state == State.SUBMITTED
    assert not Assignment.objects.filter(revision=case.submission.revision).exists()


def test_reviews_of_the_old_revision_do_not_count_for_the_new_one() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    made = list(review.Review.objects.filter(assignment__submission=case.submission))
    cases.file_review(case, made[0])
    give_back(case)
    resubmit(case)
    asked = list(Assignment.objects.filter(revision=case.submission.revision))
    assert [row.status for row in asked] == [AssignmentStatus.OFFERED] * 2
    cases.file_review(case, cases.accept(case, asked[1]))
    assert case.again().state == State.IN_REVIEW
    cases.file_review(case, cases.accept(case, asked[0]))
    cases.settle_evidence(case)
    assert case.again().state == State.SIGN_OFF
    assert Decision.objects.get().revision == case.submission.revision


def test_ballots_of_the_old_revision_do_not_count_for_the_new_one() -> None:
    from reviews.actions import motion as motions

    case = cases.submission_in(State.DELIBERATION)
    back = motions.put_return(
        submission=case.submission, rationale="Redact.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    cases.vote(case, back)
    motions.finalise_return(motion=back, version=case.version, by=case.board.chair, now=case.later())
    case.again()
    resubmit(case)
    for row in Assignment.objects.filter(revision=case.submission.revision):
        cases.file_review(case, cases.accept(case, row))
    cases.settle_evidence(case)
    assert case.again().state == State.DELIBERATION
    fresh = cases.put(case, outcome=Outcome.WITHHELD)
    assert motion.tally(fresh, case.submission, now=case.now).present == 0
    assert (fresh.revision.number, fresh.number) == (2, 1)
    cases.vote(case, fresh, case.board.voters[:1], Vote.FOR)
    assert motion.tally(fresh, case.submission, now=case.now).present == 1


def test_clock_stands_while_the_authors_have_the_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    give_back(case)
    returned_at = case.now
    assert deadline.decision_due(case.again(), 10, deadline.calendar(case.board.committee)) is None
    case.later(days=14)
    resubmit(case)
    assert [(p.why, p.since_at, p.until_at) for p in Pause.objects.all()] == [("returned", returned_at, case.now)]
    assert deadline.decision_due(case.again(), 10, deadline.calendar(case.board.committee)) is not None


def test_question_that_was_open_at_return_does_not_hold_the_clock_for_ever() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    asked = deliberation.ask(
        submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later()
    )
    give_back(case)
    resubmit(case)
    assert not Pause.objects.filter(until_at=None).exists()
    with pytest.raises(NotNow):
        deliberation.answer(inquiry=asked, text="Public data.", by=case.author, now=case.later())


def test_case_that_nobody_could_take_up_is_not_submitted() -> None:
    """Whoever is named as an author judges nothing; a list that names all who coordinate would leave a case alone."""
    case = cases.draft()
    made = case.board
    people = [made.coordinator, made.deputy]
    submission.describe(
        submission=case.submission, title="Title", label="Label", venue="", planned_date=None,
        contributors=[Writer(person.display_name, person.email) for person in people],
        version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        cases.submit(case)
    assert refused.value.code == "nobody"
    assert refused.value.text == (
        f"Everybody who could take this case up in {made.committee.name} is named as its author. Take off the list "
        "whoever is not one, or ask an administrator to appoint somebody."
    )
    assert case.again().state == State.DRAFT


def test_withdraw_frees_everybody_and_stops_everything() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    deliberation.ask(submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later())
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    assert {row.status for row in Assignment.objects.all()} == {AssignmentStatus.LAPSED}
    assert not Pause.objects.filter(until_at=None).exists()


def test_withdraw_takes_an_open_motion_along() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case)
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    made.refresh_from_db()
    assert (made.status, made.closed_at) == ("withdrawn", case.now)


def test_withdraw_during_deliberation_tells_everybody_who_works_on_it() -> None:
    case = cases.submission_in(State.DELIBERATION)
    with watch(case) as seen:
        submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    people = [case.board.coordinator, case.board.chair, *case.board.voters, *case.reviewers]
    seated = [row.reviewer for row in Assignment.objects.filter(status=AssignmentStatus.DONE)]
    names = {person.display_name for person in [*people, *seated]}
    assert {name for event, name in seen.mails if event == "submission.withdrawn"} == {
        *names,
        "Legal officer",
    }  # a hold
    assert {"Member 0", "External 0", "Reviewer 0", "Coordinator", "Chair"} <= names


def test_withdrawn_draft_tells_nobody() -> None:
    case = cases.draft()
    with watch(case) as seen:
        submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    assert (seen.mails, seen.moved) == (set(), [("draft", "withdrawn")])


def test_decided_case_cannot_be_withdrawn() -> None:
    case = cases.submission_in(State.DECIDED)
    with pytest.raises(NotNow):
        submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
