"""Every who has its when, every model is reached by the tests' own ways of making rows."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from reviews.actions import replay
from tests.factories import cases, meetings, people
from tests.factories.committee import board
from tests.factories.policy import drafted

OURS = ("accounts", "reviews")
# Pairs that need no CHECK of their own, and why.
NOT_PAIRED = {
    ("reviews.Submission", "created"): "both are always there",
    ("reviews.Artifact", "added"): "both are always there",
    ("reviews.Proof", "added"): "both are always there",
    ("reviews.AnswerChange", "changed"): "both are always there",
    ("reviews.Inquiry", "asked"): "both are always there",
    ("reviews.Comment", "written"): "both are always there",
    ("reviews.LetterTemplate", "made"): "both are always there",
    ("reviews.LetterNote", "written"): "both are always there",
    ("reviews.Conflict", "declared"): "the program finds ties",
    ("reviews.Objection", "declared"): "both are always there",
    ("reviews.StandIn", "appointed"): "both are always there",
    ("reviews.Tie", "noted"): "both are always there",
    ("reviews.PolicyVersion", "published"): "the system publishes the first pack",
    ("reviews.PolicyDraft", "uploaded"): "both are always there",
    ("reviews.Assessment", "made"): "the system may score",
    ("reviews.Assignment", "offered"): "on resubmission the system asks again",
    ("reviews.Motion", "put"): "reviewers' agreement is put by nobody; a board's motion has its own CHECK",
    ("reviews.Motion", "closed"): "a withdrawn case closes its motion by itself",
    ("reviews.ConditionProof", "given"): "who showed what was noted before proofs were rows is not known",
    ("reviews.Decision", "finalised"): "the paths without a vote; a board's decision has its own CHECK",
    ("reviews.Membership", "from"): "the first roles are given by the system",
    ("reviews.Adoption", "proposed"): "the program proposes what was published from the command line",
    ("reviews.TierProposal", "proposed"): "both are always there",
    ("reviews.Referral", "sent"): "both are always there",
    ("reviews.Appeal", "filed"): "both are always there",
    ("reviews.AppealJudge", "appointed"): "members who had no part in the decision hear it without being appointed",
    ("reviews.Restriction", "placed"): "both are always there",
    ("reviews.Transfer", "transferred"): "both are always there",
    ("reviews.Reopening", "asked"): "both are always there",
    ("reviews.SampleFinding", "found"): "both are always there",
    ("reviews.Meeting", "planned"): "both are always there",
    ("reviews.Attendance", "noted"): "both are always there",
    ("reviews.Minutes", "drafted"): "both are always there",
    ("accounts.OrganisationRole", "from"): "the first roles are given by the system",
    ("accounts.Invitation", "invited"): "the first administrator is invited by the set-up",
    ("accounts.Absence", "noted"): "both are always there",
}


def _models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def _pairs(model: type[models.Model]) -> set[str]:
    names = {field.name for field in model._meta.get_fields()}
    return {name[:-3] for name in names if name.endswith("_at") and f"{name[:-3]}_by" in names}


def _checked(model: type[models.Model]) -> set[str]:
    found = set()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            text = str(constraint.condition)
            found |= {stem for stem in _pairs(model) if f"{stem}_at" in text and f"{stem}_by" in text}
    return found


@pytest.mark.parametrize("model", _models(), ids=lambda model: model._meta.label)
def test_every_who_has_its_when(model: type[models.Model]) -> None:
    exempt = {stem for label, stem in NOT_PAIRED if label == model._meta.label}
    assert _pairs(model) - _checked(model) == exempt


def test_every_pair_that_is_not_checked_has_both_sides_or_a_system_that_acts() -> None:
    known = {(model._meta.label, stem) for model in _models() for stem in _pairs(model)}
    assert set(NOT_PAIRED) - known == set()


@pytest.mark.parametrize("model", _models(), ids=lambda model: model._meta.label)
def test_nothing_is_deleted_with_a_person(model: type[models.Model]) -> None:
    to_people = [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.label == "accounts.User"
    ]
    assert {field.name: field.remote_field.on_delete for field in to_people} == {
        field.name: models.PROTECT for field in to_people
    }


@pytest.mark.django_db
def test_the_factories_reach_every_model() -> None:
    made = board()
    cases.submission_in(cases.State.DECIDED, made=made, tier=4)
    staged = cases.reviewed(cases.submit(cases.draft(made, tier=2)), outcome=cases.Outcome.STAGED)
    cases.letter_text(made)
    cases.share_reasons(staged)
    cases.sign_all(staged)
    cases.reopened(staged)
    cases.find(cases.sampled())
    asked = cases.submission_in(cases.State.IN_REVIEW, made=made, tier=3)
    cases.ask(asked)
    cases.save_review(asked)
    cases.declare(asked, made.reviewers[0])
    cases.suspect(asked, made.reviewers[1])
    people.TieFactory()
    conditioned = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    motion = cases.put(conditioned, conditions=("Tell the vendor first.",))
    cases.vote(conditioned, motion)
    cases.clear_holds(conditioned)
    cases.finalise(conditioned, motion)
    cases.prove_condition(conditioned, cases.sign_all(conditioned).conditions.get())
    cases.propose_tier(asked, 4)
    short = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    cases.leave_without_experts(short)
    cases.appoint_stand_in(short, cases.expert(short))
    cases.refer(asked)
    halted = cases.staged(made)
    cases.say_on(halted, cases.restrict(halted), made.voters[:1])
    heard = cases.appeal_against(halted)
    cases.judge(halted, heard, cases.appoint_judges(halted, heard)[:2])
    cases.write(short, mentions=[made.deputy])
    meetings.write(meetings.held(made, short))
    replay.ask(sha256=drafted(made.administrator).sha256, now=asked.now)
    replay.work(clock=lambda: asked.now, stopping=lambda: False)
    cases.prove(cases.draft(made))
    cases.give_away(asked)
    for one in (people.InvitationFactory, people.AbsenceFactory, people.OrganisationFactory):
        one()
    empty = {model._meta.label for model in _models() if not model._default_manager.exists()}
    assert empty == set()
