"""Every notice has its mail, and no mail tells more than that there is something to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import User as Person
from notifications import outbox, rendering
from notifications.outbox import Message
from reviews.actions import (
    appeal,
    assessment,
    assignment,
    comment,
    condition,
    conflict,
    decision,
    deliberation,
    evidence,
    motion,
    referral,
    release,
    reminder,
    splitting,
    submission,
)
from reviews.models import Assignment, Evidence, Inquiry, Motion, Stage, Submission
from reviews.notices._tell import authors
from reviews.notices.guards import FOR_AUTHORS
from reviews.queries.comment import About
from reviews.rules.states import Audience, Outcome, State, Vote
from tests.architecture.sources import ROOT
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

NAME = re.compile(r'"([a-z_]+\.[a-z_]+)"')
# Names of guards, and mails that are about no case or about several.
ELSEWHERE = ("reviews.", "account.", "policy.", "offers.", "meeting.")
DUTIES = ("accept_offer", "file_review", "assign_reviewers", "confirm_tier")
GIVEN = {"name", "reference", "path"}
REMINDED = {*GIVEN, "duty", "assignment", "due_at", "is_late"}
CANARY = "Canary"
OUTCOMES = re.compile(r"\b(withheld|withhold|staged|in full|approved|rejected|denied|granted)\b", re.IGNORECASE)
HAZARDS = re.compile(r"\b(tier|cbrn|biosecurity|surveillance|weapon|legal officer|score|tripwire)\b", re.IGNORECASE)


def events() -> set[str]:
    """Every event of a case that the notices use."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "reviews/notices").glob("*.py")]
    named = {name for text in texts for name in NAME.findall(text) if not name.startswith(ELSEWHERE)}
    return named | {f"reminder.{duty}" for duty in DUTIES}


EVENTS = sorted(events())


def context_of(event: str) -> dict[str, str | bool]:
    """A context with exactly the names that the notices give."""
    given: dict[str, str | bool] = {
        "name": "Person O'Neil",
        "reference": "RB-2026-K7Q4X",
        "path": "/cases/RB-2026-K7Q4X/",
    }
    if event.startswith("reminder."):
        given |= {"duty": "file_review", "assignment": "x", "due_at": "2026-11-25T16:00:00+00:00", "is_late": False}
    return given


def test_each_event_has_its_mail_and_each_mail_its_event() -> None:
    folder = ROOT / "templates/emails"
    found = {".".join(path.relative_to(folder).parts[:-1]) for path in folder.glob("*/*/subject.txt")}
    found -= {name for name in found if name.startswith(ELSEWHERE)}

    assert found == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_mail_says_reference_and_link_in_every_part(event: str) -> None:
    mail = rendering.render(template=event, context=context_of(event), time_zone="Europe/Berlin")

    assert "RB-2026-K7Q4X" in mail.subject
    assert len(mail.subject) < 78
    link = f"{settings.BASE_URL}/cases/RB-2026-K7Q4X/"
    assert link in mail.text
    assert f'href="{link}"' in mail.html
    assert "Hello Person O'Neil," in mail.text
    assert "Hello Person O&#x27;Neil," in mail.html
    assert "Sign in to read more" in mail.text
    assert not OUTCOMES.search(mail.text + mail.subject)
    assert not HAZARDS.search(mail.text + mail.subject)


@pytest.mark.parametrize("event", EVENTS)
def test_mail_uses_only_what_the_notice_gives(event: str) -> None:
    folder = ROOT / "templates/emails" / event.replace(".", "/")
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    used = set(re.findall(r"{{ (\w+)", texts)) | set(re.findall(r"{% (?:if|with \w+=)\s*(\w+)", texts))
    allowed = REMINDED | {"due"} if event.startswith("reminder.") else GIVEN

    assert used <= allowed | {"base_url", "org_name"}


@pytest.mark.parametrize(("is_late", "words"), [(False, "It is due on"), (True, "It was due on")])
def test_reminder_names_its_moment_with_zone(is_late: bool, words: str) -> None:
    context = {**context_of("reminder.file_review"), "is_late": is_late}
    mail = rendering.render(template="reminder.file_review", context=context, time_zone="Asia/Tokyo")

    assert f"{words} 26 November 2026, 01:00 JST." in mail.text


def name_with_canary(made: Board) -> None:
    """Give everybody on the board a name that would be noticed."""
    people = [made.chair, made.deputy, made.coordinator, *made.voters, *made.reviewers, *made.officers.values()]
    for number, person in enumerate(people):
        person.display_name = f"{CANARY}person{number}x"
        person.save(update_fields=["display_name"])


