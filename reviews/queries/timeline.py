"""What happened to a case, in sentences, as far as the reader may know it.

Events hold codes and identifiers; here they become words. Authors read "A reviewer" and "The board" and never learn
who or how many review or vote, and no more does whoever cleared a hold or signed and is left with the record; reviewers
who have not filed learn nothing of what other reviewers do, and those who have, nothing of a ballot in which they have
no vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit import log
from audit.log import Entry
from reviews.access.submission import relation
from reviews.models import Assignment, Committee, Referral, Submission
from reviews.queries.roles import (
    audience_words,
    finding_words,
    outcome_words,
    part_words,
    reopened_words,
    role_words,
    settled_words,
)
from reviews.queries.timeline_words import OF_THE_BALLOT, SENTENCES, Sentence
from reviews.rules.pack import Pack
from reviews.rules.states import Audience
from reviews.rules.visibility import Level, Sight

PERSON_KEYS = ("reviewer", "person")


class Reader(Enum):
    """For whom a timeline is told."""

    AUTHOR = auto()
    SIGNATORY = auto()
    BLIND = auto()
    PEER = auto()
    BOARD = auto()


NAMELESS = frozenset({Reader.AUTHOR, Reader.SIGNATORY})


@dataclass(frozen=True)
class Happening:
    """One event in words: ``actor`` stands before the sentence."""

    at: datetime
    text: str
    actor: str
    key: bool = False
    late: bool = False


# To whom the messages go of which each reader learns that they were written.
HEARS: Mapping[Reader, frozenset[Audience]] = {
    Reader.AUTHOR: frozenset({Audience.AUTHORS}),
    Reader.SIGNATORY: frozenset(),
    Reader.BLIND: frozenset(),
    Reader.PEER: frozenset({Audience.REVIEWERS, Audience.AUTHORS}),
    Reader.BOARD: frozenset(Audience),
}
BOARD: Promise = gettext_lazy("The board")
SYSTEM: Promise = gettext_lazy("The program")


def reader(sight: Sight, *, is_auditor: bool) -> Reader:
    """Whose eyes read: the authors', a reviewer's before filing and after, those of the board and of auditors.

    Who has the record alone and is no auditor reads it as the decision's own page tells it: without names.
    """
    if sight.as_author:
        return Reader.AUTHOR
    if sight.level < Level.CASE:
        return Reader.BOARD if is_auditor else Reader.SIGNATORY
    if sight.board:
        return Reader.BOARD
    return Reader.PEER if sight.peers else Reader.BLIND


def for_case(submission: Submission, viewer: User, sight: Sight) -> tuple[Happening, ...]:
    """Everything that this person may read of a case's history, newest first; a fixed number of queries."""
    entries = log.events(submission.stream)
    is_auditor = sight.level < Level.CASE and relation(viewer, submission).is_auditor
    told = _Teller(submission, viewer, reader(sight, is_auditor=is_auditor), entries)
    found = (told.tell(entry) for entry in entries)
    return tuple(happening for happening in found if happening is not None)[::-1]


