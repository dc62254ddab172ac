"""The form of a pack as JSON Schema, made from the very shapes that check it, for editors that complete and explain.

It says what single values must be. References, order and reachability are known to ``manage.py policy check`` alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reviews.rules.conditions import OPS, OPS_WITHOUT_VALUE
from reviews.rules.policy_meaning import MEANINGS
from reviews.rules.policy_schema import PACK

# The draft that the YAML language server, and with it most editors, knows best.
DRAFT = "http://json-schema.org/draft-07/schema#"

_CONDITION: dict[str, Any] = {"$ref": "#/definitions/condition"}


def json_schema() -> dict[str, Any]:
    """The whole schema as plain data."""
    return {
        "$schema": DRAFT,
        "title": "Policy pack",
        "description": "Questions, scoring, triggers, tiers, ladders, evidence and reminders of one policy.",
        **_told(PACK.schema, ""),
        "definitions": {"condition": {"anyOf": [_comparison(), *_around()]}},
    }


def _told(schema: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The same schema in which each field says what it means, wherever it stands."""
    told = dict(schema)
    if "properties" in schema:
        meanings = MEANINGS[place]
        told["properties"] = {
            key: _named(_told(one, f"{place}.{key}".lstrip(".")), meanings[key])
            for key, one in schema["properties"].items()
        }
    if "items" in schema:
        told["items"] = _told(schema["items"], f"{place}[]")
    if isinstance(schema.get("additionalProperties"), dict):
        told["additionalProperties"] = _told(schema["additionalProperties"], f"{place}.*")
    if "anyOf" in schema:
        told["anyOf"] = [one if "propertyNames" in one else _told(one, place) for one in schema["anyOf"]]
    return told


def _named(schema: dict[str, Any], meaning: str) -> dict[str, Any]:
    """A reference hides whatever stands beside it, so it is wrapped."""
    return {"description": meaning, **({"allOf": [schema]} if "$ref" in schema else schema)}


def published() -> str:
    """The schema as it lies beside the shipped pack."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _comparison() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "q": {
                "type": "string",
                "description": "The key of an earlier question, or a $ value.",
            },
            "op": {"enum": list(OPS)},
            "value": {
                "description": f"What the answer is compared with; none for {' and '.join(sorted(OPS_WITHOUT_VALUE))}."
            },
        },
        "required": ["q", "op"],
        "additionalProperties": False,
    }


def _around() -> list[dict[str, Any]]:
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    forms: dict[str, Any] = {"all": several, "any": several, "not": _CONDITION}
    return [
        {"type": "object", "properties": {name: form}, "required": [name], "additionalProperties": False}
        for name, form in forms.items()
    ]
