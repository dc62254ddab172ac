"""What publishing and adopting share: the lock on a pack, its events, and the only writer of ``Committee.policy``.

Locks are taken in one order, the versions of the pack before committees, so that two never wait for each other. A
transfer holds its case before it comes here; nobody who holds a committee waits for a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.actions._transition import name_of
from reviews.models import Adoption, Committee, PolicyVersion
from reviews.notices import policy as notices
from reviews.rules import policy
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.pack import Pack


def lock_pack(pack_id: str) -> None:
    """Keep the chain of a pack to this transaction. Rows elsewhere may go on naming its versions."""
    list(PolicyVersion.objects.select_for_update(no_key=True).filter(pack_id=pack_id).order_by("pk"))


def lock_committee(committee: Committee) -> Committee:
    """The committee as it is now, locked until the transaction ends.

    Its policy is read afterwards: PostgreSQL looks again only at rows it had to wait for, and a row that was joined
    before would not belong to a policy that was adopted meanwhile, so that the committee would seem to have none.
    """
    return Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)


def read(text: str) -> Pack:
    """The pack in a text. Raises ``RuleBroken`` for one with faults."""
    try:
        return policy.parse(text)
    except policy.PackError as error:
        first = error.faults[0]
        raise RuleBroken(
            _("The pack has %(count)d faults; the first, in line %(line)d: %(message)s")
            % {"count": len(error.faults), "line": first.line, "message": first.message},
            code="faults",
        ) from error


def published(text: str, *, apart_from: Committee | None = None, by: User | None, now: datetime) -> PolicyVersion:
    """The version with these bytes, published now unless it was before.

    Each committee that runs another version of the same pack gets a proposal, unless one is open there or it is
    ``apart_from``. Raises ``RuleBroken`` for a pack with faults, and for other bytes under a version that exists.
    """
    pack = read(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    lock_pack(pack.id)
    there = known(pack, sha256)
    if there is not None:
        return there
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                pack_id=pack.id, version=pack.version, title=pack.title, sha256=sha256, source=text,
                published_at=now, published_by=by,
            )  # fmt: skip
    except IntegrityError:
        there = known(pack, sha256)
        if there is None:
            raise
        return there
    _note(version, "policy.published", by, now, {})
    running = Committee.objects.select_for_update(no_key=True, of=("self",)).filter(policy__pack_id=pack.id)
    for committee in running.order_by("pk"):
        if committee != apart_from and open_proposal(committee) is None:
            propose(committee, version, by=by, now=now)
    return version


def known(pack: Pack, sha256: str) -> PolicyVersion | None:
    """The published version with these bytes. Raises ``RuleBroken`` where that version has other bytes."""
    found = PolicyVersion.objects.filter(pack_id=pack.id, version=pack.version).first()
    if found is not None and found.sha256 != sha256:
        raise RuleBroken(
            _("Version %(version)s of %(pack)s is published with other content. Give the pack a new version.")
            % {"version": pack.version, "pack": pack.id},
            code="version_exists",
            field="text",
        )
    return found


def open_proposal(committee: Committee) -> Adoption | None:
    """The proposal that waits in a committee; there is one at most."""
    return Adoption.objects.filter(committee=committee, approved_at=None, withdrawn_at=None).first()


def propose(committee: Committee, version: PolicyVersion, *, by: User | None, now: datetime) -> Adoption:
    """Put a version forward in a locked committee, where somebody else approves it."""
    adoption = Adoption.objects.create(committee=committee, version=version, proposed_at=now, proposed_by=by)
    note(adoption, "policy.proposed", by=by, now=now)
    notices.proposed(adoption, now=now)
    return adoption


def first(committee: Committee, version: PolicyVersion, *, by: User, now: datetime) -> Adoption:
    """The first version of a locked committee: proposed and approved in one breath."""
    adoption = Adoption.objects.create(
        committee=committee, version=version, is_first=True, proposed_at=now, proposed_by=by, approved_at=now,
        approved_by=by,
    )  # fmt: skip
    _put_in_force(committee, adoption, by=by, now=now)
    return adoption


def settle(committee: Committee, adoption: Adoption, *, by: User, now: datetime) -> None:
    """Bring an open proposal of a locked committee into force. Raises ``NotNow`` when it is open no longer."""
    rows = Adoption.objects.filter(pk=adoption.pk, approved_at=None, withdrawn_at=None)
    if rows.update(approved_at=now, approved_by=by) != 1:
        raise NotNow(_("This proposal was settled before."), code="settled")
    adoption.approved_at, adoption.approved_by = now, by
    _put_in_force(committee, adoption, by=by, now=now)


def _put_in_force(committee: Committee, adoption: Adoption, *, by: User, now: datetime) -> None:
    """The one writer of ``Committee.policy``."""
    before = committee.policy.sha256 if committee.policy is not None else ""
    committee.policy = adoption.version
    committee.save(update_fields=["policy"])
    note(adoption, "policy.adopted", by=by, now=now, before=before)


def note(adoption: Adoption, event: str, *, by: User | None, now: datetime, **data: str) -> None:
    """The same event in the chain of the committee and in that of the pack, both locked."""
    stream, pack_id = f"committee:{adoption.committee.public_id}", adoption.version.pack_id
    facts = {"adoption": adoption.public_id, **data}
    own = {"pack": pack_id, **_facts(adoption.version), **facts}
    log.record(stream=stream, type=event, actor=name_of(by), at=now, data=own)
    _note(adoption.version, event, by, now, {"committee": adoption.committee.public_id, **facts})


def _facts(version: PolicyVersion) -> dict[str, str]:
    return {"version": version.version, "sha256": version.sha256}


def _note(version: PolicyVersion, event: str, by: User | None, now: datetime, data: Mapping[str, str]) -> None:
    facts = {**_facts(version), **data}
    log.record(stream=f"policy:{version.pack_id}", type=event, actor=name_of(by), at=now, data=facts)