class _Teller:
    """Turns entries into sentences for one reader. Names are read once for all entries."""

    def __init__(self, submission: Submission, viewer: User, who: Reader, entries: list[Entry]) -> None:
        assert submission.revision is not None
        self.pack: Pack = submission.revision.policy.pack
        self.submission, self.viewer, self.who = submission, viewer, who
        self.seats: dict[str, str] = dict(
            Assignment.objects.filter(submission=submission).values_list("public_id", "reviewer__public_id")
        )
        wanted = {entry.actor for entry in entries} | set(self.seats.values())
        wanted |= {str(entry.data[key]) for entry in entries for key in PERSON_KEYS if key in entry.data}
        people = User.objects.filter(public_id__in=wanted)
        self.names: dict[str, str] = dict(people.values_list("public_id", "display_name"))
        self._self = viewer.public_id if who is Reader.SIGNATORY else ""
        writers = {person.user.public_id for person in submission.contributors.all() if person.user is not None}
        self.authors = writers | {submission.created_by.public_id}

    @cached_property
    def committees(self) -> dict[str, str]:
        """Names of committees, read where a case has been with more than one."""
        return dict(Committee.objects.values_list("public_id", "name"))

    @cached_property
    def bodies(self) -> dict[str, str]:
        """Who else was asked, by referral; read where somebody was."""
        return dict(Referral.objects.filter(submission=self.submission).values_list("public_id", "body"))

    def tell(self, entry: Entry) -> Happening | None:
        """One entry in words, or None where this reader does not learn of it."""
        sentence = SENTENCES.get(entry.type)
        if sentence is None:
            words = entry.type.replace(".", " ").replace("_", " ")
            knows = self.who in (Reader.BOARD, Reader.PEER)
            return Happening(entry.at, words, self._name(entry.actor)) if knows else None
        text = self._template(entry, sentence)
        if text is None:
            return None
        values = _Values(self, entry)
        return Happening(entry.at, str(text) % values, self._actor(entry.actor), key=sentence.key)

    def _template(self, entry: Entry, sentence: Sentence) -> Promise | None:
        if self.who is Reader.BOARD or self._is_own(entry):
            return sentence.board
        if "audience" in entry.data and entry.data["audience"] not in HEARS[self.who]:
            return None
        if self.who is Reader.PEER:
            return None if entry.type in OF_THE_BALLOT else sentence.board
        if self.who in NAMELESS:
            return sentence.authors
        return sentence.blind

    def _is_own(self, entry: Entry) -> bool:
        """A reader to whom others are not told still reads what they did themselves, and what was asked of them."""
        if self.who not in (Reader.BLIND, Reader.SIGNATORY):
            return False
        return self.viewer.public_id in (entry.actor, entry.data.get("reviewer"))

    def _actor(self, public_id: str) -> str:
        if public_id == log.SYSTEM:
            return str(SYSTEM)
        if self.who in NAMELESS and public_id not in self.authors | {self._self}:
            return str(BOARD)
        return self._name(public_id)

    def _name(self, public_id: str) -> str:
        if public_id == log.SYSTEM:
            return str(SYSTEM)
        return self.names.get(public_id, _("Somebody"))


class _Values(Mapping[str, str]):
    """The places of a sentence, filled from the event's data when the sentence asks for them."""

    def __init__(self, teller: _Teller, entry: Entry) -> None:
        self.teller, self.data = teller, entry.data

    def __getitem__(self, place: str) -> str:
        match place:
            case "reviewer" | "person":
                data = self.data
                return self.teller._name(data.get(place) or self.teller.seats.get(data.get("assignment", ""), ""))
            case "parts":
                return "; ".join(self._part(kind, *said) for kind, said in self.data.get("parts", {}).items())
            case "evidence":
                return str(self.data.get("type", "")).replace("_", " ")
            case "conflict":
                return _label(self.teller.pack.conflict_type, self.data.get("type", ""))
            case "role" | "seat" | "audience":
                words = audience_words if place == "audience" else role_words
                return words(str(self.data.get(place, "")))
            case "part":
                return part_words(str(self.data.get("part", "")))
            case "rung":
                return self._rung(self.data.get("part", ""), self.data.get("rung", ""))
            case "source" | "target" | "body":
                return self._elsewhere(place)
            case "finding" | "settled" | "why":
                return self._found(place)
            case "vote":
                return _("voted anew") if self.data.get("again") else _("voted")
            case "what":
                return _("to return the case") if self.data.get("kind") == "return" else _("to decide")
        return str(self.data.get(place, ""))

    def __iter__(self) -> Any:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def _elsewhere(self, place: str) -> str:
        if place == "body":
            return self.teller.bodies.get(self.data.get("referral", ""), "")
        return self.teller.committees.get(self.data.get(place, ""), "")

    def _found(self, place: str) -> str:
        if place == "why":
            return reopened_words(str(self.data.get("why", "")))
        if place == "settled":
            return settled_words(str(self.data.get("outcome", "")))
        return finding_words(str(self.data.get("finding", "")))

    def _part(self, kind: str, outcome: str, rung: str) -> str:
        return f"{part_words(kind)} {outcome_words(outcome)}, {self._rung(kind, rung)}"

    def _rung(self, part: str, rung: str) -> str:
        try:
            return self.teller.pack.rung(part, rung).label
        except KeyError:
            return rung.replace("_", " ")


def _label(find: Any, key: str) -> str:
    """The pack's words for a key; the bare key where the pack has dropped it."""
    try:
        return str(find(key).label)
    except KeyError:
        return key.replace("_", " ")
