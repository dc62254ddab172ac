"""How dates, numbers, sizes and digests are written."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reviews.views import formats


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (412_300, "412 kB"),
        (999_499, "999 kB"),
        (999_500, "1.00 MB"),
        (12_340_000, "12.3 MB"),
        (999_600_000, "1.00 GB"),
        (4_270_000_000, "4.27 GB"),
        (7_000_000_000_000_000_000, "7000 PB"),
    ],
)
def test_size_uses_powers_of_a_thousand(count: int, words: str) -> None:
    assert formats.size(count).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0.0"), (-0.04, "0.0"), (-0.05000001, "\u22120.1"), (44.749, "44.7"), (100, "100.0")]
)
def test_number_has_one_decimal_and_no_negative_zero(value: float, words: str) -> None:
    assert formats.number(value) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Europe/Berlin", "CET"), ("UTC", "UTC"), ("Asia/Kathmandu", "UTC+05:45"), ("America/Sao_Paulo", "UTC\u221203")],
)
def test_zone_without_letters_is_given_as_a_distance(zone: str, words: str) -> None:
    assert formats.zone_short(datetime(2026, 11, 23, tzinfo=UTC).astimezone(ZoneInfo(zone))) == words


def test_summer_and_winter_have_their_own_letters() -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert formats.moment(datetime(2026, 7, 1, 12, tzinfo=UTC), zone=zone, now=now) == "Wed 1 Jul, 14:00 CEST"
    assert formats.moment(datetime(2026, 12, 1, 12, tzinfo=UTC), zone=zone, now=now) == "Tue 1 Dec, 13:00 CET"


def test_year_is_that_of_the_reader() -> None:
    now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    at = datetime(2027, 1, 2, 12, tzinfo=UTC)
    assert formats.moment(at, zone=ZoneInfo("Europe/Berlin"), now=now) == "Sat 2 Jan, 13:00 CET"
    assert formats.moment(at, zone=ZoneInfo("UTC"), now=now) == "Sat 2 Jan 2027, 12:00 UTC"


def test_digest_short_enough_stays_whole() -> None:
    assert formats.digest("abc123") == ("sha256", "abc123")
    assert formats.digest("sha512:" + "0" * 128) == ("sha512", "000000000000\u202600000000")


def test_machine_moment_is_utc_without_fractions() -> None:
    at = datetime(2026, 11, 25, 17, 0, 3, 999, tzinfo=ZoneInfo("Europe/Berlin"))
    assert formats.machine(at) == "2026-11-25T16:00:03+00:00"
