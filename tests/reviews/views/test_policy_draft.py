"""A new policy on its pages: faults beside the file, what changes, past cases, publishing, approval by another."""

from __future__ import annotations

import html
import re
from weakref import WeakKeyDictionary

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.actions import replay as running
from reviews.models import Adoption, PolicyDraft, PolicyVersion, ReplayRun
from reviews.queries import replay as replaying
from tests.factories import cases
from tests.factories.cases import NEW_QUESTION, Case
from tests.factories.committee import START, board, put_in_force
from tests.factories.people import administrator
from tests.factories.policy import drafted, text_of
from tests.reviews.views.pages import client_of, get, post
from tests.reviews.views.pages import text_of as page_of
from tests.rules.packs import PACK_TEXT, edited, line_of

pytestmark = pytest.mark.django_db

LOWER = text_of("2026.12", ("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"))
ASKING = ("  - key: artifact_summary\n", NEW_QUESTION + "  - key: artifact_summary\n")


def page(person: User, name: str, *args: str, **query: str) -> str:
    return html.unescape(page_of(get(person, name, *args, **query)))


def test_faults_stand_with_line_and_key_beside_the_text_and_nothing_is_lost() -> None:
    by = administrator()
    bad = edited("path: reviewers", "path: everybody").replace("min_tier: 4", "min_tier: 9", 1)
    file = SimpleUploadedFile("pack.yaml", bad.encode())
    for given in ({"file": file}, {"text": bad.replace("\n", "\r\n")}):
        shown = html.unescape(page_of(post(by, "policy-new", **given)))
        for passage in ("path: everybody", "min_tier: 9"):
            assert f'data-rb-line="{line_of(bad, passage)}"' in shown
        assert "2 faults" in shown
        assert "<code>hard_triggers[durc_core].min_tier</code>" in shown
        textarea = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)
        assert textarea is not None
        assert textarea[1].replace("\r", "").strip() == bad.strip()
    assert not PolicyDraft.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a file, or write the pack here."),
        ({"file": SimpleUploadedFile("pack.yaml", b"\xff\xfe")}, "This is no UTF-8 text."),
        ({"text": "a" * (1024 * 1024 + 1)}, "This is larger than 1 MiB."),
    ],
)
def test_what_is_no_pack_is_said_beside_its_field(given: dict[str, object], said: str) -> None:
    assert said in html.unescape(page_of(post(administrator(), "policy-new", **given)))


def test_published_file_comes_back_with_what_to_change() -> None:
    made = board()
    file = SimpleUploadedFile("pack.yaml", PACK_TEXT.encode())
    shown = html.unescape(page_of(post(made.administrator, "policy-new", file=file)))
    assert "Exactly this file is published already." in shown
    assert "id: default-dual-use" in shown
    assert "id: default-dual-use" in page(made.administrator, "policy-new", **{"from": "shipped"})


def test_file_goes_through_differences_replay_publishing_and_approval() -> None:
    made, second = board(), administrator(display_name="Second administrator")
    case = cases.submit(cases.draft(made, tier=2, label="Label of the case"))
    answer = post(made.administrator, "policy-new", file=SimpleUploadedFile("pack.yaml", LOWER.encode()))
    draft = PolicyDraft.objects.get()
    assert answer["Location"] == draft.get_absolute_url()
    assert draft.source == LOWER
    shown = page(made.administrator, "policy-draft", draft.public_id)
    assert "2 changes since 2026.11" in shown
    assert "1 of 1 case would come out otherwise" in shown
    assert "Tier 3 starts at 40 points, before at 45." in shown
    before = page(made.administrator, "policy-draft-publish", draft.public_id)
    assert ("2 changes since 2026.11" in before, "1 of 1 case would come out otherwise" in before) == (True, True)
    unread = page_of(post(made.administrator, "policy-draft-publish", draft.public_id))
    assert ("Tick this to go on." in unread, PolicyVersion.objects.count()) == (True, 1)
    post(made.administrator, "policy-draft-publish", draft.public_id, read="on")
    waiting = Adoption.objects.get(committee=made.committee, approved_at=None)
    assert (waiting.version.source, waiting.proposed_by) == (LOWER, made.administrator)
    approval = page(second, "adoption-approve", waiting.public_id)
    assert "2 changes since 2026.11" in approval
    assert "1 of 1 case would come out otherwise" in approval
    assert case.submission.reference not in approval
    assert "proposed by Administrator" in page(made.administrator, "policy-list")
    post(second, "adoption-approve", waiting.public_id, version="1")
    listed = page(made.administrator, "policy-list")
    assert "proposed by Administrator, approved by Second administrator" in listed
    assert get(made.administrator, "policy-draft-publish", draft.public_id).status_code == 302
    assert "This draft was published." in page(made.coordinator, "policy-draft", draft.public_id)


