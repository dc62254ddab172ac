"""What the demo's script asks of the program, and with which address; the program itself is stood in for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reviewboard.mode import deployment
from tests.architecture.sources import ROOT

NOTES = """#!/bin/sh
echo "${BASE_URL-none} ${DATABASE_URL-none} $*" >> "$NOTES"
"""


def demo(folder: Path, port: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run the script beside a program that only notes how it is called."""
    (folder / "scripts").mkdir(exist_ok=True)
    shutil.copy(ROOT / "scripts" / "demo.sh", folder / "scripts")
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(NOTES)
    program.chmod(0o755)
    notes = folder / "notes"
    notes.write_text("")
    environment = {
        **os.environ, "NOTES": str(notes), "BASE_URL": "https://review.example.org", "DATABASE_URL": "postgres://x/y",
    }  # fmt: skip
    ended = subprocess.run(
        [folder / "scripts" / "demo.sh", port], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return ended, notes.read_text().splitlines()


@pytest.mark.parametrize("port", ["8123", "8000", "80"])
def test_demo_is_loaded_under_the_address_at_which_it_will_answer(tmp_path: Path, port: str) -> None:
    """Its mails are written while it is loaded; in a later run another port holds for what is written then."""
    for one in (port, "8200"):
        ended, notes = demo(tmp_path, one)
        address = f"http://127.0.0.1:{one}"
        assert (ended.returncode, ended.stderr) == (0, "")
        assert {line.split()[0] for line in notes} == {address}
        assert {line.split()[1] for line in notes} == {"none"}
        assert notes[-1].endswith(f"manage.py up --port {one}")
        assert not deployment(address).production


def test_demo_at_any_free_port_has_no_address_beforehand(tmp_path: Path) -> None:
    _ended, notes = demo(tmp_path, "0")
    assert {line.split()[0] for line in notes} == {"none"}


@pytest.mark.parametrize("port", ["abc", "", "80000", "99999999999999999999", "-1", "8000; ls"])
def test_port_that_is_none_is_one_sentence_before_anything_is_made(tmp_path: Path, port: str) -> None:
    ended, notes = demo(tmp_path, port)
    assert (ended.returncode, notes) == (1, [])
    assert ended.stderr == f"{port} is not a port. Choose a number from 1 to 65535: PORT=8010 make demo\n"
