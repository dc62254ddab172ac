"""Publishing a policy pack. A published version is never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.actions._transition import action, name_of
from reviews.models import Committee, PolicyVersion
from reviews.rules import policy
from reviews.rules.errors import RuleBroken


@action
def publish(*, text: str, by: User | None, now: datetime) -> PolicyVersion:
    """Publish a pack and put it in force for every committee that uses an earlier version of the same pack.

    Publishing the same bytes again changes nothing. Raises ``RuleBroken`` for a pack with faults, and for other
    bytes under a version that exists.
    """
    try:
        pack = policy.load(text)
    except policy.PackError as error:
        first = error.faults[0]
        raise RuleBroken(
            _("The pack has %(count)d faults; the first, in line %(line)d: %(message)s")
            % {"count": len(error.faults), "line": first.line, "message": first.message},
            code="faults",
        ) from error
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = PolicyVersion.objects.filter(pack_id=pack.id, version=pack.version).first()
    if known is not None and known.sha256 != sha256:
        raise RuleBroken(
            _("Version %(version)s of %(pack)s is published with other content. Give the pack a new version.")
            % {"version": pack.version, "pack": pack.id},
            code="version_exists",
        )
    if known is not None:
        return known
    version = PolicyVersion.objects.create(
        pack_id=pack.id,
        version=pack.version,
        title=pack.title,
        sha256=sha256,
        source=text,
        published_at=now,
        published_by=by,
    )
    Committee.objects.filter(policy__pack_id=pack.id).update(policy=version)
    log.record(
        stream=f"policy:{pack.id}",
        type="policy.published",
        actor=name_of(by),
        at=now,
        data={"version": pack.version, "sha256": sha256},
    )
    return version
