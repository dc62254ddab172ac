"""A language model and its paper, from the empty start form to the decision that its author reads.

Tier 2: two reviewers of one mind are the vote, and the chair signs. On the way the board asks a question, one piece of
evidence is waived, and a reviewer who knows an author steps aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from reviews.rules.states import Outcome
from tests.factories.cases import answers_for
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

TITLE = "Sampling long text from a large language model"
LABEL = "Large text model"
FULL = {"model": (Outcome.FULL, ""), "paper": (Outcome.FULL, "")}


def test_model_and_paper_from_the_empty_form_to_the_decision_read(
    page: Page, site: Site, as_person: Callable[[User], Page]
) -> None:
    made = board()
    author: User = UserFactory(display_name="Author One")
    second: User = UserFactory(display_name="Author Two")

    # The author starts from nothing, answers what is shown, adds what is to be released, and submits.
    steps.sign_in(page, author)
    reference = steps.start(page, title=TITLE, label=LABEL, others=[second])
    steps.answer(page, reference, answers_for(2))
    steps.add_reference(page, reference, "model")
    steps.add_file(page, reference, "paper", name="paper.pdf", content=b"%PDF-1.4 a paper")
    assert site.drain() == []
    steps.submit(page, reference, name="Author One")
    expect(page.get_by_text("Submitted", exact=True).first).to_be_visible()
    page.goto(f"/cases/{reference}/assessment/")
    expect(page.get_by_role("main").get_by_text("Moderate").first).to_be_visible()
    assert subjects(site) == {author.email: 1, second.email: 1, made.coordinator.email: 1}

    # The coordinator finds it in the queue and asks two reviewers, and the authors a question.
    coordinator = as_person(made.coordinator)
    coordinator.goto("/queue/")
    expect(coordinator.get_by_role("main").get_by_text(reference)).to_be_visible()
    first, knows_author, third = made.reviewers[:3]
    steps.offer(coordinator, reference, first)
    steps.offer(coordinator, reference, knows_author)
    steps.ask_authors(coordinator, reference, "Which data was it trained on?")
    steps.waive(coordinator, reference, reason="The model has no users yet.")
    mails = site.drain()
    assert sorted(mail.to[0] for mail in mails) == sorted(
        [first.email, knows_author.email, author.email, second.email, author.email, second.email]
    )
    assert all(TITLE not in mail.subject + str(mail.body) for mail in mails)

    # One reviewer steps aside after reading on; everything closes at once, mail too.
    aside = as_person(knows_author)
    steps.accept(aside, reference)
    review_path = aside.url.removeprefix(site.url)
    steps.declare_conflict(aside, reference)
    assert steps.is_gone(aside, f"/cases/{reference}/")
    assert steps.is_gone(aside, review_path)
    steps.offer(coordinator, reference, third)

    # Two others judge alone; until they filed, they see nothing of the authors' own levels.
    readers = [as_person(first), as_person(third)]
    for reader in readers:
        steps.accept(reader, reference)
        reader.goto(f"/cases/{reference}/assessment/")
        reader.wait_for_url(re.compile(rf"/cases/{reference}/$"))
        assert "residual" not in reader.content()
    for number, reader in enumerate(readers):
        steps.next_step(reader, reference, "Review")
        steps.judge(reader, FULL, findings=f"Finding {number}, in plain words.")

    # The authors answer and give what is asked; a co-author sees the same case.
    assert_blind(page, reference, [first, third, knows_author])
    steps.answer_question(page, reference, "Text of the open web.")
    steps.give_all_evidence(page, reference)
    coauthor = as_person(second)
    coauthor.goto(f"/cases/{reference}/")
    expect(coauthor.get_by_role("heading", level=1)).to_contain_text(TITLE)

    # The chair signs what the reviewers recommend alike.
    chair = as_person(made.chair)
    assert steps.is_gone(page, f"/cases/{reference}/decision/")
    steps.sign(chair, reference)
    told = subjects(site)
    assert told[author.email] >= 1
    assert told[second.email] >= 1
    assert knows_author.email not in told

    # Who has no part in this tier's path finds nothing; the administrator sees the mail, and no case.
    steps.have_no_part(as_person, [*made.voters[:1], *made.officers.values()], reference, label=LABEL)
    steps.reads_along(as_person(made.deputy), reference, title=TITLE)
    administrator = as_person(made.administrator)
    administrator.goto("/operations/")
    expect(administrator.get_by_text("Mails sent")).to_be_visible()
    assert TITLE not in administrator.content()
    assert LABEL not in administrator.content()
    assert steps.is_gone(administrator, f"/cases/{reference}/record/")

    # The author reads it; leadership and an auditor read what is theirs.
    steps.next_step(page, reference, "Read the decision")
    expect(page.get_by_role("main").get_by_text("In force since")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Full").first).to_be_visible()
    assert_blind(page, reference, [first, third, knows_author], path="decision/")
    steps.reads_on_leadership_page(as_person(leader(made)), label=LABEL, title=TITLE, reference=reference)
    steps.reads_the_record(
        as_person(auditor(made)), reference, title=TITLE, events=["submitted revision 1", "filed a review", "in force"]
    )


def subjects(site: Site) -> dict[str, int]:
    """How many mails went to whom just now."""
    found: dict[str, int] = {}
    for mail in site.drain():
        found[mail.to[0]] = found.get(mail.to[0], 0) + 1
    return found


def assert_blind(page: Page, reference: str, people: list[User], *, path: str = "") -> None:
    """The authors' page names none of these people."""
    page.goto(f"/cases/{reference}/{path}")
    content = page.content()
    assert [person.display_name for person in people if person.display_name in content] == []


def leader(made: object) -> User:
    """Somebody of the lab's leadership."""
    found = made.leader  # type: ignore[attr-defined]
    assert isinstance(found, User)
    return found


def auditor(made: object) -> User:
    """An auditor."""
    found = made.auditor  # type: ignore[attr-defined]
    assert isinstance(found, User)
    return found
