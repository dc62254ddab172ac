"""Minutes: drafted from what happened, written, approved by somebody else, corrected by a version beside."""

from __future__ import annotations

import pytest

from audit import log
from notifications import outbox
from reviews.access.meeting import approvers
from reviews.actions import minutes, motion
from reviews.models import Membership
from reviews.queries import minutes as queries
from reviews.queries.meeting import Agenda
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import State, Vote
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting
from tests.reviews.actions.scenes import everything, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Board:
    """The board."""
    return board()


@pytest.fixture
def case(made: Board) -> Case:
    """A case before it."""
    return cases.submission_in(State.DELIBERATION, made=made)


@pytest.fixture
def held(made: Board, case: Case) -> Sitting:
    """A meeting in which it was talked about."""
    return meetings.held(made, case)


def draft(sitting: Sitting, case: Case) -> str:
    """What is drafted about one case."""
    return queries.draft(Agenda(sitting.again())).parts[sitting.item(case).pk]


def test_draft_says_who_was_there_and_what_was_not_talked_about(made: Board, case: Case) -> None:
    quiet, gone = (cases.submission_in(State.DELIBERATION, made=made, label=label) for label in ("Quiet", "Gone"))
    sitting = meetings.planned(made, case, quiet, gone)
    motions = cases.put(gone)
    cases.clear_holds(gone)
    cases.vote(gone, motions)
    cases.finalise(gone, motions)
    meetings.opened(sitting, absent=[made.members[0]], excused=[made.externals[1]])
    meetings.begun(sitting, case)
    meetings.ended(sitting, case)
    meetings.closed(sitting)
    general = queries.draft(Agenda(sitting.again())).general
    assert general.startswith("March meeting. Meeting of Board on ")
    assert "Place: Room 4." in general
    assert "Excused: External 1." in general
    assert "Absent: Member 0." in general
    present = general.partition("Present: ")[2].partition(".")[0].split(", ")
    assert sorted(present) == sorted(
        person.display_name for person in sitting.people if person not in (made.members[0], made.externals[1])
    )
    for one in (case, quiet, gone):
        assert one.submission.reference not in general
        assert one.submission.label not in general
    assert draft(sitting, quiet) == "Not discussed."
    assert draft(sitting, gone) == "Not discussed: the case was no longer before the board."
    assert "No ballot was closed in this meeting." in draft(sitting, case)
    assert "Left the room" not in draft(sitting, case)


def test_draft_says_who_left_and_what_was_recorded_without_a_reason(made: Board, case: Case) -> None:
    cases.declare(case, made.members[0])
    cases.clear_holds(case)
    lost = cases.put(case)
    sitting = meetings.opened(meetings.planned(made, case))
    meetings.begun(sitting, case)
    for person in made.voters[1:]:
        motion.cast(
            motion=lost, vote=Vote.AGAINST, reason="Canary reason", is_dissent=person == made.voters[1], by=person,
            now=case.later(),
        )  # fmt: skip
    motion.close_lost(motion=lost, by=made.chair, now=case.later())
    carried = cases.put(case)
    cases.vote(case, carried, made.voters[1:])
    cases.finalise(case, carried)
    meetings.ended(sitting, case)
    meetings.closed(sitting)
    text = draft(sitting, case)
    assert "Left the room for this item, and took no part in it: Member 0." in text
    assert "Member 0" not in text.partition("In the room: ")[2].partition(".")[0]
    assert (
        "Motion 1 to decide, put by Member 4. It did not carry: 0 for, 6 against, 0 abstained. "
        "1 dissent stands in the record of the case."
    ) in text
    assert "Motion 2 to decide, put by Member 4. It carried: 6 for, 0 against, 0 abstained." in text
    assert "Decision recorded in this meeting: paper withheld." in text
    for hidden in ("Canary", "The reasons.", case.submission.title, "Needed here."):
        assert hidden not in text


def test_ballot_closed_before_the_item_or_after_the_meeting_is_not_recorded_in_it(made: Board, case: Case) -> None:
    early = cases.put(case)
    motion.take_back(motion=early, by=made.members[-1], now=case.later())
    sitting = meetings.planned(made, case)
    meetings.opened(sitting)
    meetings.begun(sitting, case)
    open_one = cases.put(case)
    sitting.now = case.now
    meetings.closed(sitting)
    case.now = sitting.now
    motion.take_back(motion=open_one, by=made.members[-1], now=case.later())
    assert "No ballot was closed in this meeting." in draft(sitting, case)


def test_note_of_an_item_goes_into_its_part(held: Sitting, case: Case) -> None:
    held.item(case)
    held.meeting.items.update(note="Agreed to ask the vendor.")
    assert draft(held, case).endswith("Agreed to ask the vendor.")


def test_minutes_are_written_once_the_meeting_is_closed_by_who_runs_it(made: Board, case: Case) -> None:
    sitting = meetings.planned(made, case)
    with pytest.raises(NotNow):
        meetings.write(sitting)
    meetings.closed(meetings.opened(sitting))
    for person in (made.members[0], made.administrator, made.reviewers[0], case.author):
        with pytest.raises(Denied):
            meetings.write(sitting, by=person)
    row = meetings.write(sitting)
    assert (row.number, row.writers, row.approved_at, row.parts.count()) == (1, [made.coordinator.public_id], None, 1)
    event = log.events(f"committee:{made.committee.public_id}")[-1]
    assert (event.type, event.data["general"]) == ("committee.minutes_written", log.digest(row.general))
    who = names()
    told = {who[m.recipient] for m in outbox.recent(limit=1000) if m.template == "meeting.minutes_written"}
    assert told == {"Chair", "Deputy"}


