"""Conditions in words: who owes each, which stage waits for it, how far it is, and what was said of its proofs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import condition as access
from reviews.access.condition import Bound
from reviews.access.submission import author_keys
from reviews.access.twin import can
from reviews.models import Condition, ConditionProof, Decision, Motion, Revision, Submission
from reviews.rules import condition as rules
from reviews.rules.condition import Progress
from reviews.rules.pack import Pack
from reviews.views import wording
from reviews.views.components import Button, shown

PROGRESS = {
    Progress.OPEN: (_l("open"), "", "circle"),
    Progress.GIVEN: (_l("proof given"), "warn", "hourglass-split"),
    Progress.MET: (_l("met"), "good", "check2"),
}
LATE = (_l("past its date"), "bad", "exclamation-circle")


@dataclass(frozen=True)
class Badge:
    """A word with its kind and icon."""

    label: str
    kind: str
    icon: str


@dataclass(frozen=True)
class ConditionRow:
    """A condition as a record or a motion has it: who owes it, its date, what waits for it and what proves it; and,
    beside a record in force, how far it is by now."""

    text: str
    due_date: date | None
    owner: str
    before: str = ""
    evidence: str = ""
    badges: tuple[Badge, ...] = ()
    met_at: datetime | None = None


@dataclass(frozen=True)
class ProofLine:
    """One proof with its answer. Names are empty where the reader learns none, or nobody is known."""

    number: int
    text: str
    file_name: str
    url: str
    given_at: datetime
    given_by: str
    answered_at: datetime | None
    answered_by: str
    is_accepted: bool
    refusal: str


@dataclass(frozen=True)
class ConditionLine:
    """One condition as pages show it."""

    text: str
    evidence: str
    owner: str
    due_date: date | None
    before: str
    badges: tuple[Badge, ...]
    met_at: datetime | None
    met_by: str
    proofs: tuple[ProofLine, ...]
    buttons: tuple[Button, ...]


def badges(facts: rules.Facts, today: date) -> tuple[Badge, ...]:
    """How far a condition is; beside a proof that waits also that its day has passed."""
    found = []
    how_far = rules.progress(facts)
    is_late = rules.is_late(facts, today)
    if not (is_late and how_far is Progress.OPEN):
        found.append(PROGRESS[how_far])
    if is_late:
        found.append(LATE)
    return tuple(Badge(str(label), kind, icon) for label, kind, icon in found)


def owner_words(name: str, *, is_author: bool, names_board: bool) -> str:
    """Who owes a condition; authors and signatories read "the board" for whoever runs the case."""
    if not name:
        return _("The authors")
    return name if is_author or names_board else _("The board")


def before_words(pack: Pack, part: str, rung: str) -> str:
    """The stage that waits for a condition; empty where none does."""
    if not rung:
        return ""
    return _("%(part)s: %(rung)s") % {"part": wording.of(wording.PARTS, part), "rung": pack.rung(part, rung).label}


def of_motion(motion: Motion, pack: Pack) -> tuple[ConditionRow, ...]:
    """The conditions of a motion, for those who see the board."""
    return tuple(
        ConditionRow(
            row.text,
            row.due_date,
            owner_words(str(row.owner or ""), is_author=False, names_board=True),
            before_words(pack, row.before_part, row.before_rung),
            row.evidence,
        )
        for row in motion.conditions.all()
    )


def of_record(
    pack: Pack,
    signed: Iterable[Mapping[str, Any]],
    conditions: Iterable[Condition],
    *,
    today: date | None,
    names_board: bool,
) -> tuple[ConditionRow, ...]:
    """The conditions as they were signed, each with how far it is now where a day is given.

    Records from before conditions had an owner and a stage say nothing of them.
    """
    rows, found = {row.order: row for row in conditions}, []
    for said in signed:
        owner, (part, rung) = said.get("owner"), said.get("required_before") or ("", "")
        row = rows.get(said["order"])
        is_author = owner is not None and owner["author"]
        found.append(
            ConditionRow(
                text=said["text"],
                due_date=date.fromisoformat(said["due_date"]) if said["due_date"] else None,
                owner=owner_words(owner["name"] if owner else "", is_author=is_author, names_board=names_board),
                before=before_words(pack, part, rung),
                evidence=said.get("evidence", ""),
                badges=badges(row.facts, today) if row is not None and today is not None else (),
                met_at=row.met_at if row is not None else None,
            )
        )
    return tuple(found)


def owner_choices(submission: Submission) -> list[tuple[str, str]]:
    """Whom a condition can bind, the authors first, each with what they are to the case."""
    who = access.bound(submission)
    return [
        (person.public_id, (_("%(name)s, author") if person in who.authors else _("%(name)s, runs the case"))
         % {"name": person})
        for person in who.everybody
    ]  # fmt: skip


def stage_choices(revision: Revision) -> list[tuple[str, str]]:
    """Every level that could become a stage: those up to what was asked for, part by part."""
    pack, found = revision.policy.pack, []
    for part in revision.parts.all():
        most = pack.rung(part.kind, part.requested_rung).order
        rungs = [rung for rung in pack.ladder(part.kind) if rung.order <= most]
        found += [(f"{part.kind}:{rung.value}", before_words(pack, part.kind, rung.value)) for rung in rungs]
    return found


def lines(
    decision: Decision, submission: Submission, viewer: User, *, as_author: bool, today: date
) -> tuple[ConditionLine, ...]:
    """The conditions of a decision that rules, each with what this reader may do; a fixed number of queries.

    The decision comes with its conditions and their proofs (``queries.condition.with_proofs``).
    """
    rows = list(decision.conditions.all())
    if not rows:
        return ()
    who, pack, writers = access.bound(submission), decision.revision.policy.pack, author_keys(submission)
    return tuple(_line(row, submission, viewer, pack, who, writers, as_author=as_author, today=today) for row in rows)


def _line(
    row: Condition,
    submission: Submission,
    viewer: User,
    pack: Pack,
    who: Bound,
    writers: Collection[int],
    *,
    as_author: bool,
    today: date,
) -> ConditionLine:
    # Of an owner who is gone the authors have taken it over.
    owner = str(row.owner) if row.owner in who.owing(row) else ""
    return ConditionLine(
        text=row.text,
        evidence=row.evidence,
        owner=owner_words(owner, is_author=row.owner_id in writers, names_board=not as_author),
        due_date=row.due_date,
        before=before_words(pack, row.before_part, row.before_rung),
        badges=badges(row.facts, today),
        met_at=row.met_at,
        met_by="" if as_author or row.met_by is None else str(row.met_by),
        proofs=proof_lines(list(row.proofs.all()), writers, as_author=as_author),
        buttons=_buttons(row, submission, viewer, who),
    )


def proof_lines(proofs: list[ConditionProof], writers: Collection[int], *, as_author: bool) -> tuple[ProofLine, ...]:
    """Every proof that was given of one condition. Authors learn who of them gave it, never who of the board did
    anything."""
    return tuple(
        ProofLine(
            number=row.number,
            text=row.text,
            file_name=row.file_name,
            url=reverse("reviews:condition-proof-download", args=[row.public_id]) if row.blob else "",
            given_at=row.given_at,
            given_by=_name(row.given_by, writers, as_author=as_author),
            answered_at=row.answered_at,
            answered_by=_name(row.answered_by, writers, as_author=as_author),
            is_accepted=row.is_accepted,
            refusal=row.refusal,
        )
        for row in proofs
    )


def _name(person: User | None, writers: Collection[int], *, as_author: bool) -> str:
    if person is None or (as_author and person.pk not in writers):
        return _("the board")
    return str(person)


def _buttons(row: Condition, submission: Submission, viewer: User, who: Bound) -> tuple[Button, ...]:
    if row.met_at is not None:
        return ()
    if row.waiting is None:
        url = reverse("reviews:condition-prove", args=[row.public_id])
        return shown((Button(_("Prove it"), url, shown=viewer in who.owing(row), small=True),))
    waiting = next(proof for proof in row.proofs.all() if proof.answered_at is None)
    waiting.condition = row
    url = reverse("reviews:condition-answer", args=[waiting.public_id])
    answers = can(access.check_can_answer, viewer, submission, waiting)
    return shown((Button(_("Check the proof"), url, shown=answers, small=True),))
