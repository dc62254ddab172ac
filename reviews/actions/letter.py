"""What people write for letters: a committee's own text, and the reasons of one decision that may be shared.

The letters themselves come with the last signature (``_letters``).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from audit.log import digest
from reviews.access import letter as access
from reviews.actions import _transition
from reviews.actions._packs import lock_committee
from reviews.actions._transition import action, check_seen, name_of
from reviews.models import Committee, Decision, LetterNote, LetterTemplate
from reviews.queries import letter as queries
from reviews.rules import letter
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import State


@action
def save_template(
    *, committee: Committee, text: str, contact: str, version: int, by: User, now: datetime
) -> LetterTemplate | None:
    """A new version of the committee's text, in use for every letter from now on. Nothing new: no version, no event.

    Raises ``Stale`` for a form shown before somebody else's version, ``RuleBroken`` for a text with faults.
    """
    committee = lock_committee(committee)
    access.check_can_write_template(by, committee)
    current = queries.source_of(committee)
    number = current.row.number if current.row is not None else 0
    changed = _("Somebody saved another version of this text while you were writing. Nothing of yours was saved.")
    check_seen(version, number, changed)
    check_text(text)
    text, contact = _lines(text), _lines(contact)
    if (text, contact) == (current.text.strip(), current.contact):
        return current.row
    row = LetterTemplate.objects.create(
        committee=committee, number=number + 1, text=text, contact=contact, made_at=now, made_by=by
    )
    log.record(
        stream=f"committee:{committee.public_id}", type="letter.template_saved", actor=name_of(by), at=now,
        data={"number": row.number, "text": digest(text), "contact": digest(contact)},
    )  # fmt: skip
    return row


def check_text(text: str) -> None:
    """Every fault of a text at once, beside its field. Raises ``RuleBroken``."""
    if faults := letter.faults(text):
        raise RuleBroken(" ".join(faults), code="faults", field="text")


def _lines(text: str) -> str:
    """A text with the line ends of this program, whatever a browser sends."""
    return text.replace("\r\n", "\n").strip()


@action
def share_reasons(*, decision: Decision, text: str, version: int, by: User, now: datetime) -> LetterNote:
    """Write, or write anew, what the shareable letter says of the reasons, while the decision waits for signatures.

    Raises ``Stale`` for a form shown before somebody else's text, ``NotNow`` once it is in force or went back.
    """
    submission = _transition.lock(decision.submission)
    access.check_can_share_reasons(by, submission)
    decision = Decision.objects.get(pk=decision.pk)
    if submission.state != State.SIGN_OFF or decision.effective_at is not None or decision.sent_back_at is not None:
        raise NotNow(_("This decision does not wait for signatures, so its letter is as it is."), code="wrong_state")
    note = queries.note_of(decision)
    check_seen(version, note.version if note is not None else 0)
    text = _lines(text)
    note, _made = LetterNote.objects.update_or_create(
        decision=decision, defaults={"text": text, "version": version + 1, "written_at": now, "written_by": by}
    )
    _transition.note(
        submission, "letter.reasons_shared", by=by, now=now, decision=decision.public_id, text=digest(text)
    )
    return note
