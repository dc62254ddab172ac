"""What ties one person to cases, for the predicate: one plain query for any number of cases.

``models/_sight.py`` says the same as a row filter, and a parity test holds the two together. As a filter each fact is
a subquery of every row; asked for cases that are at hand already, they are a handful of rows, which is far less work.

Every page asks this, and writing the SQL takes far longer than running it. So it is written once for each database and
number of cases, with marks where a key belongs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import OrganisationRole, User
from reviews.models import (
    Appeal,
    AppealJudge,
    Assignment,
    Conflict,
    Contributor,
    Hold,
    Membership,
    SignOff,
    StandIn,
    Submission,
    Transfer,
)
from reviews.rules.states import LIVE_ASSIGNMENT, RUNNING, TAKEN_ASSIGNMENT, TERMINAL, VOTING, AssignmentStatus, State
from reviews.rules.visibility import Relation

EMPTY, NEVER = Value("", CharField()), Value(None, DateTimeField())
MARK = -1


@dataclass
class Ties:
    """Words by what they are and what they belong to: roles by committee, everything else by case.

    ``acts`` is when this person last cleared or signed something on a case, ``last_transfer`` when a case went to
    another committee: what was done before gives the old one no sight.
    """

    words: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    acts: dict[tuple[str, int], datetime] = field(default_factory=dict)
    last_transfer: dict[int, datetime] = field(default_factory=dict)

    def add(self, kind: str, key: int, word: str, at: datetime | None) -> None:
        """Take in one row of the query."""
        if at is None:
            self.words[kind, key].add(word)
        elif kind == "transfer":
            self.last_transfer[key] = max(at, self.last_transfer.get(key, at))
        else:
            self.acts[kind, key] = max(at, self.acts.get((kind, key), at))

    def acted(self, kind: str, case: int) -> bool:
        """Whether this person cleared or signed something on the case since it came to its committee."""
        at, moved = self.acts.get((kind, case)), self.last_transfer.get(case)
        return at is not None and (moved is None or at > moved)


def relations(user: User, submissions: Sequence[Submission]) -> dict[int, Relation]:
    """What this person is to each of these cases, by their key, in one query."""
    ties = _ties(user, [case.pk for case in submissions])
    return {case.pk: _relation(user, case, ties) for case in submissions}


def _relation(user: User, case: Submission, ties: Ties) -> Relation:
    def words(kind: str) -> set[str]:
        return ties.words.get((kind, case.pk), set())

    here = ties.words.get(("role", case.committee_id), set())
    joined = here | words("stand-in")
    organisation, seats = ties.words.get(("organisation", user.pk), set()), words("assignment")
    state = State(case.state)
    hears = "appointed" in words("hears") or ("member" in words("hears") and not joined.isdisjoint(VOTING))
    appoints = bool(words("appoints") & here)
    acted = any(ties.acted(kind, case.pk) for kind in ("cleared", "signed", "heard"))
    open_hold = state not in TERMINAL and bool(words("open hold") & here)
    return Relation(
        is_author=case.created_by_id == user.pk or bool(words("contributor")),
        is_conflicted=bool(words("conflict")),
        runs_committee=not joined.isdisjoint(RUNNING),
        is_voter=not joined.isdisjoint(VOTING),
        is_leadership="leadership" in organisation,
        is_auditor="auditor" in organisation,
        is_offered=AssignmentStatus.OFFERED in seats,
        is_reviewer=not seats.isdisjoint(TAKEN_ASSIGNMENT),
        has_unfiled_review=not seats.isdisjoint(LIVE_ASSIGNMENT),
        holds_open_seat=open_hold or hears or (state is State.SIGN_OFF and bool(words("open seat") & here)),
        held_seat=bool(words("hold") & here) or acted or appoints,
    )


def _ties(user: User, cases: list[int]) -> Ties:
    sql, params = _statement(connection.vendor, 1 << max(len(cases) - 1, 0).bit_length())
    keys = {MARK: user.pk, **{MARK - n: key for n, key in enumerate(cases, start=1)}}
    found = Ties()
    with connection.cursor() as cursor:
        # Places that no case takes keep their mark, which is the key of nothing.
        cursor.execute(sql, [keys.get(value, value) for value in params])
        for kind, key, word, at in cursor.fetchall():
            found.add(kind, key, word, _moment(at))
    return found


def _moment(at: Any) -> datetime | None:
    for convert in connection.ops.get_db_converters(NEVER):
        at = convert(at, NEVER, connection)
    moment: datetime | None = at
    return moment


@cache
def _statement(vendor: str, count: int) -> tuple[str, tuple[Any, ...]]:
    """The SQL for so many cases, with ``MARK`` for the person and the numbers below it for the cases."""
    query = _union(MARK, [MARK - n for n in range(1, count + 1)]).query
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def _union(user: int, cases: list[int]) -> QuerySet[Any, tuple[str, int, str, datetime | None]]:
    roles = Membership.objects.filter(user=user, until_at=None)
    organisation = OrganisationRole.objects.filter(user=user, until_at=None)
    holds = Hold.objects.filter(revision__submission__in=cases)
    open_holds = holds.filter(cleared_at=None, revision=F("revision__submission__revision"))
    seats = SignOff.objects.filter(decision__submission__in=cases)
    open_seats = seats.filter(signed_at=None, decision__sent_back_at=None)
    asked = Assignment.objects.filter(reviewer=user, submission__in=cases)
    hears = AppealJudge.objects.filter(user=user, appeal__submission__in=cases)
    hearing = hears.filter(appeal__status="open")
    appeals = Appeal.objects.open().filter(submission__in=cases)
    # The first row decides on the types of the columns; the others may leave a column empty.
    rows = [
        _rows(Transfer.objects.filter(submission__in=cases), "transfer", "submission_id", at=F("transferred_at")),
        _rows(roles, "role", "committee_id", F("role")),
        _rows(organisation, "organisation", "user_id", F("role")),
        _rows(Contributor.objects.filter(user=user, submission__in=cases), "contributor", "submission_id"),
        _rows(Conflict.objects.in_force().filter(user=user, submission__in=cases), "conflict", "submission_id"),
        _rows(StandIn.objects.live().filter(user=user, submission__in=cases), "stand-in", "submission_id", F("role")),
        _rows(asked, "assignment", "submission_id", F("status")),
        _rows(holds, "hold", "revision__submission_id", F("role")),
        _rows(open_holds, "open hold", "revision__submission_id", F("role")),
        _rows(holds.filter(cleared_by=user), "cleared", "revision__submission_id", at=F("cleared_at")),
        _rows(open_seats, "open seat", "decision__submission_id", F("seat")),
        _rows(hearing.exclude(appointed_by=None), "hears", "appeal__submission_id", Value("appointed", CharField())),
        _rows(hearing.filter(appointed_by=None), "hears", "appeal__submission_id", Value("member", CharField())),
        _rows(hears, "heard", "appeal__submission_id", at=F("appointed_at")),
        _rows(appeals, "appoints", "submission_id", F("appointing_role")),
        _rows(seats.filter(signed_by=user), "signed", "decision__submission_id", at=F("signed_at")),
    ]
    return rows[0].union(*rows[1:], all=True)


def _rows(
    rows: QuerySet[Any], kind: str, key: str, word: Combinable = EMPTY, at: Combinable = NEVER
) -> QuerySet[Any, tuple[str, int, str, datetime | None]]:
    """Rows of any table as kind, what they belong to, a word, and when."""
    named = rows.order_by().annotate(tie=Value(kind, CharField()), tied_to=F(key), word=word, tied_at=at)
    return named.values_list("tie", "tied_to", "word", "tied_at")
