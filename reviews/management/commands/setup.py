"""The first administrator of an installation. Everybody else is invited from the people page."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions
from accounts.models import User


class Command(BaseCommand):
    """Makes the first administrator and prints the link by which they come in, once."""

    help = "Make the first administrator and print a link that works once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who; what is not given is asked where somebody sits at a terminal."""
        parser.add_argument("--email", default="", help="work e-mail address of the first administrator")
        parser.add_argument("--name", default="", help="their name, as others will see it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, invite, print."""
        email = options["email"].strip() or self._ask(_("E-mail address of the first administrator: "), "--email")
        self._check_email(email)
        name = options["name"].strip() or self._ask(_("Their name: "), "--name")
        self._check_name(name)
        try:
            invitation = actions.install_first_administrator(email=email, display_name=name, now=timezone.now())
        except actions.Refused as refusal:
            raise CommandError(refusal.text) from refusal
        except DatabaseError as error:
            raise CommandError(_("The database is not ready. Run this first: manage.py migrate")) from error
        shown = {"name": invitation.user.display_name, "email": invitation.user.email}
        self.stdout.write(_("%(name)s (%(email)s) is the first administrator.") % shown)
        self.stdout.write(_("This link works once, for them alone:"))
        self.stdout.write("")
        self.stdout.write(f"  {actions.invitation_link(invitation)}")
        self.stdout.write("")
        self.stdout.write(self._how_to_reach_it())

    def _ask(self, question: str, option: str) -> str:
        """What somebody types, or a sentence that names the option where nobody can type."""
        if not sys.stdin.isatty():
            raise CommandError(_("Say who the first administrator is: --email and --name."))
        try:
            typed = input(question).strip()
        except (EOFError, KeyboardInterrupt):
            typed = ""
        if not typed:
            raise CommandError(_("Nothing was changed. Give %(option)s, or type an answer.") % {"option": option})
        return typed

    def _check_email(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError as fault:
            text = _("%(given)s is not an e-mail address, such as name@example.org.") % {"given": email}
            raise CommandError(text) from fault

    def _check_name(self, name: str) -> None:
        longest = User._meta.get_field("display_name").max_length or 0
        if len(name) > longest:
            raise CommandError(_("A name has at most %(n)d characters.") % {"n": longest})

    def _how_to_reach_it(self) -> str:
        if settings.PRODUCTION:
            return _("It is made for %(address)s, as BASE_URL says.") % {"address": settings.BASE_URL}
        return _(
            "It is made for %(address)s. Start the program with: manage.py up. At another port, set BASE_URL for both."
        ) % {"address": settings.BASE_URL}
