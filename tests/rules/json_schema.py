"""As much of JSON Schema (draft 7) as the schema of a pack uses. A keyword that is not known here is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
REMARKS = {"$schema", "title", "description", "definitions"}


def fits(value: Any, schema: Schema, root: Schema) -> bool:
    """Whether a value is what a schema asks for. Keys of mappings are texts in JSON, so they are compared as such."""
    return all(name in REMARKS or _keyword(name, rule, value, schema, root) for name, rule in schema.items())


def _keyword(name: str, rule: Any, value: Any, schema: Schema, root: Schema) -> bool:
    match name:
        case "$ref":
            return fits(value, root["definitions"][rule.removeprefix("#/definitions/")], root)
        case "anyOf":
            return any(fits(value, one, root) for one in rule)
        case "allOf":
            return all(fits(value, one, root) for one in rule)
        case "const" | "enum":
            return any(type(one) is type(value) and one == value for one in (rule if name == "enum" else [rule]))
        case "type":
            return _is_of(rule, value)
    kinds = {"object": dict, "array": list, "string": str}
    checks = {"object": _object, "array": _array, "string": _string}
    for kind, check in checks.items():
        found = check(name, rule, value, schema, root) if isinstance(value, kinds[kind]) else None
        if found is not None:
            return found
    if name in ("minimum", "maximum", "exclusiveMinimum"):
        compare = {"minimum": rule.__le__, "maximum": rule.__ge__, "exclusiveMinimum": rule.__lt__}[name]
        return isinstance(value, bool) or not isinstance(value, int | float) or compare(value) is not False
    assert name in KNOWN, name
    return True


KNOWN = {"properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties"}
KNOWN |= {"items", "minItems", "maxItems", "uniqueItems", "pattern", "maxLength"}


def _is_of(kind: str, value: Any) -> bool:
    if kind in ("integer", "number"):
        fitting = int if kind == "integer" else int | float
        return isinstance(value, fitting) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def _object(name: str, rule: Any, value: dict[Any, Any], schema: Schema, root: Schema) -> bool | None:
    known = schema.get("properties", {})
    match name:
        case "properties":
            return all(fits(one, rule[str(key)], root) for key, one in value.items() if str(key) in rule)
        case "required":
            return all(key in map(str, value) for key in rule)
        case "additionalProperties":
            others = [one for key, one in value.items() if str(key) not in known]
            return not others if rule is False else all(fits(one, rule, root) for one in others)
        case "propertyNames":
            return all(fits(str(key), rule, root) for key in value)
        case "minProperties":
            return len(value) >= rule
        case "maxProperties":
            return len(value) <= rule
    return None


def _array(name: str, rule: Any, value: list[Any], schema: Schema, root: Schema) -> bool | None:
    match name:
        case "items":
            return all(fits(one, rule, root) for one in value)
        case "minItems":
            return len(value) >= rule
        case "maxItems":
            return len(value) <= rule
        case "uniqueItems":
            return len({(type(one), one) for one in value if isinstance(one, str | int)}) == len(value) or not rule
    return None


def _string(name: str, rule: Any, value: str, schema: Schema, root: Schema) -> bool | None:
    match name:
        case "pattern":
            return re.search(rule, value) is not None
        case "maxLength":
            return len(value) <= rule
    return None
