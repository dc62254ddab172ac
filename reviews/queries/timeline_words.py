"""The sentences of a case's history, one row per type of event, for each kind of reader. No reader is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sentence:
    """What follows the actor's name. None: that reader does not learn of it. ``key`` marks the turning points."""

    board: Promise
    authors: Promise | None = None
    blind: Promise | None = None
    key: bool = False


# What those learn who see motions and ballots, and nobody else inside the case.
OF_THE_BALLOT = frozenset(
    {
        "motion.put",
        "motion.taken_back",
        "motion.lost",
        "motion.carried",
        "ballot.cast",
        "stand_in.appointed",
        "stand_in.ended",
        "restriction.voted",
        "restriction.lift_asked",
        "restriction.kept",
        "appeal.judge_appointed",
        "appeal.judged",
        "meeting.listed",
        "meeting.taken_off",
        "meeting.discussed",
    }
)


def _all(text: Promise, *, key: bool = False) -> Sentence:
    return Sentence(text, text, text, key)


_STARTED = _("started the case.")
_RESUMED = _("took the case up again before it was decided.")
_CLEARED = _("decided the case on the authors' attestation: the lowest tier, no trigger, no hold.")
_GRANTED = _("gave the last signature. The decision is in force: %(parts)s.")
_ANSWERED = _("recorded the answer of another body: %(body)s, %(finding)s.")
_COUNTED = _("counted the reviewers' answers with the authors': tier %(before)s before, tier %(tier)s now.")
_NOTED = _("noted what was done about a legal rule that may apply.")
_WROTE = _("wrote a message that authors and board can read.")
_TOOK_BACK = _("took back a message that authors and board could read.")
_NAMED = _("named somebody who should not judge this case.")
_ASKED_AGAIN = _("asked to open the case again: %(why)s.")
_STAYS_CLOSED = _("left the case closed, with a reason.")
_TAKES_BACK = _("took back the request to open the case again.")
_DISOWNED = _("said not to be an author of this case.")

