"""The assessment page prints the numbers that were stored, and says what they mean."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions import review
from reviews.models import Assessment, Assignment
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case

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
    content = review.Findings(recommendation="escalate", findings="Words for the board.", confidence="high")
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
