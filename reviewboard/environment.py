"""Reading deployment facts from the environment, loudly: a faulty value ends the start with one sentence.

No sentence repeats a value, because addresses carry passwords. What the facts mean is decided in ``mode`` and
``settings``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BROKER_SCHEMES = ("memory", "redis", "rediss", "redis+socket")
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("", "0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The value of a variable, or the default where it is unset or blank."""
    return os.environ.get(name, "").strip() or default


def words(name: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def flag(name: str) -> bool:
    """A yes or a no; anything else is a mistake, never a silent no."""
    value = text(name).lower()
    if value not in TRUE_WORDS + FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} is neither yes nor no: give true or false.")
    return value in TRUE_WORDS


def choice(name: str, options: Sequence[str]) -> str:
    """One of the options; the first where the variable is unset."""
    value = text(name, options[0]).lower()
    if value not in options:
        raise ImproperlyConfigured(f"{name} is none of {', '.join(options)}.")
    return value


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = text(name, str(default))
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 12 else least - 1
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is not a whole number from {least} to {most}.")
    return number


def database(name: str, default_file: Path) -> dict[str, Any]:
    """Django's settings for the database: SQLite beside the data, or what the address says."""
    url = text(name)
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default_file), "OPTIONS": {}}
    fault = ImproperlyConfigured(
        f"{name} is not a database address: give one like postgres://user:password@host:5432/name "
        "or sqlite:////folder/file.sqlite3."
    )
    try:
        if urlsplit(url).scheme not in ("postgres", "postgresql", "psql", "pgsql", "sqlite"):
            raise fault
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:
        raise fault from None
    if not config.get("NAME"):
        raise fault
    config.setdefault("OPTIONS", {})
    return config


def mail(name: str, default: dict[str, Any]) -> dict[str, Any]:
    """Django's ``EMAIL_…`` settings."""
    url = text(name)
    if not url:
        return default
    try:
        config: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        config = {}
    smtp = str(config.get("EMAIL_BACKEND", "")).endswith("smtp.EmailBackend")
    if not config or (smtp and not config["EMAIL_HOST"]) or config.pop("OPTIONS", None):
        raise ImproperlyConfigured(
            f"{name} is not a mail address for sending: give one like smtp+tls://user:password@host:587, "
            "filemail:////folder or consolemail://."
        )
    if smtp and not config["EMAIL_PORT"]:
        config["EMAIL_PORT"] = 465 if config.get("EMAIL_USE_SSL") else 587 if config.get("EMAIL_USE_TLS") else 25
    return {key: value for key, value in config.items() if value is not None}


def broker(name: str) -> str:
    """The address of Celery's transport; only transports whose behaviour after a crash is known are taken."""
    url = text(name, "memory://")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in BROKER_SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} is not a broker that is supported: give memory:// or one like redis://host:6379/0."
        )
    return url


def sender(name: str, default: str) -> str:
    """The address that mails come from, with or without a name before it."""
    value = text(name, default)
    address = parseaddr(value)[1]
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or "\n" in value or "\r" in value:
        raise ImproperlyConfigured(f"{name} is not an e-mail address: give one like Review board <board@lab.org>.")
    return value


def folder(path: Path) -> Path:
    """The folder, made readable for this user alone where it did not exist."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ImproperlyConfigured(f"DATA_DIR cannot be used: {path} cannot be made ({fault.strerror}).") from fault
    return path


def kept_secret(path: Path) -> str:
    """The key in this file, made once. Processes that start together wait for each other and read the same key."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with contextlib.suppress(PermissionError):
                os.fchmod(file.fileno(), 0o600)
            key = file.read().strip()
            if not key:
                key = secrets.token_urlsafe(50)
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            return key
    except (OSError, ValueError) as fault:
        raise ImproperlyConfigured(f"DATA_DIR cannot be used: {path} cannot be read and written.") from fault
