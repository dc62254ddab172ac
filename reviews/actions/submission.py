"""Starting, submitting, returning and withdrawing a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.absence import today
from accounts.models import User
from audit.log import digest
from reviews.access import submission as access
from reviews.access.committee import acting, excluded, taking_part
from reviews.actions import _assess, _offers, _ties, _transition
from reviews.actions._revisions import free_reference, open_revision, reopen
from reviews.actions._transition import action
from reviews.models import Assignment, Committee, Conflict, Contributor, Motion, Pause, Submission
from reviews.notices import submission as notices
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import LIVE_ASSIGNMENT, RUNNING, AssignmentStatus, CommitteeRole, MotionStatus, State
from reviews.rules.ties import Settled, Source
from reviews.rules.workflow import Actor

CHANGED = gettext_noop("The basics were saved in another place while this page was open. Compare, then save again.")
PASSED = gettext_noop("This day has passed. Choose today or a later day, or leave it empty.")


@dataclass(frozen=True)
class Writer:
    """A contributor as typed; one with the address of an account here is linked to it."""

    name: str
    email: str = ""
    unit: str = ""
    orcid: str = ""


@action
def start(
    *,
    committee: Committee,
    title: str,
    label: str,
    contributors: Sequence[Writer],
    venue: str = "",
    planned_date: date | None = None,
    by: User,
    now: datetime,
) -> Submission:
    """A new case with its first draft, under the committee's policy in force. Whoever starts it is an author."""
    _check_planned(planned_date, by, now)
    submission = Submission.objects.create(
        reference=free_reference(now.year),
        title=title,
        label=label,
        committee=committee,
        venue=venue,
        planned_date=planned_date,
        state_entered_at=now,
        created_at=now,
        created_by=by,
    )
    _write_contributors(submission, contributors, [by])
    open_revision(submission, now=now)
    _transition.note(submission, "submission.started", by=by, now=now, committee=committee.public_id)
    return submission


@action
def describe(
    *,
    submission: Submission,
    title: str,
    label: str,
    contributors: Sequence[Writer],
    venue: str,
    planned_date: date | None,
    version: int,
    by: User,
    now: datetime,
) -> Submission:
    """Change what the start page asks, while the case is editable.

    ``version`` is that of the description, not of the case: authors of a draft write at the same time. Raises
    ``Stale`` when somebody saved in between, ``RuleBroken`` for a planned day that lies behind; one that was there
    before may stay.
    """
    submission = _transition.lock(submission)
    access.check_can_edit(by, submission)
    _transition.check_seen(version, submission.description_version, CHANGED)
    if planned_date != submission.planned_date:
        _check_planned(planned_date, by, now)
    facts = {"title": title, "label": label, "venue": venue, "planned_date": planned_date}
    saved = Submission.objects.filter(pk=submission.pk, description_version=version)
    if saved.update(**facts, description_version=F("description_version") + 1) != 1:
        raise Stale(CHANGED, code="stale")
    submission.refresh_from_db(fields=[*facts, "description_version"])
    kept = _bound(submission)
    submission.contributors.all().delete()
    _write_contributors(submission, contributors, [submission.created_by, *kept])
    _transition.note(submission, "submission.described", by=by, now=now, title=digest(title))
    _ties.detect(submission, now=now)
    return submission


@action
def submit(
    *, submission: Submission, attested_name: str, manifest: str, version: int, by: User, now: datetime
) -> Submission:
    """Freeze the draft, score it, and send it on its path.

    ``manifest`` is the digest of what was shown to whoever confirms it (``queries.submission.manifest_of``). Raises
    ``Stale`` where answers, artifacts or policy are others by now, ``RuleBroken`` for what is missing.
    """
    submission = _transition.lock(submission)
    access.check_can_submit(by, submission)
    _transition.check_seen(version, submission.version)
    if not submission.contributors.filter(name=attested_name).exists():
        raise RuleBroken(
            _("Choose one of the authors of this case; only they confirm its answers."),
            code="attest",
            field="attested_name",
        )
    _check_somebody_acts(submission)
    revision = _assess.freeze(submission, attested_name=attested_name, manifest=manifest, by=by, now=now)
    was_returned = submission.state == State.RETURNED
    assessment = _assess.score(revision, by=by, now=now)
    _transition.apply(
        submission,
        "submit",
        actor=Actor.AUTHOR,
        by=by,
        now=now,
        revision=revision.number,
        manifest=revision.manifest_digest,
        policy=revision.policy.sha256,
        tier=assessment.tier,
        triggers=assessment.result["triggers"],
        holds=assessment.result["holds"],
    )
    _ties.detect(submission, now=now)
    if was_returned:
        Pause.objects.filter(submission=submission, why=Pause.Why.RETURNED).end(now)
    _assess.ask(submission, revision, assessment, by=by, now=now)
    notices.received(submission, now=now)
    if _assess.clear_if_minimal(submission, revision, assessment, now=now):
        return submission
    if was_returned:
        _offers.ask_again(submission, revision, now=now)
    return submission


