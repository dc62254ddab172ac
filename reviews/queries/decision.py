"""Decisions: the record of one, and who signs what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from reviews.access.committee import excluded, standing_in
from reviews.models import Artifact, Ballot, Decision, Hold, Membership, Revision, StandIn, Submission
from reviews.queries import condition
from reviews.queries.review import filed
from reviews.rules.states import CommitteeRole

Names = dict[str, str]
STANDS_IN_FOR = frozenset({CommitteeRole.CHAIR, CommitteeRole.COORDINATOR})


def signatories(
    submission: Submission, seats: Sequence[str], *, without: Collection[int] = ()
) -> dict[str, list[User]]:
    """Who could fill each seat now: the twin of ``access.committee.acting`` for several seats in a few queries."""
    out = excluded(submission)
    held: dict[str, list[User]] = defaultdict(list)
    rows = Membership.objects.filter(
        committee=submission.committee_id,
        role__in=[*seats, CommitteeRole.DEPUTY_CHAIR],
        until_at=None,
        user__is_active=True,
    )
    for row in rows.select_related("user").order_by("user_id"):
        if row.user_id not in out and row.user_id not in without:
            held[row.role].append(row.user)
    for role, person in standing_in(submission):
        if person.pk not in out and person.pk not in without:
            held[role].append(person)
    deputies = held[CommitteeRole.DEPUTY_CHAIR]
    return {seat: held[seat] or (deputies if seat in STANDS_IN_FOR else []) for seat in seats}


def current(submission: Submission, *, revision: int | None = None, signed: bool = False) -> Decision | None:
    """The newest decision that was not sent back, with everything that its record prints.

    ``revision`` asks for that of one revision, ``signed`` for the newest that took effect.
    """
    rows = Decision.objects.filter(submission=submission, sent_back_at=None).select_related(
        "motion__put_by", "revision__policy", "finalised_by", "submission__committee", "supersedes__revision"
    )
    if revision is not None:
        rows = rows.filter(revision__number=revision)
    if signed:
        rows = rows.filter(effective_at__isnull=False)
    found = rows.prefetch_related(
        "parts", condition.of_decisions(), "sign_offs__signed_by", "motion__parts", "plans__stages"
    )
    return found.order_by("-revision__number", "-pk").first()


def signed(submission: Submission) -> list[tuple[int, date]]:
    """The decisions of a case that took effect, the newest first: the revision, and the day."""
    rows = Decision.objects.filter(submission=submission, effective_at__isnull=False).order_by("-revision__number")
    day = submission.committee.day_of
    return [(number, day(at)) for number, at in rows.values_list("revision__number", "effective_at") if at is not None]


def by_public_id(public_id: str) -> Decision | None:
    """One decision, sent back or not; whoever asks must still be checked."""
    rows = Decision.objects.select_related("motion__put_by", "revision__policy", "submission", "finalised_by")
    found = rows.prefetch_related("parts", condition.of_decisions(), "sign_offs__signed_by", "motion__parts")
    return found.filter(public_id=public_id).first()


def ballots(decision: Decision) -> list[Ballot]:
    """The votes that counted for a decision, in the order of its stored board."""
    voters = decision.board.get("voters", [])
    rows = {row.voter.public_id: row for row in decision.motion.ballots.select_related("voter")}
    return [rows[key] for key in voters if key in rows]


def artifacts(revision: Revision) -> list[Artifact]:
    """What the decision was made on."""
    return list(revision.artifacts.all())


def holds(revision: Revision) -> list[Hold]:
    """Holds of the revision, cleared or not."""
    return list(revision.holds.select_related("cleared_by"))


def words_to_authors(revision: Revision) -> list[str]:
    """What reviewers wrote for the authors, as paragraphs in an order that says nothing about who wrote them."""
    texts = sorted((review.public_id, review.to_authors) for review in filed(revision))
    return [line.strip() for _, text in texts for line in text.splitlines() if line.strip()]


def names(keys: Sequence[str]) -> Names:
    """Names by public identifier, as boards are stored; one query."""
    rows = User.objects.filter(public_id__in=set(keys)).values_list("public_id", "display_name", "email")
    return {key: name or email for key, name, email in rows}


def stood_in(decision: Decision) -> frozenset[int]:
    """The keys of the signatures that somebody gave who stood in on the case in that role then."""
    then = Q(ended_at=None) | Q(ended_at__gte=OuterRef("signed_at"))
    rows = StandIn.objects.filter(
        then,
        submission=decision.submission_id,
        user=OuterRef("signed_by"),
        role=OuterRef("signed_as"),
        appointed_at__lte=OuterRef("signed_at"),
    )
    return frozenset(decision.sign_offs.filter(Exists(rows)).values_list("pk", flat=True))


def has_signed(user: User, decision: Decision) -> bool:
    """Whether this person's signature stands under the decision."""
    return any(seat.signed_by_id == user.pk for seat in decision.sign_offs.all())
