"""What people do on the pages, one job a function. Everything goes through the page; nothing is asked of the program.

A journey strings these together and says what must be seen on the way. The pages are found as a person finds them: by
the words of links, buttons and labels.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from playwright.sync_api import Error, Locator, Page, Response, Route, expect

from accounts.models import User
from reviews.rules.states import Outcome, Vote

PASSWORD = "a long pass phrase"
REFERENCE = re.compile(r"RB-\d{4}-[0-9A-Z]{5}")
NOTHING_HERE = "There is no page here that you can open."
As = Callable[..., Page]


def sign_in(page: Page, person: User, *, to: str = "/") -> None:
    """Come in through the door."""
    page.goto(to)
    field(page, "Work e-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def status(page: Page, path: str) -> int:
    """Open an address and return what the server said."""
    answer = page.goto(path)
    assert isinstance(answer, Response)
    return answer.status


def is_gone(page: Page, path: str) -> bool:
    """Whether there is nothing at this address for this person."""
    return status(page, path) == 404 and page.get_by_role("heading", name=NOTHING_HERE).is_visible()


def field(page: Page, label: str) -> Locator:
    """The control whose label begins with these words."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))


def hold_back(page: Page, what: str | re.Pattern[str]) -> list[Route]:
    """The requests for ``what``, which wait until somebody lets them go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(what, hold)
    return held


def press(page: Page, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
    """Send the form of the page's content that has this button, and wait for the page that answers."""
    with page.expect_navigation():
        (within or page.get_by_role("main")).get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow a link of the page's content."""
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def next_step(page: Page, reference: str, name: str | re.Pattern[str]) -> None:
    """Open the case and take the one step that it offers."""
    page.goto(f"/cases/{reference}/")
    page.locator(".rb-next").get_by_role("link", name=name).click()


# Authors


def start(page: Page, *, title: str, label: str, others: Iterable[User] = ()) -> str:
    """From the empty start form to a case; its reference."""
    page.goto("/")
    page.goto("/cases/")
    follow(page, re.compile("New submission"))
    field(page, "Title").fill(title)
    field(page, "Label").fill(label)
    field(page, "Venue (optional)").fill("A journal")
    for number, person in enumerate(others):
        field(page, "Name").nth(number).fill(person.display_name)
        field(page, "E-mail address (optional)").nth(number).fill(person.email)
    press(page, "Start the case")
    page.wait_for_url(re.compile(r"/cases/RB-"))
    found = REFERENCE.search(page.url)
    assert found is not None
    return found.group()


def answer(page: Page, reference: str, answers: Mapping[str, Any]) -> int:
    """Every page of the questionnaire in order, answering what is shown and nothing else; how many questions it was."""
    page.goto(f"/cases/{reference}/answers/")
    sections = page.locator(f'.rb-checks a[href^="/cases/{reference}/answers/"]')
    paths = list(dict.fromkeys(link.get_attribute("href") or "" for link in sections.all()))
    found = (path.split("#")[0] for path in paths)
    return sum(answer_section(page, path, answers) for path in found if path.count("/") == 5)


def answer_section(page: Page, path: str, answers: Mapping[str, Any], *, most_rounds: int = 8) -> int:
    """One page, until it shows no question that it did not show before; with scripts it asks them while one answers.

    Returns how many it asked in the end.
    """
    page.goto(path)
    done: set[str] = set()
    for _round in range(most_rounds):
        asked = _asked(page)
        fresh = [key for key in asked if key not in done]
        for key in fresh:
            if key in answers:
                _fill(page, key, answers[key])
        is_saved(page)
        done |= set(asked)
        if len(_asked(page)) > len(asked):
            continue
        press(page, re.compile("Save and"))
        if path not in page.url:
            return len(asked)
    raise AssertionError(f"{path} goes on asking")


def is_saved(page: Page) -> None:
    """Nothing that was typed waits to be saved. A page without scripts never says that anything does."""
    expect(page.locator("form[data-rb-unsaved]")).to_have_count(0, timeout=20_000)


def _fill(page: Page, key: str, value: Any) -> None:
    fields = page.locator(f'[name="{key}"]')
    kind = fields.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        wanted = value if isinstance(value, list) else [value]
        for one in wanted or ["__none__"]:
            _choose(page.locator(f'[name="{key}"][value="{one}"]'))
    else:
        fields.first.fill(str(value))


def _choose(option: Locator) -> None:
    """Choose it; where a question came in above at that very moment, once more, as a person would."""
    before = _asked(option.page)
    try:
        option.check()
    except Error:
        if _asked(option.page) == before:
            raise
        option.check()


def _asked(page: Page) -> list[str]:
    found: list[str] = page.locator('input[name="asked"]').evaluate_all("all => all.map(one => one.value)")
    return found


