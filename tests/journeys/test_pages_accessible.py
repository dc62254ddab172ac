"""Every page as the people who open it see it, in all states of a case: also those that no link of the demo leads to.

What is asked of a page stands in ``looking``. A console message or a break of the Content-Security-Policy fails these
tests through the fixtures.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.architecture.role_world import World, build
from tests.journeys.looking import Look, Site

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
        "/offers/{seat}/replace/", "/offers/{seat}/more-time/", "/queue/workload/",
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
    "offered": ("/", "/offers/{offer}/", "/offers/{offer}/hand-over/", "/cases/{in_review}/conflict/"),
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
NOT_THERE = ("/cases/RB-2026-ZZZZZ/",)
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/")


@pytest.fixture
def world(site: Site) -> World:
    """Everybody, and one case in each state."""
    return build()


def address(world: World, path: str) -> str:
    """A path with the references of this world."""
    references = {name: case.submission.reference for name, case in world.cases.items()}
    return path.format(**references, **world.ids)


@pytest.mark.parametrize("actor", OPENED)
def test_pages_of_a_person(
    actor: str,
    world: World,
    new_look: Callable[[], Look],
    as_client: Callable[..., Client],
    as_person: Callable[..., Page],
) -> None:
    look, person = new_look(), world.people[actor]
    client, page = as_client(person), as_person(person)
    for path in OPENED[actor]:
        look.at(client, page, address(world, path), status=404 if path in NOT_THERE else 200)
    look.found_nothing()


def test_pages_of_somebody_not_signed_in(page: Page, world: World, new_look: Callable[[], Look]) -> None:
    look = new_look()
    for path in OUTSIDE:
        look.at(Client(), page, path)
    look.found_nothing()
