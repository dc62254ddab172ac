"""Finds every fault of a policy pack at once, each with its line.

The form comes first (``policy_schema``), then everything that refers to something else. A fault in one place never
hides those in another.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from reviews.rules.policy_bound import check_bound, check_ladders, check_names
from reviews.rules.policy_card import check_model_card
from reviews.rules.policy_conditions import check_conditions
from reviews.rules.policy_order import check_order
from reviews.rules.policy_questions import check_questions
from reviews.rules.policy_reach import check_reach
from reviews.rules.policy_report import Fault
from reviews.rules.policy_schema import DUTIES, PACK
from reviews.rules.policy_view import View, is_figure, is_whole
from reviews.rules.quoting import short
from reviews.rules.states import CommitteeRole
from reviews.rules.yaml_reader import Document, Path

__all__ = ["Fault", "check_document", "check_for_publication"]

RESPONSIBLE = "responsible"
PARTS = ("model", "paper")
NEVER_GRANTED = ("counts_for_quorum", "may_vote", "may_see_deliberation")
FACTOR_TABLES = ("uplift_factor", "reversibility_factor", "reach_factor")
ROLES = tuple(role.value for role in CommitteeRole if role is not CommitteeRole.REVIEWER)


def check_document(document: Document) -> list[Fault]:
    """All faults of a readable document, in the order of its lines."""
    return sorted(_checked(document).report.found)


def check_for_publication(document: Document) -> list[Fault]:
    """``check_document``, everything that can never be asked or fire, what the program never grants, and what a case
    could not be frozen without.

    A version that was published before is applied all the same.
    """
    view = _checked(document)
    _check_conflicted(view)
    if not view.report.too_large and not view.report.is_full:
        check_names(view)
        check_ladders(view)
        check_bound(view)
        check_reach(view)
    return sorted(view.report.found)


def _check_conflicted(view: View) -> None:
    """Whoever stands aside neither votes nor counts nor reads along; a policy that says otherwise would mislead."""
    for name in NEVER_GRANTED:
        if view.at("decision", "conflicted_member", name) is True:
            text = "Nobody with a conflict ever has this here, whatever the policy says: write false."
            view.report.add(("decision", "conflicted_member", name), text)


def _checked(document: Document) -> View:
    view = View(document)
    for path in document.duplicates:
        view.report.add(path, "This key stands here a second time.")
    PACK(document.value, (), view.report)
    if view.report.too_large:
        return view
    check_questions(view)
    check_conditions(view)
    check_order(view)
    _check_roles(view)
    _check_ladders(view)
    _check_scoring(view)
    _check_triggers(view)
    _check_tiers(view)
    _check_panel(view)
    _check_reminders(view)
    check_model_card(view)
    return view


def _check_roles(view: View) -> None:
    """A role that no membership can have could never sign, clear or be reminded."""
    for path, role in view.items("roles"):
        if isinstance(role, str) and role not in ROLES:
            view.report.add(path, f"The program has no role “{short(role)}”; it knows {', '.join(ROLES)}.")


def _known_role(view: View, path: Path, role: Any, *, besides: str = "") -> None:
    if isinstance(role, str) and role not in view.roles and role != besides:
        view.report.add(path, f"There is no role “{short(role)}” in roles.")


def _check_ladders(view: View) -> None:
    for part in PARTS:
        before: dict[Any, Any] = {}
        for number, (path, rung) in enumerate(view.maps("access_levels", part)):
            if is_whole(rung.get("order")) and rung["order"] != number:
                view.report.add((*path, "order"), f"The ladder is out of order: {number} belongs here.")
            if number == 0 and is_whole(rung.get("reversibility")) and rung["reversibility"] != 0:
                view.report.add((*path, "reversibility"), "The lowest level must be fully recallable (0).")
            _check_climb(view, path, before, rung)
            before = rung


def _check_climb(view: View, path: Path, before: dict[Any, Any], rung: dict[Any, Any]) -> None:
    for name in ("reversibility", "min_reach"):
        if is_whole(before.get(name)) and is_whole(rung.get(name)) and rung[name] < before[name]:
            view.report.add((*path, name), "The ladder is out of order: this may not fall from level to level.")
    low, high = rung.get("mitigation_cap"), before.get("mitigation_cap")
    if is_figure(low) and is_figure(high) and low > high:
        view.report.add((*path, "mitigation_cap"), "The ladder is out of order: this may not rise from level to level.")


def _check_scoring(view: View) -> None:
    for name in FACTOR_TABLES:
        values = [one for _, one in view.items("scoring", name)]
        if all(map(is_figure, values)) and values != sorted(values):
            view.report.add(("scoring", name), "A higher answer may not get a smaller factor.")
    caps = view.at("scoring", "score_cap_by_severity")
    for path, domain in view.maps("hazard_domains"):
        severity = domain.get("severity")
        if is_whole(severity) and isinstance(caps, dict) and severity not in caps:
            view.report.add((*path, "severity"), f"There is no score cap for the severity {severity}.")
    _check_bands(view)


def _check_bands(view: View) -> None:
    raw = list(view.maps("scoring", "thresholds"))
    if [band.get("tier") for _, band in raw] != view.tiers:
        view.report.add(("scoring", "thresholds"), "The thresholds must name every tier once, in order.")
    bands = [(path, band["from"]) for path, band in raw if is_figure(band.get("from"))]
    if bands and bands[0][1] != 0:
        view.report.add((*bands[0][0], "from"), "The lowest tier must start at 0.")
    for (_, low), (path, high) in pairwise(bands):
        if high <= low:
            view.report.add((*path, "from"), "The bands are out of order: this must lie above the one before.")


def _check_triggers(view: View) -> None:
    for path, trigger in view.maps("hard_triggers"):
        _known_role(view, (*path, "hold"), trigger.get("hold"))
        _known_tier(view, (*path, "min_tier"), trigger.get("min_tier"))


def _known_tier(view: View, path: Path, tier: Any) -> None:
    if is_whole(tier) and tier not in view.tiers:
        view.report.add(path, f"There is no tier {tier}.")


def _check_tiers(view: View) -> None:
    evidence = view.names("evidence_types")
    tiers = list(view.maps("tiers"))
    for number, (path, tier) in enumerate(tiers):
        if is_whole(tier.get("tier")) and tier["tier"] != number:
            view.report.add((*path, "tier"), f"The tiers are out of order: {number} belongs here.")
        for at, role in view.items(*path, "sign_off"):
            _known_role(view, at, role)
        for at, role in view.items(*path, "override", "also"):
            _known_role(view, at, role)
        for at, role in view.items(*path, "approval", "also"):
            _known_role(view, at, role)
        for at, key in view.items(*path, "required_evidence"):
            if isinstance(key, str) and key not in evidence:
                view.report.add(at, f"There is no evidence type “{short(key)}”.")
        for part in PARTS:
            rung = tier.get(f"ceiling_{part}")
            if isinstance(rung, str) and rung not in view.names("access_levels", part, field="value"):
                view.report.add((*path, f"ceiling_{part}"), f"The ladder of the {part} has no level “{short(rung)}”.")
        _check_people(view, path, tier)
        _check_path(view, path, tier)
    if tiers and tiers[-1][1].get("path") == "system":
        view.report.add((*tiers[-1][0], "path"), "The highest tier cannot be decided by the system.")


def _check_people(view: View, path: Path, tier: dict[Any, Any]) -> None:
    reviewers, external, expertise = (tier.get(name) for name in ("reviewers", "external_reviewers", "expertise"))
    if is_whole(reviewers) and is_whole(external) and external > reviewers:
        view.report.add((*path, "external_reviewers"), "There cannot be more external reviewers than reviewers.")
    if is_whole(reviewers) and isinstance(expertise, list) and len(expertise) > reviewers:
        view.report.add((*path, "expertise"), "There cannot be more kinds of expertise than reviewers.")


def _check_path(view: View, path: Path, tier: dict[Any, Any]) -> None:
    """What each way to a decision cannot do without."""
    way, reviewers, signed = tier.get("path"), tier.get("reviewers"), tier.get("sign_off")
    least = {"reviewer": 1, "reviewers": 2, "board": 1}.get(way, 0) if isinstance(way, str) else 0
    if is_whole(reviewers) and reviewers < least:
        view.report.add((*path, "reviewers"), f"The path {way} needs at least {least} reviewers.")
    if way == "system" and isinstance(reviewers, int) and reviewers:
        view.report.add((*path, "reviewers"), "The path system has no reviewers.")
    if least and signed == []:
        view.report.add((*path, "sign_off"), f"The path {way} needs somebody to sign off.")
    elif way in ("reviewers", "board") and isinstance(signed, list) and CommitteeRole.CHAIR not in signed:
        # A board's motion is finalised by the chair, and that is the chair's signature: without it none ever ends.
        view.report.add((*path, "sign_off"), f"The path {way} needs the chair to sign off.")
    for name in ("quorum", "approval", "override") if way in ("reviewers", "board") else ():
        if tier.get(name) is None:
            view.report.add((*path, name), f"The path {way} needs this rule.")


def _check_panel(view: View) -> None:
    path: Path = ("decision", "appeal", "panel")
    _known_role(view, (*path, "appointed_by"), view.at(*path, "appointed_by"))
    for at, tier in view.items(*path, "tiers"):
        _known_tier(view, at, tier)


def _check_reminders(view: View) -> None:
    for path, _ in view.maps("reminders"):
        for at, _ in view.maps(*path, "steps"):
            for to, role in view.items(*at, "to"):
                _known_role(view, to, role, besides=RESPONSIBLE)
    given = view.names("reminders", field="duty")
    absent = [duty for duty in DUTIES if duty not in given]
    if absent and isinstance(view.at("reminders"), list):
        view.report.add(("reminders",), f"There is no entry for {', '.join(absent)}; one with steps: [] is silent.")
