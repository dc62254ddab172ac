"""The assessment that rules for a revision: the latest one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reviews.models import Assessment, Review, Revision, Submission, TierProposal
from reviews.rules.errors import NotNow
from reviews.rules.states import AssignmentStatus


def latest(revision: Revision) -> Assessment | None:
    """The newest assessment of a revision; None while it is a draft."""
    return revision.assessments.order_by("-pk").first()


def last_of_case(submission: Submission) -> Assessment | None:
    """The newest assessment of any revision of a case; None before the first submission."""
    rows = Assessment.objects.filter(revision__submission=submission).select_related(
        "revision__policy", "revision__response"
    )
    return rows.order_by("-pk").first()


def counted(revision: Revision) -> Assessment | None:
    """The newest assessment of a revision that reviewers' answers gave; None before they were counted."""
    return revision.assessments.filter(basis=Assessment.Basis.REVIEWS).order_by("-pk").first()


def rests_on_gone(revision: Revision, assessment: Assessment) -> bool:
    """Whether answers are in the numbers of a reviewer who stands aside by now; one query where any are counted."""
    counted = set(assessment.counted)
    if not counted:
        return False
    filed = Review.objects.filter(
        assignment__revision=revision, assignment__status=AssignmentStatus.DONE, filed_at__isnull=False
    )
    return not counted <= set(filed.values_list("public_id", flat=True))


def uncounted(revision: Revision) -> Assessment:
    """The newest assessment of a revision that does not rest on counting reviews: the authors', or what people set."""
    found = revision.assessments.exclude(basis=Assessment.Basis.REVIEWS).order_by("-pk").first()
    assert found is not None, "reviews are counted only where the authors' answers were scored"
    return found


def of_authors(revision: Revision) -> Assessment:
    """What the authors' answers alone gave, as scored last."""
    found = revision.assessments.filter(basis__in=[Assessment.Basis.AUTHOR, Assessment.Basis.TRANSFER])
    return found.order_by("-pk")[0]


def current(revision: Revision) -> Assessment:
    """As ``latest``. Raises ``NotNow`` where there is none yet."""
    found = latest(revision)
    if found is None:
        raise NotNow(_("This revision has not been submitted yet."), code="not_assessed")
    return found


def proposals(revision: Revision) -> list[TierProposal]:
    """The tiers that were proposed for a revision in place of the one that ruled, oldest first."""
    return list(revision.tier_proposals.select_related("proposed_by", "confirmed_by", "withdrawn_by").order_by("pk"))


def open_proposal(revision: Revision) -> TierProposal | None:
    """The proposal that waits for a second person."""
    return revision.tier_proposals.filter(confirmed_at=None, withdrawn_at=None).first()


def proposal(public_id: str) -> TierProposal | None:
    """One proposal with what its pages need; whoever asks must still be checked."""
    rows = TierProposal.objects.select_related("revision__submission", "revision__policy", "proposed_by")
    return rows.filter(public_id=public_id).first()
