"""A second scorer, written from ``scoring.steps``, ``missing_answers`` and the condition language of the pack alone.

It shares no line with ``reviews.rules``: it reads the YAML itself and goes through the steps in the order in which
they stand there. Where the two differ, one of them has misread the pack.
"""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]
PARTS_OF = {"model": ["model"], "paper": ["paper"], "paper_and_model": ["model", "paper"]}


class SecondScorer:
    """One case under one pack, as plain data."""

    def __init__(self, pack: Raw, answers: Raw) -> None:
        self.pack, self.rule, self.given = pack, pack["scoring"], answers
        self.exists: Raw = {}
        self.asked: list[Raw] = []
        for question in pack["questions"]:
            if "show_if" not in question or self.true(question["show_if"]):
                self.asked.append(question)
                for key in [question["key"], *(helper["key"] for helper in question.get("helper_inputs", []))]:
                    self.take(question, key)

    def take(self, question: Raw, key: str) -> None:
        """A key that is absent is unanswered; blank text is no answer, an empty list only where it may be confirmed."""
        value = self.given.get(key)
        if isinstance(value, str) and not value.strip():
            value = None
        if isinstance(value, list) and not value and not question.get("allow_empty"):
            value = None
        if value is not None:
            self.exists[key] = value

    # The condition language -------------------------------------------------------------------------------------------

    def true(self, condition: Raw, inherent_tier: int | None = None) -> bool:
        """Whether a condition holds."""
        if "all" in condition:
            return all(self.true(part, inherent_tier) for part in condition["all"])
        if "any" in condition:
            return any(self.true(part, inherent_tier) for part in condition["any"])
        if "not" in condition:
            return not self.true(condition["not"], inherent_tier)
        value, wanted, op = self.value(condition["q"], inherent_tier), condition.get("value"), condition["op"]
        if value is None:
            return bool(op == "not_answered")
        tests = {
            "not_answered": lambda: False,
            "answered": lambda: value != [],
            "eq": lambda: value == wanted,
            "ne": lambda: value != wanted,
            "in": lambda: value in wanted,
            "contains": lambda: wanted in value,
            "contains_any": lambda: bool(set(value) & set(wanted)),
            "gte": lambda: value >= wanted,
            "lte": lambda: value <= wanted,
        }
        return bool(tests[op]())

    def value(self, name: str, inherent_tier: int | None) -> Any:
        """An answer, or one of the derived values."""
        trips = [self.exists.get(q["key"]) for q in self.asked if q["type"] == "tripwire"]
        match name:
            case "$inherent_tier":
                return inherent_tier
            case "$any_trip":
                return "yes" in trips or "unsure" in trips
            case "$any_unsure":
                return None in trips or "unsure" in trips
            case "$compute":
                return self.compute()
            case "$weights" | "$irreversible":
                found = [rung and bool(rung.get(name[1:], False)) for rung in self.named_rungs()]
                return True if True in found else None if None in found else False
        return self.exists.get(name)

    def compute(self) -> float | None:
        """What was measured, or 6 N D where both are given."""
        key = self.pack["bindings"]["compute"]
        question = next(q for q in self.pack["questions"] if q["key"] == key)
        if key in self.exists:
            return float(self.exists[key])
        helpers = [helper["key"] for helper in question.get("helper_inputs", [])]
        if len(helpers) == 2 and all(helper in self.exists for helper in helpers):
            return 6 * float(self.exists[helpers[0]]) * float(self.exists[helpers[1]])
        return None

    # The steps --------------------------------------------------------------------------------------------------------

    def parts(self) -> list[str]:
        """While nobody has said what comes, either may."""
        return PARTS_OF.get(self.exists.get(self.pack["bindings"]["kind"], ""), ["model", "paper"])

    def named_rungs(self) -> list[Raw | None]:
        """The requested level of each part, None where nobody named it."""
        found = []
        for part in self.parts():
            wanted = self.exists.get(self.pack["bindings"][f"{part}_rung"])
            found.append(next((rung for rung in self.pack["access_levels"][part] if rung["value"] == wanted), None))
        return found

    def score(self) -> Raw:
        """The numbers and the tier."""
        highest = [self.pack["access_levels"][part][-1] for part in self.parts()]
        rungs = [named or top for named, top in zip(self.named_rungs(), highest, strict=True)]
        provisional = self.rule["provisional_value_for_missing_scale"]
        factor = {
            q["scoring"]["factor"]: q["key"] for q in self.pack["questions"] if q["scoring"]["role"] == "modifier"
        }
        ease, uplift, reach = (self.exists.get(factor[name], provisional) for name in ("ease", "uplift", "reach"))
        reach = max([reach] + [rung["min_reach"] for rung in rungs])
        reversibility = max(rung["reversibility"] for rung in rungs)

        chosen = self.exists.get(self.pack["bindings"]["domains"], [])
        enablement = {}
        for question in self.asked:
            if question["scoring"]["role"] == "enablement" and question["scoring"]["domain"] in chosen:
                enablement[question["scoring"]["domain"]] = question["key"]
        scores = {}
        for domain in self.pack["hazard_domains"]:
            if domain["key"] in enablement:
                e = self.exists.get(enablement[domain["key"]], provisional)
                likelihood = e * (self.rule["ease_base"] + ease / self.rule["ease_divisor"])
                base = domain["severity"] * likelihood / 16 * 100
                product = (
                    base * self.rule["uplift_factor"][uplift] * self.rule["reversibility_factor"][reversibility]
                    * self.rule["reach_factor"][reach]
                )  # fmt: skip
                cap = self.rule["score_cap_by_severity"][domain["severity"]]
                scores[domain["key"]] = (min(product, cap), cap, e)
        breadth = self.rule["breadth"]
        ranked = sorted((score for score, _, _ in scores.values()), reverse=True)
        further = [score for score in ranked[1:] if score >= breadth["counts_when_score_at_least"]]
        bonus = min(breadth["per_domain"] * len(further), breadth["max_bonus"])
        exact = max([0.0] + [min(score + bonus, cap) for score, cap, e in scores.values() if e >= 1])

        taken = self.fraction() * min(rung["mitigation_cap"] for rung in rungs)
        inherent = round(float(exact), self.rule["round_to"])
        residual = round(float(exact * (1 - taken)), self.rule["round_to"])
        known = self.band(inherent) if self.is_given(enablement, factor, chosen) else None
        fired = [t["key"] for t in self.pack["hard_triggers"] if self.true(t["when"], known)]
        floors = [t["min_tier"] for t in self.pack["hard_triggers"] if t["key"] in fired]
        by_score = max(self.band(residual), self.band(inherent) - self.rule["max_tier_reduction_by_mitigation"])
        return {
            "inherent": inherent,
            "residual": residual,
            "score_tier": by_score,
            "triggers": tuple(fired),
            "tier": max([by_score, *floors]),
            "missing": tuple(self.missing()),
        }

    def fraction(self) -> float:
        """sum(weight * credit) / sum(weight) over the safeguards shown and not answered not_applicable."""
        above = below = 0.0
        for question in self.asked:
            if question["scoring"]["role"] == "mitigation":
                options = {o["value"]: o["credit"] for o in self.pack["option_sets"][question["option_set"]]}
                credit = options[self.exists.get(question["key"], "none")]
                if credit is not None:
                    above += question["scoring"]["weight"] * credit
                    below += question["scoring"]["weight"]
        return above / below if below else 0.0

    def band(self, score: float) -> int:
        """The last tier that starts at or below the score."""
        return [int(row["tier"]) for row in self.rule["thresholds"] if row["from"] <= score][-1]

    def is_given(self, enablement: Raw, factor: Raw, chosen: list[str]) -> bool:
        """Whether the inherent score rests on nothing that nobody gave."""
        if self.pack["bindings"]["domains"] not in self.exists:
            return False
        if not all(key in self.exists for key in enablement.values()):
            return False
        if not any(self.exists[key] for key in enablement.values()):
            return True
        named = self.pack["bindings"]["kind"] in self.exists and None not in self.named_rungs()
        return named and all(key in self.exists for key in factor.values())

    def missing(self) -> list[str]:
        """The questions that are shown, must be answered and are not."""
        found = []
        for question in self.asked:
            must = question.get("required") or ("required_if" in question and self.true(question["required_if"]))
            if must and question["key"] not in self.exists:
                found.append(question["key"])
        return found


def score(pack: Raw, answers: Raw) -> Raw:
    """The numbers and the tier of a case under a pack as YAML gives it."""
    return SecondScorer(pack, answers).score()
