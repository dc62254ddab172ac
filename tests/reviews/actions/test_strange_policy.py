"""A legal pack that shares no habit with the shipped one goes the whole way: answers, submission, reviews, replay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.access import policy as access
from reviews.actions.policy import adopt, approve
from reviews.models import Assessment, PolicyVersion, Review
from reviews.queries import replay
from reviews.rules import judgement
from reviews.rules import questionnaire as rules
from reviews.rules.errors import RuleBroken
from reviews.rules.judgement import Judgement
from reviews.rules.policy import load
from reviews.rules.scoring import assess
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import START
from tests.factories.people import administrator
from tests.factories.policy import KIND, answers_of_strange, only_papers, strange
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db


def strange_case(tier: int = 2, **changed: object) -> Case:
    answers = answers_of_strange({**cases.answers_for(tier), **changed})
    return cases.draft(cases.elsewhere(policy=strange()), answers=answers)


def test_case_is_answered_submitted_reviewed_assessed_and_replayed() -> None:
    case = strange_case(tier=3)
    reference, pack = case.submission.reference, load(strange())
    for section in pack.sections:
        assert get(case.author, "questionnaire-section", reference, section.key).status_code == 200
    cases.submit(case)
    given = case.submission.revision.response.answers
    assert Assessment.objects.get().result == assess(pack, given).as_json()
    assert case.submission.revision.kind == given[KIND]
    reviews = cases.seat_reviewers(case)
    asked = judgement.asked(pack, given, Judgement())
    levels = {question.domain for question in asked if question.role == "enablement"}
    assert levels == {domain.key for domain in judgement.domains(pack, given, Judgement())}
    form = text_of(get(reviews[0].assignment.reviewer, "review-edit", reviews[0].public_id))
    assert all(f'name="answer_{question.key}"' in form for question in asked)
    for row in reviews:
        cases.file_review(case, row)
    cases.settle_evidence(case)
    board = Assessment.objects.order_by("pk").last()
    assert board is not None
    assert len(board.counted) == Review.objects.count()
    page = text_of(get(case.board.coordinator, "assessment-detail", reference))
    assert "By the answers of authors and reviewers together" in page
    assert "(0.4 + " in page
    assert 'id="reviewers"' in page
    chair = case.board.coordinator
    found = replay.over(load(cases.PACK.read_text(encoding="utf-8")), counted=access.counted(chair),
                        named=access.named(chair), committees=[case.board.committee])  # fmt: skip
    assert found.tally.cases == 1


def test_area_that_a_reviewer_adds_brings_the_question_that_authors_were_asked_anyway() -> None:
    case = cases.submit(strange_case(tier=3))
    row = cases.accept(case, cases.offer(case, case.board.reviewers[0]))
    pack, given = load(strange()), case.submission.revision.response.answers
    added = judgement.may_add(pack, given)[0]
    own = Judgement(added=(added.key,))
    assert {q.domain for q in judgement.asked(pack, given, own) if q.role == "enablement"} - {
        q.domain for q in judgement.asked(pack, given, Judgement()) if q.role == "enablement"
    } == {added.key}
    said = cases.like_the_authors(case)
    with pytest.raises(RuleBroken) as caught:
        cases.file_review(case, row, replace(cases.findings(case), judgement=replace(said, added=(added.key,))))
    key = next(q.key for q in pack.questions if q.domain == added.key)
    assert caught.value.field == f"answer_{key}"


def test_highest_of_six_tiers_rules_and_is_printed() -> None:
    case = cases.submit(strange_case(tier=4, uplift=4))
    assert Assessment.objects.get().tier == 5
    assert "Tier 5" in text_of(get(case.author, "assessment-detail", case.submission.reference))


def test_version_from_before_that_lets_the_summary_be_left_out_takes_no_case_without_it() -> None:
    made, key = cases.board(), load(strange()).bindings.summary
    head, tail = strange().split(f"key: {key}\n", 1)
    text = f"{head}key: {key}\n{tail.replace('required: true', 'required: false', 1)}"
    version = PolicyVersion.objects.create(
        pack_id="strange-pack", version="1", title="Strange", sha256="0" * 64, source=text, published_at=START
    )
    proposed = adopt(committee=made.committee, version=version, by=made.administrator, now=START)
    approve(adoption=proposed, by=administrator(display_name="Second administrator"), now=START)
    made.committee.refresh_from_db()
    answers = answers_of_strange(cases.answers_for(2)) | {key: ""}
    case = cases.draft(made, answers=answers)
    assert rules.missing(load(text), answers) == (key,)
    with pytest.raises(RuleBroken) as caught:
        cases.submit(case)
    assert caught.value.code == "missing_answers"


def test_papers_alone_are_a_pack_of_their_own() -> None:
    case = cases.submit(cases.draft(cases.elsewhere(policy=only_papers()), tier=0))
    assert case.submission.state == State.DECIDED
    assert [part.kind for part in case.submission.revision.parts.all()] == ["paper"]
