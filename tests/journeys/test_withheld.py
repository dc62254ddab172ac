"""A paper that the board withholds, against the word of one member; and a member who steps aside in the middle."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from reviews.rules.states import Outcome, Vote
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

LABEL = "Face classifier"
DISSENT = "A redacted version would serve science without much harm."


def test_withheld_paper_with_a_dissent_and_a_member_who_steps_aside(
    page: Page, site: Site, as_person: Callable[[User], Page]
) -> None:
    made = board(members=4, externals=1, reviewers=3)
    author: User = UserFactory(display_name="Author One")
    case = cases.draft(made, author=author, tier=3, label=LABEL)
    reference, title = case.submission.reference, case.submission.title

    # The author submits; the legal officer hears of the hold and sees the case while it is open.
    steps.sign_in(page, author)
    steps.submit(page, reference, name="Author One")
    officer = as_person(made.officers["legal_officer"])
    officer.goto("/")
    expect(officer.get_by_role("main").get_by_text(reference)).to_be_visible()
    assert made.officers["legal_officer"].email in {mail.to[0] for mail in site.drain()}

    # Three reviewers; voting members see nothing before deliberation opens.
    members = [as_person(person) for person in made.voters]
    coordinator = as_person(made.coordinator)
    assert steps.is_gone(members[0], f"/cases/{reference}/")
    for person in made.reviewers[:3]:
        steps.offer(coordinator, reference, person)
    for person in made.reviewers[:3]:
        reviewer = as_person(person)
        steps.accept(reviewer, reference)
        steps.judge(reviewer, {"paper": (Outcome.WITHHELD, "")}, findings="It does what it says, and should not.")
        reviewer.context.close()
    steps.give_all_evidence(page, reference)
    assert {mail.to[0] for mail in site.drain()} >= {person.email for person in made.voters}

    # Other officers and the administrator have no part; the deputy reads along.
    taking_part = {"legal_officer", "head_of_research"}
    others = [person for role, person in made.officers.items() if role not in taking_part]
    steps.have_no_part(as_person, [*others, made.administrator], reference, label=LABEL)
    steps.reads_along(as_person(made.deputy), reference, title=title)

    # One member moves to withhold; one steps aside and loses the case at once; one dissents.
    steps.put_motion(members[0], reference, {"paper": (Outcome.WITHHELD, "", "")}, reasons="The use is prohibited.")
    steps.vote(members[1], reference, Vote.FOR)
    steps.declare_conflict(members[1], reference)
    for path in ("", "deliberation/", "record/", "reviews/"):
        assert steps.is_gone(members[1], f"/cases/{reference}/{path}")
    chair = as_person(made.chair)
    chair.goto(f"/cases/{reference}/deliberation/")
    expect(chair.get_by_text("No longer counted")).to_be_visible()
    for member in (members[0], members[2]):
        steps.vote(member, reference, Vote.FOR)
    steps.vote(members[3], reference, Vote.AGAINST, reason=DISSENT, dissent=True)
    for member in members[4:6]:
        steps.vote(member, reference, Vote.FOR)
    assert made.voters[1].email not in {mail.to[0] for mail in site.drain()}

    # The chair finalises although the hold is open, since withholding is always possible; the second seat signs.
    steps.finalise(chair, reference)
    steps.sign(as_person(made.officers["head_of_research"]), reference)
    assert {mail.to[0] for mail in site.drain()} >= {author.email, made.coordinator.email}

    # The author reads the outcome and the dissent, without a name.
    steps.next_step(page, reference, "Read the decision")
    expect(page.get_by_role("main").get_by_text("Withheld").first).to_be_visible()
    expect(page.get_by_text(DISSENT)).to_be_visible()
    content = page.content()
    people = [*made.voters, *made.reviewers]
    assert [person.display_name for person in people if person.display_name in content] == []
    assert made.leader is not None
    assert made.auditor is not None
    steps.reads_on_leadership_page(as_person(made.leader), label=LABEL, title=title, reference=reference)
    steps.reads_the_record(
        as_person(made.auditor), reference, title=title, events=["put a motion", "conflict of interest", "in force"]
    )
