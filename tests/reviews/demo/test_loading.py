"""The demo tells its story by real actions, once, on any day, and goes on where it was interrupted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Expertise, User
from audit import log
from notifications import outbox
from reviews.demo import loading, people
from reviews.demo.clock import StoryClock
from reviews.demo.story import Story
from reviews.models import Committee, Decision, Membership, Proof, Stage, StandIn, Submission, TierProposal
from reviews.queries import deadline
from reviews.queries.proposal import table
from reviews.rules import deadlines, matching
from reviews.rules.deadlines import Calendar
from reviews.rules.states import VOTING, AssignmentStatus, CommitteeRole, Outcome, State

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAYS = [
    datetime(2026, 11, 22, 22, 30, tzinfo=UTC),  # a Sunday evening
    datetime(2027, 1, 1, 12, 0, tzinfo=UTC),  # a holiday
    datetime(2028, 2, 29, 5, 0, tzinfo=UTC),
]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def states() -> dict[str, str]:
    """Where each case stands, by its label."""
    return dict(Submission.objects.values_list("label", "state"))


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_seven_cases_stand_where_the_story_leaves_them(now: datetime) -> None:
    loading.load(now=now)

    assert states() == {
        "GPT-2, 1.5B parameters": State.DECIDED,
        "Face and trait inference paper": State.DECIDED,
        "BERT encoder": State.DECIDED,
        "Inverted drug discovery paper": State.DELIBERATION,
        "LLaMA, 7B to 65B": State.RETURNED,
        "Image model 1.x, open weights": State.IN_REVIEW,
        "Plain words": State.SUBMITTED,
        "Plain words (paper)": State.DRAFT,  # split off by its authors
    }
    outcomes = {
        (decision.submission.label, part.kind): part.outcome
        for decision in Decision.objects.all()
        for part in decision.parts.all()
    }
    assert outcomes == {
        ("GPT-2, 1.5B parameters", "model"): Outcome.STAGED,
        ("GPT-2, 1.5B parameters", "paper"): Outcome.FULL,
        ("Face and trait inference paper", "paper"): Outcome.WITHHELD,
        ("BERT encoder", "model"): Outcome.FULL,
        ("BERT encoder", "paper"): Outcome.FULL,
    }
    assert Stage.objects.filter(opened_at__isnull=False).count() == 2
    assert log.verify().faults == ()
    assert max(event.at for case in Submission.objects.all() for event in log.events(case.stream)) < now
    case = Submission.objects.get(state=State.IN_REVIEW)
    working, stretches = deadline.calendar(case.committee), deadline.pauses(case)
    due = {row.status: deadline.review_due(row, working, stretches) for row in case.assignments.all()}
    late, offered = due[AssignmentStatus.ACCEPTED], due[AssignmentStatus.OFFERED]
    assert late is not None
    assert offered is not None
    assert late < now < offered
    outlook = outbox.overview(now)
    assert (outlook.waiting, outlook.failed, outlook.sending) == (0, 0, 0)
    assert outlook.sent > 100


def test_committee_has_everybody_it_needs_and_all_can_sign_in(folder: Path) -> None:
    loaded = loading.load(now=MONDAY)
    committee = Committee.objects.get()
    held = Membership.objects.filter(committee=committee, until_at=None)

    assert (committee.name, committee.time_zone, committee.country) == ("Research Release Board", "Europe/Berlin", "DE")
    assert set(held.values_list("role", flat=True)) == set(CommitteeRole)
    assert held.filter(role__in=VOTING).values("user").distinct().count() == 9
    assert held.filter(role=CommitteeRole.EXTERNAL_MEMBER).count() == 2
    assert set(
        User.objects.filter(organisation_roles__until_at=None).values_list("organisation_roles__role", flat=True)
    ) >= {
        "leadership",
        "auditor",
        "administrator",
    }
    assert all(User.objects.get(email=one.email).check_password(loaded.password) for one in loaded.accounts)
    assert {one.email for one in people.read().people} == set(User.objects.values_list("email", flat=True))
    before = [log.events(case.stream) for case in Submission.objects.all()]
    (folder / "demo.json").unlink()
    User.objects.update(joined_at=MONDAY)
    loading.load(now=MONDAY)
    assert [log.events(case.stream) for case in Submission.objects.all()] == before


def test_there_is_somebody_to_propose_reviewers_for_and_each_kind_of_thing_to_look_at() -> None:
    loading.load(now=MONDAY)
    known = {(row.user.email.split("@")[0], row.key): row for row in Expertise.objects.select_related("user")}
    levels = {known[pair].level for pair in (("kofi.adeyemi", "privacy"), ("diego.alvarez", "weapons"))}
    assert levels == {Expertise.Level.WORKING, Expertise.Level.BASIC}
    assert [pair for pair, row in known.items() if row.confirmed_at is None] == [("farah.aziz", "unreliable_output")]
    case = Submission.objects.get(label="Plain words")
    found = matching.propose(table(User.objects.get(email="tom.hale@example.org"), MONDAY, only=case).facts)
    assert (len(found.seats), found.shortages) == (2, ())
    assert Proof.objects.filter(revision=case.revision).count() == 1
    assert TierProposal.objects.get(confirmed_at=None, withdrawn_at=None).revision == case.revision
    joined = StandIn.objects.live().get()
    assert (joined.submission.label, joined.role) == ("LLaMA, 7B to 65B", "chair")


def test_second_load_changes_nothing() -> None:
    call_command("demo", verbosity=0)
    before = [log.events(case.stream) for case in Submission.objects.all()]
    people_before = User.objects.count()
    call_command("demo", verbosity=0)

    assert [log.events(case.stream) for case in Submission.objects.all()] == before
    assert User.objects.count() == people_before


@pytest.mark.parametrize("steps", [1, 77])
def test_interrupted_load_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    left = steps
    at = StoryClock.at

    def give_out(clock: StoryClock, written: str) -> datetime:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return at(clock, written)

    with monkeypatch.context() as patched:
        patched.setattr(StoryClock, "at", give_out)
        with pytest.raises(KeyboardInterrupt):
            loading.load(now=MONDAY)
    User.objects.update(joined_at=MONDAY)
    assert not loading.is_loaded()
    loading.load(now=MONDAY)

    assert (Submission.objects.count(), Decision.objects.count()) == (8, 3)
    assert sorted(states().values()) == sorted(
        [State.DECIDED] * 3 + [State.DELIBERATION, State.RETURNED, State.IN_REVIEW, State.SUBMITTED, State.DRAFT]
    )


def test_demo_is_refused_in_production_mode(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="local instance only"):
        call_command("demo")
    assert User.objects.count() == 0


def test_demo_sends_no_real_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    with pytest.raises(CommandError, match="no real mail"):
        call_command("demo")
    assert User.objects.count() == 0


def test_clock_counts_back_over_weekends_and_holidays() -> None:
    clock = StoryClock(Calendar(zone="Europe/Berlin", country="DE"), datetime(2026, 12, 27, 9, tzinfo=UTC))

    assert clock.day(0).isoformat() == "2026-12-24"
    assert clock.at("1 09:30") == datetime(2026, 12, 23, 8, 30, tzinfo=UTC)
    assert deadlines.is_working_day(clock.calendar, clock.later(8))
    with pytest.raises(ValueError, match="may not be past"):
        clock.at("0 09:30")


def test_every_verb_of_the_files_is_told() -> None:
    from reviews.demo import cases

    verbs = {step.do for data in cases.read_all() for step in data.steps}
    assert [verb for verb in verbs if not hasattr(Story, verb)] == []
