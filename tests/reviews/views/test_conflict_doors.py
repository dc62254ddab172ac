"""Whoever stands aside from a case finds no door to it: no page, list, count, search, export or mail tells of it.

One person who holds every role that sees something looks at everything before a case comes and after it went its way.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.actions import grant
from accounts.models import OrganisationRole, User
from notifications import outbox
from reviews.actions import assignment, conflict
from reviews.actions.committee import appoint
from reviews.actions.proposal import Pick, offer_all
from reviews.models import Decision, Submission, Tie
from reviews.queries import motion as board_of
from reviews.queries import proposal
from reviews.rules.errors import RuleBroken
from reviews.rules.states import ROUND_OPEN, CommitteeRole, Outcome, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.views.pages import client_of, text_of

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r"[A-Za-z0-9]{64}|nonce-\S+|It is [^.]* UTC")
LISTS = (
    "my-work", "own-work", "submission-list", "queue", "leadership", "people", "people-export", "committee-list",
    "queue-proposal", "workload", "operations", "policy-list",
)  # fmt: skip


def everything(person: User, case: Case) -> dict[str, list[str]]:
    """All that this person reads without naming a case, and where one asks reviewers for another case."""
    client = client_of(person)
    open_cases = Submission.objects.visible_to(person, Level.CASE).filter(state__in=ROUND_OPEN)
    paths = [reverse(f"reviews:{name}") for name in LISTS]
    paths.append(reverse("reviews:committee-detail", args=[case.board.committee.public_id]))
    for reference in open_cases.values_list("reference", flat=True):
        paths.append(reverse("reviews:assignment-assign", args=[reference]))
        paths.append(reverse("reviews:assignment-proposal", args=[reference]))
    paths.append(reverse("reviews:submission-list") + "?q=Hidden")
    return {path: TOKEN.sub("", text_of(client.get(path))).splitlines() for path in paths}


def omniscient(case: Case) -> User:
    """Somebody with every role by which one sees cases, people and numbers."""
    made, person = case.board, UserFactory(display_name="Omniscient")
    for role in (CommitteeRole.COORDINATOR, CommitteeRole.MEMBER, CommitteeRole.LEGAL_OFFICER):
        appoint(committee=made.committee, user=person, role=role, by=made.administrator, now=case.now)
    for organisation in OrganisationRole.Role:
        grant(user=person, role=organisation, by=made.administrator, now=case.now)
    return person


def waiting(shown: Case, author: User) -> Case:
    """Another case of an author, which wants reviewers while the hidden one goes its way."""
    case = cases.submit(cases.draft(shown.board, author=author, tier=3, label="Waiting case"))
    shown.now = case.now
    return case


@pytest.mark.parametrize("how", ["declared by themselves", "declared by the coordinator", "detected", "settled"])
def test_nothing_that_one_reads_changes_because_of_a_case_from_which_one_stands_aside(how: str) -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person, author = omniscient(shown), UserFactory(display_name="Author Two")
    waiting(shown, author)
    before = everything(person, shown)

    case = cases.draft(shown.board, author=author, tier=3, label="Hidden case")
    case.now = shown.now
    if how == "detected":
        Tie.objects.create(
            user=person, fact="adviser", email=author.email, noted_at=case.now, noted_by=case.board.administrator
        )
    cases.submit(case)
    stand_aside(how, case, person)
    decide(case)

    assert everything(person, shown) == before
    assert not Submission.objects.visible_to(person, Level.SUMMARY).filter(pk=case.submission.pk).exists()
    assert person.public_id not in {
        row.recipient for row in outbox.recent(limit=2000, states=["queued"]) if row.about == case.submission.reference
    }
    decision = Decision.objects.get(submission=case.submission)
    assert person.public_id not in decision.board["voters"]
    assert [row["person"] for row in decision.board["excluded"]] == [person.public_id]
    assert person.public_id not in {voter.key for voter in board_of.eligible(case.submission)}


def test_a_question_to_somebody_who_stands_aside_opens_one_page_and_no_door() -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person, author = omniscient(shown), UserFactory(display_name="Author Two")
    case = cases.draft(shown.board, author=author, tier=3, label="Hidden case")
    case.now = shown.now
    cases.submit(case)
    cases.declare(case, person)
    before = everything(person, shown)
    asked = cases.ask_outside(case, person)
    work = [reverse(f"reviews:{name}") for name in ("my-work", "own-work")]

    after = everything(person, shown)
    changed = {path for path in before if path not in work and after[path] != before[path]}
    assert changed == set()
    page = text_of(client_of(person).get(reverse("reviews:inquiry-inform", args=[asked.public_id])))
    for text in (page, *("\n".join(after[path]) for path in work)):
        assert case.submission.reference in text
        hidden = (case.submission.title, "Hidden case", "Author Two", case.submission.get_absolute_url())
        assert [words for words in hidden if words in text] == []
    assert client_of(person).get(case.submission.get_absolute_url()).status_code == 404
    decide(case)
    still = client_of(person).get(reverse("reviews:inquiry-inform", args=[asked.public_id]))
    assert still.status_code == 200
    hidden = (case.submission.title, "Hidden case", "Author Two", case.submission.get_absolute_url())
    assert [words for words in hidden if words in text_of(still)] == []
    cases.sign_all(case)
    gone = client_of(person).get(reverse("reviews:inquiry-inform", args=[asked.public_id]))
    assert (gone.status_code, gone["Location"]) == (302, reverse("reviews:my-work"))


def stand_aside(how: str, case: Case, person: User) -> None:
    """Each way in which one can come to stand aside."""
    if how == "declared by themselves":
        cases.declare(case, person)
    elif how == "declared by the coordinator":
        conflict.declare_for(
            submission=case.submission, person=person, type_key="personal", note="Siblings.", by=case.board.coordinator,
            now=case.later(),
        )  # fmt: skip
    elif how == "settled":
        cases.settle(case, cases.suspect(case, person), "stands")


def decide(case: Case) -> None:
    """All the way to a decision that waits for its signatures."""
    cases.reviewed(case, outcome=Outcome.WITHHELD)
    cases.clear_holds(case)
    put = cases.put(case)
    cases.vote(case, put)
    cases.finalise(case, put)


def test_open_reviews_of_a_case_from_which_one_stands_aside_are_in_nobodys_load() -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person = omniscient(shown)
    waiting(shown, shown.author)
    hidden = cases.draft(shown.board, author=UserFactory(display_name="Author Two"), label="Hidden case")
    cases.submit(hidden)
    cases.declare(hidden, person)
    before = everything(person, shown)
    cases.seat_reviewers(hidden, 4)
    assert everything(person, shown) == before


def asked_together(hidden: Case) -> None:
    """Four people review the hidden case; two file, one does not answer, one is still at it."""
    offers = [cases.offer(hidden, person) for person in hidden.board.reviewers[:4]]
    for made in offers[:2]:
        cases.file_review(hidden, cases.accept(hidden, made))
    cases.accept(hidden, offers[2])
    assignment.lapse(assignment=offers[3], now=hidden.later())


@pytest.mark.parametrize("is_hidden", [True, False])
def test_a_proposal_counts_work_and_acquaintance_of_the_cases_that_its_reader_may_see_alone(is_hidden: bool) -> None:
    """The one case moves the desks, who answered before and who knows the author, for whoever may see it."""
    shown = cases.submission_in(State.IN_REVIEW)
    person, author = omniscient(shown), UserFactory(display_name="Author Two")
    wanting = waiting(shown, author)
    hidden = cases.submit(cases.draft(shown.board, author=author, tier=3, label="Hidden case"))
    if is_hidden:
        cases.declare(hidden, person)

    def read() -> tuple[dict[str, tuple[int, int, int, int]], str]:
        facts = proposal.table(person, wanting.now, only=wanting.submission).facts
        known = author.public_id
        counted = {one.key: (one.load, one.asked, one.answered, one.paired.get(known, 0)) for one in facts.people}
        return counted, text_of(client_of(person).get(path))

    path = reverse("reviews:assignment-proposal", args=[wanting.submission.reference])
    before, page = read()
    asked_together(hidden)
    after, page_after = read()
    if is_hidden:
        assert (after, TOKEN.sub("", page_after)) == (before, TOKEN.sub("", page))
        return
    filed, reviews, lapsed = (shown.board.reviewers[number].public_id for number in (0, 2, 3))
    moved = {key: tuple(new - old for new, old in zip(after[key], before[key], strict=True)) for key in after}
    assert [moved[key] for key in (filed, reviews, lapsed)] == [(0, 1, 1, 1), (1, 1, 1, 1), (0, 1, 0, 0)]


def test_an_offer_counts_no_seat_of_a_case_from_which_its_coordinator_stands_aside() -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person, author = omniscient(shown), UserFactory(display_name="Author Two")
    wanting = waiting(shown, author)
    hidden = cases.submit(cases.draft(shown.board, author=author, tier=3, label="Hidden case"))
    cases.declare(hidden, person)
    reviewer = shown.board.reviewers[4]
    cases.offer(hidden, reviewer)
    User.objects.filter(pk=reviewer.pk).update(load_cap=1)
    pick = Pick(wanting.submission, wanting.version, reviewer, 10)
    with pytest.raises(RuleBroken) as refused:
        offer_all(picks=[pick], by=shown.board.coordinator, now=wanting.later())
    assert refused.value.code == "full"
    (made,) = offer_all(picks=[pick], by=person, now=wanting.later())
    assert made.reviewer == reviewer


@pytest.mark.parametrize("is_hidden", [True, False])
def test_a_role_that_is_empty_on_a_hidden_case_moves_nothing(is_hidden: bool) -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person = omniscient(shown)
    reader = person if is_hidden else shown.board.administrator
    hidden = cases.submit(cases.draft(shown.board, author=UserFactory(display_name="Author Two"), label="Hidden case"))
    cases.declare(hidden, person)
    before = everything(reader, shown)
    cases.declare(hidden, shown.board.coordinator)
    cases.declare(hidden, shown.board.deputy)
    after = everything(reader, shown)
    changed = {path: sorted({*lines} ^ {*before[path]}) for path, lines in after.items() if lines != before[path]}
    path = reverse("reviews:committee-detail", args=[shown.board.committee.public_id])
    assert changed == {} if is_hidden else path in changed


def test_a_replay_names_and_counts_no_hidden_case_for_those_who_run_a_committee() -> None:
    """Administrators read the numbers of all cases and no case, as ADR 0012 says; so this reader is none."""
    shown = cases.submission_in(State.IN_REVIEW)
    reader = shown.board.deputy
    version = shown.board.committee.policy_in_force
    path = reverse("reviews:policy-replay", args=[version.public_id]) + f"?committee={shown.board.committee.public_id}"
    read = lambda: TOKEN.sub("", text_of(client_of(reader).get(path)))  # noqa: E731
    hidden = cases.submit(cases.draft(shown.board, author=UserFactory(display_name="Author Two"), label="Hidden case"))
    seen = read()
    cases.declare(hidden, reader)
    assert read() != seen
    before = read()
    decide_without_board(hidden)
    assert read() == before


def decide_without_board(case: Case) -> None:
    """Two reviewers agree and the chair signs."""
    cases.sign_all(cases.reviewed(case))
