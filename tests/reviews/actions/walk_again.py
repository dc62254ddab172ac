"""What people do about a case that is closed: ask for it again, restrict it, appeal, and answer all of that."""

from __future__ import annotations

from accounts.models import User
from reviews.access import appeal as hearing
from reviews.access.committee import acting
from reviews.actions import appeal, artifact, reopening, restriction, sample
from reviews.models import Appeal, Decision, Reopening, Restriction
from reviews.rules.appeal import Opinion
from reviews.rules.clearance import ReReview
from reviews.rules.states import CommitteeRole, PartKind, Sampled, State, Vote
from tests.reviews.actions.walk_reviews import Reviewing
from tests.reviews.actions.walk_world import deed, either, numbers, one_of, someone, which

CHOICES = one_of(Vote.FOR, Vote.FOR, Vote.AGAINST)
OPINIONS = one_of(*Opinion)


class Again(Reviewing):
    """Everything after the decision, and after a withdrawal."""

    def looks_again(self, n: int, number: int) -> None:
        """The next thing about a closed case that somebody began to ask for; otherwise somebody begins."""
        case = self.cases[n]
        if self.find(Reopening, case, 0, status="open") is not None:
            self.answers_a_request(n, None, number % 4 != 0)
        elif self.find(Appeal, case, 0, status="open") is not None:
            self.hears_an_appeal(n, None, number, Opinion.UPHOLD if number % 2 else Opinion.DISMISS, every=True)
        elif number % 3 == 0:
            self.appeals(n, None, by_two=False)
        elif number % 3 == 1 and case.submission.state == State.DECIDED:
            self.asks_for_a_re_review(n, None, ReReview.NEW_LAW)
        else:
            self.asks_to_reopen(n, None)

    # ---------------------------------------------------------------- opening it again

    @deed(leads=("ask_to_reopen", "reopen"), n=which, who=someone)
    def asks_to_reopen(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("ask_to_reopen", case, self.pick(who, [case.author]), lambda **facts: reopening.ask(
            submission=case.submission, reason="Newer weights.", version=case.version, **facts))  # fmt: skip

    @deed(leads=("ask_re_review",), n=which, who=someone, trigger=one_of(*ReReview))
    def asks_for_a_re_review(self, n: int, who: int | None, trigger: ReReview) -> None:
        case = self.cases[n]
        self.try_it("ask_re_review", case, self.coordinator(case, who), lambda **facts: reopening.ask_re_review(
            submission=case.submission, trigger=trigger, reason="It came up.", version=case.version,
            **facts))  # fmt: skip

    @deed(leads=("reopen",), often=2, n=which, who=someone, grants=one_of(True, True, False))
    def answers_a_request(self, n: int, who: int | None, grants: bool) -> None:
        case, row = self.cases[n], self.find(Reopening, self.cases[n], 0)
        if row is None:
            return
        by = self.coordinator(case, who) if row.why != "re_review" else self.chair(case, who)
        if grants:
            self.try_it("reopen", case, by, lambda **facts: reopening.grant(
                reopening=row, version=case.version, **facts))  # fmt: skip
        else:
            self.try_it("refuse_to_reopen", case, by, lambda **facts: reopening.refuse(
                reopening=row, reason="Nothing new.", version=case.version, **facts))  # fmt: skip

    @deed(n=which, who=someone)
    def takes_back_a_request(self, n: int, who: int | None) -> None:
        case, row = self.cases[n], self.find(Reopening, self.cases[n], 0)
        if row is not None:
            self.try_it("take_back_request", case, self.pick(who, [row.asked_by]), lambda **facts: reopening.take_back(
                reopening=row, **facts))  # fmt: skip

    @deed(n=which, who=someone, number=numbers)
    def changes_an_artifact(self, n: int, who: int | None, number: int) -> None:
        """Other weights under the same name, wherever the authors can still change anything."""
        case = self.cases[n]
        assert case.submission.revision is not None
        row = case.submission.revision.artifacts.filter(part="model").first()
        by = self.pick(who, [case.author])
        if row is None:
            return
        gone = self.try_it("remove_artifact", case, by, lambda **facts: artifact.remove(
            artifact=row, **facts) or row.name)  # fmt: skip
        if gone is not None:
            self.try_it("replace_artifact", case, by, lambda **facts: artifact.add_reference(
                submission=case.submission, part=PartKind.MODEL, name=row.name, location="store://weights",
                size_bytes=number + 1, sha256=f"{number:064x}", **facts))  # fmt: skip

    @deed(n=which, who=someone, finding=one_of(*Sampled))
    def looks_at_a_sample(self, n: int, who: int | None, finding: Sampled) -> None:
        case, row = self.cases[n], self.find(Decision, self.cases[n], 0)
        if row is not None:
            self.try_it("find", case, self.coordinator(case, who), lambda **facts: sample.find(
                decision=row, finding=finding, text="Seen.", **facts))  # fmt: skip

    # ---------------------------------------------------------------- restrictions

    @deed(leads=("restrict", "ratify", "lift"), often=2, n=which, who=someone)
    def restricts(self, n: int, who: int | None) -> None:
        case = self.cases[n]
        self.try_it("restrict", case, self.chair(case, who), lambda **facts: restriction.place(
            submission=case.submission, reason="A tester published it.", **facts))  # fmt: skip

    @deed(leads=("ratify",), often=2, n=which, number=numbers, choice=CHOICES, every=either)
    def says_on_a_restriction(self, n: int, number: int, choice: Vote, every: bool) -> None:
        case, row = self.cases[n], self.find(Restriction, self.cases[n], 0)
        people = self.board_of(case).voters if every else [self.people[number % len(self.people)]]
        for person in people if row is not None else ():
            self.try_it("ratify", case, person, lambda **facts: restriction.vote(
                restriction=row, vote=choice, reason="A reason.", **facts))  # fmt: skip

    @deed(leads=("lift",), n=which, who=someone, lifts=one_of(True, True, False))
    def lifts_a_restriction(self, n: int, who: int | None, lifts: bool) -> None:
        case, row = self.cases[n], self.find(Restriction, self.cases[n], 0)
        if row is None:
            return
        self.try_it("ask_lift", case, self.chair(case, who), lambda **facts: restriction.ask_lift(
            restriction=row, reason="The copy is gone.", **facts))  # fmt: skip
        second = self.pick(who, [self.board_of(case).deputy])
        self.try_it("lift" if lifts else "keep", case, second, lambda **facts: restriction.answer_lift(
            restriction=row, lifts=lifts, **facts))  # fmt: skip

    # ---------------------------------------------------------------- appeals

    @deed(leads=("appeal", "judge"), often=2, n=which, who=someone, by_two=either)
    def appeals(self, n: int, who: int | None, by_two: bool) -> None:
        case = self.cases[n]
        for _ in range(2 if by_two else 1):
            self.try_it("appeal", case, self.pick(who, [case.author]), lambda **facts: appeal.file(
                submission=case.submission, grounds=["new_evidence"], text="A new test.", **facts))  # fmt: skip

    @deed(leads=("judge",), often=2, n=which, who=someone, number=numbers, opinion=OPINIONS, every=either)
    def hears_an_appeal(self, n: int, who: int | None, number: int, opinion: Opinion, every: bool) -> None:
        """Who is missing is appointed, then the judges say something."""
        case, row = self.cases[n], self.find(Appeal, self.cases[n], 0)
        if row is None:
            return
        judges = hearing.judges(case.submission, row)
        for turn in range(row.size - len(judges)):
            person = self.people[(number + turn) % len(self.people)]
            by = self.pick(who, acting(case.submission, CommitteeRole(row.appointing_role)))
            self.try_it("appoint_judge", case, by, lambda person=person, **facts: appeal.appoint(
                appeal=row, person=person, **facts))  # fmt: skip
        judges = hearing.judges(case.submission, row)
        voices: list[User] = judges if every else [self.pick(who, judges[number % max(len(judges), 1) :])]
        for person in voices:
            self.try_it("judge", case, person, lambda **facts: appeal.judge(
                appeal=row, opinion=opinion, reason="The reasons of a judge.", **facts))  # fmt: skip

    @deed(n=which, who=someone)
    def takes_back_an_appeal(self, n: int, who: int | None) -> None:
        case, row = self.cases[n], self.find(Appeal, self.cases[n], 0)
        if row is not None:
            self.try_it("take_back_appeal", case, self.pick(who, [case.author]), lambda **facts: appeal.withdraw(
                appeal=row, **facts))  # fmt: skip
