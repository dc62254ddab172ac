"""Which mode a deployment runs in, and which deployment facts it refuses.

Pure decisions over plain values, so that they can be read and tested without an environment. Nothing here reads the
environment, the disk or Django.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LOCAL_BASE_URL = "http://127.0.0.1:8000"
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
KEY_CHARACTERS = 50
KEY_DIFFERENT_CHARACTERS = 10
TOKEN_CHARACTERS = 32
EXAMPLE_KEY_WORDS = ("insecure", "changeme", "change-me", "change_me", "example", "replace", "placeholder", "secretkey")
HOW_TO_MAKE_A_KEY = "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'` prints a good one"


class RefusedFact(ValueError):
    """A deployment fact with which the program does not start; its text is one sentence that names the variable."""


@dataclass(frozen=True)
class Deployment:
    """Where the program is reached, and what follows from that."""

    base_url: str
    host: str
    production: bool

    @property
    def mail_domain(self) -> str:
        """What stands after the @ of the sender when none is given."""
        return "localhost" if is_loopback(self.host) else self.host


def is_loopback(host: str) -> bool:
    """A name or address that never leaves this machine."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def deployment(base_url: str) -> Deployment:
    """No address, or http on a loopback name, is local. Everything else is production, and that is https only."""
    address = base_url.strip() or LOCAL_BASE_URL
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port
    except ValueError as fault:
        raise RefusedFact("BASE_URL is not an address: give one like https://review.lab.org.") from fault
    if parts.scheme not in ("http", "https") or not host or port == 0 or any(c.isspace() for c in address):
        raise RefusedFact("BASE_URL is not an address: give one like https://review.lab.org.")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise RefusedFact("BASE_URL may hold only scheme, host and port, as in https://review.lab.org.")
    if parts.scheme == "http" and not is_loopback(host):
        raise RefusedFact("BASE_URL begins with http: outside this machine only https is served.")
    return Deployment(
        base_url=f"{parts.scheme}://{parts.netloc}",
        host=f"[{host}]" if ":" in host else host,
        production=parts.scheme == "https",
    )


def check_secret_key(key: str, *, production: bool) -> None:
    """A given key is long in both modes; production also refuses a missing key and one that reads like an example."""
    if not key:
        if production:
            raise RefusedFact(f"SECRET_KEY is missing: production needs one ({HOW_TO_MAKE_A_KEY}).")
        return
    if len(key) < KEY_CHARACTERS:
        raise RefusedFact(
            f"SECRET_KEY is too short: it needs at least {KEY_CHARACTERS} characters ({HOW_TO_MAKE_A_KEY})."
        )
    looks_made_up = len(set(key)) < KEY_DIFFERENT_CHARACTERS or any(word in key.lower() for word in EXAMPLE_KEY_WORDS)
    if production and looks_made_up:
        raise RefusedFact(f"SECRET_KEY is an example: production needs a random one ({HOW_TO_MAKE_A_KEY}).")


def allowed_hosts(given: Sequence[str], place: Deployment) -> list[str]:
    """The host names answered to: never all of them, and in local mode only names of this machine."""
    hosts = [host.strip() for host in given if host.strip()]
    if any("*" in host for host in hosts):
        raise RefusedFact("ALLOWED_HOSTS may not hold *: list the host names that are served.")
    if place.production:
        return list(dict.fromkeys([place.host, *hosts]))
    if any(not is_loopback(host) for host in hosts):
        raise RefusedFact("ALLOWED_HOSTS names another machine, but without an https BASE_URL only this one is served.")
    return list(dict.fromkeys([*LOOPBACK_HOSTS, place.host, *hosts]))


def check_metrics_token(token: str, *, installed: bool) -> None:
    """Metrics are shown only for a token that nobody guesses, and only where their package is installed."""
    if not token:
        return
    if len(token) < TOKEN_CHARACTERS or any(c.isspace() for c in token):
        raise RefusedFact(
            f"METRICS_TOKEN is too short: it needs at least {TOKEN_CHARACTERS} characters without spaces "
            f"({HOW_TO_MAKE_A_KEY})."
        )
    if not installed:
        raise RefusedFact("METRICS_TOKEN is set, but django-prometheus is not installed: it is the extra `metrics`.")


def check_debug(debug: bool, *, production: bool) -> None:
    """Error pages with code and values are never shown outside this machine."""
    if debug and production:
        raise RefusedFact("DEBUG is on, but production never shows error details: remove DEBUG from the environment.")


def trusted_networks(given: Sequence[str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The reverse proxies whose word about client address and https is believed."""
    try:
        return tuple(ipaddress.ip_network(entry.strip()) for entry in given if entry.strip())
    except ValueError as fault:
        raise RefusedFact(
            "TRUSTED_PROXY is not a list of IP addresses or networks: give one like 10.0.0.5 or 10.0.0.0/24."
        ) from fault
