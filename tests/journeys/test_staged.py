"""An image model released in stages: votes, a dissent, two signatures, one stage opened and the next one shut."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from reviews.rules.states import Outcome, Vote
from tests.factories import cases
from tests.factories.cases import example_answers
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

LABEL = "Image model"
DISSENT = "Nobody takes back what the public has."
CONDITION = "Keep the filter switched on."


def test_staged_release_up_to_a_shut_second_stage(page: Page, site: Site, as_person: Callable[[User], Page]) -> None:
    made = board(members=3, externals=1, reviewers=3)
    author: User = UserFactory(display_name="Author One")
    answers = example_answers("stable_diffusion_2022")
    case = cases.draft(made, author=author, answers=answers, label=LABEL)
    reference, title = case.submission.reference, case.submission.title
    assert made.leader is not None
    assert made.auditor is not None

    # Submitted, asked, judged by three, evidence given. Who votes sees nothing before deliberation.
    steps.sign_in(page, author)
    steps.submit(page, reference, name="Author One")
    steps.have_no_part(as_person, made.voters[:1], reference, label=LABEL)
    coordinator = as_person(made.coordinator)
    for person in made.reviewers[:3]:
        steps.offer(coordinator, reference, person)
    for person in made.reviewers[:3]:
        reviewer = as_person(person)
        steps.accept(reviewer, reference)
        steps.judge(reviewer, {"model": (Outcome.STAGED, "vetted_api")}, findings="Fine behind a guarded door.")
        reviewer.context.close()
    steps.give_all_evidence(page, reference)
    others = [person for role, person in made.officers.items() if role != "head_of_research"]
    steps.have_no_part(as_person, [*others, made.administrator], reference, label=LABEL)
    steps.reads_along(as_person(made.deputy), reference, title=title)
    leader = as_person(made.leader)
    steps.reads_on_leadership_page(leader, label=LABEL, title=title, reference=reference)

    # A member moves to climb above the ceiling in stages, with a reason and a condition; the board votes.
    members = [as_person(person) for person in made.voters]
    steps.put_motion(
        members[0], reference, {"model": (Outcome.STAGED, "hosted_public", "vetted_api")},
        reasons="Step by step, with eyes open.", conditions=[CONDITION], above="Wide use helps to find faults.",
    )  # fmt: skip
    for member in members[:-1]:
        steps.vote(member, reference, Vote.FOR)
    steps.vote(members[-1], reference, Vote.AGAINST, reason=DISSENT, dissent=True)
    chair = as_person(made.chair)
    steps.finalise(chair, reference)
    assert steps.is_gone(page, f"/cases/{reference}/decision/")
    signatory = as_person(made.officers["head_of_research"])
    steps.sign(signatory, reference)
    expect(signatory.get_by_text("In force since")).to_be_visible()
    mails = site.drain()
    assert author.email in {mail.to[0] for mail in mails}
    assert all(title not in mail.subject + str(mail.body) for mail in mails)

    # The coordinator opens the first stage; the second says why it stays shut.
    steps.next_step(coordinator, reference, "See the stages")
    steps.follow(coordinator, re.compile("Open"))
    steps.press(coordinator, "Open the stage")
    stages = coordinator.locator(".rb-stage")
    expect(stages.nth(0)).to_contain_text("Open now")
    expect(stages.nth(1)).to_contain_text("The stage before must stand for 30 days")
    assert {mail.to[0] for mail in site.drain()} == {author.email}

    # The author proves the condition; the coordinator looks, and finds it met.
    page.goto(f"/cases/{reference}/release/")
    steps.follow(page, "Prove it")
    page.get_by_label(re.compile("In words")).fill("The settings are shown on the site.")
    steps.press(page, "Give the proof")
    assert {mail.to[0] for mail in site.drain()} == {made.coordinator.email}
    steps.next_step(coordinator, reference, "Check it")
    coordinator.get_by_label(re.compile("The condition is met")).check()
    steps.press(coordinator, "Answer")
    assert {mail.to[0] for mail in site.drain()} == {author.email}

    # The author reads decision and stages, leadership the stage, the auditor the record.
    steps.next_step(page, reference, "Read the decision")
    expect(page.get_by_role("main").get_by_text("Staged").first).to_be_visible()
    expect(page.get_by_text(CONDITION)).to_be_visible()
    expect(page.get_by_text(DISSENT)).to_be_visible()
    page.goto(f"/cases/{reference}/release/")
    expect(page.locator(".rb-stage").nth(0)).to_contain_text("Open now")
    content = page.content()
    assert [person.display_name for person in (*made.voters, *made.reviewers) if person.display_name in content] == []
    steps.reads_on_leadership_page(leader, label=LABEL, title=title, reference=reference)
    steps.reads_the_record(
        as_person(made.auditor), reference, title=title, events=["opened stage 1", "a condition is met", "in force"]
    )
