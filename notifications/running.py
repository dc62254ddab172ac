"""How this deployment runs and what it lacks, in a few lines for whoever starts it. Knows settings, no rows."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from notifications import publishing

CONSOLE = "django.core.mail.backends.console.EmailBackend"
FILES = "notifications.mailfiles.EmailBackend"
GUIDE = "docs/deployment.md"


def lines() -> list[str]:
    """The mode with its parts, then what production lacks."""
    if not settings.PRODUCTION:
        return [
            _("Local mode, for this machine only: %(parts)s.") % {"parts": ", ".join(_parts())},
            _("To run it for others, set BASE_URL to an https address; %(guide)s says what else is needed.")
            % {"guide": GUIDE},
        ]
    said = [
        _("Production mode for %(address)s: %(parts)s.") % {"address": settings.BASE_URL, "parts": ", ".join(_parts())}
    ]
    if lacking := missing():
        said.append(_("What is missing (%(guide)s says more):") % {"guide": GUIDE})
    return said + [f"- {sentence}" for sentence in lacking]


def missing() -> list[str]:
    """What is allowed in production, but keeps pages, mails or people waiting."""
    found = []
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        found.append(_("Style sheets are not collected, so no page can be shown: run manage.py collectstatic."))
    if not settings.TRUSTED_PROXY:
        found.append(_("TRUSTED_PROXY is not set: behind a reverse proxy every request is sent to https for ever."))
    if settings.EMAIL_BACKEND in (CONSOLE, FILES):
        found.append(_("EMAIL_URL names no mail server: nobody receives any mail."))
    if settings.ON_SQLITE:
        found.append(_("DATABASE_URL is not set: SQLite takes one writer at a time; PostgreSQL serves many people."))
    if publishing.embedded():
        found.append(_("CELERY_BROKER_URL is not set: one worker, on this machine, sends all mail; Redis lifts that."))
    return found


def _parts() -> list[str]:
    mails = {
        CONSOLE: _("mail printed here"),
        FILES: _("mail into files in %(folder)s") % {"folder": settings.EMAIL_FILE_PATH},
    }
    return [
        "SQLite" if settings.ON_SQLITE else "PostgreSQL",
        _("a worker without a broker") if publishing.embedded() else _("workers behind a broker"),
        mails.get(settings.EMAIL_BACKEND, _("mail to a server")),
    ]
