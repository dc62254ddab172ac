"""Messages: what they are about, for whom, whom they mention, and what is left of one that was taken back."""

from __future__ import annotations

import pytest

from accounts.models import User
from audit import log
from audit.log import digest
from reviews.access.submission import sight
from reviews.actions import comment, submission
from reviews.models import Comment
from reviews.queries import comment as queries
from reviews.queries.comment import About, Message
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.states import Audience, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import mails, watch

pytestmark = pytest.mark.django_db


def told(case: Case, person: User) -> list[Message]:
    """Every message that this person reads, as pages print it."""
    case.again()
    threads = queries.threads(case.submission, person, sight(person, case.submission))
    return [message for thread in threads for message in thread.messages]


def refused(case: Case, **given: object) -> tuple[str, str]:
    """Code and field of what the action says to the coordinator's message."""
    facts = {"submission": case.submission, "text": "Hm.", "audience": "board", "about": About(), **given}
    with pytest.raises(RuleBroken) as error:
        comment.write(**{"by": case.board.coordinator, "now": case.later(), **facts})  # type: ignore[arg-type]
    return error.value.code, error.value.field


def test_event_has_the_digest_and_never_the_text() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    file = case.again().revision.artifacts.earliest("pk")
    row = cases.write(
        case, Audience.REVIEWERS, text="A secret.", about=About(artifact=file.public_id), mentions=[case.board.deputy]
    )
    event = log.events(case.submission.stream)[-1]
    assert (event.type, event.actor) == ("comment.written", case.board.coordinator.public_id)
    assert event.data == {
        "comment": row.public_id, "audience": "reviewers", "text": digest("A secret."), "artifact": file.sha256,
        "mentions": [case.board.deputy.public_id],
    }  # fmt: skip


def test_reply_keeps_thread_and_audience_however_deep_it_is() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    head = cases.write(case, Audience.AUTHORS, about=About(question="artifact_summary"))
    first = cases.reply(case, head)
    second = cases.reply(case, first, text="One more thing.")
    assert [(row.reply_to, row.audience, row.question_key) for row in (first, second)] == [
        (head, "authors", "artifact_summary"), (head, "authors", "artifact_summary"),
    ]  # fmt: skip
    assert [row.by_author for row in (head, first, second)] == [False, True, True]


def test_what_is_not_there_is_refused() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    elsewhere = cases.submission_in(State.DELIBERATION, made=case.board, tier=3, label="Other")
    file = elsewhere.again().revision.artifacts.earliest("pk")
    assert refused(case, text="  \n ") == ("text", "text")
    assert refused(case, audience="press") == ("audience", "audience")
    assert refused(case, about=About(artifact=file.public_id)) == ("about", "about")
    assert refused(case, about=About(question="no_such_question")) == ("about", "about")
    assert not Comment.objects.exists()


def test_mention_of_who_cannot_read_it_is_refused() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    made = case.board
    cases.declare(case, made.members[1])
    outside = [case.author, made.reviewers[0], made.members[1], made.auditor, made.leader, made.administrator]
    assert {refused(case, mentions=[person]) for person in outside} == {("mention", "mentions")}
    assert not Comment.objects.exists()
    cases.write(case, Audience.REVIEWERS, mentions=[made.reviewers[0]])
    cases.write(case, Audience.AUTHORS, mentions=[made.reviewers[0], case.author])


def test_mentioning_oneself_tells_nobody() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    with watch(case) as seen:
        row = cases.write(case, mentions=[case.board.coordinator])
    assert (seen.mails, row.mentions.count()) == (set(), 0)


def test_authors_hear_once_of_a_message_for_them() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    with watch(case) as seen:
        cases.write(case, Audience.AUTHORS, mentions=[case.author, case.board.chair])
    assert seen.mails == {("comment.mentioned", "Author One"), ("comment.mentioned", "Chair")}
    with watch(case) as seen:
        cases.write(case, Audience.AUTHORS, text="And this?", mentions=[case.board.chair])
    assert seen.mails == {("comment.to_authors", "Author One"), ("comment.mentioned", "Chair")}


def test_authors_read_the_board_for_everybody_of_it_and_no_name() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    head = cases.write(case, Audience.AUTHORS, by=case.board.members[0], mentions=[case.board.chair, case.author])
    cases.reply(case, head, text="Here.")
    cases.reply(case, head, text="Thank you.", by=case.board.members[1])
    found = told(case, case.author)
    assert [(one.writer, one.initials, one.is_author, one.mentioned) for one in found] == [
        ("The board", "", False, ("Author One",)),
        ("Author One", case.author.initials, True, ()),
        ("The board", "", False, ()),
    ]
    assert [one.writer for one in told(case, case.board.chair)] == ["Member 0", "Author One", "Member 1"]


