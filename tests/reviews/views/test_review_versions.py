"""A review that saves itself, a correction beside what was filed, and where reviewers differ, once that is open."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Review
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of
from tests.reviews.views.test_review import in_review, whole

pytestmark = pytest.mark.django_db
OPEN_QUERIES = 34
SECRET = "Words that only their writer knows."


def marks(page: str) -> dict[str, str]:
    """The hidden inputs that say what the page showed."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html.unescape(page))
    return {name: value for name, value in found if name.startswith("base-") or name == "version"}


def autosave(row: Review, shown: dict[str, str], **typed: str) -> HttpResponse:
    """What the script of a page sends a moment after the last key."""
    url = reverse("reviews:review-edit", args=[row.public_id])
    data = {**shown, **typed, "rb-touched": list(typed)}
    return client_of(row.assignment.reviewer).post(url, data, headers={"HX-Request": "true"})


def opened(row: Review) -> dict[str, str]:
    return marks(text_of(get(row.assignment.reviewer, "review-edit", row.public_id)))


def test_a_page_saves_what_was_touched_and_nothing_else() -> None:
    _case, (own, *_) = in_review()
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    assert "data-rb-autosave" in page
    answer = autosave(own, marks(page), findings="Half a sentence")
    own.refresh_from_db()
    assert (answer.status_code, answer["X-Autosave"], own.findings, own.version) == (200, "saved", "Half a sentence", 1)
    later = marks(text_of(answer))
    assert later["version"] == "1"
    assert later["base-findings"] != marks(page)["base-findings"]
    assert "<textarea" not in text_of(answer)


def test_two_places_keep_both_and_are_told() -> None:
    _case, (own, *_) = in_review()
    here, there = opened(own), opened(own)
    autosave(own, there, findings="Saved there.")
    answer = autosave(own, here, to_board="Saved here.")
    said = text_of(answer)
    own.refresh_from_db()
    assert (own.findings, own.to_board, answer["X-Autosave"]) == ("Saved there.", "Saved here.", "saved")
    assert "Something was saved in another place while this page was open." in said
    assert "Saved there." in said
    # Until both were shown, a button of this page does not go over the other place.
    assert marks(said)["version"] == here["version"]
    assert marks(said)["base-findings"] == here["base-findings"]


def test_the_same_field_in_two_places_is_not_overwritten_unseen() -> None:
    _case, (own, *_) = in_review()
    here, there = opened(own), opened(own)
    autosave(own, there, findings="Saved there.")
    answer = autosave(own, here, findings="Typed here.")
    said = text_of(answer)
    own.refresh_from_db()
    assert (own.findings, answer["X-Autosave"]) == ("Saved there.", "left findings")
    assert "Saved there." in said
    again = autosave(own, here | marks(said), findings="Typed here, knowingly.")
    own.refresh_from_db()
    assert (own.findings, again["X-Autosave"]) == ("Typed here, knowingly.", "saved")
    assert marks(text_of(again))["version"] == str(own.version)


def test_a_field_that_was_only_left_does_not_hide_what_another_place_saved() -> None:
    _case, (own, *_) = in_review()
    autosave(own, opened(own), findings="Before.")
    here, there = opened(own), opened(own)
    autosave(own, there, findings="Saved there.")
    answer = autosave(own, here, findings="Before.", to_board="Saved here.")
    own.refresh_from_db()
    assert (own.findings, own.to_board) == ("Saved there.", "Saved here.")
    assert "Saved there." in text_of(answer)
    assert marks(text_of(answer))["base-findings"] == here["base-findings"]


def test_what_cannot_be_read_is_left_and_said() -> None:
    _case, (own, *_) = in_review()
    answer = autosave(own, opened(own), findings="x" * 20_001, to_board="Fine.")
    own.refresh_from_db()
    assert (own.findings, own.to_board, answer["X-Autosave"]) == ("", "Fine.", "left findings")
    assert "Not saved, What did you find" in text_of(answer)


