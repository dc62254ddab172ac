"""A pack in plain words for those who decide about it: tiers, roles, hard rules, what is asked. No rule, no query."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.rules.pack import Pack, QuorumRule, Tier
from reviews.rules.policy_words import condition_words
from reviews.views import policy_reading, wording
from reviews.views.policy_reading import LawWords, RungWords, ScoringWords, SectionWords


@dataclass(frozen=True)
class TierWords:
    """One tier: who decides, who reviews, how is voted, who signs, how long it takes and lasts, the ceilings."""

    tier: Tier
    decides: str
    reviews: str
    votes: tuple[str, ...]
    signs: str
    time: str
    evidence: str
    ceilings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RoleWords:
    """One role and everything that the policy gives it to do."""

    label: str
    duties: tuple[str, ...]


@dataclass(frozen=True)
class RuleWords:
    """One hard rule: its reason, when it fires, the least tier, and who must clear it."""

    reason: str
    when: str
    tier: int
    hold: str


@dataclass(frozen=True)
class Reading:
    """A whole pack."""

    pack: Pack
    tiers: tuple[TierWords, ...]
    roles: tuple[RoleWords, ...]
    rules: tuple[RuleWords, ...]
    sections: tuple[SectionWords, ...]
    scoring: ScoringWords
    ladders: tuple[tuple[str, tuple[RungWords, ...]], ...]
    evidence: tuple[tuple[str, str, str], ...]
    decision: tuple[tuple[str, str], ...]
    reminders: tuple[tuple[str, str, str], ...]
    laws: tuple[LawWords, ...]


DECIDES = {
    "system": lambda: _("The rules alone, when nothing is set off"),
    "reviewer": lambda: _("One reviewer clears it or asks for a closer look"),
    "reviewers": lambda: _("Equal recommendations of the reviewers; where they differ, the board votes"),
    "board": lambda: _("The board, by a vote after the reviews"),
}


def read(pack: Pack) -> Reading:
    """The pack as somebody reads it."""
    return Reading(
        pack=pack,
        tiers=tuple(_tier(pack, tier) for tier in pack.tiers),
        roles=tuple(RoleWords(wording.of(wording.ROLES, role), _duties(pack, role)) for role in pack.roles),
        rules=tuple(
            RuleWords(
                one.reason,
                condition_words(pack, one.when),
                one.min_tier,
                wording.of(wording.ROLES, one.hold) if one.hold else "",
            )
            for one in pack.triggers
        ),
        sections=policy_reading.sections(pack),
        scoring=policy_reading.scoring(pack),
        ladders=policy_reading.ladders(pack),
        evidence=policy_reading.evidence(pack),
        decision=policy_reading.decision(pack),
        reminders=policy_reading.reminders(pack),
        laws=policy_reading.laws(pack),
    )


def _tier(pack: Pack, tier: Tier) -> TierWords:
    decides = DECIDES.get(tier.path)
    return TierWords(
        tier=tier,
        decides=decides() if decides is not None else tier.path,
        reviews=_reviews(tier),
        votes=_votes(tier),
        signs=wording.joined(wording.of(wording.ROLES, role) for role in tier.sign_off),
        time=_time(tier),
        evidence=", ".join(pack.evidence_type(key).label for key in tier.required_evidence),
        ceilings=tuple((wording.of(wording.PARTS, part), _ceiling(pack, tier, part)) for part in ("model", "paper")),
    )


def _ceiling(pack: Pack, tier: Tier, part: str) -> str:
    return pack.rung(part, tier.ceiling(part)).label.partition(" - ")[0]


def _reviews(tier: Tier) -> str:
    if not tier.reviewers:
        return ""
    text = ngettext("%(n)d reviewer", "%(n)d reviewers", tier.reviewers) % {"n": tier.reviewers}
    if tier.external_reviewers:
        text += ", " + _("%(n)d of them from outside") % {"n": tier.external_reviewers}
    if tier.expertise:
        text += ": " + ", ".join(wording.of(wording.SEATS, seat).lower() for seat in tier.expertise)
    return text


def _votes(tier: Tier) -> tuple[str, ...]:
    if tier.quorum is None or tier.approval is None:
        return ()
    texts = [_quorum(tier.quorum), _("Carried by %(share)s.") % {"share": wording.share(tier.approval)}]
    if tier.override is not None:
        texts.append(_("Above the ceiling by %(share)s.") % {"share": wording.share(tier.override)})
        if tier.override.also:
            also = wording.joined(wording.of(wording.ROLES, role) for role in tier.override.also)
            texts[-1] = _("Above the ceiling by %(share)s, with the assent of: %(roles)s.") % {
                "share": wording.share(tier.override), "roles": also,
            }  # fmt: skip
    return tuple(texts)


def _quorum(rule: QuorumRule) -> str:
    size = str(wording.SHARES.get(rule.share, f"{rule.share.numerator}/{rule.share.denominator}"))
    pattern = (
        _("More than %(size)s of the voting members take part, at least %(n)d.")
        if rule.strictly_more
        else _("At least %(size)s of the voting members take part, at least %(n)d.")
    )
    text = pattern % {"size": size, "n": rule.at_least}
    if rule.seats:
        seats = wording.joined(
            f"{number} {wording.of(wording.SEATS, seat).lower()}" for seat, number in rule.seats.items()
        )
        text += " " + _("Among them: %(seats)s.") % {"seats": seats}
    return text


def _time(tier: Tier) -> str:
    days = ngettext("%(n)d working day", "%(n)d working days", tier.sla_business_days) % {"n": tier.sla_business_days}
    months = ngettext("%(n)d month", "%(n)d months", tier.review_valid_months) % {"n": tier.review_valid_months}
    return _("Decided within %(days)s, valid for %(months)s") % {"days": days, "months": months}


def _duties(pack: Pack, role: str) -> tuple[str, ...]:
    texts = []
    signs = [str(tier.tier) for tier in pack.tiers if role in tier.sign_off]
    if signs:
        text = ngettext("signs decisions of tier %(tiers)s", "signs decisions of tiers %(tiers)s", len(signs))
        texts.append(text % {"tiers": wording.joined(signs)})
    holds = sum(trigger.hold == role for trigger in pack.triggers)
    if holds:
        text = ngettext("clears the holds of %(n)d hard rule", "clears the holds of %(n)d hard rules", holds)
        texts.append(text % {"n": holds})
    assents = [str(tier.tier) for tier in pack.tiers if tier.override is not None and role in tier.override.also]
    if assents:
        texts.append(_("assents to what goes above the ceiling of tier %(tiers)s") % {"tiers": wording.joined(assents)})
    if role in ("member", "external_member"):
        texts.append(_("votes"))
    if any(role in step.to for reminder in pack.reminders for step in reminder.steps):
        texts.append(_("is reminded when something is late"))
    return tuple(texts)
