"""What a case's reference looks like in an address."""

from reviews.models._shape import ALPHABET


class Reference:
    """``RB-2026-K7Q4X``; anything else is no address of ours and so 404."""

    regex = rf"RB-\d{{4}}-[{ALPHABET}]{{5}}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value
