"""Splitting from the page: three tiers first, then two cases that know of each other; and the coordinator's hint."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions import submission
from reviews.models import Submission
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db

UNLIKE = {**cases.answers_for(1), "release_requested": "open_weights", "paper_release_requested": "redacted_preprint"}
HINT = "The parts deserve different tiers: model 1, paper 0."


def page(case: Case) -> str:
    return reverse("reviews:submission-split", args=[case.submission.reference])


def text(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def test_author_sees_what_each_part_would_be_and_splits(client: Client) -> None:
    case = cases.draft(answers=UNLIKE)
    client.force_login(case.author)
    assert page(case) in text(client, case.submission.get_absolute_url())
    html = text(client, page(case))
    places = [html.index(words) for words in ("Both together, as now", "The model alone", "The paper alone")]
    assert places == sorted(places)
    assert "one of them could go more easily" in html
    sent = {"part": "paper", "suffix": "paper", "version": case.again().revision.response.version}
    response = client.post(page(case), sent)
    new = Submission.objects.get(split_from=case.submission)
    assert response["Location"] == new.get_absolute_url()
    assert (case.submission.reference in text(client, new.get_absolute_url())) is True
    html = text(client, case.submission.get_absolute_url())
    assert (new.reference in html, page(case) in html) == (True, False)
    assert client.get(page(case)).status_code == 302
    html = client.post(page(case), {**sent, "version": case.again().revision.response.version}).content.decode()
    assert "This case has one part only; there is nothing to split." in html


def test_coordinator_is_told_and_learns_the_reference_when_the_part_arrives(client: Client) -> None:
    case = cases.submit(cases.draft(answers=UNLIKE))
    assessment = reverse("reviews:assessment-detail", args=[case.submission.reference])
    client.force_login(case.board.coordinator)
    html = text(client, assessment)
    assert (HINT in html, reverse("reviews:submission-return", args=[case.submission.reference]) in html) == (
        True,
        True,
    )
    client.force_login(case.board.chair)
    assert HINT not in text(client, assessment)
    client.force_login(case.author)
    assert HINT not in text(client, assessment)
    submission.return_to_authors(
        submission=case.submission, reason="Split it.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    html = text(client, assessment)
    assert (HINT in html, f'href="{page(case)}"' in html) == (True, True)
    sent = {"part": "paper", "suffix": "paper", "version": case.again().revision.response.version}
    client.post(page(case), sent)
    new = Submission.objects.get(split_from=case.submission)
    assert HINT not in text(client, assessment)
    client.force_login(case.board.coordinator)
    html = text(client, case.submission.get_absolute_url())
    assert ("A part of this case is a case of its own now." in html, new.reference in html) == (True, False)
    assert cases.submit(Case(new, case.author, case.board, now=case.now)).submission.state == State.SUBMITTED
    assert new.reference in text(client, case.submission.get_absolute_url())
