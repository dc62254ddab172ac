"""What a proposal says: why somebody is proposed, who would be next, what is short and what would mend it."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries.proposal import SET_ASIDE, SUSPECTED, Table, Wanting
from reviews.rules.matching import Alternative, Seat, Shortage
from reviews.rules.matching_facts import Bar, Person
from reviews.rules.pack import Pack
from reviews.views import wording

ANSWERED = {"declined", "recused", "lapsed", "replaced"}


def seat_name(one: Wanting, seat: str, *, external: bool = False) -> str:
    """What a seat asks for: “Expert in chemistry”."""
    names = {domain.key: domain.label for domain in one.pack.domains}
    name = wording.of(wording.SEATS, seat)
    if seat == "expert_top_domain" and one.leading:
        name = _("Expert in %(domain)s") % {"domain": names.get(one.leading, one.leading)}
    return _("%(seat)s, external") % {"seat": name} if external else name


def why(one: Wanting, seat: Seat, person: Person) -> list[str]:
    """Why this person: what they know of the case, and how they stand to its authors. Of whoever is proposed no
    conflict is known and no tie is suspected, or they would be barred."""
    names = {domain.key: domain.label for domain in one.pack.domains}
    found = [names.get(key, key) for key in seat.knows]
    if seat.knows and seat.knows[0] == one.leading:
        found[0] = _("%(domain)s, the leading domain") % {"domain": found[0]}
    found = [
        wording.known(name, confirmed=person.domains.get(key, 0), stated=person.stated.get(key, 0))
        for key, name in zip(seat.knows, found, strict=True)
    ]
    if seat.is_external:
        found.append(_("external"))
    found.append(_("no conflict known"))
    if seat.repeats:
        text = ngettext(
            "reviewed these authors %(n)d time before", "reviewed these authors %(n)d times before", seat.repeats
        )
        found.append(text % {"n": seat.repeats})
    else:
        found.append(_("never reviewed these authors"))
    return found


def load(after: int, cap: int) -> str:
    """How full a desk is with the proposal."""
    return _("%(after)d of %(cap)d open reviews with this") % {"after": after, "cap": cap}


def instead(table: Table, other: Alternative) -> str:
    """Somebody else, and what that costs."""
    person = table.people[other.person]
    values = {"name": person, "load": other.load_after, "cap": person.load_cap, "cost": other.cost}
    if other.cost > 0:
        return _("%(name)s, load %(load)d of %(cap)d, costs %(cost)d") % values
    return _("%(name)s, load %(load)d of %(cap)d, as good") % values


def short(one: Wanting, shortage: Shortage) -> str:
    """Which rule is short by how much, and where those are who would do."""
    name = seat_name(one, shortage.seat, external=shortage.external)
    said = _("%(case)s needs one more: %(seat)s.") % {"case": shortage.case, "seat": name}
    if not shortage.known:
        return f"{said} {_('Nobody who reviews for the committee has this confirmed.')}"
    known = ngettext("%(n)d person is known", "%(n)d people are known", shortage.known) % {"n": shortage.known}
    return f"{said} {known}: {wording.joined(_counts(one.pack, shortage))}."


def remedy(shortage: Shortage) -> str:
    """What would mend it."""
    reasons = dict(shortage.shut)
    ways = [_("Appoint one more, or confirm this expertise of somebody who has it.")]
    if reasons.get(Bar.ABSENT):
        ways.append(_("Or wait until somebody is back."))
    if reasons.get(Bar.FULL) or shortage.needed_elsewhere:
        ways.append(_("Or raise what somebody takes at the same time."))
    if reasons.get(SUSPECTED):
        ways.append(_("Or press “Look for ties now” on its page of conflicts, and settle what is suspected."))
    if reasons.get(SET_ASIDE):
        ways.append(_("Or take back whom you set aside."))
    return " ".join(ways)


def _counts(pack: Pack, shortage: Shortage) -> list[str]:
    counted = Counter[str]()
    for reason, number in shortage.shut:
        counted[_kind(reason)] += number
    counted["elsewhere"] += shortage.needed_elsewhere
    return [_count(kind, number) for kind, number in counted.items() if number]


def _kind(reason: str) -> str:
    if reason in ANSWERED:
        return "answered"
    return reason if reason in {"author", SUSPECTED, SET_ASIDE, *Bar} else "conflict"


def _count(kind: str, n: int) -> str:
    text = {
        "author": ngettext("%(n)d is an author", "%(n)d are authors", n),
        "conflict": ngettext("%(n)d has a conflict of interest", "%(n)d have a conflict of interest", n),
        SUSPECTED: ngettext(
            "of %(n)d a tie to the authors is suspected", "of %(n)d a tie to the authors is suspected", n
        ),
        "answered": ngettext("%(n)d gave the seat back", "%(n)d gave the seat back", n),
        "elsewhere": ngettext("%(n)d is needed for another case", "%(n)d are needed for other cases", n),
        str(Bar.SEATED): ngettext("%(n)d has a seat already", "%(n)d have a seat already", n),
        str(Bar.ABSENT): ngettext("%(n)d is away", "%(n)d are away", n),
        str(Bar.FULL): ngettext("%(n)d has a full desk", "%(n)d have full desks", n),
        SET_ASIDE: ngettext("%(n)d was set aside by you", "%(n)d were set aside by you", n),
    }[kind]
    return text % {"n": n}


__all__ = ["instead", "load", "remedy", "seat_name", "short", "why"]
