"""Where a case could go, what would happen to it there, and from where it came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.access.committee import excluded
from reviews.models import Committee, Membership, Revision, Submission, Transfer
from reviews.queries.questionnaire import PolicyChange, policy_change
from reviews.rules.states import CommitteeRole

NO_POLICY = "no_policy"
NOBODY = "nobody"


@dataclass(frozen=True)
class Target:
    """Another committee. ``change`` is None where it works by the policy that the case is judged by.

    ``why_not`` is ``no_policy`` or ``nobody`` (who could coordinate this case there), or empty.
    """

    committee: Committee
    change: PolicyChange | None
    why_not: str = ""

    @property
    def is_same_policy(self) -> bool:
        """Whether the case goes on there as it is."""
        return not self.why_not and self.change is None


def targets(submission: Submission, revision: Revision) -> tuple[Target, ...]:
    """Every other committee by name, with what the case would meet there; a fixed number of queries."""
    rows = Committee.objects.exclude(pk=submission.committee_id).select_related("policy").order_by("name")
    found = list(rows)
    out = excluded(submission)
    run: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.filter(
        committee__in=found,
        role__in=[CommitteeRole.COORDINATOR, CommitteeRole.DEPUTY_CHAIR],
        until_at=None,
        user__is_active=True,
    )
    for committee, person in memberships.values_list("committee_id", "user_id"):
        if person not in out:
            run[committee].add(person)
    return tuple(_target(committee, revision, is_run=bool(run[committee.pk])) for committee in found)


def _target(committee: Committee, revision: Revision, *, is_run: bool) -> Target:
    if committee.policy is None:
        return Target(committee, None, NO_POLICY)
    if not is_run:
        return Target(committee, None, NOBODY)
    same = committee.policy_id == revision.policy_id
    return Target(committee, None if same else policy_change(revision.policy.pack, committee.policy.pack))


def is_possible(submission: Submission) -> bool:
    """Whether there is another committee at all."""
    return Committee.objects.exclude(pk=submission.committee_id).exists()


def words_to_authors(change: PolicyChange, committee: Committee) -> str:
    """Why a case is with its authors again after a transfer, and which questions are new, in plain markdown."""
    policy = committee.policy_in_force
    lines = [
        _(
            "Your case is with another committee now: %(committee)s. It works by another policy (%(policy)s, "
            "%(version)s), so the case is scored by that one. Everything that you wrote and uploaded is still here. "
            "Please look through the answers and submit again."
        )
        % {"committee": committee.name, "policy": policy.title, "version": policy.version}
    ]
    for heading, questions in (
        (_("These questions are new:"), change.added),
        (_("These are asked in another way:"), change.changed),
        (_("These are not asked any more:"), change.removed),
    ):
        if questions:
            lines.append("\n".join([heading, "", *(f"- {question}" for question in questions)]))
    return "\n\n".join(lines)


def history(submission: Submission) -> list[Transfer]:
    """The transfers of a case, the newest first; one query."""
    return list(Transfer.objects.filter(submission=submission).select_related("source", "target").order_by("-pk"))
