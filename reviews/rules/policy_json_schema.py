"""The form of a pack as JSON Schema, made from the very shapes that check it, for editors that complete and explain.

It says what single values must be. References, order and reachability are known to ``manage.py policy check`` alone.
"""

from __future__ import annotations

import json
from typing import Any

from reviews.rules.conditions import OPS, OPS_WITHOUT_VALUE
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
        **PACK.schema,
        "definitions": {"condition": {"anyOf": [_comparison(), *_around()]}},
    }


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