def test_an_area_that_is_added_brings_its_questions_with_the_next_page() -> None:
    _case, (own, *_) = in_review()
    answer = autosave(own, opened(own), added_areas="cbrn")
    assert "Show the new questions" in text_of(answer)
    still = autosave(own, marks(text_of(answer)), findings="Typed before the page is read anew.")
    assert "Show the new questions" in text_of(still)
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    assert 'name="answer_cap_cbrn"' in page
    assert 'name="finding_cbrn"' in page
    # A page that is being left sends only what was touched.
    autosave(own, opened(own), answer_cap_cbrn="3", finding_cbrn="More than it seems.")
    own.refresh_from_db()
    assert own.judgement["answers"]["cap_cbrn"] == 3
    assert own.domain_findings.get().text == "More than it seems."


def test_a_filed_review_and_a_lost_seat_save_nothing_and_say_so() -> None:
    case, (own, other, *_) = in_review()
    shown, theirs = opened(own), opened(other)
    cases.file_review(case, own)
    answer = autosave(own, shown, findings="Too late.")
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/plain; charset=utf-8")
    type(other.assignment).objects.filter(pk=other.assignment.pk).end("replaced", case.now)
    assert autosave(other, theirs, findings="Too late.").status_code == 404
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.findings, other.findings) == ("What was found, in plain words.", "")


def test_a_draft_that_withholds_is_filed_from_the_page_that_saved_it() -> None:
    """Withholding means the lowest level, which nobody else chose meanwhile."""
    _case, (own, *_) = in_review()
    answer = autosave(own, opened(own), paper_outcome="withheld", findings="Not this.")
    own.refresh_from_db()
    shown = marks(text_of(answer))
    assert (answer["X-Autosave"], shown["version"]) == ("saved", str(own.version))
    assert "in another place" not in text_of(answer)


