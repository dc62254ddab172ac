"""Two people at the same moment, each at a server process of their own: one is first, and the other is told.

``tests/reviews/races`` runs the actions in threads. Here whole requests meet, through forms, sessions and two processes
that share nothing but the database. Every round of a race is its own start in one database: a case that was decided
is sent back and voted on anew, and now and then another one takes its place. The last tests send the same requests to
servers without a lock, and each of the races has to notice.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import log
from reviews.actions import decision as decisions
from reviews.actions import motion as motions
from reviews.actions.committee import appoint, dismiss
from reviews.models import Ballot, Conflict, Decision, Membership, Motion
from reviews.queries.submission import manifest_of
from reviews.rules.states import CommitteeRole, Outcome, State, Vote
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.notifications.processes import running, said, wait_until
from tests.services.cluster import free_port
from tests.sizes import TRIALS

TOKEN = "a" * 32
DONE, REFUSED, STALE = 302, 200, 409
# Two who write without a lock: SQLite gives up waiting for the other one, PostgreSQL refuses the second of two events.
BROKEN = {"sqlite": 503, "postgresql": 500}


@dataclass(frozen=True)
class Request:
    """A form that a signed-in person sends."""

    cookie: str
    path: str
    body: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    page: str
    location: str


Send = Callable[..., list[Answer]]
Race = Callable[[Board, Send], None]


class Browsers:
    """Everybody signed in once, as far as cookies go."""

    def __init__(self) -> None:
        self._cookies: dict[int, str] = {}

    def request(self, person: User, name: str, key: str, /, **data: object) -> Request:
        """What this person's form at that page sends."""
        if person.pk not in self._cookies:
            client = Client()
            client.force_login(person)
            kept = "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())
            self._cookies[person.pk] = f"{kept}; csrftoken={TOKEN}"
        body = urlencode({**data, "csrfmiddlewaretoken": TOKEN})
        return Request(self._cookies[person.pk], reverse(f"reviews:{name}", args=[key]), body)


@contextmanager
def two_servers(database: FreshDatabase, folder: Path, settings: str) -> Iterator[tuple[int, int]]:
    """The ports of two processes that serve the product from one database."""
    ports = free_port(), free_port()
    # The key signs the sessions that this process makes.
    known = {"DJANGO_SETTINGS_MODULE": settings, "SECRET_KEY": django_settings.SECRET_KEY}
    with ExitStack() as started:
        servers = {}
        for port in ports:
            command = ("-m", "gunicorn", "reviewboard.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1")
            servers[port] = started.enter_context(running(*command, database=database, data=folder, **known))
        for port, server in servers.items():
            wait_until(
                lambda port=port, server=server: server.poll() is not None or answers(port), "the server answers"
            )
            assert server.poll() is None, said(folder)
        yield ports


def answers(port: int) -> bool:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/health/live/")
        return line.getresponse().status < 500
    except OSError:
        return False


