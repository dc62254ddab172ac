"""Links that open a door once. They are made when needed and stored nowhere: who reads the database has none."""

from __future__ import annotations

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Invitation, User

# A full stop is not in the alphabet of identifiers, and stands in an address as it is.
_signer = Signer(salt="accounts.invitation", sep=".")


def invitation_link(invitation: Invitation) -> str:
    """Where the invited person chooses a password, at the address of this deployment."""
    return _absolute(reverse("accounts:invitation-open", args=[_signer.sign(invitation.public_id)]))


def invited(token: str) -> str | None:
    """The public identifier that a link carries, or None when nobody here made the link."""
    try:
        return _signer.unsign(token)
    except BadSignature:
        return None


def password_link(user: User) -> str:
    """Where a person sets a new password; it works once, and for the time that the settings say."""
    key = default_token_generator.make_token(user)
    args = {"uidb36": user_pk_to_url_str(user), "key": key}
    return _absolute(reverse("account_reset_password_from_key", kwargs=args))


def _absolute(path: str) -> str:
    return urljoin(f"{settings.BASE_URL.rstrip('/')}/", path)
