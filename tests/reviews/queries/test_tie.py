"""Lists of what is known about people: every line gets its verdict, and what is stored is looked at at once."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from accounts.roster import Outcome
from audit import log
from reviews.actions import tie as actions
from reviews.models import Conflict, Tie
from reviews.queries.tie import plan
from reviews.rules.errors import Denied, RuleBroken
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.people import UserFactory
from tests.reviews.views.pages import post, text_of

pytestmark = pytest.mark.django_db
HEAD = "person,fact,name,email,orcid,date\n"
BIB = "@article{a, author={Lovelace, Ada and Charles Babbage and others}, year={2025}, month=mar}\n"


def verdict(line: str) -> tuple[str, ...]:
    """What is wrong with the one line of a list."""
    (entry,) = plan(HEAD + line).entries
    return entry.texts if entry.outcome is Outcome.FAULT else ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nobody@example.org,sponsor,Mill,,,", "Nobody here has the address nobody@example.org."),
        ("ada@example.org,feud,Mill,,,", "The fact is coauthor, adviser or sponsor, not “feud”."),
        ("ada@example.org,sponsor,,,,", "The other end is missing: give a name, an address or an ORCID."),
        ("ada@example.org,adviser,,bob,,", "“bob” is no e-mail address."),
        ("ada@example.org,adviser,,,0000-0002-1825-0098,", "“0000-0002-1825-0098” is no ORCID; check its digits."),
        ("ada@example.org,coauthor,Bob,,,last year", "When did they publish together?"),
        ("ada@example.org,adviser,Bob,,,2025", "Only a co-author has a date; the others stay true."),
        ("ada@example.org,adviser,,ada@example.org,,", "Both ends are the same person."),
    ],
)
def test_what_is_wrong_is_said(line: str, words: str) -> None:
    UserFactory(email="ada@example.org")
    assert any(text.startswith(words) for text in verdict(line))


def test_lines_that_are_right_and_known() -> None:
    user = UserFactory(email="ada@example.org")
    lines = (
        "ADA@example.org,Coauthor,Bob  Hill,,,2025-02\n"
        "ada@example.org,adviser,,bob@example.org,https://orcid.org/0000-0002-1825-0097,\n"
        "ada@example.org,coauthor,Bob Hill,,,2025-02-28\n"
    )
    found = plan(HEAD + lines)
    assert [(e.name, e.email, e.orcid, e.on, e.user, str(e.outcome)) for e in found.entries] == [
        ("Bob Hill", "", "", date(2025, 2, 28), user.pk, "new"),
        ("", "bob@example.org", "0000-0002-1825-0097", None, user.pk, "new"),
        ("Bob Hill", "", "", date(2025, 2, 28), user.pk, "there"),
    ]


def test_publications_of_one_person() -> None:
    UserFactory(email="ada@example.org", display_name="Ada Lovelace")
    text = (
        BIB
        + BIB.replace("2025", "2020")
        + "@misc{b, author={Somebody Else}, year=2025}\n@misc{c, author={A. Lovelace}}"
    )
    assert plan(text).fault.startswith("This is BibTeX.")
    found = plan(text, of=" ADA@example.org ")
    assert [(e.name, e.on) for e in found.fresh] == [("Charles Babbage", date(2025, 3, 31))]
    assert [e.outcome for e in found.entries] == [Outcome.NEW, Outcome.THERE, Outcome.THERE]


def test_what_is_written_down_works_on_open_cases_at_once() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    person, administrator = case.board.reviewers[3], case.board.administrator
    text = f"{HEAD}{person.email},coauthor,,{case.author.email},,2025\n"
    with pytest.raises(Denied):
        actions.import_ties(text=text, by=case.board.coordinator, now=case.later())
    with pytest.raises(RuleBroken):
        actions.import_ties(text=f"{HEAD}x,y,,,,", by=administrator, now=case.later())
    assert not Tie.objects.exists()
    assert len(actions.import_ties(text=text, by=administrator, now=case.later())) == 1
    assert actions.import_ties(text=text, by=administrator, now=case.later()) == []
    (row,) = Conflict.objects.all()
    assert (row.user, row.type_key, row.strength) == (person, "coauthor_36m", "detected")
    assert log.events(f"account:{person.public_id}")[-1].data == {"count": 1}


def test_page_shows_first_and_stores_then() -> None:
    case = cases.submission_in(State.SUBMITTED)
    administrator = case.board.administrator
    User.objects.filter(pk=case.board.reviewers[0].pk).update(display_name="Ada Lovelace")
    given = {"text": BIB, "of": case.board.reviewers[0].email}
    first = text_of(post(administrator, "people-ties", check="1", **given))
    assert "Charles Babbage" in first
    assert "Write down 1 tie" in first
    assert not Tie.objects.exists()
    mark = first.split('name="checked" value="')[1].split('"')[0]
    assert post(administrator, "people-ties", invite="1", checked="old", **given).status_code == 200
    assert not Tie.objects.exists()
    assert post(administrator, "people-ties", invite="1", checked=mark, **given).status_code == 302
    assert Tie.objects.get().name == "Charles Babbage"