def at_once(ports: tuple[int, int], *requests: Request) -> list[Answer]:
    """Both requests at the same moment, each to a process of its own; their answers in the same order."""
    start = threading.Barrier(len(requests))
    found: dict[int, Answer] = {}

    def send(number: int, one: Request) -> None:
        line = http.client.HTTPConnection("127.0.0.1", ports[number], timeout=60)
        line.connect()
        headers = {"Cookie": one.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        start.wait(timeout=30)
        line.request("POST", one.path, one.body, headers)
        answer = line.getresponse()
        found[number] = Answer(answer.status, answer.read().decode(), answer.headers.get("Location", ""))
        line.close()

    threads = [threading.Thread(target=send, args=numbered) for numbered in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return [found[number] for number in range(len(requests))]


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """One board in a database of its own."""
    return board()


@pytest.fixture
def ports(made: Board, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Two servers of the product as it is."""
    with two_servers(fresh_database, tmp_path, "tests.notifications.worker_settings") as found:
        yield found


def put_and_voted(case: Case, voters: Sequence[User]) -> Motion:
    """A motion of today that carries, whatever the three of seven who have not voted say."""
    case.now = timezone.now() - timedelta(hours=12)
    row = cases.put(case, outcome=Outcome.WITHHELD)
    cases.vote(case, row, list(voters))
    return row


def decide(browsers: Browsers, case: Case, row: Motion) -> Request:
    """The chair finalises."""
    return browsers.request(case.board.chair, "decision-finalise", row.public_id, version=case.version)


def back_to_the_board(case: Case) -> None:
    """The decision that came out is sent back, so that the next round starts where this one did."""
    decisions.send_back(
        decision=Decision.objects.get(submission=case.submission, sent_back_at=None), reason="Once more.",
        version=case.version, by=case.board.officers["head_of_research"], now=timezone.now(),
    )  # fmt: skip
    case.again()


def one_is_told(found: Sequence[Answer], url: str, *words: str) -> bool:
    """Whether one of two came through to where that leads, and the other reads why not."""
    first = [answer for answer in found if (answer.status, answer.location) == (DONE, url)]
    others = [answer for answer in found if answer not in first]
    return len(first) == len(others) == 1 and all(
        other.status in (REFUSED, STALE) and any(word in other.page for word in words) for other in others
    )


def is_whole(case: Case) -> bool:
    return log.verify(case.submission.stream).faults == ()


def rounds(made: Board) -> Iterator[Case]:
    """A case before its board for each round. What one has been through grows with every round, so that after some of
    them it is looked at as a whole and another one begins.
    """
    for number in range(TRIALS):
        if number % 25 == 0:
            case = cases.submission_in(State.DELIBERATION, made=made)
        yield case
        if number % 25 == 24 or number + 1 == TRIALS:
            assert is_whole(case)


def two_deciders(made: Board, send: Send) -> None:
    browsers = Browsers()
    for number, case in enumerate(rounds(made)):
        row = put_and_voted(case, made.voters[:4])
        one = decide(browsers, case, row)
        found = send(one, one)
        url = reverse("reviews:decision-detail", args=[case.submission.reference])
        assert one_is_told(found, url, "Somebody finalised this case a moment ago.")
        assert Decision.objects.filter(submission=case.submission).count() == number % 25 + 1
        assert case.again().state == State.SIGN_OFF
        back_to_the_board(case)


def vote_against_close(made: Board, send: Send) -> None:
    browsers = Browsers()
    for case in rounds(made):
        row = put_and_voted(case, made.voters[:4])
        vote = browsers.request(made.voters[4], "motion-cast", row.public_id, vote=str(Vote.AGAINST), reason="No.")
        voted, closed = send(vote, decide(browsers, case, row))
        stored = Ballot.objects.filter(motion=row).count()
        assert closed.status == DONE
        assert Decision.objects.get(motion=row).tally["present"] == stored
        assert (voted.status, stored) in {(DONE, 5), (REFUSED, 4)}
        assert (voted.status == DONE) or "Your vote was not counted; what you wrote is still here." in voted.page
        case.again()
        back_to_the_board(case)


def recuse_against_decide(made: Board, send: Send) -> None:
    """Whoever stepped aside is replaced by a new member, so that each round has seven voters."""
    browsers, voter = Browsers(), made.voters[3]
    for case in rounds(made):
        row = put_and_voted(case, [*made.voters[:3], voter])
        before = len(log.events(case.submission.stream))
        aside = browsers.request(voter, "conflict-declare", case.submission.reference, type_key="personal", note="")
        recused, decided = send(aside, decide(browsers, case, row))
        events = [event.type for event in log.events(case.submission.stream)[before:]]
        assert recused.status == DONE
        assert Conflict.objects.filter(submission=case.submission, user=voter).exists()
        case.again()
        if decided.status == DONE:
            assert events.index("decision.finalised") < events.index("conflict.declared")
            back_to_the_board(case)
        else:
            assert (decided.status, events, case.submission.state) == (REFUSED, ["conflict.declared"], "deliberation")
            assert "The quorum is not reached yet" in decided.page
            motions.take_back(motion=row, by=made.members[-1], now=timezone.now())
        known, now = made.administrator, timezone.now()
        dismiss(membership=Membership.objects.get(user=voter, until_at=None), by=known, now=now)
        voter = UserFactory()
        appoint(committee=made.committee, user=voter, role=CommitteeRole.MEMBER, by=known, now=now)


def upload_against_decide(made: Board, send: Send) -> None:
    """The lowest tier is decided by being submitted: what the decision binds is what was there."""
    browsers = Browsers()
    for number in range(TRIALS):
        case = cases.draft(made, tier=0, label=f"Case {number}")
        reference = case.submission.reference
        late = browsers.request(
            case.author, "artifact-add-reference", reference, part="paper", name="late.pdf",
            location="https://example.org/late", size_bytes=10, sha256=f"{number:064x}",
        )  # fmt: skip
        submitted = browsers.request(
            case.author, "submission-submit", reference, attested_name=case.author.display_name, confirmed="on",
            manifest=case.manifest, version=case.version,
        )  # fmt: skip
        uploaded, decided = send(late, submitted)
        revision = case.again().revision
        is_there, is_decided = revision.artifacts.filter(name="late.pdf").exists(), case.submission.state == "decided"
        assert is_there is not is_decided
        assert {uploaded.status, decided.status} <= {DONE, REFUSED, STALE}
        assert (uploaded if is_there else decided).status == DONE
        assert is_decided or (decided.status == STALE and "Answers, files or the policy changed" in decided.page)
        assert is_there or (
            uploaded.status == REFUSED and "This revision was submitted and is frozen." in uploaded.page
        )
        if is_decided:
            digest = Decision.objects.get(submission=case.submission).manifest_digest
            assert digest == revision.manifest_digest == manifest_of(revision, case.submission)
        assert is_whole(case)


def double_submit(made: Board, send: Send) -> None:
    browsers = Browsers()
    for number in range(TRIALS):
        case = cases.draft(made, label=f"Case {number}")
        one = browsers.request(
            case.author, "submission-submit", case.submission.reference, attested_name=case.author.display_name,
            confirmed="on", manifest=case.manifest, version=case.version,
        )  # fmt: skip
        found = send(one, one)
        url = reverse("reviews:assessment-detail", args=[case.submission.reference])
        assert one_is_told(found, url, "This revision was submitted and is frozen.")
        events = [event.type for event in log.events(case.submission.stream)]
        assert (events.count("submission.submitted"), case.again().state) == (1, State.SUBMITTED)
        assert case.submission.revision.assessments.count() == 1
        assert is_whole(case)


RACES = [two_deciders, vote_against_close, recuse_against_decide, upload_against_decide, double_submit]
all_races = pytest.mark.parametrize("race", RACES, ids=[race.__name__ for race in RACES])


@all_races
def test_one_is_first_and_the_other_is_told(race: Race, made: Board, ports: tuple[int, int]) -> None:
    race(made, partial(at_once, ports))


@all_races
def test_the_same_without_a_lock_goes_wrong(
    race: Race, made: Board, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    """The first two who meet are enough, and the race notices."""
    rounds: list[list[int]] = []
    with two_servers(fresh_database, tmp_path, "tests.services.unlocked_settings") as ports:

        def send(*requests: Request) -> list[Answer]:
            found = at_once(ports, *requests)
            rounds.append(sorted(answer.status for answer in found))
            return found

        with pytest.raises(AssertionError):
            race(made, send)
    assert rounds == [[DONE, BROKEN[connection.vendor]]]
