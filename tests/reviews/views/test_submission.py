"""The case's own pages: started, described, submitted, returned and withdrawn by the right people."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from reviews.actions import _assess, conflict, deliberation, questionnaire
from reviews.actions import committee as committees
from reviews.actions import policy as policies
from reviews.actions import submission as actions
from reviews.models import Evidence, Submission
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import PACK, START, board, put_in_force
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def at(name: str, case: Case) -> str:
    return reverse(f"reviews:submission-{name}", args=[case.submission.reference])


def text(client: Client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


def basics(**change: str) -> dict[str, str]:
    return {
        "title": "A title", "label": "A label", "venue": "", "planned_date": "",
        "writer-TOTAL_FORMS": "2", "writer-INITIAL_FORMS": "0",
        "writer-0-name": "", "writer-0-email": "", "writer-0-unit": "",
        "writer-1-name": "", "writer-1-email": "", "writer-1-unit": "", **change,
    }  # fmt: skip


def attestation(case: Case) -> dict[str, str]:
    """The form of the page of attestation as it is now, filled in."""
    shown = {"manifest": case.manifest, "version": str(case.version)}
    return {"attested_name": "Author One", "confirmed": "on", **shown}


START_PAGE = "/cases/new/"


# starting ------------------------------------------------------------------------------------------------------------


def test_start_with_the_one_committee_preselected(client: Client) -> None:
    made = board()
    client.force_login(UserFactory())
    html = text(client, START_PAGE)
    assert f'<option value="{made.committee.public_id}" selected>Board</option>' in html


def test_start_with_two_committees_preselects_none(client: Client) -> None:
    made = board()
    other = committees.found(name="Other", time_zone="UTC", by=made.administrator, now=START)
    policies.adopt(committee=other, version=made.committee.policy, by=made.administrator, now=START)
    client.force_login(UserFactory())
    html = text(client, START_PAGE)
    assert "selected>Choose one</option>" in html
    response = client.post(START_PAGE, basics())
    assert "Choose one." in response.content.decode()


def test_start_makes_a_case_with_its_contributors(client: Client) -> None:
    made = board()
    wanted = timezone.now().date() + timedelta(days=40)
    author, colleague = UserFactory(), UserFactory(display_name="Colleague")
    client.force_login(author)
    sent = basics(
        committee=made.committee.public_id, planned_date=wanted.isoformat(),
        **{"writer-0-name": "Colleague", "writer-0-email": colleague.email, "writer-1-name": "Somebody outside"},
    )  # fmt: skip
    response = client.post(START_PAGE, sent)
    case = Submission.objects.get()
    assert response["Location"] == reverse("reviews:questionnaire-overview", args=[case.reference])
    assert [row.name for row in case.contributors.all()] == [author.display_name, "Colleague", "Somebody outside"]
    assert (case.created_by, case.committee, case.planned_date) == (author, made.committee, wanted)
    client.force_login(colleague)
    assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"label": "x" * 61}, "at most 60 characters"),
        ({"planned_date": "soon"}, "Write the date as year-month-day, such as 2026-12-31."),
        ({"planned_date": "2026-01-31"}, "This day has passed. Choose today or a later day, or leave it empty."),
        ({"writer-0-email": "nobody"}, "This is not an e-mail address"),
        ({"writer-0-unit": "Lab"}, "Add the name, or empty this row."),
    ],
)
def test_start_with_a_fault_keeps_what_was_typed(client: Client, change: dict[str, str], sentence: str) -> None:
    made = board()
    client.force_login(UserFactory())
    sent = basics(
        **{"committee": made.committee.public_id, "venue": "A venue", "writer-1-name": "Typed name", **change}
    )
    html = client.post(START_PAGE, sent).content.decode()
    assert sentence in html
    assert 'value="A venue"' in html
    assert 'value="Typed name"' in html
    assert not Submission.objects.exists()


def test_more_rows_come_without_script_and_lose_nothing(client: Client) -> None:
    board()
    client.force_login(UserFactory())
    sent = basics(**{"title": "", "label": "Typed label", "writer-0-name": "Typed name", "more": "1"})
    html = client.post(START_PAGE, sent).content.decode()
    assert 'name="writer-3-name"' in html
    assert 'value="Typed name"' in html
    assert 'value="Typed label"' in html
    assert "Please fill this in." not in html
    assert not Submission.objects.exists()


# describing ----------------------------------------------------------------------------------------------------------


def test_describe_changes_the_basics(client: Client) -> None:
    case = cases.draft()
    client.force_login(case.author)
    html = text(client, at("describe", case))
    assert 'value="Title of Text model"' in html
    assert 'value="Author One"' in html
    sent = basics(**{"title": "Another title", "version": "0", "writer-0-name": "Author One"})
    assert client.post(at("describe", case), sent).status_code == 302
    assert case.again().title == "Another title"


def describe(case: Case, **change: Any) -> None:
    given = {"title": "Saved title", "label": "L", "venue": "", "planned_date": None, "contributors": [], **change}
    actions.describe(
        submission=case.submission, version=case.description_version, by=case.author, now=case.later(), **given
    )


def test_describe_from_a_stale_page_keeps_what_was_typed_and_shows_what_is_there(client: Client) -> None:
    case = cases.draft()
    colleague = UserFactory(display_name="Colleague")
    describe(case, venue="A journal", contributors=[actions.Writer("Colleague", colleague.email)])
    client.force_login(case.author)
    sent = basics(**{"title": "Typed title", "writer-0-name": "Typed name", "version": "0"})
    response = client.post(at("describe", case), sent)
    html = response.content.decode()
    assert response.status_code == 409
    assert actions.CHANGED in html
    assert all(f'value="{typed}"' in html for typed in ("Typed title", "Typed name"))
    assert html.index("What was saved in the other place") < html.index('value="Typed title"')
    assert all(f"<dd>{saved}" in html for saved in ("Saved title", "A journal", "left empty"))
    assert f"; Colleague, {colleague.email}</dd>" in html
    assert 'name="version" value="1"' in html
    assert case.again().title == "Saved title"
    assert case.submission.contributors.count() == 2
    assert client.post(at("describe", case), {**sent, "version": "1"}).status_code == 302
    assert case.again().title == "Typed title"


@pytest.mark.parametrize("change", [{"title": ""}, {"planned_date": "soon"}, {"more": "1"}])
def test_describe_that_comes_back_still_knows_what_it_was_shown_with(client: Client, change: dict[str, str]) -> None:
    """Else the corrected form would undo what a co-author saved between the two tries."""
    case = cases.draft()
    describe(case)
    client.force_login(case.author)
    html = client.post(at("describe", case), basics(**{"title": "T", "version": "0", **change})).content.decode()
    assert 'name="version" value="0"' in html
    assert client.post(at("describe", case), basics(version="0")).status_code == 409


def test_describe_with_a_planned_day_that_has_passed(client: Client) -> None:
    case = cases.draft()
    describe(case, planned_date=date(2026, 6, 1))
    client.force_login(case.author)
    response = client.post(at("describe", case), basics(title="", planned_date="2026-05-31", version="1"))
    html = response.content.decode()
    assert html.index(actions.PASSED, html.index("div_id_planned_date"))
    assert "Please fill this in." in html
    assert client.post(at("describe", case), basics(planned_date="2026-06-01", version="1")).status_code == 302


# submitting ----------------------------------------------------------------------------------------------------------


def test_submit_page_lists_what_is_missing_with_links(client: Client) -> None:
    case = cases.draft(answers={"artifact_type": "paper_and_model"})
    client.force_login(case.author)
    html = text(client, at("submit", case))
    assert "answers are missing" in html
    assert reverse("reviews:questionnaire-section", args=[case.submission.reference, "tripwires"]) in html
    assert "Something is still missing; the list above leads to it." in html
    response = client.post(at("submit", case), attestation(case))
    assert "answers are still missing." in response.content.decode()
    assert case.again().state == State.DRAFT


def test_submit_page_names_a_part_without_files(client: Client) -> None:
    case = cases.draft(tier=1)
    case.submission.revision.artifacts.all().delete()
    client.force_login(case.author)
    assert "has no file or reference yet" in text(client, at("submit", case))


def test_submit_needs_a_named_author_who_confirms(client: Client) -> None:
    case = cases.draft(tier=2)
    client.force_login(case.author)
    html = text(client, at("submit", case))
    assert "checked" not in html[html.index("Who confirms") :]
    html = client.post(at("submit", case), {"version": case.version}).content.decode()
    assert "Choose one." in html
    assert "Tick this to go on." in html
    sent = {"attested_name": "Somebody else", "confirmed": "on", "version": case.version}
    assert client.post(at("submit", case), sent).status_code == 200
    assert case.again().state == State.DRAFT


def test_submit_page_that_is_older_than_an_answer_is_shown_again(client: Client) -> None:
    case = cases.draft(tier=2)
    client.force_login(case.author)
    html, sent = text(client, at("submit", case)), attestation(case)
    assert f'name="manifest" value="{sent["manifest"]}"' in html
    questionnaire.save_answers(
        submission=case.submission, answers={"artifact_summary": "Another summary."}, cleared=frozenset(), version=1,
        by=case.author, now=case.later(),
    )  # fmt: skip
    response = client.post(at("submit", case), sent)
    answer = response.content.decode()
    assert (response.status_code, case.again().state) == (409, State.DRAFT)
    assert _assess.OTHER in answer
    assert case.manifest != sent["manifest"]
    assert f'name="manifest" value="{case.manifest}"' in answer
    assert "checked" in answer[answer.index('value="Author One"') :].split(">")[0]
    response = client.post(at("submit", case), {**attestation(case), "confirmed": ""})
    assert f'name="manifest" value="{case.manifest}"' in response.content.decode()
    client.post(at("submit", case), attestation(case))
    assert case.again().state == State.SUBMITTED


@pytest.mark.parametrize(("tier", "state"), [(0, State.DECIDED), (2, State.SUBMITTED)])
def test_submit_freezes_and_shows_the_assessment(client: Client, tier: int, state: State) -> None:
    case = cases.draft(tier=tier)
    client.force_login(case.author)
    sent = attestation(case)
    response = client.post(at("submit", case), sent, follow=True)
    assert response.redirect_chain[-1][0] == reverse("reviews:assessment-detail", args=[case.submission.reference])
    assert f"Tier {tier}" in response.content.decode()
    assert (case.again().state, case.submission.revision.attested_name) == (state, "Author One")


def test_submit_twice_submits_once(client: Client) -> None:
    case = cases.draft(tier=2)
    client.force_login(case.author)
    sent = attestation(case)
    client.post(at("submit", case), sent)
    response = client.post(at("submit", case), sent)
    assert "This revision was submitted and is frozen." in response.content.decode() or response.status_code == 409
    types = [entry.type for entry in log.events(case.submission.stream)]
    assert types.count("submission.submitted") == 1


def test_policy_that_changed_meanwhile_is_shown_and_judges(client: Client) -> None:
    case = cases.draft(tier=0)
    source = PACK.read_text(encoding="utf-8").replace('version: "2026.11"', 'version: "2026.12"')
    source = source.replace(
        "text: Is any part under export control, sanctions or classification?", "text: Is it controlled?"
    )
    put_in_force(source, case.board, case.later())
    client.force_login(case.author)
    html = text(client, at("submit", case))
    assert "The policy changed from 2026.11 to 2026.12 since you started." in html
    assert "Changed: Is it controlled?" in html
    url = reverse("reviews:questionnaire-section", args=[case.submission.reference, "tripwires"])
    assert "Is it controlled?" in text(client, url)
    sent = attestation(case)
    client.post(at("submit", case), sent)
    assert case.again().revision.policy.version == "2026.12"


# returning and withdrawing -------------------------------------------------------------------------------------------


def test_return_tells_the_authors_what_to_change(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED)
    client.force_login(case.board.coordinator)
    html = client.post(at("return", case), {"reason": "", "version": case.version}).content.decode()
    assert "Please fill this in." in html
    sent = {"reason": "Please add the card.", "version": case.version}
    assert client.post(at("return", case), sent).status_code == 302
    client.force_login(case.author)
    html = text(client, case.submission.get_absolute_url())
    assert "What the board asks you to change" in html
    assert "Please add the card." in html


def test_return_from_a_stale_page_is_told_and_kept(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED)
    client.force_login(case.board.coordinator)
    response = client.post(at("return", case), {"reason": "Typed reason.", "version": "0"})
    assert response.status_code == 409
    assert "Typed reason." in response.content.decode()
    assert case.again().state == State.SUBMITTED


def test_return_during_deliberation_belongs_to_the_board(client: Client) -> None:
    case = cases.submission_in(State.DELIBERATION)
    client.force_login(case.board.coordinator)
    response = client.post(at("return", case), {"reason": "Too late.", "version": case.version})
    assert "This is not possible while the case is" in response.content.decode()


def test_withdraw_asks_once_more_and_ends_the_case(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    client.force_login(case.author)
    assert "Tick this to go on." in client.post(at("withdraw", case), {"version": case.version}).content.decode()
    assert client.post(at("withdraw", case), {"confirmed": "on", "version": case.version}).status_code == 302
    assert case.again().state == State.WITHDRAWN
    assert client.get(at("withdraw", case)).status_code == 302


# who sees what -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
def test_pages_by_role(client: Client, state: State) -> None:
    case = cases.submission_in(state, tier=3 if state in (State.SIGN_OFF, State.DECIDED) else None)
    submitted = case.submission.submitted_at is not None
    deliberated = case.submission.deliberation_opened_at is not None
    found: dict[str, tuple[int, int, int]] = {}
    people = {
        "author": case.author, "coordinator": case.board.coordinator, "member": case.board.members[0],
        "auditor": case.board.auditor, "leader": case.board.leader, "stranger": UserFactory(),
    }  # fmt: skip
    for name, person in people.items():
        client.force_login(person)
        found[name] = (
            client.get(case.submission.get_absolute_url()).status_code,
            client.get(at("record", case)).status_code,
            client.get(at("withdraw", case)).status_code,
        )
    gone = (404, 404, 404)
    assert found == {
        "author": (200, 200, 302 if state in (State.DECIDED, State.WITHDRAWN) else 200),
        "coordinator": (200, 200, 403) if submitted else gone,
        "member": (200, 200, 403) if deliberated else gone,
        "auditor": (302, 200, 404) if submitted else gone,
        "leader": gone,
        "stranger": gone,
    }


def test_conflicted_coordinator_sees_nothing(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED)
    kind = case.submission.revision.policy.pack.decision.conflict_types[0].key
    conflict.declare(submission=case.submission, type_key=kind, by=case.board.coordinator, now=case.later())
    client.force_login(case.board.coordinator)
    assert client.get(case.submission.get_absolute_url()).status_code == 404


def test_reference_that_is_none_is_not_there(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/cases/RB-2026-XXXXX/").status_code == 404
    assert client.get("/cases/RB-2026-XXXXX/record/").status_code == 404


def test_title_is_escaped_everywhere(client: Client) -> None:
    case = cases.draft(tier=2, label="<b>label")
    actions.describe(
        submission=case.submission, title="<script>x</script>", label="<b>label", contributors=[], venue="<i>",
        planned_date=None, version=0, by=case.author, now=case.later(),
    )  # fmt: skip
    client.force_login(case.author)
    for name in ("detail", "describe", "submit", "record", "withdraw"):
        html = text(client, at(name, case))
        assert "<script>x" not in html
        assert "<i>" not in html


def test_people_of_the_case_for_the_board(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    client.force_login(case.board.chair)
    html = text(client, case.submission.get_absolute_url())
    assert "<span>Reviewer 0</span>" in html
    assert ">writes" in html
    assert "Still missing for tier 2" in html


def test_what_is_missing_says_who_owes_it_until_when(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    client.force_login(case.board.chair)
    for days, said in ((0, "owe"), (60, "owed")):
        Evidence.objects.update(asked_at=timezone.now() - timedelta(days=days))
        html = text(client, case.submission.get_absolute_url())
        assert re.search(rf"The authors {said} this by \w{{3}} \d+ \w{{3}}( \d{{4}})?, \d\d:\d\d \w+\.", html)
    deliberation.ask(submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later())
    html = text(client, case.submission.get_absolute_url())
    assert ("The authors owe this." in html, "owed this by" in html) == (True, False)


def test_board_sees_who_of_it_is_set_aside_as_an_author(client: Client) -> None:
    case = cases.draft(tier=2)
    made = case.board
    client.force_login(made.chair)
    for name, person in (
        ("Author Two", made.reviewers[0]),
        ("Author Three", made.deputy),
        ("Author Four", made.leader),
    ):
        case.submission.contributors.create(user=person, name=name, order=9)
    cases.submit(case)
    html = text(client, case.submission.get_absolute_url())
    listed = html[html.index("Set aside as authors") :].split("</dd>")[0]
    assert re.findall(r"<span>([^<]*)</span> <span[^>]*>([^<]*)<", listed) == [
        ("Author Three", "deputy chair"), ("Author Two", "reviewer"),
    ]  # fmt: skip
    client.force_login(case.author)
    assert "Set aside as authors" not in text(client, case.submission.get_absolute_url())


def test_record_says_when_the_chain_is_broken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.submission_in(State.SUBMITTED)
    client.force_login(case.board.coordinator)
    assert "the chain is unbroken" in text(client, at("record", case))

    def broken(stream: str | None = None) -> Any:
        return log.Report(1, 1, (log.Fault(stream or "", 1, "hash"),))

    monkeypatch.setattr(log, "verify", broken)
    assert "The chain of events is broken." in text(client, at("record", case))


@pytest.mark.parametrize("rows", [1, 3])
def test_record_takes_the_same_queries(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    case = cases.submission_in(State.SUBMITTED)
    for _ in range(rows - 1):
        actions.return_to_authors(
            submission=case.submission, reason="Please add the card.", version=case.version,
            by=case.board.coordinator, now=case.later(),
        )  # fmt: skip
        cases.submit(case)
    client.force_login(case.board.coordinator)
    with django_assert_num_queries(28):
        page = text(client, at("record", case))
    assert f"Revision {rows}" in page