def test_authors_mention_each_other_alone() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    head = cases.write(case, Audience.AUTHORS)
    with pytest.raises(RuleBroken) as error:
        cases.reply(case, head, mentions=[case.board.coordinator])
    assert error.value.code == "mention"


def test_who_joined_the_authors_later_reads_their_own_words_as_those_of_the_board() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    person = case.board.deputy
    cases.write(case, Audience.BOARD, text="Among us.", by=person)
    cases.write(case, Audience.AUTHORS, by=person)
    case.submission.contributors.create(user=person, name="Deputy", order=8)
    assert [(one.writer, one.text) for one in told(case, person)] == [("The board", "What do you make of it?")]
    assert [one.writer for one in told(case, case.author)] == ["The board"]


def test_message_taken_back_leaves_a_line_and_its_digest() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, Audience.AUTHORS, text="To the wrong people.", mentions=[case.author])
    cases.reply(case, row, text="Was this for us?")
    comment.withdraw(comment=row, by=case.board.coordinator, now=case.later())
    for person in (case.author, case.board.coordinator, case.board.chair):
        head = told(case, person)[0]
        assert (head.text, head.mentioned, head.withdrawn_at) == ("", (), case.now)
    assert [one.text for one in told(case, case.author)] == ["", "Was this for us?"]
    row.refresh_from_db()
    assert row.text == "To the wrong people."
    written, taken_back = (event for event in log.events(case.submission.stream) if event.data.get("comment") ==
                           row.public_id)  # fmt: skip
    assert (written.data["text"], taken_back.type) == (digest(row.text), "comment.withdrawn")


def test_message_is_taken_back_once_and_by_its_writer_alone() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case)
    with pytest.raises(Denied):
        comment.withdraw(comment=row, by=case.board.chair, now=case.later())
    comment.withdraw(comment=row, by=case.board.coordinator, now=case.later())
    with pytest.raises(NotNow) as error:
        comment.withdraw(comment=row, by=case.board.coordinator, now=case.later())
    assert error.value.code == "withdrawn"


def test_message_is_about_the_revision_before_the_board_while_authors_write_the_next() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    frozen = case.again().revision
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    draft = case.again().revision
    row = cases.write(case, Audience.AUTHORS, about=About(artifact=frozen.artifacts.earliest("pk").public_id))
    assert row.revision == frozen
    mine = draft.artifacts.earliest("pk").public_id
    assert refused(case, about=About(artifact=mine)) == ("about", "about")
    assert cases.reply(case, row).revision == frozen


def test_second_click_sends_nothing() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, text="Once.")
    with pytest.raises(RuleBroken) as error:
        cases.write(case, text=" Once. ")
    assert error.value.code == "sent"
    cases.write(case, text="Once.", audience=Audience.REVIEWERS)
    cases.reply(case, row, text="Yes.", by=case.board.chair)
    cases.reply(case, row, text="Yes.", by=case.board.deputy)
    with pytest.raises(RuleBroken):
        cases.reply(case, row, text="Yes.", by=case.board.deputy)
    assert Comment.objects.count() == 4


def test_recusal_stops_the_mail_that_waits() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    voter = case.board.members[0]
    cases.write(case, mentions=[voter])
    assert ("comment.mentioned", "Member 0") in mails(case)
    cases.declare(case, voter)
    assert ("comment.mentioned", "Member 0") not in mails(case)


def test_recused_writes_and_replies_no_more() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    voter = case.board.members[0]
    row = cases.write(case, by=voter)
    cases.declare(case, voter)
    for attempt in (lambda: cases.write(case, text="No.", by=voter), lambda: cases.reply(case, row, by=voter)):
        with pytest.raises(Denied) as error:
            attempt()
        assert error.value.code == "no_part"
    with pytest.raises(Denied):
        comment.withdraw(comment=row, by=voter, now=case.later())


def test_nothing_is_written_on_a_decided_case() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, Audience.AUTHORS)
    cases.clear_holds(case)
    motion = cases.put(case)
    cases.vote(case, motion)
    cases.finalise(case, motion)
    cases.sign_all(case)
    for attempt in (lambda: cases.write(case, text="Late."), lambda: cases.reply(case, row)):
        with pytest.raises(NotNow) as error:
            attempt()
        assert error.value.code == "wrong_state"
    assert len(told(case, case.author)) == 1
