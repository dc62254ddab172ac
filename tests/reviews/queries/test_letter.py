"""Letters from a decision's record: what each version holds; nothing restricted gets into the shareable one."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from pypdf import PdfReader

from accounts.models import Organisation, User
from audit import log
from reviews.actions import artifact, comment, motion, submission
from reviews.actions.submission import Writer
from reviews.models import Decision, Hold, Letter, Motion, blobs
from reviews.queries import appeal
from reviews.queries import letter as queries
from reviews.rules.letter import Variant
from reviews.rules.states import Audience, Outcome, PartKind, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board

pytestmark = pytest.mark.django_db
CANARY = "Canary"


def words(row: Letter) -> str:
    """Everything that somebody or some program finds in a letter: its page, and the PDF's text and properties."""
    with blobs.open_blob(row.blob) as stored:
        pdf = PdfReader(io.BytesIO(stored.read()))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    return unicodedata.normalize("NFKC", "\n".join((row.html, text, str(pdf.metadata), str(pdf.xmp_metadata))))


def flat(text: str) -> str:
    """Words that a PDF may have broken at any place."""
    return "".join(text.split())


def letters() -> dict[str, Letter]:
    return {row.variant: row for row in Letter.objects.all()}


def named(people: list[User]) -> None:
    for number, person in enumerate(people):
        person.display_name = f"{CANARY}Person{number}x"
        person.unit = f"{CANARY}Unit{number}x"
        person.save(update_fields=["display_name", "unit"])


def told(*, sign: bool = True) -> Case:
    """A tier 3 decision with a canary in every text that somebody wrote, and everybody's name one."""
    made = board()
    named([made.chair, made.deputy, made.coordinator, *made.voters, *made.reviewers, *made.officers.values()])
    answers = {
        **cases.answers_for(3), "artifact_summary": f"{CANARY}Summary", "misuse_scenarios": f"{CANARY}Misuse",
    }  # fmt: skip
    case = cases.draft(made, answers=answers, label="Text model")
    submission.describe(
        submission=case.submission, title=f"{CANARY}Title", label="Text model", venue=f"{CANARY}Venue",
        planned_date=None, contributors=[Writer(f"{CANARY}Coauthor", "co@example.org")],
        version=case.description_version, by=case.author, now=case.later(),
    )  # fmt: skip
    artifact.add_reference(
        submission=case.submission, part=PartKind.PAPER, name=f"{CANARY}File", location=f"https://{CANARY}.example/x",
        size_bytes=1, sha256="a" * 64, by=case.author, now=case.later(),
    )  # fmt: skip
    case.author.display_name = f"{CANARY}Author"
    case.author.save(update_fields=["display_name"])
    case.submission.contributors.filter(user=case.author).update(name=f"{CANARY}Author")
    cases.submit(case)
    for number, review in enumerate(cases.seat_reviewers(case)):
        said = replace(
            cases.findings(case, outcome=Outcome.WITHHELD), findings=f"{CANARY}Finding{number}",
            to_board=f"{CANARY}ToBoard{number}", to_authors=f"{CANARY}ToAuthors{number}",
            misuse_paths=f"{CANARY}Path{number}", conditions=f"{CANARY}Wish{number}",
        )  # fmt: skip
        cases.file_review(case, review, said)
    comment.write(
        submission=case.submission, text=f"{CANARY}Message", audience=Audience.BOARD, about=cases.About(), mentions=[],
        by=made.coordinator, now=case.later(),
    )  # fmt: skip
    cases.settle_evidence(case)
    cases.clear_holds(case)
    Hold.objects.update(clearance_text=f"{CANARY}Clearance")
    cases.record_answer(case, cases.refer(case, f"{CANARY}Body"))
    put = cases.put(case, conditions=(f"{CANARY}Condition",))
    Motion.objects.filter(pk=put.pk).update(
        rationale=f"{CANARY}Rationale", benefits=f"{CANARY}Benefits", alternatives=f"{CANARY}Alternatives",
        override_reason=f"{CANARY}Override",
    )  # fmt: skip
    put.refresh_from_db()
    motion.cast(
        motion=put, vote=Vote.AGAINST, reason=f"{CANARY}Dissent", is_dissent=True, by=made.members[0], now=case.later()
    )
    cases.vote(case, put, made.voters[1:])
    cases.finalise(case, put)
    cases.share_reasons(case, "Words that may be known.")
    if sign:
        cases.sign_all(case)
    return case


def canaries(case: Case) -> set[str]:
    """Every canary that the record of the decision or its case holds, so that each is known to be able to leak."""
    found = Decision.objects.get(submission=case.submission)
    texts = " ".join((found.record, case.again().title, case.submission.venue, str(list(User.objects.values()))))
    texts += str(list(case.submission.comments.values())) + str(list(Hold.objects.values()))
    return {f"{CANARY}{piece}" for piece in _tails(texts)}


def _tails(texts: str) -> set[str]:
    tails = set()
    for piece in texts.split(CANARY)[1:]:
        tail = ""
        for char in piece:
            if not char.isalnum():
                break
            tail += char
        tails.add(tail)
    return tails - {""}


