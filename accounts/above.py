"""What accounts asks of the app above it, which knows committees and hazard domains and which it may not import.

Answers are registered once, when the program starts. Without any, people have role skills, and no colleagues.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Expertise, User

SKILLS: Mapping[str, str | Promise] = {"security": _("Security"), "legal": _("Law"), "policy": _("Policy")}


@dataclass(frozen=True)
class Subject:
    """One thing that a person can know: a hazard domain of a pack in force, or a role skill."""

    kind: Expertise.Kind
    key: str
    label: str | Promise

    @property
    def value(self) -> str:
        """The subject as a form sends it."""
        return f"{self.kind}:{self.key}"


def _no_domains() -> Sequence[Subject]:
    return ()


def _nobody(person: User) -> QuerySet[User]:
    return User.objects.none()


def _no(by: User, person: User) -> bool:
    return False


def _nothing(people: Collection[int], now: datetime) -> None:
    return None


@dataclass(frozen=True)
class Above:
    """``colleagues``: whom a person may name as stand-in. ``looks_after``: who confirms somebody's expertise.

    ``changed`` is told the keys of people about whom something changed by which ties to others are found, ``left`` of
    people whose account was closed.
    """

    domains: Callable[[], Sequence[Subject]] = _no_domains
    colleagues: Callable[[User], QuerySet[User]] = _nobody
    looks_after: Callable[[User, User], bool] = _no
    changed: Callable[[Collection[int], datetime], None] = _nothing
    left: Callable[[Collection[int], datetime], None] = _nothing


_answers = [Above()]


def register(answers: Above) -> None:
    """Name who answers; the last registration rules."""
    _answers[0] = answers


def subjects() -> tuple[Subject, ...]:
    """Everything that can be known now: domains in their own order, then role skills."""
    skills = (Subject(Expertise.Kind.SKILL, key, label) for key, label in SKILLS.items())
    return (*_answers[0].domains(), *skills)


def colleagues(person: User) -> QuerySet[User]:
    """Active people who can stand in for this person; never the person."""
    return _answers[0].colleagues(person).filter(is_active=True).exclude(pk=person.pk)


def looks_after(by: User, person: User) -> bool:
    """Whether ``by`` runs a committee that this person serves on."""
    return _answers[0].looks_after(by, person)


def changed(people: Collection[int], now: datetime) -> None:
    """Say, within the transaction that did it, that names, addresses, units, lines or ORCIDs of these are new."""
    _answers[0].changed(people, now)


def left(people: Collection[int], now: datetime) -> None:
    """Say, within the transaction that did it, that the accounts of these people were closed."""
    _answers[0].left(people, now)
