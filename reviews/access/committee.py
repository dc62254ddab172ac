"""Who holds which role on a case, once authors and conflicted people are set aside; and who keeps committees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F, Q, Value
from django.utils.translation import gettext as _

from accounts.access import is_administrator
from accounts.models import User
from reviews.models import (
    Assignment,
    Board,
    Committee,
    Conflict,
    Contributor,
    Hold,
    Membership,
    SignOff,
    StandIn,
    Submission,
)
from reviews.rules.errors import Denied
from reviews.rules.states import RUNNING, SEATED_ASSIGNMENT, VOTING, CommitteeRole, State

COLUMNS = ("submission_id", "user_id", "stands", "word", "pk")


def roles_held(user: User, committee_id: int) -> frozenset[str]:
    """The roles that a person holds in a committee now."""
    rows = Membership.objects.filter(committee=committee_id, user=user, until_at=None)
    return frozenset(rows.values_list("role", flat=True))


def roles_on(user: User, submission: Submission) -> frozenset[str]:
    """The roles that a person holds on a case now: in its committee, or appointed for this case alone."""
    joined = (role for role, person in standing_in(submission) if person.pk == user.pk)
    return roles_held(user, submission.committee_id).union(joined)


def read_once(submission: Submission) -> None:
    """For a page that only reads: who is outside, who holds which role and how far the reader sees is asked once, and
    kept on this instance.

    Actions lock an instance of their own, so they never decide by what was kept.
    """
    submission.board = Board()


def forget(submission: Submission) -> None:
    """For a page that acts: everything is asked again, since the action changes it."""
    submission.board = None


def excluded(submission: Submission) -> dict[int, str]:
    """Who stands outside the board of this case, by user key, and the type of conflict that says so.

    Authors and contributors are conflicted by what they are; everybody else by a conflict in force. A suspicion that
    nobody settled sets nobody aside, or authors could choose their judges by voicing some.
    """
    board = submission.board or Board()
    if board.outside is None:
        _read([submission], {submission.pk: board})
    assert board.outside is not None
    return board.outside


def _read(submissions: Collection[Submission], boards: Mapping[int, Board]) -> None:
    """Who is outside each case, and the keys of those who stand in on it, in two queries."""
    found = {case.pk: {case.created_by_id: "author"} for case in submissions}
    written = Contributor.objects.filter(submission__in=found, user__isnull=False)
    for case, key in written.values_list("submission_id", "user_id"):
        if key is not None:
            found[case][key] = "author"
    aside: Any = Conflict.objects.in_force().filter(submission__in=found).order_by()
    joined: Any = StandIn.objects.live().filter(submission__in=found).order_by()
    rows = aside.annotate(stands=Value("aside"), word=F("type_key")).values_list(*COLUMNS)
    rows = rows.union(joined.annotate(stands=Value("in"), word=F("role")).values_list(*COLUMNS), all=True)
    ours: dict[int, dict[int, str]] = {key: {} for key in found}
    standing: dict[int, list[tuple[str, int]]] = {key: [] for key in found}
    # Of several conflicts the first one is named.
    for case, key, stands, word, _pk in sorted(rows, key=lambda row: -row[-1]):
        if stands == "aside":
            ours[case][key] = word
        else:
            standing[case].append((word, key))
    for case, outside in found.items():
        boards[case].outside = ours[case] | outside
        boards[case].standing_in = tuple(standing[case])


def read_together(submissions: Collection[Submission]) -> None:
    """For many cases at once: who is outside each and who holds which role, in three queries, kept on the instances;
    one more where somebody stands in.

    An action that locked them may decide by it: it is what is true now.
    """
    boards = {case.pk: Board() for case in submissions}
    _read(submissions, boards)
    joining = {key for board in boards.values() for _role, key in board.standing_in}
    people = _active(joining)
    held: dict[int, list[tuple[str, User]]] = {case.committee_id: [] for case in submissions}
    rows = Membership.objects.filter(committee__in=held, until_at=None, user__is_active=True)
    for row in rows.select_related("user").order_by("user_id"):
        held[row.committee_id].append((row.role, row.user))
    for case in submissions:
        case.board = boards[case.pk]
        case.board.held = tuple(held[case.committee_id])
        case.board.joined = tuple((role, people[key]) for role, key in case.board.standing_in if key in people)


def holders(submission: Submission, roles: Iterable[str], *, where: int | None = None) -> list[User]:
    """Active people who hold any of the roles in the case's committee, or stand in for one on this case, and are not
    excluded; in a stable order.

    ``where`` is the key of another committee, to which the case could go.
    """
    out = excluded(submission)
    if submission.board is not None and where is None:
        wanted = frozenset(roles)
        everybody = (*_held(submission, submission.board), *standing_in(submission))
        found = {person.pk: person for role, person in everybody if role in wanted}
        return [found[key] for key in sorted(found) if key not in out]
    wanted_roles = list(roles)
    rows = Membership.objects.filter(
        committee=where or submission.committee_id, role__in=wanted_roles, until_at=None
    ).values("user")
    able = Q(pk__in=rows)
    if where is None:
        joined = StandIn.objects.live().filter(submission=submission, role__in=wanted_roles)
        able |= Q(pk__in=joined.values("user"))
    people = User.objects.filter(able, is_active=True)
    return [person for person in people.order_by("pk") if person.pk not in out]


def standing_in(submission: Submission) -> tuple[tuple[str, User], ...]:
    """Active people who were appointed for this case alone, with their roles, whether or not they stand outside it."""
    board = submission.board or Board()
    if board.joined is None:
        if board.outside is None:
            _read([submission], {submission.pk: board})
        people = _active({key for _role, key in board.standing_in})
        board.joined = tuple((role, people[key]) for role, key in board.standing_in if key in people)
    return board.joined


def _active(keys: Collection[int]) -> dict[int, User]:
    """These people, if there are any to ask for."""
    return {person.pk: person for person in User.objects.filter(pk__in=keys, is_active=True)} if keys else {}


def _held(submission: Submission, board: Board) -> tuple[tuple[str, User], ...]:
    if board.held is None:
        rows = Membership.objects.filter(committee=submission.committee_id, until_at=None, user__is_active=True)
        board.held = tuple((row.role, row.user) for row in rows.select_related("user").order_by("user_id"))
    return board.held


def acting(
    submission: Submission, role: CommitteeRole, *, without: Collection[int] = (), where: int | None = None
) -> list[User]:
    """Who acts in a role on this case: its holders, or the deputy where none of them may.

    ``without`` are the keys of people who may not act this time, such as the mover of a motion. ``where`` as in
    ``holders``.
    """
    found = [person for person in holders(submission, [role], where=where) if person.pk not in without]
    if found or role not in (CommitteeRole.CHAIR, CommitteeRole.COORDINATOR):
        return found
    deputies = holders(submission, [CommitteeRole.DEPUTY_CHAIR], where=where)
    return [person for person in deputies if person.pk not in without]


def acts_as(user: User, submission: Submission, role: CommitteeRole, *, without: Collection[int] = ()) -> bool:
    """Whether this person acts in that role on this case."""
    return any(person.pk == user.pk for person in acting(submission, role, without=without))


def runs(user: User, submission: Submission) -> bool:
    """Whether this person acts as coordinator or as chair of this case."""
    return any(acts_as(user, submission, role) for role in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR))


def voters(submission: Submission) -> list[User]:
    """The eligible voters of this case now."""
    return holders(submission, VOTING)


def taking_part(submission: Submission) -> list[User]:
    """Who on the board has work on this case in its present state: reviewers, voters, officers, who signs, who runs it.

    A case that was never submitted is on nobody's desk.
    """
    if submission.submitted_at is None:
        return []
    revision = submission.revision
    seats = Assignment.objects.filter(revision=revision, status__in=SEATED_ASSIGNMENT).select_related("reviewer")
    found = [*acting(submission, CommitteeRole.COORDINATOR), *(seat.reviewer for seat in seats)]
    if submission.state in (State.DELIBERATION, State.SIGN_OFF) and submission.deliberation_opened_at is not None:
        found += [*voters(submission), *acting(submission, CommitteeRole.CHAIR)]
    waiting = SignOff.objects.filter(decision__revision=revision, decision__sent_back_at=None, signed_at=None)
    holds = Hold.objects.filter(revision=revision, cleared_at=None)
    for role in {*waiting.values_list("seat", flat=True), *holds.values_list("role", flat=True)}:
        found += acting(submission, CommitteeRole(role))
    return sorted(set(found), key=lambda person: person.pk)


def check_acts_as_coordinator(user: User, submission: Submission) -> None:
    """Only the coordinator of the case, or the deputy standing in. Raises ``Denied``."""
    if not acts_as(user, submission, CommitteeRole.COORDINATOR):
        raise Denied(_("Only the coordinator of this case can do this."), code="coordinator_only")


def check_not_excluded(user: User, submission: Submission) -> None:
    """Authors, conflicted people and closed accounts take no part in the board's work. Raises ``Denied``."""
    if not user.is_active:
        raise Denied(_("This account is closed."), code="inactive")
    if user.pk in excluded(submission):
        raise Denied(_("You have a conflict of interest with this case, so it goes on without you."), code="conflicted")


def can_see(user: User, committee: Committee) -> bool:
    """Whether a person opens the page of a committee: administrators, and those who run it."""
    return user.is_active and (is_administrator(user) or bool(roles_held(user, committee.pk) & RUNNING))


def check_can_administer_committees(by: User | None) -> None:
    """Only an active administrator, or the program itself (None). Raises ``Denied``."""
    if by is not None and not is_administrator(by):
        raise Denied(_("Only an administrator can do this."), code="administrator_only")


def check_can_list(user: User) -> None:
    """Administrators and those who run a committee have a list of committees. Raises ``Denied``."""
    if not Committee.objects.visible_to(user).exists() and not is_administrator(user):
        raise Denied(_("This page is for administrators and for those who run a committee."), code="no_committees")


def check_not_oneself(by: User | None, person: User, text: str) -> None:
    """Nobody gives or ends a role of their own. Raises ``Denied``."""
    if by is not None and by.pk == person.pk:
        raise Denied(text, code="own_role")
