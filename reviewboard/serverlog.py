"""What the web server itself says, in the same words and form as everything else. Named by ``manage.py up``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from reviewboard.logs import JsonFormatter, TextFormatter


class ServerLogger(Logger):
    """gunicorn's logger with the product's formatter, since gunicorn quotes the address that it failed to serve."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn open its log, then format it."""
        super().setup(cfg)
        formatter = JsonFormatter() if settings.PRODUCTION else TextFormatter(settings.LOG_LINE, style="{")
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)