def drafted(made: Board, tier: int, label: str) -> Case:
    """A draft full of what must not be told."""
    answers = {**cases.answers_for(tier), "artifact_summary": f"{CANARY}summary", "misuse_scenarios": f"{CANARY}misuse"}
    case = cases.draft(made, answers=answers, label=f"{CANARY}{label}")
    Submission.objects.filter(pk=case.submission.pk).update(title=f"{CANARY}title", venue=f"{CANARY}venue")
    case.again()
    return case


def remind(case: Case, **later: float) -> None:
    """A scan some time later; the story itself goes on where it was."""
    reminder.enqueue_due(submission=case.submission, now=case.now + timedelta(**later))


def discuss(case: Case) -> None:
    """A message of each audience that mentions somebody, and the authors' reply."""
    for to in Audience:
        row = comment.write(
            submission=case.submission, text=f"{CANARY}message", audience=to, about=About(question="artifact_summary"),
            mentions=[case.board.chair], by=case.board.coordinator, now=case.later(),
        )  # fmt: skip
    cases.reply(case, row, text=f"{CANARY}reply")


def board_story(made: Board) -> None:
    """Tier 3, to a decision that was sent back once."""
    case = drafted(made, 3, "board")
    cases.submit(case)
    remind(case, days=5)
    offers = [cases.offer(case, person) for person in made.reviewers[:4]]
    remind(case, days=2)
    assignment.decline(assignment=offers[3], reason=f"{CANARY}note", by=made.reviewers[3], now=case.later())
    deliberation.ask(submission=case.submission, text=f"{CANARY}question", by=made.coordinator, now=case.later())
    deliberation.answer(inquiry=Inquiry.objects.get(), text=f"{CANARY}answer", by=case.author, now=case.later())
    filed = [cases.accept(case, offer) for offer in offers[:3]]
    remind(case, days=40)
    spare = cases.offer(case, made.reviewers[4])
    assignment.take_back(assignment=spare, reason=f"{CANARY}reason", by=made.coordinator, now=case.later())
    text = replace(
        cases.findings(case, outcome=Outcome.WITHHELD), findings=f"{CANARY}findings", to_board=f"{CANARY}board"
    )
    for one in filed:
        cases.file_review(case, one, text)
    right = replace(text, findings=f"{CANARY}put right")
    cases.correct_review(case, filed[0], right, reason=f"{CANARY}slip")
    first = Evidence.objects.filter(revision=case.again().revision, given_at=None)[0]
    evidence.waive(evidence=first, reason=f"{CANARY}waiver", by=made.coordinator, now=case.later())
    discuss(case)
    cases.settle_evidence(case)
    cases.clear_holds(case)
    put = cases.put(case)
    Motion.objects.filter(pk=put.pk).update(rationale=f"{CANARY}rationale")
    conflict.declare(
        submission=case.submission, type_key="financial", note=f"{CANARY}tie", by=made.members[0], now=case.later()
    )
    for person in made.voters[1:]:
        motion.cast(motion=put, vote=Vote.FOR, reason=f"{CANARY}vote", by=person, now=case.later())
    made_decision = cases.finalise(case, put)
    decision.send_back(
        decision=made_decision, reason=f"{CANARY}why", version=case.version,
        by=made.officers["head_of_research"], now=case.later(),
    )  # fmt: skip
    again = cases.put(case, conditions=(f"{CANARY}condition",))
    cases.vote(case, again, made.voters[1:])
    cases.finalise(case, again)
    promised = cases.sign_all(case).conditions.get()
    refused = cases.prove_condition(case, promised, text=f"{CANARY}proof")
    condition.refuse(proof=refused, reason=f"{CANARY}missing", by=made.coordinator, now=case.later())
    cases.meet(case, promised)


def staged_story(made: Board) -> None:
    """Tier 2, to an open stage."""
    case = drafted(made, 2, "staged")
    cases.submit(case)
    full = cases.findings(case)
    text = replace(full, verdict={**full.verdict, "model": (str(Outcome.STAGED), "vetted_api")})
    for one in cases.seat_reviewers(case):
        cases.file_review(case, one, text)
    cases.settle_evidence(case)
    cases.sign_all(case)
    stage = Stage.objects.filter(plan__part="model").order_by("order")[0]
    release.open_stage(stage=stage, again_confirmed=True, by=made.coordinator, now=case.later())


def returned_story(made: Board) -> None:
    """Tier 2, returned and withdrawn."""
    case = drafted(made, 2, "returned")
    cases.submit(case)
    cases.seat_reviewers(case)
    submission.return_to_authors(
        submission=case.submission, reason=f"{CANARY}return", version=case.version, by=made.coordinator,
        now=case.later(),
    )  # fmt: skip
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())


def raised_story(made: Board) -> None:
    """Tier 1, which its reviewer raises: the next tier asks for more evidence."""
    case = drafted(made, 1, "raised")
    cases.submit(case)
    (only,) = cases.seat_reviewers(case)
    cases.file_review(case, only, replace(cases.findings(case, clear=False), findings=f"{CANARY}findings"))


