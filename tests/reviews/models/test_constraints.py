"""The backstop in the database: each constraint refuses what it is there for, whatever code would write it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.models import Expertise, OrganisationRole, User
from reviews import models as rows
from reviews.actions import conflict, release
from reviews.models import Stage
from reviews.models._shape import new_public_id
from tests.factories.cases import Case
from tests.factories.committee import START
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import decided

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=400)
# Constraint: the model, which of its rows, and the change that it must refuse.
CHECKS: dict[str, tuple[type[models.Model], dict[str, Any], dict[str, Any]]] = {
    "membership_role_known": (rows.Membership, {}, {"role": "king"}),
    "membership_until_pair": (rows.Membership, {}, {"until_at": LATER}),
    "submission_state_known": (rows.Submission, {}, {"state": "lost"}),
    "submission_submitted_at_known": (rows.Submission, {}, {"submitted_at": None}),
    "submission_deliberation_at_known": (
        rows.Submission, {}, {"state": "deliberation", "deliberation_opened_at": None},
    ),
    "revision_frozen_pair": (rows.Revision, {}, {"frozen_by": None}),
    "revision_frozen_whole": (rows.Revision, {}, {"manifest_digest": ""}),
    "part_kind_known": (rows.Part, {}, {"kind": "film"}),
    "artifact_part_known": (rows.Artifact, {}, {"part": "film"}),
    "artifact_file_or_reference": (rows.Artifact, {}, {"blob": "aa/bb"}),
    "artifact_not_empty": (rows.Artifact, {}, {"size_bytes": 0}),
    "artifact_has_digest": (rows.Artifact, {}, {"sha256": ""}),
    "pause_why_known": (rows.Pause, {}, {"why": "lunch"}),
    "pause_ends_after_start": (rows.Pause, {}, {"until_at": START - timedelta(days=1)}),
    "assignment_status_known": (rows.Assignment, {"status": "declined"}, {"status": "lost"}),
    "assignment_accepted_without_conflict": (rows.Assignment, {"status": "done"}, {"no_conflict_at": None}),
    "assignment_done_at_known": (rows.Assignment, {"status": "done"}, {"done_at": None}),
    "assignment_answered_at_known": (rows.Assignment, {"status": "declined"}, {"answered_at": None}),
    "conflict_type_given": (rows.Conflict, {}, {"type_key": ""}),
    "motion_kind_known": (rows.Motion, {}, {"kind": "dance"}),
    "motion_basis_known": (rows.Motion, {}, {"basis": "coin"}),
    "motion_status_known": (rows.Motion, {}, {"status": "lost?"}),
    "motion_closed_at_known": (rows.Motion, {}, {"closed_at": None}),
    "motion_of_board_has_mover": (rows.Motion, {}, {"put_by": None}),
    "motion_part_kind_known": (rows.MotionPart, {}, {"kind": "film"}),
    "motion_part_outcome_known": (rows.MotionPart, {}, {"outcome": "maybe", "first_rung": ""}),
    "motion_part_staged_has_first_rung": (rows.MotionPart, {}, {"first_rung": ""}),
    "ballot_vote_known": (rows.Ballot, {}, {"vote": "maybe", "reason": "Unsure."}),
    "ballot_reason_given": (rows.Ballot, {}, {"vote": "against", "reason": ""}),
    "decision_basis_known": (rows.Decision, {}, {"basis": "coin"}),
    "decision_sent_back_pair": (
        rows.Decision, {}, {"sent_back_at": LATER, "sent_back_reason": "No.", "effective_at": None},
    ),
    "decision_sent_back_before_effect": (
        rows.Decision, {}, {"sent_back_at": LATER, "sent_back_by": 1, "sent_back_reason": "No."},
    ),
    "decision_of_board_has_finaliser": (rows.Decision, {}, {"finalised_by": None}),
    "decision_bound_to_digest": (rows.Decision, {}, {"manifest_digest": ""}),
    "decision_part_kind_known": (rows.DecisionPart, {}, {"kind": "film"}),
    "decision_part_outcome_known": (rows.DecisionPart, {}, {"outcome": "maybe"}),
    "condition_met_pair": (rows.Condition, {"met_at": None}, {"met_at": LATER}),
    "sign_off_signed_pair": (rows.SignOff, {}, {"signed_by": None}),
    "inquiry_answered_pair": (rows.Inquiry, {}, {"answered_by": None}),
    "inquiry_answer_given": (rows.Inquiry, {}, {"answer": ""}),
    "inquiry_text_given": (rows.Inquiry, {}, {"text": ""}),
    "evidence_given_pair": (rows.Evidence, {}, {"given_by": None}),
    "evidence_waived_pair": (rows.Evidence, {}, {"waived_at": LATER, "waiver_reason": "Known."}),
    "evidence_given_has_content": (rows.Evidence, {"blob": ""}, {"text": ""}),
    "evidence_waiver_has_reason": (rows.Evidence, {}, {"waived_at": LATER, "waived_by": 1}),
    "hold_cleared_pair": (rows.Hold, {}, {"cleared_by": None}),
    "hold_cleared_in_writing": (rows.Hold, {}, {"clearance_text": ""}),
    "assessment_basis_known": (rows.Assessment, {}, {"basis": "coin"}),
    "assessment_board_reason": (rows.Assessment, {}, {"basis": "board", "reason": ""}),
    "release_plan_part_known": (rows.ReleasePlan, {}, {"part": "film"}),
    "stage_opened_pair": (rows.Stage, {"order": 1}, {"opened_by": None}),
    "stage_closed_after_opened": (rows.Stage, {"order": 2}, {"closed_at": LATER}),
    "review_recommendation_known": (rows.Review, {}, {"recommendation": "dance"}),
    "review_filed_whole": (rows.Review, {}, {"findings": ""}),
    "review_part_kind_known": (rows.ReviewPart, {}, {"kind": "film"}),
    "review_part_outcome_known": (rows.ReviewPart, {}, {"outcome": "maybe"}),
    "organisation_role_known": (OrganisationRole, {}, {"role": "king"}),
    "organisation_role_until_pair": (OrganisationRole, {}, {"until_at": LATER}),
    "expertise_kind_known": (Expertise, {}, {"kind": "rumour"}),
    "expertise_confirmed_pair": (Expertise, {}, {"confirmed_by": None}),
}  # fmt: skip
# Constraint: the model, which of its rows, and in what a second row differs from it without being allowed.
TWICE: dict[str, tuple[type[models.Model], dict[str, Any], dict[str, Any]]] = {
    "closure_day_once": (rows.ClosureDay, {}, {"label": "Again"}),
    "membership_held_once": (rows.Membership, {}, {"from_at": LATER}),
    "contributor_once": (rows.Contributor, {}, {"order": 9}),
    "revision_number_once": (rows.Revision, {}, {"started_at": LATER}),
    "part_once": (rows.Part, {}, {"requested_rung": "internal"}),
    "artifact_name_once": (rows.Artifact, {}, {"size_bytes": 5}),
    "assignment_one_live": (
        rows.Assignment, {"status": "declined"}, {"status": "offered", "answered_at": None},
    ),
    "assignment_one_seat_per_revision": (rows.Assignment, {"status": "done"}, {"review_days": 3}),
    "conflict_declared_once": (rows.Conflict, {}, {"note": "Again"}),
    "motion_number_once": (rows.Motion, {}, {"rationale": "Again"}),
    "motion_one_open": (rows.Motion, {}, {"status": "open", "closed_at": None, "number": 8}),
    "motion_part_once": (rows.MotionPart, {}, {"rung": "internal"}),
    "motion_condition_order_once": (rows.MotionCondition, {}, {"text": "Again"}),
    "ballot_one_per_member": (rows.Ballot, {}, {"cast_at": LATER}),
    "decision_one_current_per_revision": (rows.Decision, {}, {}),
    "decision_part_once": (rows.DecisionPart, {}, {"outcome": "full"}),
    "condition_order_once": (rows.Condition, {}, {"text": "Again"}),
    "sign_off_seat_once": (rows.SignOff, {}, {"signed_at": None, "signed_by": None}),
    "sign_off_person_once": (rows.SignOff, {}, {"seat": "executive"}),
    "evidence_type_once": (rows.Evidence, {}, {"text": "Again"}),
    "hold_once_per_role": (rows.Hold, {}, {"trigger_key": "other"}),
    "assessment_author_once": (rows.Assessment, {}, {"tier": 4}),
    "policy_version_once": (rows.PolicyVersion, {}, {"source": "again"}),
    "release_plan_once": (rows.ReleasePlan, {}, {"dwell_days": 1}),
    "stage_order_once": (rows.Stage, {"order": 2}, {"rung": "internal"}),
    "stage_one_open": (rows.Stage, {"order": 1}, {"order": 9}),
    "review_part_once": (rows.ReviewPart, {}, {"outcome": "withheld"}),
    "user_email_ci_unique": (User, {"display_name": "Author One"}, {"email": "AUTHOR@example.org"}),
    "organisation_role_held_once": (OrganisationRole, {}, {"from_at": LATER}),
    "expertise_stated_once": (Expertise, {}, {"confirmed_at": None, "confirmed_by": None}),
}  # fmt: skip


def world() -> Case:
    """A decided case that has a row of every kind."""
    case, _decision = decided()
    made = case.board
    rows.ClosureDay.objects.create(committee=made.committee, day_date=date(2026, 12, 24))
    release.open_stage(stage=Stage.objects.get(order=1), again_confirmed=True, by=made.coordinator, now=case.later())
    conflict.declare(submission=case.submission, type_key="personal", by=made.auditor, now=case.later())
    User.objects.filter(pk=case.author.pk).update(email="author@example.org")
    pause = rows.Pause.objects.create(
        submission=case.submission, why=rows.Pause.Why.ASKED, since_at=START, until_at=case.now
    )
    rows.Inquiry.objects.create(
        revision=case.submission.revision, pause=pause, text="Which?", asked_at=START, asked_by=made.coordinator,
        answer="This.", answered_at=case.now, answered_by=case.author,
    )  # fmt: skip
    rows.Assignment.objects.create(
        submission=case.submission, revision=case.submission.revision, reviewer=made.reviewers[4], status="declined",
        offered_at=START, answered_at=START, review_days=5,
    )  # fmt: skip
    return case


def constraints() -> dict[str, models.BaseConstraint]:
    found = [apps.get_app_config(label).get_models() for label in ("reviews", "accounts")]
    return {one.name: one for several in found for model in several for one in model._meta.constraints}


def test_every_constraint_is_tried() -> None:
    kinds = {name: type(one) for name, one in constraints().items()}
    assert {name for name, kind in kinds.items() if kind is models.CheckConstraint} == set(CHECKS)
    assert {name for name, kind in kinds.items() if kind is models.UniqueConstraint} == set(TWICE)


def test_check_refuses_what_it_is_there_for() -> None:
    case = world()
    let_through = []
    for name, (model, which, change) in CHECKS.items():
        row = model._default_manager.filter(**which).order_by("pk")[0]
        facts = {key: case.author.pk if value == 1 and key.endswith("_by") else value for key, value in change.items()}
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=row.pk).update(**facts)
        except IntegrityError as refused:
            if name in str(refused):
                continue
        let_through.append(name)
    assert let_through == []


def test_second_row_is_refused() -> None:
    world()
    let_through = []
    for name, (model, which, change) in TWICE.items():
        row = model._default_manager.filter(**which).order_by("pk")[0]
        if name == "motion_one_open":
            model._default_manager.filter(pk=row.pk).update(status="open", closed_at=None)
        if name == "assignment_one_live":
            model._default_manager.filter(pk=row.pk).update(status="offered", answered_at=None)
        facts = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not
                 field.primary_key}  # fmt: skip
        if "public_id" in facts:
            facts["public_id"] = new_public_id()
        if model is rows.Decision:
            facts["motion_id"] = other_motion(row.motion).pk
        facts.update(change)
        try:
            with transaction.atomic():
                model._default_manager.create(**facts)
        except IntegrityError as refused:
            if connection.vendor == "sqlite" or name in str(refused):
                continue
        let_through.append(name)
    assert let_through == []


def other_motion(motion: Any) -> Any:
    """Another closed motion on the same revision, for a second decision to rest on."""
    return rows.Motion.objects.create(
        revision=motion.revision, number=77, kind="decide", basis="board", status="carried", put_at=START,
        put_by=motion.put_by, closed_at=START,
    )  # fmt: skip


def test_what_ended_may_be_there_again() -> None:
    """The partial uniques let the next one in once the one before has ended."""
    case = world()
    made = case.board
    rows.Membership.objects.filter(user=made.chair).update(until_at=LATER, until_by=made.administrator)
    rows.Membership.objects.create(committee=made.committee, user=made.chair, role="chair", from_at=LATER)
    declined = rows.Assignment.objects.get(status="declined")
    rows.Assignment.objects.create(
        submission=case.submission, revision=declined.revision, reviewer=declined.reviewer, offered_at=LATER,
        review_days=5,
    )  # fmt: skip
    rows.Contributor.objects.create(submission=case.submission, name="Without an account", order=3)
    rows.Contributor.objects.create(submission=case.submission, name="Without an account", order=4)
    assert rows.Membership.objects.filter(user=made.chair).count() == 2


def test_people_are_kept_by_what_they_did() -> None:
    case = world()
    for person in (case.author, case.board.chair, case.board.reviewers[0]):
        with pytest.raises(models.ProtectedError):
            person.delete()
    UserFactory().delete()
