"""Policy versions: what is published, what comes with the program, and how each came into force where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import QuerySet

from accounts.access import administrators
from accounts.models import User
from reviews.models import Adoption, Committee, PolicyVersion
from reviews.rules import policy
from reviews.rules.pack import Pack

SHIPPED = Path(__file__).resolve().parents[1] / "policies" / "default-dual-use.yaml"


@dataclass(frozen=True)
class Shipped:
    """The pack that comes with the program, published or not."""

    text: str
    sha256: str

    @property
    def pack(self) -> Pack:
        """The parsed pack."""
        return policy.load(self.text)


@cache
def shipped() -> Shipped:
    """The pack that comes with the program, read once."""
    text = SHIPPED.read_text(encoding="utf-8")
    return Shipped(text, hashlib.sha256(text.encode()).hexdigest())


def is_published(pack: Shipped) -> bool:
    """Whether these bytes are a published version already."""
    return PolicyVersion.objects.filter(sha256=pack.sha256).exists()


def versions() -> list[PolicyVersion]:
    """Everything published, the newest first."""
    return list(PolicyVersion.objects.select_related("published_by").order_by("-published_at", "-pk"))


def version(public_id: str) -> PolicyVersion | None:
    """One published version; whoever asks must still be checked."""
    return PolicyVersion.objects.select_related("published_by").filter(public_id=public_id).first()


def history(committee: Committee) -> list[Adoption]:
    """How each version came, or did not come, into force in a committee; the newest first, one query."""
    return list(_whole().filter(committee=committee).order_by("-proposed_at", "-pk"))


def adoption(user: User, public_id: str) -> Adoption | None:
    """One proposal, for those who may open its committee's page."""
    rows = _whole().filter(committee__in=Committee.objects.visible_to(user))
    return rows.select_related("committee__policy").filter(public_id=public_id).first()


def _whole() -> QuerySet[Adoption]:
    return Adoption.objects.select_related("version", "proposed_by", "approved_by", "withdrawn_by")


def approvers(proposal: Adoption) -> list[User]:
    """The administrators who may approve a proposal now: all but its proposer."""
    return [person for person in administrators() if person.pk != proposal.proposed_by_id]


def proposal(committee: Committee) -> Adoption | None:
    """The proposal that waits in a committee, if any."""
    return _whole().filter(committee=committee, approved_at=None, withdrawn_at=None).first()
