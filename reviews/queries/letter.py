"""Decision letters as their pages need them, and the facts that one is put together from.

A letter is written in the language of the installation, whoever gives the last signature, so that the same decision
always gives the same letter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import organisation, zones
from audit import log
from reviews.models import Committee, Decision, Letter, LetterNote, LetterTemplate, Motion, Submission
from reviews.queries import decision as decisions
from reviews.queries import letter_pdf
from reviews.queries import record as snapshots
from reviews.queries.roles import part_words, role_words
from reviews.queries.round import working_tier
from reviews.rules import letter, letter_words
from reviews.rules.deadlines import END_OF_DAY
from reviews.rules.letter import Block, Variant
from reviews.rules.letter_words import Facts, PartFacts
from reviews.rules.pack import Pack


@dataclass(frozen=True)
class Source:
    """The text by which a committee writes its letters, and how it is reached. Without a row, what is shipped."""

    text: str
    contact: str
    row: LetterTemplate | None = None


@dataclass(frozen=True)
class Paper:
    """One version of a letter, before it is kept: as the inside of a page, and as PDF when that is asked for."""

    facts: Facts
    blocks: tuple[Block, ...]

    @property
    def html(self) -> str:
        """The inside of a page."""
        return letter.as_html(self.blocks)

    def pdf(self) -> bytes:
        """The same as PDF. Its title names the case by its reference alone."""
        with translation.override(settings.LANGUAGE_CODE):
            title = _("Decision letter on %(reference)s") % {"reference": self.facts.reference}
        return letter_pdf.render(self.blocks, title=title, author=self.facts.committee, language=settings.LANGUAGE_CODE)


def versions(committee: Committee) -> list[LetterTemplate]:
    """Every text that the committee ever had for its letters, the newest first."""
    return list(LetterTemplate.objects.filter(committee=committee).select_related("made_by").order_by("-number"))


def source_of(committee: Committee) -> Source:
    """The text in use."""
    row = LetterTemplate.objects.filter(committee=committee).order_by("-number").first()
    return Source(letter.DEFAULT, "") if row is None else Source(row.text, row.contact, row)


def note_of(decision: Decision) -> LetterNote | None:
    """What the coordinator wrote for the shareable letter."""
    return LetterNote.objects.filter(decision=decision).select_related("written_by").first()


def papers(decision: Decision, submission: Submission, source: Source) -> dict[Variant, Paper]:
    """Both versions of the letter of a decision; before the last signature they say that they are a preview."""
    note = note_of(decision)
    found = snapshots.of(decision, submission)
    with translation.override(settings.LANGUAGE_CODE):
        facts = _of_record(found, decision.revision.policy.pack, submission.committee)
        return _papers(facts, source, note.text if note else "", is_preview=decision.effective_at is None)


def papers_of_motion(motion: Motion, submission: Submission, source: Source) -> dict[Variant, Paper]:
    """What the letter would be if the motion were finalised and signed now."""
    with translation.override(settings.LANGUAGE_CODE):
        return _papers(_of_motion(motion, submission), source, "", is_preview=True)


def papers_of_sample(committee: Committee, source: Source) -> dict[Variant, Paper]:
    """A made-up decision in this text, so that a template can be read before it is used."""
    with translation.override(settings.LANGUAGE_CODE):
        return _papers(_sample(committee), source, _("The committee shares its reasons here."), is_preview=True)


def _papers(facts: Facts, source: Source, shared: str, *, is_preview: bool) -> dict[Variant, Paper]:
    whole = replace(facts, contact=source.contact or _contact(facts.committee), shared=shared)
    by_variant = {Variant.FULL: whole, Variant.SHAREABLE: letter_words.shareable(whole)}
    return {
        variant: Paper(said, letter_words.blocks(source.text, said, is_preview=is_preview))
        for variant, said in by_variant.items()
    }


def _contact(committee: str) -> str:
    """How a committee is reached that does not say so itself."""
    email = organisation.current().contact_email
    if email:
        return _("Write to %(address)s and name the reference.") % {"address": email}
    return _("Ask the coordinator of the %(committee)s and name the reference.") % {"committee": committee}


def _of_record(found: dict[str, Any], pack: Pack, committee: Committee) -> Facts:
    """The facts of a decision from its record, which is what was signed."""
    validity, appeal = found["validity"], found["appeal"]
    texts = [row["to_authors"] for row in sorted(found["findings"], key=lambda row: str(row["review"]))]
    return Facts(
        reference=found["case"]["reference"],
        label=found["case"]["label"],
        title=found["case"]["title"],
        committee=found["case"]["committee"],
        revision=found["revision"]["number"],
        tier=found["tier"],
        parts=tuple(_part(pack, row["kind"], row["outcome"], row["granted"], row["first"]) for row in found["parts"]),
        authors=tuple(row["name"] for row in found["contributors"]),
        day=_day(committee, validity["effective_at"]),
        valid_until=_date(date.fromisoformat(validity["until"])) if validity["until"] else "",
        valid_months=validity["months"],
        conditions=tuple(
            (row["text"], _date(date.fromisoformat(row["due_date"])) if row["due_date"] else "")
            for row in found["conditions"]
        ),
        condition_count=len(found["conditions"]),
        rationale=found["rationale"],
        to_authors=tuple(text for text in texts if text.strip()),
        appeal_until=_until(committee, datetime.fromisoformat(appeal["until"])) if appeal["until"] else "",
        appeal_days=pack.decision.appeal.file_within_business_days,
        grounds=tuple(appeal["grounds"]),
        signed=tuple(
            (capfirst(role_words(row["signed_as"] or row["seat"])), _day(committee, row["at"]))
            for row in found["signatures"]
        ),
    )


def _of_motion(motion: Motion, submission: Submission) -> Facts:
    revision = motion.revision
    pack = revision.policy.pack
    tier = pack.tier(working_tier(revision))
    conditions = tuple((row.text, _date(row.due_date) if row.due_date else "") for row in motion.conditions.all())
    return Facts(
        reference=submission.reference,
        label=submission.label,
        title=submission.title,
        committee=submission.committee.name,
        revision=revision.number,
        tier=tier.tier,
        parts=tuple(_part(pack, row.kind, row.outcome, row.rung, row.first_rung) for row in motion.parts.all()),
        authors=tuple(row.name for row in submission.contributors.all()),
        valid_months=motion.valid_months or tier.review_valid_months,
        conditions=conditions,
        condition_count=len(conditions),
        rationale=motion.rationale,
        to_authors=tuple(decisions.words_to_authors(revision)),
        appeal_days=pack.decision.appeal.file_within_business_days,
        grounds=tuple(pack.decision.appeal.grounds),
        signed=tuple((capfirst(role_words(seat)), "") for seat in tier.sign_off),
    )


def _sample(committee: Committee) -> Facts:
    """Nobody's case: what a letter looks like with something in each of its places."""
    day, zone = date(2026, 3, 2), ZoneInfo(committee.time_zone)
    return Facts(
        reference="RB-2026-SAMPL",
        label=_("Sample model"),
        title=_("A sample of a title that is not shared"),
        committee=committee.name,
        revision=1,
        tier=3,
        parts=(
            PartFacts(part_words("model"), "staged", _("vetted API"), _("internal")),
            PartFacts(part_words("paper"), "withheld", _("internal")),
        ),
        authors=(_("First Author"), _("Second Author")),
        day=_date(day),
        valid_until=_date(day.replace(year=day.year + 1)),
        valid_months=12,
        conditions=((_("Tell the vendor before the release."), _date(day.replace(month=4))),),
        condition_count=1,
        rationale=_("The rationale of the decision stands here."),
        to_authors=(_("What was written to the authors stands here."),),
        appeal_until=_until(committee, datetime.combine(day.replace(day=16), END_OF_DAY, zone)),
        appeal_days=10,
        grounds=("new_evidence", "factual_error"),
        signed=((capfirst(role_words("chair")), _date(day)),),
    )


