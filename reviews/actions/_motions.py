"""What makes the parts of a motion sound: one outcome per part, rungs in order, a reason above the ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reviews.actions._records import lowest_rung
from reviews.models import Part, Revision
from reviews.rules import tiers
from reviews.rules.errors import RuleBroken
from reviews.rules.pack import Pack
from reviews.rules.states import Outcome, PartKind


@dataclass(frozen=True)
class Proposal:
    """What a motion proposes for one part; ``first_rung`` only where the part is staged."""

    kind: PartKind
    outcome: Outcome
    rung: str = ""
    first_rung: str = ""


def check_parts(
    revision: Revision, proposals: Sequence[Proposal], *, tier: int, override_reason: str
) -> list[Proposal]:
    """The proposals made whole, in the order of the parts. Raises ``RuleBroken`` beside the field at fault.

    Full grants what was asked for; withheld grants the highest rung inside the house; staged climbs from its first
    rung to its last one, which is not above what was asked for.
    """
    pack = revision.policy.pack
    by_kind = {proposal.kind: proposal for proposal in proposals}
    checked = []
    for part in revision.parts.all():
        proposal = by_kind.get(PartKind(part.kind))
        if proposal is None:
            raise RuleBroken(_("Choose an outcome for each part."), code="outcome", field=f"{part.kind}_outcome")
        checked.append(_whole(pack, part, proposal))
    above = [
        proposal
        for proposal in checked
        if proposal.outcome is not Outcome.WITHHELD and tiers.is_above_ceiling(pack, tier, proposal.kind, proposal.rung)
    ]
    if above and not override_reason.strip():
        raise RuleBroken(
            _("This goes above the ceiling of tier %(tier)d. Write why; it needs the override vote.") % {"tier": tier},
            code="override_reason",
            field="override_reason",
        )
    return checked


def _whole(pack: Pack, part: Part, proposal: Proposal) -> Proposal:
    if proposal.outcome is Outcome.FULL:
        return replace(proposal, rung=part.requested_rung, first_rung="")
    if proposal.outcome is Outcome.WITHHELD:
        return replace(proposal, rung=lowest_rung(pack, PartKind(part.kind)), first_rung="")
    known = {rung.value: rung.order for rung in pack.ladder(part.kind)}
    if proposal.rung not in known:
        raise RuleBroken(_("Choose the highest rung."), code="rung", field=f"{part.kind}_rung")
    first = proposal.first_rung or proposal.rung
    if first not in known or known[first] > known[proposal.rung]:
        raise RuleBroken(
            _("The first stage must not lie above the last one."), code="first_rung", field=f"{part.kind}_first_rung"
        )
    if known[proposal.rung] > known[part.requested_rung]:
        raise RuleBroken(_("This is more than the authors asked for."), code="above_request", field=f"{part.kind}_rung")
    if first == proposal.rung == part.requested_rung:
        raise RuleBroken(
            _("One stage up to what was asked for is a full release. Choose full, or an earlier first stage."),
            code="not_staged",
            field=f"{part.kind}_first_rung",
        )
    return replace(proposal, first_rung=first)