def test_replay_shows_administrators_numbers_and_runners_their_own_references() -> None:
    made, other = board(), board("Elsewhere")
    case = cases.submit(cases.draft(made, tier=2, label="Label of the case"))
    strange = cases.submit(cases.draft(other, tier=2, label="Strange label"))
    hidden = cases.submit(cases.draft(made, tier=2, label="Hidden label"))
    cases.declare(hidden, made.deputy)
    draft = drafted(made.administrator, text_of("2026.12", ("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"), ASKING))
    secrets = [
        words for one in (case, strange, hidden)
        for words in (one.submission.title, one.author.display_name, "A plain summary of the work.")
    ]  # fmt: skip
    named = {one.submission.reference: one.submission.label for one in (case, strange, hidden)}
    expected: list[tuple[User, list[Case]]] = [
        (made.administrator, []), (made.coordinator, [case, hidden]), (made.deputy, [case]), (other.chair, [strange]),
    ]  # fmt: skip
    for person, rows in expected:
        seen = {one.submission.reference for one in rows}
        shown = page(person, "policy-draft", draft.public_id)
        assert {reference for reference in named if reference in shown} == seen
        assert {label for label in named.values() if label in shown} == {named[reference] for reference in seen}
        assert [words for words in secrets if words in shown] == []
    whole = page(made.administrator, "policy-draft", draft.public_id)
    assert "3 of 3 cases would come out otherwise" in whole
    assert "Which cases these are is for those who run their committee" in whole
    assert "3 cases would lack an answer to “Who can be asked at any hour?”" in whole
    assert "1 of 1 case would come out otherwise" in page(made.deputy, "policy-draft", draft.public_id)


def test_matrix_leads_to_the_cases_of_a_cell_and_a_committee_can_be_chosen() -> None:
    made, other = board(), board("Elsewhere")
    case = cases.submit(cases.draft(made, tier=2))
    version = drafted(made.administrator, LOWER)
    shown = page(made.coordinator, "policy-draft", version.public_id)
    assert 'aria-label="1 case of tier 2 would be tier 3"' in shown
    assert '<a href="?before=2&after=3#cases"' in shown
    chosen = page(made.coordinator, "policy-draft", version.public_id, before="2", after="3")
    assert "Tier 2 before, tier 3 with this policy" in chosen
    assert case.submission.reference in chosen
    elsewhere = page(made.administrator, "policy-draft", version.public_id, committee=other.committee.public_id)
    assert "No case was submitted that this policy could be tried on." in elsewhere


def test_published_version_says_what_it_changed() -> None:
    made = board()
    shown = page(made.chair, "policy-replay", PolicyVersion.objects.get().public_id)
    assert "There is no earlier version to compare it with." in shown
    assert get(made.members[0], "policy-list").status_code == 404


def test_draft_is_dropped_and_stays_on_record() -> None:
    made = board()
    draft = drafted(made.administrator)
    assert post(made.administrator, "policy-draft-drop", draft.public_id)["Location"] == "/policies/"
    assert "It cannot be published any more." in page(made.administrator, "policy-draft", draft.public_id)
    assert str(draft) not in page(made.administrator, "policy-list")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = board()
    for number in range(rows):
        put_in_force(text_of(f"2026.{20 + number}"), made, START)
        drafted(made.administrator, text_of(f"2027.{number}"))
    client = client_of(made.administrator)
    with django_assert_num_queries(10):
        shown = client.get("/policies/").context_data
    assert (len(shown["drafts"]), len(shown["published"])) == (rows, rows + 1)


def test_long_replay_shows_its_progress_and_loads_the_page_anew_once_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reviews.views.policy_effect.AT_ONCE", 0)
    monkeypatch.setattr(replaying, "_known", WeakKeyDictionary())
    monkeypatch.setattr(replaying, "_recalled", WeakKeyDictionary())
    made, second = board(), administrator()
    cases.submit(cases.draft(made, tier=2))
    draft = drafted(made.administrator, LOWER)
    for person, name in ((made.administrator, "policy-draft"), (made.administrator, "policy-draft-publish"),
                         (made.coordinator, "policy-draft")):  # fmt: skip
        shown = page(person, name, draft.public_id)
        assert "0 of 1 case is scored anew." in shown
        assert "would come out otherwise" not in shown
        assert 'hx-trigger="every 3s"' in shown
    assert "It can be published once its effect is known." in page(
        made.administrator, "policy-draft-publish", draft.public_id
    )
    client = client_of(made.administrator)
    polled = client.get(draft.get_absolute_url(), headers={"HX-Request": "true"})
    assert (
        polled.content.decode().strip().startswith('<section class="rb-section" id="replay" hx-get="/policies/drafts/')
    )
    assert ReplayRun.objects.get().sha256 == draft.sha256
    running.work(clock=timezone.now, stopping=lambda: False)
    monkeypatch.setattr(replaying, "_known", WeakKeyDictionary())
    assert client.get(draft.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "1 of 1 case would come out otherwise" in page(made.administrator, "policy-draft", draft.public_id)
    post(made.administrator, "policy-draft-publish", draft.public_id, read="on")
    waiting = Adoption.objects.get(committee=made.committee, approved_at=None)
    assert "1 of 1 case would come out otherwise" in page(second, "adoption-approve", waiting.public_id)


def test_replay_that_failed_says_so_and_is_tried_again_where_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.views.policy_effect.AT_ONCE", 0)
    monkeypatch.setattr(replaying, "_known", WeakKeyDictionary())
    made = board()
    cases.submit(cases.draft(made, tier=2))
    draft = drafted(made.administrator, LOWER)
    page(made.coordinator, "policy-draft", draft.public_id)
    ReplayRun.objects.update(ended_at=timezone.now(), has_failed=True)
    for _ in range(2):
        shown = page(made.coordinator, "policy-draft", draft.public_id)
        assert ("The replay stopped because of a fault." in shown, "hx-trigger" in shown) == (True, False)
    assert "0 of 1 case is scored anew." in page(made.coordinator, "policy-draft", draft.public_id, again="1")
    assert ReplayRun.objects.get().has_failed is False
