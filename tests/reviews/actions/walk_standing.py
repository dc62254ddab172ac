"""What always holds of cases that are decided or withdrawn: how they are left, and what a decision is worth.

As in ``walk_promises``, everything is read from the rows as they lie there.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.db.models import DateTimeField, Q
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit import log
from reviews.models import (
    Appeal,
    AppealOpinion,
    Artifact,
    Assignment,
    Ballot,
    Condition,
    Conflict,
    Contributor,
    Decision,
    Letter,
    Reopening,
    Response,
    Restriction,
    RestrictionVote,
    SignOff,
    Stage,
)
from reviews.queries import clearance
from tests.factories.cases import Case
from tests.reviews.actions.walk_promises import Promises
from tests.reviews.actions.walk_world import promise

CLOSED = {"decided", "withdrawn"}
PAGES_OF_AUTHORS = ("submission-detail", "submission-record", "release-detail", "appeal-detail", "restriction-detail")
KEPT_OF_DECISIONS = (
    "id", "revision", "motion", "tier", "manifest_digest", "contributors_digest", "effective_at", "valid_until_date",
    "rationale", "tally", "record", "supersedes",
)  # fmt: skip


def around(text: str, word: str) -> str:
    """Where a word stands in a text; empty where it does not."""
    at = text.find(word)
    return text[max(at - 200, 0) : at + 50] if at >= 0 else ""


class Standing(Promises):
    """The invariants of closed cases."""

    def teardown(self) -> None:
        """The pages of one author name nobody who judged, then the long look of before."""
        try:
            self.check_names(self.cases[self.story % 2])
        finally:
            super().teardown()

    def check_names(self, case: Case) -> None:
        """What an author reads names no reviewer, no voter and no judge, unless they wrote the case themselves."""
        author: User = case.author
        author.refresh_from_db()
        if not author.is_active:
            return
        client = Client()
        client.force_login(author)
        key = case.submission.reference
        pages = [client.get(reverse(f"reviews:{name}", args=[key])) for name in PAGES_OF_AUTHORS]
        letters = Letter.objects.filter(decision__submission=case.submission).values_list("public_id", flat=True)
        pages += [client.get(reverse("reviews:letter-detail", args=[one])) for one in letters]
        text = "".join(page.content.decode() for page in pages if page.status_code == 200)
        assert case.submission.title in text
        for person in self.judging(case):
            assert [around(text, word) for word in (person.display_name, person.email, person.public_id)] == [""] * 3

    def judging(self, case: Case) -> list[User]:
        """Whoever had a seat or a vote, without those who were ever named as authors of the case."""
        found: set[int] = set(Assignment.objects.filter(submission=case.submission).values_list("reviewer", flat=True))
        for rows, name in (
            (Ballot.objects.filter(motion__revision__submission=case.submission), "voter"),
            (RestrictionVote.objects.filter(restriction__submission=case.submission), "voter"),
            (AppealOpinion.objects.filter(appeal__submission=case.submission), "judge"),
        ):
            found |= set(rows.values_list(name, flat=True))
        people = User.objects.filter(pk__in=found - self.named - {case.submission.created_by_id})
        return [person for person in people if person.display_name.startswith(("Reviewer", "Member", "External"))]

    @promise
    def closed_cases_are_left_by_two_people(self) -> None:
        for case in self.cases:
            events = [event for event in log.events(case.submission.stream) if "from" in event.data]
            left = [event for event in events if event.data["from"] in CLOSED]
            rows = list(Reopening.objects.filter(submission=case.submission, status="granted").order_by("answered_at"))
            assert [event.at for event in left] == [row.answered_at for row in rows]
            for event, row in zip(left, rows, strict=True):
                leaves = {"resumed": {"withdrawn"}, "amendment": {"decided"}}.get(row.why, CLOSED)
                assert event.data["from"] in leaves
                assert event.data["to"] == "returned"
                assert (
                    row.why == "resumed"
                    or Decision.objects.filter(submission=case.submission, effective_at__lte=event.at).exists()
                )
                assert None not in (row.asked_by_id, row.answered_by_id)
                assert row.asked_by_id != row.answered_by_id
                assert event.actor == User.objects.get(pk=row.answered_by_id).public_id

    @promise
    def what_holds_is_about_these_bytes(self) -> None:
        for case in self.cases:
            row = clearance.ruling().filter(submission=case.submission).order_by("-pk").first()
            if row is None:
                continue
            holds = clearance.of_decision(row, case.submission, now=case.now).holds
            restricted = Restriction.objects.filter(Q(ratified_at__isnull=False) | Q(ratify_by__gte=case.now))
            ended = row.valid_until_date is not None and row.valid_until_date < case.now.date()
            assert holds == (
                self.content(case, case.submission.revision_id) == self.content(case, row.revision_id)
                and self.settled.setdefault(("people", row.pk), self.people_of(case)) == self.people_of(case)
                and not restricted.filter(decision=row, ended_at=None).exists()
                and not ended
            )

    def content(self, case: Case, revision: int | None) -> Any:
        """The files and the answers of one revision."""
        files = Artifact.objects.filter(revision=revision).order_by("part", "name", "sha256")
        answers = Response.objects.filter(revision=revision).values_list("answers", flat=True)
        return list(files.values_list("part", "name", "sha256", "size_bytes", "location")), list(answers)

    def people_of(self, case: Case) -> list[Any]:
        """Who wrote the case."""
        rows = Contributor.objects.filter(submission=case.submission)
        return sorted(rows.values_list("name", "email", "orcid"))

    @promise
    def decisions_in_force_are_never_changed(self) -> None:
        for row in Decision.objects.filter(effective_at__isnull=False).values(*KEPT_OF_DECISIONS):
            assert self.settled.setdefault(("decision", row["id"]), row) == row

    @promise
    def nothing_opens_while_an_appeal_or_a_restriction_holds(self) -> None:
        for stage in Stage.objects.filter(opened_at__isnull=False).select_related("plan"):
            decision, at = stage.plan.decision_id, stage.opened_at
            appeals = Appeal.objects.filter(decision=decision, filed_at__lte=at)
            assert not appeals.filter(Q(ended_at=None) | Q(ended_at__gt=at)).exists()
            placed = Restriction.objects.filter(decision=decision, placed_at__lte=at).exclude(ended_at__lte=at)
            assert not placed.filter(Q(ratify_by__gte=at) | Q(ratified_at__lte=at)).exists()

    @promise
    def nobody_hears_an_appeal_against_their_own_decision(self) -> None:
        for row in AppealOpinion.objects.select_related("judge", "appeal__decision"):
            assert not self.had_part(row.judge, row.appeal.decision)
            on = {"motion__revision": row.appeal.decision.revision_id}
            assert not Ballot.objects.filter(voter=row.judge, **on).exists()

    @promise
    def stages_open_once_what_guards_them_is_met(self) -> None:
        for stage in Stage.objects.filter(opened_at__isnull=False).select_related("plan"):
            guards = Condition.objects.filter(decision=stage.plan.decision_id, before_part=stage.plan.part)
            guards = guards.filter(before_rung=stage.rung)
            assert all(row.met_at is not None and row.met_at <= stage.opened_at for row in guards)

    @promise
    def who_steps_aside_later_unsettles_the_decision(self) -> None:
        for row in Conflict.objects.exclude(strength="suspected").select_related("user"):
            ruling = Decision.objects.filter(
                submission=row.submission_id, sent_back_at=None, effective_at__lte=row.declared_at
            ).exclude(superseded_by__effective_at__lte=row.declared_at)
            decision = ruling.order_by("-effective_at").first()
            assert row.unsettles == (decision if decision is not None and self.had_part(row.user, decision) else None)

    def had_part(self, person: User, decision: Decision) -> bool:
        """Whether a decision rests on this person too."""
        return (
            person.pk in (decision.finalised_by_id, decision.motion and decision.motion.put_by_id)
            or SignOff.objects.filter(decision=decision, signed_by=person).exists()
            or Ballot.objects.filter(motion=decision.motion_id, voter=person).exists()
            or Assignment.objects.filter(revision=decision.revision_id, reviewer=person, status="done").exists()
        )

    @promise
    def deadlines_are_kept_to_the_moment(self) -> None:
        for row in Restriction.objects.prefetch_related("votes"):
            assert 5 <= (row.ratify_by.date() - row.placed_at.date()).days <= 8
            assert row.ratified_at is None or row.placed_at < row.ratified_at <= row.ratify_by
            assert all(row.placed_at < vote.cast_at <= row.ratify_by for vote in row.votes.all())
        for appeal in Appeal.objects.select_related("decision"):
            assert appeal.filed_at - appeal.decision.effective_at <= timedelta(days=15)
        for model in (Restriction, Appeal, Reopening):
            names = [field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
            for values in model.objects.values_list(*names):
                assert all(moment.tzinfo is UTC for moment in values if moment is not None)
