"""A pack on its way to be published: uploaded once it has no fault, then published or dropped.

Publishing a draft proposes it wherever an earlier version runs; that two people bring it into force is the business of
``actions/policy.py``.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.access import policy as access
from reviews.access.committee import check_can_administer_committees
from reviews.actions import _packs
from reviews.actions._transition import action, name_of
from reviews.models import PolicyDraft, PolicyVersion
from reviews.rules.errors import NotNow, RuleBroken, Stale


@action
def upload(*, text: str, by: User, now: datetime) -> PolicyDraft:
    """Keep a pack without faults as a draft; the same bytes again are the same draft.

    An open draft with other bytes for the same version is superseded, since only one of them could be published.
    Raises ``RuleBroken`` for a pack with faults, and for a version that is published already; ``Stale`` where somebody
    was faster.
    """
    check_can_administer_committees(by)
    pack, sha256 = _packs.read(text), hashlib.sha256(text.encode()).hexdigest()
    _packs.lock_pack(pack.id)
    if _packs.known(pack, sha256) is not None:
        raise RuleBroken(_("Exactly this file is published already."), code="published", field="text")
    open_rows = PolicyDraft.objects.select_for_update(no_key=True).filter(published=None, dropped_at=None)
    for earlier in open_rows.filter(pack_id=pack.id, version=pack.version):
        if earlier.sha256 == sha256:
            return earlier
        _end(earlier, "policy_draft.superseded", by=by, now=now)
    try:
        draft = PolicyDraft.objects.create(
            pack_id=pack.id, version=pack.version, title=pack.title, sha256=sha256, source=text, uploaded_at=now,
            uploaded_by=by,
        )  # fmt: skip
    except IntegrityError as error:  # two first drafts of a pack that has no version to lock yet
        raise Stale(
            _("Somebody else uploaded a draft of this version a moment ago. Try again."), code="draft"
        ) from error
    _note(draft, "policy_draft.uploaded", by=by, now=now)
    return draft


@action
def publish(*, draft: PolicyDraft, by: User, now: datetime) -> PolicyVersion:
    """Publish a draft, and so propose it in every committee that runs an earlier version of the same pack.

    Raises ``NotNow`` for a draft that was published or dropped, ``RuleBroken`` where its version was published
    meanwhile with other content.
    """
    check_can_administer_committees(by)
    _packs.lock_pack(draft.pack_id)
    draft = _locked(draft)
    access.check_draft_open(draft)
    version = _packs.published(draft.source, by=by, now=now)
    if PolicyDraft.objects.filter(pk=draft.pk, published=None, dropped_at=None).update(published=version) != 1:
        raise NotNow(_("This draft was published before."), code="draft_settled")
    _note(draft, "policy_draft.published", by=by, now=now)
    return version


@action
def drop(*, draft: PolicyDraft, by: User, now: datetime) -> PolicyDraft:
    """End a draft without an effect; the row stays. Raises ``NotNow`` for one that was published or dropped."""
    check_can_administer_committees(by)
    draft = _locked(draft)
    access.check_draft_open(draft)
    _end(draft, "policy_draft.dropped", by=by, now=now)
    return draft


def _locked(draft: PolicyDraft) -> PolicyDraft:
    return PolicyDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)


def _end(draft: PolicyDraft, event: str, *, by: User, now: datetime) -> None:
    rows = PolicyDraft.objects.filter(pk=draft.pk, published=None, dropped_at=None)
    if rows.update(dropped_at=now, dropped_by=by) != 1:
        raise NotNow(_("This draft was dropped before."), code="draft_settled")
    draft.dropped_at, draft.dropped_by = now, by
    _note(draft, event, by=by, now=now)


def _note(draft: PolicyDraft, event: str, *, by: User, now: datetime) -> None:
    """In the chain of the draft, which its own lock keeps."""
    data = {"pack": draft.pack_id, "version": draft.version, "sha256": draft.sha256}
    log.record(stream=f"policy_draft:{draft.public_id}", type=event, actor=name_of(by), at=now, data=data)
