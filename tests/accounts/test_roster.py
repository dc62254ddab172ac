"""Lists of people: every line gets its verdict, nothing is stored, and nothing that is written is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from accounts import roster
from accounts.errors import Refused
from accounts.models import User
from accounts.roster import Outcome, plan
from tests.factories.people import UserFactory

HEAD = "email,name,unit,external,time_zone,reports_to\n"


def verdict(line: str, head: str = HEAD) -> tuple[str, ...]:
    """What is wrong with the one line of a list."""
    (entry,) = plan(head + line).entries
    return entry.texts if entry.outcome is Outcome.FAULT else ()


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
    assert found.entries[2].texts == ("Line 3 has this address too.",)


@pytest.mark.django_db
def test_people_who_are_there_stay_as_they_are() -> None:
    UserFactory(email="one@example.org")
    UserFactory(email="two@example.org", is_active=False)
    found = plan(f"{HEAD}one@example.org,One,,,,\ntwo@example.org,Two,,,,\n")
    assert [entry.outcome for entry in found.entries] == ["there", "there"]
    assert "it is closed" in found.entries[1].texts[0]
    assert (found.newcomers, found.faults) == ((), 0)


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
        ("email\none@example.org\n", "“name” is not among them"),
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
    row = ["=one@example.org"[1:], "-Person, One", "Lab\n2", "yes", "Europe/Berlin", "", "Leadership", "Active"]
    (entry,) = plan(roster.write([row])).newcomers
    assert (entry.email, entry.name, entry.unit, entry.is_external) == (
        "one@example.org",
        "-Person, One",
        "Lab\n2",
        True,
    )


@pytest.mark.django_db
def test_a_full_list_is_read_in_one_query(django_assert_num_queries: object) -> None:
    text = HEAD + "".join(f"p{n}@example.org,Person {n},,,,p0@example.org\n" for n in range(1, 500))
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = plan(f"{text}p0@example.org,Person 0,,,,\n")
    assert len(found.newcomers) == 500
