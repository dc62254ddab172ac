"""Submissions, reviews and decisions."""

from dataclasses import replace

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the questions that are asked of every mail right before it is sent, who answers for accounts, and the
        language of the rules."""
        from django.utils.translation import gettext, ngettext

        from accounts import above
        from notifications.outbox import register_guard
        from reviews.actions import _again
        from reviews.notices import (
            _tell,
            assignment,
            comment,
            deliberation,
            guards,
            letter,
            meeting,
            policy,
            vacancy,
        )
        from reviews.queries import people
        from reviews.rules import sentences

        register_guard(_tell.MAY_HEAR, guards.may_hear)
        register_guard(_tell.STILL_DUE, guards.still_due)
        register_guard(comment.MAY_READ, guards.may_read)
        register_guard(assignment.STILL_ASKED, guards.still_asked)
        register_guard(deliberation.MAY_INFORM, guards.may_inform)
        register_guard(letter.LETTER_STANDS, guards.letter_stands)
        register_guard(vacancy.STILL_VACANT, guards.still_vacant)
        register_guard(vacancy.STILL_UNTOLD, guards.still_untold)
        register_guard(meeting.MAY_ATTEND, guards.may_attend)
        register_guard(meeting.MAY_APPROVE_MINUTES, guards.may_approve_minutes)
        register_guard(policy.MAY_APPROVE, guards.may_approve)
        above.register(replace(people.ANSWERS, changed=_again.look, left=_again.left))
        sentences.use(gettext, ngettext)
