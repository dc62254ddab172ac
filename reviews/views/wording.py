"""The words of the closed vocabularies as a reader meets them. No rule, no query, no markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import Expertise
from reviews.rules.clearance import Clearance, ReReview, Standing
from reviews.rules.pack import Pack
from reviews.rules.pack_process import ShareRule
from reviews.rules.states import Outcome

Words = Mapping[str, str | Promise]

PARTS: Words = {"model": _l("Model"), "paper": _l("Paper")}
VOTES: Words = {"for": _l("For"), "against": _l("Against"), "abstain": _l("Abstain")}
VOTE_ICONS = {"for": "plus-circle", "against": "dash-circle-fill", "abstain": "dash-circle", "": "circle"}
CONFIDENCE: Words = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High")}
SUFFICIENCY: Words = {
    "enough": _l("Enough"),
    "not_enough": _l("Not enough"),
    "cannot_judge": _l("Cannot judge"),
}
RECOMMENDATIONS: Words = {"clear": _l("Clear as requested"), "escalate": _l("Look closer, one tier up")}
OUTCOMES: Words = {"full": _l("Full"), "staged": _l("Staged"), "withheld": _l("Withheld")}
ASSIGNMENTS: Words = {
    "offered": _l("Asked"),
    "accepted": _l("Accepted"),
    "done": _l("Filed"),
    "declined": _l("Declined"),
    "recused": _l("Stepped aside"),
    "lapsed": _l("Lapsed"),
    "replaced": _l("Given up"),
}
ROLES: Words = {
    "member": _l("Member"),
    "external_member": _l("External member"),
    "reviewer": _l("Reviewer"),
    "coordinator": _l("Coordinator"),
    "chair": _l("Chair"),
    "deputy_chair": _l("Deputy chair"),
    "legal_officer": _l("Legal officer"),
    "biosecurity_officer": _l("Biosecurity officer"),
    "security_officer": _l("Security officer"),
    "export_officer": _l("Export officer"),
    "head_of_research": _l("Head of research"),
    "executive": _l("Executive"),
}
AUDIENCES: Words = {
    "board": _l("Board only"),
    "reviewers": _l("Board and reviewers"),
    "authors": _l("Authors too"),
}
SCORED: Words = {
    "author": _l("The authors' answers"),
    "reviews": _l("With the reviewers' answers"),
    "board": _l("After a closer look"),
    "override": _l("Set by two people"),
    "transfer": _l("For another committee"),
}
RE_REVIEW: Words = {
    "artifact_changed": _l("a file or reference is another one"),
    "answer_changed": _l("an answer or its proof is another one"),
    "contributors_changed": _l("the list of contributors is another one"),
    "validity_ended": _l("the last day of its validity has passed"),
    "condition_breached": _l("a condition is past its date and not met"),
    "recused": _l("somebody who had a part in the decision stepped aside"),
    "understated": _l("what was declared turned out to be understated"),
    "new_capability": _l("a new result shows what the work can do"),
    "incident": _l("an incident"),
    "leak": _l("a leak"),
    "new_law": _l("a new law"),
    "larger_version": _l("a larger version of it"),
}
OWNERS: Words = {
    "authors": _l("Authors"),
    "coordinator": _l("Coordinator"),
    "reviewers": _l("Reviewers"),
    "board": _l("Voting members"),
    "signatories": _l("Signatories"),
    "nobody": _l("Nobody"),
}
SEATS: Words = {
    "generalist": _l("Trained reviewer"),
    "expert_top_domain": _l("Expert in the leading domain"),
    "expert_other_domain": _l("Expert in another domain of the case"),
    "security": _l("Security"),
    "legal": _l("Law"),
    "policy": _l("Policy"),
    "security_or_policy": _l("Security or policy"),
    "external": _l("External member"),
    "outside_unit": _l("From another unit than the authors"),
}
BASES: Words = {
    "system": _l("Cleared by the rules for the lowest tier"),
    "reviewer": _l("Cleared by a reviewer"),
    "reviewers": _l("Decided on equal recommendations of the reviewers"),
    "board": _l("Decided by a vote of the board"),
}
EXCLUDED_AS_AUTHOR = "author"


def of(words: Words, key: str) -> str:
    """The words for a key; the bare key, readable, for one that only a pack knows."""
    found = words.get(key)
    return str(found) if found is not None else key.replace("_", " ")


def why_excluded(pack: Pack, key: str) -> str:
    """Why somebody stands outside the board of a case."""
    if key == EXCLUDED_AS_AUTHOR:
        return _("Author of this case")
    labels = {kind.key: kind.label for kind in pack.decision.conflict_types}
    return labels.get(key, key.replace("_", " "))


SHARES = {Fraction(1, 2): _l("half"), Fraction(2, 3): _l("two thirds"), Fraction(3, 4): _l("three quarters")}


def share(rule: ShareRule) -> str:
    """A share of votes as one says it: “more than half of the votes cast”."""
    size = str(SHARES.get(rule.share, f"{rule.share.numerator}/{rule.share.denominator}"))
    base = _("of all voting members") if rule.of == "eligible_voters" else _("of the votes cast")
    pattern = _("more than %(size)s %(base)s") if rule.strictly_more else _("at least %(size)s %(base)s")
    return pattern % {"size": size, "base": base}


@dataclass(frozen=True)
class PartWords:
    """What is proposed or granted for one part, in words."""

    part: str
    outcome: str
    text: str


def part_words(pack: Pack, kind: str, outcome: str, rung: str, first_rung: str = "") -> PartWords:
    """One part of a motion or a decision as a sentence says it."""
    label = pack.rung(kind, rung).label
    if outcome == Outcome.FULL:
        text = _("as asked for: %(rung)s") % {"rung": label}
    elif outcome == Outcome.WITHHELD:
        text = _("nothing above %(rung)s") % {"rung": label}
    elif first_rung and first_rung != rung:
        text = _("from %(first)s, step by step up to %(rung)s") % {
            "first": pack.rung(kind, first_rung).label,
            "rung": label,
        }
    else:
        text = _("up to %(rung)s") % {"rung": label}
    return PartWords(of(PARTS, kind), outcome, text)


@dataclass(frozen=True)
class StandingWords:
    """What a clearance is worth: a badge, and the sentence that goes with it. ``warning`` ends nothing."""

    label: str
    kind: str
    icon: str
    text: str
    holds: bool = False
    warning: str = ""
    is_halted: bool = False
    also: str = ""


STANDINGS: Mapping[str, tuple[str | Promise, str, str]] = {
    "not_in_force": (_l("Not in force"), "warn", "hourglass-split"),
    "in_force": (_l("In force"), "good", "shield-check"),
    "stale": (_l("Stale"), "warn", "clock"),
    "expired": (_l("Expired"), "bad", "calendar-x"),
    "superseded": (_l("Superseded"), "", "arrow-return-right"),
    "revoked": (_l("Revoked"), "bad", "stop-circle"),
    "restricted": (_l("Restricted"), "bad", "stop-circle"),
}
CHANGED: Words = {
    "artifact_changed": _l("the files"),
    "answer_changed": _l("the answers"),
    "contributors_changed": _l("the contributors"),
}


def standing(clearance: Clearance, *, releases: bool) -> StandingWords:
    """A clearance in words. ``releases``: whether the decision lets anything out at all."""
    label, kind, icon = STANDINGS[clearance.standing]
    until = date_format(clearance.until, "j M Y") if clearance.until is not None else ""
    text, halted = _sentence(clearance, until, releases=releases), clearance.standing is Standing.RESTRICTED
    also = _("Under appeal") if clearance.is_appealed else ""
    return StandingWords(
        str(label), kind, icon, text, clearance.holds, warning=_warning(clearance), is_halted=halted, also=also
    )


def _warning(clearance: Clearance) -> str:
    """Why the board should look at a clearance again that still holds."""
    if ReReview.CONDITION_BREACHED not in clearance.warnings:
        return ""
    text = ngettext(
        "%(n)d condition is past its date and not met.",
        "%(n)d conditions are past their date and not met.",
        clearance.breached,
    )
    return text % {"n": clearance.breached}


def _sentence(clearance: Clearance, until: str, *, releases: bool) -> str:
    changed = joined(of(CHANGED, code) for code in clearance.changed)
    match clearance.standing:
        case Standing.IN_FORCE if releases and until:
            text = _("Released until %(until)s")
        case Standing.IN_FORCE if releases:
            text = _("Released")
        case Standing.IN_FORCE if until:
            text = _("In force until %(until)s")
        case Standing.IN_FORCE:
            text = _("In force")
        case Standing.STALE:
            text = _("Changed since the decision: %(changed)s. Nothing may rest on it now.")
        case Standing.EXPIRED:
            text = _("Its last day was %(until)s. Nothing may rest on it now.")
        case Standing.SUPERSEDED:
            text = _("A later decision on this case took its place.")
        case Standing.REVOKED:
            text = _("It was revoked. Nothing may rest on it now.")
        case Standing.RESTRICTED:
            text = _("An emergency restriction is in force. Nothing may rest on the decision until it ends.")
        case _:
            text = _("It takes effect with the last signature.")
    return text % {"until": until, "changed": changed}


def known(domain: str, *, confirmed: int, stated: int) -> str:
    """What somebody knows, with the level where they are not confirmed as expert: “Cyber (working level)”."""
    if confirmed == Expertise.Level.EXPERT:
        return domain
    level = str(Expertise.Level(confirmed or stated).label).lower()
    said = _("%(domain)s (%(level)s)") if confirmed else _("%(domain)s (%(level)s by their own word)")
    return said % {"domain": domain, "level": level}


def joined(words: Iterable[str]) -> str:
    """“2, 3 and 4”."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return _("%(first)s and %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}
