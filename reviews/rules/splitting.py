"""What the paper and the model of one case would be alone: the same answers, each part scored by itself.

"Of two rungs the less reversible one counts", so one part can lift the tier of the other. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviews.rules import scoring
from reviews.rules.pack import PARTS, Pack, Part
from reviews.rules.questionnaire import KINDS, Answers, parts
from reviews.rules.scored import Scored

SINGLE: Mapping[Part, str] = {known[0]: kind for kind, known in KINDS.items() if len(known) == 1}


@dataclass(frozen=True)
class Apart:
    """The case as it is, and each of its parts as a case of its own."""

    whole: Scored
    alone: Mapping[Part, Scored]

    @property
    def differs(self) -> bool:
        """Whether the parts deserve different tiers."""
        return len({scored.tier for scored in self.alone.values()}) > 1

    @property
    def pays(self) -> bool:
        """Whether a part alone would be judged by a lower tier than both together."""
        return any(scored.tier < self.whole.tier for scored in self.alone.values())


def is_possible(pack: Pack, answers: Answers) -> bool:
    """Whether these answers are about both parts, and the policy takes each of them alone."""
    kind = pack.question(pack.bindings.kind)
    return set(parts(pack, answers)) == set(PARTS) and all(kind.option(value) for value in SINGLE.values())


def answers_alone(pack: Pack, answers: Answers, part: Part) -> dict[str, Any]:
    """The answers of a case that is this part alone. What is not asked any more stays there, and does not count."""
    return {**answers, pack.bindings.kind: SINGLE[part]}


def look(pack: Pack, answers: Answers) -> Apart | None:
    """The case and its parts, scored; None where there is nothing to split."""
    if not is_possible(pack, answers):
        return None
    alone = {part: scoring.assess(pack, answers_alone(pack, answers, part)) for part in PARTS}
    return Apart(scoring.assess(pack, answers), alone)


def other(part: Part) -> Part:
    """The part that stays when this one goes."""
    return PARTS[1] if part == PARTS[0] else PARTS[0]
