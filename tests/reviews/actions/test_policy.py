"""Publishing a policy pack, and its way into force in a committee."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.actions import deactivate
from audit import log
from reviews.actions import policy, submission
from reviews.actions.committee import found
from reviews.models import Adoption, Committee, PolicyVersion, Submission
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from tests.factories.committee import START, Board, board, put_in_force
from tests.factories.people import UserFactory, administrator
from tests.reviews.actions.scenes import everything
from tests.rules.packs import PACK_TEXT, edited

pytestmark = pytest.mark.django_db

NEXT = edited('version: "2026.11"', 'version: "2026.12"')
AFTER = edited('version: "2026.11"', 'version: "2027.01"')
LATER = START + timedelta(days=1)
PACK_STREAM = "policy:default-dual-use"


def types(stream: str) -> list[str]:
    return [event.type for event in log.events(stream)]


def stream(committee: Committee) -> str:
    return f"committee:{committee.public_id}"


def proposed(made: Board, *, by: Any = None) -> Adoption:
    policy.publish(text=NEXT, by=by, now=LATER)
    return Adoption.objects.get(committee=made.committee, approved_at=None)


def in_force(made: Board) -> PolicyVersion | None:
    return Committee.objects.get(pk=made.committee.pk).policy


# publishing ----------------------------------------------------------------------------------------------------------


def test_published_version_is_proposed_and_in_force_nowhere() -> None:
    made = board()
    before = in_force(made)
    newer = policy.publish(text=NEXT, by=made.administrator, now=LATER)
    assert in_force(made) == before
    assert (newer.version, newer.source, newer.published_by) == ("2026.12", NEXT, made.administrator)
    waiting = Adoption.objects.get(approved_at=None)
    assert (waiting.version, waiting.is_first, waiting.proposed_at, waiting.proposed_by, waiting.withdrawn_at) == (
        newer, False, LATER, made.administrator, None,
    )  # fmt: skip
    assert types(PACK_STREAM)[-2:] == ["policy.published", "policy.proposed"]
    told = log.events(stream(made.committee))[-1]
    assert (told.type, told.actor, told.data) == (
        "policy.proposed",
        made.administrator.public_id,
        {"adoption": waiting.public_id, "pack": "default-dual-use", "version": "2026.12", "sha256": newer.sha256},
    )


def test_pack_from_the_command_line_is_proposed_by_nobody() -> None:
    made = board()
    waiting = proposed(made)
    assert (waiting.proposed_by, log.events(stream(made.committee))[-1].actor) == (None, log.SYSTEM)


def test_publishing_belongs_to_administrators() -> None:
    made = board()
    former = administrator()
    deactivate(user=former, by=made.administrator, now=START)
    people = (made.chair, made.coordinator, UserFactory(is_superuser=True), former)
    before = everything()
    for person in people:
        with pytest.raises(Denied):
            policy.publish(text=NEXT, by=person, now=LATER)
    assert everything() == before


def test_committee_with_another_pack_or_none_gets_no_proposal() -> None:
    made = board()
    found(name="Second", time_zone="UTC", by=made.administrator, now=START)
    policy.publish(text=edited("id: default-dual-use", "id: another"), by=None, now=START)
    assert not Adoption.objects.filter(approved_at=None).exists()
    policy.publish(text=NEXT, by=None, now=START)
    assert [row.committee for row in Adoption.objects.filter(approved_at=None)] == [made.committee]


def test_open_proposal_stays_when_still_another_version_is_published() -> None:
    made = board()
    waiting = proposed(made)
    policy.publish(text=AFTER, by=made.administrator, now=LATER)
    assert list(Adoption.objects.filter(approved_at=None)) == [waiting]
    assert types(PACK_STREAM)[-1] == "policy.published"


def test_same_bytes_again_change_nothing() -> None:
    first = policy.publish(text=PACK_TEXT, by=None, now=START)
    before = everything()
    assert policy.publish(text=PACK_TEXT, by=None, now=START) == first
    assert everything() == before


def test_other_bytes_under_a_published_version() -> None:
    policy.publish(text=PACK_TEXT, by=None, now=START)
    with pytest.raises(RuleBroken) as refused:
        policy.publish(text=PACK_TEXT + "\n# a remark\n", by=None, now=START)
    assert refused.value.code == "version_exists"
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("text", ["", "not: a pack", "a: [", edited("min_tier: 4", "min_tier: 9")])
def test_pack_with_faults(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        policy.publish(text=text, by=None, now=START)
    assert refused.value.code == "faults"
    assert not PolicyVersion.objects.exists()


# the first version ---------------------------------------------------------------------------------------------------


def test_first_version_is_adopted_by_one_administrator() -> None:
    by = administrator()
    version = policy.publish(text=PACK_TEXT, by=None, now=START)
    committee = found(name="Board", time_zone="UTC", by=by, now=START)
    made = policy.adopt(committee=committee, version=version, by=by, now=LATER)
    committee.refresh_from_db()
    assert committee.policy == version
    assert (made.is_first, made.proposed_by, made.approved_by, made.proposed_at, made.approved_at) == (
        True, by, by, LATER, LATER,
    )  # fmt: skip
    assert types(stream(committee)) == ["committee.founded", "policy.adopted"]
    told = log.events(PACK_STREAM)[-1]
    assert (told.type, told.actor, told.data) == (
        "policy.adopted",
        by.public_id,
        {
            "adoption": made.public_id, "committee": committee.public_id, "version": "2026.11",
            "sha256": version.sha256, "before": "",
        },
    )  # fmt: skip


def test_shipped_pack_is_published_and_adopted_in_one_step() -> None:
    by = administrator()
    committee = found(name="Board", time_zone="UTC", by=by, now=START)
    made = policy.adopt_pack(committee=committee, text=PACK_TEXT, by=by, now=START)
    assert (made.is_first, made.version.published_by, Committee.objects.get().policy) == (True, by, made.version)
    second = found(name="Second", time_zone="UTC", by=by, now=START)
    again = policy.adopt_pack(committee=second, text=PACK_TEXT, by=by, now=START)
    assert (again.is_first, again.version) == (True, made.version)
    assert types(PACK_STREAM) == ["policy.published", "policy.adopted", "policy.adopted"]


def test_pack_of_bytes_that_runs_earlier_is_proposed_once_and_elsewhere_too() -> None:
    made = board()
    other = board("Second")
    waiting = policy.adopt_pack(committee=made.committee, text=NEXT, by=made.administrator, now=LATER)
    assert (waiting.is_first, waiting.is_open) == (False, True)
    found_open = Adoption.objects.filter(approved_at=None).order_by("pk")
    assert {row.committee for row in found_open} == {made.committee, other.committee}


def test_committee_without_a_policy_takes_no_cases() -> None:
    by = administrator()
    committee = found(name="Board", time_zone="UTC", by=by, now=START)
    with pytest.raises(RuleBroken) as refused:
        submission.start(
            committee=committee, title="Title", label="Label", contributors=[], by=UserFactory(), now=START
        )
    assert (refused.value.code, refused.value.field) == ("no_policy", "committee")
    assert not Submission.objects.exists()


def test_adopting_belongs_to_administrators() -> None:
    made = board()
    version = policy.publish(text=NEXT, by=None, now=START)
    empty = found(name="Second", time_zone="UTC", by=made.administrator, now=START)
    before = everything()
    for person in (made.chair, made.coordinator, made.leader, UserFactory.build(pk=made.chair.pk, is_superuser=True)):
        assert person is not None
        with pytest.raises(Denied):
            policy.adopt(committee=empty, version=version, by=person, now=START)
        with pytest.raises(Denied):
            policy.adopt_pack(committee=empty, text=AFTER, by=person, now=START)
    assert everything() == before


# later versions ------------------------------------------------------------------------------------------------------


def test_later_version_waits_for_a_second_administrator() -> None:
    made = board()
    second = administrator()
    first = in_force(made)
    version = policy.publish(text=NEXT, by=None, now=LATER)
    policy.take_back(adoption=Adoption.objects.get(approved_at=None), by=second, now=LATER)
    waiting = policy.adopt(committee=made.committee, version=version, by=made.administrator, now=LATER)
    assert (waiting.is_open, waiting.proposed_by, in_force(made)) == (True, made.administrator, first)
    with pytest.raises(Denied) as refused:
        policy.approve(adoption=waiting, by=made.administrator, now=LATER)
    assert refused.value.code == "proposer"
    done = policy.approve(adoption=waiting, by=second, now=LATER)
    assert (done.approved_by, done.approved_at, in_force(made)) == (second, LATER, version)
    assert first is not None
    told = log.events(stream(made.committee))[-1]
    assert (told.type, told.actor, told.data["before"]) == ("policy.adopted", second.public_id, first.sha256)
    assert types(PACK_STREAM)[-4:] == ["policy.proposed", "policy.taken_back", "policy.proposed", "policy.adopted"]
    assert log.verify().faults == ()


def test_proposal_of_the_program_needs_two_administrators() -> None:
    made, second = board(), administrator()
    waiting, before = proposed(made), in_force(made)
    with pytest.raises(NotNow) as early:
        policy.approve(adoption=waiting, by=second, now=LATER)
    assert early.value.code == "no_proposer"
    later = LATER + timedelta(hours=1)
    stood = policy.stand_for(adoption=waiting, by=made.administrator, now=later)
    assert (stood.proposed_by, stood.proposed_at, stood.is_open) == (made.administrator, later, True)
    assert in_force(made) == before
    with pytest.raises(Denied) as refused:
        policy.approve(adoption=waiting, by=made.administrator, now=LATER)
    assert refused.value.code == "proposer"
    policy.approve(adoption=waiting, by=second, now=LATER)
    assert in_force(made) == waiting.version
    told = [(event.type, event.actor) for event in log.events(stream(made.committee))]
    assert told[-3:] == [
        ("policy.proposed", log.SYSTEM), ("policy.proposed", made.administrator.public_id),
        ("policy.adopted", second.public_id),
    ]  # fmt: skip


def test_who_only_meant_to_propose_has_not_approved() -> None:
    made, second = board(), administrator()
    waiting, before = proposed(made), in_force(made)
    policy.stand_for(adoption=waiting, by=made.administrator, now=LATER)
    with pytest.raises(Stale) as refused:
        policy.stand_for(adoption=waiting, by=second, now=LATER)
    assert (refused.value.code, refused.value.text) == ("proposed", policy.PROPOSED)
    assert in_force(made) == before


def test_only_administrators_approve_and_take_back() -> None:
    made = board()
    waiting = proposed(made)
    people = (made.chair, made.deputy, made.coordinator, made.auditor, UserFactory(is_superuser=True))
    before = everything()
    for person in people:
        assert person is not None
        for act in (policy.approve, policy.stand_for, policy.take_back):
            with pytest.raises(Denied):
                act(adoption=waiting, by=person, now=LATER)
    assert everything() == before


def test_administrator_who_ceased_to_be_one_approves_no_more() -> None:
    made = board()
    second = administrator()
    waiting = proposed(made, by=made.administrator)
    deactivate(user=second, by=made.administrator, now=LATER)
    with pytest.raises(Denied):
        policy.approve(adoption=waiting, by=second, now=LATER)


@pytest.mark.parametrize("first", [policy.approve, policy.take_back])
@pytest.mark.parametrize("then", [policy.approve, policy.take_back])
def test_proposal_is_settled_once(first: Any, then: Any) -> None:
    made = board()
    waiting = proposed(made, by=administrator())
    first(adoption=waiting, by=made.administrator, now=LATER)
    before = everything()
    with pytest.raises(NotNow) as refused:
        then(adoption=waiting, by=made.administrator, now=LATER)
    assert refused.value.code == "settled"
    assert everything() == before


def test_proposal_taken_back_changes_nothing_and_may_be_made_again() -> None:
    made = board()
    before = in_force(made)
    waiting = proposed(made)
    done = policy.take_back(adoption=waiting, by=made.administrator, now=LATER)
    assert (done.withdrawn_by, done.withdrawn_at, in_force(made)) == (made.administrator, LATER, before)
    again = policy.adopt(committee=made.committee, version=waiting.version, by=made.administrator, now=LATER)
    assert again.is_open


def test_version_in_force_is_not_adopted_again() -> None:
    made = board()
    with pytest.raises(RuleBroken) as refused:
        policy.adopt(committee=made.committee, version=made.committee.policy_in_force, by=made.administrator, now=LATER)
    assert refused.value.code == "in_force"


def test_one_proposal_at_a_time() -> None:
    made = board()
    proposed(made)
    other = policy.publish(text=AFTER, by=None, now=LATER)
    with pytest.raises(NotNow) as refused:
        policy.adopt(committee=made.committee, version=other, by=made.administrator, now=LATER)
    assert refused.value.code == "proposal_open"
    assert "2026.12" in refused.value.text


def test_earlier_version_may_come_back_with_two_people() -> None:
    made = board()
    first = made.committee.policy_in_force
    put_in_force(NEXT, made, LATER)
    waiting = policy.adopt(committee=made.committee, version=first, by=made.administrator, now=LATER)
    policy.approve(adoption=waiting, by=administrator(), now=LATER)
    assert in_force(made) == first


def test_policy_of_a_committee_is_written_by_adopting_alone() -> None:
    from tests.architecture.sources import ROOT, name, python_files

    writers = {
        name(path)
        for path in python_files()
        if path.is_relative_to(ROOT / "reviews") and "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if "committee.policy = " in line or ("policy=" in line and "Committee.objects" in line and "filter" not in line)
    }
    assert writers == {"reviews/actions/_packs.py"}
