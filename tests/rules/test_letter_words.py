"""What a letter says: the outcome first, everything that authors need, and in the shareable version nothing more."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest

from reviews.rules import letter_words
from reviews.rules.letter import DEFAULT, Variant
from reviews.rules.letter_words import Facts, PartFacts
from reviews.rules.states import Outcome

CANARY = "Canary"
FACTS = Facts(
    reference="RB-2026-K7Q4X",
    label="Text model",
    title=f"{CANARY}title",
    committee="Safety board",
    revision=2,
    tier=3,
    parts=(PartFacts("model", "staged", "Vetted API", "Internal"), PartFacts("paper", "withheld", "Internal report")),
    authors=(f"{CANARY}author",),
    day="3 March 2026",
    valid_until="3 September 2026",
    valid_months=6,
    conditions=((f"{CANARY}condition", "1 April 2026"), (f"{CANARY}always", "")),
    condition_count=2,
    rationale=f"{CANARY}rationale",
    to_authors=(f"{CANARY}to authors",),
    shared="What may be known.",
    appeal_until="17 March 2026, 17:00 CET",
    appeal_days=10,
    grounds=("new_evidence", "factual_error"),
    contact="Write to board@example.org.",
    signed=(("Chair", "3 March 2026"),),
)


HOLDS = (
    "The decision holds for exactly these files, answers and contributors. Where one of them changes, it no longer "
    "holds and the work is looked at again."
)


def lines(facts: Facts, *, is_preview: bool = False) -> list[str]:
    return [block.text for block in letter_words.blocks(DEFAULT, facts, is_preview=is_preview)]


SAID = {
    Outcome.FULL: "may be released in full",
    Outcome.STAGED: "may be released in stages",
    Outcome.WITHHELD: "is withheld for now",
}


@pytest.mark.parametrize("outcomes", [*itertools.product(Outcome, repeat=2), *((one,) for one in Outcome)])
@pytest.mark.parametrize("variant", Variant)
@pytest.mark.parametrize("is_preview", [True, False])
def test_outcome_of_each_part_stands_in_the_first_line(
    outcomes: tuple[Outcome, ...], variant: Variant, is_preview: bool
) -> None:
    parts = [PartFacts(part, str(one), "R", "R") for part, one in zip(("model", "paper"), outcomes, strict=False)]
    facts = replace(FACTS, parts=tuple(parts), variant=variant)
    said = "; ".join(f"the {part} {SAID[one]}" for part, one in zip(("model", "paper"), outcomes, strict=False))
    assert lines(facts, is_preview=is_preview)[0] == f"Decision on RB-2026-K7Q4X: {said}."


def test_full_version_says_everything() -> None:
    assert lines(FACTS) == [
        "Decision on RB-2026-K7Q4X: the model may be released in stages; the paper is withheld for now.",
        "Full version. It is restricted: please show it to nobody outside the case.",
        "To Canaryauthor, about “Canarytitle” (RB-2026-K7Q4X, revision 2).",
        "The Safety board decided on this on 3 March 2026.",
        "What may be released",
        "The model may be released step by step, from this level: Internal; up to: Vetted API.",
        "The paper stays within this level: Internal report. Nothing beyond it may be released.",
        "This holds until 3 September 2026.",
        "Conditions",
        "Canarycondition (by 1 April 2026)",
        "Canaryalways (always)",
        "Reasons",
        "Canaryrationale",
        "To the authors:",
        "Canaryto authors",
        "What would change this answer",
        HOLDS,
        "A further step opens once what the step before it asks for is met.",
        "New evidence about the risk, or stronger safeguards, can lead to another answer.",
        "How to appeal",
        "The authors may appeal in writing, in Reviewboard, until 17 March 2026, 17:00 CET.",
        "Grounds: new evidence, factual error.",
        "Questions",
        "Write to board@example.org.",
        "Signed",
        "Chair, 3 March 2026",
    ]


def test_shareable_version_has_the_same_answer_and_none_of_the_words_of_the_case() -> None:
    said = lines(letter_words.shareable(FACTS))
    assert [line for line in said if CANARY in line] == []
    assert said[:4] == [
        lines(FACTS)[0],
        "Shareable version. It holds no detail of the work and may be shown to others.",
        "To the authors, about “Text model” (RB-2026-K7Q4X, revision 2).",
        "The Safety board decided on this on 3 March 2026.",
    ]
    assert "2 conditions are tied to this decision; the authors know them." in said
    assert said[said.index("Reasons") + 1 : said.index("What would change this answer")] == [
        "The work falls into a high tier of risk and was weighed at length, as the rules ask.",
        "A release step by step was found right: how each step is used says whether the next one can follow.",
        "As things stand, the risk of a release was found to outweigh its benefit.",
        "What may be known.",
    ]


def test_every_fact_that_carries_words_of_the_case_is_taken_out_before_anything_is_said() -> None:
    """A field that is added to the facts has to be judged here: may anybody read it, or is it taken out?"""
    shared = letter_words.shareable(FACTS)
    open_to_all = {
        "reference", "label", "committee", "revision", "tier", "parts", "day", "valid_until", "valid_months",
        "condition_count", "shared", "appeal_until", "appeal_days", "grounds", "contact", "signed",
    }  # fmt: skip
    taken = {"title", "authors", "conditions", "rationale", "to_authors"}
    assert {field.name for field in fields(Facts)} == open_to_all | taken | {"variant"}
    assert [name for name in open_to_all if getattr(shared, name) != getattr(FACTS, name)] == []
    assert (shared.title, *(getattr(shared, name) for name in sorted(taken - {"title"}))) == (
        "Text model", (), (), "", (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "first"),
    [
        (0, "The work falls into the lowest tier of risk, for which the rules ask for no closer look."),
        (1, "The work was looked at independently, as the rules ask for at its tier of risk."),
        (2, "The work was looked at independently, as the rules ask for at its tier of risk."),
        (3, "The work falls into a high tier of risk and was weighed at length, as the rules ask."),
        (4, "The work falls into a high tier of risk and was weighed at length, as the rules ask."),
    ],
)
def test_general_reasons_follow_the_tier(tier: int, first: str) -> None:
    said = lines(letter_words.shareable(replace(FACTS, tier=tier)))
    assert said[said.index("Reasons") + 1] == first


def test_before_the_last_signature_days_are_not_known_and_it_says_that_it_is_a_preview() -> None:
    early = replace(FACTS, day="", valid_until="", appeal_until="", signed=(("Chair", ""),))
    said = lines(early, is_preview=True)
    assert said[1] == "PREVIEW: nothing of this is in force, and it was sent to nobody."
    assert "This holds for 6 months from the last signature." in said
    assert "The authors may appeal in writing, in Reviewboard, within 10 business days of the last signature." in said
    assert said[-1] == "Chair, not signed yet"


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (PartFacts("model", "full", "Open weights"), "The model may be released as it was asked for: Open weights."),
        (PartFacts("model", "staged", "API", "API"), "The model may be released up to this level: API."),
        (PartFacts("model", "staged", "API"), "The model may be released up to this level: API."),
    ],
)
def test_what_may_be_released(part: PartFacts, line: str) -> None:
    assert line in lines(replace(FACTS, parts=(part,)))


def test_no_conditions_and_no_signatures_are_said_as_well() -> None:
    said = lines(replace(FACTS, conditions=(), condition_count=0, signed=(), grounds=()))
    assert said[said.index("Conditions") + 1] == "None."
    assert said[-1] == "The rules of the lowest tier ask for no signature."
