"""How a pack lets reviewers move severities: applied, shown, and told where a version says otherwise."""

from __future__ import annotations

import pytest

from reviews.rules import judgement, policy
from reviews.rules.judgement import Judgement, Move
from reviews.rules.policy_diff import diff
from reviews.rules.policy_text import text_of
from reviews.views import policy_reading
from tests.rules.packs import PACK, case_answers, edited

FREE = policy.load(edited("needs_reason: true", "needs_reason: false"))
OTHERWISE = policy.load(edited("yes beats unsure beats no; a reviewer", "yes beats no; a reviewer"))


@pytest.mark.parametrize(("pack", "counts"), [(PACK, False), (FREE, True)])
def test_move_without_a_reason_counts_only_where_the_pack_asks_for_none(pack: policy.Pack, counts: bool) -> None:
    answers = case_answers("bert_2018")
    domain = judgement.domains(pack, answers, Judgement())[0]
    moved = Judgement(moves={domain.key: Move(1)})
    assert judgement.severity(pack, domain, moved) == domain.severity + counts
    lacks = {lack.code for lack in judgement.lacking(pack, answers, moved)}
    assert ("severity_reason" not in lacks) is counts


def test_other_words_and_another_duty_are_told_as_differences() -> None:
    assert [change.sentence for change in diff(PACK, FREE)] == [
        "Whether a reviewer who moves a severity writes down why: no instead of yes."
    ]
    assert [change.sentence for change in diff(PACK, OTHERWISE)] == [
        "How reviewers' answers count is described in other words."
    ]


def test_text_and_page_say_how_reviewers_count() -> None:
    text = " ".join(text_of(PACK).split())
    assert "A reviewer moves a severity by at most: 1" in text
    assert "Of reviewers: yes beats unsure beats no; a reviewer may clear an unsure with a written reason" in text
    read = policy_reading.scoring(PACK)
    assert read.reviewers == PACK.scoring.aggregation
    assert len(read.reviewers) == 4
    figures = dict(read.figures)
    assert figures["Likelihood"] == "E * (0.5 + ease / 8)"
    assert figures["Scores are rounded to"] == "1 decimal"
    assert figures["Reviewers move a severity"] == "by 1 step at most, with a written reason"
    assert dict(policy_reading.scoring(FREE).figures)["Reviewers move a severity"] == "by 1 step at most"


def test_proof_of_an_option_is_read_beside_its_credit() -> None:
    old = '{value: tested, label: "In place and tested by us, results attached", credit: 0.8}'
    pack = policy.load(edited(old, old.replace("credit: 0.8", "credit: 0.8, proof: required")))
    choices = {choice.credit for page in policy_reading.sections(pack) for q in page.questions for choice in q.choices}
    assert "credit 80 %, proof required" in choices
