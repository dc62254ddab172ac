"""How this project's rows are shaped: random identifiers, and the constraints that come in kinds.

No row of the product stands here.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from django.db import models
from django.db.models import Q

# Without letters and digits that are mistaken for each other when read aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_public_id() -> str:
    """A random identifier fit for a URL (96 bits)."""
    return secrets.token_urlsafe(12)


def random_reference(length: int = 5) -> str:
    """The readable tail of a case's reference. Random, so that it says nothing about how many there are."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def public_id_field() -> models.CharField[str, str]:
    """The identifier that a row shows to the outside; integer keys never leave the server."""
    return models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)


def one_of(field: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    """The column holds one of a closed vocabulary."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [word.value for word in words]}), name=name)


def together(first: str, second: str, name: str) -> models.CheckConstraint:
    """A who and a when are both there or both absent."""
    both = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    neither = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    return models.CheckConstraint(condition=both | neither, name=name)


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """A vocabulary as Django wants it; labels are given where words are shown."""
    return [(word.value, word.value.replace("_", " ")) for word in words]
