"""The files for containers and process managers, held against the project, since no test can run them."""

from __future__ import annotations

import fnmatch
import importlib
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

from tests.architecture.sources import PACKAGES, ROOT
from tests.conftest import PRODUCT_NAMES

NAMES = {*PRODUCT_NAMES, "DATABASE_URL"}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
GUIDE = (ROOT / "docs" / "deployment.md").read_text("utf-8")


def check_command(words: list[str]) -> None:
    """A command of ours starts something that exists."""
    program, *rest = words
    if Path(program).name == "celery":
        assert rest[:2] == ["-A", "reviewboard"]
        assert importlib.import_module("reviewboard").celery_app.main == "reviewboard"
        assert rest[2] in ("worker", "beat", "inspect")
        return
    assert Path(program).name == "python"
    assert (ROOT / rest[0]).exists(), rest[0]
    if rest[0] == "manage.py":
        assert rest[1] in get_commands(), rest[1]
    else:
        resolve(rest[1])


def check_names(text: str, also: set[str]) -> None:
    """Variables that the program does not know would be set in vain."""
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) - NAMES - also == set()


def in_image(name: str) -> bool:
    """Whether ``.dockerignore`` lets this file or folder of the project into the image."""
    rules = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    kept = True
    for rule in (line for line in rules if line and not line.startswith("#")):
        if fnmatch.fnmatch(name, rule.removeprefix("!")):
            kept = rule.startswith("!")
    return kept


def test_compose_has_every_part() -> None:
    assert list(SERVICES) == [*OURS, "db", "redis"]
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == set()
    assert SERVICES["migrate"]["healthcheck"] == {"disable": True}


@pytest.mark.parametrize("name", OURS)
def test_service_of_ours_starts_what_exists_and_may_do_little(name: str) -> None:
    service = SERVICES[name]

    check_command(service["command"])
    assert set(service["environment"]) - NAMES == set()
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    test = service["healthcheck"].get("test", [])
    if test[:1] == ["CMD"]:
        check_command(test[1:])
    if test[:1] == ["CMD-SHELL"]:
        check_command(shlex.split(test[1].replace("$$(hostname)", "host")))


def test_services_wait_for_the_migration_and_know_each_other() -> None:
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert set(waits) <= set(SERVICES)
    environment = SERVICES["web"]["environment"]
    assert "@db:" in environment["DATABASE_URL"]
    assert environment["CELERY_BROKER_URL"].startswith("redis://redis:")
    assert SERVICES["db"]["environment"]["POSTGRES_USER"] in environment["DATABASE_URL"]


def test_only_the_web_server_is_reached_and_only_from_this_machine() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert {name: SERVICES[name]["networks"] for name in ("db", "redis")} == {"db": ["back"], "redis": ["back"]}
    gateway = COMPOSE["networks"]["front"]["ipam"]["config"][0]["gateway"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXY"].endswith(f":-{gateway}}}")


def test_compose_names_only_variables_and_volumes_that_exist() -> None:
    check_names((ROOT / "compose.yaml").read_text("utf-8"), {"POSTGRES_PASSWORD"})
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])


def test_image_has_the_python_of_the_project_and_runs_as_nobody_special() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    versions = set(re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE))
    assert {f">={version}" for version in versions} == {wanted}
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes" in DOCKERFILE


def test_image_starts_and_probes_what_exists() -> None:
    for found in re.findall(r"^(?:CMD|HEALTHCHECK .*CMD) (\[.*\])$", DOCKERFILE, re.MULTILINE):
        check_command(yaml.safe_load(found))
    assert len(re.findall(r"^(?:CMD|HEALTHCHECK)", DOCKERFILE, re.MULTILINE)) == 2
    assert re.findall(r"/venv/bin/python (manage\.py \S+)", DOCKERFILE) == ["manage.py collectstatic"]
    compiled = re.search(r"compileall -q (.*)$", DOCKERFILE, re.MULTILINE)
    assert compiled is not None
    assert set(compiled[1].split()) == set(PACKAGES)


def test_image_holds_what_running_needs_and_nothing_else() -> None:
    needed = [*PACKAGES, "deploy", "manage.py", "requirements.lock", "static", "templates"]
    assert [name for name in needed if not in_image(name)] == []
    assert [name for name in needed if not (ROOT / name).exists()] == []
    assert [name for name in (".git", ".env", ".venv", "data", "docs", "tests", "secret_key") if in_image(name)] == []


def test_every_part_has_a_unit() -> None:
    assert [unit.name for unit in UNITS] == [
        "reviewboard-beat.service", "reviewboard-web.service", "reviewboard-worker.service",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_unit_starts_what_exists_and_may_do_little(unit: Path) -> None:
    lines = [
        line.partition("=")[::2] for line in unit.read_text("utf-8").splitlines() if "=" in line and line[0] != "#"
    ]
    facts = dict(lines)
    place = facts["WorkingDirectory"]

    check_command(facts["ExecStart"].split())
    assert facts["ExecStart"].startswith(f"{place}/.venv/bin/")
    assert facts["Documentation"] == f"file://{place}/docs/deployment.md"
    assert [value.split("=")[0] for key, value in lines if key == "Environment"] == ["DATA_DIR"]
    assert facts["User"] == "reviewboard"
    hardened = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "CapabilityBoundingSet": ""}
    assert hardened.items() <= facts.items()


def test_example_environment_names_what_exists_and_does_not_work_unchanged() -> None:
    text = (ROOT / "deploy" / "env.example").read_text("utf-8")
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
    offered = set(re.findall(r"^#([A-Z_]+)=", text, re.MULTILINE))

    assert (set(given) | offered) - NAMES == {"POSTGRES_PASSWORD"}
    assert set(given.values()) == {""}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_variable_is_explained(name: str) -> None:
    assert f"| `{name}` |" in GUIDE


def test_guide_names_commands_and_pages_that_exist() -> None:
    commands = set(re.findall(r"manage\.py ([a-z_]+)", GUIDE))
    pages = set(re.findall(r"(/(?:health|metrics)/[a-z/]*)", GUIDE))

    assert commands - set(get_commands()) == set()
    for page in pages - {"/health/"}:
        resolve(page)
    links = re.findall(r"\]\(([^)#:]+)\)", GUIDE)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
