"""One way to write an ORCID, whatever was pasted; nothing where it cannot be one."""

from __future__ import annotations

import pytest

from accounts.orcid import canonical


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        (" https://orcid.org/0000-0002-9079-593x/ ", "0000-0002-9079-593X"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0002-1825-0098", ""),
        ("0000-0002-1825", ""),
        ("Ada Lovelace", ""),
        ("", ""),
    ],
)
def test_canonical(text: str, found: str) -> None:
    assert canonical(text) == found