def add_reference(page: Page, reference: str, part: str, *, content: bytes = b"weights") -> None:
    """Name what is too large to upload."""
    page.goto(f"/cases/{reference}/artifacts/")
    follow(page, "Add a reference")
    _part(page, part)
    field(page, "Name").fill(f"{part} weights")
    field(page, "Where it lies").fill("https://example.org/weights")
    field(page, "Size in bytes").fill("4265380512")
    field(page, "SHA-256").fill(hashlib.sha256(content).hexdigest())
    press(page, "Add the reference")
    expect(page.get_by_role("rowheader", name=f"{part} weights")).to_be_visible()


def add_file(page: Page, reference: str, part: str, *, name: str, content: bytes) -> None:
    """Upload a file together with its digest."""
    page.goto(f"/cases/{reference}/artifacts/")
    follow(page, "Add a file")
    _part(page, part)
    field(page, "File").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    field(page, "SHA-256 (optional)").fill(hashlib.sha256(content).hexdigest())
    press(page, "Add the file")
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def _part(page: Page, part: str) -> None:
    page.get_by_role("radio", name=f"The {part}").check()


def submit(page: Page, reference: str, *, name: str) -> None:
    """Attest and submit, by the step that the case offers."""
    next_step(page, reference, "Submit")
    page.get_by_role("radio", name=name).check()
    page.get_by_role("checkbox", name=re.compile("The author named above confirms")).check()
    press(page, "Submit to the board")
    page.wait_for_url(re.compile(rf"/cases/{reference}/assessment/$"))


def give_all_evidence(page: Page, reference: str) -> int:
    """Give in words everything that is asked; how much that was."""
    given = 0
    while True:
        page.goto(f"/cases/{reference}/evidence/")
        missing = page.get_by_role("main").locator("li.is-no").get_by_role("link", name="Give it")
        if not missing.count():
            return given
        missing.first.click()
        page.get_by_label(re.compile("In words")).fill("Here it is, in general words.")
        press(page, "Give it to the board")
        given += 1


def answer_question(page: Page, reference: str, text: str) -> None:
    """Answer the board, by the step that the case offers."""
    next_step(page, reference, "Answer")
    follow(page, re.compile("^Answer$"))
    field(page, "Your answer").fill(text)
    press(page, "Send the answer")
    expect(page.get_by_text(text)).to_be_visible()


# The coordinator


def offer(page: Page, reference: str, reviewer: User) -> None:
    """Offer a seat from the row of this person."""
    page.goto(f"/cases/{reference}/reviewers/")
    row = page.locator(f"#person-{reviewer.public_id}")
    press(page, re.compile("Offer the seat"), within=row)
    expect(page.get_by_role("rowheader", name=re.compile(re.escape(reviewer.display_name)))).to_be_visible()


def ask_authors(page: Page, reference: str, text: str) -> None:
    """Ask the authors; the clock is stopped."""
    page.goto(f"/cases/{reference}/questions/")
    field(page, "Your question").fill(text)
    press(page, "Send the question")
    expect(page.get_by_text(text)).to_be_visible()


def waive(page: Page, reference: str, *, reason: str) -> None:
    """Do without the first missing piece of evidence."""
    page.goto(f"/cases/{reference}/evidence/")
    page.get_by_role("main").get_by_role("link", name=re.compile("Waive")).first.click()
    field(page, "Reason").fill(reason)
    press(page, "Waive it")


def return_case(page: Page, reference: str, *, reason: str) -> None:
    """Give the case back for a new revision."""
    page.goto(f"/cases/{reference}/")
    follow(page, "Return to the authors")
    page.get_by_role("main").get_by_role("textbox").fill(reason)
    press(page, "Return the case")


# Reviewers


def accept(page: Page, reference: str) -> None:
    """From one's own work to the material."""
    page.goto("/")
    page.get_by_role("main").locator("li, article, tr").filter(has_text=reference).get_by_role("link").first.click()
    page.get_by_label(re.compile("I have no conflict of interest")).check()
    press(page, "Accept and open the material")
    page.wait_for_url(re.compile("/reviews/"))


def clear(page: Page, *, findings: str, recommend: str = "Clear") -> None:
    """File a review on the path where one reviewer clears or looks closer."""
    page.get_by_role("radio", name=re.compile(f"^{recommend}")).check()
    _file(page, findings)


def judge(page: Page, verdict: Mapping[str, tuple[Outcome, str]], *, findings: str) -> None:
    """File a review with an outcome, and a highest level where it is staged, for each part."""
    for part, (outcome, rung) in verdict.items():
        page.locator(f'[name="{part}_outcome"][value="{outcome}"]').check()
        if rung:
            page.locator(f'[name="{part}_rung"]').select_option(rung)
    _file(page, findings)


def _answer_alone(page: Page) -> None:
    """The mildest answer to everything that is asked anew; it is shown later and lowers no tier by itself."""
    for group in page.locator('fieldset[id^="div_id_answer_"]').all():
        group.get_by_role("radio").first.check()
    for one in page.locator('select[name^="answer_"]').all():
        one.select_option("none")
    for reason in page.locator('textarea[name^="why_clear_"]').all():
        reason.fill("Ruled out by the second test.")


