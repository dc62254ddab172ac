"""The discussion on its pages: who finds what there, who is counted, and that nothing for the board reaches authors."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import User
from notifications import outbox, rendering
from reviews.access.submission import sight
from reviews.models import Assignment, Comment
from reviews.queries import timeline
from reviews.queries.comment import About
from reviews.queries.submission import get_visible
from reviews.rules.states import Audience, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db

CANARY = "Kanarie"


def page(case: Case, person: User, **query: str) -> str:
    """The discussion as this person finds it."""
    response = get(person, "comment-list", case.submission.reference, **query)
    assert response.status_code == 200
    return text_of(response)


def send(case: Case, person: User, **given: Any) -> Any:
    """What the form answers."""
    data = {"text": "Is this enough?", "audience": "board", "about": "", **given}
    return post(person, "comment-list", case.submission.reference, **data)


def deliberating() -> Case:
    return cases.submission_in(State.DELIBERATION, tier=3)


def test_message_is_sent_and_stands_at_its_own_address() -> None:
    case = deliberating()
    answer = send(case, case.board.members[0], mentions=[case.board.chair.public_id])
    row = Comment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    html = page(case, case.board.chair)
    assert f'id="m-{row.public_id}"' in html
    assert f'href="#m-{row.public_id}"' in html
    assert "Mentions Chair" in html
    assert "Is this enough?" in html


def test_message_from_the_page_of_the_board_leads_back_to_it() -> None:
    case = deliberating()
    board = reverse("reviews:motion-list", args=[case.submission.reference])
    answer = send(case, case.board.members[0], at="board")
    assert answer["Location"] == f"{board}#m-{Comment.objects.get().public_id}"
    html = text_of(get(case.board.members[1], "motion-list", case.submission.reference))
    assert "Is this enough?" in html
    assert 'name="audience" value="authors"' in html


def test_each_choice_says_how_many_read_it_and_who_they_are() -> None:
    case = deliberating()
    html = page(case, case.board.chair)
    # Seven voters, chair, deputy, coordinator and the legal officer; three reviewers; one author.
    assert re.findall(r'<span class="d">([^<]*)</span>', html) == [
        "11 people can read this.",
        "14 people can read this.",
        "15 people can read this, 1 author among them.",
    ]
    label, names = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", html.partition("Who are they?")[2])[0]
    assert (label, names.split(", ")) == ("Board only", [
        "Chair", "Coordinator", "Deputy", "External 0", "External 1", "Legal officer", "Member 0", "Member 1",
        "Member 2", "Member 3", "Member 4",
    ])  # fmt: skip
    cases.declare(case, case.board.members[0])
    assert "10 people can read this." in page(case, case.board.chair)


def test_narrowest_audience_is_proposed() -> None:
    html = page((case := deliberating()), case.board.chair)
    assert re.search(r'name="audience" value="board"[^>]*checked', html)


def test_reviewer_writes_to_board_and_reviewers_and_to_nobody_else() -> None:
    case = deliberating()
    reviewer = case.board.reviewers[0]
    html = page(case, reviewer)
    assert "Board and reviewers" in html
    assert "14 people can read this." in html
    assert 'type="hidden" name="audience" value="reviewers"' in html
    refused = send(case, reviewer, audience="authors")
    assert (refused.status_code, Comment.objects.count()) == (200, 0)
    assert send(case, reviewer, audience="reviewers").status_code == 302


def test_reviewer_who_has_not_filed_finds_nothing_and_is_told_why() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    for to in Audience:
        cases.write(case, to, text=f"{CANARY}{to}", about=About(question="artifact_summary"))
    first = Assignment.objects.order_by("pk")[0]
    client = client_of(first.reviewer)
    url = reverse("reviews:comment-list", args=[case.submission.reference])
    answer = client.get(url, follow=True)
    assert "The discussion opens once your review is filed." in text_of(answer)
    for name in ("submission-detail", "questionnaire-overview", "artifact-list", "inquiry-list", "submission-record"):
        html = text_of(client.get(reverse(f"reviews:{name}", args=[case.submission.reference])))
        assert (name, CANARY in html, url in html, "wrote a message" in html) == (name, False, False, False)
    assert text_of(client.post(url, {"text": "x"})).count(CANARY) == 0
    cases.file_review(case, first.review)
    html = page(case, first.reviewer)
    assert (f"{CANARY}board" in html, f"{CANARY}reviewers" in html, f"{CANARY}authors" in html) == (False, True, True)


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost() -> None:
    case = deliberating()
    cases.declare(case, case.board.members[1])
    answer = send(
        case, case.board.chair, text="Kept as it was.", audience="", mentions=[case.board.members[1].public_id]
    )
    html = text_of(answer)
    assert answer.status_code == 200
    assert "Kept as it was." in html
    assert "Somebody whom you chose cannot read this any more." in html
    assert "Choose one." in html
    assert faults_in(text_of(send(case, case.board.chair, text=""))) == {"text": "Write your message."}
    assert not Comment.objects.exists()


def test_mention_of_who_is_outside_the_audience_is_refused_beside_the_field() -> None:
    case = deliberating()
    html = text_of(send(case, case.board.chair, mentions=[case.author.public_id]))
    assert "Author One cannot read this message." in html


def test_markdown_is_rendered_and_html_is_not() -> None:
    case = deliberating()
    cases.write(case, text="**Strong** <script>alert(1)</script> ![x](https://example.org/x.png)")
    html = page(case, case.board.chair)
    assert "<strong>Strong</strong>" in html
    assert "<script>alert" not in html
    assert "x.png" not in html.replace("https://example.org/x.png)", "") or "<img" not in html


def test_answers_and_files_say_how_much_is_written_about_them() -> None:
    case = deliberating()
    file = case.again().revision.artifacts.earliest("pk")
    head = cases.write(case, about=About(question="artifact_summary"))
    cases.reply(case, head, by=case.board.chair)
    cases.write(case, Audience.AUTHORS, text="On the file.", about=About(artifact=file.public_id))
    for person, at_answer, at_file in ((case.board.deputy, 2, 1), (case.author, 0, 1), (case.board.reviewers[0], 0, 1)):
        answers = text_of(get(person, "questionnaire-overview", case.submission.reference))
        files = text_of(get(person, "artifact-list", case.submission.reference))
        found = [re.findall(r"(\d+) messages?<", html) for html in (answers, files)]
        assert found == [[str(at_answer)] if at_answer else [], [str(at_file)]]
    narrowed = page(case, case.board.deputy, about=About(artifact=file.public_id).key)
    assert "On the file." in narrowed
    assert "I agree." not in narrowed
    assert f'<option value="file:{file.public_id}" selected>' in narrowed


def test_authors_find_what_is_for_them_reply_and_learn_no_name_and_no_number() -> None:
    case = deliberating()
    row = cases.write(case, Audience.AUTHORS, by=case.board.members[0], mentions=[case.board.chair])
    html = page(case, case.author)
    assert "The board" in html
    assert "Write to the others" not in html
    reply = get(case.author, "comment-reply", row.public_id)
    said = text_of(reply)
    assert "You and the board can read this." in said
    assert "Mention somebody" not in said
    for found in (html, said):
        assert not re.search(r"Member \d|Reviewer \d|External \d|Chair\b|\d+ people can read", found)
    sent = post(case.author, "comment-reply", row.public_id, text="Yes, all of it.")
    written = Comment.objects.get(reply_to=row)
    assert (sent.status_code, sent["Location"]) == (302, written.get_absolute_url())
    assert "Yes, all of it." in page(case, case.board.reviewers[0])
    posted = post(case.author, "comment-reply", row.public_id, text="Hm.", mentions=[case.board.chair.public_id])
    assert posted.status_code == 302
    assert not Comment.objects.get(text="Hm.").mentions.exists()


def test_authors_without_a_message_read_what_belongs_here() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.write(case, text=CANARY)
    html = page(case, case.author)
    assert "Nothing has been written yet." in html
    assert "When the board writes to you it stands here, and you can reply." in html
    assert CANARY not in html


def test_take_back_shows_the_text_once_more_and_leaves_a_line() -> None:
    case = deliberating()
    row = cases.write(case, Audience.AUTHORS, text="Too early.")
    assert "Too early." in text_of(get(case.board.coordinator, "comment-withdraw", row.public_id))
    done = post(case.board.coordinator, "comment-withdraw", row.public_id)
    assert (done.status_code, done["Location"]) == (302, row.get_absolute_url())
    for person in (case.author, case.board.chair, case.board.coordinator):
        html = page(case, person)
        assert "Taken back by its writer" in html
        assert "Too early." not in html


def test_decided_case_is_read_and_not_written() -> None:
    case = deliberating()
    row = cases.write(case)
    cases.clear_holds(case)
    motion = cases.put(case)
    cases.vote(case, motion)
    cases.finalise(case, motion)
    cases.sign_all(case)
    html = page(case, case.board.chair)
    assert "What do you make of it?" in html
    assert "The case is over." in html
    assert "Write to the others" not in html
    assert 'class="btn btn-secondary btn-sm mt-2"' not in html
    late = send(case, case.board.chair)
    assert "Messages are written between submission and decision." in text_of(late)
    assert get(case.board.chair, "comment-reply", row.public_id).status_code == 302
    assert Comment.objects.count() == 1


def canaries(case: Case) -> None:
    """Messages of the board and its reviewers at everything, with mentions and replies, and one taken back."""
    file = case.again().revision.artifacts.earliest("pk")
    for to in (Audience.BOARD, Audience.REVIEWERS):
        for about in (About(), About(question="artifact_summary"), About(artifact=file.public_id)):
            head = cases.write(case, to, text=f"{CANARY} {to} {about.key}", about=about, mentions=[case.board.deputy])
            cases.reply(case, head, text=f"{CANARY} reply {about.key}", by=case.board.chair)


def addresses(case: Case) -> list[str]:
    """Every address that takes nothing or the reference of a case."""
    found = []
    for pattern in next(
        one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "reviews"
    ).url_patterns:
        assert isinstance(pattern, URLPattern)
        names = set(pattern.pattern.regex.groupindex)
        if names <= {"reference"}:
            args = [case.submission.reference] if names else []
            found.append(reverse(f"reviews:{pattern.name}", args=args))
    return found


@pytest.mark.parametrize("who", ["author", "coauthor on the board", "recused voter", "recused reviewer"])
def test_nothing_for_the_board_reaches_who_stands_outside(who: str) -> None:
    case = deliberating()
    made = case.board
    canaries(case)
    for_authors = cases.write(case, Audience.AUTHORS, text="For the authors.")
    # What is looked for is there, for somebody who may read it.
    assert page(case, made.members[1]).count(CANARY) == 12
    person = {
        "author": case.author, "coauthor on the board": made.members[0], "recused voter": made.members[0],
        "recused reviewer": made.reviewers[0],
    }[who]  # fmt: skip
    if who == "coauthor on the board":
        case.submission.contributors.create(user=person, name="Author Two", order=8)
    elif who != "author":
        cases.write(case, text=f"{CANARY} of their own", by=made.members[0])
        cases.write(case, Audience.REVIEWERS, text=f"{CANARY} for them", mentions=[person])
        cases.declare(case, person)
    client = client_of(person)
    mine = set(Comment.objects.exclude(pk=for_authors.pk).values_list("public_id", flat=True))
    for url in [*addresses(case), f"/cases/?q={CANARY}"]:
        html = text_of(client.get(url, follow=True)).replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")
        assert (url, CANARY in html, [one for one in mine if one in html]) == (url, False, [])
    for public_id in mine:
        for name in ("comment-reply", "comment-withdraw"):
            answer = client.get(reverse(f"reviews:{name}", args=[public_id]))
            nothing = client.get(reverse(f"reviews:{name}", args=["nothing-is-here1"]))
            assert (answer.status_code, len(answer.content)) == (404, len(nothing.content))
    # Nor do their mails that are left to go, nor the history of the case.
    waiting = [row for row in outbox.recent(limit=500, states=["queued"]) if row.recipient == person.public_id]
    assert not [row for row in waiting if row.context.get("comment") in mine]
    for row in outbox.recent(limit=500):
        mail = rendering.render(template=row.template, context=row.context)
        assert CANARY not in mail.subject + mail.text + mail.html
    seen = get_visible(person, case.submission.reference)
    if seen is not None:
        said = [one.text for one in timeline.for_case(seen, person, sight(person, seen)) if "message" in one.text]
        assert said == ["wrote a message that authors and board can read."]


def test_exports_and_administrators_have_nothing_of_it() -> None:
    case = deliberating()
    canaries(case)
    rows = list(csv.reader(io.StringIO(text_of(get(case.board.administrator, "people-export")))))
    assert rows
    assert CANARY not in str(rows)
    for person in (case.board.administrator, case.board.auditor, case.board.leader):
        assert person is not None
        client = client_of(person)
        for url in addresses(case):
            assert (url, CANARY in text_of(client.get(url, follow=True))) == (url, False)


def test_history_says_to_whom_and_never_what() -> None:
    case = deliberating()
    canaries(case)
    html = text_of(get(case.board.chair, "submission-record", case.submission.reference))
    assert "wrote a message for: board." in html
    assert "wrote a message for: board and reviewers." in html
    assert CANARY not in html
    peer = text_of(get(case.board.reviewers[0], "submission-record", case.submission.reference))
    assert "wrote a message for: board." not in peer
    assert "wrote a message for: board and reviewers." in peer


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("who", ["board", "reviewer", "author"])
def test_discussion_takes_the_same_queries(who: str, rows: int, django_assert_num_queries: Any) -> None:
    case = deliberating()
    for number in range(rows):
        head = cases.write(
            case, Audience.AUTHORS, text=f"Message {number}", about=About(question="artifact_summary"),
            mentions=[case.author, case.board.chair],
        )  # fmt: skip
        cases.reply(case, head, text=f"Reply {number}")
    person = {"board": case.board.chair, "reviewer": case.board.reviewers[0], "author": case.author}[who]
    client = client_of(person)
    with django_assert_num_queries(QUERIES[who]):
        html = text_of(client.get(reverse("reviews:comment-list", args=[case.submission.reference])))
    assert html.count("Reply ") >= rows


QUERIES = {"board": 34, "reviewer": 32, "author": 21}