def test_no_canary_gets_into_the_shareable_letter_and_only_the_allowed_ones_into_the_full_one() -> None:
    case = told()
    planted = canaries(case)
    kinds = {"Title", "Author", "Coauthor", "Rationale", "Condition", "ToAuthors0", "Dissent", "Finding0", "Summary",
             "Misuse", "File", "Benefits", "Override", "Person0x", "Message", "Clearance", "Body", "Venue",
             "ToBoard0"}  # fmt: skip
    assert {f"{CANARY}{kind}" for kind in kinds} - planted == set()
    made = letters()
    shared, full = flat(words(made["shareable"])), flat(words(made["full"]))
    assert [one for one in planted if one in shared] == []
    assert CANARY not in shared
    assert "Wordsthatmaybeknown." in shared
    allowed = {"Title", "Author", "Coauthor", "Rationale", "Condition", "ToAuthors0", "ToAuthors1", "ToAuthors2"}
    assert {one for one in planted if one in full} == {f"{CANARY}{kind}" for kind in allowed}


def test_preview_holds_no_canary_that_the_letter_would_not() -> None:
    case = told(sign=False)
    found = Decision.objects.get(revision=case.again().revision)
    source = queries.source_of(case.board.committee)
    made = {
        "decision": queries.papers(found, case.submission, source),
        "motion": queries.papers_of_motion(found.motion, case.submission, source),
    }
    assert {what: CANARY in papers[Variant.FULL].html for what, papers in made.items()} == dict.fromkeys(made, True)
    assert {what: CANARY in papers[Variant.SHAREABLE].html for what, papers in made.items()} == dict.fromkeys(
        made, False
    )
    assert {"PREVIEW" in paper.html for papers in made.values() for paper in papers.values()} == {True}
    assert Letter.objects.count() == 0


def test_letter_is_made_from_the_record_and_in_the_language_of_the_installation() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    found = Decision.objects.get(submission=case.submission)
    first = {one: paper.html for one, paper in papers_of(found, case).items()}
    case.submission.title = "Renamed since"
    case.board.committee.name = "Renamed board"
    case.board.committee.save(update_fields=["name"])
    with translation.override("de"):
        assert {one: paper.html for one, paper in papers_of(found, case).items()} == first
    assert {Variant(row.variant): row.html for row in letters().values()} == first


def papers_of(found: Decision, case: Case) -> dict[Variant, queries.Paper]:
    return queries.papers(found, case.submission, queries.source_of(case.board.committee))


def test_stored_bytes_are_those_that_are_made_again_from_the_same_record() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    found = Decision.objects.get(submission=case.submission)
    for one, paper in papers_of(found, case).items():
        row = letters()[one]
        with blobs.open_blob(row.blob) as stored:
            assert stored.read() == paper.pdf()
        assert (row.sha256, row.size_bytes) == (blobs.stored_sha256(row.blob), len(paper.pdf()))


@pytest.mark.parametrize(
    ("organisation", "contact", "line"),
    [
        ("", "", "Ask the coordinator of the Board and name the reference."),
        ("desk@example.org", "", "Write to desk@example.org and name the reference."),
        ("desk@example.org", "Room 7", "Room 7"),
    ],
)
def test_contact_is_the_committees_own_or_else_the_organisations(organisation: str, contact: str, line: str) -> None:
    Organisation.objects.update_or_create(pk=Organisation.ONLY, defaults={"contact_email": organisation})
    committee = board().committee
    source = replace(queries.source_of(committee), contact=contact)
    assert f'<p dir="auto">{line}</p>' in queries.papers_of_sample(committee, source)[Variant.FULL].html


def test_letter_names_the_moment_until_which_an_appeal_can_be_filed() -> None:
    case = cases.staged(tier=2)
    until = appeal.filing(case.again(), now=case.now).file_by
    assert until is not None
    local = until.astimezone(ZoneInfo("Europe/Berlin"))
    said = f"The authors may appeal in writing, in Reviewboard, until {local:%-d %B %Y}, 17:00 CET."
    assert [said in row.html for row in letters().values()] == [True, True]


def test_sample_fills_every_place() -> None:
    committee = board().committee
    for paper in queries.papers_of_sample(committee, queries.source_of(committee)).values():
        assert "{" not in paper.html
        assert "PREVIEW" in paper.html


def test_a_changed_page_is_noticed() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    row = Letter.objects.select_related("decision").filter(variant="full").get()
    assert queries.verifies(row, case.submission)
    row.html = row.html.replace("released", "kept")
    assert not queries.verifies(row, case.submission)
    row.html_sha256 = queries.digest(row.html)
    assert not queries.verifies(row, case.submission)


def test_audit_event_holds_the_digests_and_no_word() -> None:
    case = told()
    event = next(entry.data for entry in log.events(case.submission.stream) if entry.type == "decision.completed")
    made = letters()
    assert event["letters"] == {one: {"html": made[one].html_sha256, "pdf": made[one].sha256} for one in made}
    assert CANARY not in str(event)
    assert case.submission.state == State.DECIDED
