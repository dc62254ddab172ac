"""Conflicts of interest: declared for oneself and others, voiced by authors, looked for, settled by a third person."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import conflict as access
from reviews.access.committee import excluded, forget
from reviews.actions import _ties, _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Conflict, Contributor, Objection, Submission
from reviews.notices import conflict as notices
from reviews.queries.conflict import serving
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.ties import Settled, Source, Strength, TypeKey, keeps_out

MOST_NAMED = 10
SETTLED = gettext_noop("Somebody settled this a moment ago. Nothing of yours was saved; look at what they wrote.")


@action
def declare(*, submission: Submission, type_key: str, note: str = "", by: User, now: datetime) -> Conflict:
    """Step aside: the seat is given up, queued mail is cancelled, votes of this person no longer count.

    What a decision in force rested on stays as it was; the declaration says from when on it would not.

    Raises ``RuleBroken`` for a type that the policy does not know, or one declared before.
    """
    submission = _transition.lock(submission)
    access.check_can_declare(by, submission)
    _check_type(submission, type_key)
    return _declare(submission, by, type_key, note, source=Source.ONESELF, by=by, now=now)


@action
def declare_for(*, submission: Submission, person: User, type_key: str, note: str, by: User, now: datetime) -> Conflict:
    """The coordinator says that somebody else has a conflict. It works at once; a third person can settle it.

    Raises ``RuleBroken`` for somebody who is outside the case already, or does not serve on its committee.
    """
    submission = _transition.lock(submission)
    access.check_can_declare_for(by, submission)
    _check_type(submission, type_key)
    if not note.strip():
        raise RuleBroken(_("Please say what you know; it stays on the record."), code="reason", field="note")
    if person.pk == by.pk:
        raise RuleBroken(_("Declare your own conflict as your own."), code="oneself", field="person")
    if person.pk in excluded(submission) or person.pk not in serving(submission):
        raise RuleBroken(_("The case goes on without this person already."), code="outside", field="person")
    return _declare(submission, person, type_key, note, source=Source.COORDINATOR, by=by, now=now)


def _declare(
    submission: Submission, person: User, type_key: str, note: str, *, source: Source, by: User, now: datetime
) -> Conflict:
    known = Conflict.objects.filter(submission=submission, user=person, type_key=type_key, source=source)
    if known.exists():
        raise RuleBroken(_("This was declared before."), code="declared", field="type_key")
    conflict = Conflict.objects.create(
        submission=submission, user=person, type_key=type_key, strength=Strength.DECLARED, source=source,
        note=note.strip(), declared_at=now, declared_by=by,
    )  # fmt: skip
    facts = {"person": person.public_id, "type": type_key, "note": digest(note)}
    if source is Source.ONESELF:
        _transition.note(submission, "conflict.declared", by=by, now=now, **facts)
    else:
        _transition.note(submission, "conflict.declared_for", by=by, now=now, **facts)
    _ties.stand_aside(conflict, submission, now=now)
    notices.declared(conflict, now=now)
    advance(submission, now=now)
    return conflict


@action
def name_somebody(
    *, submission: Submission, name: str, email: str = "", type_key: str, note: str, by: User, now: datetime
) -> Objection:
    """An author says who should not judge. What comes of it is for the board to know: at most a suspicion.

    Nobody learns from the answer who serves on the board. Raises ``RuleBroken`` for somebody who was named before.
    """
    submission = _transition.lock(submission)
    access.check_can_object(by, submission)
    _check_type(submission, type_key)
    name, email = " ".join(name.split()), email.strip().lower()
    if not name:
        raise RuleBroken(_("Please give the name."), code="name", field="name")
    if not note.strip():
        raise RuleBroken(_("Please say why, in a sentence."), code="reason", field="note")
    named = Objection.objects.filter(submission=submission)
    if named.filter(name=name, email=email).exists():
        raise RuleBroken(_("You have named this person already."), code="named", field="name")
    if named.count() >= MOST_NAMED:
        text = _("You have named %(n)d people; more than that is a matter to talk about with the coordinator.")
        raise RuleBroken(text % {"n": MOST_NAMED}, code="too_many", field="name")
    row = Objection.objects.create(
        submission=submission, name=name, email=email, type_key=type_key, note=note.strip(), declared_at=now,
        declared_by=by,
    )  # fmt: skip
    _transition.note(submission, "conflict.named", by=by, now=now, type=type_key, name=digest(name), note=digest(note))
    _ties.detect(submission, now=now)
    advance(submission, now=now)
    return row


@action
def disown(*, submission: Submission, note: str, by: User, now: datetime) -> Conflict:
    """“This is not me”: somebody named as contributor says that they are none. They stay one until it is settled."""
    submission = _transition.lock(submission)
    access.check_can_disown(by, submission)
    if not note.strip():
        raise RuleBroken(_("Please say why, in a sentence."), code="reason", field="note")
    row = Conflict.objects.create(
        submission=submission, user=by, type_key=TypeKey.AUTHOR, strength=Strength.SUSPECTED, source=Source.DISOWNED,
        note=note.strip(), declared_at=now, declared_by=by,
    )  # fmt: skip
    _transition.note(submission, "conflict.disowned", by=by, now=now, note=digest(note))
    notices.said(row, now=now)
    return row


@action
def search(*, submission: Submission, by: User, now: datetime) -> list[Conflict]:
    """Look for ties now, for example after somebody's unit changed. Returns what is new."""
    submission = _transition.lock(submission)
    access.check_can_search(by, submission)
    made = _ties.detect(submission, now=now)
    advance(submission, now=now)
    return made


@action
def settle(*, conflict: Conflict, outcome: str, reason: str, by: User, now: datetime) -> Conflict:
    """A third person says whether it is a conflict, once and with a reason. It is not raised again.

    Raises ``Stale`` for the second of two, ``RuleBroken`` without a reason.
    """
    submission = _transition.lock(conflict.submission)
    conflict.refresh_from_db()
    access.check_can_settle(by, submission, conflict)
    if conflict.settled_at is not None:
        raise Stale(_(SETTLED), code="stale")
    if outcome not in set(Settled):
        raise RuleBroken(_("Choose one of the two."), code="outcome", field="outcome")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason; it stays on the record."), code="reason", field="reason")
    was_outside = keeps_out(conflict.strength, conflict.outcome)
    rows = Conflict.objects.filter(pk=conflict.pk, outcome="")
    if rows.update(outcome=outcome, reason=reason.strip(), settled_at=now, settled_by=by) != 1:
        raise Stale(_(SETTLED), code="stale")
    conflict.refresh_from_db()
    forget(submission)
    _transition.note(
        submission,
        "conflict.settled",
        by=by,
        now=now,
        person=conflict.user.public_id,
        type=conflict.type_key,
        outcome=outcome,
        reason=digest(reason),
    )
    if outcome == Settled.NONE and conflict.source == Source.DISOWNED:
        Contributor.objects.filter(submission=submission, user=conflict.user_id).update(user=None)
    if outcome == Settled.STANDS and not was_outside:
        _ties.stand_aside(conflict, submission, now=now)
    advance(submission, now=now)
    return conflict


def _check_type(submission: Submission, type_key: str) -> None:
    assert submission.revision is not None
    known = {kind.key for kind in submission.revision.policy.pack.decision.conflict_types}
    if type_key not in known:
        raise RuleBroken(_("Choose what kind of conflict it is."), code="type", field="type_key")
