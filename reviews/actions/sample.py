"""Writing down what looking at a sampled release came to. What follows from it is asked for as a re-review."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import sample as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Decision, SampleFinding
from reviews.rules.errors import RuleBroken
from reviews.rules.states import Sampled


@action
def find(*, decision: Decision, finding: str, text: str, by: User, now: datetime) -> SampleFinding:
    """Note whether the answers on which a sampled release was cleared say what the work is, once. The decision stays
    as it is, and its authors learn nothing of it.

    Raises ``NotNow`` where the decision was not drawn or somebody noted it before, ``RuleBroken`` without a finding.
    """
    submission = _transition.lock(decision.submission)
    decision = Decision.objects.select_related("sample_finding").get(pk=decision.pk)
    access.check_can_find(by, submission, decision)
    if finding not in list(Sampled):
        raise RuleBroken(_("Choose what you found."), code="finding", field="finding")
    if not text.strip():
        raise RuleBroken(_("Write down what you looked at and what you found."), code="text", field="text")
    row = SampleFinding.objects.create(decision=decision, finding=finding, text=text.strip(), found_at=now, found_by=by)
    _transition.note(
        submission, "sample.found", by=by, now=now, decision=decision.public_id, finding=finding,
        text=digest(text.strip()),
    )  # fmt: skip
    return row
