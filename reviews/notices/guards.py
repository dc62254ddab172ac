"""What is asked of every mail right before it is sent: may this person still hear this, and is it still true?"""

from __future__ import annotations

from accounts.access import is_administrator
from accounts.models import User
from notifications.outbox import Message
from reviews.access.assessment import second_people
from reviews.access.comment import can_read
from reviews.access.committee import excluded
from reviews.access.meeting import can_see
from reviews.access.meeting import check_can_approve as check_can_approve_minutes
from reviews.access.policy import check_can_approve
from reviews.access.submission import is_author, sight
from reviews.access.twin import can
from reviews.models import Adoption, Assignment, Comment, Conflict, Meeting, Minutes, Submission
from reviews.queries import assessment, clearance, vacancy
from reviews.queries.deliberation import asked_of, waits_for
from reviews.queries.head import Head
from reviews.queries.meeting import Agenda
from reviews.rules.states import AssignmentStatus, MeetingStatus
from reviews.rules.visibility import Level

# Told to people who see the case no longer (or not yet again), by the very thing that they are told.
FAREWELLS = frozenset({"assignment.expired", "assignment.lapsed", "assignment.taken_back", "submission.withdrawn"})
# What authors are told of their own case, whatever else they are; the board's mails are not for them.
FOR_AUTHORS = frozenset(
    {
        "appeal.decided",
        "comment.to_authors",
        "condition.proof_accepted",
        "condition.proof_refused",
        "evidence.asked",
        "evidence.waived",
        "inquiry.asked",
        "letter.ready",
        "referral.answered",
        "referral.sent",
        "release.stage_opened",
        "reopening.granted",
        "reopening.refused",
        "restriction.ended",
        "restriction.placed",
        "restriction.ratified",
        "submission.received",
        "submission.returned",
        "submission.split",
        "submission.transferred",
    }
)


def may_hear(message: Message) -> bool:
    """The recipient is active, sees the case at least in summary, and has no conflict; of their own case people hear
    what authors are told and nothing else."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    submission = Submission.objects.filter(reference=message.about).first()
    if person is None or submission is None:
        return False
    if is_author(person, submission):
        return message.template in FOR_AUTHORS
    if message.template in FAREWELLS:
        return not Conflict.objects.in_force().filter(submission=submission, user=person).exists()
    return sight(person, submission).level >= Level.SUMMARY


def letter_stands(message: Message) -> bool:
    """As ``may_hear``, and no later decision took the place of the one that the letter is about."""
    ruling = clearance.ruling().filter(public_id=str(message.context.get("decision")))
    return may_hear(message) and ruling.exists()


def may_inform(message: Message) -> bool:
    """The recipient is active and still stands outside, and the question waits for them."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    inquiry = asked_of(person, str(message.context["inquiry"])) if person is not None else None
    return person is not None and inquiry is not None and waits_for(inquiry, person)


def still_due(message: Message) -> bool:
    """As ``may_hear``, and the duty that the mail speaks of is still open."""
    if not may_hear(message):
        return False
    wanted = _OPEN.get(str(message.context.get("duty")))
    if wanted is not None:
        public_id = str(message.context.get("assignment"))
        return Assignment.objects.filter(public_id=public_id, status=wanted).exists()
    if message.context.get("duty") == "confirm_tier":
        return _waits(message)
    if message.context.get("duty") == "assign_reviewers":
        case = Submission.objects.get(reference=message.about)
        return Head(case, message.asked_at or message.created_at).reviewers_short > 0
    return False


def _waits(message: Message) -> bool:
    """Whether a proposed tier still waits, for this person or, where they are told of it only, for somebody."""
    proposal = assessment.proposal(str(message.context.get("assignment")))
    if proposal is None or not proposal.is_open:
        return False
    case = proposal.revision.submission
    return case.revision_id == proposal.revision_id and bool(second_people(case, proposal))


def may_read(message: Message) -> bool:
    """The recipient is active, and may read the message that the mail speaks of, which was not taken back."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    rows = Comment.objects.select_related("submission").filter(withdrawn_at=None)
    comment = rows.filter(public_id=str(message.context.get("comment"))).first()
    return person is not None and comment is not None and can_read(person, comment)


def still_asked(message: Message) -> bool:
    """The recipient is active, and an offer that the mail speaks of is still open, on a case that they see."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    offers = Assignment.objects.filter(
        public_id__in=str(message.context["assignments"]).split(), reviewer=person, status=AssignmentStatus.OFFERED
    )
    return person is not None and any(
        sight(person, offer.submission).level >= Level.SUMMARY for offer in offers.select_related("submission")
    )


def may_approve(message: Message) -> bool:
    """The recipient administers, did not propose it, and it still waits."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    adoption = Adoption.objects.filter(public_id=message.about.partition(":")[2]).first()
    return person is not None and adoption is not None and can(check_can_approve, person, adoption)


def may_attend(message: Message) -> bool:
    """The recipient sees the meeting, and it stands as the mail says: at that moment, or cancelled."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    rows = Meeting.objects.filter(public_id=message.about.partition(":")[2])
    meeting = rows.select_related("committee").first()
    if person is None or meeting is None or not can_see(person, meeting):
        return False
    if message.template == "meeting.cancelled":
        return meeting.status == MeetingStatus.CANCELLED
    return meeting.is_ahead and meeting.starts_at.isoformat() == message.context["starts_at"]


def may_approve_minutes(message: Message) -> bool:
    """The recipient can approve the version that the mail speaks of, and nobody did yet."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    rows = Minutes.objects.select_related("meeting__committee").filter(approved_at=None)
    minutes = rows.filter(public_id=str(message.context["minutes"])).first()
    if person is None or minutes is None:
        return False
    return can(check_can_approve_minutes, person, minutes, Agenda(minutes.meeting).cases)


def still_vacant(message: Message) -> bool:
    """The recipient administers, neither wrote the case nor stands aside, and it still waits for somebody."""
    person = User.objects.filter(public_id=message.recipient).first()
    submission = Submission.objects.filter(reference=message.about).first()
    if person is None or submission is None or not is_administrator(person) or person.pk in excluded(submission):
        return False
    return _is_vacant(submission, message)


def still_untold(message: Message) -> bool:
    """As ``may_hear``, and the case still waits for somebody whom an administrator would have to appoint."""
    return may_hear(message) and _is_vacant(Submission.objects.get(reference=message.about), message)


def _is_vacant(submission: Submission, message: Message) -> bool:
    return bool(vacancy.of_case(submission, now=message.asked_at or message.created_at))


_OPEN = {"accept_offer": AssignmentStatus.OFFERED, "file_review": AssignmentStatus.ACCEPTED}
