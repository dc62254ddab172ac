"""A committee's text and its versions, reasons for sharing, letters on every path, and which of them stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audit import log
from notifications import outbox
from reviews.actions import decision, letter
from reviews.models import Committee, Decision, Letter, LetterNote, LetterTemplate, blobs
from reviews.notices import guards
from reviews.queries import letter as queries
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.letter import DEFAULT
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import START, Board, board
from tests.reviews.actions.scenes import everything

pytestmark = pytest.mark.django_db
TEXT = DEFAULT + "\nWith kind regards"


def save(made: Board, text: str = TEXT, **changes: Any) -> LetterTemplate | None:
    given = {"contact": "", "version": 0, "by": made.coordinator, "now": START}
    return letter.save_template(committee=made.committee, text=text, **{**given, **changes})


def events(committee: Committee) -> list[dict[str, Any]]:
    found = log.events(f"committee:{committee.public_id}")
    return [entry.data for entry in found if entry.type == "letter.template_saved"]


def test_each_save_is_a_version_of_its_own_and_the_newest_is_in_use() -> None:
    made = board()
    assert queries.source_of(made.committee) == queries.Source(DEFAULT, "")
    first = save(made)
    second = save(made, TEXT + "!", contact=" Room 7\r\n", version=1, by=made.chair)
    assert [(row.number, row.text, row.contact, row.made_by) for row in queries.versions(made.committee)] == [
        (2, TEXT + "!", "Room 7", made.chair),
        (1, TEXT, "", made.coordinator),
    ]
    assert queries.source_of(made.committee).row == second != first


def test_a_version_is_audited_by_number_and_digest_alone() -> None:
    made = board()
    save(made, contact="Room 7")
    assert events(made.committee) == [
        {"number": 1, "text": log.digest(TEXT), "contact": log.digest("Room 7")},
    ]


def test_nothing_new_is_no_version() -> None:
    made = board()
    save(made, DEFAULT)
    save(made)
    save(made, TEXT.replace("\n", "\r\n") + "\r\n", version=1)
    assert LetterTemplate.objects.count() == len(events(made.committee)) == 1


def test_text_belongs_to_coordinator_and_chair() -> None:
    made = board()
    people = {made.coordinator, made.chair}
    everybody = [
        made.coordinator, made.chair, made.deputy, made.administrator, made.leader, made.auditor, *made.voters,
        *made.reviewers, *made.officers.values(),
    ]  # fmt: skip
    allowed = set()
    for person in everybody:
        try:
            save(made, TEXT + person.display_name, version=LetterTemplate.objects.count(), by=person)
        except Denied:
            continue
        allowed.add(person)
    assert allowed == people


def test_somebody_elses_version_makes_a_form_stale() -> None:
    made = board()
    save(made)
    before = everything()
    with pytest.raises(Stale):
        save(made, TEXT + "?")
    assert everything() == before


def test_every_fault_is_said_beside_the_text_and_nothing_is_saved() -> None:
    made = board()
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        save(made, TEXT.replace("{change}", "{verdict}"))
    assert refused.value.field == "text"
    assert "There is no {verdict}." in refused.value.text
    assert "put {change} somewhere" in refused.value.text
    assert everything() == before


def test_letters_name_the_text_that_they_were_written_by() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    row = cases.letter_text(case.board)
    cases.sign_all(case)
    found = list(Letter.objects.order_by("pk"))
    assert [(one.variant, one.template) for one in found] == [("full", row), ("shareable", row)]
    assert {"With kind regards" in one.html and "board@example.org" in one.html for one in found} == {True}


@pytest.mark.parametrize("tier", [0, 1, 2, 3])
def test_every_path_ends_in_both_letters(tier: int) -> None:
    case = cases.submission_in(State.DECIDED, tier=tier)
    found = Decision.objects.get(submission=case.submission)
    assert case.submission.state == State.DECIDED
    assert [(row.variant, row.decision, row.template) for row in Letter.objects.order_by("pk")] == [
        ("full", found, None), ("shareable", found, None),
    ]  # fmt: skip
    assert {row.made_at for row in Letter.objects.all()} == {found.effective_at}
    assert all(queries.verifies(row, case.submission) for row in Letter.objects.select_related("decision"))


def test_there_is_no_letter_before_the_last_signature() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.clear_holds(case)
    made = cases.put(case)
    cases.vote(case, made)
    cases.finalise(case, made)
    assert Letter.objects.count() == 0
    cases.sign_all(case)
    assert Letter.objects.count() == 2


def test_disk_without_room_keeps_the_decision_unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)

    def full(*args: Any, **facts: Any) -> blobs.Blob:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs, "receive", full)
    before = everything()
    with pytest.raises(NotNow, match="no room for the letter"):
        cases.sign_all(case)
    assert everything() == before


def test_reasons_for_sharing_are_in_the_shareable_letter_alone() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    cases.share_reasons(case, "First **words**.\r\n\r\n- and an item")
    cases.sign_all(case)
    html = {row.variant: row.html for row in Letter.objects.all()}
    assert '<p dir="auto">First <strong>words</strong>.</p>\n<ul>\n<li dir="auto">and an item</li>' in html["shareable"]
    assert "and an item" not in html["full"]


def test_reasons_for_sharing_are_written_anew_by_whoever_saw_the_last_ones() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    note = cases.share_reasons(case)
    given: dict[str, Any] = {"decision": note.decision, "by": case.board.coordinator, "now": case.later()}
    with pytest.raises(Stale):
        letter.share_reasons(text="Others.", version=0, **given)
    letter.share_reasons(text="", version=1, **given)
    assert [(row.text, row.version) for row in LetterNote.objects.all()] == [("", 2)]


def end_by_signing(case: Case) -> None:
    cases.sign_all(case)


def end_by_sending_back(case: Case) -> None:
    found = Decision.objects.get(submission=case.submission)
    decision.send_back(decision=found, reason="No.", version=case.version, by=case.board.chair, now=case.later())


@pytest.mark.parametrize("end", [end_by_signing, end_by_sending_back])
def test_reasons_for_sharing_are_closed_with_the_signatures(end: Callable[[Case], None]) -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    found = Decision.objects.get(submission=case.submission)
    end(case)
    before = everything()
    with pytest.raises(NotNow):
        letter.share_reasons(decision=found, text="x", version=0, by=case.board.coordinator, now=case.later())
    assert everything() == before


def ready(case: Case, state: str) -> list[str]:
    """The letters of which the author is told, by the decision, where the mail stands so."""
    rows = outbox.recent(limit=1000, states=[state])
    return [str(row.context["decision"]) for row in rows
            if row.template == "letter.ready" and row.recipient == case.author.public_id]  # fmt: skip


def test_authors_get_one_mail_of_a_decision_and_it_leads_to_their_letter() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    sent = [row for row in outbox.recent(limit=1000) if row.recipient == case.author.public_id]
    assert sorted(row.template for row in sent) == ["letter.ready", "submission.received"]
    mail = next(row for row in sent if row.template == "letter.ready")
    assert mail.context["path"] == f"/letters/{Letter.objects.get(variant='full').public_id}/"
    assert guards.letter_stands(mail)


def test_a_later_decision_withdraws_the_unsent_mail_of_the_letter_before() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    first = Decision.objects.get(submission=case.submission)
    mail = next(row for row in outbox.recent(limit=1000) if row.template == "letter.ready")
    kept = list(Letter.objects.filter(decision=first).values())
    assert (ready(case, "queued"), guards.letter_stands(mail)) == ([first.public_id], True)
    second = cases.decided_anew(case)
    assert ready(case, "cancelled") == [first.public_id]
    assert ready(case, "queued") == [second.public_id]
    assert not guards.letter_stands(mail)
    assert list(Letter.objects.filter(decision=first).values()) == kept


def test_somebody_who_is_no_author_any_more_is_not_told() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    mail = next(row for row in outbox.recent(limit=1000) if row.template == "letter.ready")
    case.author.is_active = False
    case.author.save(update_fields=["is_active"])
    assert not guards.letter_stands(mail)
