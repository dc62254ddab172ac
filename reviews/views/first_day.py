"""What people see where no case can be taken yet: what happens next, and for administrators a way on."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import is_administrator
from accounts.models import User
from reviews.queries import committee, setup
from reviews.views.components import Button, Empty


def empty(user: User) -> Empty | None:
    """In place of an empty page: the way to the checklist while it is open, or that cases cannot be started yet."""
    if is_administrator(user) and setup.is_open():
        text = _("A checklist leads you from an empty installation to the first case. It takes about half an hour.")
        button = Button(_("Go to the checklist"), reverse("reviews:setup"), kind="primary")
        return Empty(_("Reviewboard is not set up yet."), text, button)
    return None if committee.any_takes_cases() else not_yet()


def not_yet() -> Empty:
    """No committee takes cases."""
    text = _(
        "No committee takes cases yet. As soon as one does, you start a submission here. You will get a mail when "
        "something is asked of you."
    )
    return Empty(_("Reviewboard is being set up."), text)
