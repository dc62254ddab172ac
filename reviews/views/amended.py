"""What a case that was opened again differs in from the revision that was decided: answers, files, people, policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.models import Decision, Revision
from reviews.queries import record
from reviews.queries import reopening as queries
from reviews.queries.head import Head
from reviews.queries.questionnaire import PolicyChange, policy_change
from reviews.queries.roles import part_words, reopened_words
from reviews.rules.clearance import ReReview
from reviews.rules.manifest import ArtifactFacts
from reviews.rules.revision_diff import How, files
from reviews.views import difference, wording
from reviews.views.difference import Differing

HOW = {
    How.ADDED: _l("%(name)s (%(part)s) is new"),
    How.REMOVED: _l("%(name)s (%(part)s) is gone"),
    How.REPLACED: _l("%(name)s (%(part)s) is another one"),
}


@dataclass(frozen=True)
class Amended:
    """Everything that differs from the revision that was decided, and what the case was opened again for."""

    number: int
    decided_at: datetime | None
    why: str
    answers: Differing
    files: tuple[str, ...]
    people: tuple[str, ...]
    policy: PolicyChange | None


def since_decision(head: Head, revision: Revision, *, blind: bool) -> Amended | None:
    """The differences of a later revision to the one whose decision rules; None where there is no such decision.

    Who still judges alone sees none of a level. Reads nothing where the decision is of the same revision.
    """
    decision = head.cleared.decision if head.cleared is not None else None
    if decision is None or decision.revision.number >= revision.number:
        return None
    before = decision.revision
    opening = queries.opening_of(revision)
    return Amended(
        number=before.number,
        decided_at=decision.effective_at,
        why=capfirst(_why(opening.why, opening.trigger)) if opening is not None else "",
        answers=difference.since(before, revision, blind=blind),
        files=tuple(
            str(HOW[change.how]) % {"name": change.name, "part": part_words(change.part)}
            for change in files(_files(before), _files(revision))
        ),
        people=_people(head, decision),
        policy=policy_change(before.policy.pack, revision.policy.pack),
    )


def _why(why: str, trigger: str) -> str:
    said = reopened_words(why)
    return f"{said}: {wording.of(wording.RE_REVIEW, trigger)}" if trigger else said


def _files(revision: Revision) -> list[ArtifactFacts]:
    rows = revision.artifacts.values_list("part", "name", "sha256", "size_bytes", "location")
    return [ArtifactFacts(*row) for row in rows]


def _people(head: Head, decision: Decision) -> tuple[str, ...]:
    """Who came and who left since the decision, as its record names them; a line without names where that says less
    than the digest."""
    if head.cleared is None or ReReview.CONTRIBUTORS_CHANGED not in head.cleared.clearance.changed:
        return ()
    kept = record.of(decision, head.submission)["contributors"] if decision.record else []
    then = [row["name"] for row in kept]
    now = [row.name for row in head.submission.contributors.all()]
    came = [_("%(name)s is new") % {"name": name} for name in now if name not in then] if then else []
    left = [_("%(name)s is not on the list any more") % {"name": name} for name in then if name not in now]
    return (*came, *left) or (_("An address or an ORCID is another one."),)
