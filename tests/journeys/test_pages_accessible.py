"""Every page as the people who open it see it, in all states of a case: also those that no link of the demo leads to.

What is asked of a page stands in ``looking``. A console message or a break of the Content-Security-Policy fails these
tests through the fixtures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.architecture.role_world import World, build
from tests.factories import cases
from tests.factories.people import administrator
from tests.journeys.looking import Look, Site
from tests.journeys.structure import Shape
from tests.rules.test_model_card import CARD

# Who opens what; a name in braces is a case by its state or a row below one.
OPENED = {
    "author": (
        "/", "/cases/", "/cases/?q=nothing-is-called-so", "/cases/new/", "/accounts/", "/cases/{draft}/",
        "/cases/{draft}/describe/", "/cases/{draft}/artifacts/", "/cases/{draft}/artifacts/file/",
        "/cases/{draft}/artifacts/reference/", "/artifacts/{artifact_draft}/remove/", "/cases/{draft}/answers/",
        "/cases/{draft}/answers/profile/", "/cases/{draft}/answers/hazards/", "/cases/{draft}/answers/tripwires/",
        "/cases/{draft}/answers/judgement/", "/cases/{draft}/answers/safeguards/", "/cases/{draft}/submit/",
        "/cases/{draft}/answers/model-card/", "/cases/{draft}/proof/mit_documentation/",
        "/proofs/{proof_draft}/remove/", "/cases/{draft}/withdraw/", "/cases/{returned}/",
        "/cases/{in_review}/", "/cases/{in_review}/assessment/",
        "/cases/{in_review}/evidence/", "/evidence/{evidence_open}/give/", "/cases/{in_review}/questions/",
        "/questions/{question}/answer/", "/cases/{in_review}/record/", "/cases/{decided}/",
        "/cases/{decided}/decision/", "/cases/{decided}/release/", "/conditions/{condition}/prove/",
        "/cases/{withdrawn}/",
    ),
    "coordinator": (
        "/", "/queue/", "/cases/", "/cases/{submitted}/", "/cases/{submitted}/return/", "/cases/{in_review}/",
        "/cases/{in_review}/answers/", "/cases/{in_review}/reviewers/", "/offers/{seat}/take-back/",
        "/offers/{seat}/replace/", "/offers/{seat}/more-time/", "/queue/workload/",
        "/cases/{in_review}/reviews/", "/evidence/{evidence_open}/waive/", "/cases/{in_review}/questions/",
        "/cases/{in_review}/conflict/", "/cases/{deliberation}/", "/cases/{deliberation}/deliberation/",
        "/cases/{sign_off}/", "/cases/{decided}/release/", "/stages/{stage_first}/open/",
        "/conditions/proofs/{condition_proof}/answer/",
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
        "/adoptions/{adoption}/take-back/", "/policies/", "/policies/new/", "/policies/drafts/{policy_draft}/",
        "/policies/drafts/{policy_draft}/publish/", "/policies/drafts/{policy_draft}/drop/",
        "/policies/{policy}/replay/", "/policies/{policy}/", "/policies/shipped/", "/setup/",
        "/setup/organisation/",
    ),
    "outsider": ("/committees/", "/committees/{committee_elsewhere}/", "/policies/{policy}/"),
    "stranger": ("/", "/cases/", "/cases/RB-2026-ZZZZZ/", "/accounts/2fa/", "/accounts/password/change/",
                 "/accounts/logout/"),
}  # fmt: skip
# What a form is answered with, where no address alone leads to it: whose form, where, what is sent, and the status.
TYPED = {
    "version": "99",
    "asked": ["artifact_summary", "asked_once"],
    "artifact_summary": "Typed.",
    "asked_once": "Too.",
}
ANSWERED: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "card": ("author", "/cases/{draft}/answers/model-card/", {"text": CARD, "version": "1", "read": "1"}, 200),
    "stale": ("author", "/cases/{draft}/answers/profile/", TYPED, 409),
    "dropped": ("author", "/cases/{draft}/answers/dropped/", TYPED, 409),
    "signed_out": ("", "/cases/{draft}/answers/profile/", TYPED, 401),
    "faults": ("administrator", "/policies/new/", {"text": "schema_version: 2\nquestions: [{key: Two words}]\n"}, 200),
}
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


def test_pages_of_two_more(world: World, new_look: Callable[[], Look], as_client: Any, as_person: Any) -> None:
    """Splitting a case of both parts, and approving what another administrator proposed."""
    author, second = world.people["author"], administrator(display_name="Second administrator")
    both = cases.draft(world.cases["draft"].board, author=author, label="Both parts")
    look = new_look()
    look.at(as_client(author), as_person(author), f"/cases/{both.submission.reference}/split/")
    look.at(as_client(second), as_person(second), address(world, "/adoptions/{adoption}/approve/"))
    look.found_nothing()


@pytest.mark.parametrize("name", ANSWERED)
def test_pages_that_answer_a_form(
    name: str,
    world: World,
    page: Page,
    new_look: Callable[[], Look],
    as_client: Callable[..., Client],
    as_person: Callable[..., Page],
) -> None:
    actor, place, sent, status = ANSWERED[name]
    person, path, look = world.people.get(actor), address(world, place), new_look()
    response = (as_client(person) if person else Client()).post(path, sent)
    assert response.status_code == status
    shown = as_person(person) if person else page
    headers = {key: value for key, value in response.headers.items() if key.lower() != "content-length"}
    shown.route(f"**{path}", lambda route: route.fulfill(status=status, headers=headers, body=response.content))
    look.check_shape(Shape(response.content.decode()), path, path)
    look.open(shown, path)
    look.found_nothing()


def test_pages_of_somebody_not_signed_in(page: Page, world: World, new_look: Callable[[], Look]) -> None:
    look = new_look()
    for path in OUTSIDE:
        look.at(Client(), page, path)
    look.found_nothing()
