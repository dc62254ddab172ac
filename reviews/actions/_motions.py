"""What makes the parts of a motion sound: one outcome per part, rungs in order, a reason above the ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reviews.actions._records import lowest_rung
from reviews.models import Part, Revision
from reviews.rules import tiers
from reviews.rules.errors import RuleBroken
from reviews.rules.pack import Pack
from reviews.rules.states import Outcome, PartKind

STILL_OPEN = gettext_noop(
    "Votes that are still out could change the result. Wait for them, or until the days for voting are over."
)


@dataclass(frozen=True)
class Proposal:
    """What a motion proposes for one part; ``first_rung`` only where the part is staged."""

    kind: PartKind
    outcome: Outcome
    rung: str = ""
    first_rung: str = ""


def faults(
    revision: Revision, proposals: Sequence[Proposal], *, tier: int, rationale: str, override_reason: str
) -> list[RuleBroken]:
    """Everything that keeps a motion from being put, each beside its field; a part has one fault at a time."""
    pack = revision.policy.pack
    by_kind = {proposal.kind: proposal for proposal in proposals}
    found, sound = [], []
    for part in revision.parts.all():
        proposal = by_kind.get(PartKind(part.kind))
        fault = _fault(pack, part, proposal)
        if fault is not None:
            found.append(fault)
        elif proposal is not None:
            sound.append(_whole(pack, part, proposal))
    if not rationale.strip():
        text = _("Give the reasons; they go into the decision record.")
        found.append(RuleBroken(text, code="rationale", field="rationale"))
    above = any(
        proposal.outcome is not Outcome.WITHHELD and tiers.is_above_ceiling(pack, tier, proposal.kind, proposal.rung)
        for proposal in sound
    )
    if above and not override_reason.strip():
        text = _("This goes above the ceiling of tier %(tier)d. Write why; it needs the override vote.")
        found.append(RuleBroken(text % {"tier": tier}, code="override_reason", field="override_reason"))
    return found


def whole(revision: Revision, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Sound proposals made whole, in the order of the parts.

    Full grants what was asked for; withheld grants the highest rung inside the house; staged climbs from its first
    rung to its last one, which is not above what was asked for.
    """
    by_kind = {proposal.kind: proposal for proposal in proposals}
    return [_whole(revision.policy.pack, part, by_kind[PartKind(part.kind)]) for part in revision.parts.all()]


def _whole(pack: Pack, part: Part, proposal: Proposal) -> Proposal:
    if proposal.outcome is Outcome.FULL:
        return replace(proposal, rung=part.requested_rung, first_rung="")
    if proposal.outcome is Outcome.WITHHELD:
        return replace(proposal, rung=lowest_rung(pack, PartKind(part.kind)), first_rung="")
    return replace(proposal, first_rung=proposal.first_rung or proposal.rung)


def _fault(pack: Pack, part: Part, proposal: Proposal | None) -> RuleBroken | None:
    if proposal is None:
        return RuleBroken(_("Choose an outcome for each part."), code="outcome", field=f"{part.kind}_outcome")
    if proposal.outcome is not Outcome.STAGED:
        return None
    known = {rung.value: rung.order for rung in pack.ladder(part.kind)}
    if proposal.rung not in known:
        return RuleBroken(_("Choose the highest rung."), code="rung", field=f"{part.kind}_rung")
    first = proposal.first_rung or proposal.rung
    if first not in known or known[first] > known[proposal.rung]:
        text = _("The first stage must not lie above the last one.")
        return RuleBroken(text, code="first_rung", field=f"{part.kind}_first_rung")
    if known[proposal.rung] > known[part.requested_rung]:
        text = _("This is more than the authors asked for.")
        return RuleBroken(text, code="above_request", field=f"{part.kind}_rung")
    if first == proposal.rung == part.requested_rung:
        text = _("One stage up to what was asked for is a full release. Choose full, or an earlier first stage.")
        return RuleBroken(text, code="not_staged", field=f"{part.kind}_first_rung")
    return None
