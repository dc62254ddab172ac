"""Notices of messages: that somebody was mentioned, and that there is something to read for authors or from them.

Never what it says, and never to somebody who cannot read it; that is asked again before each mail leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from reviews.access import comment as access
from reviews.access.committee import acting
from reviews.models import Comment, Submission
from reviews.notices._tell import tell
from reviews.rules.states import Audience, CommitteeRole

MAY_READ = "reviews.may_read"


def written(comment: Comment, submission: Submission, mentioned: Sequence[User], *, now: datetime) -> None:
    """Who is mentioned; and the other side, where a message goes between board and authors. One mail a person."""
    _tell(mentioned, "comment.mentioned", comment, submission, now=now)
    if comment.audience != Audience.AUTHORS:
        return
    if comment.by_author:
        _tell(_board(comment, submission, mentioned), "comment.from_authors", comment, submission, now=now)
    else:
        people = [person for person in access.authors(submission) if person not in mentioned]
        _tell(people, "comment.to_authors", comment, submission, now=now)


def _board(comment: Comment, submission: Submission, mentioned: Sequence[User]) -> list[User]:
    """The coordinator, and who of the board wrote in the thread."""
    thread = Comment.objects.filter(Q(pk=comment.thread) | Q(reply_to=comment.thread))
    wrote = User.objects.filter(pk__in=thread.filter(by_author=False).values("written_by")).order_by("pk")
    people = [*acting(submission, CommitteeRole.COORDINATOR), *wrote]
    told_already = [*mentioned, comment.written_by]
    return [person for person in people if person not in told_already and access.can_read(person, comment)]


def _tell(people: Sequence[User], event: str, comment: Comment, submission: Submission, *, now: datetime) -> None:
    tell(
        people,
        event,
        submission,
        now=now,
        occasion=comment.public_id,
        guard=MAY_READ,
        path=comment.get_absolute_url(),
        comment=comment.public_id,
    )
