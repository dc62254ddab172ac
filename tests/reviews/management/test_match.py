"""The command that proposes reviewers for a file: what it prints, how it ends, and that it needs nothing else."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reviews.rules.matching import propose
from reviews.rules.matching_file import read, told
from tests.rules.packs import ROOT

CASE = {"key": "c1", "seats": ["legal", "generalist"], "from": "2026-03-09", "until": "2026-03-20"}
WHOLE: dict[str, Any] = {"people": [{"key": "ann", "cap": 1}, {"key": "bob", "load": 4}], "cases": [CASE]}


def run(path: str) -> Any:
    """What the command prints, as data."""
    out = io.StringIO()
    call_command("match", path, stdout=out)
    return json.loads(out.getvalue())


def saved(folder: Path, content: str | bytes) -> str:
    """A file with this in it."""
    path = folder / "facts.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_it_prints_what_the_rule_says(tmp_path: Path) -> None:
    found = run(saved(tmp_path, json.dumps(WHOLE)))
    assert found == json.loads(json.dumps(told(propose(read(WHOLE).facts))))
    assert (found["filled"], found["wanted"], found["gap"], found["proven"]) == (1, 2, 0, True)
    assert [row["seat"] for row in found["shortages"]] == ["legal"]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(WHOLE).encode())))
    assert run("-")["filled"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON: line 1, column 1: Expecting value."),
        (b'{"people": [}', "is not JSON: line 1, column 13: Expecting value."),
        (b'{"people": "\xff"}', "is not UTF-8 text: byte 13."),
        (b"[" * 200_000, "is nested too deep."),
        (json.dumps({**WHOLE, "cases": [{**CASE, "seats": ["x"]}]}).encode(), "cases[0].seats[0]: “x” is no seat"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(saved(tmp_path, content))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run(str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="cannot be read: embedded null byte"):
        run("a\0b")
    monkeypatch.setattr("reviews.management.commands.match.MOST_MEBIBYTES", 0)
    with pytest.raises(CommandError, match="is larger than 0 MiB"):
        run(saved(tmp_path, json.dumps(WHOLE)))


def test_without_environment_or_database_it_answers_or_says_one_sentence(tmp_path: Path) -> None:
    """From outside: no database is there to be opened."""

    def answer(given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "match", "-"], input=given, capture_output=True, text=True,
            check=False, env={"DATA_DIR": str(tmp_path), "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"},
        )  # fmt: skip

    good, bad = answer(json.dumps(WHOLE)), answer('{"people": 3, "cases": []}')
    assert (good.returncode, good.stderr, json.loads(good.stdout)["filled"]) == (0, "", 1)
    assert (bad.returncode, bad.stdout, bad.stderr) == (1, "", "CommandError: people: This is to be a list.\n")


def test_the_example_of_the_documentation_is_answered_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    given, answer = (block.split("```")[0] for block in page.split("```json\n")[1:3])
    assert run(saved(tmp_path, given)) == json.loads(answer)
