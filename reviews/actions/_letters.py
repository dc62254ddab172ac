"""The letters of a decision, made with its last signature. No permission is checked here."""

from __future__ import annotations

import logging
import sys
from datetime import datetime

from django.utils.translation import gettext as _

from reviews.models import Decision, Letter, Submission, blobs
from reviews.queries import letter as queries
from reviews.rules.errors import NotNow

logger = logging.getLogger(__name__)


def write(decision: Decision, submission: Submission, *, now: datetime) -> dict[str, dict[str, str]]:
    """Keep both versions of the letter of a decision that takes effect; their digests are for the audit log.

    Raises ``NotNow`` where the disk does not keep them; then nothing of the signature is kept either.
    """
    source = queries.source_of(submission.committee)
    noted = {}
    for variant, paper in queries.papers(decision, submission, source).items():
        html, digest = paper.html, queries.digest(paper.html)
        try:
            blob = blobs.receive([paper.pdf()], limit_bytes=sys.maxsize)
        except OSError as error:
            logger.error("A letter could not be kept: %s", error.strerror)
            text = _("The server has no room for the letter just now, so nothing was signed. Tell your administrator.")
            raise NotNow(text, code="no_room") from error
        Letter.objects.create(
            decision=decision, variant=variant, template=source.row, html=html, html_sha256=digest,
            blob=blob.path, sha256=blob.sha256, size_bytes=blob.size_bytes, made_at=now,
        )  # fmt: skip
        noted[str(variant)] = {"html": digest, "pdf": blob.sha256}
    return noted