def test_a_sign_in_that_ran_out_is_told_apart() -> None:
    _case, (own, *_) = in_review()
    shown = opened(own)
    client = client_of(own.assignment.reviewer)
    client.logout()
    url = reverse("reviews:review-edit", args=[own.public_id])
    answer = client.post(url, {**shown, "findings": "x", "rb-touched": "findings"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_each_area_and_each_required_evidence_has_a_field_and_nothing_is_chosen() -> None:
    case, (own, *_) = in_review()
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    for row in case.submission.revision.evidence.all():
        select = page.split(f'name="evidence_{row.type_key}"')[1].split("</select>")[0]
        assert re.findall(r'value="(\w*)"( selected)?', select) == [
            ("", " selected"), ("enough", ""), ("not_enough", ""), ("cannot_judge", ""),
        ]  # fmt: skip
        assert f'name="missing_{row.type_key}"' in page
    assert 'name="finding_surveillance"' in page


def correction(case: Case, **changes: str) -> dict[str, str]:
    return {**whole(case), "reason": "I misread a table.", "findings": "Put right.", **changes}


def test_a_correction_shows_what_changed_and_keeps_the_former_version() -> None:
    case, (own, *_) = in_review()
    person = own.assignment.reviewer
    cases.file_review(case, own)
    assert "Correct this review" in text_of(get(person, "review-edit", own.public_id))
    form = text_of(get(person, "review-correct", own.public_id))
    assert "What was found, in plain words." in form
    assert "data-rb-autosave" not in form
    done = post(person, "review-correct", own.public_id, version=1, **correction(case))
    made = Review.objects.get(number=2)
    assert done["Location"] == reverse("reviews:review-edit", args=[made.public_id])
    page = text_of(get(person, "review-edit", made.public_id))
    for words in ("Version 2, a correction", "I misread a table.", "What changed", "Put right.",
                  "What was found, in plain words.", "Corrected before the other reviews were open"):  # fmt: skip
        assert words in page
    former = text_of(get(person, "review-edit", own.public_id))
    assert "This version was corrected and no longer counts." in former
    assert "Correct this review" not in former
    listed = text_of(get(person, "review-list", case.submission.reference))
    assert (listed.count("Version 1"), listed.count("Version 2")) == (2, 2)  # under "Yours" and in the round


def test_a_correction_without_a_reason_or_in_two_windows_keeps_what_was_typed() -> None:
    case, (own, *_) = in_review()
    person = own.assignment.reviewer
    cases.file_review(case, own)
    empty = post(person, "review-correct", own.public_id, version=1, **correction(case, reason="", findings=""))
    assert {"reason", "findings"} <= set(faults_in(text_of(empty)))
    post(person, "review-correct", own.public_id, version=1, **correction(case))
    late = post(person, "review-correct", own.public_id, version=1, **correction(case, findings="Typed in this one."))
    assert (late.status_code, Review.objects.filter(assignment=own.assignment).count()) == (409, 2)
    assert "Typed in this one." in text_of(late)
    assert "Put right." in text_of(late)


def test_a_correction_is_its_writers_alone_and_not_for_now_under_a_ballot() -> None:
    case, made = in_review()
    cases.settle_evidence(case)
    for row in made:
        cases.file_review(case, row)
    own = made[0]
    for person in (made[1].assignment.reviewer, case.board.coordinator, case.board.chair, case.author):
        assert get(person, "review-correct", own.public_id).status_code == 404
    page = text_of(get(own.assignment.reviewer, "review-correct", own.public_id))
    assert "The other reviews are open to you by now, and your correction will say so." in page
    cases.put(case)
    assert get(own.assignment.reviewer, "review-correct", own.public_id).status_code == 302
    late = post(own.assignment.reviewer, "review-correct", own.public_id, version=1, **correction(case))
    assert "The board votes on a motion that rests on the reviews." in text_of(late)
    assert "Put right." in text_of(late)


def test_nothing_of_others_agreement_or_corrections_is_seen_before_ones_own_is_filed() -> None:
    """What could leak is there: two filed reviews that differ, one of them corrected with words of its own."""
    case, (first, second, third) = in_review()
    differing = replace(cases.findings(case), judgement=cases.like_the_authors(case, cap_surveillance=4))
    cases.file_review(case, first)
    cases.file_review(case, second, differing)
    made = cases.correct_review(case, first, replace(differing, findings=SECRET), reason=f"{SECRET} Why.")
    reference, blind = case.submission.reference, third.assignment.reviewer
    words = ("differ most", "Agreed", "say the same", "Version 2", "a correction", SECRET)
    for name in ("review-list", "submission-detail", "questionnaire-overview", "evidence-list", "submission-record"):
        page = text_of(get(blind, name, reference))
        assert [word for word in words if word in page] == [], name
    assert "corrected" not in text_of(get(blind, "submission-record", reference))
    for row in (first, made):
        assert get(blind, "review-edit", row.public_id).status_code == 404
    # Those who run the case know that it was corrected, and read it no sooner than anything else.
    page = text_of(get(case.board.coordinator, "review-list", reference))
    assert [word for word in words if word in page] == []
    assert "corrected a filed review" in text_of(get(case.board.coordinator, "submission-record", reference))
    cases.file_review(case, third)
    cases.settle_evidence(case)
    assert case.again().state == State.DELIBERATION
    page = text_of(get(blind, "review-list", reference))
    assert "Where you differ most" in page
    assert all(word in page for word in ("Agreed", "Version 2", SECRET))
    assert "Where they differ most" in text_of(get(case.board.coordinator, "review-list", reference))


def test_agreement_names_authors_each_reviewer_and_what_counts() -> None:
    case, made = in_review()
    cases.settle_evidence(case)
    for row, level in zip(made, (0, 2, 4), strict=True):
        said = cases.like_the_authors(case, cap_surveillance=level)
        cases.file_review(case, row, replace(cases.findings(case), judgement=said))
    page = text_of(get(case.board.coordinator, "review-list", case.submission.reference))
    table = page.split('id="differ"')[1].split("</table>")[0]
    assert "everybody says something else" in table
    for name in ("Authors", "Counts as", *(row.assignment.reviewer.display_name for row in made)):
        assert name in table
    agreed = page.split('id="agreed"')[1].split("</section>")[0]
    assert agreed.count("<dt>") == len(cases.like_the_authors(case).answers) - 1
    board = text_of(get(case.board.members[0], "motion-list", case.submission.reference))
    assert "Differ most" in board


@pytest.mark.parametrize("count", [3, 4])
def test_open_reviews_with_corrections_take_the_same_queries(count: int) -> None:
    case = cases.submit(cases.draft(tier=3))
    made = cases.seat_reviewers(case, count)
    for row in made:
        cases.file_review(case, row)
        cases.correct_review(case, row)
    cases.settle_evidence(case)
    client, url = client_of(case.board.coordinator), reverse("reviews:review-list", args=[case.submission.reference])
    assert client.get(url).content.decode().count("Version 2") == count
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    assert len(seen) == OPEN_QUERIES
