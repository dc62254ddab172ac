"""Taking answers from a model card: shown first, saved where ticked, and never over an answer without a tick."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.actions.questionnaire import save_answers
from reviews.rules.model_card import MAX_BYTES
from tests.factories import cases
from tests.factories.cases import Case
from tests.rules.test_model_card import CARD

pytestmark = pytest.mark.django_db


def page(case: Case) -> str:
    return reverse("reviews:model-card-import", args=[case.submission.reference])


def ticks(html: str) -> dict[str, bool]:
    found = re.findall(r'name="take" value="([^"]*)"([^>]*)>', html)
    return {key: "checked" in rest for key, rest in found}


def save(case: Case, **answers: Any) -> None:
    version = case.again().revision.response.version
    save_answers(
        submission=case.submission, answers=answers, cleared=frozenset(), version=version, by=case.author,
        now=case.later(),
    )  # fmt: skip


def test_card_is_shown_first_and_saved_where_it_is_ticked(client: Client) -> None:
    case = cases.draft(answers={"artifact_type": "model", "artifact_summary": "Own words."})
    client.force_login(case.author)
    overview = reverse("reviews:questionnaire-overview", args=[case.submission.reference])
    assert f'href="{page(case)}"' in client.get(overview).content.decode()
    upload = SimpleUploadedFile("README.md", CARD.encode())
    html = client.post(page(case), {"file": upload, "version": "1", "read": "1"}).content.decode()
    assert ticks(html) == {
        "artifact_summary": False, "modality": True, "parameters_n": True, "training_tokens_d": True,
    }  # fmt: skip
    assert "Small completes program code" in html
    assert "The heading is there, and nothing below it." in html
    assert "Wanted by the evidence “Model card with every section and evaluation results”" in html
    before = dict(case.again().revision.response.answers)
    sent = {"text": CARD, "version": "1", "save": "1", "take": ["modality", "parameters_n", "trip_agents"]}
    assert client.post(page(case), sent)["Location"] == overview
    saved = {"modality": ["code", "chemistry"], "parameters_n": 7_000_000_000}
    assert case.again().revision.response.answers == {**before, **saved}


def test_answers_that_somebody_saved_meanwhile_are_looked_at_again(client: Client) -> None:
    case = cases.draft(answers={"artifact_type": "model"})
    client.force_login(case.author)
    save(case, modality=["image"])
    sent = {"text": CARD, "version": "1", "save": "1", "take": ["modality"]}
    response = client.post(page(case), sent)
    html = response.content.decode()
    assert (response.status_code, ticks(html)["modality"], ticks(html)["parameters_n"]) == (409, True, False)
    assert "These answers were saved in another place" in html
    assert case.again().revision.response.answers["modality"] == ["image"]
    assert client.post(page(case), {**sent, "version": "2"}).status_code == 302
    assert case.again().revision.response.answers["modality"] == ["image", "code", "chemistry"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff\xfe\x00", "This is no text in UTF-8."),
        (b"x" * (MAX_BYTES + 1), "A model card has at most 512 KiB."),
        (b" ", "Choose a file, or paste the card here."),
    ],
)
def test_file_that_is_no_card(client: Client, data: bytes, text: str) -> None:
    case = cases.draft(answers={})
    client.force_login(case.author)
    upload = SimpleUploadedFile("README.md", data)
    html = client.post(page(case), {"file": upload, "version": "1", "read": "1"}).content.decode()
    assert (text in html, ticks(html)) == (True, {})
