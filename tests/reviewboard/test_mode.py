"""Which mode an address means, and which facts are refused."""

from __future__ import annotations

import pytest

from reviewboard import mode

LONG_KEY = "k3J9s-Vq0Zt7wLx2Rb8nYm4Fh6Dc1Ge5Ua_PoIiTrEwQlKjHgNbV"


@pytest.mark.parametrize(
    ("given", "base_url", "production"),
    [
        ("", "http://127.0.0.1:8000", False),
        ("  ", "http://127.0.0.1:8000", False),
        ("http://localhost:9000/", "http://localhost:9000", False),
        ("http://127.0.0.1", "http://127.0.0.1", False),
        ("http://127.9.9.9:1", "http://127.9.9.9:1", False),
        ("http://[::1]:8000", "http://[::1]:8000", False),
        ("https://review.lab.org", "https://review.lab.org", True),
        ("https://review.lab.org:8443/", "https://review.lab.org:8443", True),
        ("https://localhost", "https://localhost", True),
    ],
)
def test_deployment_follows_the_address(given: str, base_url: str, production: bool) -> None:
    place = mode.deployment(given)

    assert (place.base_url, place.production) == (base_url, production)


@pytest.mark.parametrize(
    "given",
    [
        "http://review.lab.org",
        "http://0.0.0.0:8000",
        "http://localhost.lab.org",
        "http://10.0.0.1",
        "ftp://localhost",
        "review.lab.org",
        "https://",
        "https://review.lab.org:99999",
        "https://review.lab.org/board",
        "https://review.lab.org?a=b",
        "https://user@review.lab.org",
        "https://review lab.org",
        "https://[::1",
    ],
)
def test_deployment_refuses_what_it_cannot_serve_safely(given: str) -> None:
    with pytest.raises(mode.RefusedFact, match=r"^BASE_URL .*\.$"):
        mode.deployment(given)


@pytest.mark.parametrize("production", [False, True])
def test_secret_key_that_is_short_is_refused_in_both_modes(production: bool) -> None:
    with pytest.raises(mode.RefusedFact, match="^SECRET_KEY is too short"):
        mode.check_secret_key(LONG_KEY[:49], production=production)


@pytest.mark.parametrize(
    "key", ["", "x" * 60, f"django-insecure-{LONG_KEY}", f"change-me-{LONG_KEY}", f"an-Example-{LONG_KEY}"]
)
def test_secret_key_that_is_missing_or_an_example_is_refused_in_production(key: str) -> None:
    with pytest.raises(mode.RefusedFact, match="^SECRET_KEY is (missing|an example)"):
        mode.check_secret_key(key, production=True)


@pytest.mark.parametrize("key", ["", LONG_KEY])
def test_secret_key_may_be_missing_in_local_mode(key: str) -> None:
    mode.check_secret_key(key, production=False)


def test_secret_key_that_is_long_and_random_is_taken_in_production() -> None:
    mode.check_secret_key(LONG_KEY, production=True)


@pytest.mark.parametrize("base_url", ["", "https://review.lab.org"])
@pytest.mark.parametrize("hosts", [["*"], ["review.lab.org", " * "], ["*.lab.org"]])
def test_allowed_hosts_with_a_star_are_refused_in_both_modes(base_url: str, hosts: list[str]) -> None:
    with pytest.raises(mode.RefusedFact, match=r"^ALLOWED_HOSTS may not hold \*"):
        mode.allowed_hosts(hosts, mode.deployment(base_url))


def test_allowed_hosts_of_another_machine_are_refused_in_local_mode() -> None:
    with pytest.raises(mode.RefusedFact, match="^ALLOWED_HOSTS names another machine"):
        mode.allowed_hosts(["review.lab.org"], mode.deployment(""))


def test_allowed_hosts_are_loopback_names_in_local_mode() -> None:
    assert mode.allowed_hosts([], mode.deployment("")) == ["localhost", "127.0.0.1", "[::1]"]


def test_allowed_hosts_hold_the_own_name_in_production() -> None:
    place = mode.deployment("https://review.lab.org:8443")

    assert mode.allowed_hosts(["internal.lab.org"], place) == ["review.lab.org", "internal.lab.org"]


def test_debug_is_refused_in_production_only() -> None:
    mode.check_debug(True, production=False)
    mode.check_debug(False, production=True)
    with pytest.raises(mode.RefusedFact, match="^DEBUG is on"):
        mode.check_debug(True, production=True)


@pytest.mark.parametrize("given", ["yes", "10.0.0.300", "10.0.0.1/33", "*", "10.0.0.1/8"])
def test_trusted_proxy_that_is_no_network_is_refused(given: str) -> None:
    with pytest.raises(mode.RefusedFact, match="^TRUSTED_PROXY "):
        mode.trusted_networks([given])


def test_trusted_proxy_takes_addresses_and_networks() -> None:
    assert [str(one) for one in mode.trusted_networks(["10.0.0.5", "10.1.0.0/16", "::1"])] == [
        "10.0.0.5/32",
        "10.1.0.0/16",
        "::1/128",
    ]


def test_metrics_token_that_is_guessable_or_useless_is_refused() -> None:
    mode.check_metrics_token("", installed=False)
    mode.check_metrics_token(LONG_KEY, installed=True)
    for token in (LONG_KEY[:31], f"{LONG_KEY} {LONG_KEY}"):
        with pytest.raises(mode.RefusedFact, match="^METRICS_TOKEN is too short"):
            mode.check_metrics_token(token, installed=True)
    with pytest.raises(mode.RefusedFact, match="^METRICS_TOKEN is set, but django-prometheus is not installed"):
        mode.check_metrics_token(LONG_KEY, installed=False)
