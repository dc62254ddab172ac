"""Publishing a policy pack."""

from __future__ import annotations

import pytest

from audit import log
from reviews.actions import policy
from reviews.models import Committee, PolicyVersion
from reviews.rules.errors import RuleBroken
from tests.factories.committee import START, board
from tests.reviews.actions.scenes import everything
from tests.rules.packs import PACK_TEXT, edited

pytestmark = pytest.mark.django_db

NEXT = edited('version: "2026.11"', 'version: "2026.12"')


def test_published_version_is_in_force_for_its_committees_at_once() -> None:
    made = board()
    newer = policy.publish(text=NEXT, by=made.administrator, now=START)
    assert Committee.objects.get().policy == newer
    assert (newer.version, newer.source, newer.published_by) == ("2026.12", NEXT, made.administrator)
    event = log.events("policy:default-dual-use")[-1]
    assert (event.type, event.data) == ("policy.published", {"version": "2026.12", "sha256": newer.sha256})


def test_committee_with_another_pack_keeps_its_own() -> None:
    made = board()
    policy.publish(text=edited("id: default-dual-use", "id: another"), by=None, now=START)
    made.committee.refresh_from_db()
    assert made.committee.policy.pack_id == "default-dual-use"


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
