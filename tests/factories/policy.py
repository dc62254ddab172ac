"""Drafts of a policy, brought there by the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from accounts.models import User
from reviews.actions.policy_draft import upload
from reviews.models import PolicyDraft
from tests.factories.committee import START
from tests.rules.packs import PACK, PACK_TEXT, edited

KIND = "form_of_work"
Raw = dict[str, Any]


def text_of(version: str = "2026.12", *edits: tuple[str, str]) -> str:
    """The shipped pack under another version, with passages replaced."""
    text = edited('version: "2026.11"', f'version: "{version}"')
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def drafted(by: User, text: str = "") -> PolicyDraft:
    """An open draft."""
    return upload(text=text or text_of(), by=by, now=START)


@cache
def strange() -> str:
    """A legal pack that shares with the shipped one no key of a question, and none of its habits.

    One question is called as forms call something of their own, the levels of all areas are asked always, options
    stand best first, there are six tiers, and the numbers are others.
    """
    raw = yaml.safe_load(PACK_TEXT)
    names = _names(raw)
    raw["hard_triggers"] += [
        {"key": "graver", "min_tier": 5, "reason": "All of it", "when": {"q": "uplift", "op": "gte", "value": 4}},
        {"key": "denied", "min_tier": 1, "reason": "Nothing was ruled out", "when": {"not": {"any": [
            {"q": "$any_trip", "op": "eq", "value": False}, {"q": "trip_leak", "op": "eq", "value": "no"},
        ]}}},
    ]  # fmt: skip
    for question in raw["questions"]:
        if question["scoring"]["role"] == "enablement":
            del question["show_if"]
    raw = _renamed(raw, names)
    raw |= {"id": "strange-pack", "version": "1", "title": "A strange policy"}
    raw["option_sets"]["maturity"].reverse()
    raw["option_sets"]["tripwire"].reverse()
    raw["scoring"] |= {
        "ease_base": 0.4, "ease_divisor": 10, "max_tier_reduction_by_mitigation": 2, "round_to": 2,
        "breadth": {"per_domain": 1.25, "counts_when_score_at_least": 12.5, "max_bonus": 4},
    }  # fmt: skip
    raw["tiers"].append(raw["tiers"][-1] | {"tier": 5, "label": "Beyond"})
    raw["scoring"]["thresholds"].append({"tier": 5, "from": 90})
    return _written(raw)


@cache
def only_papers() -> str:
    """The shipped pack for papers alone; the question for the level of a model is bound, and never asked."""
    raw = yaml.safe_load(PACK_TEXT)
    raw |= {"id": "papers", "version": "1", "applies_to": ["paper"]}
    raw["questions"][0]["options"] = [one for one in raw["questions"][0]["options"] if one["value"] == "paper"]
    kind, compute, rung = (raw["bindings"][name] for name in ("kind", "compute", "model_rung"))
    gone: set[str] = set()
    for question in raw["questions"]:
        if not _for_papers(question.get("show_if"), kind, gone):
            gone.add(question["key"])
    never = {"q": kind, "op": "ne", "value": "paper"}
    for question in raw["questions"]:
        if question["key"] == compute:
            del question["show_if"]
        elif question["key"] == rung:
            question["show_if"] = never
    raw["questions"] = [q for q in raw["questions"] if q["key"] not in gone - {compute, rung}]
    for place in ("hard_triggers", "legal_flags", "evidence_types"):
        raw[place] = [one for one in raw[place] if _for_papers(one.get("when"), kind, gone)]
    asked = {one["key"] for one in raw["evidence_types"]}
    for tier in raw["tiers"]:
        tier["required_evidence"] = [key for key in tier["required_evidence"] if key in asked]
    return _written(raw)


def _for_papers(when: Raw | None, kind: str, gone: set[str]) -> bool:
    """Whether a condition can hold for a paper; one that names a question that papers are not asked cannot. Kinds that
    are none any more are taken out of it.
    """
    if when is None:
        return True
    parts = when.get("all") or when.get("any")
    if parts:
        possible = [_for_papers(one, kind, gone) for one in parts]
        return all(possible)
    if when["q"] == kind and isinstance(when["value"], list):
        when["value"] = [value for value in when["value"] if value == "paper"]
        return bool(when["value"])
    return when["q"] not in gone | {"$weights"}


class _Plain(yaml.SafeDumper):
    """Writes everything out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(raw: Raw) -> str:
    return yaml.dump(raw, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000)


def answers_of_strange(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to the shipped pack under the names of the strange one; each level that it asks besides is 0."""
    always = {question.key: 0 for question in PACK.of_role("enablement")}
    return renamed({**always, **answers})


def renamed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to the shipped pack under the names of the strange one, and nothing besides."""
    names = _shipped_names()
    return {names.get(key, key): value for key, value in answers.items()}


@cache
def _shipped_names() -> dict[str, str]:
    return _names(yaml.safe_load(PACK_TEXT))


def _names(raw: Raw) -> dict[str, str]:
    kind = raw["bindings"]["kind"]
    return {q["key"]: KIND if q["key"] == kind else f"q_{n}" for n, q in enumerate(raw["questions"], 1)}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Everything with the keys of its questions replaced, wherever one may stand."""
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _renamed(one, names) for key, one in value.items()}
    for place in ("q", "question"):
        if found.get(place) in names:
            found[place] = names[found[place]]
    if "section" in found and "key" in found:
        found["key"] = names[found["key"]]
    if "bindings" in found:
        found["bindings"] = {name: names[key] for name, key in found["bindings"].items()}
    return found
