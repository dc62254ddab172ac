"""A reviewer who has not filed reads no level that the authors gave themselves, on no page; authors no names."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Assignment
from reviews.rules.states import State
from reviews.rules.visibility import is_authors_level
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db

PAGES = (
    "submission-detail", "questionnaire-overview", "assessment-detail", "evidence-list", "artifact-list",
    "inquiry-list", "submission-record",
)  # fmt: skip


def page(client: Client, case: Case, name: str) -> str:
    html = client.get(reverse(f"reviews:{name}", args=[case.submission.reference]), follow=True).content.decode()
    return re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)


def levels(case: Case) -> set[str]:
    """The words of every level that the authors gave, each found on the page of somebody who may read it."""
    revision = case.again().revision
    pack, answers = revision.policy.pack, revision.response.answers
    found = set()
    for question in pack.questions:
        if question.key in answers and is_authors_level(question.role, question.type):
            words = question.label_of(answers[question.key]).replace(" - ", ": ")
            found.add(words)
    return found


def scores(case: Case) -> set[str]:
    result = case.again().revision.assessments.last()
    return {f"{result.inherent:.1f}", f"{result.residual:.1f}"} | {
        f"{row['score']:.2f}" for row in result.result["domains"] if row["score"]
    }


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_reviewer_before_filing_reads_no_level_and_no_score(client: Client, tier: int) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=tier)
    hidden = levels(case) | scores(case)
    client.force_login(case.board.coordinator)
    open_html = page(client, case, "questionnaire-overview") + page(client, case, "assessment-detail")
    assert any(word in open_html for word in hidden)
    reasons = {case.submission.revision.policy.pack.trigger(key).reason for key in
               case.submission.revision.assessments.last().result["triggers"]}  # fmt: skip
    client.force_login(case.board.reviewers[0])
    for name in PAGES:
        html = page(client, case, name)
        assert {word for word in hidden | reasons if word in html} == set(), name
    response = client.get(reverse("reviews:assessment-detail", args=[case.submission.reference]))
    assert (response.status_code, response["Location"]) == (302, case.submission.get_absolute_url())


def test_reviewer_who_has_filed_reads_them(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    first = Assignment.objects.filter(submission=case.submission).order_by("pk")[0]
    cases.file_review(case, first.review)
    client.force_login(first.reviewer)
    html = page(client, case, "assessment-detail")
    assert all(score in html for score in scores(case))


def test_reviewer_before_filing_reads_nothing_of_other_reviewers(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    first = Assignment.objects.filter(submission=case.submission).order_by("pk")[0]
    cases.file_review(case, first.review)
    client.force_login(case.board.coordinator)
    assert "Reviewer 0" in page(client, case, "submission-detail")
    client.force_login(case.board.reviewers[1])
    for name in PAGES:
        assert not re.search(r"Reviewer [02]", page(client, case, name)), name


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF, State.DECIDED])
def test_authors_never_read_who_works_on_their_case(client: Client, state: State) -> None:
    case = cases.submission_in(state, tier=3)
    people = [*case.board.reviewers, *case.board.voters, case.board.chair, case.board.coordinator, case.board.deputy]
    names = {person.display_name for person in people}
    client.force_login(case.author)
    for name in PAGES:
        html = re.sub(r"The coordinator and chair|Coordinator</|>Coordinator<", "", page(client, case, name))
        assert {found for found in names if re.search(rf"\b{found}\b(?! of)", html)} <= {"Coordinator", "Chair"}, name
        assert not re.search(r"(Reviewer|Member|External) \d", html), name


def test_auditor_reads_the_record_without_the_title(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, label="Quiet label")
    assert case.board.auditor is not None
    client.force_login(case.board.auditor)
    html = page(client, case, "submission-record")
    assert "Title of" not in html
    assert "Quiet label" in html
    assert "Reviewer 0" in html
    assert case.submission.revision.manifest_digest in html
    response = client.get(case.submission.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, case.submission.get_absolute_url() + "record/")
    closed = ("questionnaire-overview", "assessment-detail", "evidence-list", "artifact-list", "inquiry-list")
    for name in closed:
        assert client.get(reverse(f"reviews:{name}", args=[case.submission.reference])).status_code == 404
