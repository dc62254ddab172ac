"""The words for the roles, parts, states and findings of a case, as they stand inside a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: Mapping[str, Promise] = {
    "member": _("member"),
    "external_member": _("external member"),
    "reviewer": _("reviewer"),
    "coordinator": _("coordinator"),
    "chair": _("chair"),
    "deputy_chair": _("deputy chair"),
    "legal_officer": _("legal officer"),
    "biosecurity_officer": _("biosecurity officer"),
    "security_officer": _("security officer"),
    "export_officer": _("export officer"),
    "head_of_research": _("head of research"),
    "executive": _("executive"),
}
PARTS: Mapping[str, Promise] = {"model": _("model"), "paper": _("paper")}
STATES: Mapping[str, Promise] = {
    "draft": _("Draft"),
    "submitted": _("Submitted"),
    "returned": _("Returned to authors"),
    "in_review": _("In review"),
    "deliberation": _("Deliberation"),
    "sign_off": _("Sign-off"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
}
FINDINGS: Mapping[str, Promise] = {
    "no_objection": _("no objection"),
    "conditions": _("no objection under conditions"),
    "objection": _("objection"),
    "not_competent": _("not for this body to judge"),
}
SETTLED: Mapping[str, Promise] = {"stands": _("it is a conflict"), "none": _("it is no conflict")}
AUDIENCES: Mapping[str, Promise] = {
    "board": _("board"),
    "reviewers": _("board and reviewers"),
    "authors": _("board, reviewers and authors"),
}
REOPENED: Mapping[str, Promise] = {
    "amendment": _("an amendment"),
    "re_review": _("a re-review"),
    "appeal": _("an appeal that was upheld"),
    "resumed": _("its authors go on with it"),
}
OUTCOMES: Mapping[str, Promise] = {"full": _("full"), "staged": _("staged"), "withheld": _("withheld")}


def role_words(role: str) -> str:
    """A role in words; one that only a pack knows as it is written there."""
    return str(ROLES.get(role, role.replace("_", " ")))


def part_words(part: str) -> str:
    """A part in one word."""
    return str(PARTS.get(part, part))


def outcome_words(outcome: str) -> str:
    """An outcome in one word."""
    return str(OUTCOMES.get(outcome, outcome))


def finding_words(finding: str) -> str:
    """What a second body found."""
    return str(FINDINGS.get(finding, finding))


def settled_words(outcome: str) -> str:
    """What a third person found about a conflict."""
    return str(SETTLED.get(outcome, outcome))


def audience_words(audience: str) -> str:
    """Who reads a message."""
    return str(AUDIENCES.get(audience, audience))


def reopened_words(why: str) -> str:
    """What a case is opened again for."""
    return str(REOPENED.get(why, why))
