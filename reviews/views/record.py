"""A decision as a record that can be read, printed and signed, or a preview of one from an open motion.

Who learns names is settled here once: authors read the record without anybody who judged, and without their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from reviews.models import Ballot, Decision, Hold, Motion, Submission
from reviews.queries import decision as queries
from reviews.queries import legal_flag, referral
from reviews.queries import motion as board
from reviews.queries import record as snapshots
from reviews.queries.evidence import type_title
from reviews.queries.roles import finding_words
from reviews.queries.round import working_tier
from reviews.rules.pack import Pack, Tier
from reviews.rules.quorum import Tally
from reviews.rules.states import Basis, Outcome
from reviews.rules.visibility import Referred
from reviews.views import condition_words, formats, wording
from reviews.views.condition_words import ConditionRow
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
class Score:
    """One assessment that the decision rests on."""

    basis: str
    inherent: str
    residual: str
    tier: int


@dataclass(frozen=True)
class Finding:
    """What one reviewer found in the version that counts, for those who read names. ``version`` is zero where the
    review was never corrected; ``lines`` hold areas of harm and types of evidence with what is said of each.
    """

    name: str
    text: str
    lines: tuple[tuple[str, str], ...] = ()
    version: int = 0
    after_round: bool = False


@dataclass(frozen=True)
class Met:
    """The meeting in which the ballot was closed, and who was in the room."""

    title: str
    starts_at: datetime
    present: tuple[str, ...]


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
    benefits: str
    alternatives: str
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
    artifacts: tuple[Any, ...]
    manifest: str
    policy: str
    policy_digest: str
    signatures: tuple[Signature, ...]
    holds: tuple[tuple[str, datetime | None], ...]
    referrals: tuple[referral.Line, ...]
    flags: tuple[legal_flag.Line, ...] = ()
    recused: tuple[str, ...] = ()
    meeting: Met | None = None
    scores: tuple[Score, ...] = ()
    findings: tuple[Finding, ...] = ()
    ends: tuple[str, ...] = ()
    supersedes: tuple[int, str] | None = None
    sha256: str = ""
    is_whole: bool | None = None


def of_decision(
    decision: Decision, submission: Submission, reader: Reader, *, sees_case: bool, today: date | None = None
) -> Record:
    """The record of a decision as this kind of reader may have it: from the snapshot that was signed, not from rows.

    How far a condition is by now is no part of the record; it is noted beside it.
    """
    found = snapshots.of(decision, submission)
    pack = decision.revision.policy.pack
    is_author, by_name = reader == "author", reader == "names"
    excluded = [(_name(row["person"]), row["why"]) for row in found["recused_voters"]]
    case, validity, before = found["case"], found["validity"], found["supersedes"]
    return Record(
        reference=case["reference"],
        title=case["title"] if sees_case else case["label"],
        committee=case["committee"],
        revision=found["revision"]["number"],
        tier=pack.tier(found["tier"]),
        is_final=decision.effective_at is not None,
        basis=_basis(found["basis"], is_author=is_author),
        is_vote=found["basis"] == Basis.BOARD,
        parts=tuple(
            _part(pack, row["kind"], row["outcome"], row["granted"], row["first"], row["requested"], row["ceiling"])
            for row in found["parts"]
        ),
        rationale=found["rationale"],
        benefits=found["benefits"],
        alternatives=found["alternatives"],
        override_reason=found["override_reason"],
        conditions=condition_words.of_record(
            pack, found["conditions"], decision.conditions.all(), today=today, names_board=by_name
        ),
        effective_at=_moment(validity["effective_at"]),
        valid_until=_day(validity["until"]),
        valid_months=validity["months"],
        count={} if is_author else found["tally"],
        votes=tuple(_vote_of(row) for row in found["votes"]) if by_name else (),
        dissents=tuple(
            Dissent(row["reason"], _name(row["person"]) if by_name else "")
            for row in found["votes"]
            if row["is_dissent"]
        ),
        excluded=tuple((name, wording.why_excluded(pack, why)) for name, why in excluded) if by_name else (),
        absent=tuple(_name(person) for person in found["absent"]) if by_name else (),
        recused=tuple(_name(row["person"]) for row in found["recused_reviewers"]) if by_name else (),
        meeting=_met(found.get("meeting")) if by_name else None,
        scores=tuple(_scores(found["scores"])) if by_name else (),
        findings=tuple(_finding(pack, row) for row in found["findings"]) if by_name else (),
        to_authors=_to_authors(found["findings"]) if sees_case else (),
        artifacts=tuple(found["artifacts"]) if sees_case else (),
        manifest=found["manifest"],
        policy=found["policy"]["name"],
        policy_digest=found["policy"]["sha256"],
        signatures=tuple(
            Signature(
                role=wording.of(wording.ROLES, row["signed_as"] or row["seat"]),
                name="" if is_author else _name(row["by"]),
                signed_at=_moment(row["at"]),
                is_stand_in=not is_author and row["stood_in"],
            )
            for row in found["signatures"]
        ),
        holds=tuple((wording.of(wording.ROLES, row["role"]), _moment(row["cleared_at"])) for row in found["holds"]),
        referrals=tuple(_referral(row, with_texts=by_name) for row in found["referrals"]),
        flags=tuple(_flag(pack, row, by_name=by_name) for row in found["legal_flags"]) if sees_case else (),
        ends=tuple(wording.of(wording.RE_REVIEW, code) for code in found["re_review_triggers"]),
        supersedes=(before["revision"], before["reason"]) if before is not None else None,
        sha256=decision.record_sha256,
        is_whole=snapshots.verifies(decision, submission),
    )


def _name(person: dict[str, str] | None) -> str:
    return person["name"] if person is not None else ""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _met(row: dict[str, Any] | None) -> Met | None:
    if row is None:
        return None
    return Met(row["title"], datetime.fromisoformat(row["starts_at"]), tuple(_name(one) for one in row["present"]))


def _vote_of(row: dict[str, Any]) -> VoteRow:
    vote = row["vote"]
    words, icon = wording.of(wording.VOTES, vote), wording.VOTE_ICONS[vote]
    return VoteRow(_name(row["person"]), words, icon, row["reason"], row["is_dissent"])


def _to_authors(findings: list[dict[str, Any]]) -> tuple[str, ...]:
    """What reviewers wrote for the authors, in an order that says nothing about who wrote them."""
    texts = [row["to_authors"] for row in sorted(findings, key=lambda row: str(row["review"]))]
    return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())


def _finding(pack: Pack, row: dict[str, Any]) -> Finding:
    lines = [(pack.domain(key).label, text) for key, text in row["domains"].items()]
    for key, (view, note) in row["evidence"].items():
        words = wording.of(wording.SUFFICIENCY, view) if view else ""
        lines.append((type_title(key) if key else _("Evidence"), ". ".join(filter(None, (words, note)))))
    corrected = row["correction"] or {}
    return Finding(
        _name(row["reviewer"]), row["findings"], tuple(lines), row["version"] if corrected else 0,
        bool(corrected.get("after_round")),
    )  # fmt: skip


def _scores(rows: list[dict[str, Any]]) -> Iterator[Score]:
    """Every assessment in the order in which it was made; the last one ruled."""
    for row in rows:
        inherent, residual = (formats.number(row[key]) for key in ("inherent", "residual"))
        yield Score(wording.of(wording.SCORED, row["basis"]), inherent, residual, row["tier"])


def _flag(pack: Pack, row: dict[str, Any], *, by_name: bool) -> legal_flag.Line:
    """A law as it stood with the last signature; records from before flags were rows say nothing of notes."""
    law, noted_at = pack.legal_flag(row["flag"]), _moment(row.get("noted_at"))
    day, within = legal_flag.deadline(law)
    name = _name(row.get("noted_by")) if by_name else _("the board")
    return legal_flag.Line(
        "", law.key, law.label, law.duty, day, within, law.status, noted_at, name if noted_at else "",
        row.get("text", "") if by_name else "",
    )  # fmt: skip


def _referral(row: dict[str, Any], *, with_texts: bool) -> referral.Line:
    sent_at = _moment(row["sent_at"])
    assert sent_at is not None
    line = referral.Line(row["key"], row["body"], sent_at, _moment(row["answered_at"]), None)
    line = replace(line, finding=finding_words(row["finding"]) if row["finding"] else "")
    if not with_texts:
        return line
    return replace(
        line, question=row["question"], answer=row["answer"], sent_by=row["sent_by"], answered_by=row["answered_by"]
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
        benefits=motion.benefits,
        alternatives=motion.alternatives,
        override_reason=motion.override_reason,
        conditions=condition_words.of_motion(motion, pack),
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
        referrals=_referrals(submission),
        flags=legal_flag.lines(revision, as_author=False),
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


def _holds(rows: list[Hold]) -> tuple[tuple[str, datetime | None], ...]:
    return tuple((wording.of(wording.ROLES, row.role), row.cleared_at) for row in rows)


def _referrals(submission: Submission) -> tuple[referral.Line, ...]:
    """Whom the board asked, in the order of asking, as the record would have it."""
    return referral.standing(referral.lines(submission, Referred.TEXTS))[::-1]
