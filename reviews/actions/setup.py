"""The first day's own deeds: a test mail to oneself, and the end of the checklist.

The rows about the organisation are written by ``accounts``; no transaction is open while a mail server is asked.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import actions as people
from accounts.models import Organisation, User
from notifications import trial
from reviews.access.committee import check_can_administer_committees
from reviews.queries import setup
from reviews.rules.errors import NotNow, RuleBroken

TEMPLATE = "account.test_mail"


def send_test_mail(*, by: User, now: datetime) -> Organisation:
    """Send one mail to this administrator at once, and keep that it left.

    Raises ``RuleBroken`` with the mail server's own words when it did not.
    """
    check_can_administer_committees(by)
    try:
        trial.send(
            template=TEMPLATE, address=by.email, context={"name": by.display_name}, time_zone=by.time_zone, now=now
        )
    except trial.NotSent as refused:
        text = _("The mail did not leave. The mail server says: %(words)s") % {"words": refused}
        raise RuleBroken(text, code="mail_refused") from refused
    return people.note_test_mail(by=by, now=now)


def close_checklist(*, by: User, now: datetime) -> Organisation:
    """End the first day. Raises ``NotNow`` while something of the list is open."""
    check_can_administer_committees(by)
    if not setup.first_day(now).is_complete:
        raise NotNow(_("Something on the list is still open."), code="open_items")
    return people.close_checklist(by=by, now=now)
