"""Loading the demo into a local instance. Never into production, never twice, never with real mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import demo
from reviews.demo import loading

REAL_MAIL = "django.core.mail.backends.smtp.EmailBackend"


class Command(BaseCommand):
    """Made-up people, a committee and six cases, for trying the product."""

    help = "Load made-up people and six cases into a local instance; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing, then name the accounts."""
        if settings.PRODUCTION:
            raise CommandError(_("The demo is for a local instance only. Unset BASE_URL, or use one on 127.0.0.1."))
        if settings.EMAIL_BACKEND == REAL_MAIL:
            raise CommandError(_("The demo sends no real mail. Unset EMAIL_URL, so that mail goes to files."))
        loaded = demo.read() if loading.is_loaded() else loading.load(now=timezone.now())
        self.stdout.write(_("Demo accounts, all with the password %(password)s:") % {"password": loaded.password})
        width = max(len(account.email) for account in loaded.accounts)
        for account in loaded.accounts:
            self.stdout.write(f"  {account.email:<{width}}  {account.name}, {account.role}")
