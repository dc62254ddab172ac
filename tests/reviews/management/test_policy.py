"""The policy command: what it prints, how it ends, and that looking needs neither environment nor database."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reviews.models import PolicyVersion
from reviews.rules.policy_text import text_of
from reviews.rules.scored import PUBLISHED
from reviews.rules.scoring import assess
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import UserFactory, administrator
from tests.rules.packs import PACK, PACK_PATH, PACK_TEXT, ROOT, case_answers, edited

ANSWERS = case_answers("llama_2023")


def run(*arguments: str, given: str | bytes | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    """The standard output of the command; ``given`` is its standard input."""
    if given is not None and monkeypatch is not None:
        data = given.encode() if isinstance(given, str) else given
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    out = io.StringIO()
    call_command("policy", *arguments, stdout=out)
    return out.getvalue()


def saved(folder: Path, content: Any) -> str:
    """A file with these bytes, this text, or this data as JSON."""
    path = folder / "given"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def published(answers: dict[str, Any]) -> dict[str, Any]:
    """What the rulebook says about some answers."""
    result = assess(PACK, answers).as_json()
    return {key: result[key] for key in PUBLISHED}


def test_check_says_that_a_pack_is_valid() -> None:
    assert run("check", str(PACK_PATH)) == "default-dual-use 2026.11 is a valid policy pack with 51 questions.\n"


def test_check_prints_a_line_for_each_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = edited('version: "2026.11"', "version: 2026.11").replace("feeds: [cbrn]", "feeds: [cbrm]", 1)
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("policy", "check", saved(tmp_path, text), stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines() == [
        "line 7: version: YAML reads this as a number; put it in quotes.",
        "line 220: questions[cap_cbrn].feeds[1]: There is no hazard domain “cbrm”.",
    ]


def test_check_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a valid policy pack" in run("check", "-", given=PACK_TEXT, monkeypatch=monkeypatch)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", " is not UTF-8 text."),
        (PACK_TEXT.encode("utf-16"), " is not UTF-8 text."),
        (PACK_TEXT.encode() + b"\xe9", " is not UTF-8 text."),
        (b"x" * (1024 * 1024 + 1), " is larger than 1 MiB."),
    ],
)
def test_check_refuses_what_is_no_text(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("check", saved(tmp_path, content))
    assert str(refused.value).endswith(sentence)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\ufeff" + PACK_TEXT, "line 1: file: The file starts with a byte order mark; save it as UTF-8 without one."),
        ("a: 1\nb: \x00\n", "line 2: file: This is not valid YAML: control characters are not allowed."),
    ],
)
def test_check_refuses_what_no_pack_holds(tmp_path: Path, text: str, line: str) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("policy", "check", saved(tmp_path, text.encode()), stdout=out)
    assert out.getvalue().splitlines() == [line]


def test_check_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run("check", str(tmp_path / "none.yaml"))


def test_show_prints_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("show") == run("show", "shipped") == run("show", str(PACK_PATH)) == text_of(PACK)
    newer = edited('version: "2026.11"', 'version: "2026.12"')
    assert run("show", "-", given=newer, monkeypatch=monkeypatch).startswith("default-dual-use 2026.12\n")


def test_schema_is_the_one_that_lies_beside_the_pack() -> None:
    assert run("schema") == PACK_PATH.with_name("policy-pack.schema.json").read_text(encoding="utf-8")


def test_diff_says_what_changed_and_what_it_means(tmp_path: Path) -> None:
    text = edited('version: "2026.11"', 'version: "2026.12"').replace("{tier: 2, from: 25}", "{tier: 2, from: 20}")
    text = text.replace("help: Select every one that applies.", "help: Select all.")
    assert run("diff", "shipped", saved(tmp_path, text)).splitlines() == [
        "3 changes from default-dual-use 2026.11 to default-dual-use 2026.12.",
        "",
        "The pack",
        "- It is the version 2026.12 instead of 2026.11.",
        "",
        "Questions",
        "- The help of the question “Which kinds of input, output or subject matter are involved?” has other words.",
        "  Before: Select every one that applies. Biological sequence has its own compute tripwire.",
        "  Now: Select all. Biological sequence has its own compute tripwire.",
        "",
        "Scoring",
        "- The threshold of tier 2 is 20 instead of 25.",
        "  More cases reach this tier by their score.",
    ]


def test_diff_of_packs_that_apply_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("diff", "shipped", "shipped") == "Both are the same text.\n"
    said = run("diff", "shipped", "-", given=PACK_TEXT + "# a comment\n", monkeypatch=monkeypatch)
    assert said == "Both apply alike; only comments, layout, explanations or other languages differ.\n"


def test_diff_names_the_pack_that_has_faults(tmp_path: Path) -> None:
    path = saved(tmp_path, edited('version: "2026.11"', "version: 2026.11"))
    with pytest.raises(CommandError) as refused:
        run("diff", "shipped", path)
    assert str(refused.value).splitlines() == [
        f"{path} has 1 fault.",
        "line 7: version: YAML reads this as a number; put it in quotes.",
    ]
    with pytest.raises(CommandError, match="Only one of the two packs can come from standard input"):
        run("diff", "-", "-")


def test_publishing_refuses_what_can_never_fire(tmp_path: Path) -> None:
    text = edited("{q: cap_cbrn, op: gte, value: 3}", "{q: cap_cbrn, op: gte, value: 5}")
    with pytest.raises(CommandError, match="hard_triggers.cbrn_high..when: No combination of answers to"):
        run("publish", saved(tmp_path, text))


def test_score_prints_one_result_for_an_object(tmp_path: Path) -> None:
    result = json.loads(run("score", saved(tmp_path, ANSWERS)))
    assert result == published(ANSWERS)
    assert list(result) == list(PUBLISHED)


def test_score_prints_a_list_for_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(run("score", saved(tmp_path, [ANSWERS, {}]))) == [published(ANSWERS), published({})]
    assert json.loads(run("score", "-", given="[]", monkeypatch=monkeypatch)) == []


def test_score_uses_the_policy_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(edited("{tier: 2, from: 25}", "{tier: 2, from: 44}"), encoding="utf-8")
    answers = case_answers("gpt2_2019")
    assert json.loads(run("score", saved(tmp_path, answers)))["tier"] == 2
    assert json.loads(run("score", saved(tmp_path, answers), "--policy", str(path)))["tier"] == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"colour": "red"}, "“colour”: The policy has no question of this name."),
        ({"reach": 9}, "“reach”: Choose a whole number from 0 to 4."),
        ([{}, {"reach": 9}], "Element 2: “reach”: Choose a whole number from 0 to 4."),
        ([[]], "Element 1: Answers must be a JSON object of questions and values."),
        ("3", "Answers must be a JSON object of questions and values."),
        ("{", "The answers are not JSON: line 1: Expecting property name enclosed in double quotes."),
        ('{"parameters_n": NaN}', "“parameters_n”: Give a finite number."),
        ('{"reach": 1, "reach": 2}', "“reach” is answered twice."),
        ('{"a\\nb": 1}', "“a b”: The policy has no question of this name."),
        ("[" * 200_000, "The answers are nested too deep."),
    ],
)
def test_score_refuses_bad_answers_in_one_sentence(tmp_path: Path, content: Any, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("score", saved(tmp_path, content))
    assert str(refused.value) == sentence


def test_score_refuses_endless_digits(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The answers are not JSON"):
        run("score", saved(tmp_path, '{"parameters_n": ' + "9" * 5000 + "}"))


@pytest.mark.parametrize("command", ["score", "publish"])
def test_faulty_policy_is_refused_with_all_its_faults(tmp_path: Path, command: str) -> None:
    path = tmp_path / "pack.yaml"
    text = edited('version: "2026.11"', "version: 2026.11")
    first = "line 7: version: YAML reads this as a number; put it in quotes."
    second = "line 220: questions[cap_cbrn].feeds[1]: There is no hazard domain “cbrm”."
    wanted = {"The policy has 1 fault.": [first], "The policy has 2 faults.": [first, second]}
    for sentence, faults in wanted.items():
        path.write_text(text, encoding="utf-8")
        arguments = (
            ["score", saved(tmp_path, {}), "--policy", str(path)] if command == "score" else ["publish", str(path)]
        )
        with pytest.raises(CommandError) as refused:
            run(*arguments)
        assert str(refused.value).splitlines() == [sentence, *faults]
        text = text.replace("feeds: [cbrn]", "feeds: [cbrm]", 1)


def test_score_reads_standard_input_once() -> None:
    with pytest.raises(CommandError, match="Only one of the answers and the policy"):
        run("score", "-", "--policy", "-")


# A database that nobody can reach: whoever asks it fails.
OUT_OF_REACH = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("check", "-"), {}),
        (("score", "-"), {}),
        (("check", "shipped"), OUT_OF_REACH),
        (("diff", "shipped", "-"), OUT_OF_REACH),
    ],
)
def test_looking_needs_neither_environment_nor_database(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    given = json.dumps(ANSWERS) if arguments[0] == "score" else PACK_TEXT
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "policy", *arguments],
        input=given.encode(),
        capture_output=True,
        env={"DATA_DIR": str(tmp_path / "data")} | environment,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert not list(tmp_path.rglob("*.sqlite3*"))


def test_bad_answers_end_without_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "policy", "score", "-"],
        input=b'{"reach": "many"}',
        capture_output=True,
        env={"DATA_DIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == ["CommandError: “reach”: Choose a whole number from 0 to 4."]


def test_publish_is_repeatable(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    said = (
        "default-dual-use 2026.11 is published.\n"
        "An administrator adopts it on a committee's page. Until then nothing changes.\n"
    )
    assert run("publish", str(PACK_PATH)) == said
    assert run("publish", str(PACK_PATH)) == said
    assert [str(version) for version in PolicyVersion.objects.all()] == ["default-dual-use 2026.11"]
    with pytest.raises(CommandError, match="Give the pack a new version"):
        run("publish", saved(tmp_path, PACK_TEXT + "# changed\n"))


def test_publish_names_who_did_it(fresh_database: FreshDatabase) -> None:
    person = administrator(email="administrator@example.org")
    run("publish", str(PACK_PATH), "--by", "Administrator@example.org")
    assert PolicyVersion.objects.get().published_by == person
    UserFactory(email="coordinator@example.org")
    with pytest.raises(CommandError, match="Only an administrator can do this"):
        run("publish", str(PACK_PATH), "--by", "coordinator@example.org")
    with pytest.raises(CommandError, match="no active account"):
        run("publish", str(PACK_PATH), "--by", "nobody@example.org")


def test_publish_says_who_approves_where(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    made = board("Release board")
    newer = saved(tmp_path, edited('version: "2026.11"', 'version: "2026.12"'))
    assert run("publish", newer).splitlines()[1] == (
        "It is proposed in: Release board. Two administrators put it in force on the committee's page."
    )
    last = saved(tmp_path, edited('version: "2026.11"', 'version: "2027.01"'))
    assert "An administrator adopts it" in run("publish", last, "--by", made.administrator.email)
    made.committee.refresh_from_db()
    assert made.committee.policy_in_force.version == "2026.11"


def test_replay_prints_what_would_change_and_changes_nothing(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    made = board("Release board")
    case = cases.submit(cases.draft(made, tier=2))
    draft = saved(tmp_path, edited("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"))
    said = run("replay", draft)
    assert said.splitlines()[0] == (
        "1 of 1 case would come out otherwise: 1 in a higher tier, 0 in a lower one, 0 in the same."
    )
    assert "  1 case: Tier 3 starts at 40 points, before at 45." in said
    assert "      2      .      .      .      1      ." in said
    assert f"{case.submission.reference} Release board: 2 > 3" in said
    assert run("replay", draft, "--committee", "release BOARD") == said
    assert [str(version) for version in PolicyVersion.objects.all()] == ["default-dual-use 2026.11"]
    with pytest.raises(CommandError, match="There is no committee “Nowhere”."):
        run("replay", draft, "--committee", "Nowhere")


def test_replay_without_a_case_says_so(fresh_database: FreshDatabase) -> None:
    assert run("replay", str(PACK_PATH)) == "No case was submitted that this policy could be tried on.\n"
