"""Appeals on every page: filed in plain words, shown with every standing, heard by people whom authors never learn."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from reviews.actions.committee import appoint
from reviews.models import Appeal
from reviews.rules.appeal import Opinion, Status
from reviews.rules.states import CommitteeRole
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.views.pages import faults_in, get, post, text_of

pytestmark = pytest.mark.django_db
SAID, WHY = "Canary appeal", "Canary judge's reason"
QUERIES = 57


def yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)


def appealed(tier: int = 3) -> tuple[Case, Appeal]:
    """A staged release against which its authors appealed."""
    case = cases.staged(tier=tier, since=yesterday())
    row = cases.appeal_against(case)
    Appeal.objects.filter(pk=row.pk).update(text=SAID)
    return case, row


def page(case: Case, person: User, name: str = "appeal-detail") -> str:
    return unescape(text_of(get(person, name, case.submission.reference)))


def test_decision_says_until_when_and_the_form_what_happens_next() -> None:
    case = cases.staged(since=yesterday())
    author, reference = case.author, case.submission.reference
    html = page(case, author, "decision-detail")
    assert "You can appeal until" in html
    assert f"/cases/{reference}/appeal/file/" in html
    assert "You can appeal until" not in page(case, case.board.chair, "decision-detail")
    form = page(case, author, "appeal-file")
    assert "A panel of people from outside the committee hears it." in form
    assert "They decide within 15 business days." in form
    response = post(author, "appeal-file", reference, text=SAID)
    assert "Choose at least one." in text_of(response)
    assert SAID in text_of(response)
    response = post(author, "appeal-file", reference, grounds=["new_evidence", "process_error"], text=SAID)
    assert response["Location"] == f"/cases/{reference}/appeal/"
    assert Appeal.objects.get().grounds == ["new_evidence", "process_error"]


def test_button_under_the_decision_says_why_it_is_disabled() -> None:
    case = cases.staged(since=timezone.now() - timedelta(days=30))
    html = page(case, case.author, "decision-detail")
    assert "The days for an appeal are over." in html
    assert "You can appeal until" not in html
    response = get(case.author, "appeal-file", case.submission.reference)
    assert response["Location"] == f"/cases/{case.submission.reference}/decision/"


def test_under_appeal_is_said_wherever_the_standing_is() -> None:
    case, _row = appealed()
    label = "The decision is under appeal."
    for person in (case.author, case.board.chair, case.board.reviewers[0]):
        for name in ("submission-detail", "decision-detail", "release-detail"):
            assert label in page(case, person, name), (person, name)
    assert "nothing more is released until that is decided" in page(case, case.board.coordinator, "release-detail")
    assert "Under appeal" in unescape(text_of(get(case.author, "submission-list")))
    assert "Under appeal" in unescape(text_of(get(case.board.leader, "leadership")))
    assert label in page(case, case.board.auditor, "decision-detail")


def test_text_is_for_authors_and_board_and_judges_names_and_reasons_for_the_board_alone() -> None:
    case, row = appealed()
    people = cases.appoint_judges(case, row)
    cases.judge(case, row, people[:1])
    row.opinions.update(reason=WHY)
    readers = {
        "author": case.author,
        "reviewer": case.board.reviewers[0],
        "auditor": case.board.auditor,
        "head": case.board.officers["head_of_research"],
        "member": case.board.members[0],
        "judge": people[1],
    }
    known = {
        who: tuple(word in page(case, person) for word in (SAID, "Judge 0", WHY)) for who, person in readers.items()
    }
    assert known == {
        "author": (True, False, False),
        "reviewer": (False, False, False),
        "auditor": (False, False, False),
        "head": (False, True, False),
        "member": (True, True, True),
        "judge": (True, True, True),
    }


def test_head_of_research_appoints_and_reads_who_cannot_be() -> None:
    case, row = appealed()
    head, reference = case.board.officers["head_of_research"], case.submission.reference
    other = cases.elsewhere()
    appoint(
        committee=other.committee, user=case.author, role=CommitteeRole.MEMBER, by=other.administrator, now=case.now
    )
    html = unescape(text_of(get(head, "appeal-appoint", row.public_id)))
    assert "0 of 3 are there." in html
    assert "This person has a conflict of interest with the case." in html
    assert faults_in(text_of(post(head, "appeal-appoint", row.public_id))) == {
        "person": "Choose somebody here, or give an address below; not both."
    }
    assert faults_in(text_of(post(head, "appeal-appoint", row.public_id, email="nobody@example.org"))) == {
        "email": "Nobody with an open account has this address."
    }
    chosen = other.members[0]
    assert post(head, "appeal-appoint", row.public_id, person=chosen.public_id).status_code == 302
    response = post(head, "appeal-appoint", row.public_id, email=UserFactory().email)
    assert response["Location"] == f"/cases/{reference}/appeal/"
    assert post(head, "appeal-appoint", row.public_id, email=chosen.email).status_code == 200
    assert row.judges.count() == 2


def test_judge_reads_the_case_votes_and_the_authors_read_what_came_of_it() -> None:
    case, row = appealed()
    people = cases.appoint_judges(case, row)
    judge, reference = people[0], case.submission.reference
    assert [get(judge, name, reference).status_code for name in ("review-list", "motion-list", "artifact-list")] == [
        200
    ] * 3
    assert 'id="judge"' in page(case, judge)
    assert get(judge, "appeal-judge", row.public_id)["Location"].endswith("/appeal/#judge")
    response = post(judge, "appeal-judge", row.public_id, opinion="dismiss", reason="")
    assert faults_in(text_of(response)) == {"reason": "Please fill this in."}
    assert post(judge, "appeal-judge", row.public_id, opinion="uphold", reason=WHY).status_code == 302
    assert "You may change your vote until the appeal is decided." in page(case, judge)
    cases.judge(case, row, people[1:], Opinion.DISMISS)
    assert "Dismissed: the decision stands" in page(case, case.author)
    assert "(dissent)" in page(case, case.board.chair)
    late = text_of(post(judge, "appeal-judge", row.public_id, opinion="uphold", reason="Too late, but kept."))
    assert "This appeal is over." in late
    assert "Too late, but kept." in late
    assert 'id="judge"' not in page(case, judge)
    assert get(judge, "review-list", reference).status_code == 404
    assert get(judge, "decision-detail", reference).status_code == 200


def test_author_takes_it_back() -> None:
    case, row = appealed()
    assert "Take the appeal back" in page(case, case.author)
    assert post(case.author, "appeal-withdraw", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.WITHDRAWN
    assert "The decision is under appeal." not in page(case, case.author, "submission-detail")
    assert "This version was appealed already" in page(case, case.author, "decision-detail")


def test_my_work_asks_who_judges_and_who_appoints() -> None:
    case, row = appealed()
    head = case.board.officers["head_of_research"]

    def work(person: User) -> str:
        return unescape(text_of(get(person, "my-work")))

    assert "Appoint 3 people to hear an appeal" in work(head)
    people = cases.appoint_judges(case, row)
    assert "to hear an appeal" not in work(head)
    assert ["Judge an appeal" in work(one) for one in (people[0], case.board.members[0])] == [True, False]
    assert "you hear an appeal against the decision." in page(case, people[0], "submission-detail")
    cases.judge(case, row, people[:1])
    assert "Judge an appeal" not in work(people[0])


def test_late_appeal_says_so_and_none_says_there_is_none() -> None:
    case, row = appealed()
    Appeal.objects.filter(pk=row.pk).update(filed_at=row.filed_at.replace(year=2025), due_at=row.filed_at)
    assert "late" in page(case, case.author)
    other = cases.staged(case.board, label="Other", since=yesterday())
    response = get(other.author, "appeal-detail", other.submission.reference)
    assert response["Location"] == other.submission.get_absolute_url()


@pytest.mark.parametrize("votes", [1, 3])
def test_page_asks_the_same_for_any_number_of_votes(votes: int) -> None:
    case, row = appealed(tier=2)
    cases.judge(case, row, case.board.voters[:votes])
    get(case.board.chair, "appeal-detail", case.submission.reference)
    with CaptureQueriesContext(connection) as asked:
        page(case, case.board.chair)
    assert len(asked) == QUERIES
