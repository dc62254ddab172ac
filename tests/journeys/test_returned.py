"""A paper that goes back to its authors and comes again: revision 2, and the same reviewer is asked again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

LABEL = "Small text model"
REASON = "Please describe the training data."


def test_returned_case_comes_again_to_the_same_reviewer(
    page: Page, site: Site, as_person: Callable[[User], Page]
) -> None:
    made = board(members=1, externals=1, reviewers=2)
    author: User = UserFactory(display_name="Author One")
    case = cases.draft(made, author=author, tier=1, label=LABEL)
    reference, title = case.submission.reference, case.submission.title
    assert made.leader is not None
    assert made.auditor is not None
    steps.sign_in(page, author)
    steps.submit(page, reference, name="Author One")
    coordinator = as_person(made.coordinator)
    reviewer = as_person(made.reviewers[0])
    steps.offer(coordinator, reference, made.reviewers[0])
    steps.accept(reviewer, reference)
    former_review = reviewer.url.removeprefix(site.url)
    site.drain()

    # The coordinator returns it; the authors read why and write revision 2, while nobody else sees their draft.
    steps.return_case(coordinator, reference, reason=REASON)
    assert {mail.to[0] for mail in site.drain()} == {author.email, made.reviewers[0].email}
    page.goto(f"/cases/{reference}/")
    expect(page.get_by_text(REASON)).to_be_visible()
    page.goto(f"/cases/{reference}/answers/profile/")
    page.locator('[name="artifact_summary"]').fill("A summary that names the training data.")
    steps.press(page, "Save and go on")
    coordinator.goto(f"/cases/{reference}/answers/")
    assert "names the training data" not in coordinator.content()
    steps.submit(page, reference, name="Author One")
    expect(page.get_by_text("Revision 2").first).to_be_visible()

    # The same reviewer is asked again, without anybody assigning; the former draft counts for nothing.
    assert made.reviewers[0].email in {mail.to[0] for mail in site.drain()}
    steps.accept(reviewer, reference)
    assert reviewer.url.removeprefix(site.url) != former_review
    expect(reviewer.get_by_text("names the training data").first).to_be_visible()
    steps.clear(reviewer, findings="Clear now.")
    steps.give_all_evidence(page, reference)

    # At this tier the coordinator signs; the chair reads along and owes nothing.
    chair = as_person(made.chair)
    chair.goto(f"/cases/{reference}/")
    expect(chair.get_by_role("heading", name=title)).to_be_visible()
    expect(chair.get_by_text("The decision waits for its signatures.")).to_be_visible()
    steps.sign(coordinator, reference)
    steps.next_step(page, reference, "Read the decision")
    steps.reads_along(as_person(made.deputy), reference, title=title)
    steps.have_no_part(
        as_person, [*made.voters, made.reviewers[1], *made.officers.values(), made.administrator], reference,
        label=LABEL,
    )  # fmt: skip
    expect(page.get_by_role("main").get_by_text("Revision 2").first).to_be_visible()
    assert made.reviewers[0].display_name not in page.content()
    steps.reads_on_leadership_page(as_person(made.leader), label=LABEL, title=title, reference=reference)
    steps.reads_the_record(
        as_person(made.auditor), reference, title=title,
        events=["returned the case", "submitted revision 2", "in force"],
    )  # fmt: skip
