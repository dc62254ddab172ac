"""What makes the conditions of a motion sound: an owner who can be bound, a day ahead, a stage that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access.condition import bound
from reviews.actions._motions import Proposal
from reviews.models import Motion, MotionCondition, Revision, Submission
from reviews.rules import gates
from reviews.rules.errors import RuleBroken
from reviews.rules.states import Outcome

PASSED = gettext_noop("A condition is due on %(day)s, and that day has passed.")


@dataclass(frozen=True)
class Term:
    """A condition as proposed. ``part`` and ``rung`` name the stage that waits for it, ``row`` where it was typed."""

    text: str
    due_date: date | None = None
    owner: User | None = None
    part: str = ""
    rung: str = ""
    evidence: str = ""
    row: str = ""


def faults(
    submission: Submission, revision: Revision, proposals: Sequence[Proposal], terms: Sequence[Term], *, today: date
) -> list[RuleBroken]:
    """Everything that keeps these conditions out of a motion, each beside its field.

    A part that has no sound proposal has a fault of its own, so nothing is said of its stages here.
    """
    stages = _stages(revision, proposals)
    owners = {person.pk for person in bound(submission).everybody} if any(term.owner for term in terms) else set()
    found = []
    for term in terms:
        if term.due_date is not None and term.due_date < today:
            text = _(PASSED) % {"day": term.due_date.isoformat()}
            found.append(RuleBroken(text, code="condition_due", field=f"{term.row}_due"))
        if term.owner is not None and term.owner.pk not in owners:
            text = _("Only an author, or somebody who runs this case, can owe a condition.")
            found.append(RuleBroken(text, code="condition_owner", field=f"{term.row}_owner"))
        if term.rung and term.part in stages and term.rung not in stages[term.part]:
            text = _("The motion has no such stage. Only stages of a part that is staged can wait for a condition.")
            found.append(RuleBroken(text, code="condition_before", field=f"{term.row}_before"))
    return found


def keep(motion: Motion, terms: Sequence[Term]) -> None:
    """The conditions as rows of their motion."""
    for order, term in enumerate(terms, start=1):
        MotionCondition.objects.create(
            motion=motion,
            order=order,
            text=term.text.strip(),
            due_date=term.due_date,
            owner=term.owner,
            before_part=term.part if term.rung else "",
            before_rung=term.rung,
            evidence=term.evidence.strip(),
        )


def _stages(revision: Revision, proposals: Sequence[Proposal]) -> Mapping[str, frozenset[str]]:
    """The rungs of the stages that each soundly proposed part would have."""
    pack, found = revision.policy.pack, {}
    for proposal in proposals:
        rungs: frozenset[str] = frozenset()
        if proposal.outcome is Outcome.STAGED:
            first = proposal.first_rung or proposal.rung
            try:
                between = gates.stages_between(pack.ladder(proposal.kind), first, proposal.rung)
            except ValueError:
                continue
            rungs = frozenset(rung.value for rung in between)
        found[str(proposal.kind)] = rungs
    return found
