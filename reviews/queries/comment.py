"""The discussion of a case as its pages print it: threads, how many messages stand at what, and who reads which.

Each reader gets what is for them. Authors read “The board” for whoever of it wrote, and the names of authors alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access import comment as access
from reviews.models import Artifact, Comment, Revision, Submission
from reviews.queries.submission import revision_shown
from reviews.rules import audience, questionnaire
from reviews.rules.states import Audience
from reviews.rules.visibility import Sight

# Of policies each one is read once: its whole text is far longer than any message.
WITH, BESIDE = ("written_by", "artifact", "revision"), ("mentions__user", "revision__policy")


@dataclass(frozen=True)
class About:
    """What a thread is about: one answer (``question``), one artifact by its public identifier, or the whole case."""

    question: str = ""
    artifact: str = ""

    @property
    def key(self) -> str:
        """As a form and an address name it."""
        if self.question:
            return f"answer:{self.question}"
        return f"file:{self.artifact}" if self.artifact else ""

    @classmethod
    def of(cls, key: str) -> About:
        """What a key names; anything else is the case."""
        kind, _sep, name = key.partition(":")
        return cls(question=name) if kind == "answer" else cls(artifact=name) if kind == "file" else cls()


@dataclass(frozen=True)
class Message:
    """One message. ``text`` is empty where it was taken back; ``mentioned`` are names that the reader may know."""

    public_id: str
    writer: str
    initials: str
    is_author: bool
    is_own: bool
    written_at: datetime
    text: str
    audience: str
    mentioned: tuple[str, ...]
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Thread:
    """A message with its replies, and what they are about, in words; ``revision`` is where it began."""

    head: Message
    replies: tuple[Message, ...]
    about: About
    about_words: str
    revision: int

    @property
    def messages(self) -> tuple[Message, ...]:
        """All of it, the first one first."""
        return (self.head, *self.replies)


def visible(submission: Submission, seen: Sight) -> Q:
    """Which messages of a case somebody reads who sees it that far; empty for nobody's."""
    read = audience.readable(seen)
    inside = Q(audience__in=read - {Audience.AUTHORS}, committee=submission.committee_id)
    found = inside | Q(audience=Audience.AUTHORS) if Audience.AUTHORS in read else inside
    return Q(submission=submission) & found


def threads(submission: Submission, reader: User, seen: Sight, about: About | None = None) -> tuple[Thread, ...]:
    """The threads that this person reads, in the order in which they began; in four queries, five for an author.

    ``about`` leaves those about one thing.
    """
    rows = Comment.objects.filter(visible(submission, seen)).order_by("pk")
    if about is not None:
        rows = rows.filter(question_key=about.question, **_of_artifact(about))
    rows = rows.select_related(*WITH).prefetch_related(*BESIDE)
    side = {person.pk for person in access.authors(submission)} if seen.as_author else None
    heads: dict[int, Comment] = {}
    told: dict[int, list[Message]] = {}
    for row in rows:
        heads.setdefault(row.thread, row)
        told.setdefault(row.thread, []).append(_message(row, reader, side))
    return tuple(_thread(heads[key], messages) for key, messages in told.items())


def thread_of(comment: Comment, reader: User, seen: Sight) -> Thread:
    """The thread of one message that this person reads."""
    rows = Comment.objects.filter(
        visible(comment.submission, seen) & (Q(pk=comment.thread) | Q(reply_to=comment.thread))
    )
    rows = rows.select_related(*WITH).prefetch_related(*BESIDE)
    side = {person.pk for person in access.authors(comment.submission)} if seen.as_author else None
    found = list(rows.order_by("pk"))
    return _thread(found[0], [_message(row, reader, side) for row in found])


def by_public_id(public_id: str, reader: User) -> Comment | None:
    """One message, for whoever reads it; to everybody else it is not there."""
    rows = Comment.objects.visible_to(reader).select_related("submission", "written_by", "artifact", "reply_to")
    return rows.filter(public_id=public_id).first()


def counts(submission: Submission, seen: Sight) -> dict[str, int]:
    """How many messages that this person reads stand at each answer and each artifact, by ``About.key``; one query."""
    if not audience.readable(seen):
        return {}
    rows = Comment.objects.filter(visible(submission, seen), withdrawn_at=None)
    rows = rows.exclude(question_key="", artifact=None).order_by()
    found: Counter[str] = Counter(
        About(question, artifact or "").key
        for question, artifact in rows.values_list("question_key", "artifact__public_id")
    )
    return dict(found)


def revision_discussed(submission: Submission) -> Revision:
    """The revision before the board: what a new thread is about, also where authors work on the next one."""
    return revision_shown(submission, as_author=False)


def artifacts(revision: Revision) -> list[Artifact]:
    """What a thread can be about, beside answers."""
    return list(revision.artifacts.order_by("part", "name"))


def artifact_of(revision: Revision, public_id: str) -> Artifact | None:
    """One artifact of the revision."""
    return revision.artifacts.filter(public_id=public_id).first()


def is_asked(revision: Revision, question: str) -> bool:
    """Whether that question applies to the revision, so that its answer stands on a page."""
    return question in questionnaire.shown(revision.policy.pack, revision.response.answers)


def words_of(submission: Submission, about: About) -> str:
    """What one thing of the revision before the board is called; empty where it is not part of it."""
    revision = revision_discussed(submission)
    if about.question:
        return revision.policy.pack.question(about.question).text if is_asked(revision, about.question) else ""
    found = artifact_of(revision, about.artifact)
    return found.name if found is not None else ""


def mentionable(submission: Submission, by: User, seen: Sight, people: access.Readers) -> Collection[User]:
    """Whom somebody can mention: who reads what they write, for authors only each other; never oneself."""
    reached = audience.readable(seen)
    found = {person.pk: person for to in audience.ordered(reached) for person in people[to]}
    if seen.as_author:
        found = {person.pk: person for person in access.authors(submission)}
    return [person for key, person in found.items() if key != by.pk]


def _of_artifact(about: About) -> dict[str, object]:
    return {"artifact__public_id": about.artifact} if about.artifact else {"artifact": None}


def _thread(head: Comment, messages: list[Message]) -> Thread:
    about = About(head.question_key, head.artifact.public_id if head.artifact is not None else "")
    words = head.artifact.name if head.artifact is not None else ""
    if head.question_key:
        words = head.revision.policy.pack.question(head.question_key).text
    return Thread(messages[0], tuple(messages[1:]), about, words, head.revision.number)


def _message(row: Comment, reader: User, side: Collection[int] | None) -> Message:
    """``side`` are the authors where the reader is one of them."""
    is_hidden = side is not None and not row.by_author
    names = [one.user for one in row.mentions.all() if side is None or one.user_id in side]
    return Message(
        public_id=row.public_id,
        writer=_("The board") if is_hidden else str(row.written_by),
        initials="" if is_hidden else row.written_by.initials,
        is_author=row.by_author,
        is_own=row.written_by_id == reader.pk,
        written_at=row.written_at,
        text="" if row.withdrawn_at is not None else row.text,
        audience=row.audience,
        mentioned=() if row.withdrawn_at is not None else tuple(str(person) for person in names),
        withdrawn_at=row.withdrawn_at,
    )
