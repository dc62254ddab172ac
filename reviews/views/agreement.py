"""Where the reviewers of a round lie apart and where they agree, in words. It prints what ``rules.agreement`` found.

Whether somebody may read reviews was decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.models import Review, Revision
from reviews.queries import review as reviews_of
from reviews.queries.review import aggregated
from reviews.rules import agreement as rules
from reviews.rules.agreement import Agreement
from reviews.rules.judgement import from_json
from reviews.rules.pack import Pack
from reviews.views import aggregation, wording
from reviews.views.aggregation import Row
from reviews.views.components import Fact

SHOWN_AT_ONCE = 5


@dataclass(frozen=True)
class Compared:
    """``most`` differ most and stand on the page at once, ``more`` are folded away; on ``agreed`` all say the same.
    ``has_late``: an answer that was corrected after the round is compared here, and counts nowhere.
    """

    people: tuple[str, ...]
    most: tuple[tuple[Row, str], ...]
    more: tuple[tuple[Row, str], ...]
    agreed: tuple[tuple[Row, str], ...]
    has_late: bool


def build(revision: Revision, reviews: Sequence[Review]) -> Compared:
    """The questions of a round, ranked."""
    pack = revision.policy.pack
    people = tuple(str(review.assignment.reviewer) for review in reviews)
    judgements = [from_json(review.judgement) for review in reviews]
    found = rules.compare(pack, aggregated(revision, reviews).marks)
    rows = tuple((aggregation.row_of(pack, one.mark, people, judgements), _share(one)) for one in found.differing)
    return Compared(
        people=people,
        most=rows[:SHOWN_AT_ONCE],
        more=rows[SHOWN_AT_ONCE:],
        agreed=tuple(
            (aggregation.row_of(pack, one.mark, people, judgements), _same(pack, one)) for one in found.agreed
        ),
        has_late=any(review.after_round for review in reviews),
    )


def facts(revision: Revision) -> list[Fact]:
    """The reviews that count in one line each, and where they lie apart, for a board that votes."""
    filed = reviews_of.filed(revision)
    return [*(_line(row, revision) for row in filed), *_in_one_line(revision, filed)]


def _line(review: Review, revision: Revision) -> Fact:
    pack = revision.policy.pack
    parts = [
        f"{wording.of(wording.PARTS, part.kind)}: {wording.of(wording.OUTCOMES, part.outcome)}, "
        f"{pack.rung(part.kind, part.rung).label}"
        for part in review.parts.all()
    ]
    said = "; ".join(parts) or wording.of(wording.RECOMMENDATIONS, review.recommendation)
    note = _("confidence: %(level)s") % {"level": wording.of(wording.CONFIDENCE, review.confidence).lower()}
    return Fact(str(review.assignment.reviewer), said, note, reverse("reviews:review-edit", args=[review.public_id]))


def _in_one_line(revision: Revision, reviews: Sequence[Review]) -> list[Fact]:
    if len(reviews) < 2:
        return []
    pack = revision.policy.pack
    found = rules.compare(pack, aggregated(revision, reviews).marks)
    said = []
    if found.differing:
        said.append(Fact(_("Differ most"), _said(pack, found.differing[0]), _share(found.differing[0])))
    if found.agreed:
        said.append(
            Fact(_("Agree"), _("on %(n)d of %(all)d questions") % {
                "n": len(found.agreed), "all": len(found.agreed) + len(found.differing),
            })
        )  # fmt: skip
    return said


def _share(one: Agreement) -> str:
    if one.alike == 1:
        return _("everybody says something else")
    return _("%(alike)d of %(asked)d say the same") % {"alike": one.alike, "asked": one.asked}


def _same(pack: Pack, one: Agreement) -> str:
    """What everybody said who was asked."""
    return aggregation.value_of(pack, one.mark, next(value for value in one.mark.reviewers if value is not None))


def _said(pack: Pack, one: Agreement) -> str:
    words = [aggregation.value_of(pack, one.mark, value) for value in one.mark.reviewers if value is not None]
    asked = aggregation.text_of(pack, one.mark)
    return f"{asked if asked.endswith('?') else f'{asked}:'} {', '.join(sorted(words))}"
