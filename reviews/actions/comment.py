"""Messages about a case: beginning a thread, replying, taking one's own message back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import comment as access
from reviews.access.submission import sight
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Comment, Mention, Submission
from reviews.notices import comment as notices
from reviews.queries import comment as queries
from reviews.queries.comment import About
from reviews.rules import audience as rules
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import Audience

MOST_MENTIONED = 20


@action
def write(
    *, submission: Submission, text: str, audience: str, about: About, mentions: Collection[User] = (), by: User,
    now: datetime,
) -> Comment:  # fmt: skip
    """Begin a thread for one audience, about the case, one answer or one artifact of the revision before the board.

    Raises ``RuleBroken`` without a text, for something that is not there, or for a mention of who cannot read it.
    """
    submission = _transition.lock(submission)
    if audience not in set(Audience):
        raise RuleBroken(_("Choose who reads it."), code="audience", field="audience")
    to = Audience(audience)
    access.check_can_start(by, submission, to)
    revision = queries.revision_discussed(submission)
    artifact = queries.artifact_of(revision, about.artifact) if about.artifact else None
    if (about.artifact and artifact is None) or (about.question and not queries.is_asked(revision, about.question)):
        text_of = _("This is not part of the revision before the board. Choose something else, or the whole case.")
        raise RuleBroken(text_of, code="about", field="about")
    row = Comment(revision=revision, question_key=about.question, artifact=artifact, audience=to)
    return _send(row, submission, text, mentions, by=by, now=now)


@action
def reply(*, comment: Comment, text: str, mentions: Collection[User] = (), by: User, now: datetime) -> Comment:
    """Reply in the thread of a message: about the same thing, for the same audience."""
    submission = _transition.lock(comment.submission)
    comment.refresh_from_db()
    access.check_can_reply(by, submission, comment)
    head = comment.reply_to or comment
    row = Comment(
        revision=queries.revision_discussed(submission), question_key=head.question_key, artifact=head.artifact,
        audience=head.audience, reply_to=head,
    )  # fmt: skip
    return _send(row, submission, text, mentions, by=by, now=now)


@action
def withdraw(*, comment: Comment, by: User, now: datetime) -> Comment:
    """Its writer takes a message back: nobody reads the text any more. The row and its digest keep what it was."""
    submission = _transition.lock(comment.submission)
    comment.refresh_from_db()
    access.check_can_withdraw(by, submission, comment)
    if Comment.objects.filter(pk=comment.pk, withdrawn_at=None).update(withdrawn_at=now) != 1:
        raise NotNow(_("This message was taken back already."), code="withdrawn")
    comment.refresh_from_db()
    facts = {"comment": comment.public_id, "audience": comment.audience}
    _transition.note(submission, "comment.withdrawn", by=by, now=now, **facts)
    return comment


def _send(
    row: Comment, submission: Submission, text: str, mentions: Collection[User], *, by: User, now: datetime
) -> Comment:
    """Write the message down, with what the log keeps of it, and tell those who are to hear."""
    if not text.strip():
        raise RuleBroken(_("Write your message."), code="text", field="text")
    row.submission, row.text = submission, text.strip()
    _check_not_sent(row, by)
    seen = sight(by, submission)
    people = _check_mentions(row, submission, mentions, by=by, as_author=seen.as_author)
    row.committee, row.by_author, row.written_at, row.written_by = submission.committee, seen.as_author, now, by
    row.save(force_insert=True)
    Mention.objects.bulk_create(Mention(comment=row, user=person) for person in people)
    facts: dict[str, Any] = {"comment": row.public_id, "audience": row.audience, "text": digest(row.text)}
    if row.reply_to is not None:
        facts["reply_to"] = row.reply_to.public_id
    if row.question_key:
        facts["question"] = row.question_key
    if row.artifact is not None:
        facts["artifact"] = row.artifact.sha256
    if people:
        facts["mentions"] = [person.public_id for person in people]
    _transition.note(submission, "comment.written", by=by, now=now, **facts)
    notices.written(row, submission, people, now=now)
    return row


def _check_not_sent(row: Comment, by: User) -> None:
    """A second click sends nothing: the newest message at that place is the same one, by the same person."""
    last = Comment.objects.filter(submission=row.submission, reply_to=row.reply_to).order_by("-pk").first()
    same = ("text", "audience", "question_key", "artifact_id")
    is_same = last is not None and all(getattr(last, name) == getattr(row, name) for name in same)
    if last is not None and is_same and last.written_by_id == by.pk and last.withdrawn_at is None:
        raise RuleBroken(_("You have sent this message already; it stands in the discussion."), code="sent")


def _check_mentions(
    row: Comment, submission: Submission, mentions: Collection[User], *, by: User, as_author: bool
) -> list[User]:
    """Only who reads the message, and for authors only each other; nobody learns from a refusal who else there is."""
    people = sorted({person.pk: person for person in mentions if person.pk != by.pk}.values(), key=lambda one: one.pk)
    if len(people) > MOST_MENTIONED:
        text = _("Mention at most %(n)d people.") % {"n": MOST_MENTIONED}
        raise RuleBroken(text, code="too_many", field="mentions")
    for person in people:
        seen = sight(person, submission)
        if Audience(row.audience) not in rules.readable(seen) or (as_author and not seen.as_author):
            said = _("%(name)s cannot read this message. Choose somebody who can, or let more people read it.")
            raise RuleBroken(said % {"name": person}, code="mention", field="mentions")
    return people