def _file(page: Page, findings: str) -> None:
    _answer_alone(page)
    for one in page.locator('select[name^="evidence_"]').all():
        one.select_option("enough")
    page.get_by_label(re.compile("What did you find")).fill(findings)
    field(page, "How confident are you?").select_option("high")
    press(page, "File review")
    expect(page.get_by_text("A filed review cannot be changed.").first).to_be_visible()
    expect(page.get_by_role("button", name="File review")).to_have_count(0)


def declare_conflict(page: Page, reference: str) -> None:
    """Step aside by the quiet button of the case."""
    page.goto(f"/cases/{reference}/")
    follow(page, "I have a conflict")
    page.locator('[name="type_key"][value="personal"]').check()
    press(page, "Step aside now")
    page.wait_for_url(re.compile(r"/$"))


# The board


def put_motion(
    page: Page, reference: str, verdict: Mapping[str, tuple[Outcome, str, str]], *, reasons: str,
    conditions: Iterable[str] = (), above: str = "",
) -> None:  # fmt: skip
    """Put a motion by the step that the case offers: outcome, highest and first level of each part."""
    next_step(page, reference, "Put a motion")
    for part, (outcome, rung, first) in verdict.items():
        page.locator(f'[name="{part}_outcome"][value="{outcome}"]').check()
        if rung:
            page.locator(f'[name="{part}_rung"]').select_option(rung)
            page.locator(f'[name="{part}_first_rung"]').select_option(first)
    for number, text in enumerate(conditions):
        page.get_by_label(f"Condition {number + 1}").fill(text)
    field(page, "Reasons").fill(reasons)
    page.get_by_label(re.compile("Why above the ceiling")).fill(above)
    press(page, "Put it to the vote")
    expect(page.get_by_role("heading", name=re.compile("Motion 1"))).to_be_visible()


def vote(page: Page, reference: str, choice: Vote, *, reason: str = "", dissent: bool = False) -> None:
    """Vote by the step that the case offers."""
    next_step(page, reference, "Vote")
    page.locator(f'[name="vote"][value="{choice}"]').check()
    page.get_by_label(re.compile(r"^\s*Reason")).fill(reason)
    if dissent:
        page.get_by_label(re.compile("Record this as a dissent")).check()
    press(page, "Cast my vote")
    expect(page.get_by_role("button", name="Change my vote")).to_be_visible()


def finalise(page: Page, reference: str) -> None:
    """Close the ballot and sign, by the step that the case offers."""
    next_step(page, reference, "Finalise")
    press(page, "Finalise and sign")
    page.wait_for_url(re.compile("/decision/$"))


def sign(page: Page, reference: str) -> None:
    """Read and sign, by the step that the case offers."""
    next_step(page, reference, "Read and sign")
    follow(page, re.compile("^Sign as"))
    press(page, "Sign")
    page.wait_for_url(re.compile(f"/cases/{reference}/"))


def clear_hold(page: Page, reference: str, text: str) -> None:
    """Clear one's hold in writing, by the step that the case offers."""
    next_step(page, reference, "Look at the hold")
    page.get_by_label(re.compile("What you checked")).fill(text)
    press(page, "Clear the hold")


# Reading


def have_no_part(as_person: Callable[[User], Page], people: Iterable[User], reference: str, *, label: str) -> None:
    """Each of these people opens their list of cases, which does not name the case, and finds nothing where it is."""
    for person in people:
        page = as_person(person)
        assert status(page, "/cases/") == 200
        assert (label in page.content(), reference in page.content()) == (False, False)
        assert [is_gone(page, f"/cases/{reference}/{path}") for path in ("", "record/", "deliberation/")] == [True] * 3
        page.context.close()


def reads_along(page: Page, reference: str, *, title: str) -> None:
    """Somebody who runs the committee and has nothing to do now sees the case all the same."""
    page.goto(f"/cases/{reference}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def reads_on_leadership_page(page: Page, *, label: str, title: str, reference: str) -> None:
    """Leadership sees the label on its one page, no title anywhere, and no case."""
    page.goto("/leadership/")
    expect(page.get_by_role("main").get_by_text(label).first).to_be_visible()
    assert title not in page.content()
    assert is_gone(page, f"/cases/{reference}/")


def reads_the_record(page: Page, reference: str, *, title: str, events: Iterable[str]) -> None:
    """An auditor is led to the record: what happened and the digests, without files and title."""
    assert status(page, f"/cases/{reference}/") == 200
    page.wait_for_url(re.compile("/record/$"))
    for text in events:
        expect(page.get_by_role("main").get_by_text(re.compile(text)).first).to_be_visible()
    expect(page.get_by_text("the chain is unbroken")).to_be_visible()
    assert title not in page.content()
    assert is_gone(page, f"/cases/{reference}/artifacts/")
