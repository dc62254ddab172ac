"""People: sign-in, organisation-wide roles, expertise."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name what mails ask right before they are sent: whether still, and in whose name."""
        from accounts import notices, organisation
        from notifications.outbox import register_guard
        from notifications.rendering import register_organisation

        register_guard(notices.STILL_INVITED, notices.still_invited)
        register_guard(notices.MAY_RESET, notices.may_reset)
        register_guard(notices.IS_OPEN, notices.is_open)
        register_organisation(organisation.name)
