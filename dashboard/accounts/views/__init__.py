"""The pages about people. Those that strangers may see say so themselves."""

from dashboard.accounts.views.authenticator_app import activate_app, deactivate_app
from dashboard.accounts.views.columns import columns
from dashboard.accounts.views.confirming import confirm_address
from dashboard.accounts.views.entrance import sign_in, sign_out
from dashboard.accounts.views.invitation import invitation_accept, invitation_decline, join
from dashboard.accounts.views.me import me, totp_picture
from dashboard.accounts.views.new_password import new_password
from dashboard.accounts.views.passkeys import remove_passkey, rename_passkey
from dashboard.accounts.views.people import (
    CHANGES,
    STEPS,
    old_admin,
    people_change,
    people_detail,
    people_list,
    people_step,
)
from dashboard.accounts.views.sessions import end_session, end_sessions
from dashboard.accounts.views.set_up import set_up
from dashboard.accounts.views.single_sign_on import again, begin, come_back, connect, disconnect

__all__ = [
    "CHANGES",
    "STEPS",
    "activate_app",
    "again",
    "begin",
    "columns",
    "come_back",
    "confirm_address",
    "connect",
    "deactivate_app",
    "disconnect",
    "end_session",
    "end_sessions",
    "invitation_accept",
    "invitation_decline",
    "join",
    "me",
    "new_password",
    "old_admin",
    "people_change",
    "people_detail",
    "people_list",
    "people_step",
    "remove_passkey",
    "rename_passkey",
    "set_up",
    "sign_in",
    "sign_out",
    "totp_picture",
]
