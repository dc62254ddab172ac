"""What comes after a decision: an appeal that is upheld, and an emergency restriction that nobody ratifies."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from reviews.models import Restriction
from reviews.rules.states import State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

WHAT_IS_NEW = "The second evaluation shows that the filter holds."
WHY = "The evaluation was not known to the board."
LEAK = "A tester published the weights."


def withheld(made: Board) -> Case:
    """A paper of tier 3 that the board withheld yesterday."""
    case = cases.submission_in(State.DELIBERATION, made=made, tier=3)
    case.now = timezone.now() - timedelta(days=1)
    cases.clear_holds(case)
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)
    return case


def test_withheld_paper_is_appealed_and_comes_back_to_its_authors(
    page: Page, site: Site, as_person: Callable[[User], Page]
) -> None:
    made = board()
    case = withheld(made)
    reference = case.submission.reference
    judges = [UserFactory(display_name=f"Judge {number}") for number in range(3)]
    site.drain()

    # The author reads the decision and appeals, with what is new.
    steps.sign_in(page, case.author, to=f"/cases/{reference}/decision/")
    steps.follow(page, re.compile("^Appeal"))
    page.locator("[name=grounds][value=new_evidence]").check()
    steps.field(page, "What was wrong, or what is new?").fill(WHAT_IS_NEW)
    steps.press(page, "File the appeal")
    expect(page.get_by_text("they are being appointed")).to_be_visible()
    assert made.officers["head_of_research"].email in {mail.to[0] for mail in site.drain()}

    # A member who voted reads it, and has no vote on it.
    member = as_person(made.members[0])
    member.goto(f"/cases/{reference}/appeal/")
    expect(member.get_by_text(WHAT_IS_NEW)).to_be_visible()
    expect(member.get_by_role("button", name="Cast my vote")).to_have_count(0)

    # The head of research appoints three people from elsewhere; until then the case is not there for them.
    head = as_person(made.officers["head_of_research"])
    assert steps.is_gone(as_person(judges[0]), f"/cases/{reference}/appeal/")
    for person in judges:
        head.goto(f"/cases/{reference}/appeal/")
        steps.follow(head, "Appoint who hears it")
        steps.field(head, "Or the e-mail address of somebody else").fill(person.email)
        steps.press(head, "Appoint them")
    assert {mail.to[0] for mail in site.drain()} >= {person.email for person in judges}

    # Two of three uphold it; with the vote that settles it the case is open for its authors again.
    for person in judges[:2]:
        judge = as_person(person)
        judge.goto(f"/cases/{reference}/appeal/")
        judge.locator('[name="opinion"][value="uphold"]').check()
        steps.field(judge, "Your reasons").fill(WHY)
        steps.press(judge, "Cast my vote")
    assert case.author.email in {mail.to[0] for mail in site.drain()}
    page.goto(f"/cases/{reference}/appeal/")
    expect(page.get_by_text("Upheld").first).to_be_visible()
    content = page.content()
    assert [person.display_name for person in judges if person.display_name in content] == []
    assert WHY not in content
    page.goto(f"/cases/{reference}/")
    expect(page.get_by_text("Revision 2").first).to_be_visible()
    steps.submit(page, reference, name="Author One")
    assert made.auditor is not None
    steps.reads_the_record(
        as_person(made.auditor), reference, title=case.submission.title, events=["appeal", "submitted revision 2"]
    )


def test_restriction_that_nobody_ratifies_lapses_and_the_release_goes_on(
    page: Page, site: Site, as_person: Callable[[User], Page]
) -> None:
    made = board()
    case = cases.staged(made, since=timezone.now() - timedelta(days=20))
    reference = case.submission.reference
    site.drain()

    # The chair restricts at once; authors and board hear of it, and no stage opens.
    chair = as_person(made.chair)
    chair.goto(f"/cases/{reference}/restriction/place/")
    steps.field(chair, "Why must this be stopped at once?").fill(LEAK)
    steps.press(chair, "Restrict it now")
    expect(chair.get_by_text("In force, waits for ratification")).to_be_visible()
    assert {mail.to[0] for mail in site.drain()} >= {case.author.email, *(person.email for person in made.voters)}
    coordinator = as_person(made.coordinator)
    coordinator.goto(f"/cases/{reference}/release/")
    expect(coordinator.get_by_role("main").get_by_role("link", name=re.compile("^Open"))).to_have_count(0)
    steps.sign_in(page, case.author, to=f"/cases/{reference}/restriction/")
    expect(page.get_by_text(LEAK)).to_be_visible()

    # One member lets it stand, which is no quorum; then the days are over.
    member = as_person(made.members[0])
    member.goto(f"/cases/{reference}/restriction/")
    member.locator(f'[name="vote"][value="{Vote.FOR}"]').check()
    steps.press(member, "Cast my vote")
    before = timezone.now() - timedelta(days=8)
    Restriction.objects.update(placed_at=before, ratify_by=before + timedelta(days=7))
    member.goto(f"/cases/{reference}/restriction/")
    expect(member.get_by_role("button", name="Change my vote")).to_have_count(0)
    expect(member.get_by_text("Ended").first).to_be_visible()

    # The decision counts again, for authors too, and the first stage opens.
    page.goto(f"/cases/{reference}/restriction/")
    expect(page.get_by_text("Ended").first).to_be_visible()
    steps.next_step(coordinator, reference, "See the stages")
    steps.follow(coordinator, re.compile("^Open"))
    steps.press(coordinator, "Open the stage")
    expect(coordinator.locator(".rb-stage").nth(0)).to_contain_text("Open now")
