"""Changes to people. Each is one durable transaction with one event or more in the chain of the account.

Administrators change people; nobody grants a role to themselves, confirms their own expertise or closes their own
account, and one administrator stays. ``by=None`` is the program itself.
"""

from accounts.actions.absence import cancel_absence, note_absence
from accounts.actions.expertise import confirm_expertise, state_expertise, withdraw_expertise
from accounts.actions.invitation import accept, install_first_administrator, invite, invite_again, revoke
from accounts.actions.listing import import_people
from accounts.actions.organisation import change_organisation, close_checklist, note_test_mail
from accounts.actions.password import ask_for_new_password
from accounts.actions.people import change_person, create_person, deactivate, end_sessions, reactivate
from accounts.actions.profile import change_profile
from accounts.actions.role import end_role, grant
from accounts.errors import Denied, Refused, Stale
from accounts.links import invitation_link

__all__ = [
    "Denied", "Refused", "Stale", "accept", "ask_for_new_password", "cancel_absence", "change_organisation",
    "change_person", "change_profile", "close_checklist", "confirm_expertise", "create_person", "deactivate",
    "end_role", "end_sessions", "grant", "import_people", "install_first_administrator", "invitation_link", "invite",
    "invite_again", "note_absence", "note_test_mail", "reactivate", "revoke", "state_expertise",
    "withdraw_expertise",
]  # fmt: skip
