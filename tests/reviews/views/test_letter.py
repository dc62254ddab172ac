"""Letters as pages and files, their previews, and the page on which a committee writes its text."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from reviews.models import Decision, Letter, LetterNote, LetterTemplate, blobs
from reviews.queries import letter as queries
from reviews.rules.letter import DEFAULT, PLACES
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db
TEXT = DEFAULT + "\nWith kind regards"


def decided() -> tuple[Case, dict[str, Letter]]:
    """A case that was decided today."""
    case = cases.draft(tier=2)
    case.now = timezone.now() - timedelta(days=3)
    cases.sign_all(cases.reviewed(cases.submit(case)))
    return case, {row.variant: row for row in Letter.objects.all()}


def waiting() -> tuple[Case, Decision]:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    return case, Decision.objects.get(submission=case.submission)


def test_page_shows_the_letter_as_it_was_made_and_what_it_is_worth() -> None:
    case, made = decided()
    for variant, row in made.items():
        page = text_of(get(case.author, "letter-detail", row.public_id))
        assert row.html in page
        assert "In force" in page
        other = made["shareable" if variant == "full" else "full"]
        assert f"/letters/{other.public_id}/" in page
        assert f"/letters/{row.public_id}/file/" in page


def test_letter_of_a_superseded_decision_says_so_above_it() -> None:
    case, made = decided()
    before = {row.pk: (row.html, row.sha256) for row in made.values()}
    cases.decided_anew(case)
    page = text_of(get(case.author, "letter-detail", made["full"].public_id))
    note = page.index("A later decision on this case took its place.")
    assert note < page.index('<article class="rb-letter">')
    assert {row.pk: (row.html, row.sha256) for row in Letter.objects.filter(pk__in=before)} == before


def test_letter_of_a_changed_case_and_of_one_that_ran_out_say_so() -> None:
    case, made = decided()
    case.submission.contributors.create(order=9, name="Somebody new")
    assert "Changed since the decision: the contributors." in text_of(
        get(case.author, "letter-detail", made["full"].public_id)
    )
    old = cases.submission_in(State.DECIDED, made=cases.elsewhere("Earlier board"), tier=3)
    row = Letter.objects.get(decision__submission=old.submission, variant="full")
    assert "Its last day was" in text_of(get(old.author, "letter-detail", row.public_id))


def test_file_is_the_pdf_that_was_made_as_an_attachment() -> None:
    case, made = decided()
    answer = get(case.author, "letter-download", made["full"].public_id)
    body = b"".join(answer.streaming_content)
    answer.close()
    assert body.startswith(b"%PDF-")
    assert len(body) == made["full"].size_bytes
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    }  # fmt: skip
    assert answer["Content-Disposition"] == f'attachment; filename="{case.submission.reference} full letter.pdf"'


def test_file_with_other_bytes_is_refused() -> None:
    case, made = decided()
    path = blobs.root() / made["full"].blob
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    try:
        assert get(case.author, "letter-download", made["full"].public_id).status_code == 409
    finally:
        path.write_bytes(kept)


def test_page_with_other_words_is_not_shown() -> None:
    case, made = decided()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER letter_final_update")
        else:
            cursor.execute("ALTER TABLE reviews_letter DISABLE TRIGGER USER")
        cursor.execute("UPDATE reviews_letter SET html = '<p>Everything may go out.</p>'")
    page = text_of(get(case.author, "letter-detail", made["full"].public_id))
    assert "Everything may go out." not in page
    assert "This is not the letter that was made with the last signature" in page


def test_who_reads_which_version() -> None:
    case, made = decided()
    people = {
        "author": case.author, "coordinator": case.board.coordinator, "reviewer": case.board.reviewers[0],
        "leader": case.board.leader, "auditor": case.board.auditor, "administrator": case.board.administrator,
        "member": case.board.members[0],
    }  # fmt: skip
    found = {
        name: tuple(get(person, "letter-detail", made[one].public_id).status_code for one in ("full", "shareable"))
        for name, person in people.items()
    }
    assert found == {
        "author": (200, 200), "coordinator": (200, 200), "reviewer": (200, 200), "leader": (404, 200),
        "auditor": (404, 200), "administrator": (404, 404), "member": (404, 404),
    }  # fmt: skip


def test_leader_reads_no_title_on_the_page_of_the_shareable_letter() -> None:
    case, made = decided()
    assert case.board.leader is not None
    page = text_of(get(case.board.leader, "letter-detail", made["shareable"].public_id))
    assert case.submission.label in page
    assert case.submission.title not in page
    assert f"/letters/{made['full'].public_id}/" not in page
    assert f"/cases/{case.submission.reference}/" not in page


def test_whoever_stands_aside_finds_no_letter() -> None:
    case, made = decided()
    cases.declare(case, case.board.coordinator)
    assert {get(case.board.coordinator, "letter-detail", row.public_id).status_code for row in made.values()} == {404}


def test_decision_page_leads_to_both_letters_and_says_what_each_is() -> None:
    case, made = decided()
    page = text_of(get(case.author, "decision-detail", case.submission.reference))
    assert {variant: f'href="/letters/{row.public_id}/"' in page for variant, row in made.items()} == {
        "full": True, "shareable": True,
    }  # fmt: skip
    assert "May be shown to others: the outcome without any detail of the work." in page
    assert case.board.auditor is not None
    page = text_of(get(case.board.auditor, "decision-detail", case.submission.reference))
    assert {variant: f"/letters/{row.public_id}/" in page for variant, row in made.items()} == {
        "full": False, "shareable": True,
    }  # fmt: skip


def test_preview_shows_both_versions_to_those_who_sign_and_run_and_keeps_nothing() -> None:
    case, made = waiting()
    page = text_of(get(case.board.chair, "letter-preview", made.public_id))
    assert page.count("PREVIEW: nothing of this is in force, and it was sent to nobody.") == 2
    assert "Keep these words" not in page
    assert f"/decisions/{made.public_id}/letter/" in text_of(
        get(case.board.chair, "decision-detail", case.submission.reference)
    )
    assert Letter.objects.count() == 0
    assert get(case.board.reviewers[0], "letter-preview", made.public_id).status_code == 403
    assert get(case.author, "letter-preview", made.public_id).status_code == 404
    assert f"/decisions/{made.public_id}/letter/" not in text_of(
        get(case.board.reviewers[0], "decision-detail", case.submission.reference)
    )


def test_coordinator_writes_what_may_be_shared_and_sees_it_in_the_preview() -> None:
    case, made = waiting()
    url = get(case.board.coordinator, "letter-preview", made.public_id)
    assert 'name="version" value="0"' in text_of(url)
    answer = post(case.board.coordinator, "letter-preview", made.public_id, text="It can wait.", version=0)
    assert (answer.status_code, answer["Location"]) == (302, f"/decisions/{made.public_id}/letter/")
    page = text_of(get(case.board.coordinator, "letter-preview", made.public_id))
    assert '<p dir="auto">It can wait.</p>' in page
    assert 'name="version" value="1"' in page
    stale = post(case.board.coordinator, "letter-preview", made.public_id, text="Mine instead.", version=0)
    assert stale.status_code == 409
    assert "Mine instead." in text_of(stale)
    assert LetterNote.objects.get().text == "It can wait."


def test_preview_goes_to_the_decision_once_it_is_in_force() -> None:
    case, made = waiting()
    cases.sign_all(case)
    answer = get(case.board.coordinator, "letter-preview", made.public_id)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.submission.reference}/decision/")


def test_letter_of_a_motion_is_seen_by_those_who_run_the_committee() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    made = cases.put(case, conditions=("Tell the vendor first.",))
    cases.vote(case, made)
    people = {"chair": case.board.chair, "coordinator": case.board.coordinator, "member": case.board.members[0]}
    found = {name: get(person, "letter-preview-motion", made.public_id) for name, person in people.items()}
    assert {name: answer.status_code for name, answer in found.items()} == {
        "chair": 200, "coordinator": 200, "member": 403,
    }  # fmt: skip
    page = text_of(found["chair"])
    assert "Tell the vendor first. (always)" in page
    assert "1 condition is tied to this decision; the authors know it." in page
    cases.clear_holds(case)
    assert f"/motions/{made.public_id}/letter/" in text_of(get(case.board.chair, "decision-finalise", made.public_id))
    cases.finalise(case, made)
    assert get(case.board.chair, "letter-preview-motion", made.public_id).status_code == 302


def look(made: Board, text: str, **more: str) -> str:
    return text_of(post(made.coordinator, "letter-template", made.committee.public_id, text=text, **more))


def test_text_is_shown_as_letters_before_it_can_be_saved() -> None:
    made = board()
    key = made.committee.public_id
    page = text_of(get(made.coordinator, "letter-template", key))
    assert {name: f"<code>{{{name}}}</code>" in page for name in PLACES} == dict.fromkeys(PLACES, True)
    assert 'value="save"' not in page
    given = {"text": TEXT, "contact": "Room 7", "version": "0"}
    page = text_of(post(made.coordinator, "letter-template", key, do="look", **given))
    assert page.count("With kind regards</p>") == 2
    assert page.count("PREVIEW") == 2
    seen = re.search(r'name="looked_at" value="([0-9a-f]{64})"', page)
    assert seen is not None
    assert LetterTemplate.objects.count() == 0
    answer = post(made.coordinator, "letter-template", key, do="save", looked_at=seen[1], **given)
    assert (answer.status_code, answer["Location"]) == (302, made.committee.get_absolute_url())
    assert [(row.number, row.text, row.contact) for row in LetterTemplate.objects.all()] == [(1, TEXT, "Room 7")]


def test_text_that_was_changed_after_the_look_is_shown_again_and_not_saved() -> None:
    made = board()
    key = made.committee.public_id
    page = text_of(post(made.coordinator, "letter-template", key, do="look", text=TEXT, version="0"))
    seen = re.search(r'name="looked_at" value="([0-9a-f]{64})"', page)
    assert seen is not None
    given = {"do": "save", "looked_at": seen[1], "text": TEXT + " again", "version": "0"}
    answer = post(made.coordinator, "letter-template", key, **given)
    assert answer.status_code == 200
    assert text_of(answer).count("With kind regards again</p>") == 2
    assert LetterTemplate.objects.count() == 0


def test_unknown_place_is_named_beside_the_text_with_the_known_ones_and_what_was_typed_stays() -> None:
    page = look(board(), TEXT + "\n{verdict}", version="0")
    known = ", ".join(f"{{{name}}}" for name in PLACES)
    assert faults_in(page)["text"] == f"There is no {{verdict}}. These are known: {known}."
    assert "{verdict}" in page
    assert 'value="save"' not in page


def test_no_text_is_a_template_of_the_program() -> None:
    made = board()
    page = look(made, TEXT + "\n{% now 'Y' %} <script>alert(1)</script>", version="0")
    assert faults_in(page)["text"].startswith("There is no {% now")
    page = look(made, TEXT + "\n<script>alert(1)</script>", version="0")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page


def test_committee_page_leads_those_who_write_to_the_text() -> None:
    made = board()
    key = made.committee.public_id
    found = {
        person.display_name: f"/committees/{key}/letters/" in text_of(get(person, "committee-detail", key))
        for person in (made.coordinator, made.chair, made.deputy, made.administrator)
    }
    assert found == {"Coordinator": True, "Chair": True, "Deputy": False, "Administrator": False}


@pytest.mark.parametrize("count", [1, 3])
def test_text_page_asks_the_same_for_any_number_of_versions(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    for number in range(count):
        cases.letter_text(made, f"{TEXT} {number}")
    client = client_of(made.coordinator)
    cache.clear()
    with django_assert_num_queries(11):
        page = client.get(f"/committees/{made.committee.public_id}/letters/").content.decode()
    assert [f"Version {number}," in page for number in (1, 2, 3)] == [True, count == 3, count == 3]
    assert queries.source_of(made.committee).text == f"{TEXT} {count - 1}"
