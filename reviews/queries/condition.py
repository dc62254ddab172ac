"""Conditions: one with what its page needs, and the proofs that were given of it."""

from __future__ import annotations

from django.db.models import Prefetch

from reviews.models import Condition, ConditionProof, Decision
from reviews.models.condition import ConditionQuerySet


def by_public_id(public_id: str) -> Condition | None:
    """One condition with what its page needs; whoever asks must still be checked."""
    return _conditions().filter(public_id=public_id).first()


def proof(public_id: str) -> ConditionProof | None:
    """One proof with its condition; whoever asks must still be checked."""
    rows = ConditionProof.objects.select_related("given_by", "answered_by")
    return rows.prefetch_related(Prefetch("condition", _conditions())).filter(public_id=public_id).first()


def _conditions() -> ConditionQuerySet:
    return Condition.objects.with_waiting().select_related(
        "owner", "decision__submission", "decision__revision__policy"
    )


def proofs(condition: Condition) -> list[ConditionProof]:
    """Every proof that was given, the first one first (one query)."""
    return list(condition.proofs.select_related("given_by", "answered_by").order_by("number"))


def of_decisions() -> Prefetch[str]:
    """The conditions of decisions, to be read with them: who owes each, and which proof waits for its answer."""
    return Prefetch("conditions", Condition.objects.with_waiting().select_related("owner", "met_by"))


def with_proofs() -> tuple[Prefetch[str], Prefetch[str]]:
    """As ``of_decisions``, with every proof that was given."""
    given = ConditionProof.objects.select_related("given_by", "answered_by").order_by("number")
    return of_decisions(), Prefetch("conditions__proofs", given)


def is_superseded(decision: Decision) -> bool:
    """Whether a later decision took its place; nothing of it is followed any more."""
    return Decision.objects.filter(supersedes=decision).exists()
