"""A draft of a policy: kept when it has no fault, superseded, dropped, published and so proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import log
from reviews.actions import policy, policy_draft
from reviews.models import Adoption, PolicyDraft, PolicyVersion
from reviews.rules.errors import Denied, NotNow, RuleBroken
from tests.factories.committee import START, Board, board
from tests.factories.people import administrator
from tests.factories.policy import drafted, text_of
from tests.reviews.actions.scenes import everything
from tests.rules.packs import PACK_TEXT

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=1)


def events(draft: PolicyDraft) -> list[tuple[str, str]]:
    return [(event.type, event.actor) for event in log.events(f"policy_draft:{draft.public_id}")]


def proposals(made: Board) -> list[Adoption]:
    return list(Adoption.objects.filter(committee=made.committee, approved_at=None))


def test_draft_is_kept_as_it_was_uploaded_and_proposed_nowhere() -> None:
    made = board()
    draft = drafted(made.administrator)
    assert (draft.source, draft.version, draft.is_open) == (text_of(), "2026.12", True)
    assert events(draft) == [("policy_draft.uploaded", made.administrator.public_id)]
    assert log.events(f"policy_draft:{draft.public_id}")[0].data == {
        "pack": "default-dual-use", "version": "2026.12", "sha256": draft.sha256,
    }  # fmt: skip
    assert (proposals(made), PolicyVersion.objects.count()) == ([], 1)
    assert drafted(administrator()) == draft


def test_later_file_of_the_same_version_supersedes_and_another_version_does_not() -> None:
    made, second = board(), administrator()
    first = drafted(made.administrator)
    other = drafted(made.administrator, text_of("2027.01"))
    newer = drafted(second, text_of("2026.12", ("- {tier: 3, from: 45}", "- {tier: 3, from: 40}")))
    first.refresh_from_db()
    assert (first.dropped_by, first.is_open, newer.is_open, other.is_open) == (second, False, True, True)
    assert events(first)[-1] == ("policy_draft.superseded", second.public_id)


@pytest.mark.parametrize(
    ("text", "code"),
    [(PACK_TEXT, "published"), (PACK_TEXT + "# other\n", "version_exists"), (text_of() + "\nmore: 1\n", "faults")],
)
def test_what_cannot_be_published_is_no_draft(text: str, code: str) -> None:
    made = board()
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        drafted(made.administrator, text)
    assert refused.value.code == code
    assert everything() == before


def test_publishing_a_draft_proposes_it_and_two_people_bring_it_into_force() -> None:
    made, second = board(), administrator()
    draft = drafted(made.administrator)
    version = policy_draft.publish(draft=draft, by=made.administrator, now=LATER)
    draft.refresh_from_db()
    assert (draft.published, version.source, version.sha256) == (version, draft.source, draft.sha256)
    assert events(draft)[-1] == ("policy_draft.published", made.administrator.public_id)
    (waiting,) = proposals(made)
    with pytest.raises(Denied):
        policy.approve(adoption=waiting, by=made.administrator, now=LATER)
    policy.approve(adoption=waiting, by=second, now=LATER)
    made.committee.refresh_from_db()
    assert made.committee.policy == version


def test_draft_ends_once() -> None:
    made = board()
    draft = drafted(made.administrator)
    policy_draft.drop(draft=draft, by=made.administrator, now=LATER)
    before = everything()
    for end in (policy_draft.drop, policy_draft.publish):
        with pytest.raises(NotNow):
            end(draft=draft, by=made.administrator, now=LATER)
    assert everything() == before
    assert drafted(made.administrator) != draft


def test_drafts_belong_to_administrators() -> None:
    made = board()
    draft = drafted(made.administrator)
    before = everything()
    for person in (made.chair, made.coordinator):
        with pytest.raises(Denied):
            drafted(person, text_of("2027.01"))
        for end in (policy_draft.drop, policy_draft.publish):
            with pytest.raises(Denied):
                end(draft=draft, by=person, now=LATER)
    assert everything() == before
