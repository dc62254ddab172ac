"""The form of a pack as editors and readers are told it: the JSON Schema and the guide say what is checked."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.policy_json_schema import json_schema, published
from reviews.rules.policy_meaning import MEANINGS
from reviews.rules.policy_report import Report
from reviews.rules.policy_schema import PACK
from reviews.rules.yaml_reader import Document, read
from tests.rules.json_schema import fits
from tests.rules.packs import PACK_PATH, PACK_TEXT, ROOT, edited

SCHEMA = json_schema()
RAW = read(PACK_TEXT).value


def test_committed_schema_is_current() -> None:
    path = PACK_PATH.with_name("policy-pack.schema.json")
    assert path.read_text(encoding="utf-8") == published(), "manage.py policy schema > " + str(path)


def test_shipped_pack_fits_the_schema() -> None:
    assert fits(RAW, json.loads(published()), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Research release risk questionnaire (default)", "title: {en: Risk, de-AT: Risiko}"),
        ("credit: 1.0}", "credit: null}"),
        ("min_tier: 4, hold: biosecurity_officer", "min_tier: 4, hold: ~"),
        ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {not: {any: [{q: a, op: answered}]}}"),
        ("{4: 100.0, 3: 69.0, 2: 69.0, 1: 44.0}", '{"4": 100, 3: 69.5, 2: 69, 1: 44}'),
        ("version: 1\n  steps:", "version: 2\n  steps:"),
    ],
)
def test_variant_fits_the_schema(old: str, new: str) -> None:
    assert fits(read(edited(old, new)).value, SCHEMA, SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema_version: 1", "schema_version: 2"),
        ("id: default-dual-use", "id: Default"),
        ('version: "2026.11"', "version: 2026.11"),
        ("title: Research", "titel: Research"),
        ("    type: yes_no\n", "    type: yesno\n"),
        ('value: "yes", label: "Yes"', 'value: yes, label: "Yes"'),
        ("    required: true\n", "    required: sometimes\n"),
        ("severity: 4, mit", "severity: 5, mit"),
        ("ease_divisor: 8", "ease_divisor: 0"),
        ("uplift_factor: [0.4, 0.7,", "uplift_factor: [0.4,"),
        ("{4: 100.0, 3: 69.0, 2: 69.0, 1: 44.0}", "{4: 100.0, 5: 69.0}"),
        ('share: "2/3", strictly_more: false, at', "share: 0.66, strictly_more: false, at"),
        ('{at: "start+1d"', '{at: "start+1w"'),
        ("kind: artifact_type, ", ""),
        ("roles: [member,", "roles: [member, member,"),
        ("applies_to: [paper, model, paper_and_model]", "applies_to: []"),
        ("op: contains, value: cbrn}", "op: has, value: cbrn}"),
        ("show_if: {q: hazard_domains, op: contains, value: cbrn}", "show_if: {all: []}"),
        ("title: Research release risk questionnaire (default)", "title: ' '"),
        ("title: Research release risk questionnaire (default)", "title: {Deutsch: Risiko}"),
    ],
)
def test_slip_does_not_fit_the_schema(old: str, new: str) -> None:
    assert not fits(read(edited(old, new)).value, SCHEMA, SCHEMA)


JUNK = st.sampled_from(
    [None, True, 0, -1, 7, 2.5, "", " ", "yes", "x y", "cbrn", "2/3", [], {}, [[]], [{}], {"en": "x"}]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield (*path, step)
        yield from places(one, (*path, step))


PLACES = list(
    places({key: one for key, one in RAW.items() if key != "questions"} | {"questions": RAW["questions"][:14]})
)


@given(st.sampled_from(PLACES), JUNK)
def test_whatever_has_the_form_fits_the_schema(path: tuple[Any, ...], junk: Any) -> None:
    raw = copy.deepcopy(RAW)
    target = raw
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = junk
    report = Report(Document(raw))
    PACK(raw, (), report)
    in_condition = {"show_if", "required_if", "when"} & set(path)
    if not report.found and not in_condition:
        assert fits(raw, SCHEMA, SCHEMA)


# The guide

HEADING = re.compile(r"### (.+)")
LINK = re.compile(r" \(\[[^]]*\]\([^)]*\)\)")
ROW = re.compile(r"\| `(\S+)` \| (yes|no) \| (.+) \|")


def schema_fields() -> dict[str, dict[str, str]]:
    """The fields of every mapping in a pack, by its place, and whether each is needed."""
    found: dict[str, dict[str, str]] = {}
    _collect(SCHEMA, "", found)
    return found


def _collect(schema: Any, place: str, found: dict[str, dict[str, str]]) -> None:
    if "properties" in schema:
        needed = schema["required"]
        found[place] = {key: "yes" if key in needed else "no" for key in schema["properties"]}
        for key, one in schema["properties"].items():
            _collect(one, f"{place}.{key}".lstrip("."), found)
    elif "items" in schema:
        _collect(schema["items"], f"{place}[]", found)
    elif isinstance(schema.get("additionalProperties"), dict):
        _collect(schema["additionalProperties"], f"{place}.*", found)
    for one in schema.get("anyOf", ()):
        if "propertyNames" not in one:
            _collect(one, place, found)


def described(schema: Any) -> Iterator[tuple[str, str]]:
    """Every field of the published schema with its description, however deep."""
    for key, one in schema.get("properties", {}).items():
        yield key, one.get("description", "")
    for inner in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties"),
                  *schema.get("anyOf", ()), *schema.get("allOf", ())):  # fmt: skip
        if isinstance(inner, dict):
            yield from described(inner)


def test_editors_are_told_what_each_field_means() -> None:
    told = json.loads(published())
    assert [key for key, text in described(told) if not text] == []
    assert told["properties"]["scoring"]["description"] == MEANINGS[""]["scoring"]
    option = told["properties"]["questions"]["items"]["properties"]["options"]["items"]["properties"]["proof"]
    assert option["description"] == MEANINGS["option_sets.*[]"]["proof"]
    shown = told["properties"]["questions"]["items"]["properties"]["show_if"]
    assert shown == {
        "description": MEANINGS["questions[]"]["show_if"], "allOf": [{"$ref": "#/definitions/condition"}],
    }  # fmt: skip


def rows_of_the_guide() -> Iterator[tuple[str, re.Match[str]]]:
    """Each row of the tables of fields, with each place of a pack that its heading names."""
    places: list[str] = []
    for line in (Path(ROOT) / "docs" / "policy-pack.md").read_text(encoding="utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            places = re.findall(r"`([^`]+)`", heading[1]) or [""]
        elif row := ROW.fullmatch(line):
            yield from ((place, row) for place in places)


def test_guide_and_editors_say_the_same_words() -> None:
    told: dict[str, dict[str, str]] = {}
    for place, row in rows_of_the_guide():
        told.setdefault(place, {})[row[1]] = LINK.sub("", row[3])
    assert told == {place: dict(fields) for place, fields in MEANINGS.items()}


def documented_fields() -> dict[str, dict[str, str]]:
    """The same as the guide tells it; it calls the top of a pack by its name."""
    found: dict[str, dict[str, str]] = {}
    for place, row in rows_of_the_guide():
        found.setdefault(place, {})[row[1]] = row[2]
    return found


def test_guide_tells_every_field() -> None:
    told, known = documented_fields(), schema_fields()
    assert told.keys() == known.keys()
    for place, fields in known.items():
        assert told[place] == fields, place


def test_guide_shows_the_shipped_schema_to_editors() -> None:
    guide = (Path(ROOT) / "docs" / "policy-pack.md").read_text(encoding="utf-8")
    assert "# yaml-language-server: $schema=" in guide
    line = next(one for one in guide.splitlines() if one.startswith("# yaml-language-server"))
    assert yaml.safe_load(f"{line}\n{PACK_TEXT}") == yaml.safe_load(PACK_TEXT)
