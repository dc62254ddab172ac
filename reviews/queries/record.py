"""Everything that a decision rests on as one snapshot of plain values: codes, digests, words that people wrote, names.

Sentences are made when it is printed (``views/record.py``); who may read which part of it is decided there too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from audit import log
from reviews.access.submission import author_keys
from reviews.models import Assessment, Assignment, Decision, Review, Revision, Submission
from reviews.queries import assessment, clearance, deadline, meeting, referral
from reviews.queries.decision import ballots, names, stood_in
from reviews.queries.review import filed, whole
from reviews.rules import deadlines, questionnaire, record
from reviews.rules.clearance import ReReview
from reviews.rules.states import AssignmentStatus, Basis
from reviews.rules.visibility import Referred

COMPLETED = ("decision.completed", "decision.cleared")
CHUNK = 200


def build(decision: Decision, submission: Submission) -> dict[str, Any]:
    """The snapshot of a decision as it stands now, in a fixed number of queries.

    With the last signature it is written down, once; before, and for decisions from before records were kept, it is
    what would be written.
    """
    revision = decision.revision
    assessments = list(revision.assessments.select_related("made_by").order_by("pk"))
    return {
        "case": _case(submission),
        "revision": _revision(revision),
        "manifest": decision.manifest_digest,
        "content": clearance.content_digest(decision),
        "policy": {"name": str(revision.policy), "sha256": revision.policy.sha256},
        "artifacts": _artifacts(revision),
        "answers": questionnaire.effective(revision.policy.pack, revision.response.answers),
        "contributors": [{"name": row.name, "unit": row.unit} for row in submission.contributors.all()],
        "scores": [_score(row) for row in assessments],
        "tier": decision.tier,
        "tier_overrides": _overrides(revision),
        "legal_flags": _flags(revision),
        "evidence": list(revision.evidence.values("type_key", "sha256", "given_at", "waived_at", "waiver_reason")),
        "holds": [_hold(row) for row in revision.holds.select_related("cleared_by")],
        "referrals": _referrals(submission, decision.effective_at),
        "findings": [_finding(row) for row in whole(filed(revision))],
        **_judged(decision, submission),
        **_given(decision, submission),
    }


def _case(submission: Submission) -> dict[str, Any]:
    return {
        "reference": submission.reference,
        "title": submission.title,
        "label": submission.label,
        "committee": submission.committee.name,
    }


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "kind": revision.kind,
        "submitted_at": revision.frozen_at,
        "attested_name": revision.attested_name,
    }


def _artifacts(revision: Revision) -> list[dict[str, Any]]:
    """In an order of our own: databases sort names in different ways."""
    rows = revision.artifacts.values("part", "name", "sha256", "size_bytes", "location")
    return [dict(row) for row in sorted(rows, key=lambda row: (row["part"], row["name"]))]


def _score(row: Assessment) -> dict[str, Any]:
    """One assessment of the revision; ``reviews`` are those whose answers are counted in it."""
    return {
        "basis": row.basis,
        "inherent": row.inherent,
        "residual": row.residual,
        "tier": row.tier,
        "triggers": list(row.result["triggers"]),
        "reviews": list(row.counted),
        "reason": row.reason,
        "at": row.made_at,
        "by": _person(row.made_by),
    }


def _overrides(revision: Revision) -> list[dict[str, Any]]:
    return [
        {
            "tier": row.tier,
            "reason": row.reason,
            "proposed_by": _person(row.proposed_by),
            "confirmed_by": _person(row.confirmed_by),
            "confirmed_at": row.confirmed_at,
        }
        for row in assessment.proposals(revision)
        if row.confirmed_at is not None
    ]


def _flags(revision: Revision) -> list[dict[str, Any]]:
    """The laws that an assessment of the revision named, and who noted what was done about each."""
    return [
        {
            "flag": row.flag_key,
            "raised_at": row.raised_at,
            "noted_at": row.noted_at,
            "noted_by": _person(row.noted_by),
            "text": row.text,
        }
        for row in revision.legal_flags.select_related("noted_by").order_by("pk")
    ]


def _hold(row: Any) -> dict[str, Any]:
    return {
        "role": row.role,
        "trigger": row.trigger_key,
        "placed_at": row.placed_at,
        "cleared_at": row.cleared_at,
        "cleared_by": _person(row.cleared_by),
        "text": row.clearance_text,
    }


def _referrals(submission: Submission, until: datetime | None) -> list[dict[str, Any]]:
    """Whom the board asked before the decision took effect, in the order of asking."""
    found = referral.standing(referral.lines(submission, Referred.TEXTS), until=until)[::-1]
    codes = dict(submission.referrals.values_list("public_id", "finding"))
    return [
        {
            "key": line.public_id,
            "body": line.body,
            "sent_at": line.sent_at,
            "sent_by": line.sent_by,
            "question": line.question,
            "answered_at": line.answered_at,
            "answered_by": line.answered_by,
            "finding": codes[line.public_id],
            "answer": line.answer,
        }
        for line in found
    ]


def _finding(row: Review) -> dict[str, Any]:
    """What one reviewer found, in the version that counts. ``review`` orders them without saying who wrote which."""
    return {
        "review": row.public_id,
        "version": row.number,
        "correction": {"reason": row.correction_reason, "after_round": row.after_round} if row.number > 1 else None,
        "reviewer": _person(row.assignment.reviewer),
        "filed_at": row.filed_at,
        "recommendation": row.recommendation,
        "confidence": row.confidence,
        "parts": {part.kind: [part.outcome, part.rung] for part in row.parts.all()},
        "findings": row.findings,
        "misuse_paths": row.misuse_paths,
        "domains": {one.domain_key: one.text for one in row.domain_findings.all()},
        "evidence": {one.type_key: [one.view, one.note] for one in row.evidence_views.all()},
        "conditions": row.conditions,
        "to_board": row.to_board,
        "to_authors": row.to_authors,
        "judgement": row.judgement,
    }


def _judged(decision: Decision, submission: Submission) -> dict[str, Any]:
    """Who judged and who stood aside, the votes as they counted, and what each said."""
    excluded, absent = decision.board.get("excluded", []), decision.board.get("absent", [])
    known = names([*absent, *(row["person"] for row in excluded)])
    recused = Assignment.objects.filter(submission=submission, status=AssignmentStatus.RECUSED)
    first = {part.kind: part.first_rung for part in decision.motion.parts.all()}
    return {
        "basis": decision.basis,
        "motion": {
            "number": decision.motion.number,
            "put_at": decision.motion.put_at,
            "put_by": _person(decision.motion.put_by),
        },
        "voters": decision.board.get("voters", []),
        "tally": decision.tally,
        "votes": [
            {
                "person": _person(row.voter),
                "vote": row.vote,
                "reason": row.reason,
                "is_dissent": row.is_dissent,
                "cast_at": row.cast_at,
            }
            for row in ballots(decision)
        ],
        "recused_voters": [
            {"person": {"id": row["person"], "name": known.get(row["person"], "")}, "why": row["why"]}
            for row in excluded
        ],
        "absent": [{"id": key, "name": known.get(key, "")} for key in absent],
        "meeting": _meeting(decision, submission),
        "recused_reviewers": [
            {"person": _person(row.reviewer), "revision": row.revision.number, "at": row.ended_at}
            for row in recused.select_related("reviewer", "revision").order_by("pk")
        ],
        "parts": [
            {
                "kind": part.kind,
                "outcome": part.outcome,
                "requested": part.requested_rung,
                "granted": part.granted_rung,
                "first": first.get(part.kind, ""),
                "ceiling": part.ceiling_rung,
            }
            for part in decision.parts.all()
        ],
    }


def _meeting(decision: Decision, submission: Submission) -> dict[str, Any] | None:
    """The meeting in which the ballot was closed, if it was in one, with who was in the room. It is no quorum: that is
    counted by ballots."""
    if decision.basis != Basis.BOARD:
        return None
    found = meeting.in_which(decision.motion, submission, now=decision.finalised_at)
    if found is None:
        return None
    return {
        "title": found.title,
        "starts_at": found.starts_at,
        "present": [_person(person) for person in found.present],
    }


def _given(decision: Decision, submission: Submission) -> dict[str, Any]:
    """The reasons, the conditions, until when it holds, what ends it, and the signatures."""
    pack = decision.revision.policy.pack
    before, stand_ins = decision.supersedes, stood_in(decision)
    appeal = pack.decision.appeal
    until = None
    if decision.effective_at is not None:
        working = deadline.calendar(submission.committee)
        until = deadlines.last_moment(working, decision.effective_at, business_days=appeal.file_within_business_days)
    return {
        "rationale": decision.rationale,
        "benefits": decision.benefits,
        "alternatives": decision.alternatives,
        "override_reason": decision.override_reason,
        "conditions": _conditions(decision, submission),
        "validity": {
            "effective_at": decision.effective_at,
            "until": decision.valid_until_date,
            "months": decision.motion.valid_months or pack.tier(decision.tier).review_valid_months,
        },
        "re_review_triggers": list(ReReview),
        "appeal": {"until": until, "grounds": list(appeal.grounds)},
        "supersedes": None
        if before is None
        else {
            "decision": before.public_id,
            "revision": before.revision.number,
            "reason": decision.supersedes_reason,
        },
        "signatures": [
            {
                "seat": row.seat,
                "signed_as": row.signed_as,
                "stood_in": row.pk in stand_ins,
                "by": _person(row.signed_by),
                "at": row.signed_at,
            }
            for row in decision.sign_offs.select_related("signed_by")
        ],
        "finalised_at": decision.finalised_at,
        "finalised_by": _person(decision.finalised_by),
        "is_audit_sample": decision.is_audit_sample,
    }


def _conditions(decision: Decision, submission: Submission) -> list[dict[str, Any]]:
    """What each condition asks. Whether its owner is an author says who reads their name."""
    writers = author_keys(submission)
    return [
        {
            "order": row.order,
            "text": row.text,
            "due_date": row.due_date,
            "owner": None if row.owner is None else {**(_person(row.owner) or {}), "author": row.owner_id in writers},
            "required_before": [row.before_part, row.before_rung] if row.before_rung else None,
            "evidence": row.evidence,
        }
        for row in decision.conditions.select_related("owner")
    ]


def _person(person: User | None) -> dict[str, str] | None:
    return {"id": person.public_id, "name": str(person)} if person is not None else None


def of(decision: Decision, submission: Submission) -> dict[str, Any]:
    """The snapshot that was signed; before the last signature, or where none was kept, what it would be."""
    found: dict[str, Any] = json.loads(decision.record or record.text_of(build(decision, submission)))
    return found


def verifies(decision: Decision, submission: Submission) -> bool | None:
    """Whether a record is byte for byte the one that was signed; None where none was kept."""
    if not decision.record:
        return None
    noted = _noted(log.events(submission.stream))
    return record.is_whole(decision.record, decision.record_sha256, noted.get(decision.public_id, ""))


@dataclass(frozen=True)
class Report:
    """How many records were read, and the cases of those that are not what was signed."""

    read: int
    broken: tuple[str, ...]


def verify_all() -> Report:
    """Recompute the digest of every record and compare it with its row and with the audit log."""
    read, broken = 0, []
    for batch in _batches():
        logs = log.events_for_streams([row.submission.stream for row in batch])
        for row in batch:
            noted = _noted(logs[row.submission.stream])
            if not row.record and row.public_id not in noted:
                continue
            read += 1
            if not record.is_whole(row.record, row.record_sha256, noted.get(row.public_id, "")):
                broken.append(row.submission.reference)
    return Report(read, tuple(broken))


def _batches() -> Iterator[list[Decision]]:
    rows = Decision.objects.filter(effective_at__isnull=False).select_related("submission").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield batch
        last = batch[-1].pk


def _noted(entries: Iterable[log.Entry]) -> dict[str, str]:
    """The digests that the audit log keeps of a case's decisions, by decision."""
    return {
        str(entry.data.get("decision", "")): str(entry.data["record_sha256"])
        for entry in entries
        if entry.type in COMPLETED and "record_sha256" in entry.data
    }
