#!/usr/bin/env python3
"""Command-line entry point; every command works in a bare checkout without any environment."""

import os
import sys


def main() -> None:
    """Run one management command. A refused deployment fact ends it with its sentence, not with a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewboard.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured as refusal:
        sys.exit(f"Reviewboard does not start: {refusal}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