@action
def return_to_authors(*, submission: Submission, reason: str, version: int, by: User, now: datetime) -> Submission:
    """Open the next revision with everything of this one in it. Reviews stay with the revision they judged."""
    submission = _transition.lock(submission)
    access.check_can_return(by, submission)
    _transition.check_seen(version, submission.version)
    if not reason.strip():
        raise RuleBroken(_("Please tell the authors what to change."), code="reason", field="reason")
    seats = _offers.lapse_live(submission, now=now)
    _transition.apply(
        submission, "return", actor=Actor.COORDINATOR, by=by, now=now, reason=digest(reason), lapsed=seats
    )
    reopen(submission, reason=reason.strip(), now=now)
    notices.returned(submission, now=now)
    return submission


@action
def withdraw(*, submission: Submission, version: int, by: User, now: datetime) -> Submission:
    """End a case at its authors' wish. What was written stays on record."""
    submission = _transition.lock(submission)
    access.check_can_withdraw(by, submission)
    _transition.check_seen(version, submission.version)
    told = taking_part(submission)
    live = Assignment.objects.filter(submission=submission, status__in=LIVE_ASSIGNMENT)
    live.end(AssignmentStatus.LAPSED, now)
    Motion.objects.filter(revision__submission=submission, status=MotionStatus.OPEN).update(
        status=MotionStatus.WITHDRAWN, closed_at=now
    )
    _transition.apply(submission, "withdraw", actor=Actor.AUTHOR, by=by, now=now)
    Pause.objects.filter(submission=submission).end(now)
    notices.withdrawn(submission, told, now=now)
    return submission


def _check_somebody_acts(submission: Submission) -> None:
    """Who is named as an author takes no part; a case on which nobody could would wait for ever, and unseen."""
    if acting(submission, CommitteeRole.COORDINATOR):
        return
    named = {key for key, why in excluded(submission).items() if why == "author"}
    if submission.committee.memberships.filter(user__in=named, role__in=RUNNING, until_at=None).exists():
        text = _(
            "Everybody who could take this case up in %(committee)s is named as its author. Take off the list whoever "
            "is not one, or ask an administrator to appoint somebody."
        )
    else:
        text = _("Nobody in %(committee)s can take this case up. Ask an administrator to appoint a coordinator.")
    raise RuleBroken(text % {"committee": submission.committee.name}, code="nobody")


def _check_planned(day: date | None, by: User, now: datetime) -> None:
    if day is not None and day < today(by, now):
        raise RuleBroken(_(PASSED), code="passed", field="planned_date")


def _bound(submission: Submission) -> list[User | None]:
    """Who cannot leave the list of authors: those who stood on it when the case was submitted, and in the draft of a
    case that was split off those who stand on the list of the case that it came from."""
    written = submission.contributors.filter(user__isnull=False).select_related("user")
    if submission.submitted_at is None:
        if submission.split_from_id is None:
            return []
        written = written.filter(user__contributions__submission=submission.split_from_id)
    return [row.user for row in written]


def _write_contributors(submission: Submission, writers: Sequence[Writer], always: Sequence[User | None]) -> None:
    """Write the list as typed. ``always`` stay on it: who started the case, and whoever was an author when it was
    submitted, since nobody may leave the list of authors and then sit on the board. Of whom a third person found that
    they are no author, the entry is linked to no account again."""
    disowned = Conflict.objects.filter(submission=submission, source=Source.DISOWNED, outcome=Settled.NONE)
    strangers = set(disowned.values_list("user_id", flat=True))
    typed = [writer.email.lower() for writer in writers if writer.email]
    people = {user.email: user for user in User.objects.filter(email__in=typed) if user.pk not in strangers}
    listed: set[int] = set()
    rows = []
    for order, writer in enumerate(writers, start=len(always) + 1):
        user = people.get(writer.email.lower())
        if user is not None and user.pk in listed:
            continue
        if user is not None:
            listed.add(user.pk)
        rows.append(
            Contributor(
                submission=submission, user=user, name=writer.name, email=writer.email, unit=writer.unit,
                orcid=writer.orcid, order=order,
            )
        )  # fmt: skip
    for order, user in enumerate(always):
        if user is not None and user.pk not in listed:
            listed.add(user.pk)
            rows.append(
                Contributor(
                    submission=submission, user=user, name=user.display_name, email=user.email, unit=user.unit,
                    orcid=user.orcid, order=order,
                )
            )  # fmt: skip
    Contributor.objects.bulk_create(rows)
