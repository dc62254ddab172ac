"""Links of mails about accounts, made when the mail is written and stored nowhere."""

from __future__ import annotations

from django import template

from accounts import links
from accounts.models import Invitation, User

register = template.Library()


@register.simple_tag
def invitation_link(public_id: str) -> str:
    """Where the invited person chooses a password."""
    return links.invitation_link(Invitation.objects.get(public_id=public_id))


@register.simple_tag
def password_link(address: str) -> str:
    """Where the person with this address sets a new password."""
    return links.password_link(User.objects.get(email=address))
