"""What a case was split from, and what was split off it, as far as the reader may open that."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from reviews.access.submission import sights
from reviews.models import Submission
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
