"""How allauth behaves here. Accounts are made by invitation; nobody makes one for themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import notices, organisation
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in for people who were invited."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and this password do not go together. Try again, or set a new password."
        ),
        "incorrect_password": _("This is not your password. Try again."),
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes, then try again."),
        "enter_current_password": _("Enter the password that you have now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator invites."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, never from inside the request; the text lies with the other mails, below ``account``."""
        person = User.objects.get(email__iexact=email)
        with transaction.atomic():
            event = template_prefix.rpartition("/")[2]
            notices.happened(person, event, ip=str(context["ip"] or ""), now=context["timestamp"])

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the one address that an account has."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's account."""
        return reverse("accounts:profile")


class MFAAdapter(DefaultMFAAdapter):
    """The second step."""

    def get_totp_issuer(self) -> str:
        """What an app lists the account under: the organisation as it calls itself."""
        return organisation.name() or "Reviewboard"
