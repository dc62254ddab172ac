"""An upload in a real browser: how far it is, what came of it, and the same without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from reviews.models import Artifact
from reviews.rules.states import PartKind
from tests.factories import cases
from tests.factories.cases import Case
from tests.journeys.looking import Site

MEGABYTE = 1024 * 1024


@pytest.fixture
def case(site: Site) -> Case:
    """A draft of a paper."""
    return cases.draft(tier=0)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file that a slow line needs some seconds for."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF" + bytes(4 * MEGABYTE))
    return path


def slow_line(page: Page, bytes_a_second: int) -> CDPSession:
    """Let what the page sends go out slowly."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )
    return line


def open_form(page: Page, case: Case, file: Path) -> None:
    page.goto(f"/cases/{case.submission.reference}/artifacts/file/")
    page.get_by_label("File", exact=True).set_input_files(file)


def test_upload_says_how_far_it_is_and_then_shows_the_list(
    case: Case, big: Path, as_person: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = as_person(case.author)
    open_form(page, case, big)
    slow_line(page, MEGABYTE)
    page.get_by_role("button", name="Add the file").click()

    bar = page.get_by_role("progressbar", name="How much of the file has been sent")
    expect(bar).to_be_visible()
    expect(page.get_by_text("Stay on this page until it has arrived.")).to_be_visible()
    expect(bar).not_to_have_js_property("value", 0)
    share = page.evaluate("document.querySelector('progress').value / document.querySelector('progress').max")
    assert 0 < share < 1
    assert_accessible(page)

    expect(page.get_by_text("The file is here, and its digest is computed.")).to_be_visible(timeout=30_000)
    assert page.url.endswith(f"/cases/{case.submission.reference}/artifacts/")
    assert page.title().startswith("Files")
    assert Artifact.objects.get(name="paper.pdf").size_bytes == big.stat().st_size
    assert_accessible(page)
    page.go_back()
    expect(page.get_by_role("button", name="Add the file")).to_be_visible()


def test_refused_upload_keeps_the_chosen_file_and_says_why(
    case: Case, big: Path, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    open_form(page, case, big)
    page.get_by_label("SHA-256 (optional)").fill("0" * 64)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file that arrived has another SHA-256").first).to_be_visible(timeout=30_000)
    assert page.get_by_label("File", exact=True).evaluate("field => field.files[0].name") == "paper.pdf"
    assert not Artifact.objects.filter(name="paper.pdf").exists()

    page.get_by_label("SHA-256 (optional)").fill("")
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file is here, and its digest is computed.")).to_be_visible(timeout=30_000)
    assert Artifact.objects.get(name="paper.pdf").part == PartKind.PAPER


def test_stopped_upload_saves_nothing_and_can_be_sent_again(
    case: Case, big: Path, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    open_form(page, case, big)
    line = slow_line(page, MEGABYTE // 4)
    page.get_by_role("button", name="Add the file").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nothing was saved.")).to_be_visible()
    assert not Artifact.objects.filter(name="paper.pdf").exists()

    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file is here, and its digest is computed.")).to_be_visible(timeout=30_000)


def test_broken_line_is_told_and_loses_nothing(
    case: Case, big: Path, as_person: Callable[..., Page], site: Site
) -> None:
    page = as_person(case.author)
    open_form(page, case, big)
    page.get_by_label("SHA-256 (optional)").fill("ab" * 32)
    page.route("**/artifacts/file/", lambda route: route.abort())
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file did not arrive")).to_be_visible()
    assert page.get_by_label("SHA-256 (optional)").input_value() == "ab" * 32
    assert page.get_by_label("File", exact=True).evaluate("field => field.files.length") == 1
    site.complaints[:] = [said for said in site.complaints if "ERR_FAILED" not in said]


def test_upload_works_without_scripts(
    case: Case, big: Path, as_person: Callable[..., Page], new_context: Callable[..., BrowserContext]
) -> None:
    page = as_person(case.author, java_script_enabled=False)
    open_form(page, case, big)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("The file is here, and its digest is computed.")).to_be_visible(timeout=30_000)
    assert Artifact.objects.filter(name="paper.pdf").exists()
