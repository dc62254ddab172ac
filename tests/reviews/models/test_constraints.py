"""The database refuses what no action would write. Each constraint is broken once, in a row that is otherwise sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from accounts.models import User
from reviews.actions import policy_draft, reopening, replay
from reviews.actions.policy import publish
from reviews.models import Adoption, Committee, Decision, Minutes, PolicyVersion, Review, Submission
from reviews.queries.comment import About
from reviews.queries.review import content_of
from reviews.rules.appeal import Opinion
from tests.factories import cases, meetings, people
from tests.factories.committee import START, board
from tests.factories.policy import drafted, text_of
from tests.rules.packs import edited

NOW = START + timedelta(days=900)
Q, F = models.Q, models.F
# Rows that are never changed: what breaks one of their constraints can only be a row of its own.
FINAL = ("reviews.Letter", "reviews.LetterTemplate")
# Rows of a filed review are refused as a whole before any constraint is asked.
DRAFT = Q(review__filed_at=None)


def _somebody() -> User:
    return User.objects.earliest("pk")


def _any() -> Decision:
    return Decision.objects.earliest("pk")


# Constraint → which rows, and the change that must be refused.
BROKEN: dict[str, tuple[str, Q, Callable[[], dict[str, Any]]]] = {
    "organisation_role_known": ("accounts.OrganisationRole", Q(), lambda: {"role": "king"}),
    "organisation_role_until_pair": ("accounts.OrganisationRole", Q(), lambda: {"until_at": NOW}),
    "expertise_kind_known": ("accounts.Expertise", Q(), lambda: {"kind": "hobby"}),
    "stand_in_role_known": ("reviews.StandIn", Q(), lambda: {"role": "deputy_chair"}),
    "stand_in_gives_reason": ("reviews.StandIn", Q(), lambda: {"reason": ""}),
    "stand_in_appointed_by_another": ("reviews.StandIn", Q(), lambda: {"appointed_by": F("user")}),
    "stand_in_ended_pair": ("reviews.StandIn", Q(ended_at=None), lambda: {"ended_at": NOW}),
    "appeal_status_known": ("reviews.Appeal", Q(ended_at__isnull=False, withdrawn_by=None), lambda: {"status": "lost"}),
    "appeal_appointing_role_known": ("reviews.Appeal", Q(), lambda: {"appointing_role": "king"}),
    "appeal_has_text": ("reviews.Appeal", Q(), lambda: {"text": ""}),
    "appeal_gives_time": ("reviews.Appeal", Q(), lambda: {"due_at": F("filed_at")}),
    "appeal_needs_judges": ("reviews.Appeal", Q(), lambda: {"size": 0}),
    "appeal_ended_at_known": ("reviews.Appeal", Q(ended_at=None), lambda: {"ended_at": NOW}),
    "appeal_withdrawn_by_somebody": ("reviews.Appeal", Q(status="open"), lambda: {"withdrawn_by": _somebody()}),
    "appeal_judge_appointed_by_another": (
        "reviews.AppealJudge",
        Q(appointed_by__isnull=False),
        lambda: {"appointed_by": F("user")},
    ),
    "appeal_opinion_known": ("reviews.AppealOpinion", Q(), lambda: {"opinion": "both"}),
    "appeal_opinion_gives_reason": ("reviews.AppealOpinion", Q(), lambda: {"reason": ""}),
    "restriction_gives_reason": ("reviews.Restriction", Q(), lambda: {"reason": ""}),
    "restriction_gives_time": ("reviews.Restriction", Q(), lambda: {"ratify_by": F("placed_at")}),
    "restriction_lift_asked_pair": ("reviews.Restriction", Q(lift_asked_at=None), lambda: {"lift_asked_at": NOW}),
    "restriction_lift_gives_reason": ("reviews.Restriction", Q(lift_asked_at=None), lambda: {"lift_reason": "Over."}),
    "restriction_ended_whole": ("reviews.Restriction", Q(ended_at=None), lambda: {"ended_at": NOW}),
    "restriction_lifted_by_two": ("reviews.Restriction", Q(ending="lifted"), lambda: {"lifted_by": F("lift_asked_by")}),
    "restriction_vote_known": ("reviews.RestrictionVote", Q(), lambda: {"vote": "abstain"}),
    "restriction_vote_reason_given": ("reviews.RestrictionVote", Q(vote="for"), lambda: {"vote": "against"}),
    "expertise_level_known": ("accounts.Expertise", Q(), lambda: {"level": 4}),
    "expertise_skill_whole": ("accounts.Expertise", Q(), lambda: {"kind": "skill", "level": 2}),
    "expertise_confirmed_pair": ("accounts.Expertise", Q(), lambda: {"confirmed_by": None}),
    "expertise_withdrawn_pair": ("accounts.Expertise", Q(), lambda: {"withdrawn_at": NOW}),
    "user_reports_to_somebody_else": ("accounts.User", Q(), lambda: {"reports_to": F("id")}),
    "invitation_accepted_or_revoked": ("accounts.Invitation", Q(), lambda: {"accepted_at": NOW, "revoked_at": NOW}),
    "invitation_revoked_by_needs_moment": ("accounts.Invitation", Q(), lambda: {"revoked_by": _somebody()}),
    "invitation_expires_after_start": ("accounts.Invitation", Q(), lambda: {"expires_at": F("invited_at")}),
    "absence_ends_after_start": ("accounts.Absence", Q(), lambda: {"until_date": START.date() - timedelta(days=99)}),
    "absence_stand_in_is_somebody_else": ("accounts.Absence", Q(), lambda: {"stand_in": F("user")}),
    "absence_cancelled_pair": ("accounts.Absence", Q(), lambda: {"cancelled_at": NOW}),
    "organisation_is_one": ("accounts.Organisation", Q(), lambda: {"id": 2}),
    "organisation_changed_pair": ("accounts.Organisation", Q(), lambda: {"changed_at": NOW}),
    "organisation_mail_tested_pair": ("accounts.Organisation", Q(), lambda: {"mail_tested_by": _somebody()}),
    "organisation_ready_pair": ("accounts.Organisation", Q(), lambda: {"ready_at": NOW}),
    "membership_role_known": ("reviews.Membership", Q(), lambda: {"role": "king"}),
    "membership_until_pair": ("reviews.Membership", Q(), lambda: {"until_at": NOW}),
    "closure_day_cancelled_pair": ("reviews.ClosureDay", Q(), lambda: {"cancelled_at": NOW}),
    "adoption_approved_pair": ("reviews.Adoption", Q(approved_at__isnull=False), lambda: {"approved_by": None}),
    "adoption_withdrawn_pair": ("reviews.Adoption", Q(approved_at=None), lambda: {"withdrawn_at": NOW}),
    "adoption_approved_or_withdrawn": (
        "reviews.Adoption", Q(approved_at__isnull=False), lambda: {"withdrawn_at": NOW, "withdrawn_by": _somebody()},
    ),
    "adoption_two_people": (
        "reviews.Adoption", Q(approved_at=None), lambda: {"approved_at": NOW, "approved_by": F("proposed_by")},
    ),
    "policy_draft_dropped_pair": ("reviews.PolicyDraft", Q(dropped_at=None), lambda: {"dropped_at": NOW}),
    "policy_draft_published_or_dropped": (
        "reviews.PolicyDraft", Q(published__isnull=False), lambda: {"dropped_at": NOW, "dropped_by": _somebody()},
    ),
    "replay_run_failed_has_ended": ("reviews.ReplayRun", Q(ended_at=None), lambda: {"has_failed": True}),
    "replay_run_done_within_total": ("reviews.ReplayRun", Q(), lambda: {"done": F("total") + 1}),
    "reopening_why_known": ("reviews.Reopening", Q(trigger=""), lambda: {"why": "whim"}),
    "reopening_status_known": ("reviews.Reopening", Q(status="taken_back"), lambda: {"status": "lost"}),
    "reopening_has_reason": ("reviews.Reopening", Q(), lambda: {"reason": ""}),
    "reopening_re_review_has_trigger": ("reviews.Reopening", Q(why="re_review"), lambda: {"trigger": ""}),
    "reopening_answered_pair": ("reviews.Reopening", Q(status="taken_back"), lambda: {"answered_by": None}),
    "reopening_open_until_answered": (
        "reviews.Reopening", Q(status="open"), lambda: {"answered_at": NOW, "answered_by": _somebody()},
    ),
    "reopening_two_people": ("reviews.Reopening", Q(status="granted"), lambda: {"asked_by": F("answered_by")}),
    "reopening_granted_opens_revision": ("reviews.Reopening", Q(status="granted"), lambda: {"revision": None}),
    "reopening_refused_with_reason": ("reviews.Reopening", Q(status="refused"), lambda: {"answer": ""}),
    "sample_finding_known": ("reviews.SampleFinding", Q(), lambda: {"finding": "fine"}),
    "sample_finding_has_text": ("reviews.SampleFinding", Q(), lambda: {"text": ""}),
    "submission_state_known": ("reviews.Submission", Q(state="draft"), lambda: {"state": "lost"}),
    "submission_submitted_at_known": ("reviews.Submission", Q(state="decided"), lambda: {"submitted_at": None}),
    "submission_deliberation_at_known": (
        "reviews.Submission", Q(state="deliberation"), lambda: {"deliberation_opened_at": None},
    ),
    "transfer_goes_elsewhere": ("reviews.Transfer", Q(), lambda: {"target": models.F("source")}),
    "transfer_has_reason": ("reviews.Transfer", Q(), lambda: {"reason": ""}),
    "referral_answered_pair": ("reviews.Referral", Q(answered_at__isnull=False), lambda: {"answered_by": None}),
    "referral_withdrawn_pair": ("reviews.Referral", Q(answered_at=None), lambda: {"withdrawn_at": NOW}),
    "referral_answered_whole": ("reviews.Referral", Q(answered_at=None), lambda: {"finding": "objection"}),
    "referral_finding_known": ("reviews.Referral", Q(answered_at__isnull=False), lambda: {"finding": "maybe"}),
    "referral_has_question": ("reviews.Referral", Q(), lambda: {"question": ""}),
    "revision_frozen_pair": ("reviews.Revision", Q(frozen_at__isnull=False), lambda: {"frozen_by": None}),
    "revision_frozen_whole": ("reviews.Revision", Q(frozen_at__isnull=False), lambda: {"manifest_digest": ""}),
    "part_kind_known": ("reviews.Part", Q(), lambda: {"kind": "film"}),
    "artifact_part_known": ("reviews.Artifact", Q(), lambda: {"part": "film"}),
    "artifact_file_or_reference": ("reviews.Artifact", Q(), lambda: {"location": "", "blob": ""}),
    "artifact_not_empty": ("reviews.Artifact", Q(), lambda: {"size_bytes": 0}),
    "artifact_has_digest": ("reviews.Artifact", Q(), lambda: {"sha256": ""}),
    "proof_file_or_reference": ("reviews.Proof", Q(), lambda: {"location": ""}),
    "proof_file_has_digest": ("reviews.Proof", Q(), lambda: {"location": "", "blob": "aa/bb"}),
    "answer_change_has_key": ("reviews.AnswerChange", Q(), lambda: {"key": ""}),
    "pause_why_known": ("reviews.Pause", Q(), lambda: {"why": "tired"}),
    "pause_ends_after_start": ("reviews.Pause", Q(), lambda: {"until_at": START - timedelta(days=1)}),
    "assessment_basis_known": ("reviews.Assessment", Q(), lambda: {"basis": "guess"}),
    "assessment_board_reason": ("reviews.Assessment", Q(reason=""), lambda: {"basis": "board"}),
    "tier_proposal_has_reason": ("reviews.TierProposal", Q(), lambda: {"reason": ""}),
    "tier_proposal_confirmed_pair": ("reviews.TierProposal", Q(confirmed_at=None), lambda: {"confirmed_at": NOW}),
    "tier_proposal_withdrawn_pair": ("reviews.TierProposal", Q(confirmed_at=None), lambda: {"withdrawn_at": NOW}),
    "tier_proposal_confirmed_or_withdrawn": (
        "reviews.TierProposal",
        Q(confirmed_at__isnull=False),
        lambda: {"withdrawn_at": NOW, "withdrawn_by": _somebody()},
    ),
    "tier_proposal_refused_by_another": ("reviews.TierProposal", Q(withdrawn_at=None), lambda: {"refusal": "No."}),
    "tier_proposal_two_people": (
        "reviews.TierProposal", Q(confirmed_at=None), lambda: {"confirmed_at": NOW, "confirmed_by": F("proposed_by")},
    ),
    "legal_flag_noted_pair": ("reviews.LegalFlag", Q(), lambda: {"noted_at": NOW, "text": "Told."}),
    "legal_flag_noted_in_writing": ("reviews.LegalFlag", Q(), lambda: {"noted_at": NOW, "noted_by": _somebody()}),
    "evidence_given_pair": ("reviews.Evidence", Q(given_at__isnull=False), lambda: {"given_by": None}),
    "evidence_waived_pair": ("reviews.Evidence", Q(), lambda: {"waived_at": NOW, "waiver_reason": "x"}),
    "evidence_given_has_content": ("reviews.Evidence", Q(given_at__isnull=False), lambda: {"text": "", "blob": ""}),
    "evidence_waiver_has_reason": (
        "reviews.Evidence", Q(waived_at=None), lambda: {"waived_at": NOW, "waived_by": _somebody()},
    ),
    "hold_cleared_pair": ("reviews.Hold", Q(cleared_at__isnull=False), lambda: {"cleared_by": None}),
    "hold_cleared_in_writing": ("reviews.Hold", Q(cleared_at__isnull=False), lambda: {"clearance_text": ""}),
    "conflict_type_given": ("reviews.Conflict", Q(), lambda: {"type_key": ""}),
    "conflict_strength_known": ("reviews.Conflict", Q(source="oneself"), lambda: {"strength": "certain"}),
    "conflict_source_known": ("reviews.Conflict", Q(), lambda: {"source": "rumour", "declared_by": None}),
    "conflict_says_by_whom": ("reviews.Conflict", Q(source="oneself"), lambda: {"declared_by": None}),
    "conflict_hearsay_is_suspicion": ("reviews.Conflict", Q(source="author"), lambda: {"strength": "detected"}),
    "conflict_looked_pair": ("reviews.Conflict", Q(), lambda: {"looked_at": NOW, "finding": "x", "unsettles": _any()}),
    "conflict_looked_whole": ("reviews.Conflict", Q(), lambda: {"looked_at": NOW, "looked_by": _somebody()}),
    "conflict_settled_pair": ("reviews.Conflict", Q(settled_at__isnull=False), lambda: {"settled_by": None}),
    "conflict_settled_whole": ("reviews.Conflict", Q(settled_at__isnull=False), lambda: {"reason": ""}),
    "conflict_settled_by_third_person": (
        "reviews.Conflict", Q(settled_at__isnull=False), lambda: {"settled_by": F("user")},
    ),
    "objection_names_somebody": ("reviews.Objection", Q(), lambda: {"name": ""}),
    "tie_fact_known": ("reviews.Tie", Q(fact="sponsor"), lambda: {"fact": "feud"}),
    "tie_names_somebody": ("reviews.Tie", Q(), lambda: {"name": ""}),
    "tie_coauthors_have_a_date": ("reviews.Tie", Q(fact="coauthor"), lambda: {"on_date": None}),
    "assignment_status_known": ("reviews.Assignment", Q(done_at=None), lambda: {"status": "asleep"}),
    "assignment_accepted_without_conflict": ("reviews.Assignment", Q(status="done"), lambda: {"no_conflict_at": None}),
    "assignment_done_at_known": ("reviews.Assignment", Q(status="done"), lambda: {"done_at": None}),
    "assignment_ended_at_known": ("reviews.Assignment", Q(status="done"), lambda: {"ended_at": NOW}),
    "assignment_answered_at_known": ("reviews.Assignment", Q(status="done"), lambda: {"answered_at": None}),
    "review_recommendation_known": ("reviews.Review", Q(filed_at=None), lambda: {"recommendation": "maybe"}),
    "review_filed_whole": ("reviews.Review", Q(filed_at=None), lambda: {"filed_at": NOW, "findings": ""}),
    "review_correction_has_reason": ("reviews.Review", Q(filed_at=None), lambda: {"number": 2}),
    "review_part_kind_known": ("reviews.ReviewPart", DRAFT, lambda: {"kind": "film"}),
    "review_part_outcome_known": ("reviews.ReviewPart", DRAFT, lambda: {"outcome": "maybe"}),
    "review_finding_has_text": ("reviews.ReviewFinding", DRAFT, lambda: {"text": ""}),
    "review_evidence_view_known": ("reviews.ReviewEvidence", DRAFT, lambda: {"view": "maybe"}),
    "inquiry_answered_pair": ("reviews.Inquiry", Q(), lambda: {"answered_at": NOW, "answer": "x"}),
    "inquiry_answer_given": ("reviews.Inquiry", Q(), lambda: {"answered_at": NOW, "answered_by": _somebody()}),
    "inquiry_text_given": ("reviews.Inquiry", Q(), lambda: {"text": ""}),
    "inquiry_pauses_for_authors": ("reviews.Inquiry", Q(), lambda: {"asked_of": _somebody()}),
    "comment_audience_known": ("reviews.Comment", Q(audience="board"), lambda: {"audience": "press"}),
    "comment_has_text": ("reviews.Comment", Q(), lambda: {"text": ""}),
    "comment_about_one_thing": ("reviews.Comment", Q(artifact__isnull=False), lambda: {"question_key": "x"}),
    "comment_of_authors_replies": ("reviews.Comment", Q(audience="board"), lambda: {"by_author": True}),
    "letter_template_number_from_one": ("reviews.LetterTemplate", Q(), lambda: {"number": 0}),
    "letter_template_has_text": ("reviews.LetterTemplate", Q(), lambda: {"text": ""}),
    "letter_variant_known": ("reviews.Letter", Q(), lambda: {"variant": "secret"}),
    "letter_is_whole": ("reviews.Letter", Q(), lambda: {"html": ""}),
    "motion_kind_known": ("reviews.Motion", Q(), lambda: {"kind": "song"}),
    "motion_basis_known": ("reviews.Motion", Q(), lambda: {"basis": "feeling"}),
    "motion_status_known": ("reviews.Motion", Q(status="carried"), lambda: {"status": "asleep"}),
    "motion_closed_at_known": ("reviews.Motion", Q(status="carried"), lambda: {"closed_at": None}),
    "motion_of_board_has_mover": ("reviews.Motion", Q(basis="board"), lambda: {"put_by": None}),
    "motion_part_kind_known": ("reviews.MotionPart", Q(), lambda: {"kind": "film"}),
    "motion_part_outcome_known": ("reviews.MotionPart", Q(first_rung=""), lambda: {"outcome": "maybe"}),
    "motion_part_staged_has_first_rung": ("reviews.MotionPart", Q(outcome="staged"), lambda: {"first_rung": ""}),
    "ballot_vote_known": ("reviews.Ballot", Q(), lambda: {"vote": "maybe", "reason": "x"}),
    "ballot_reason_given": ("reviews.Ballot", Q(), lambda: {"vote": "against", "reason": ""}),
    "decision_basis_known": ("reviews.Decision", Q(effective_at=None), lambda: {"basis": "feeling"}),
    "decision_sent_back_pair": ("reviews.Decision", Q(effective_at=None), lambda: {"sent_back_by": _somebody()}),
    "decision_sent_back_before_effect": (
        "reviews.Decision", Q(effective_at=None),
        lambda: {"effective_at": NOW, "sent_back_at": NOW, "sent_back_by": _somebody(), "sent_back_reason": "x"},
    ),
    "decision_of_board_has_finaliser": (
        "reviews.Decision", Q(basis="board", effective_at=None), lambda: {"finalised_by": None},
    ),
    "decision_bound_to_digest": ("reviews.Decision", Q(effective_at=None), lambda: {"manifest_digest": ""}),
    "decision_bound_to_contributors": ("reviews.Decision", Q(effective_at=None), lambda: {"contributors_digest": ""}),
    "decision_supersedes_with_reason": (
        "reviews.Decision", Q(effective_at=None), lambda: {"effective_at": NOW, "supersedes": F("id")},
    ),
    "decision_supersedes_in_force": (
        "reviews.Decision", Q(effective_at=None), lambda: {"supersedes": F("id"), "supersedes_reason": "x"},
    ),
    "decision_record_whole": (
        "reviews.Decision", Q(effective_at=None), lambda: {"record": "{}", "record_sha256": "a" * 64},
    ),
    "decision_part_kind_known": ("reviews.DecisionPart", Q(decision__effective_at=None), lambda: {"kind": "film"}),
    "decision_part_outcome_known": (
        "reviews.DecisionPart", Q(decision__effective_at=None), lambda: {"outcome": "maybe"},
    ),
    "condition_met_pair": ("reviews.Condition", Q(met_at=None), lambda: {"met_at": NOW}),
    "condition_met_by_another": (
        "reviews.Condition",
        Q(decision__effective_at=None),
        lambda: {"owner": _somebody(), "met_by": _somebody(), "met_at": NOW},
    ),
    "condition_before_whole": (
        "reviews.Condition", Q(decision__effective_at=None), lambda: {"before_part": "film", "before_rung": "x"},
    ),
    "motion_condition_before_whole": ("reviews.MotionCondition", Q(), lambda: {"before_part": "paper"}),
    "condition_proof_answered_pair": ("reviews.ConditionProof", Q(answered_at=None), lambda: {"answered_at": NOW}),
    "condition_proof_has_content": ("reviews.ConditionProof", Q(), lambda: {"text": ""}),
    "condition_proof_file_has_digest": ("reviews.ConditionProof", Q(), lambda: {"blob": "aa/bb"}),
    "condition_proof_refused_in_answer": ("reviews.ConditionProof", Q(answered_at=None), lambda: {"refusal": "No."}),
    "condition_proof_two_people": (
        "reviews.ConditionProof", Q(answered_at__isnull=False), lambda: {"given_by": F("answered_by")},
    ),
    "sign_off_signed_pair": (
        "reviews.SignOff", Q(signed_at__isnull=False, decision__effective_at=None), lambda: {"signed_by": None},
    ),
    "release_plan_part_known": ("reviews.ReleasePlan", Q(), lambda: {"part": "film"}),
    "stage_opened_pair": ("reviews.Stage", Q(opened_at=None), lambda: {"opened_at": NOW}),
    "meeting_status_known": ("reviews.Meeting", Q(), lambda: {"status": "lost"}),
    "meeting_has_title": ("reviews.Meeting", Q(), lambda: {"title": ""}),
    "meeting_invited_pair": ("reviews.Meeting", Q(invited_at__isnull=False), lambda: {"invited_by": None}),
    "meeting_moved_pair": ("reviews.Meeting", Q(), lambda: {"moved_at": NOW, "move_reason": "x"}),
    "meeting_moved_with_reason": ("reviews.Meeting", Q(), lambda: {"moved_at": NOW, "moved_by": _somebody()}),
    "meeting_opened_pair": ("reviews.Meeting", Q(opened_at__isnull=False), lambda: {"opened_by": None}),
    "meeting_closed_pair": ("reviews.Meeting", Q(closed_at__isnull=False), lambda: {"closed_by": None}),
    "meeting_cancelled_pair": (
        "reviews.Meeting", Q(opened_at=None),
        lambda: {"status": "cancelled", "cancel_reason": "x", "cancelled_at": NOW},
    ),
    "meeting_status_whole": ("reviews.Meeting", Q(status="held"), lambda: {"status": "planned"}),
    "agenda_item_started_pair": ("reviews.AgendaItem", Q(started_at__isnull=False), lambda: {"started_by": None}),
    "agenda_item_ended_pair": ("reviews.AgendaItem", Q(ended_at__isnull=False), lambda: {"ended_by": None}),
    "agenda_item_ended_after_start": (
        "reviews.AgendaItem", Q(ended_at__isnull=False), lambda: {"started_at": None, "started_by": None},
    ),
    "agenda_item_takes_time": ("reviews.AgendaItem", Q(), lambda: {"minutes": 0}),
    "attendance_presence_known": ("reviews.Attendance", Q(), lambda: {"presence": "asleep"}),
    "minutes_have_text": ("reviews.Minutes", Q(approved_at=None), lambda: {"general": ""}),
    "minutes_correction_has_reason": ("reviews.Minutes", Q(approved_at=None), lambda: {"correction_reason": ""}),
    "minutes_approved_pair": ("reviews.Minutes", Q(approved_at=None), lambda: {"approved_at": NOW}),
    "minutes_approved_by_another": (
        "reviews.Minutes", Q(approved_at=None), lambda: {"approved_at": NOW, "approved_by": F("drafted_by")},
    ),
    "minutes_part_has_text": ("reviews.MinutesPart", Q(written__approved_at=None), lambda: {"text": ""}),
    "stage_closed_after_opened": ("reviews.Stage", Q(opened_at=None), lambda: {"closed_at": NOW}),
}  # fmt: skip
# Constraint → which row is written a second time, and what differs from the first so that only this one is broken.
TWICE: dict[str, tuple[str, Q, Callable[[Any], dict[str, Any]]]] = {
    "organisation_role_held_once": ("accounts.OrganisationRole", Q(until_at=None), lambda row: {}),
    "expertise_stated_once": ("accounts.Expertise", Q(withdrawn_at=None), lambda row: {}),
    "invitation_open_once": ("accounts.Invitation", Q(accepted_at=None, revoked_at=None), lambda row: {}),
    "user_email_ci_unique": ("accounts.User", Q(), lambda row: {"email": row.email.upper()}),
    "policy_version_once": ("reviews.PolicyVersion", Q(), lambda row: {}),
    "policy_draft_open_once": ("reviews.PolicyDraft", Q(published=None), lambda row: {}),
    "closure_day_once": ("reviews.ClosureDay", Q(), lambda row: {}),
    "adoption_open_once": ("reviews.Adoption", Q(approved_at=None), lambda row: {}),
    "adoption_first_once": ("reviews.Adoption", Q(is_first=True), lambda row: {}),
    "membership_held_once": ("reviews.Membership", Q(until_at=None), lambda row: {}),
    "contributor_once": ("reviews.Contributor", Q(user__isnull=False), lambda row: {}),
    "revision_number_once": ("reviews.Revision", Q(), lambda row: {}),
    "part_once": ("reviews.Part", Q(), lambda row: {}),
    "artifact_name_once": ("reviews.Artifact", Q(), lambda row: {}),
    "tier_proposal_open_once": ("reviews.TierProposal", Q(confirmed_at=None), lambda row: {}),
    "proof_name_once": ("reviews.Proof", Q(), lambda row: {}),
    "assessment_author_once": ("reviews.Assessment", Q(basis="author"), lambda row: {}),
    "evidence_type_once": ("reviews.Evidence", Q(), lambda row: {}),
    "hold_once_per_role": ("reviews.Hold", Q(), lambda row: {}),
    "conflict_declared_once": ("reviews.Conflict", Q(source="oneself"), lambda row: {}),
    "conflict_named_once": ("reviews.Conflict", Q(source="author"), lambda row: {"type_key": "another"}),
    "stand_in_appointed_once": ("reviews.StandIn", Q(ended_at=None), lambda row: {}),
    "objection_once": ("reviews.Objection", Q(), lambda row: {}),
    "reopening_one_open": ("reviews.Reopening", Q(status="open"), lambda row: {}),
    "tie_of_a_day_once": ("reviews.Tie", Q(fact="coauthor"), lambda row: {}),
    "tie_once": ("reviews.Tie", Q(fact="sponsor"), lambda row: {}),
    "user_orcid_once": ("accounts.User", Q(orcid__gt=""), lambda row: {"email": "another@example.org"}),
    "assignment_one_live": ("reviews.Assignment", Q(status="accepted"), lambda row: {}),
    "assignment_one_seat_per_revision": ("reviews.Assignment", Q(status="done"), lambda row: {}),
    "review_version_once": ("reviews.Review", Q(filed_at=None), lambda row: {}),
    "review_part_once": ("reviews.ReviewPart", DRAFT, lambda row: {}),
    "review_finding_once": ("reviews.ReviewFinding", DRAFT, lambda row: {}),
    "review_evidence_once": ("reviews.ReviewEvidence", DRAFT, lambda row: {}),
    "mention_once": ("reviews.Mention", Q(), lambda row: {}),
    "letter_template_number_once": ("reviews.LetterTemplate", Q(), lambda row: {}),
    "letter_variant_once": ("reviews.Letter", Q(), lambda row: {}),
    "agenda_item_once": ("reviews.AgendaItem", Q(ended_at__isnull=False), lambda row: {"order": 99}),
    "agenda_item_order_once": (
        "reviews.AgendaItem",
        Q(ended_at__isnull=False),
        lambda row: {"submission": Submission.objects.earliest("pk")},
    ),
    "agenda_item_one_open": (
        "reviews.AgendaItem",
        Q(started_at__isnull=False, ended_at=None),
        lambda row: {"order": 99, "submission": Submission.objects.earliest("pk")},
    ),
    "attendance_once": ("reviews.Attendance", Q(), lambda row: {}),
    "minutes_version_once": ("reviews.Minutes", Q(approved_at__isnull=False), lambda row: {}),
    "minutes_one_draft": ("reviews.Minutes", Q(approved_at=None), lambda row: {"number": row.number + 1}),
    "minutes_part_once": ("reviews.MinutesPart", Q(written__approved_at=None), lambda row: {}),
    "motion_number_once": ("reviews.Motion", Q(status="carried"), lambda row: {}),
    "motion_one_open": ("reviews.Motion", Q(status="open"), lambda row: {"number": row.number + 1}),
    "motion_part_once": ("reviews.MotionPart", Q(), lambda row: {}),
    "motion_condition_order_once": ("reviews.MotionCondition", Q(), lambda row: {}),
    "ballot_one_per_member": ("reviews.Ballot", Q(), lambda row: {}),
    "decision_one_current_per_revision": (
        "reviews.Decision",
        Q(sent_back_at=None),
        lambda row: {"motion": _spare(row)},
    ),
    "decision_part_once": ("reviews.DecisionPart", Q(), lambda row: {}),
    "legal_flag_once": ("reviews.LegalFlag", Q(), lambda row: {}),
    "condition_order_once": ("reviews.Condition", Q(decision__effective_at=None), lambda row: {}),
    "condition_proof_number_once": ("reviews.ConditionProof", Q(answered_at__isnull=False), lambda row: {}),
    "condition_proof_one_waits": ("reviews.ConditionProof", Q(answered_at=None), lambda row: {"number": 9}),
    "condition_proof_one_accepted": (
        "reviews.ConditionProof",
        Q(answered_at__isnull=False, refusal=""),
        lambda row: {"number": 9},
    ),
    "sign_off_seat_once": ("reviews.SignOff", Q(signed_at=None), lambda row: {}),
    "sign_off_person_once": ("reviews.SignOff", Q(signed_at__isnull=False), lambda row: {"seat": "another"}),
    "release_plan_once": ("reviews.ReleasePlan", Q(), lambda row: {}),
    "appeal_number_once": ("reviews.Appeal", Q(ended_at__isnull=False), lambda row: {}),
    "appeal_one_open": ("reviews.Appeal", Q(ended_at=None), lambda row: {"number": 9}),
    "appeal_judge_once": ("reviews.AppealJudge", Q(), lambda row: {}),
    "appeal_opinion_one_per_judge": ("reviews.AppealOpinion", Q(), lambda row: {}),
    "restriction_one_live": ("reviews.Restriction", Q(ended_at=None), lambda row: {}),
    "restriction_vote_one_per_person": ("reviews.RestrictionVote", Q(), lambda row: {}),
    "stage_order_once": ("reviews.Stage", Q(opened_at=None), lambda row: {}),
    "stage_one_open": ("reviews.Stage", Q(opened_at__isnull=False), lambda row: {"order": 99}),
}


def _spare(decision: Any) -> Any:
    """Another motion on the same revision, so that only the second decision is at fault."""
    return _copy(decision.motion, {"number": decision.motion.number + 7})


def _copy(row: Any, changes: dict[str, Any]) -> Any:
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    values.pop("public_id", None)
    for name, value in changes.items():
        values.pop(f"{name}_id", None)
        values[name] = value
    return type(row)._default_manager.create(**values)


def _world() -> None:
    made = board()
    for one in (people.InvitationFactory, people.AbsenceFactory, people.OrganisationFactory):
        one()
    publish(text=edited('version: "2026.11"', 'version: "2026.12"'), by=made.administrator, now=START)
    policy_draft.publish(draft=drafted(made.administrator, text_of("2027.01")), by=made.administrator, now=START)
    drafted(made.administrator, text_of("2027.02"))
    replay.ask(sha256="0" * 64, now=START)
    cases.submission_in(cases.State.DECIDED, made=made, tier=4)
    cases.prove(cases.draft(made))
    cases.letter_text(made)
    staged = cases.sign_all(cases.reviewed(cases.submit(cases.draft(made)), outcome=cases.Outcome.STAGED))
    stage = staged.plans.earliest("pk").stages.earliest("order")
    stage.opened_at, stage.opened_by = NOW, made.coordinator
    stage.save()
    asked = cases.submission_in(cases.State.IN_REVIEW, made=made, tier=3)
    cases.ask(asked)
    cases.save_review(asked)
    cases.declare(asked, made.reviewers[0])
    cases.settle(asked, cases.suspect(asked, made.reviewers[1]))
    people.TieFactory()
    people.TieFactory(fact="sponsor", on_date=None, user__orcid="0000-0002-1825-0097")
    carried = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    motion = cases.put(carried, conditions=("Tell the vendor first.",))
    cases.vote(carried, motion)
    cases.clear_holds(carried)
    cases.finalise(carried, motion)
    followed = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    motion = cases.put(followed, conditions=("Publish the card.", "Keep a log."))
    cases.vote(followed, motion)
    cases.clear_holds(followed)
    cases.finalise(followed, motion)
    first, second = cases.sign_all(followed).conditions.order_by("order")
    cases.meet(followed, first)
    cases.prove_condition(followed, second)
    cases.put(cases.submission_in(cases.State.DELIBERATION, made=made, tier=3))
    cases.record_answer(asked, cases.refer(asked))
    cases.refer(asked)
    cases.give_away(cases.submission_in(cases.State.SUBMITTED, made=made))
    doubted = cases.submission_in(cases.State.SUBMITTED, made=made)
    cases.confirm_tier(doubted, cases.propose_tier(doubted, 3))
    cases.propose_tier(doubted, 2)
    short = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    cases.leave_without_experts(short)
    cases.appoint_stand_in(short, cases.expert(short))
    halted = cases.staged(made)
    row = cases.restrict(halted)
    cases.say_on(halted, row, made.voters[:1])
    cases.answer_lift(halted, cases.ask_lift(halted, row))
    cases.restrict(halted)
    appealed = cases.staged(made, label="Appealed")
    heard = cases.appeal_against(appealed)
    cases.judge(appealed, heard, cases.appoint_judges(appealed, heard)[:2], Opinion.DISMISS)
    cases.appeal_against(cases.staged(made, label="Open appeal"))
    held = short.again().revision.artifacts.earliest("pk")
    answered = cases.submission_in(cases.State.DECIDED, made=made)
    cases.refuse(answered, cases.ask_amendment(answered))
    reopening.take_back(reopening=cases.ask_amendment(answered), by=answered.author, now=answered.later())
    cases.grant(answered, cases.ask_re_review(answered))
    cases.ask_amendment(cases.submission_in(cases.State.DECIDED, made=made, label="Asked"))
    cases.find(cases.sampled())
    cases.write(short, about=About(artifact=held.public_id), mentions=[made.deputy])
    sitting = meetings.held(made, short)
    meetings.approve(sitting, meetings.write(sitting))
    meetings.write(sitting, reason="A name was wrong.")
    meetings.begun(meetings.opened(meetings.planned(made, short)), short)
    meetings.planned(made)


def _names(kind: type[models.BaseConstraint]) -> set[str]:
    ours = [model for label in ("accounts", "reviews") for model in apps.get_app_config(label).get_models()]
    return {c.name for model in ours for c in model._meta.constraints if isinstance(c, kind)}


def test_every_constraint_is_broken_somewhere() -> None:
    assert _names(models.CheckConstraint) == set(BROKEN)
    assert _names(models.UniqueConstraint) == set(TWICE)


@pytest.mark.django_db
def test_the_database_refuses_every_unsound_row() -> None:
    _world()
    kept = []
    for name, (label, which, change) in BROKEN.items():
        row = apps.get_model(label)._default_manager.filter(which).first()
        assert row is not None, f"nothing to break {name} in"
        try:
            with transaction.atomic():
                if label in FINAL:
                    _copy(row, change())
                type(row)._default_manager.filter(pk=row.pk).update(**change())
            kept.append(name)
        except IntegrityError as error:
            if name not in str(error):
                kept.append(f"{name}: {error}")
    assert kept == []


@pytest.mark.django_db
def test_the_database_refuses_what_may_be_there_once_only() -> None:
    _world()
    kept = []
    for name, (label, which, change) in TWICE.items():
        row = apps.get_model(label)._default_manager.filter(which).first()
        assert row is not None, f"nothing to write twice for {name}"
        try:
            with transaction.atomic():
                _copy(row, change(row))
            kept.append(name)
        except IntegrityError:
            continue
    assert kept == []


@pytest.mark.django_db
def test_the_database_refuses_to_change_a_published_policy() -> None:
    board()
    row = PolicyVersion.objects.get()
    others = PolicyVersion.objects.filter(pk=row.pk)
    for change in (lambda: others.update(source="other"), lambda: others.update(title="Other"), others.delete):
        # Nothing points at the version that is deleted; what does is another protection.
        Adoption.objects.all().delete()
        Committee.objects.update(policy=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert PolicyVersion.objects.get() == row
    assert PolicyVersion.objects.get().source == row.source


@pytest.mark.django_db
def test_the_database_refuses_to_change_a_filed_review_or_anything_that_belongs_to_it() -> None:
    case = cases.submission_in(cases.State.IN_REVIEW, tier=3)
    draft = cases.save_review(case)
    cases.file_review(case, draft, content_of(draft))
    row = Review.objects.filter(pk=draft.pk)
    kept = [*row.values(), *(child.values() for child in _children(draft))]
    before = str(kept)
    assert all(child.exists() for child in _children(draft))
    # The seat that points at it protects it, too; without a look at that only the triggers are left.
    gone = lambda: row._raw_delete("default")  # noqa: E731
    for change in (lambda: row.update(findings="Other."), lambda: row.update(filed_at=None), gone):
        with pytest.raises(IntegrityError, match="filed reviews are final"), transaction.atomic():
            change()
    for child in _children(draft):
        changes = (
            lambda child=child: child.update(review=draft.pk),
            child.delete,
            lambda child=child: _copy(child.first(), {_keys[child.model.__name__]: "another"}),
        )
        for change in changes:
            with pytest.raises(IntegrityError, match="filed reviews are final"), transaction.atomic():
                change()
    assert str([*row.values(), *(child.values() for child in _children(draft))]) == before


_keys = {"ReviewPart": "kind", "ReviewFinding": "domain_key", "ReviewEvidence": "type_key"}


def _children(draft: Review) -> list[Any]:
    return [rows.all() for rows in (draft.parts, draft.domain_findings, draft.evidence_views)]


@pytest.mark.django_db
def test_a_draft_and_what_belongs_to_it_may_change() -> None:
    draft = cases.save_review(cases.submission_in(cases.State.IN_REVIEW, tier=3))
    Review.objects.filter(pk=draft.pk).update(findings="Other.")
    for child in _children(draft):
        assert child.update(review=draft.pk) > 0
        assert child.delete()[0] > 0


@pytest.mark.django_db
def test_the_database_refuses_to_change_approved_minutes_or_any_part_of_them() -> None:
    case = cases.submission_in(cases.State.DELIBERATION, tier=3)
    sitting = meetings.held(case.board, case)
    made, other = meetings.write(sitting), cases.submission_in(cases.State.SUBMITTED, made=case.board)
    unwritten = sitting.meeting.items.create(submission=other.submission, order=7, minutes=5)
    assert Minutes.objects.filter(pk=made.pk).update(general="Other.") == 1
    assert made.parts.update(text="Other.") == 1
    meetings.approve(sitting, made)
    row, part = Minutes.objects.filter(pk=made.pk), made.parts.all()
    before = str([*row.values(), *part.values()])
    gone = lambda: row._raw_delete("default")  # noqa: E731
    for change in (
        lambda: row.update(general="Another."),
        lambda: row.update(approved_at=None, approved_by=None),
        gone,
        lambda: part.update(text="Another."),
        part.delete,
        lambda: _copy(part.first(), {"item": unwritten}),
    ):
        with pytest.raises(IntegrityError, match="approved minutes are final"), transaction.atomic():
            change()
    assert str([*row.values(), *part.values()]) == before
