"""A policy on its way into force, on its pages: read, adopted, proposed, approved by somebody else, taken back."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from accounts.models import User
from reviews.actions import policy
from reviews.actions.committee import found
from reviews.models import Adoption, Committee
from tests.factories import cases
from tests.factories.committee import START, Board, board, put_in_force
from tests.factories.people import administrator
from tests.reviews.views.pages import client_of, get, post, text_of
from tests.rules.packs import PACK_TEXT, edited

pytestmark = pytest.mark.django_db

NEXT = edited('version: "2026.11"', 'version: "2026.12"')


def page(person: User, committee: Committee) -> str:
    return html.unescape(text_of(get(person, "committee-detail", committee.public_id)))


def proposed(made: Board, *, by: User | None = None) -> Adoption:
    policy.publish(text=NEXT, by=by, now=START)
    return Adoption.objects.get(committee=made.committee, approved_at=None)


def test_shipped_policy_is_read_and_adopted_by_one() -> None:
    by = administrator()
    committee = found(name="First", time_zone="UTC", by=by, now=START)
    assert "This committee takes no cases until it has adopted a policy." in page(by, committee)
    choice = html.unescape(text_of(get(by, "policy-adopt", committee.public_id)))
    assert 'href="/policies/shipped/"' in choice
    assert "You alone bring the first policy of a committee into force, on record." in choice
    reading = html.unescape(text_of(get(by, "policy-detail", "shipped")))
    for sentence in (
        "Not yet. It comes with Reviewboard.",
        "At least two thirds of the voting members take part, at least 5.",
        "Decided within 30 working days, valid for 3 months",
        "clears the holds of 4 hard rules",
        "Listed agent together with an enhancing or rebuilding result",
        "when any tripwire is not sure or open",
        "Describe the work in plain language, with its main claim and its intended users.",
        "Asked when “What are you submitting?” is “A model or system” or “Both”.",
        "Code, data and supplementary material count.",
        "a level from 0 to 4 · must be answered · scores a hazard domain: Cyber offence",
        "from 45 points",
        "severity 4: 100, severity 3: 69",
        "reversibility 4 of 4, safeguards count up to",
        "Same, by people outside the author group",
        "Co-author within 36 months (excluded)",
        "1 working day after it begins: responsible",
        "EU AI Act general-purpose model duties (Art. 53)",
    ):
        assert sentence in reading
    response = post(by, "policy-adopt", committee.public_id, version="shipped", read="on")
    assert response["Location"] == committee.get_absolute_url()
    committee.refresh_from_db()
    assert committee.policy is not None
    assert (committee.policy.source, Adoption.objects.get().is_first) == (PACK_TEXT, True)
    assert "takes no cases" not in page(by, committee)


def test_nothing_is_adopted_unread_or_unchosen() -> None:
    by = administrator()
    committee = found(name="First", time_zone="UTC", by=by, now=START)
    unread = html.unescape(text_of(post(by, "policy-adopt", committee.public_id, version="shipped")))
    assert "Tick this to go on." in unread
    unchosen = html.unescape(text_of(post(by, "policy-adopt", committee.public_id, read="on")))
    assert "Choose one." in unchosen
    assert not Adoption.objects.exists()


def test_version_in_force_is_not_offered_and_the_shipped_one_once() -> None:
    made = board()
    choice = text_of(get(made.administrator, "policy-adopt", made.committee.public_id))
    assert "There is no other version." in choice
    assert "policies/shipped" not in choice


def test_effect_of_a_version_is_one_step_away_before_it_is_proposed() -> None:
    made = board()
    case = cases.submit(cases.draft(made, tier=2))
    text = NEXT.replace("- {tier: 3, from: 45}", "- {tier: 3, from: 40}", 1)
    policy.publish(text=text, by=None, now=START)
    waiting = Adoption.objects.get(committee=made.committee, approved_at=None)
    policy.take_back(adoption=waiting, by=administrator(display_name="Second administrator"), now=START)
    newer = waiting.version
    choice = html.unescape(text_of(get(made.administrator, "policy-adopt", made.committee.public_id)))
    assert "2 differences from the version in force" in choice
    url = reverse("reviews:policy-replay", args=[newer.public_id]) + f"?committee={made.committee.public_id}"
    assert f'href="{url}"' in choice
    shown = html.unescape(text_of(client_of(made.administrator).get(url)))
    assert "The threshold of tier 3 is 40 instead of 45." in shown
    assert "1 of 1 case" in shown
    assert case.submission.reference not in shown  # who administers policies reads no case


def test_later_version_is_proposed_and_approved_by_another() -> None:
    made = board()
    first, second = made.administrator, administrator(display_name="Second administrator")
    policy.take_back(adoption=proposed(made), by=second, now=START)
    newer = Adoption.objects.get(is_first=False).version
    post(first, "policy-adopt", made.committee.public_id, version=newer.public_id, read="on")
    waiting = Adoption.objects.get(approved_at=None, withdrawn_at=None)
    assert waiting.proposed_by == first
    own = page(first, made.committee)
    assert "You proposed it" not in own.split("Proposed policy")[0]
    assert "You proposed this version, so another administrator approves it." in own
    assert "It can be approved by Second administrator." in own
    assert get(first, "adoption-approve", waiting.public_id).status_code == 403
    assert post(first, "adoption-approve", waiting.public_id).status_code == 403
    shown = html.unescape(text_of(get(second, "adoption-approve", waiting.public_id)))
    assert "default-dual-use 2026.12" in shown
    assert (
        post(second, "adoption-approve", waiting.public_id, version=1)["Location"] == made.committee.get_absolute_url()
    )
    made.committee.refresh_from_db()
    assert made.committee.policy == newer
    done = page(second, made.committee)
    assert "Proposed policy" not in done
    assert "<b>Second administrator</b> approved 2026.12." in done


def test_only_administrator_is_told_that_a_second_is_needed() -> None:
    made = board()
    proposed(made, by=made.administrator)
    shown = page(made.administrator, made.committee)
    assert "There is no other administrator yet" in shown
    assert "Nobody can approve it yet: another administrator is needed." in shown


def test_proposal_of_the_program_needs_one_who_stands_for_it_and_one_who_approves() -> None:
    made, second = board(), administrator()
    waiting = proposed(made)
    shown = page(made.administrator, made.committee)
    assert "was published from the command line and is proposed here" in shown
    assert ("Nobody stands for it yet" in shown, "Propose it" in shown, "Approve it" in shown) == (True, True, False)
    assert "Until then nothing changes." in text_of(get(second, "adoption-approve", waiting.public_id))
    assert post(made.administrator, "adoption-approve", waiting.public_id, version=0).status_code == 302
    assert "Approve it" in page(second, made.committee)
    for tab in ({"version": 0}, {}):  # a tab that offered to propose, and a form without a word of what it offered
        stale = post(second, "adoption-approve", waiting.public_id, **tab)
        made.committee.refresh_from_db()
        assert (stale.status_code, made.committee.policy != waiting.version) == (409, True)
        shown = text_of(stale)
        assert policy.PROPOSED in shown
        assert ("Approve and bring into force" in shown, 'name="version" value="1"' in shown) == (True, True)
    assert post(second, "adoption-approve", waiting.public_id, version=1).status_code == 302
    made.committee.refresh_from_db()
    assert made.committee.policy == waiting.version


def test_those_who_run_the_committee_see_the_proposal_without_buttons() -> None:
    made = board()
    proposed(made)
    shown = page(made.chair, made.committee)
    assert "Proposed policy" in shown
    assert ("Approve it" in shown, "Take it back" in shown) == (False, False)


def test_while_one_is_proposed_no_other_is_chosen() -> None:
    made = board()
    proposed(made)
    response = get(made.administrator, "policy-adopt", made.committee.public_id)
    assert (response.status_code, response["Location"]) == (302, made.committee.get_absolute_url())


def test_proposal_is_taken_back_once() -> None:
    made = board()
    waiting = proposed(made)
    assert post(made.administrator, "adoption-take-back", waiting.public_id).status_code == 302
    again = get(made.administrator, "adoption-take-back", waiting.public_id)
    assert (again.status_code, again["Location"]) == (302, made.committee.get_absolute_url())
    waiting.refresh_from_db()
    assert waiting.withdrawn_by == made.administrator


def test_published_version_can_be_read_by_those_who_run_a_committee() -> None:
    made = board()
    newer = put_in_force(NEXT, made, START)
    shown = html.unescape(text_of(get(made.coordinator, "policy-detail", newer.public_id)))
    assert "2026.12" in shown
    assert get(made.members[0], "policy-detail", newer.public_id).status_code == 404
