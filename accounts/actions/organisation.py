"""The one row about the organisation: its name and address, the proof that mail leaves, the end of the first day."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import check_can_administer
from accounts.actions._account import action
from accounts.errors import Refused, Stale
from accounts.models import Organisation, User
from audit import log

STREAM = f"organisation:{Organisation.ONLY}"


@action
def change_organisation(
    *, name: str, contact_email: str, version: int | None = None, by: User | None, now: datetime
) -> Organisation:
    """What the organisation calls itself, and where people turn with questions. Nothing new leaves no event.

    Raises ``Stale`` for a form shown before somebody else's change.
    """
    check_can_administer(by)
    row = _locked()
    if version is not None and version != row.version:
        text = _("Somebody changed this while you were looking at it. Nothing of yours was saved; look again.")
        raise Stale(text, code="stale")
    wanted = {"name": name.strip(), "contact_email": contact_email.strip()}
    changed = {key: value for key, value in wanted.items() if getattr(row, key) != value}
    if changed:
        for key, value in changed.items():
            setattr(row, key, value)
        # A who needs a when: what the program itself enters is signed by nobody.
        row.changed_at, row.changed_by = (now, by) if by is not None else (None, None)
        row.save(update_fields=[*changed, "changed_at", "changed_by"])
        _record("organisation.changed", by, now, **{key: log.digest(value) for key, value in changed.items()})
    return row


@action
def note_test_mail(*, by: User, now: datetime) -> Organisation:
    """Keep that a mail left, and who tried it."""
    check_can_administer(by)
    row = _locked()
    row.mail_tested_at, row.mail_tested_by = now, by
    row.save(update_fields=["mail_tested_at", "mail_tested_by"])
    _record("organisation.mail_tested", by, now)
    return row


@action
def close_checklist(*, by: User, now: datetime) -> Organisation:
    """The first day is over. Raises ``Refused`` when it was before."""
    check_can_administer(by)
    row = _locked()
    if row.ready_at is not None:
        raise Refused(_("The checklist was closed before."), code="closed")
    row.ready_at, row.ready_by = now, by
    row.save(update_fields=["ready_at", "ready_by"])
    _record("organisation.set_up", by, now)
    return row


def _locked() -> Organisation:
    Organisation.objects.get_or_create(pk=Organisation.ONLY)
    return Organisation.objects.select_for_update(no_key=True).get(pk=Organisation.ONLY)


def _record(event: str, by: User | None, now: datetime, **data: str) -> None:
    actor = by.public_id if by is not None else log.SYSTEM
    log.record(stream=STREAM, type=event, actor=actor, at=now, data=data)
