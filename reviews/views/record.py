"""A decision as a record that can be read, printed and signed, or a preview of one from an open motion.

Who learns names is settled here once: authors read the record without anybody who judged, and without their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from reviews.models import Artifact, Ballot, Decision, Hold, Motion, Submission
from reviews.queries import decision as queries
from reviews.queries import motion as board
from reviews.queries import referral
from reviews.queries.decision import Names
from reviews.queries.round import working_tier
from reviews.rules.pack import Pack, Tier
from reviews.rules.quorum import Tally
from reviews.rules.states import Basis, Outcome
from reviews.rules.visibility import Referred
from reviews.views import wording
from reviews.views.wording import PartWords

# "names": the board and auditors. "signatory": whoever signed or cleared a hold. "author": the authors' side.
Reader = Literal["names", "signatory", "author"]


@dataclass(frozen=True)
class PartRow:
    """What one part asked for, was granted, and what the policy allows by default."""

    words: PartWords
    requested: str
    granted: str
    ceiling: str
    is_above: bool


@dataclass(frozen=True)
class ConditionRow:
    """A condition with its date, and when it was met."""

    text: str
    due_date: date | None
    met_at: datetime | None = None


@dataclass(frozen=True)
class VoteRow:
    """One vote by name."""

    name: str
    vote: str
    icon: str
    reason: str
    is_dissent: bool


@dataclass(frozen=True)
class Dissent:
    """A dissent word for word; without a name for authors."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Signature:
    """One seat under the record; whether it was signed by somebody appointed for this case alone."""

    role: str
    name: str
    signed_at: datetime | None
    is_stand_in: bool = False


@dataclass(frozen=True)
class Record:
    """Everything that the template prints."""

    reference: str
    title: str
    committee: str
    revision: int
    tier: Tier
    is_final: bool
    basis: str
    is_vote: bool
    parts: tuple[PartRow, ...]
    rationale: str
    override_reason: str
    conditions: tuple[ConditionRow, ...]
    effective_at: datetime | None
    valid_until: date | None
    valid_months: int
    count: dict[str, Any]
    votes: tuple[VoteRow, ...]
    dissents: tuple[Dissent, ...]
    excluded: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    to_authors: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    manifest: str
    policy: str
    policy_digest: str
    signatures: tuple[Signature, ...]
    holds: tuple[tuple[str, datetime | None], ...]
    referrals: tuple[referral.Line, ...]


def of_decision(decision: Decision, submission: Submission, reader: Reader, *, sees_case: bool) -> Record:
    """The record of a decision as this kind of reader may have it."""
    revision, motion = decision.revision, decision.motion
    pack = revision.policy.pack
    first = {part.kind: part.first_rung for part in motion.parts.all()}
    parts = tuple(
        _part(pack, part.kind, part.outcome, part.granted_rung, first.get(part.kind, ""), part.requested_rung,
              part.ceiling_rung)
        for part in decision.parts.all()
    )  # fmt: skip
    ballots = queries.ballots(decision)
    stood_in = queries.stood_in(decision)
    away = decision.board.get("absent", [])
    names = queries.names([*away, *(row["person"] for row in decision.board.get("excluded", []))])
    is_author, by_name = reader == "author", reader == "names"
    return Record(
        reference=submission.reference,
        title=submission.title if sees_case else submission.label,
        committee=submission.committee.name,
        revision=revision.number,
        tier=pack.tier(decision.tier),
        is_final=decision.effective_at is not None,
        basis=_basis(decision.basis, is_author=is_author),
        is_vote=decision.basis == Basis.BOARD,
        parts=parts,
        rationale=decision.rationale,
        override_reason=decision.override_reason,
        conditions=tuple(ConditionRow(c.text, c.due_date, c.met_at) for c in decision.conditions.all()),
        effective_at=decision.effective_at,
        valid_until=decision.valid_until_date,
        valid_months=motion.valid_months or pack.tier(decision.tier).review_valid_months,
        count={} if is_author else decision.tally,
        votes=tuple(_vote(row) for row in ballots) if by_name else (),
        dissents=tuple(Dissent(row.reason, str(row.voter) if by_name else "") for row in ballots if row.is_dissent),
        excluded=_excluded(decision.board, pack, names) if by_name else (),
        absent=tuple(names.get(key, "") for key in away) if by_name else (),
        to_authors=tuple(queries.words_to_authors(revision)) if sees_case else (),
        artifacts=tuple(queries.artifacts(revision)) if sees_case else (),
        manifest=decision.manifest_digest,
        policy=str(revision.policy),
        policy_digest=revision.policy.sha256,
        signatures=tuple(
            Signature(
                role=wording.of(wording.ROLES, seat.signed_as or seat.seat),
                name="" if is_author or seat.signed_by is None else str(seat.signed_by),
                signed_at=seat.signed_at,
                is_stand_in=not is_author and seat.pk in stood_in,
            )
            for seat in decision.sign_offs.all()
        ),
        holds=_holds(queries.holds(revision)),
        referrals=_referrals(submission, Referred.TEXTS if by_name else Referred.FINDING, decision.effective_at),
    )


