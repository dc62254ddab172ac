"""Long replays: asked for by a page, worked off in the background batch by batch, forgotten once nobody looks.

They change no case and are nothing of record: no audit event, no mail. A batch that was stored is never computed again,
whoever worked on it; two workers that meet see by the lease that one of them is too many.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from notifications import publishing
from reviews.actions._transition import action
from reviews.models import ReplayBatch, ReplayRun
from reviews.queries import replay as queries
from reviews.queries.replay import Key, Scope
from reviews.rules import replay as rules

logger = logging.getLogger(__name__)

TASK = "reviews.tasks.work_replays"
LEASE = timedelta(minutes=2)
"""How long a batch may take before somebody else takes over."""
TURN = timedelta(seconds=60)
"""After which a worker lets other tasks have their turn."""
KEPT = timedelta(days=30)
"""How long what was found is kept after somebody asked for it."""


@action
def ask(*, sha256: str, now: datetime) -> ReplayRun:
    """Have the replay of the pack with these bytes worked off, from where it is; asking twice is asking once."""
    run, _made = ReplayRun.objects.get_or_create(sha256=sha256, defaults={"asked_at": now})
    ended = ReplayRun.objects.filter(pk=run.pk, ended_at__isnull=False)
    if ended.update(asked_at=now, ended_at=None, has_failed=False, claimed_until=None):
        run.refresh_from_db()
    transaction.on_commit(_nudge)
    return run


@action
def forget(*, now: datetime) -> None:
    """Remove what nobody asked for in a month."""
    ReplayRun.objects.filter(asked_at__lt=now - KEPT).delete()


def work(*, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> None:
    """Go on with the replay that waits longest, until it is done, this turn is over, or the worker shall stop.

    A fault ends the replay, is logged, and is told on its page.
    """
    began = clock()
    claim = _claim(now=began)
    if claim is None:
        return
    try:
        _go_on(claim, clock, lambda: stopping() or clock() - began >= TURN)
    except Exception:
        logger.exception("the replay of %s failed", claim.sha256)
        ReplayRun.objects.filter(pk=claim.pk).update(ended_at=clock(), has_failed=True, claimed_until=None)


def _nudge() -> None:
    """Embedded, the worker looks by itself every two seconds."""
    if not publishing.embedded():
        publishing.publish_soon(TASK)


def _claim(*, now: datetime) -> ReplayRun | None:
    """One conditional UPDATE: whoever changes the row works on it."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = ReplayRun.objects.filter(free, ended_at=None).first()
    if waiting is None:
        return None
    mine = now + LEASE
    if ReplayRun.objects.filter(free, pk=waiting.pk, ended_at=None).update(claimed_until=mine) != 1:
        return None
    waiting.claimed_until = mine
    return waiting


def _go_on(claim: ReplayRun, clock: Callable[[], datetime], is_over: Callable[[], bool]) -> None:
    pack = queries.pack_of(claim.sha256)
    if pack is None:
        raise LookupError("there is neither a draft nor a version with these bytes")
    queries.recall(pack, claim.sha256)
    cases = queries.everything(pack)
    stored = {(pk, digest) for batch in claim.batches.all() for pk, digest, _place in batch.cases}
    missing = [(pk, digest) for pk, digest, _case in cases.keys if (pk, digest) not in stored]
    total = len(cases.keys)
    if not _move(claim, now=clock(), total=total, done=total - len(missing)):
        return
    for start in range(0, len(missing), queries.BATCH):
        if is_over():
            ReplayRun.objects.filter(pk=claim.pk, claimed_until=claim.claimed_until).update(claimed_until=None)
            _nudge()
            return
        some = missing[start : start + queries.BATCH]
        if not _store(claim, cases, some, now=clock(), done=total - len(missing) + start + len(some)):
            return
    ReplayRun.objects.filter(pk=claim.pk, claimed_until=claim.claimed_until).update(
        claimed_until=None, ended_at=clock()
    )


def _move(claim: ReplayRun, *, now: datetime, **facts: int) -> bool:
    """Renew the lease with new numbers; False where it is somebody else's now."""
    mine = now + LEASE
    kept = ReplayRun.objects.filter(pk=claim.pk, claimed_until=claim.claimed_until, ended_at=None)
    if kept.update(claimed_until=mine, **facts) != 1:
        return False
    claim.claimed_until = mine
    return True


def _store(claim: ReplayRun, cases: Scope, keys: Sequence[Key], *, now: datetime, done: int) -> bool:
    """Compute one batch and keep it; the transaction is as short as its two statements."""
    found = queries.compute(cases, keys)
    places = {effect: place for place, effect in enumerate(dict.fromkeys(found[key] for key in keys))}
    with transaction.atomic():
        if not _move(claim, now=now, done=done):
            return False
        ReplayBatch.objects.create(
            run=claim,
            cases=[[pk, digest, places[found[pk, digest]]] for pk, digest in keys],
            kinds=[rules.as_json(effect) for effect in places],
        )
    return True