def tier_story(made: Board) -> None:
    """Tier 2, which the reviewers' answers raise, and the chair and the deputy set."""
    case = drafted(made, 2, "tier")
    cases.submit(case)
    higher = cases.like_the_authors(case, cap_cyber=3)
    for one in cases.seat_reviewers(case):
        cases.file_review(case, one, replace(cases.findings(case), judgement=higher))
    refused = cases.propose_tier(case, 4, f"{CANARY}reason")
    assessment.refuse_tier(proposal=refused, reason=f"{CANARY}why not", by=made.deputy, now=case.later())
    proposal = cases.propose_tier(case, 4, f"{CANARY}reason")
    remind(case, days=9)
    cases.confirm_tier(case, proposal)


def split_story(made: Board) -> None:
    """A draft of two authors, of which one makes two cases."""
    case = drafted(made, 2, "split")
    other = UserFactory(display_name=f"{CANARY}second")
    submission.describe(
        submission=case.submission, title=f"{CANARY}title", label=f"{CANARY}split", venue="", planned_date=None,
        contributors=[submission.Writer(other.display_name, other.email)], version=case.description_version,
        by=case.author, now=case.later(),
    )  # fmt: skip
    revision = case.again().revision
    new = splitting.split(
        submission=case.submission, part="paper", suffix=f"{CANARY}suffix", copies=splitting.copied(revision, "paper"),
        version=revision.response.version, by=case.author, now=case.later(),
    )  # fmt: skip
    for row in (case.submission, new):
        cases.submit(Case(row, case.author, made, now=case.now))


def moved_story(made: Board) -> None:
    """Tier 3, referred to another body, and given to another committee that has another policy."""
    case = drafted(made, 3, "moved")
    cases.submit(case)
    cases.accept(case, cases.offer(case, made.reviewers[0]))
    row = referral.refer(
        submission=case.submission, body=f"{CANARY}body", question=f"{CANARY}question", by=made.chair, now=case.later()
    )
    referral.record_answer(
        referral=row, finding="objection", answer=f"{CANARY}answer", by=made.deputy, now=case.later()
    )
    for target in (cases.elsewhere(f"{CANARY}board"), cases.elsewhere(f"{CANARY}other", policy=cases.other_policy())):
        name_with_canary(target)
        cases.give_away(case, target, reason=f"{CANARY}reason")


def vacant_story(made: Board) -> None:
    """Tier 1, whose only signature nobody can give any more."""
    case = drafted(made, 1, "vacant")
    cases.reviewed(cases.submit(case))
    for person in (made.coordinator, made.deputy):
        conflict.declare(
            submission=case.submission, type_key="personal", note=f"{CANARY}tie", by=person, now=case.later()
        )


def untold_story(made: Board) -> None:
    """Tier 2, whose coordinator and deputy step aside, while the only administrator wrote it."""
    case = drafted(made, 2, "untold")
    case.submission.contributors.create(order=99, name=f"{CANARY}writer", user=made.administrator)
    cases.submit(case)
    cases.declare(case, made.coordinator)
    cases.declare(case, made.deputy)


def spread_story(made: Board) -> None:
    """Tier 1: a longer date, an offer that lapses and goes on, and one that nobody is left for."""
    case = drafted(made, 1, "spread")
    cases.submit(case)
    first = cases.offer(case, made.reviewers[0])
    assignment.extend(assignment=first, review_days=15, seen=10, by=made.coordinator, now=case.later())
    for _ in made.reviewers:
        assignment.lapse(
            assignment=Assignment.objects.get(submission=case.submission, status="offered"), now=case.later()
        )


def tied_story(made: Board) -> None:
    """Tier 2: a reviewer of the authors' unit, somebody whom they name, and a signatory who steps aside afterwards."""
    case = drafted(made, 2, "tied")
    Person.objects.filter(pk=made.reviewers[4].pk).update(unit=case.author.unit)
    cases.submit(case)
    conflict.name_somebody(
        submission=case.submission, name=made.reviewers[3].display_name, type_key="personal", note=f"{CANARY}tie",
        by=case.author, now=case.later(),
    )  # fmt: skip
    asked = deliberation.ask_outside(
        submission=case.submission, person=made.reviewers[4], text=f"{CANARY}question", by=made.coordinator,
        now=case.later(),
    )  # fmt: skip
    deliberation.inform(inquiry=asked, text=f"{CANARY}answer", by=made.reviewers[4], now=case.later())
    cases.sign_all(cases.reviewed(case))
    cases.declare(case, made.reviewers[0])


def short_story(made: Board) -> None:
    """Tier 3, whose experts step aside, and somebody who stands in for them."""
    case = drafted(made, 3, "short")
    cases.reviewed(cases.submit(case))
    cases.leave_without_experts(case)
    cases.appoint_stand_in(case, cases.expert(case, display_name=f"{CANARY}expert"))


