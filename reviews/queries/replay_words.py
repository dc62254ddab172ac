"""What a replay found, in sentences: for pages and for the command line. No rule and no query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.queries.replay import Replay
from reviews.queries.roles import part_words, role_words
from reviews.rules.pack import Pack
from reviews.rules.replay import Cause, Effect, Tally

SENTENCES: Mapping[str, Promise] = {
    "trigger_new": _l("A new hard rule fires, at least tier %(after)s: %(subject)s."),
    "trigger_fires": _l("A hard rule fires now, at least tier %(after)s: %(subject)s."),
    "trigger_silent": _l("A hard rule fires no longer, before at least tier %(before)s: %(subject)s."),
    "trigger_gone": _l("A hard rule is gone, before at least tier %(before)s: %(subject)s."),
    "trigger_tier": _l("A hard rule asks for at least tier %(after)s, before %(before)s: %(subject)s."),
    "trigger_hold": _l("A hard rule is held for %(after)s, before for %(before)s: %(subject)s."),
    "severity": _l("%(subject)s has severity %(after)s, before %(before)s."),
    "enablement": _l("The answer about %(subject)s counts as %(after)s, before as %(before)s."),
    "cap": _l("%(subject)s scores at most %(after)s, before %(before)s."),
    "factor": _l("%(subject)s counts as %(after)s, before as %(before)s."),
    "breadth": _l("Further domains add %(after)s points, before %(before)s."),
    "safeguards": _l("Safeguards take off %(after)s %% of the risk, before %(before)s %%."),
    "threshold": _l("Tier %(subject)s starts at %(after)s points, before at %(before)s."),
    "threshold_new": _l("There is a tier %(subject)s now, from %(after)s points."),
    "threshold_gone": _l("There is no tier %(subject)s any more, before from %(before)s points."),
    "limit": _l("Safeguards lower the tier by at most %(after)s, before by %(before)s."),
    "formula": _l("The score is computed in another way."),
    "domain_gone": _l("%(subject)s is no hazard domain any more."),
    "domain_chosen": _l("%(subject)s counts as a hazard domain now."),
    "ceiling": _l("Tier %(subject)s allows the %(part)s at most: %(after)s, before: %(before)s."),
}
# The same without the figures of one case.
COUNTED: Mapping[str, Promise] = {
    "enablement": _l("The answer about %(subject)s counts otherwise."),
    "factor": _l("%(subject)s counts otherwise."),
    "breadth": _l("Further domains add other points."),
    "safeguards": _l("Safeguards take off another share of the risk."),
}
FACTORS: Mapping[str, Promise] = {
    "ease": _l("How easy misuse is"),
    "uplift": _l("What it adds to what is public already"),
    "reversibility": _l("Whether a release can be undone"),
    "reach": _l("How many it reaches"),
}


def cause(found: Cause, replay: Replay) -> str:
    """One cause as a sentence, with the words of the new pack or, for what it lacks, of the one before."""
    is_counted = found.code in COUNTED and found == found.general
    sentence = COUNTED[found.code] if is_counted else SENTENCES[found.code]
    before, after = found.before, found.after
    if found.code == "ceiling":
        before, after = (rung(replay, found.part, value) for value in (before, after))
    elif found.code == "trigger_hold":
        before, after = (role_words(role) if role else _("nobody") for role in (before, after))
    values = {"before": before, "after": after, "part": part_words(found.part), "subject": _subject(found, replay)}
    return str(sentence) % values


def _subject(found: Cause, replay: Replay) -> str:
    key = found.subject
    if found.code.startswith("trigger"):
        return _named(replay, key, lambda pack: pack.trigger(key).reason)
    if found.code == "factor":
        return str(FACTORS[key])
    if found.code.startswith("threshold") or found.code == "ceiling":
        return key
    return _named(replay, key, lambda pack: pack.domain(key).label)


def _named(replay: Replay, key: str, name_in: Callable[[Pack], str]) -> str:
    for pack in (replay.pack, *replay.before):
        try:
            return name_in(pack)
        except KeyError:
            continue
    return key


def rung(replay: Replay, part: str, value: str) -> str:
    """A rung in the words of whichever pack has it, without what stands behind its dash."""
    return _named(replay, value, lambda pack: pack.rung(part, value).label).partition(" - ")[0]


def question(replay: Replay, key: str) -> str:
    """A question in its words."""
    return _named(replay, key, lambda pack: pack.question(key).text)


def case(effect: Effect, replay: Replay) -> tuple[str, ...]:
    """What changes for one case besides its tier, and what moves it."""
    found = [cause(one, replay) for one in effect.causes]
    for one in effect.ceilings:
        text = _("The %(part)s: at most %(after)s, before at most %(before)s.") if one.is_lower else _(
            "The %(part)s: up to %(after)s, before up to %(before)s.")  # fmt: skip
        shown = {"before": rung(replay, one.part, one.before), "after": rung(replay, one.part, one.after)}
        found.append(text % {"part": part_words(one.part), **shown})
    lacking = [question(replay, key) for key in effect.lacking]
    if lacking:
        found.append(_("Not answered: %(questions)s") % {"questions": " · ".join(lacking)})
    return tuple(found)


def causes(replay: Replay) -> tuple[tuple[str, int], ...]:
    """What moves results, and how many cases, the most first."""
    return tuple((cause(one, replay), count) for one, count in replay.tally.causes)


def open_answers(replay: Replay) -> tuple[str, ...]:
    """What of the answers and the questions no longer meets, a sentence each."""
    tally = replay.tally
    return (
        *_each(replay, tally.lacking, lambda n: ngettext(
            "%(n)d case would lack an answer to “%(question)s”", "%(n)d cases would lack an answer to “%(question)s”", n
        )),
        *_each(replay, tally.unfit, lambda n: ngettext(
            "%(n)d case has an answer that is not offered any more to “%(question)s”",
            "%(n)d cases have an answer that is not offered any more to “%(question)s”", n,
        )),
        *_each(replay, tally.unused, lambda n: ngettext(
            "%(n)d case has an answer that is asked for no more: “%(question)s”",
            "%(n)d cases have an answer that is asked for no more: “%(question)s”", n,
        )),
    )  # fmt: skip


def _each(replay: Replay, counts: Iterable[tuple[str, int]], words: Callable[[int], str]) -> Iterable[str]:
    for key, count in counts:
        yield words(count) % {"n": count, "question": question(replay, key)}


def headline(tally: Tally) -> str:
    """How many of how many change, and which way."""
    if not tally.cases:
        return _("No case was submitted that this policy could be tried on.")
    text = ngettext(
        "%(changed)d of %(n)d case would come out otherwise", "%(changed)d of %(n)d cases would come out otherwise",
        tally.cases,
    ) % {"changed": tally.changed, "n": tally.cases}  # fmt: skip
    if not tally.changed:
        return _("%(text)s.") % {"text": text}
    return _("%(text)s: %(higher)d in a higher tier, %(lower)d in a lower one, %(same)d in the same.") % {
        "text": text, "higher": tally.higher, "lower": tally.lower,
        "same": tally.changed - tally.higher - tally.lower,
    }  # fmt: skip
