"""The assessment page prints the numbers that were stored, and says what they mean."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions import questionnaire
from reviews.models import Assessment, Assignment, Review, TierProposal
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, post, text_of

pytestmark = pytest.mark.django_db


def page(client: Client, case: Case) -> str:
    url = reverse("reviews:assessment-detail", args=[case.submission.reference])
    return client.get(url, follow=True).content.decode()


@pytest.mark.parametrize("tier", [0, 1, 2, 3, 4])
def test_assessment_shows_tier_scores_triggers_and_flags(client: Client, tier: int) -> None:
    case = cases.submit(cases.draft(tier=tier))
    stored = Assessment.objects.get()
    pack = case.submission.revision.policy.pack
    client.force_login(case.author)
    html = page(client, case)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "'").replace("&quot;", '"')
    assert f"Tier {tier}" in words
    assert f"{stored.inherent:.1f}" in words
    assert f"{stored.residual:.1f}" in words
    for key in stored.result["triggers"]:
        assert pack.trigger(key).reason in words
    for key in stored.result["legal_flags"]:
        assert pack.legal_flag(key).label in words
    for row in stored.result["domains"]:
        assert pack.domain(row["key"]).label in words
    assert f"{len(stored.result['triggers'])} of {len(pack.triggers)} fired" in words


def test_draft_has_no_assessment_yet(client: Client) -> None:
    case = cases.draft()
    client.force_login(case.author)
    url = reverse("reviews:assessment-detail", args=[case.submission.reference])
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, case.submission.get_absolute_url())


def test_authors_of_a_returned_case_still_read_what_the_revision_before_was_given(client: Client) -> None:
    case = cases.submission_in(State.RETURNED, tier=3)
    for person in (case.author, case.board.coordinator):
        client.force_login(person)
        assert "for revision 1 under policy" in page(client, case)
    assert "Revision 2 is scored anew" not in page(client, case)
    client.force_login(case.author)
    assert "Revision 2 is scored anew when it is submitted." in page(client, case)


def test_raised_tier_is_said_and_the_reviewers_words_stay_with_the_board(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    made = Assignment.objects.get(submission=case.submission).review
    content = replace(cases.findings(case, clear=False), findings="Words for the board.")
    cases.file_review(case, made, content)
    client.force_login(case.author)
    html = page(client, case)
    assert "because a reviewer asked for a closer look than the score does" in html
    assert "Tier, as the board raised it" in html
    assert "Words for the board." not in html


def test_who_may_read_it(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    url = reverse("reviews:assessment-detail", args=[case.submission.reference])
    found = {}
    for person in (case.author, case.board.chair, case.board.reviewers[0], case.board.members[0], case.board.leader):
        client.force_login(person)
        found[str(person)] = client.get(url).status_code
    assert found == {"Author One": 200, "Chair": 200, "Reviewer 0": 302, "Member 0": 404, "Leader": 404}


def test_who_moved_what_stands_side_by_side_for_those_who_read_reviews(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    for row, level in zip(Review.objects.order_by("pk"), (1, 2, 3), strict=True):
        said = cases.like_the_authors(case, cap_bias=level)
        cases.file_review(case, row, replace(cases.findings(case), judgement=said))
    client.force_login(case.board.coordinator)
    assert 'id="reviewers"' not in page(client, case)  # evidence is open, so the round is
    cases.settle_evidence(case)
    html = page(client, case)
    assert 'data-label="Reviewer 2"' in html
    assert "marked: every reviewer is below the authors" in html
    assert "answers on which all agree" in html
    assert "By the answers of authors and reviewers together" in html
    client.force_login(case.author)
    assert 'id="reviewers"' not in page(client, case)
    cases.clear_holds(case)
    made = cases.put(case)
    cases.vote(case, made)
    cases.finalise(case, made)
    assert 'id="reviewers"' not in page(client, case)
    cases.sign_all(case)
    html = page(client, case)
    assert "marked: every reviewer is below the authors" in html
    assert not any(person.display_name in html for person in case.board.reviewers)


def test_tier_that_reviewers_raised_is_said_before_the_numbers_are_shown(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    own = case.submission.revision.assessments.get()
    for row in Review.objects.order_by("pk"):
        said = cases.like_the_authors(case, cap_cyber=3)
        cases.file_review(case, row, replace(cases.findings(case), judgement=said))
    for person in (case.author, case.board.chair):
        client.force_login(person)
        html = page(client, case)
        assert "because the reviewers ask for more than the authors&#x27; answers do" in html
        assert f"residual {own.residual:.1f} of 100" in html


def test_another_tier_is_proposed_and_confirmed_on_its_pages(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    reference = case.submission.reference
    url = reverse("reviews:assessment-propose-tier", args=[reference])
    assert [get(person, "assessment-propose-tier", reference).status_code for person in (
        case.board.deputy, case.author, case.board.coordinator)] == [403, 403, 403]  # fmt: skip
    client.force_login(case.board.chair)
    form = client.get(url).content.decode()
    assert re.findall(r'name="tier" value="(\d)"', form) == ["4"]
    data = {"tier": "4", "reason": "Wider than it looks.", "version": case.version}
    assert client.post(url, data)["Location"] == reverse("reviews:assessment-detail", args=[reference])
    row = TierProposal.objects.get()
    assert "Waits for a second person" in page(client, case)
    assert get(case.board.chair, "assessment-confirm-tier", row.public_id).status_code == 403
    for person in (case.author, case.board.members[0]):
        assert get(person, "assessment-confirm-tier", row.public_id).status_code == 404
    assert "Wider than it looks." in text_of(get(case.board.deputy, "assessment-confirm-tier", row.public_id))
    assert post(case.board.deputy, "assessment-confirm-tier", row.public_id, version=case.version).status_code == 302
    html = page(client, case)
    assert "because the chair and a second person set it" in html
    client.force_login(case.author)
    html = page(client, case)
    assert "because the chair and a second person set it" in html
    assert "Wider than it looks." not in html


def test_proposal_is_refused_with_a_reason_that_stays_beside_it() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    row = cases.propose_tier(case, 4)
    url = reverse("reviews:assessment-refuse-tier", args=[row.public_id])
    assert url in get(case.board.deputy, "assessment-confirm-tier", row.public_id).content.decode()
    assert "It is the turn of: " in text_of(get(case.board.chair, "assessment-detail", case.submission.reference))
    assert get(case.board.chair, "assessment-refuse-tier", row.public_id).status_code == 403
    empty = post(case.board.deputy, "assessment-refuse-tier", row.public_id, reason=" ")
    assert empty.status_code == 200
    done = post(case.board.deputy, "assessment-refuse-tier", row.public_id, reason="The numbers hold.")
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.is_open, row.refusal, row.withdrawn_by) == (False, "The numbers hold.", case.board.deputy)
    assert "The numbers hold." in text_of(get(case.board.chair, "assessment-detail", case.submission.reference))
    assert cases.propose_tier(case, 4).is_open


def test_proposal_is_taken_back_by_who_made_it() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    row = cases.propose_tier(case, 4)
    assert get(case.board.deputy, "assessment-take-back-tier", row.public_id).status_code == 403
    assert post(case.board.chair, "assessment-take-back-tier", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.is_open is False


def test_second_revision_shows_its_changes_with_effects_and_a_blind_reviewer_none_of_a_level(client: Client) -> None:
    case = cases.submission_in(State.RETURNED, tier=3)
    revision = case.submission.revision
    changed = {**cases.answers_for(3), "cap_bias": 2, "hazard_domains": ["surveillance", "bias", "privacy"],
               "cap_privacy": 1}  # fmt: skip
    assert revision.response.answers == cases.answers_for(3)  # it starts with what the first one had
    questionnaire.save_answers(
        submission=case.submission, answers=changed, cleared=frozenset(), version=revision.response.version,
        by=case.author, now=case.later(),
    )  # fmt: skip
    cases.submit(case)
    made = cases.accept(case, cases.offer(case, case.board.reviewers[0]))
    bias = revision.policy.pack.question("cap_bias").text
    client.force_login(case.author)
    html = page(client, case).split('id="changes"')[1].split("</section>")[0]
    assert (bias in html, "Privacy and memorisation" in html, "All together: residual" in html) == (True, True, True)
    blind = text_of(get(made.assignment.reviewer, "review-edit", made.public_id))
    html = blind.split('id="changes"')[1].split("<h3")[0]
    assert ("Privacy and memorisation" in html, bias in html, "residual" in html) == (True, False, False)
