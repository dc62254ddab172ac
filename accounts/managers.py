"""How people are looked up and made. No permission is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from accounts.models import User


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail address, whatever its case."""

    def get_by_natural_key(self, email: str | None) -> User:
        """The person with this address; addresses compare without case."""
        return self.get(email__iexact=email or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who may sign in; without a password only after a reset."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """For Django's own command; the flag opens nothing in this program."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