SENTENCES: Mapping[str, Sentence] = {
    "submission.started": _all(_STARTED),
    "submission.split": _all(_("split the case: the %(part)s is a case of its own now."), key=True),
    "submission.split_off": _all(_("started the case with the %(part)s of another one, which was split."), key=True),
    "submission.described": _all(_("changed the basics.")),
    "artifact.added": _all(_("added a file or reference for the %(part)s.")),
    "artifact.removed": _all(_("removed a file or reference.")),
    "proof.added": _all(_("attached a proof of an answer.")),
    "proof.removed": _all(_("took back a proof of an answer.")),
    "submission.submitted": _all(_("submitted revision %(revision)s. It came out as tier %(tier)s."), key=True),
    "submission.review_started": _all(_("opened the review."), key=True),
    "submission.returned": _all(_("returned the case to its authors, with what to change."), key=True),
    "submission.transferred": _all(_("gave the case from %(source)s to %(target)s, with a reason."), key=True),
    "submission.returned_for_policy": _all(
        _("returned the case to its authors, because its new committee works by another policy."), key=True
    ),
    "submission.withdrawn": _all(_("withdrew the case."), key=True),
    "submission.deliberation_opened": Sentence(
        _("opened the deliberation: reviews are filed, evidence is given or waived."),
        _("opened the deliberation."),
        _("opened the deliberation."),
        key=True,
    ),
    "submission.recommended": Sentence(
        _("passed the reviewers' recommendation on for signature."),
        _("passed the case on for signature."),
        key=True,
    ),
    "assessment.raised": Sentence(
        _("asked for a closer look: the tier went from %(before)s to %(tier)s."),
        _("raised the tier from %(before)s to %(tier)s."),
        key=True,
    ),
    "assessment.reviewed": Sentence(_COUNTED, _COUNTED, key=True),
    "assessment.tier_proposed": Sentence(_("proposed tier %(tier)s in place of tier %(before)s, with a reason.")),
    "assessment.tier_refused": Sentence(_("refused tier %(tier)s, which was proposed, with a reason.")),
    "assessment.tier_taken_back": Sentence(_("took the proposal of another tier back.")),
    "assessment.overridden": Sentence(
        _("confirmed tier %(tier)s in place of tier %(before)s."),
        _("set tier %(tier)s in place of tier %(before)s."),
        _("set tier %(tier)s in place of tier %(before)s."),
        key=True,
    ),
    "assessment.scored_anew": _all(
        _("scored the case anew for its new committee: tier %(tier)s, before the transfer tier %(before)s."), key=True
    ),
    "assignment.offered": Sentence(_("asked %(reviewer)s to review revision %(revision)s.")),
    "assignment.accepted": Sentence(_("accepted to review and stated to have no conflict of interest.")),
    "assignment.declined": Sentence(_("declined to review.")),
    "assignment.taken_back": Sentence(_("took back the seat of %(reviewer)s, with a reason.")),
    "assignment.handed_over": Sentence(_("handed the seat on to a colleague.")),
    "assignment.extended": Sentence(_("gave %(reviewer)s more time: %(review_days)s working days in all.")),
    "assignment.nobody_left": Sentence(
        _("found nobody who could take the seat of %(reviewer)s. A proposal of reviewers says which rule is short.")
    ),
    "assignment.lapsed": Sentence(_("let the offer to %(reviewer)s lapse: it was not answered in time.")),
    "review.filed": Sentence(_("filed a review.")),
    "review.corrected": Sentence(_("corrected a filed review, with a reason: version %(number)s.")),
    "conflict.declared": Sentence(_("declared a conflict of interest (%(conflict)s) and stands aside.")),
    "conflict.declared_for": Sentence(_("declared a conflict of interest of %(person)s (%(conflict)s).")),
    "conflict.detected": Sentence(_("found a conflict of interest of %(person)s (%(conflict)s).")),
    "conflict.suspected": Sentence(_("found a possible tie of %(person)s (%(conflict)s), to be settled.")),
    "conflict.settled": Sentence(_("settled whether %(person)s has a conflict (%(conflict)s): %(settled)s.")),
    "conflict.named": Sentence(_NAMED, _NAMED),
    "conflict.disowned": Sentence(_DISOWNED, _DISOWNED),
    "conflict.unsettled_decision": Sentence(
        _("noted that the decision rests on %(person)s, who stands aside now. It is to be looked at again."), key=True
    ),
    "decision.looked_again": Sentence(
        _("looked at the decision again, after somebody who had a part in it stepped aside, and wrote down a finding."),
        key=True,
    ),
    "stand_in.appointed": Sentence(_("appointed %(person)s to stand in on this case, as %(role)s.")),
    "stand_in.ended": Sentence(_("ended that %(person)s stands in on this case, as %(role)s.")),
    "inquiry.asked": _all(_("asked the authors a question. The clock is stopped until they answer.")),
    "inquiry.answered": _all(_("answered a question.")),
    "inquiry.put_outside": Sentence(_("asked %(person)s, who stands outside the case, for information.")),
    "inquiry.informed": Sentence(_("gave information from outside the case.")),
    "comment.written": Sentence(_("wrote a message for: %(audience)s."), _WROTE),
    "comment.withdrawn": Sentence(_("took back a message for: %(audience)s."), _TOOK_BACK),
    "evidence.given": _all(_("gave evidence: %(evidence)s.")),
    "evidence.waived": _all(_("waived evidence with a reason: %(evidence)s.")),
    "hold.cleared": _all(_("cleared the hold of the %(role)s in writing.")),
    "legal_flag.noted": Sentence(_NOTED, _NOTED),
    "referral.sent": _all(_("referred the case to another body: %(body)s.")),
    "referral.answered": Sentence(_ANSWERED, _ANSWERED, _("recorded an answer: %(body)s.")),
    "referral.taken_back": _all(_("took a referral back: %(body)s.")),
    "motion.put": Sentence(_("put a motion %(what)s.")),
    "motion.taken_back": Sentence(_("took the motion back.")),
    "motion.lost": Sentence(_("closed the ballot: the motion did not carry.")),
    "motion.carried": Sentence(_("closed the ballot: the motion carried.")),
    "motion.returned": Sentence(
        _("returned the case to its authors by a motion that carried."),
        _("returned the case to its authors, with what to change."),
        _("returned the case to its authors, with what to change."),
        key=True,
    ),
    "ballot.cast": Sentence(_("%(vote)s.")),
    "decision.cleared": _all(_CLEARED, key=True),
    "decision.finalised": Sentence(
        _("finalised the decision: %(parts)s. Open signatures follow."),
        _("came to a decision; it waits for its signatures."),
        key=True,
    ),
    "decision.signed": Sentence(_("signed the decision for the seat of the %(seat)s.")),
    "decision.completed": Sentence(_GRANTED, _GRANTED, _GRANTED, key=True),
    "decision.sent_back": Sentence(_("sent the decision back to the board, with a reason."), _RESUMED, key=True),
    "decision.sent_back_to_review": Sentence(
        _("sent the recommendation back to review, with a reason."), _RESUMED, key=True
    ),
    "letter.reasons_shared": Sentence(_("wrote which reasons the shareable letter may give.")),
    "release.stage_opened": _all(_("opened stage %(order)s of the %(part)s: %(rung)s."), key=True),
    "condition.proof_given": _all(_("gave a proof that a condition is met.")),
    "condition.proof_refused": _all(_("found a proof of a condition not to be enough, with a reason.")),
    "restriction.placed": _all(_("placed an emergency restriction: nothing may rest on the decision."), key=True),
    "restriction.voted": Sentence(_("%(vote)s on the emergency restriction.")),
    "restriction.ratified": _all(_("noted that the emergency restriction is ratified. It stands."), key=True),
    "restriction.refused": _all(_("noted that the emergency restriction was refused. It has ended."), key=True),
    "restriction.lapsed": _all(_("noted that the emergency restriction lapsed: it was not ratified in time.")),
    "restriction.lift_asked": Sentence(_("asked to lift the emergency restriction, with a reason.")),
    "restriction.kept": Sentence(_("looked at lifting the emergency restriction and kept it.")),
    "restriction.replaced": _all(_("noted that the emergency restriction ended with the decision before.")),
    "restriction.lifted": _all(_("lifted the emergency restriction, as the second person."), key=True),
    "appeal.filed": _all(_("appealed against the decision. Nothing more is released until that is decided."), key=True),
    "appeal.judge_appointed": Sentence(_("appointed %(person)s to hear the appeal.")),
    "appeal.judged": Sentence(_("%(vote)s on the appeal.")),
    "appeal.upheld": _all(_("noted that the appeal is upheld. The case is judged anew."), key=True),
    "appeal.dismissed": _all(_("noted that the appeal is dismissed. The decision stands."), key=True),
    "appeal.overtaken": _all(_("noted that the appeal is over: a later decision took the place of the one before.")),
    "appeal.withdrawn": _all(_("took the appeal back. The decision stands."), key=True),
    "condition.met": _all(_("noted that a condition is met.")),
    "reopening.asked": Sentence(_ASKED_AGAIN, _ASKED_AGAIN),
    "reopening.refused": Sentence(_STAYS_CLOSED, _STAYS_CLOSED),
    "reopening.taken_back": Sentence(_TAKES_BACK, _TAKES_BACK),
    "re_review.asked": Sentence(_("asked for a re-review, with a reason.")),
    "re_review.refused": Sentence(_("refused a re-review, with a reason.")),
    "re_review.taken_back": Sentence(_("took back the request for a re-review.")),
    "sample.found": Sentence(_("looked at this release, which was drawn for a later look, and wrote down a finding.")),
    "submission.reopened": _all(_("opened the case again for its authors: %(why)s."), key=True),
    "meeting.listed": Sentence(_("put the case on the agenda of a meeting.")),
    "meeting.taken_off": Sentence(_("took the case off the agenda of a meeting.")),
    "meeting.discussed": Sentence(_("ended the item of the case in a meeting of the board.")),
}
