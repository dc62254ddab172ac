"""What a case was split from and what was split off it, and which cases could go apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from reviews.access.submission import sights
from reviews.models import Response, Submission
from reviews.queries.head import Head
from reviews.rules import splitting
from reviews.rules.splitting import Apart
from reviews.rules.states import ROUND_OPEN
from reviews.rules.visibility import Level


@dataclass(frozen=True)
class Relative:
    """The other case of a split. ``case`` is None where this reader does not see it; that there is one is no secret."""

    is_origin: bool
    case: Submission | None


def relatives(submission: Submission, viewer: User) -> tuple[Relative, ...]:
    """The origin first, then what was split off; one query for a case that was never split, two for others."""
    rows = Submission.objects.filter(Q(pk=submission.split_from_id) | Q(split_from=submission)).order_by("pk")
    found = list(rows)
    seen = sights(viewer, found) if found else {}
    return tuple(
        Relative(row.pk == submission.split_from_id, row if seen[row.pk].level >= Level.RECORD else None)
        for row in found
    )


def differing(heads: Sequence[Head]) -> dict[int, Apart]:
    """Of cases that could still be returned to be split, those whose parts deserve different tiers, by key of the case.

    One query for the answers of those that have two parts.
    """
    both = [head for head in heads if head.state in ROUND_OPEN and len(head.parts) > 1]
    answers = dict(
        Response.objects.filter(revision__in=[head.submission.revision_id for head in both]).values_list(
            "revision_id", "answers"
        )
    )
    looked = {head.submission.pk: splitting.look(head.pack, answers[head.revision.pk]) for head in both}
    return {key: found for key, found in looked.items() if found is not None and found.differs}
