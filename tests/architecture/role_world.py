"""The small world of the role matrix: every kind of person, and one case in each state, made by the real actions.

Who is who stands here; who may see what stands in the matrix. Nothing here asks the program what it would answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone

from accounts.actions import deactivate
from accounts.models import User
from reviews.actions import appeal, artifact, conflict, deliberation, evidence, motion, proof, submission
from reviews.actions.committee import appoint, found
from reviews.actions.motion import Proposal, Term
from reviews.actions.policy import adopt, publish, take_back
from reviews.actions.submission import Writer
from reviews.models import Adoption, Committee, Condition, Decision, Evidence, Hold, Inquiry, Stage, StandIn
from reviews.rules.states import Audience, CommitteeRole, Outcome, PartKind
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import PACK, START, Board, board
from tests.factories.people import AbsenceFactory, InvitationFactory, UserFactory
from tests.factories.policy import drafted, text_of

ACTORS = (
    "anonymous",
    "author",
    "coauthor",
    "coauthor_on_board",  # a contributor who also coordinates and votes in the same committee
    "stranger",
    "other_author",  # has cases of their own
    "coordinator",
    "conflicted",  # a second coordinator with a conflict on every case
    "outsider",  # coordinates another committee
    "chair",
    "deputy",
    "member",
    "mover",  # the voting member who put the open motion
    "offered",  # has an unanswered offer on the case in review
    "accepted",  # has a seat on the case in review, and filed on the later ones
    "officer",  # legal officer: the hold is open until deliberation, cleared afterwards
    "signatory",  # head of research: the seat is open in sign-off, signed when decided
    "leader",
    "auditor",
    "administrator",
    "superuser",
    "judge",  # hears the appeal, and is in no committee
    "deactivated",  # coordinated until the account was closed
)
PROVEN = "mit_documentation"
HELD = "criminality_from_face_2020"  # tier 3, a paper, held for the legal officer


@dataclass
class World:
    """People by what they are, cases by their state, and the public identifiers of rows below the cases."""

    people: dict[str, User] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    nothings: dict[tuple[str, str], str] = field(default_factory=dict)
    door: ClientHandler = field(default_factory=ClientHandler)

    def ask(self, actor: str, method: str, path: str) -> HttpResponse:
        """The answer to this person, for a GET or a POST without any field; whatever it changed is undone.

        The request goes through the whole product, but not through the test client, which copies every context.
        """
        made = RequestFactory()
        if actor in self.sessions:
            made.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        request = made.get(path) if method == "GET" else made.post(path)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        with undone():
            answer = self.door.get_response(request)
            answer.close()  # a file that is handed out stays open otherwise
            return answer

    def nothing(self, actor: str, path: str) -> str:
        """What this person is told at an address where nothing is."""
        if (actor, path) not in self.nothings:
            self.nothings[actor, path] = plain(self.ask(actor, "GET", path))
        return self.nothings[actor, path]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back, as after a test."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # lets durable transactions run inside
    block.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


TOKEN = re.compile(r"[A-Za-z0-9]{64}")


def plain(response: HttpResponse) -> str:
    """A page without its random tokens, so that two answers can be compared."""
    return TOKEN.sub("", response.content.decode())


def build() -> World:
    """Everybody and everything."""
    made = board(reviewers=6)
    world = World()
    world.door.load_middleware()
    world.people = _people(made)
    _policies(world, made)
    _cases(world, made)
    for case in world.cases.values():
        conflict_of(world, case)
    _meetings(world, made)
    world.ids["information"] = cases.ask_outside(world.cases["in_review"], world.people["conflicted"]).public_id
    for actor, person in world.people.items():
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        world.sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value
    _rows_of_people(world, made)
    deactivate(user=world.people["deactivated"], by=made.administrator, now=timezone.now())
    return world


def conflict_of(world: World, case: Case) -> None:
    """The second coordinator steps aside from everything that was submitted."""
    if case.again().submitted_at is not None:
        person = world.people["conflicted"]
        conflict.declare(submission=case.submission, type_key="personal", by=person, now=case.later())


def _meetings(world: World, made: Board) -> None:
    """One ahead, one that nobody was told of, one that is being held and one that is over, about the same case."""
    case = world.cases["deliberation"]
    before, case.now = case.now, timezone.now()
    ahead, unknown = meetings.planned(made, case), meetings.planned(made, announced=False)
    case.now = before
    held, going_on = meetings.held(made, case), meetings.opened(meetings.planned(made, case))
    named = {"meeting": ahead, "meeting_unknown": unknown, "meeting_open": going_on, "meeting_held": held}
    world.ids |= {name: sitting.meeting.public_id for name, sitting in named.items()}
    world.ids |= {"item": ahead.item(case).public_id, "item_open": going_on.item(case).public_id}
    world.ids["minutes"] = meetings.write(held).public_id


def _rows_of_people(world: World, made: Board) -> None:
    """Somebody who has not come yet, an absence, and people by the names of their pages."""
    invited = InvitationFactory(user__display_name="Newcomer", invited_at=timezone.now()).user
    away = AbsenceFactory(
        user=world.people["member"], from_date=timezone.now().date(), until_date=timezone.now().date() + timedelta(9)
    )
    world.ids["absence"] = away.public_id
    world.ids["invited_person"] = invited.public_id
    world.ids |= {f"{name}_person": person.public_id for name, person in world.people.items()}


def _people(made: Board) -> dict[str, User]:
    assert made.leader is not None
    assert made.auditor is not None
    people = {
        "author": UserFactory(display_name="Author One"),
        "coauthor": UserFactory(display_name="Author Two"),
        "coauthor_on_board": UserFactory(display_name="Author Three"),
        "stranger": UserFactory(display_name="Stranger"),
        "other_author": UserFactory(display_name="Other Author"),
        "coordinator": made.coordinator,
        "conflicted": UserFactory(display_name="Coordinator Two"),
        "outsider": UserFactory(display_name="Coordinator Elsewhere"),
        "chair": made.chair,
        "deputy": made.deputy,
        "member": made.members[0],
        "mover": made.members[-1],
        "offered": made.reviewers[5],
        "accepted": made.reviewers[0],
        "officer": made.officers["legal_officer"],
        "signatory": made.officers["head_of_research"],
        "leader": made.leader,
        "auditor": made.auditor,
        "administrator": made.administrator,
        "superuser": UserFactory(display_name="Superuser", is_superuser=True, is_staff=True),
        "judge": UserFactory(display_name="Judge"),
        "deactivated": UserFactory(display_name="Former Coordinator"),
    }
    elsewhere = found(name="Board elsewhere", time_zone="UTC", by=made.administrator, now=START)
    adopt(committee=elsewhere, version=made.committee.policy_in_force, by=made.administrator, now=START)
    roles = [
        (made.committee, "coauthor_on_board", CommitteeRole.COORDINATOR),
        (made.committee, "coauthor_on_board", CommitteeRole.MEMBER),
        (made.committee, "conflicted", CommitteeRole.COORDINATOR),
        (made.committee, "deactivated", CommitteeRole.COORDINATOR),
        (elsewhere, "outsider", CommitteeRole.COORDINATOR),
    ]
    for committee, name, role in roles:
        appoint(committee=committee, user=people[name], role=role, by=made.administrator, now=START)
    return people


def _policies(world: World, made: Board) -> None:
    """A second version, which the administrator proposes in the other committee."""
    elsewhere = Committee.objects.get(name="Board elsewhere")
    world.ids |= {"committee": made.committee.public_id, "committee_elsewhere": elsewhere.public_id}
    text = PACK.read_text(encoding="utf-8").replace('version: "2026.11"', 'version: "2026.12"', 1)
    newer = publish(text=text, by=None, now=START)
    world.ids["policy"] = newer.public_id
    for waiting in Adoption.objects.filter(version=newer):
        take_back(adoption=waiting, by=made.administrator, now=START)
    proposed = adopt(committee=elsewhere, version=newer, by=made.administrator, now=START)
    world.ids["adoption"] = proposed.public_id
    world.ids["policy_draft"] = drafted(made.administrator, text_of("2027.01")).public_id


def _cases(world: World, made: Board) -> None:
    world.cases = {name: _draft(world, made, name) for name in STATES}
    world.cases["elsewhere"] = cases.submit(
        cases.draft(made, author=world.people["other_author"], tier=1, label="Case of others")
    )
    _draft_rows(world)
    for name in ("decided", "halted", "appealed"):
        world.cases[name].now = timezone.now() - timedelta(days=2)  # so that its decision is in force today
    for name in ("submitted", "returned", "in_review", "deliberation", "sign_off", "decided", "halted", "appealed"):
        cases.submit(world.cases[name])
    submission.withdraw(submission=world.cases["withdrawn"].submission, version=0, by=world.people["author"], now=START)
    _returned(world)
    _in_review(world)
    for name in ("deliberation", "sign_off", "decided", "halted", "appealed"):
        _deliberated(world, name)
    world.ids["message_decided"] = cases.write(world.cases["decided"], Audience.REVIEWERS).public_id
    world.ids["motion"] = _motion(world.cases["deliberation"]).public_id
    world.ids["legal_flag"] = world.cases["in_review"].again().revision.legal_flags.earliest("pk").public_id
    world.ids["hold"] = Hold.objects.get(revision=world.cases["in_review"].again().revision).public_id
    _decided(world)
    _asked(world, made)
    _halted(world)
    _appealed(world)


STATES = (
    "draft", "submitted", "returned", "in_review", "deliberation", "sign_off", "decided", "withdrawn", "halted",
    "appealed",
)  # fmt: skip


def _draft(world: World, made: Board, name: str) -> Case:
    author = world.people["author"]
    case = cases.draft(made, author=author, answers=cases.example_answers(HELD), label=f"Case {name}")
    writers = [Writer(person.display_name, person.email) for person in _writers(world)]
    submission.describe(
        submission=case.submission, title=case.submission.title, label=case.submission.label, contributors=writers,
        venue="", planned_date=None, version=0, by=author, now=case.later(),
    )  # fmt: skip
    return case


def _draft_rows(world: World) -> None:
    for name in ("draft", "in_review", "decided"):
        case = world.cases[name]
        added = artifact.add_file(
            submission=case.submission, part=PartKind.PAPER, name="paper.txt", blob=artifact.receive([b"a paper"]),
            by=case.author, now=case.later(),
        )  # fmt: skip
        world.ids[f"artifact_{name}"] = added.public_id
        shown = proof.add(
            submission=case.submission, question=PROVEN, name="report.txt", blob=artifact.receive([b"a report"]),
            by=case.author, now=case.later(),
        )  # fmt: skip
        world.ids[f"proof_{name}"] = shown.public_id


def _returned(world: World) -> None:
    case = world.cases["returned"]
    submission.return_to_authors(
        submission=case.submission, reason="Please add the card.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip


def _in_review(world: World) -> None:
    case = world.cases["in_review"]
    world.ids["seat"] = cases.offer(case, world.people["accepted"]).public_id
    accepted = case.submission.assignments.get(reviewer=world.people["accepted"])
    world.ids["proposal"] = cases.propose_tier(case, 4).public_id
    world.ids["review_draft"] = cases.accept(case, accepted).public_id
    world.ids["offer"] = cases.offer(case, world.people["offered"]).public_id
    rows = list(Evidence.objects.filter(revision=case.again().revision, given_at=None).order_by("pk"))
    evidence.give(
        evidence=rows[0], blob=artifact.receive([b"evidence"]), file_name="evidence.txt", by=case.author,
        now=case.later(),
    )  # fmt: skip
    world.ids["evidence_given"], world.ids["evidence_open"] = rows[0].public_id, rows[1].public_id
    asked = deliberation.ask(
        submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later()
    )
    # Of the deputy, who may therefore not settle it.
    world.ids["suspicion"] = cases.suspect(case, world.people["deputy"]).public_id
    joined = StandIn.objects.create(
        submission=case.submission, user=UserFactory(display_name="Stands in"), role="member", reason="They know it.",
        appointed_at=case.now, appointed_by=case.board.chair,
    )  # fmt: skip
    world.ids["stand_in"] = joined.public_id
    world.ids["question"] = Inquiry.objects.get(pk=asked.pk).public_id
    for to in Audience:
        world.ids[f"message_{to}"] = cases.write(case, to).public_id
    world.ids["referral"] = cases.refer(case).public_id


def _deliberated(world: World, name: str) -> None:
    case = world.cases[name]
    for number, made in enumerate(cases.seat_reviewers(case)):
        cases.file_review(case, made, cases.findings(case, outcome=Outcome.WITHHELD))
        world.ids[f"review_{name}_{number}"] = made.public_id
    cases.settle_evidence(case)
    case.again()


def _motion(case: Case, conditions: tuple[Term, ...] = ()) -> motion.Motion:
    return motion.put(
        submission=case.again(),
        proposals=[Proposal(PartKind.PAPER, Outcome.STAGED, "redacted_preprint", "shared_agreement")],
        conditions=conditions, rationale="The reasons.", version=case.version, by=case.board.members[-1],
        now=case.later(),
    )  # fmt: skip


def _decided(world: World) -> None:
    for name in ("sign_off", "decided", "halted", "appealed"):
        case = world.cases[name]
        cases.clear_holds(case)
        put = _motion(case, (Term("Send the card."), Term("Keep a log.")))
        world.ids[f"motion_{name}"] = put.public_id
        cases.vote(case, put)
        world.ids[f"decision_{name}"] = cases.finalise(case, put).public_id
    done = cases.sign_all(world.cases["decided"])
    decision = Decision.objects.get(pk=done.pk)
    first, second = Condition.objects.filter(decision=decision).order_by("order")
    world.ids["condition"] = first.public_id
    blob = artifact.receive([b"a log"])
    world.ids["condition_proof"] = cases.prove_condition(world.cases["decided"], second, blob=blob).public_id
    world.ids |= {f"letter_{row.variant}": row.public_id for row in decision.letters.all()}
    stages = list(Stage.objects.filter(plan__decision=decision).order_by("order"))
    world.ids["stage_first"], world.ids["stage_second"] = (stage.public_id for stage in stages[:2])


def _asked(world: World, made: Board) -> None:
    """Decided by two reviewers alike, so without a deliberation; an author asks to amend it."""
    wrote = [Writer(person.display_name, person.email) for person in _writers(world)]
    case = cases.draft(made, author=world.people["author"], tier=2, label="Case asked")
    submission.describe(
        submission=case.submission, title=case.submission.title, label=case.submission.label, contributors=wrote,
        venue="", planned_date=None, version=0, by=case.author, now=case.later(),
    )  # fmt: skip
    cases.sign_all(cases.reviewed(cases.submit(case)))
    world.cases["asked"] = case
    world.ids["amendment"] = cases.ask_amendment(case).public_id


def _writers(world: World) -> list[User]:
    return [world.people[who] for who in ("author", "coauthor", "coauthor_on_board")]


def _halted(world: World) -> None:
    """Restricted at once; the chair asks to lift it, and a second person is to answer."""
    case = world.cases["halted"]
    cases.sign_all(case)
    row = cases.restrict(case)
    world.ids["restriction"] = cases.ask_lift(case, row).public_id


def _appealed(world: World) -> None:
    """Under appeal; of three judges one is appointed."""
    case = world.cases["appealed"]
    cases.sign_all(case)
    row = cases.appeal_against(case)
    appeal.appoint(
        appeal=row, person=world.people["judge"], by=case.board.officers["head_of_research"], now=case.later()
    )
    world.ids["appeal"] = row.public_id
