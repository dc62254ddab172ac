"""What people do until the reviews are closed: authors, the coordinator, reviewers, and whom they ask elsewhere."""

from __future__ import annotations

from accounts.models import User
from notifications import outbox
from reviews.access.committee import acting
from reviews.access.submission import sight
from reviews.actions import (
    assignment,
    conflict,
    deliberation,
    evidence,
    questionnaire,
    referral,
    review,
    submission,
    transfer,
)
from reviews.models import Assignment, Evidence, Hold, Inquiry, Membership, Referral, Review, Submission
from reviews.rules.states import RUNNING, CommitteeRole, Finding, Outcome, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.reviews.actions.walk_standing import Standing
from tests.reviews.actions.walk_world import deed, either, numbers, one_of, outcomes, someone, which


class Reviewing(Standing):
    """Everything up to deliberation."""

    # ---------------------------------------------------------------- authors

    @deed(leads=("submit",), n=which, who=someone)
    def submits(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("submit", case, self.pick(who, [case.author]), lambda **facts: submission.submit(
            submission=case.submission, attested_name="Author One", manifest=case.manifest, version=case.version,
            **facts))  # fmt: skip

    @deed(n=which)
    def answers_what_is_new(self, n: int) -> None:
        """The question more that the policy of the third board asks."""
        case = self.cases[n]
        if case.submission.state != State.RETURNED:
            return
        response = case.submission.revision.response
        self.try_it("save_answers", case, None, lambda now: questionnaire.save_answers(
            submission=case.submission, answers={"contact_at_night": "Author One"}, cleared=frozenset(),
            version=response.version, by=case.author, now=now))  # fmt: skip

    @deed(leads=("withdraw",), often=2, n=which, who=someone, really=either)
    def withdraws(self, n: int, who: int | None, really: bool) -> None:
        case = self.cases[n]
        if really:
            self.try_it("withdraw", case, self.pick(who, [case.author]), lambda **facts: submission.withdraw(
                submission=case.submission, version=case.version, **facts))  # fmt: skip

    @deed(leads=("give",), n=which, who=someone, number=numbers, every=either)
    def gives_evidence(self, n: int, who: int | None, number: int, every: bool) -> None:
        case = self.cases[n]
        for _ in range(9 if every else 1):
            row = self.find(Evidence, case, number, given_at=None, waived_at=None)
            if row is not None:
                self.try_it("give", case, self.pick(who, [case.author]), lambda row=row, **facts: evidence.give(
                    evidence=row, text="Here.", **facts))  # fmt: skip

    @deed(leads=("answer",), n=which, who=someone, number=numbers)
    def answers_the_board(self, n: int, who: int | None, number: int) -> None:
        case = self.cases[n]
        row = self.find(Inquiry, case, number, answered_at=None)
        if row is not None:
            self.try_it("answer", case, self.pick(who, [case.author]), lambda **facts: deliberation.answer(
                inquiry=row, text="An answer.", **facts))  # fmt: skip

    @deed(n=which, number=numbers)
    def names_another_author(self, n: int, number: int) -> None:
        case = self.cases[n]
        person = self.people[number % len(self.people)]
        found = self.try_it("describe", case, None, lambda now: submission.describe(
            submission=case.submission, title="T", label="L", venue="", planned_date=None,
            version=case.description_version, by=case.author, now=now,
            contributors=[submission.Writer(person.display_name, person.email)],
        ))  # fmt: skip
        if found is not None:
            self.named.add(person.pk)

    # ---------------------------------------------------------------- the coordinator and the reviewers

    @deed(leads=("return",), n=which, who=someone)
    def returns(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        if who is None and case.submission.revision.number > 2:
            return
        self.try_it("return", case, self.coordinator(case, who), lambda **facts: submission.return_to_authors(
            submission=case.submission, reason="Redact.", version=case.version, **facts))  # fmt: skip

    @deed(leads=("offer", "accept", "file"), n=which, who=someone, number=numbers, likely=either)
    def offers(self, n: int, who: int | None, number: int, likely: bool) -> None:
        case = self.cases[n]
        pool = self.board_of(case).reviewers if likely else self.people
        self.try_it("offer", case, self.coordinator(case, who), lambda **facts: assignment.offer(
            submission=case.submission, reviewer=pool[number % len(pool)], review_days=5, version=case.version,
            **facts))  # fmt: skip

    @deed(leads=("accept", "file"), n=which, who=someone, number=numbers, no_conflict=one_of(True, True, True, False))
    def accepts(self, n: int, who: int | None, number: int, no_conflict: bool) -> None:
        case, row = self.cases[n], self.find(Assignment, self.cases[n], number, status="offered")
        if row is not None:
            self.try_it("accept", case, self.pick(who, [row.reviewer]), lambda **facts: assignment.accept(
                assignment=row, no_conflict=no_conflict, **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, number=numbers, way=one_of("decline", "take_back", "lapse"))
    def ends_a_seat(self, n: int, who: int | None, number: int, way: str) -> None:
        case = self.cases[n]
        fit = ["accepted", "offered"] if way == "take_back" else ["offered"]
        row = self.find(Assignment, case, number, **({} if number % 5 == 0 else {"status__in": fit}))
        if row is None:
            return
        if way == "decline":
            self.try_it(way, case, self.pick(who, [row.reviewer]), lambda **facts: assignment.decline(
                assignment=row, reason="Away.", **facts))  # fmt: skip
        elif way == "take_back":
            self.try_it(way, case, self.coordinator(case, who), lambda **facts: assignment.take_back(
                assignment=row, reason="Ill.", **facts))  # fmt: skip
        else:
            self.try_it(way, case, None, lambda now: assignment.lapse(assignment=row, now=now))

    @deed(n=which, who=someone, number=numbers, to=numbers, way=one_of("hand_over", "replace", "extend"))
    def changes_a_seat(self, n: int, who: int | None, number: int, to: int, way: str) -> None:
        case = self.cases[n]
        row = self.find(Assignment, case, number, status__in=["accepted", "offered"])
        pool = self.board_of(case).reviewers
        person = pool[to % len(pool)]
        if row is None:
            return
        if way == "hand_over":
            self.try_it(way, case, self.pick(who, [row.reviewer]), lambda **facts: assignment.hand_over(
                assignment=row, to=person, **facts))  # fmt: skip
        elif way == "replace":
            self.try_it(way, case, self.coordinator(case, who), lambda **facts: assignment.replace(
                assignment=row, reviewer=person, reason="Ill.", **facts))  # fmt: skip
        else:
            self.try_it(way, case, self.coordinator(case, who), lambda **facts: assignment.extend(
                assignment=row, review_days=row.review_days + 1, seen=row.review_days, **facts))  # fmt: skip

    @deed(leads=("file",), n=which, who=someone, number=numbers, outcome=outcomes, clear=either, every=either)
    def files(self, n: int, who: int | None, number: int, outcome: Outcome, clear: bool, every: bool) -> None:
        case = self.cases[n]
        for _ in range(3 if every else 1):
            row = self.find(Assignment, case, number, status="accepted")
            if row is None:
                return
            made = Review.objects.get(assignment=row)
            content = cases.findings(case, outcome=outcome, clear=clear)
            self.try_it("file", case, self.pick(who, [row.reviewer]), lambda made=made, content=content, **facts:
                        review.file(review=made, content=content, version=made.version, **facts))  # fmt: skip

    @deed(leads=("ask", "answer"), often=2, n=which, who=someone)
    def asks(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("ask", case, self.coordinator(case, who), lambda **facts: deliberation.ask(
            submission=case.submission, text="Which data?", **facts))  # fmt: skip

    @deed(often=2, n=which, who=someone, number=numbers)
    def waives(self, n: int, who: int | None, number: int) -> None:
        case, row = self.cases[n], self.find(Evidence, self.cases[n], number)
        if row is not None:
            self.try_it("waive", case, self.coordinator(case, who), lambda **facts: evidence.waive(
                evidence=row, reason="Known.", **facts))  # fmt: skip

    @deed(leads=("clear",), n=which, who=someone, number=numbers)
    def clears_a_hold(self, n: int, who: int | None, number: int) -> None:
        case, row = self.cases[n], self.find(Hold, self.cases[n], number, cleared_at=None)
        if row is not None:
            right = acting(case.submission, CommitteeRole(row.role))
            self.try_it("clear", case, self.pick(who, right), lambda **facts: evidence.clear_hold(
                hold=row, text="Checked.", **facts))  # fmt: skip

    @deed(leads=("declare",), often=4, n=which, number=numbers, kind=one_of("personal", "financial", "same_unit"))
    def steps_aside(self, n: int, number: int, kind: str) -> None:
        case, person = self.cases[n], self.people[number % len(self.people)]
        found = self.try_it("declare", case, person, lambda **facts: conflict.declare(
            submission=case.submission, type_key=kind, **facts))  # fmt: skip
        if found is not None:
            waiting = [row for row in outbox.recent(limit=10_000, states=["queued"]) if
                       row.recipient == person.public_id and row.about == case.submission.reference]  # fmt: skip
            assert waiting == []
            assert sight(person, case.submission).level is Level.NONE

    # ---------------------------------------------------------------- other committees, other bodies

    @deed(
        leads=("transfer to submitted", "transfer to returned"),
        often=3,
        n=which,
        who=someone,
        to=one_of(0, 1, 1, 2),
        reason=one_of("Theirs.", "Theirs.", "Theirs.", " "),
    )
    def gives_to_another_committee(self, n: int, who: int | None, to: int, reason: str) -> None:
        case, target = self.cases[n], self.boards[to]
        before, kept = case.again(), self.kept(case)
        by = self.coordinator(case, who)
        roles = self.roles(by, before)
        found = self.try_it("transfer", case, by, lambda **facts: transfer.transfer(
            submission=before, target=target.committee, reason=reason, version=before.version, **facts))  # fmt: skip
        if found is not None:
            self.is_given_away = True
            assert (before.state in ("submitted", "in_review"), reason) == (True, "Theirs.")
            assert roles & {"coordinator", "deputy_chair"}
            self.reached[f"transfer to {found.state}"] += 1
            self.check_transferred(case, before, kept, target)

    @deed(leads=("refer", "record_answer"), often=2, n=which, who=someone)
    def refers(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        by = self.coordinator(case, who)
        found = self.try_it("refer", case, by, lambda **facts: referral.refer(
            submission=case.submission, body="Ethics board", question="Is consent needed?", **facts))  # fmt: skip
        assert found is None or self.roles(by, case.submission) & RUNNING

    @deed(
        leads=("record_answer",),
        often=2,
        n=which,
        who=someone,
        number=numbers,
        finding=one_of(*Finding),
        way=one_of("record", "record", "end"),
    )
    def another_body_is_done(self, n: int, who: int | None, number: int, finding: Finding, way: str) -> None:
        """Its answer arrives, whatever became of the case and whoever has it now, or is not waited for any more."""
        case = self.cases[n]
        row = self.find(Referral, case, number, **({} if number % 5 == 0 else {"answered_at": None}))
        if row is None:
            return
        by, state = self.chair(case, who), case.submission.state
        if way == "record":
            found = self.try_it("record_answer", case, by, lambda **facts: referral.record_answer(
                referral=row, finding=finding, answer="No consent is needed.", **facts))  # fmt: skip
        else:
            found = self.try_it("take_back_referral", case, by, lambda **facts: referral.take_back(
                referral=row, **facts))  # fmt: skip
        assert case.submission.state == state
        assert found is None or self.roles(by, case.submission) & RUNNING

    def roles(self, person: User, submission: Submission) -> set[str]:
        """The roles that somebody holds in the committee of a case, read by hand."""
        held = Membership.objects.filter(user=person, committee=submission.committee, until_at=None)
        return set(held.values_list("role", flat=True))