def _part(pack: Pack, kind: str, outcome: str, rung: str, first: str) -> PartFacts:
    start = pack.rung(kind, first).label if first else ""
    return PartFacts(part_words(kind), outcome, pack.rung(kind, rung).label, start)


def _day(committee: Committee, moment: str | None) -> str:
    """The day of a moment where the committee works."""
    return _date(committee.day_of(datetime.fromisoformat(moment))) if moment else ""


def _until(committee: Committee, moment: datetime) -> str:
    """A last moment, where the committee works: its day ends before midnight."""
    local = moment.astimezone(ZoneInfo(committee.time_zone))
    return f"{_date(local.date())}, {zones.clock(local)}"


def _date(day: date) -> str:
    return date_format(day, "j F Y")


def of_decision(decision: Decision) -> dict[str, Letter]:
    """The letters of a decision by their version; none for one from before letters were written."""
    return {row.variant: row for row in Letter.objects.filter(decision=decision).defer("html")}


def shareable(found: Collection[Decision]) -> dict[int, str]:
    """The shareable letters of these decisions by the key of the decision, in one query."""
    rows = Letter.objects.filter(decision__in=[row.pk for row in found], variant=Variant.SHAREABLE)
    return dict(rows.values_list("decision_id", "public_id"))


def by_public_id(public_id: str) -> Letter | None:
    """One letter; whoever asks must still be checked."""
    rows = Letter.objects.select_related("decision__submission", "decision__revision__policy", "decision__motion")
    return rows.filter(public_id=public_id).first()


def digest(html: str) -> str:
    """SHA-256 of a letter's page."""
    return hashlib.sha256(html.encode()).hexdigest()


def verifies(row: Letter, submission: Submission) -> bool:
    """Whether a letter's page is byte for byte the one that was made with the last signature, by its own digest and by
    the one in the audit log."""
    noted = [
        entry.data["letters"]
        for entry in log.events(submission.stream)
        if entry.data.get("decision") == row.decision.public_id and "letters" in entry.data
    ]
    made = noted[-1].get(row.variant, {}) if noted else {}
    return digest(row.html) == row.html_sha256 == made.get("html")
