"""What a newcomer's machine may lack, and the one sentence each lack is told in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

TOOLS = ("sh", "dirname", "basename", "cmp", "cp", "rm", "grep", "tail", "cut", "tr", "cat", "env")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A bare checkout: the script and a lock that wants one package."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "install.sh", tmp_path / "scripts")
    (tmp_path / "some.lock").write_text(f"nothing==1.0 --hash=sha256:{'0' * 64}\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def install(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(
        [checkout / "scripts" / "install.sh", "some.lock"],
        env={**kept, "PATH": str(checkout / "bin"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def pretend(checkout: Path, script: str) -> None:
    python = checkout / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_install_without_python_says_so(checkout: Path) -> None:
    done = install(checkout)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Python 3.11 or newer is needed, but there is no python3 here: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("script", "found"),
    [("echo 3.9", "is version 3.9"), ("echo 2.7", "is version 2.7"), ("exit 1", "does not run here")],
)
def test_install_with_an_old_python_says_so(checkout: Path, script: str, found: str) -> None:
    pretend(checkout, script)

    done = install(checkout)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Python 3.11 or newer is needed, but python3 {found}: name a newer one with PYTHON=python3.12\n"
    )


def test_install_without_the_venv_module_says_so(checkout: Path) -> None:
    pretend(checkout, f'case "$*" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"')

    done = install(checkout)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Python's venv module is missing: install it, on Debian with: apt-get install python3-venv\n"
    )
    assert not (checkout / ".venv").exists()


def test_install_without_a_network_says_so_and_works_later(checkout: Path) -> None:
    python = f"{sys.base_prefix}/bin/python3"

    done = install(checkout, PYTHON=python, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_CONFIG_FILE=os.devnull)

    assert done.returncode == 1
    assert done.stderr.startswith("The packages could not be fetched: connect to the network")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv" / ".installed-some.lock").exists()

    (checkout / "some.lock").write_text("# nothing is wanted\n")
    assert install(checkout, PYTHON=python).returncode == 0
    again = install(checkout, PYTHON="/nowhere/python3")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