def of_motion(motion: Motion, submission: Submission, count: Tally, *, now: datetime) -> Record:
    """What the record would say if the motion were finalised now; for those who see the board."""
    revision = motion.revision
    pack = revision.policy.pack
    tier = pack.tier(working_tier(revision))
    requested = {part.kind: part.requested_rung for part in revision.parts.all()}
    sheet = board.sheet(motion, submission, now=now)
    ballots = [row.ballot for row in sheet.rows if row.ballot is not None]
    return Record(
        reference=submission.reference,
        title=submission.title,
        committee=submission.committee.name,
        revision=revision.number,
        tier=tier,
        is_final=False,
        basis=_basis(motion.basis, is_author=False),
        is_vote=True,
        parts=tuple(
            _part(pack, p.kind, p.outcome, p.rung, p.first_rung, requested[p.kind], tier.ceiling(p.kind))
            for p in motion.parts.all()
        ),
        rationale=motion.rationale,
        override_reason=motion.override_reason,
        conditions=tuple(ConditionRow(c.text, c.due_date) for c in motion.conditions.all()),
        effective_at=None,
        valid_until=None,
        valid_months=motion.valid_months or tier.review_valid_months,
        count=_count(count),
        votes=tuple(_vote(row) for row in ballots),
        dissents=tuple(Dissent(row.reason, str(row.voter)) for row in ballots if row.is_dissent),
        excluded=tuple((str(person), wording.why_excluded(pack, why)) for person, why in sheet.excluded),
        absent=tuple(str(row.person) for row in sheet.rows if not row.is_counted),
        to_authors=tuple(queries.words_to_authors(revision)),
        artifacts=tuple(queries.artifacts(revision)),
        manifest=revision.manifest_digest,
        policy=str(revision.policy),
        policy_digest=revision.policy.sha256,
        signatures=tuple(
            Signature(wording.of(wording.ROLES, seat), "", None)
            for seat in dict.fromkeys((*tier.sign_off, *count.also))
        ),
        holds=_holds(queries.holds(revision)),
        referrals=_referrals(submission, Referred.TEXTS, None),
    )


def _part(pack: Pack, kind: str, outcome: str, rung: str, first_rung: str, requested: str, ceiling: str) -> PartRow:
    granted, limit = pack.rung(kind, rung), pack.rung(kind, ceiling)
    return PartRow(
        words=wording.part_words(pack, kind, outcome, rung, first_rung),
        requested=pack.rung(kind, requested).label,
        granted=granted.label,
        ceiling=limit.label,
        is_above=outcome != Outcome.WITHHELD and granted.order > limit.order,
    )


def _basis(basis: str, *, is_author: bool) -> str:
    """How it was decided; for authors without how many judged."""
    if is_author and basis in (Basis.REVIEWER, Basis.REVIEWERS):
        return _("Decided on independent review")
    return wording.of(wording.BASES, basis)


def _count(count: Tally) -> dict[str, Any]:
    return {
        "votes_for": count.votes_for,
        "votes_against": count.votes_against,
        "abstained": count.abstained,
        "eligible": count.eligible,
        "present": count.present,
        "quorum_needed": count.quorum_needed,
        "for_needed": count.for_needed,
        "is_override": count.is_override,
    }


def _vote(row: Ballot) -> VoteRow:
    return VoteRow(
        str(row.voter), wording.of(wording.VOTES, row.vote), wording.VOTE_ICONS[row.vote], row.reason, row.is_dissent
    )


def _excluded(stored: dict[str, Any], pack: Pack, names: Names) -> tuple[tuple[str, str], ...]:
    rows = stored.get("excluded", [])
    return tuple((names.get(row["person"], ""), wording.why_excluded(pack, row["why"])) for row in rows)


def _holds(rows: list[Hold]) -> tuple[tuple[str, datetime | None], ...]:
    return tuple((wording.of(wording.ROLES, row.role), row.cleared_at) for row in rows)


def _referrals(submission: Submission, depth: Referred, until: datetime | None) -> tuple[referral.Line, ...]:
    """Whom the board asked before the decision took effect, in the order of asking."""
    return referral.standing(referral.lines(submission, depth), until=until)[::-1]
