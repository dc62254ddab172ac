"""Lists of people: every line gets its verdict, nothing is stored, and nothing that is written is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts import actions, roster
from accounts.errors import Refused
from accounts.models import Expertise, User
from accounts.roster import Entry, Outcome, Plan
from audit import log
from reviews.access.committee import excluded
from reviews.models import Membership
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import AbsenceFactory, UserFactory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = "email,name,unit,external,time_zone,reports_to\n"


def plan(text: str) -> Plan:
    """The verdict at a fixed moment."""
    return roster.plan(text, NOW)


def verdict(line: str, head: str = HEAD) -> tuple[str, ...]:
    """What is wrong with the one line of a list."""
    (entry,) = plan(head + line).entries
    return tuple(fault.text for fault in entry.faults)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("name;email;unit\r\nPerson One;ONE@Example.org;Lab\r\n", "Lab"),
        ("\ufeffEmail , NAME\none@example.org,Person One\n", ""),
        ('unit,name,email\n"Lab, 2nd floor\nBerlin",Person One,one@example.org\n', "Lab, 2nd floor\nBerlin"),
        ("email,name,roles,state\n\n,,,\none@example.org,Person One,Leadership,Active\n", ""),
        ("email,name,unit\none@example.org,Person One,'=Lab\n", "=Lab"),
    ],
)
def test_lists_as_programs_write_them(text: str, unit: str) -> None:
    (entry,) = plan(text).newcomers
    assert (entry.email, entry.name, entry.unit) == ("one@example.org", "Person One", unit)


@pytest.mark.django_db
def test_nothing_is_stored_by_looking() -> None:
    plan(f"{HEAD}one@example.org,Person One,,,,\n")
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",Person One,,,,", "There is no e-mail address."),
        ("one@example,Person One,,,,", "“one@example” is no e-mail address."),
        ("one@example.org,,,,,", "There is no name."),
        (f"one@example.org,{'x' * 121},,,,", "is longer than 120 characters."),
        ("one@example.org,Person One,,perhaps,,", "External is yes or no, not “perhaps”."),
        ("one@example.org,Person One,,,Mars/Olympus,", "There is no time zone called Mars/Olympus."),
        ("one@example.org,Person One,,,,one@example.org", "Nobody reports to themselves."),
        ("one@example.org,Person One,,,,two@example.org", "Nobody with the address two@example.org is here"),
    ],
)
def test_line_at_fault_says_why(line: str, words: str) -> None:
    assert [text for text in verdict(line) if words in text] == list(verdict(line)) != []


@pytest.mark.django_db
def test_line_names_everything_that_is_wrong_with_it() -> None:
    assert len(verdict(",,,maybe,Mars/Olympus,")) == 4


@pytest.mark.django_db
def test_line_numbers_are_those_of_the_file() -> None:
    found = plan(f'{HEAD}\none@example.org,One,"two\nlines",,,\n\ntwo@example.org,,,,,\none@example.org,Again,,,,\n')
    assert [(entry.number, entry.outcome) for entry in found.entries] == [(3, "new"), (6, "fault"), (7, "fault")]
    assert [fault.text for fault in found.entries[2].faults] == ["Line 3 has this address too."]


@pytest.mark.django_db
def test_people_who_are_there_as_the_list_says_stay_as_they_are() -> None:
    UserFactory(email="one@example.org", display_name="One")
    UserFactory(email="two@example.org", is_active=False)
    found = plan(f"{HEAD}one@example.org,One,,,,\ntwo@example.org,Two,,,,\n")
    assert [entry.outcome for entry in found.entries] == ["there", "there"]
    assert "it is closed" in found.entries[1].texts[0]
    assert (found.newcomers, found.changed, found.faults) == ((), (), 0)


@pytest.mark.django_db
def test_closed_account_is_nobody_to_report_to() -> None:
    UserFactory(email="boss@example.org", is_active=False)
    assert "Nobody with the address boss@example.org" in verdict("one@example.org,One,,,,boss@example.org")[0]


@pytest.mark.django_db
def test_reporting_line_in_a_circle_is_a_fault_for_those_in_it() -> None:
    lines = ["a@example.org,A,,,,b@example.org", "b@example.org,B,,,,c@example.org", "c@example.org,C,,,,b@example.org"]
    found = plan(HEAD + "\n".join(lines))
    assert [entry.outcome for entry in found.entries] == ["new", "fault", "fault"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The list is empty."),
        ("\n\n", "The list is empty."),
        (HEAD, "there is nobody"),
        ("one@example.org,Person One\n", "names the columns"),
        ("name\nOne\n", "“email” is not among them"),
        ("email,name,salary\n", "Nobody knows the column “salary”."),
        ("email,name,name\na,b,c\n", "names a column twice"),
        (f'{HEAD}one@example.org,"Person One,,,,\n', "Line 2 cannot be read"),
        (HEAD + "one@example.org,One,,,,\n" * 501, "at most; this one has 501."),
    ],
)
def test_list_at_fault_as_a_whole(text: str, words: str) -> None:
    found = plan(text)
    assert words in found.fault
    assert (found.entries, found.faults) == ((), 1)


def test_files_that_are_no_list() -> None:
    assert roster.decode("\ufeffname".encode()) == "name"
    for data, code in ((b"x" * (256 * 1024 + 1), "too_large"), (b"\xff\xfe", "not_utf8"), (b"a\x00b", "not_text")):
        with pytest.raises(Refused) as refused:
            roster.decode(data)
        assert refused.value.code == code
    assert len(roster.decode(b"x" * 256 * 1024)) == 256 * 1024


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_cell_that_a_spreadsheet_would_calculate_is_written_as_words(cell: str) -> None:
    (_head, row) = csv.reader(io.StringIO(roster.write([[cell, "Person One"]]), newline=""))
    assert row == [f"'{cell}", "Person One"]


@pytest.mark.django_db
def test_what_is_written_can_be_read_again() -> None:
    row = [
        "one@example.org",
        "-Person, One",
        "Lab\n2",
        "yes",
        "Europe/Berlin",
        "",
        "3",
        "",
        "legal",
        "2026-03-09..2026-03-13",
    ]
    row += ["2026-03-09..2026-03-13", "legal", "Leadership", "Active"]
    (entry,) = plan(roster.write([row])).newcomers
    assert (entry.email, entry.name, entry.unit, entry.is_external) == (
        "one@example.org",
        "-Person, One",
        "Lab\n2",
        True,
    )


@pytest.mark.django_db
def test_a_full_list_is_read_in_as_many_queries_as_a_short_one(django_assert_num_queries: object) -> None:
    for n in range(1, 30):
        UserFactory(email=f"p{n}@example.org")
    text = HEAD + "".join(f"p{n}@example.org,Person {n},,,,p0@example.org\n" for n in range(1, 500))
    with django_assert_num_queries(5):  # type: ignore[operator]
        found = plan(f"{text}p0@example.org,Person 0,,,,\n")
    assert (len(found.newcomers), len(found.changed)) == (471, 29)


FULL = "email,name,unit,external,time_zone,reports_to,load_cap,expertise,skills,absences\n"


def faults(**cells: str) -> list[tuple[str, str]]:
    """Column and sentence of everything that is wrong with a line of these cells."""
    line = {"email": "one@example.org", "name": "Person One", **cells}
    text = ",".join(line) + "\n" + ",".join(line.values())
    (entry,) = plan(text).entries
    return [(fault.column, fault.text) for fault in entry.faults]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("load_cap", "many", "from 0 to 20, not “many”"),
        ("load_cap", "21", "from 0 to 20, not “21”"),
        ("load_cap", "²", "from 0 to 20, not “²”"),
        ("expertise", "cyber", "Write “cyber” as a domain with a level"),
        ("expertise", "cyber=great", "Levels are: none, basic, working, expert."),
        ("expertise", "magic=expert", "Nobody knows “magic”."),
        ("expertise", "cyber=basic; cyber=expert", "“cyber” stands there twice."),
        ("skills", "magic", "Known are: legal, policy, security."),
        ("skills", "legal=expert", "with “=none” to take it away"),
        ("absences", "tomorrow", "Write “tomorrow” as days"),
        ("absences", "2026-13-01", "Write “2026-13-01” as days"),
        ("absences", "2026-04-02..2026-04-01", "the last day lies before the first"),
        ("absences", "2026-04-01..2026-04-09; 2026-04-09", "touches other days of this cell"),
        ("absences", "2026-03-01", "are over"),
        ("absences", "2026-04-01 one@example.org", "to stand in"),
        ("absences", "2026-04-01 nobody@example.org", "to stand in"),
        ("time_zone", "Mars/Olympus", "no time zone called"),
        ("reports_to", "nobody@example.org", "to report to"),
    ],
)
def test_fault_names_its_column(column: str, cell: str, words: str) -> None:
    board()
    ((where, text),) = faults(**{column: cell})
    assert (where, words in text) == (column, True)


def here(**facts: Any) -> User:
    """Somebody with an account who is in the lists below."""
    return UserFactory(
        email="one@example.org", **{"display_name": "Person One", "unit": "Lab", "time_zone": "UTC", **facts}
    )


def only(text: str) -> Entry:
    (entry,) = plan(text).entries
    return entry


@pytest.mark.django_db
def test_what_would_change_is_said_column_by_column() -> None:
    made = board()
    person = here(load_cap=4)
    stand_in = made.members[0].email
    facts = {"user": person, "kind": "domain", "by": made.administrator, "now": NOW}
    actions.confirm_expertise(**facts, key="cyber", level=1)
    actions.confirm_expertise(**facts, key="bias", level=3)
    actions.confirm_expertise(**facts, key="cbrn", level=3)
    line = (
        f"one@example.org,,Office,yes,Europe/Berlin,{made.chair.email},2,cyber=expert; bias=expert; cbrn=none,legal,"
        f"2026-04-01..2026-04-09 {stand_in}"
    )
    entry = only(FULL + line)
    assert (entry.outcome, entry.title, entry.texts) == (
        Outcome.CHANGED,
        "Person One",
        (
            "unit: Lab → Office",
            "time_zone: UTC → Europe/Berlin",
            f"reports_to: nothing → {made.chair.email}",
            "external: no → yes",
            "load_cap: 4 → 2",
            "expertise: cyber basic → expert, to be confirmed",
            "expertise: cbrn expert → none",
            "skills: nothing → legal, to be confirmed",
            f"absences: nothing → 2026-04-01..2026-04-09 {stand_in}",
        ),
    )


@pytest.mark.django_db
def test_what_a_newcomer_brings_is_said_too() -> None:
    board()
    entry = only(f"{FULL}one@example.org,Person One,,,,,2,cyber=basic; bias=none,legal; policy=none,2026-05-01")
    assert (entry.outcome, entry.texts) == (
        Outcome.NEW,
        (
            "load_cap: 2",
            "expertise: cyber none → basic, to be confirmed",
            "skills: nothing → legal, to be confirmed",
            "absences: nothing → 2026-05-01..2026-05-01",
        ),
    )


@pytest.mark.django_db
def test_carried_out_it_is_as_the_dry_run_said_and_a_second_time_nothing_is_new() -> None:
    made = board()
    person = here()
    facts = {"user": person, "kind": "domain", "by": made.administrator, "now": NOW}
    for key in ("cyber", "bias", "cbrn"):
        actions.confirm_expertise(**facts, key=key, level=3)
    text = (
        f"{FULL}one@example.org,,Office,yes,Europe/Berlin,two@example.org,2,cyber=basic; bias=expert; cbrn=none,legal,"
        f"2026-04-01..2026-04-09 two@example.org\ntwo@example.org,Person Two,,,,,,cyber=working,,2026-05-01\n"
    )
    roles = list(Membership.objects.values_list("user", "role", "until_at"))
    found = actions.import_people(text=text, by=made.administrator, now=NOW)
    assert (len(found.newcomers), len(found.changed)) == (1, 1)
    person.refresh_from_db()
    two = User.objects.get(email="two@example.org")
    assert (person.unit, person.is_external, person.time_zone, person.reports_to, person.load_cap) == (
        "Office", True, "Europe/Berlin", two, 2,
    )  # fmt: skip
    known = Expertise.objects.current().filter(user=person).order_by("kind", "key")
    assert [(row.key, row.level, row.confirmed_at is not None) for row in known] == [
        ("bias", 3, True), ("cyber", 1, False), ("legal", 3, False),
    ]  # fmt: skip
    (away,) = person.absences.all()
    assert (away.from_date, away.until_date, away.stand_in) == (date(2026, 4, 1), date(2026, 4, 9), two)
    assert list(Membership.objects.values_list("user", "role", "until_at")) == roles
    told = [event.type for event in log.events(f"account:{person.public_id}")][3:]
    assert told == [
        "account.changed", "account.expertise_withdrawn", "account.expertise_stated", "account.expertise_withdrawn",
        "account.expertise_stated", "account.absence_noted",
    ]  # fmt: skip
    (event,) = [
        one for one in log.events(f"account:{made.administrator.public_id}") if one.type == "account.people_imported"
    ]
    assert event.data == {"list": log.digest(text), "invited": 1, "changed": 1}
    assert [entry.outcome for entry in plan(text).entries] == ["there", "there"]


@pytest.mark.django_db
def test_a_list_closes_nobody_and_gives_no_role() -> None:
    made = board()
    closed = UserFactory(email="closed@example.org", is_active=False)
    text = (
        "email,name,confirmed,roles,state\n"
        f"{made.chair.email},Chair,cyber,Administrator,Closed\nclosed@example.org,Other,,Chair (Board),Active\n"
    )
    assert [entry.outcome for entry in plan(text).entries] == ["there", "there"]
    actions.import_people(text=text, by=made.administrator, now=NOW)
    closed.refresh_from_db()
    made.chair.refresh_from_db()
    assert (closed.is_active, made.chair.is_active, made.chair.organisation_roles.count()) == (False, True, 0)
    assert Expertise.objects.filter(user=made.chair).count() == 0


@pytest.mark.django_db
def test_days_that_are_noted_otherwise_are_a_fault_and_the_same_ones_are_nothing_new() -> None:
    person = here()
    absence = AbsenceFactory(user=person, from_date=date(2026, 4, 1), until_date=date(2026, 4, 9))
    cell = f"2026-04-01..2026-04-09 {absence.stand_in.email}"
    assert only(f"email,absences\none@example.org,{cell}").outcome is Outcome.THERE
    entry = only("email,absences\none@example.org,2026-04-09..2026-04-12")
    assert [fault.column for fault in entry.faults] == ["absences"]
    assert cell in entry.faults[0].text


@pytest.mark.django_db
def test_a_line_that_comes_back_through_people_who_are_here_is_a_fault() -> None:
    boss = here()
    UserFactory(email="low@example.org", reports_to=UserFactory(email="middle@example.org", reports_to=boss))
    entry = only("email,reports_to\none@example.org,low@example.org")
    assert [(fault.column, "comes back" in fault.text) for fault in entry.faults] == [("reports_to", True)]


@pytest.mark.django_db
def test_who_moves_to_the_unit_of_an_author_by_a_list_stands_aside_at_once() -> None:
    case = cases.submit(cases.draft())
    case.author.unit = "Theirs"
    case.author.save(update_fields=["unit"])
    person = case.board.reviewers[0]
    actions.import_people(text=f"email,unit\n{person.email},Theirs\n", by=case.board.administrator, now=case.later())
    assert person.pk in excluded(case.submission)