@pytest.mark.parametrize("field", ["general", "part"])
def test_minutes_have_a_text_everywhere(field: str, held: Sitting, case: Case) -> None:
    item = held.item(case).public_id
    given = {"general": " "} if field == "general" else {item: " "}
    with pytest.raises(RuleBroken) as refused:
        meetings.write(held, **given)
    assert refused.value.field == ("general" if field == "general" else f"part_{item}")


def test_draft_is_changed_by_anybody_who_runs_the_committee_and_then_approved_by_a_third(
    made: Board, held: Sitting, case: Case
) -> None:
    first = meetings.write(held)
    second = meetings.write(held, general="Shorter.", by=made.chair, **{held.item(case).public_id: "Also shorter."})
    assert (second.pk, second.number, second.version, second.general) == (first.pk, 1, 1, "Shorter.")
    assert second.writers == [made.coordinator.public_id, made.chair.public_id]
    assert [part.text for part in second.parts.all()] == ["Also shorter."]
    for person in (made.coordinator, made.chair):
        with pytest.raises(Denied) as refused:
            meetings.approve(held, second, by=person)
        assert refused.value.code == "writer"
    with pytest.raises(Denied) as refused:
        meetings.approve(held, second, by=made.members[0])
    assert refused.value.code == "approvers"
    done = meetings.approve(held, second, by=made.deputy)
    assert (done.approved_by, done.approved_at) == (made.deputy, held.now)
    with pytest.raises(NotNow):
        meetings.approve(held, done, by=made.deputy)


def test_correction_is_a_version_beside_with_a_reason(made: Board, held: Sitting) -> None:
    first = meetings.approve(held, meetings.write(held))
    with pytest.raises(RuleBroken) as refused:
        meetings.write(held, general="Right.", reason=" ")
    assert refused.value.field == "reason"
    second = meetings.write(held, general="Right.", reason="A name was wrong.", by=made.chair)
    assert (second.number, second.correction_reason, second.writers) == (
        2, "A name was wrong.", [made.chair.public_id],
    )  # fmt: skip
    first.refresh_from_db()
    assert first.general != "Right."
    assert [row.number for row in queries.of_meeting(held.again())] == [2, 1]
    meetings.approve(held, second, by=made.coordinator)


def test_part_of_a_case_that_the_writer_does_not_see_stays_as_drafted(made: Board, case: Case) -> None:
    cases.declare(case, made.coordinator)
    other = cases.submission_in(State.DELIBERATION, made=made, label="Other")
    sitting = meetings.opened(meetings.planned(made, other))
    meetings.closed(sitting)
    both = meetings.planned(made, other)
    meetings.agenda.add(meeting=both.again(), submissions=[case.submission], **{**both.acts, "by": made.chair})
    meetings.closed(meetings.opened(both))
    hidden, shown = both.item(case), both.item(other)
    row = meetings.write(both, **{hidden.public_id: "Not mine to say.", shown.public_id: "Mine."})
    assert {part.item_id: part.text for part in row.parts.all()} == {hidden.pk: "Not discussed.", shown.pk: "Mine."}
    again = meetings.write(both, by=made.deputy, **{hidden.public_id: "Seen by the deputy."})
    assert {part.item_id: part.text for part in again.parts.all()} == {
        hidden.pk: "Seen by the deputy.", shown.pk: "Mine.",
    }  # fmt: skip
    meetings.write(both, **{hidden.public_id: "Once more."})
    assert again.parts.get(item=hidden).text == "Seen by the deputy."


def test_who_reads_every_part_approves_and_others_only_where_nobody_does(
    made: Board, held: Sitting, case: Case
) -> None:
    row = meetings.write(held)
    row.meeting = held.again()
    assert approvers(row, [case.submission]) == [made.chair, made.deputy]
    cases.declare(case, made.chair)
    assert approvers(row, [case.submission]) == [made.deputy]
    cases.declare(case, made.deputy)
    assert approvers(row, [case.submission]) == [made.chair, made.deputy]
    Membership.objects.filter(user__in=[made.chair, made.deputy]).update(until_at=held.now, until_by=made.administrator)
    assert approvers(row, [case.submission]) == made.voters


def test_minutes_shown_before_a_change_are_stale(made: Board, held: Sitting) -> None:
    row = meetings.write(held)
    known = minutes.state_of(row)
    meetings.write(held, general="Changed.")
    before = everything()
    for call in (
        lambda: minutes.write(
            meeting=held.again(), general="Mine.", parts={}, seen=known, by=made.chair, now=held.later()
        ),
        lambda: minutes.write(
            meeting=held.again(), general="Mine.", parts={}, seen="none", by=made.chair, now=held.later()
        ),
        lambda: minutes.approve(minutes=row, seen=known, by=made.chair, now=held.later()),
    ):
        with pytest.raises(Stale):
            call()
    assert everything() == before
