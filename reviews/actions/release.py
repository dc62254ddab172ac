"""Opening the stages of a staged release one after the other."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access import release as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Stage
from reviews.notices import release as notices
from reviews.queries import release as queries
from reviews.rules.errors import NotNow, RuleBroken, Stale


@action
def open_stage(*, stage: Stage, again_confirmed: bool, by: User, now: datetime) -> Stage:
    """Open the next stage of a plan; the one before closes. A rung that cannot be undone is confirmed twice.

    Nothing opens on a clearance that is stale, expired, superseded or revoked, whatever state the case is in.
    """
    submission = _transition.lock(stage.plan.decision.submission)
    stage = Stage.objects.select_related("plan__decision__revision__policy").get(pk=stage.pk)
    access.check_can_open(by, submission)
    plan = stage.plan
    reason = queries.shut_now(plan, stage.order, submission, now=now)
    if reason:
        zone = submission.committee.time_zone
        raise NotNow(queries.shut_text(reason, stage, submission, zone, now=now), code=reason)
    rung = plan.decision.revision.policy.pack.rung(plan.part, stage.rung)
    if rung.irreversible and not again_confirmed:
        raise RuleBroken(
            _("This rung cannot be undone. Confirm that you have compared the files with the decision."),
            code="confirm",
            field="again_confirmed",
        )
    plan.stages.filter(opened_at__isnull=False, closed_at=None).update(closed_at=now)
    if plan.stages.filter(pk=stage.pk, opened_at=None).update(opened_at=now, opened_by=by) != 1:
        raise Stale(_("Somebody opened this stage a moment ago."), code="stale")
    stage.refresh_from_db()
    _transition.note(
        submission,
        "release.stage_opened",
        by=by,
        now=now,
        stage=stage.public_id,
        part=plan.part,
        order=stage.order,
        rung=stage.rung,
        manifest=plan.decision.manifest_digest,
    )
    notices.opened(stage, submission, now=now)
    return stage
