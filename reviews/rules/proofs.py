"""Which answers ask for a proof: a claim that something was tested can be shown, and is worth little unshown.

The pack may say so for each option (``proof``). Where it says nothing about a question, its own credits decide: an
option that earns more than half of the most that this safeguard can earn is a claim that has to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reviews.rules.pack import Option, Pack, Question
from reviews.rules.questionnaire import Answers, read

NONE, ASKED, REQUIRED = "none", "asked", "required"


@dataclass(frozen=True)
class Wanted:
    """A question whose answer asks for a proof. Without a required one the case cannot be submitted."""

    key: str
    is_required: bool


def wanted(pack: Pack, answers: Answers) -> tuple[Wanted, ...]:
    """Every answer that counts and asks for a proof, in the order of the questions."""
    reading = read(pack, answers)
    demands = ((key, demand(pack.question(key), reading.answers.get(key))) for key in reading.shown)
    return tuple(Wanted(key, said == REQUIRED) for key, said in demands if said != NONE)


def lacking(pack: Pack, answers: Answers, proven: Iterable[str]) -> tuple[Wanted, ...]:
    """Those of ``wanted`` whose question has no proof."""
    known = set(proven)
    return tuple(one for one in wanted(pack, answers) if one.key not in known)


def demand(question: Question, value: Any) -> str:
    """What an answer asks for: nothing, a proof that may be missing, or one that may not."""
    chosen = [question.option(one) for one in (value if isinstance(value, list | tuple) else (value,))]
    said = [_of(question, option) for option in chosen if option is not None]
    return next((one for one in (REQUIRED, ASKED) if one in said), NONE)


def _of(question: Question, option: Option) -> str:
    if any(one.proof for one in question.options):
        return option.proof or NONE
    if question.role != "mitigation" or option.credit is None:
        return NONE
    most = max(one.credit for one in question.options if one.credit is not None)
    return ASKED if option.credit * 2 > most else NONE
