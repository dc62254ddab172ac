"""What a committee has and lacks, in sentences. No rule and no query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.queries.roles import role_words
from reviews.rules.pack import Pack, Tier
from reviews.rules.staffing import Gap, Need
from reviews.views import wording


@dataclass(frozen=True)
class TierLine:
    """One tier: whether the committee has whom it asks for, and a sentence for each thing that is lacking."""

    tier: Tier
    mark: Literal["ok", "wait", "no"]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class GapLine:
    """A role that nobody holds, and what follows from that."""

    role: str
    label: str
    texts: tuple[str, ...]


def tier_lines(pack: Pack, found: Iterable[tuple[Tier, tuple[Need, ...]]]) -> tuple[TierLine, ...]:
    """What each tier asks for against who is there; a tier without want says what it asks for."""
    lines = []
    for tier, needs in found:
        lacking = [need for need in needs if not need.met]
        texts = [_lacks(pack, need) for need in lacking] or [_has(needs)]
        reached = all(need.is_reached for need in needs)
        lines.append(TierLine(tier, "ok" if not lacking else "wait" if reached else "no", tuple(texts)))
    return tuple(lines)


def _has(needs: Iterable[Need]) -> str:
    known = {need.kind: need for need in needs}
    words = [what(known["reviewers"].kind, known["reviewers"].needed)]
    if "voters" in known:
        words.append(what("voters", known["voters"].needed))
    return _("Everybody is here whom it asks for: %(people)s.") % {"people": ", ".join(words)}


def _lacks(pack: Pack, need: Need) -> str:
    if need.is_reached:
        labels = ", ".join(pack.domain(key).label for key in need.lacking)
        text = _("Needs %(what)s. There are too few where that is: %(domains)s.")
        return text % {"what": what(need.kind, need.needed), "domains": labels}
    shown = {"what": what(need.kind, need.needed), "here": need.here}
    if need.here:
        return _("Needs %(what)s: %(here)d here.") % shown
    return _("Needs %(what)s: nobody here.") % shown


def what(kind: str, number: int) -> str:
    """So many of what a tier asks for."""
    if kind.startswith("signs_"):
        return _("somebody who signs as %(role)s") % {"role": role_words(kind.removeprefix("signs_"))}
    words = _AMOUNTS.get(kind)
    if words is not None:
        return words(number) % {"n": number}
    who, _sep, seat = kind.partition("_")
    one, many = _("%(n)d reviewer for the seat “%(seat)s”"), _("%(n)d reviewers for the seat “%(seat)s”")
    if who == "voters":
        one, many = _("%(n)d voting member for the seat “%(seat)s”"), _("%(n)d voting members for the seat “%(seat)s”")
    return (one if number == 1 else many) % {"n": number, "seat": wording.of(wording.SEATS, seat)}


_AMOUNTS: dict[str, Callable[[int], str]] = {
    "reviewers": lambda n: ngettext("%(n)d reviewer", "%(n)d reviewers", n),
    "external_reviewers": lambda n: ngettext(
        "%(n)d reviewer who is an external member too", "%(n)d reviewers who are external members too", n
    ),
    "reviewers_expert_top_domain": lambda n: ngettext(
        "%(n)d reviewer confirmed as expert in the leading domain of the case",
        "%(n)d reviewers confirmed as experts in the leading domain of the case",
        n,
    ),
    "voters": lambda n: ngettext("%(n)d voting member", "%(n)d voting members", n),
    "voters_external": lambda n: ngettext("%(n)d external member", "%(n)d external members", n),
    "voters_expert_top_domain": lambda n: ngettext(
        "%(n)d voting member confirmed as expert in the leading domain of the case",
        "%(n)d voting members confirmed as experts in the leading domain of the case",
        n,
    ),
    "voters_outside_unit": lambda n: ngettext(
        "%(n)d voting member from another unit than the authors, whichever that is",
        "%(n)d voting members from other units than the authors, whichever that is",
        n,
    ),
    "signatories": lambda n: ngettext("%(n)d person who signs", "%(n)d different people who sign", n),
}
FOLLOWS = {
    "coordinator": _l("Nobody takes cases in and asks reviewers."),
    "chair": _l("Nobody closes a ballot."),
    "deputy_chair": _l("Nobody stands in where chair or coordinator may not act, as with a case of their own."),
    "member": _l("Nobody votes but external members."),
    "external_member": _l("Nobody from outside votes."),
    "reviewer": _l("Nobody can be asked for a review."),
}


def waiting_lines(waiting: Mapping[str, int]) -> tuple[GapLine, ...]:
    """Each role that open cases wait for in vain. Which cases these are is not for everybody who reads this."""
    return tuple(
        GapLine(
            role,
            wording.of(wording.ROLES, role),
            (
                ngettext(
                    "%(n)d open case waits for this role, and nobody may act in it there: whoever holds it wrote the "
                    "case, has a conflict of interest, or signed already.",
                    "%(n)d open cases wait for this role, and nobody may act in it there: whoever holds it wrote the "
                    "case, has a conflict of interest, or signed already.",
                    count,
                )
                % {"n": count},
            ),
        )
        for role, count in sorted(waiting.items())
    )


def gap_lines(gaps: Iterable[Gap]) -> tuple[GapLine, ...]:
    """Each role that nobody holds, with what follows."""
    return tuple(GapLine(gap.role, wording.of(wording.ROLES, gap.role), follows(gap)) for gap in gaps)


def follows(gap: Gap) -> tuple[str, ...]:
    """What follows from a role that nobody holds, by what it is for and by what the policy says."""
    texts = [str(FOLLOWS[gap.role])] if gap.role in FOLLOWS else []
    if gap.covered:
        texts = [_("The deputy chair stands in.")]
    elif gap.signs:
        text = ngettext(
            "A decision of tier %(tiers)s waits for this signature.",
            "Decisions of tiers %(tiers)s wait for this signature.",
            len(gap.signs),
        )
        texts.append(text % {"tiers": wording.joined(str(tier) for tier in gap.signs)})
    if gap.holds:
        text = ngettext(
            "%(n)d rule of the policy holds a case until this role clears it; it stays held.",
            "%(n)d rules of the policy hold a case until this role clears it; it stays held.",
            gap.holds,
        )
        texts.append(text % {"n": gap.holds})
    if gap.assents:
        text = _("At tier %(tiers)s nothing above the ceiling can be granted without this assent.")
        texts.append(text % {"tiers": wording.joined(str(tier) for tier in gap.assents)})
    return tuple(texts) or (_("Reminders to this role reach nobody."),)


def weekdays(days: Collection[int]) -> str:
    """The working days, as a stretch where they are one."""
    known = sorted(days)
    if len(known) > 2 and known == list(range(known[0], known[-1] + 1)):
        return str(format_lazy(_l("{first} to {last}"), first=WEEKDAYS[known[0]], last=WEEKDAYS[known[-1]]))
    return wording.joined(str(WEEKDAYS[day]) for day in known)
