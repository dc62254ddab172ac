"""Every page as the people who open it see it, wide and narrow, light and dark: axe finds nothing new to fault.

A console message or a break of the Content-Security-Policy fails these tests through the fixtures. Every page has a
title of its own and one main heading, and none scrolls sideways on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page

from tests.architecture.role_world import World, build
from tests.journeys.conftest import Site

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# Who opens what; a name in braces is a case by its state or a row below one.
OPENED = {
    "author": (
        "/", "/cases/", "/cases/?q=nothing-is-called-so", "/cases/new/", "/accounts/", "/cases/{draft}/",
        "/cases/{draft}/describe/", "/cases/{draft}/artifacts/", "/cases/{draft}/artifacts/file/",
        "/cases/{draft}/artifacts/reference/", "/artifacts/{artifact_draft}/remove/", "/cases/{draft}/answers/",
        "/cases/{draft}/answers/profile/", "/cases/{draft}/answers/hazards/", "/cases/{draft}/answers/tripwires/",
        "/cases/{draft}/answers/judgement/", "/cases/{draft}/answers/safeguards/", "/cases/{draft}/submit/",
        "/cases/{draft}/withdraw/", "/cases/{returned}/", "/cases/{in_review}/", "/cases/{in_review}/assessment/",
        "/cases/{in_review}/evidence/", "/evidence/{evidence_open}/give/", "/cases/{in_review}/questions/",
        "/questions/{question}/answer/", "/cases/{in_review}/record/", "/cases/{decided}/",
        "/cases/{decided}/decision/", "/cases/{decided}/release/", "/cases/{withdrawn}/",
    ),
    "coordinator": (
        "/", "/queue/", "/cases/", "/cases/{submitted}/", "/cases/{submitted}/return/", "/cases/{in_review}/",
        "/cases/{in_review}/answers/", "/cases/{in_review}/reviewers/", "/offers/{seat}/take-back/",
        "/cases/{in_review}/reviews/", "/evidence/{evidence_open}/waive/", "/cases/{in_review}/questions/",
        "/cases/{in_review}/conflict/", "/cases/{deliberation}/", "/cases/{deliberation}/deliberation/",
        "/cases/{sign_off}/", "/cases/{decided}/release/", "/stages/{stage_first}/open/",
        "/conditions/{condition}/settle/",
    ),
    "chair": (
        "/people/", "/people/{member_person}/", "/cases/{deliberation}/", "/motions/{motion}/finalise/",
        "/motions/{motion}/close/",
    ),
    "member": (
        "/cases/{deliberation}/deliberation/", "/cases/{deliberation}/reviews/", "/accounts/",
        "/accounts/absences/add/", "/accounts/expertise/add/",
    ),
    "mover": ("/motions/{motion}/take-back/",),
    "offered": ("/", "/offers/{offer}/", "/cases/{in_review}/conflict/"),
    "accepted": ("/", "/cases/{in_review}/", "/reviews/{review_draft}/", "/reviews/{review_deliberation_0}/"),
    "officer": ("/", "/holds/{hold}/clear/", "/cases/{in_review}/assessment/"),
    "signatory": ("/", "/cases/{sign_off}/decision/", "/decisions/{decision_sign_off}/sign/head_of_research/",
                  "/decisions/{decision_sign_off}/send-back/"),
    "leader": ("/leadership/", "/work/"),
    "auditor": ("/cases/", "/cases/{decided}/record/", "/cases/{decided}/decision/"),
    "administrator": (
        "/operations/", "/people/", "/people/?q=nobody-is-called-so", "/people/invite/", "/people/import/",
        "/people/{member_person}/", "/people/{invited_person}/", "/people/{deactivated_person}/",
        "/people/{administrator_person}/", "/people/{member_person}/edit/", "/people/{member_person}/roles/give/",
        "/people/{member_person}/expertise/add/", "/people/{member_person}/absences/add/",
        "/people/{member_person}/close/", "/people/{deactivated_person}/reopen/",
        "/committees/", "/committees/new/", "/committees/{committee}/", "/committees/{committee_elsewhere}/",
        "/committees/{committee}/settings/", "/committees/{committee}/closures/add/",
        "/committees/{committee}/closures/reopen/", "/committees/{committee}/members/add/",
        "/committees/{committee}/members/{member_person}/member/end/", "/committees/{committee}/policy/",
        "/adoptions/{adoption}/take-back/", "/policies/{policy}/", "/policies/shipped/", "/setup/",
        "/setup/organisation/",
    ),
    "outsider": ("/committees/", "/committees/{committee_elsewhere}/", "/policies/{policy}/"),
    "stranger": ("/", "/cases/", "/cases/RB-2026-ZZZZZ/", "/accounts/2fa/", "/accounts/password/change/",
                 "/accounts/logout/"),
}  # fmt: skip
# What people do on a phone.
ON_A_PHONE = {
    "author": (
        "/", "/cases/", "/cases/new/", "/cases/{draft}/", "/cases/{draft}/answers/hazards/",
        "/cases/{draft}/answers/judgement/", "/cases/{draft}/artifacts/", "/cases/{draft}/submit/",
        "/cases/{in_review}/assessment/", "/cases/{in_review}/evidence/", "/cases/{decided}/decision/",
        "/cases/{decided}/release/", "/cases/{decided}/record/",
    ),
    "coordinator": (
        "/queue/", "/cases/{in_review}/", "/cases/{in_review}/reviewers/", "/cases/{deliberation}/reviews/",
    ),
    "member": ("/cases/{deliberation}/deliberation/", "/cases/{deliberation}/"),
    "mover": ("/cases/{deliberation}/deliberation/",),
    "offered": ("/offers/{offer}/",),
    "accepted": ("/reviews/{review_draft}/",),
    "officer": ("/holds/{hold}/clear/",),
    "signatory": ("/cases/{sign_off}/decision/",),
    "leader": ("/leadership/",),
    "administrator": (
        "/operations/", "/people/", "/people/import/", "/people/{member_person}/", "/committees/",
        "/committees/{committee}/", "/committees/{committee_elsewhere}/", "/committees/{committee}/settings/",
        "/committees/{committee}/members/add/", "/policies/{policy}/", "/setup/",
    ),
}  # fmt: skip
NOT_THERE = ("/cases/RB-2026-ZZZZZ/",)
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/")


@pytest.fixture
def world(site: Site) -> World:
    """Everybody, and one case in each state."""
    return build()


@pytest.fixture
def faults_of(assert_new_accessible: Callable[[Page], None]) -> Callable[..., list[str]]:
    """Opens pages one after the other and collects what is wrong with them."""

    def collect(page: Page, world: World, paths: Iterable[str], *, schemes: Iterable[str]) -> list[str]:
        found = []
        for path in paths:
            answer = page.goto(address(world, path))
            if answer is None or answer.status != (404 if path in NOT_THERE else 200):
                found.append(f"{path}: {answer.status if answer else 'no answer'}")
            found += [f"{path}: {fault}" for fault in _shape(page)]
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                try:
                    assert_new_accessible(page)
                except AssertionError as fault:
                    found.append(f"{path} in {scheme}: {str(fault)[:1500]}")
        return found

    return collect


def address(world: World, path: str) -> str:
    """A path with the references of this world."""
    references = {name: case.submission.reference for name, case in world.cases.items()}
    return path.format(**references, **world.ids)


def _shape(page: Page) -> list[str]:
    found = []
    if not page.title().removesuffix("· Reviewboard").strip():
        found.append("no title")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} main headings")
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide > shown:
        found.append(f"scrolls sideways: {wide} of {shown} pixels")
    return found


@pytest.mark.parametrize("actor", OPENED)
def test_pages_of_a_person_on_a_desk(
    actor: str, world: World, as_person: Callable[..., Page], faults_of: Callable[..., list[str]]
) -> None:
    page = as_person(world.people[actor], viewport=WIDE)
    assert "\n".join(faults_of(page, world, OPENED[actor], schemes=("light", "dark"))) == ""


@pytest.mark.parametrize("actor", ON_A_PHONE)
def test_pages_of_a_person_on_a_phone(
    actor: str, world: World, as_person: Callable[..., Page], faults_of: Callable[..., list[str]]
) -> None:
    page = as_person(world.people[actor], viewport=NARROW)
    assert "\n".join(faults_of(page, world, ON_A_PHONE[actor], schemes=("light",))) == ""


def test_pages_of_somebody_not_signed_in(page: Page, world: World, faults_of: Callable[..., list[str]]) -> None:
    assert "\n".join(faults_of(page, world, OUTSIDE, schemes=("light", "dark"))) == ""
