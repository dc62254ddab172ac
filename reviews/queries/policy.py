"""Policy versions: drafted, published, or coming with the program; and how each came into force where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.access import administrators
from accounts.models import User
from reviews.models import Adoption, Committee, PolicyDraft, PolicyVersion
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


def drafts() -> list[PolicyDraft]:
    """What waits to be published, the newest first."""
    rows = PolicyDraft.objects.filter(published=None, dropped_at=None).select_related("uploaded_by")
    return list(rows.order_by("-uploaded_at", "-pk"))


def draft(public_id: str) -> PolicyDraft | None:
    """One draft, ended ones included; whoever asks must still be checked."""
    rows = PolicyDraft.objects.select_related("uploaded_by", "dropped_by", "published")
    return rows.filter(public_id=public_id).first()


def before(pack_id: str, *, earlier_than: PolicyVersion | None = None) -> PolicyVersion | None:
    """What a new version of a pack is compared with: the newest one in force anywhere, else the newest published."""
    rows = PolicyVersion.objects.filter(pack_id=pack_id)
    if earlier_than is not None:
        rows = rows.filter(pk__lt=earlier_than.pk)
    in_force = Exists(Committee.objects.filter(policy=OuterRef("pk")))
    return rows.annotate(in_force=in_force).order_by("-in_force", "-published_at", "-pk").first()


@dataclass(frozen=True)
class Published:
    """One published version with its way into force in each committee that a reader may open."""

    version: PolicyVersion
    adoptions: tuple[Adoption, ...]


def published(user: User) -> list[Published]:
    """Every published version, the newest first, in three queries."""
    seen = _whole().filter(committee__in=Committee.objects.visible_to(user)).select_related("committee")
    rows = PolicyVersion.objects.select_related("published_by").order_by("-published_at", "-pk")
    found = rows.prefetch_related(
        Prefetch("adoptions", queryset=seen.order_by("committee__name", "-proposed_at"), to_attr="seen")
    )
    return [Published(row, tuple(row.seen)) for row in found]


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
