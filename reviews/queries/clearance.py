"""What the clearance of cases is worth now: the facts for ``rules/clearance.py``, in a fixed number of queries.

Everybody who asks whether a decision is in force asks here, and never the state of the case or its newest revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from reviews.models import (
    Appeal,
    Artifact,
    Conflict,
    Decision,
    PolicyVersion,
    Proof,
    ReleasePlan,
    Response,
    Restriction,
    SampleFinding,
    Submission,
)
from reviews.queries import condition as conditions
from reviews.rules import clearance, condition, manifest
from reviews.rules.clearance import Clearance, Facts, ReReview
from reviews.rules.manifest import ArtifactFacts, Content, ContributorFacts, ProofFacts
from reviews.rules.states import Outcome


@dataclass(frozen=True)
class Cleared:
    """The newest decision of a case that took effect, and what its clearance is worth."""

    decision: Decision
    clearance: Clearance

    @property
    def releases(self) -> bool:
        """Whether the decision lets anything out."""
        return any(part.outcome != Outcome.WITHHELD for part in self.decision.parts.all())


def ruling() -> QuerySet[Decision]:
    """The decisions that took effect and that no later one superseded: at most one of a case."""
    rows = Decision.objects.filter(sent_back_at=None, effective_at__isnull=False, superseded_by=None)
    return rows.defer("record")


def of_decision(decision: Decision, submission: Submission, *, now: datetime) -> Clearance:
    """What one decision of a case is worth, be it the newest or one from before."""
    later = Exists(Decision.objects.filter(supersedes=OuterRef("pk")))
    beside = Decision.objects.filter(pk=decision.pk).annotate(is_superseded=later, **_beside(now)).order_by()
    facts = beside.values("is_superseded", "is_restricted", "is_appealed").get()
    changed = () if facts["is_superseded"] else _changed([(submission, decision)]).get(decision.pk, ())
    return _judge(decision, submission, changed=changed, now=now, **facts)


def _beside(now: datetime) -> dict[str, Any]:
    """What is in force beside a decision at this moment, as columns of its row.

    ``was_refused``: the board has just refused to restrict it, and may not be asked again yet.
    """
    return {
        "is_restricted": Exists(Restriction.objects.in_force(now).filter(decision=OuterRef("pk"))),
        "is_appealed": Exists(Appeal.objects.open().filter(decision=OuterRef("pk"))),
        "was_refused": Exists(Restriction.objects.refused(now).filter(decision=OuterRef("pk"))),
    }


def judged(cases: Collection[Submission], read: Iterable[Decision], *, now: datetime) -> dict[int, Cleared]:
    """The clearances of these cases by their key, from their ``rows``; those without a decision are left out."""
    known = [row for row in read if row.effective_at is not None]
    superseded = {row.supersedes_id for row in known}
    newest = {row.submission_id: row for row in known if row.pk not in superseded}
    found = [(case, newest[case.pk]) for case in cases if case.pk in newest]
    changed = _changed(found)
    return {
        case.pk: Cleared(
            row,
            _judge(
                row,
                case,
                changed=changed[row.pk],
                is_restricted=row.is_restricted,  # type: ignore[attr-defined]
                is_appealed=row.is_appealed,  # type: ignore[attr-defined]
                now=now,
            ),
        )
        for case, row in found
    }


def rows(cases: Collection[Submission], *, now: datetime) -> list[Decision]:
    """Every decision on these cases that was not sent back, the oldest first, with its parts, seats and conditions."""
    wanted = Decision.objects.filter(submission__in=[case.pk for case in cases], sent_back_at=None)
    wanted = wanted.annotate(
        is_unsettled=Exists(Conflict.objects.to_look_at().filter(unsettles=OuterRef("pk"))),
        sampled=Subquery(SampleFinding.objects.filter(decision=OuterRef("pk")).values("finding")),
        **_beside(now),
    )
    wanted = wanted.select_related("motion", "revision").defer("record")
    read = wanted.prefetch_related("parts", "sign_offs", conditions.of_decisions())
    found: list[Decision] = list(read.order_by("pk"))
    _share_policies(found, cases)
    return found


def with_decision(plans: Iterable[ReleasePlan], decision: Decision) -> list[ReleasePlan]:
    """Plans that have the decision at hand which they belong to."""
    found = list(plans)
    for plan in found:
        plan.decision = decision
    return found


def _share_policies(rows: Sequence[Decision], cases: Collection[Submission]) -> None:
    """Give decisions the policies that their cases have read already; only others are read, once each."""
    known: dict[int, PolicyVersion] = {
        case.revision.policy_id: case.revision.policy for case in cases if case.revision is not None
    }
    missing = {row.revision.policy_id for row in rows} - known.keys()
    known |= PolicyVersion.objects.in_bulk(missing) if missing else {}
    for row in rows:
        row.revision.policy = known[row.revision.policy_id]


def _judge(
    row: Decision,
    case: Submission,
    *,
    changed: tuple[ReReview, ...],
    is_superseded: bool = False,
    is_restricted: bool = False,
    is_appealed: bool = False,
    now: datetime,
) -> Clearance:
    today = case.committee.day_of(now)
    facts = Facts(
        effective_at=row.effective_at,
        valid_until=row.valid_until_date,
        is_superseded=is_superseded,
        changed=changed,
        breached=condition.late((one.facts for one in row.conditions.all()), today),
        is_restricted=is_restricted,
        is_appealed=is_appealed,
    )
    return clearance.judge(facts, today=today)


def _changed(found: Sequence[tuple[Submission, Decision]]) -> Mapping[int, tuple[ReReview, ...]]:
    """What of the content of each decision is another one in its case now, by the key of the decision.

    A frozen revision changes no more, so its digest says enough. Files and answers are read only where another
    revision was opened since, however little was done to it.
    """
    moved = [(case, row) for case, row in found if case.revision_id != row.revision_id]
    revisions = {key for case, row in moved for key in (case.revision_id, row.revision_id) if key is not None}
    contents = _contents(revisions) if revisions else {}
    changed: dict[int, tuple[ReReview, ...]] = {}
    for case, row in found:
        people = contributors_digest(case)
        then, now = Content("", "", row.contributors_digest), Content("", "", people)
        if case.revision_id != row.revision_id:
            then = Content(*contents[row.revision_id], row.contributors_digest)
            now = Content(*contents[case.revision_id or 0], people)
        elif row.revision.manifest_digest != row.manifest_digest:
            now = Content(row.revision.manifest_digest, row.revision.manifest_digest, people)
        changed[row.pk] = clearance.changes(then, now)
    return changed


def contributors_digest(case: Submission) -> str:
    """The digest of who took part in the work, as the case names them now."""
    return manifest.contributors_digest(
        ContributorFacts(row.name, row.email, row.orcid) for row in case.contributors.all()
    )


def _contents(revisions: Collection[int]) -> dict[int, tuple[str, str]]:
    """The digests of the artifacts and of the answers of these revisions; three queries."""
    artifacts: dict[int, list[ArtifactFacts]] = defaultdict(list)
    fields = ("revision_id", "part", "name", "sha256", "size_bytes", "location")
    for revision, *facts in Artifact.objects.filter(revision__in=revisions).values_list(*fields):
        artifacts[revision].append(ArtifactFacts(*facts))
    proofs: dict[int, list[ProofFacts]] = defaultdict(list)
    shown = Proof.objects.filter(revision__in=revisions)
    for revision, *rest in shown.values_list("revision_id", "question_key", "name", "sha256", "location"):
        proofs[revision].append(ProofFacts(*rest))
    answers = dict(Response.objects.filter(revision__in=revisions).values_list("revision_id", "answers"))
    found = {}
    for key in revisions:
        content = manifest.content(artifacts[key], answers.get(key, {}), "", proofs[key])
        found[key] = (content.artifacts, content.answers)
    return found


def content_digest(decision: Decision) -> str:
    """The digest of everything that a decision clears, without the policy that it was judged by."""
    artifacts, answers = _contents({decision.revision_id})[decision.revision_id]
    return manifest.content_digest(Content(artifacts, answers, decision.contributors_digest))
