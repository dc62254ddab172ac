"""Packs that are meant to hurt: refused or read with little work and at most 100 MiB, whatever they hold."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from reviews.rules import policy
from tests.rules.packs import PACK_TEXT, ROOT, edited

# Both limits hold on top of what the interpreter and the modules take themselves. Work is the time of the processor, so
# that a busy machine changes little: a second suffices, and slower machines get three.
WORK_SECONDS = 1
KILLED_AFTER = 10
MEMORY = 100 * 1024 * 1024

PROGRAM = f"""
import resource, sys
from reviews.rules import policy
text = sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {MEMORY}, used + {MEMORY}))
spent = resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_CPU, ({KILLED_AFTER}, {KILLED_AFTER}))
faults = policy.check(text)
worked = resource.getrusage(resource.RUSAGE_SELF)
print(worked.ru_utime + worked.ru_stime - spent.ru_utime - spent.ru_stime)
print(len(faults), *(f"{{fault.line}}: {{fault.key}}: {{fault.message}}" for fault in faults[:1]))
"""

Pack = str | bytes


def with_questions(count: int, question: Callable[[int], str]) -> str:
    """The shipped pack with more questions before its own."""
    return edited("  - key: artifact_type\n", "".join(map(question, range(count))) + "  - key: artifact_type\n")


def tripwire(number: int) -> str:
    """A tripwire that waits for all tripwires."""
    return (
        f"  - {{key: t{number}, section: profile, type: tripwire, option_set: tripwire, required: true, text: T, "
        "show_if: {q: $any_trip, op: eq, value: true}, scoring: {role: tripwire}}\n"
    )


def link(number: int) -> str:
    """A question that waits for the next one."""
    return (
        f"  - {{key: t{number}, section: profile, type: yes_no, required: true, text: T, "
        f'show_if: {{q: t{number + 1}, op: eq, value: "yes"}}, scoring: {{role: flag}}}}\n'
    )


COMPARE = "{q: artifact_type, op: eq, value: model}"
SHOW_IF = "show_if: {q: hazard_domains, op: contains, value: cyber}"
HUGE = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
    "object tags": "a: !!python/object/apply:os.system [ls]\n",
    "10 000 questions": with_questions(10_000, lambda number: f"  - {{key: t{number}}}\n"),
    "tripwires in a circle": with_questions(1_900, tripwire),
    "a long chain": with_questions(1_900, link),
    "empty entries": "sections: [" + "{}," * 49_000 + "]\nquestions: [" + "{}," * 1_900 + "]",
    "brackets": "[" * 1_000_000,
    "dashes": "- " * 500_000,
    "braces": "a: " + "{a: " * 250_000,
    "many values": "a: [" + "1," * 520_000 + "]",
    "many comparisons": edited(SHOW_IF, "show_if: {any: [" + f"{COMPARE}," * 4_000 + "]}"),
    "many values in a condition": edited(
        SHOW_IF, "show_if: {q: hazard_domains, op: contains_any, value: [" + "cyber, " * 40_000 + "cyber]}"
    ),
    "many unknown keys": "".join(f"questionz{number}: 1\n" for number in range(29_000)),
    "option sets": edited(
        "option_sets:\n",
        "option_sets:\n" + "".join(f"  o{n}: [" + "{value: 1, label: x}," * 400 + "]\n" for n in range(20)),
    ),
    "a long key": "x" * 1_000_000 + ": 1\n",
    "a long explicit key": "? " + "x" * 1_000_000 + "\n: 1\n",
    "a long number": "schema_version: " + "9" * 1_000_000 + "\n",
    "long numbers": "scoring: {version: 1e999999999, round_to: " + "9" * 40 + "}\n",
    "the same key": "a: 1\n" * 29_000,
    "nots": edited(SHOW_IF, "show_if: " + "{not: " * 25 + "{q: hazard_domains, op: answered}" + "}" * 25),
    "escapes": 'a: "' + "\\u0041" * 170_000 + '"\n',
    "NUL": PACK_TEXT.replace("title", "ti\x00tle", 1),
    "byte order mark": "\ufeff" + PACK_TEXT,
    "UTF-16": PACK_TEXT.encode("utf-16"),
    "UTF-16 without a mark": PACK_TEXT.encode("utf-16-le"),
    "Latin-1": PACK_TEXT.replace("title: Research", "title: Réserch", 1).encode("latin-1"),
    "nothing": "",
    "control characters": "a: \x07\n",
    "escaped NUL": edited("label: Cyber offence", 'label: "Cyber\\0"'),
    "escape of a terminal": edited("label: Cyber offence", 'label: "\\e[2JCyber"'),
    "escaped key": 'schema_version: 1\n"a\\x07": 1\n',
    "half a character": edited("label: Cyber offence", 'label: "\\ud800"'),
}


@pytest.mark.parametrize("name", HUGE)
def test_hostile_pack_costs_little(name: str) -> None:
    given: Pack = HUGE[name]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=given if isinstance(given, bytes) else given.encode(),
        capture_output=True,
        cwd=ROOT,
        env={"LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert (done.returncode, done.stderr.decode()[-2000:]) == (0, "")
    seconds, _, said = done.stdout.decode().strip().partition("\n")
    assert float(seconds) <= WORK_SECONDS
    count, _, first = said.partition(" ")
    assert (int(count) > 0, first.endswith((".", "?"))) == ((False, False) if name == "nots" else (True, True))


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("aliases", 1, "An anchor (&) is not used here; write the text out. A value that starts so needs quotes."),
        ("many values", 1, "The file holds more than 60000 keys and values."),
        ("byte order mark", 1, "The file starts with a byte order mark; save it as UTF-8 without one."),
        ("NUL", 8, "This is not valid YAML: control characters are not allowed."),
        ("escaped NUL", 57, "A text holds a control character, written as an escape; remove it."),
        ("escape of a terminal", 57, "A text holds a control character, written as an escape; remove it."),
        ("escaped key", 2, "A text holds a control character, written as an escape; remove it."),
        ("UTF-16 without a mark", 1, "This is not valid YAML: control characters are not allowed."),
    ],
)
def test_hostile_pack_is_refused_with_a_sentence(name: str, line: int, sentence: str) -> None:
    given = HUGE[name]
    text = given.decode() if isinstance(given, bytes) else given
    assert policy.check(text) == [policy.Fault(line, "file", sentence)]
