"""What submitting does besides moving the state: freeze, score, ask for evidence, place holds, clear the minimal."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.models import User
from reviews.actions._records import complete, is_sampled, open_decision, system_motion
from reviews.models import Assessment, Evidence, Hold, LegalFlag, Part, Revision, Submission
from reviews.notices import evidence as notices
from reviews.queries.round import path_of, working_tier
from reviews.queries.submission import manifest_of, policy_of
from reviews.rules import evidence, proofs, questionnaire, scoring
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import Basis

OTHER = gettext_noop(
    "Answers, files or the policy changed while this page was open, so nothing was submitted. Look at them as they "
    "are now, then confirm again."
)


def freeze(submission: Submission, *, attested_name: str, manifest: str, by: User, now: datetime) -> Revision:
    """Freeze the open revision with its parts, as the manifest digest names it that its author was shown.

    Raises ``Stale`` where it is another one by now: nobody vouches for what they never saw. Raises ``RuleBroken`` for
    what is missing.
    """
    revision = submission.revision
    assert revision is not None
    if manifest != manifest_of(revision, submission):
        raise Stale(_(OTHER), code="other_manifest")
    revision.policy = policy_of(revision, submission)
    pack = revision.policy.pack
    answers = questionnaire.effective(pack, revision.response.answers)
    _check_complete(revision, answers)
    revision.frozen_at, revision.frozen_by, revision.attested_name = now, by, attested_name
    revision.kind = str(answers[pack.bindings.kind])
    revision.summary = str(answers[pack.bindings.summary])
    revision.manifest_digest = manifest
    revision.save()
    for part in questionnaire.parts(pack, answers):
        Part.objects.create(revision=revision, kind=part, requested_rung=str(answers[pack.bindings.rung(part)]))
    return revision


def _check_complete(revision: Revision, answers: dict[str, object]) -> None:
    pack = revision.policy.pack
    shown = {key: value for key, value in revision.response.answers.items() if key in answers}
    if faults := questionnaire.faults(pack, shown):
        raise RuleBroken(next(iter(faults.values())), code="bad_answer")
    reading = questionnaire.read(pack, answers)
    unasked = [key for key in questionnaire.bound(reading) if key not in reading.shown]
    if missing := [*questionnaire.missing_in(reading), *unasked]:
        count = len(missing)
        text = ngettext("%(count)d answer is still missing.", "%(count)d answers are still missing.", count)
        raise RuleBroken(text % {"count": count}, code="missing_answers")
    if required := [one for one in proofs.lacking(pack, answers, _proven(revision)) if one.is_required]:
        count = len(required)
        text = ngettext(
            "%(count)d answer needs a proof before this can be submitted.",
            "%(count)d answers need a proof before this can be submitted.",
            count,
        )
        raise RuleBroken(text % {"count": count}, code="missing_proof")
    present = set(revision.artifacts.values_list("part", flat=True))
    wanted = questionnaire.parts(pack, answers)
    for part in wanted:
        if part not in present:
            names = {"model": _("the model"), "paper": _("the paper")}
            raise RuleBroken(
                _("Add at least one artifact for %(part)s, as a file or as a reference.") % {"part": names[part]},
                code="missing_artifact",
            )
    if present - set(wanted):
        raise RuleBroken(
            _("An artifact belongs to a part that your answers do not name. Remove it, or change the answers."),
            code="stray_artifact",
        )


def _proven(revision: Revision) -> set[str]:
    return set(revision.proofs.values_list("question_key", flat=True))


def score(
    revision: Revision, *, by: User | None, now: datetime, basis: Assessment.Basis = Assessment.Basis.AUTHOR
) -> Assessment:
    """The assessment of a frozen revision from the authors' answers, by its own policy version."""
    scored = scoring.assess(revision.policy.pack, revision.response.answers)
    return Assessment.objects.create(
        revision=revision,
        basis=basis,
        inherent=scored.inherent,
        residual=scored.residual,
        tier=scored.tier,
        result=scored.as_json(),
        made_at=now,
        made_by=by,
    )


def ask(submission: Submission, revision: Revision, assessment: Assessment, *, by: User | None, now: datetime) -> int:
    """Ask for the evidence of the tier that is not asked for yet, place the holds of fired triggers, and raise flags.

    Returns how many pieces the authors owe that they did not owe before. A hold that the same role cleared on an
    earlier revision is placed again: it was cleared for other bytes.
    """
    pack = revision.policy.pack
    answers = questionnaire.effective(pack, revision.response.answers)
    known = set(revision.evidence.values_list("type_key", flat=True))
    owed = 0
    for key in evidence.asked(pack, working_tier(revision), answers):
        if key in known:
            continue
        text = evidence.given_by_submitting(pack, key, answers, revision.attested_name)
        given = {"text": text, "given_at": now, "given_by": revision.frozen_by} if text else {}
        Evidence.objects.create(revision=revision, type_key=key, asked_at=now, **given)
        owed += not text
    raised = set(revision.legal_flags.values_list("flag_key", flat=True))
    for key in assessment.result["legal_flags"]:
        if key not in raised:
            LegalFlag.objects.create(revision=revision, flag_key=key, raised_at=now)
    placed, new = set(revision.holds.values_list("role", flat=True)), []
    for trigger in (pack.trigger(key) for key in assessment.result["triggers"]):
        if trigger.hold and trigger.hold not in placed:
            placed.add(trigger.hold)
            new.append(
                Hold.objects.create(revision=revision, role=trigger.hold, trigger_key=trigger.key, placed_at=now)
            )
    notices.placed(new, submission, now=now)
    return owed


def clear_if_minimal(submission: Submission, revision: Revision, assessment: Assessment, *, now: datetime) -> bool:
    """The system path: a decision without people, for the lowest tier without trigger or hold; some are sampled."""
    if path_of(revision) is not Basis.SYSTEM:
        return False
    motion = system_motion(revision, [], now=now)
    decision = open_decision(submission, motion, tally=None, by=None, now=now)
    percent = revision.policy.pack.tier(assessment.tier).audit_sample_percent
    decision.is_audit_sample = is_sampled(submission, percent)
    decision.save(update_fields=["is_audit_sample"])
    complete(submission, decision, "clear", by=None, now=now)
    return True
