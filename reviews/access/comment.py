"""Who reads a message, who writes to whom, who takes one back; and everybody who reads an audience of one case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import excluded, holders
from reviews.access.submission import case_facts, sight
from reviews.models import Assignment, Comment, Hold, SignOff, Submission
from reviews.rules import audience, visibility
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import (
    LIVE_ASSIGNMENT,
    RUNNING,
    TAKEN_ASSIGNMENT,
    TERMINAL,
    VOTING,
    Audience,
    CommitteeRole,
    State,
)
from reviews.rules.visibility import Relation, Sight

Readers = dict[Audience, tuple[User, ...]]


def check_can_discuss(seen: Sight) -> None:
    """The page of a discussion is for whoever belongs to one of its audiences. Raises ``NotNow`` before they do."""
    if audience.readable(seen):
        return
    if seen.as_author:
        raise NotNow(_("The board writes to you here once the case is submitted."), code="draft")
    raise NotNow(_("You judge first and alone. The discussion opens once your review is filed."), code="blind")


def check_can_start(user: User, submission: Submission, to: Audience | None = None) -> None:
    """Begin a thread for that audience, or for any. Raises ``Denied`` or ``NotNow``."""
    seen = sight(user, submission)
    _check_takes_part(seen)
    if seen.as_author:
        raise Denied(_("Authors reply to what the board writes to them."), code="authors_reply")
    _check_open(submission)
    allowed = audience.startable(seen)
    if not allowed or (to is not None and to not in allowed):
        raise Denied(_("You cannot write to these people on this case."), code="audience")


def check_can_reply(user: User, submission: Submission, comment: Comment) -> None:
    """Reply in the thread of a message. Raises ``Denied`` or ``NotNow``."""
    seen = sight(user, submission)
    _check_takes_part(seen)
    if comment.audience not in audience.repliable(seen) or not _is_read(seen, submission, comment):
        raise Denied(_("You cannot write to these people on this case."), code="audience")
    _check_open(submission)


def check_can_withdraw(user: User, submission: Submission, comment: Comment) -> None:
    """Its writer, once, while the case is open and they still read it. Raises ``Denied`` or ``NotNow``."""
    if comment.written_by_id != user.pk or not _is_read(sight(user, submission), submission, comment):
        raise Denied(_("Only who wrote a message can take it back."), code="writer_only")
    _check_open(submission)
    if comment.withdrawn_at is not None:
        raise NotNow(_("This message was taken back already."), code="withdrawn")


def can_read(user: User, comment: Comment) -> bool:
    """Whether this person reads the message now; the predicate that goes with ``Comment.visible_to``."""
    return _is_read(sight(user, comment.submission), comment.submission, comment)


def _is_read(seen: Sight, submission: Submission, comment: Comment) -> bool:
    if comment.audience not in audience.readable(seen):
        return False
    return comment.audience == Audience.AUTHORS or comment.committee_id == submission.committee_id


def _check_takes_part(seen: Sight) -> None:
    if not audience.readable(seen):
        raise Denied(_("You have no part in the discussion of this case."), code="no_part")


def _check_open(submission: Submission) -> None:
    if not audience.is_open(State(submission.state)):
        text = _("Messages are written between submission and decision. What was written can still be read.")
        raise NotNow(text, code="wrong_state")


def readers(submission: Submission) -> Readers:
    """Everybody who reads each audience of a case now, in a fixed number of queries where the board was read once.

    The same as asking ``sight`` of everybody, as a parity test says.
    """
    people = _people(submission)
    found: dict[Audience, list[User]] = {to: [] for to in Audience}
    facts = case_facts(submission)
    for person, relation in people:
        for to in audience.readable(visibility.sight(relation, facts)):
            found[to].append(person)
    return {to: tuple(sorted(those, key=_by_name)) for to, those in found.items()}


def authors(submission: Submission) -> tuple[User, ...]:
    """The authors who have an open account."""
    rows = User.objects.filter(pk=submission.created_by_id) | User.objects.filter(contributions__submission=submission)
    return tuple(rows.filter(is_active=True).distinct().order_by("display_name", "pk"))


def _by_name(person: User) -> tuple[str, int]:
    return person.display_name, person.pk


def _people(submission: Submission) -> list[tuple[User, Relation]]:
    """Everybody who could see something of the board, and the authors, with what they are to the case."""
    writers = authors(submission)
    running, voting = _keyed(holders(submission, RUNNING)), _keyed(holders(submission, VOTING))
    waited_for = _keyed(holders(submission, _open_roles(submission)))
    if _was_decided(submission):
        hearing = User.objects.filter(appeals_heard__appeal__in=submission.appeals.open(), is_active=True)
        waited_for |= _keyed(list(hearing))
    seats: dict[int, set[str]] = {}
    reviewing: dict[int, User] = {}
    rows = Assignment.objects.filter(submission=submission, status__in=LIVE_ASSIGNMENT | TAKEN_ASSIGNMENT)
    for row in rows.select_related("reviewer").order_by("pk"):
        seats.setdefault(row.reviewer_id, set()).add(row.status)
        reviewing[row.reviewer_id] = row.reviewer
    out = excluded(submission)
    inside = {key: one for key, one in reviewing.items() if one.is_active} | running | voting | waited_for
    found = [(person, Relation(is_author=True)) for person in writers]
    for key, person in inside.items():
        if key in out:
            continue
        relation = Relation(
            runs_committee=key in running,
            is_voter=key in voting,
            is_reviewer=not seats.get(key, set()).isdisjoint(TAKEN_ASSIGNMENT),
            has_unfiled_review=not seats.get(key, set()).isdisjoint(LIVE_ASSIGNMENT),
            holds_open_seat=key in waited_for,
        )
        found.append((person, relation))
    return found


def _keyed(people: list[User]) -> dict[int, User]:
    return {person.pk: person for person in people}


def _was_decided(submission: Submission) -> bool:
    """Whether a decision can have been appealed: of the first version only while it is decided, afterwards also while
    the case is open again."""
    assert submission.revision is not None
    return State(submission.state) is State.DECIDED or submission.revision.number > 1


def _open_roles(submission: Submission) -> set[CommitteeRole]:
    """The roles for which a hold or a signature of the case waits now."""
    roles: set[str] = set()
    if State(submission.state) not in TERMINAL:
        roles |= set(
            Hold.objects.filter(revision=submission.revision_id, cleared_at=None).values_list("role", flat=True)
        )
    if State(submission.state) is State.SIGN_OFF:
        seats = SignOff.objects.filter(decision__submission=submission, decision__sent_back_at=None, signed_at=None)
        roles |= set(seats.values_list("seat", flat=True))
    return {CommitteeRole(role) for role in roles}