def reopened_story(made: Board) -> None:
    """Tier 2, decided: an amendment that is refused, a re-review that is not."""
    case = drafted(made, 2, "reopened")
    cases.sign_all(cases.reviewed(cases.submit(case)))
    cases.refuse(case, cases.ask_amendment(case, f"{CANARY}amendment"))
    cases.grant(case, cases.ask_re_review(case, reason=f"{CANARY}law"))


def halted_story(made: Board) -> None:
    """Tier 3: a restriction that is ratified and lifted again."""
    case = drafted(made, 3, "halted")
    cases.reviewed(cases.submit(case))
    cases.clear_holds(case)
    put = cases.put(case, outcome=Outcome.FULL)
    cases.vote(case, put)
    cases.finalise(case, put)
    cases.sign_all(case)
    row = cases.restrict(case, reason=f"{CANARY}reason")
    cases.say_on(case, row, made.voters[:4])
    cases.answer_lift(case, cases.ask_lift(case, row))


def appealed_story(made: Board) -> None:
    """Tier 2: an appeal that members uphold; tier 3: one for which a panel is appointed, and that is taken back."""
    case = drafted(made, 2, "appealed")
    cases.submit(case)
    full = cases.findings(case)
    text = replace(full, verdict={**full.verdict, "model": (str(Outcome.STAGED), "vetted_api")})
    for one in cases.seat_reviewers(case):
        cases.file_review(case, one, text)
    cases.settle_evidence(case)
    cases.sign_all(case)
    row = cases.appeal_against(case)
    cases.judge(case, row, made.voters[:4])
    other = drafted(made, 3, "taken back")
    cases.reviewed(cases.submit(other))
    cases.clear_holds(other)
    put = cases.put(other)
    cases.vote(other, put)
    cases.finalise(other, put)
    cases.sign_all(other)
    row = cases.appeal_against(other)
    cases.appoint_judges(other, row, 1)
    appeal.withdraw(appeal=row, by=other.author, now=other.later())


def parts(message: Message) -> Iterator[str]:
    """Everything of a mail but its reader's own name."""
    mail = rendering.render(template=message.template, context=message.context)
    own = str(message.context["name"])
    yield from (text.replace(own, "") for text in (mail.subject, mail.text, mail.html))


def test_no_mail_tells_what_is_protected_and_every_event_comes_up() -> None:
    made = board()
    name_with_canary(made)
    board_story(made)
    staged_story(made)
    returned_story(made)
    raised_story(made)
    untold_story(made)
    tier_story(made)
    split_story(made)
    moved_story(made)
    vacant_story(made)
    tied_story(made)
    spread_story(made)
    short_story(made)
    reopened_story(made)
    halted_story(made)
    appealed_story(made)
    sent = [message for message in outbox.recent(limit=2000) if message.template != "policy.proposed"]

    assert {message.template for message in sent} == set(EVENTS)
    wrote = {(case.reference, person.public_id) for case in Submission.objects.all() for person in authors(case)}
    assert {message.template for message in sent if (message.about, message.recipient) in wrote} == FOR_AUTHORS
    leaks = {message.template for message in sent for text in parts(message) if CANARY in text}
    assert leaks == set()
    named = {message.template for message in sent for text in parts(message) if OUTCOMES.search(text)}
    assert named == set()
    assert all(
        str(value).startswith(CANARY) is False for m in sent for key, value in m.context.items() if key != "name"
    )
    assert {key for message in sent for key in message.context} <= {*REMINDED, "comment", "decision", "inquiry"}
    assert {message.about for message in sent} == set(Submission.objects.values_list("reference", flat=True))


def test_authors_hear_nothing_of_the_board() -> None:
    made = board()
    board_story(made)
    authors = {case.created_by.public_id for case in Submission.objects.all()}

    assert {m.template for m in outbox.recent(limit=2000) if m.recipient in authors} == {
        "submission.received",
        "comment.to_authors",
        "condition.proof_accepted",
        "condition.proof_refused",
        "inquiry.asked",
        "evidence.waived",
        "letter.ready",
    }


def test_one_occasion_is_one_mail_a_person() -> None:
    made = board()
    board_story(made)
    keys = [message.dedupe_key for message in outbox.recent(limit=2000)]

    assert len(keys) == len(set(keys))
    assert Submission.objects.get().state == State.DECIDED


def test_transfer_and_referral_tell_authors_once_each() -> None:
    moved_story(board())
    author = Submission.objects.get().created_by.public_id

    assert sorted(m.template for m in outbox.recent(limit=2000) if m.recipient == author) == [
        "referral.answered",
        "referral.sent",
        "submission.received",
        "submission.returned",
        "submission.transferred",
    ]
