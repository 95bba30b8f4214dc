"""What people do here: as it is written down (`noun:verb`), and in the words that stand between who and what."""

from __future__ import annotations

import re
from typing import NamedTuple


class Deed(NamedTuple):
    """As it is wanted ("delete"), and once it is done ("deleted"); the name of what it was done to follows."""

    wanted: str
    done: str

    @property
    def label(self) -> str:
        """What stands alone, in a choice."""
        return re.sub(r"( of| for| to|:)$", "", self.wanted).capitalize()


DEEDS = {
    "job:submit": Deed("submit", "submitted"),
    "job:cancel": Deed("cancel", "asked to cancel"),
    "job:delete": Deed("delete", "deleted"),
    "job:claim": Deed("claim", "claimed"),
    "job:disown": Deed("unclaim", "unclaimed"),
    "run:stop": Deed("stop", "stopped"),
    "run:continue": Deed("continue", "continued"),
    "member:invite": Deed("invite", "invited"),
    "member:withdraw": Deed("withdraw the invitation of", "withdrew the invitation of"),
    "member:join": Deed("join", "joined"),
    "member:decline": Deed("decline to join", "declined to join"),
    "member:add": Deed("add", "added"),
    "member:change": Deed("change the role of", "changed the role of"),
    "member:remove": Deed("remove", "removed"),
    "member:restore": Deed("restore", "restored"),
    "view:delete": Deed("delete the team's view", "deleted the team's view"),
    "view:restore": Deed("restore the team's view", "restored the team's view"),
    "credentials:add": Deed("connect the key", "connected the key"),
    "credentials:test": Deed("test the key", "tested the key"),
    "credentials:change": Deed("change the settings of the key", "changed the settings of the key"),
    "credentials:replace": Deed("replace the key", "replaced the key"),
    "credentials:remove": Deed("remove the key", "removed the key"),
    "credentials:rotate": Deed("re-encrypt the key", "re-encrypted the key"),
    "organization:try": Deed("retry the key for", "retried the key for"),
    "organization:key": Deed("change the key of", "changed the key of"),
    "organization:show": Deed("show the organization", "showed the organization"),
    "organization:hide": Deed("hide the organization", "hid the organization"),
    "token:create": Deed("create the token", "created the token"),
    "token:revoke": Deed("revoke the token", "revoked the token"),
    "session:begin": Deed("sign in", "signed in"),
    "session:end": Deed("sign out", "signed out"),
    "session:fail": Deed("refuse the sign-in of", "refused the sign-in of"),
    "password:change": Deed("change the password", "changed the password"),
    "password:reset": Deed("reset the password", "reset the password"),
    "password:link": Deed("create a password link for", "created a password link for"),
    "factor:add": Deed("add a second factor:", "added a second factor:"),
    "factor:remove": Deed("remove a second factor:", "removed a second factor:"),
    "factor:renew": Deed("renew the second factor:", "renewed the second factor:"),
    "factor:use": Deed("use", "used"),
    "factor:reset": Deed("remove the second factors of", "removed the second factors of"),
    "account:connect": Deed("connect", "connected"),
    "account:disconnect": Deed("disconnect", "disconnected"),
    "person:deactivate": Deed("deactivate", "deactivated"),
    "person:activate": Deed("reactivate", "reactivated"),
    "person:end-sessions": Deed("end the sessions of", "ended the sessions of"),
    "person:promote": Deed("give site ownership to", "gave site ownership to"),
    "person:demote": Deed("take site ownership from", "took site ownership from"),
    "address:add": Deed("add the address", "added the address"),
    "address:confirm": Deed("confirm the address", "confirmed the address"),
    "address:remove": Deed("remove the address", "removed the address"),
    "address:prefer": Deed("set the primary address to", "set the primary address to"),
    "address:take": Deed("verify the address", "verified the address"),
}
NOUNS = {
    "job": "Jobs",
    "run": "Bulk actions",
    "member": "Members",
    "view": "Views",
    "credentials": "Keys",
    "organization": "Organizations",
    "token": "Tokens",
    "address": "Addresses",
    "session": "Sign-ins",
    "password": "Passwords",
    "factor": "Second factors",
    "account": "Single sign-on",
    "person": "People",
}


def deeds_by_noun() -> dict[str, dict[str, Deed]]:
    """All of them, as a choice shows them."""
    return {
        label: {action: deed for action, deed in DEEDS.items() if action.startswith(f"{noun}:")}
        for noun, label in NOUNS.items()
    }
