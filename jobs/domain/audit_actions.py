"""What people do here: as it is written down (`noun:verb`), and in the words that stand between who and what."""

from __future__ import annotations

import re
from typing import NamedTuple


class ActionWords(NamedTuple):
    """As it is wanted ("delete"), and once it is done ("deleted"); the name of what it was done to follows."""

    wanted: str
    done: str

    @property
    def label(self) -> str:
        """What stands alone, in a choice."""
        return re.sub(r"( of| for| to| on| from|:)$", "", self.wanted).capitalize()


AUDIT_ACTIONS = {
    "job:submit": ActionWords("submit", "submitted"),
    "job:cancel": ActionWords("cancel", "asked to cancel"),
    "job:delete": ActionWords("delete", "deleted"),
    "job:claim": ActionWords("claim", "claimed"),
    "job:disown": ActionWords("unclaim", "unclaimed"),
    "note:add": ActionWords("add a note to", "added a note to"),
    "note:edit": ActionWords("edit a note on", "edited a note on"),
    "note:delete": ActionWords("delete a note on", "deleted a note on"),
    "tag:add": ActionWords("add a tag to", "added a tag to"),
    "tag:remove": ActionWords("remove a tag from", "removed a tag from"),
    "run:stop": ActionWords("stop", "stopped"),
    "run:continue": ActionWords("continue", "continued"),
    "member:invite": ActionWords("invite", "invited"),
    "member:withdraw": ActionWords("withdraw the invitation of", "withdrew the invitation of"),
    "member:join": ActionWords("join", "joined"),
    "member:decline": ActionWords("decline to join", "declined to join"),
    "member:add": ActionWords("add", "added"),
    "member:change": ActionWords("change the role of", "changed the role of"),
    "member:remove": ActionWords("remove", "removed"),
    "member:restore": ActionWords("restore", "restored"),
    "view:delete": ActionWords("delete the team's view", "deleted the team's view"),
    "view:restore": ActionWords("restore the team's view", "restored the team's view"),
    "credentials:add": ActionWords("connect the key", "connected the key"),
    "credentials:test": ActionWords("test the key", "tested the key"),
    "credentials:change": ActionWords("change the settings of the key", "changed the settings of the key"),
    "credentials:replace": ActionWords("replace the key", "replaced the key"),
    "credentials:remove": ActionWords("remove the key", "removed the key"),
    "credentials:rotate": ActionWords("re-encrypt the key", "re-encrypted the key"),
    "organization:try": ActionWords("retry the key for", "retried the key for"),
    "organization:key": ActionWords("change the key of", "changed the key of"),
    "organization:show": ActionWords("show the organization", "showed the organization"),
    "organization:hide": ActionWords("hide the organization", "hid the organization"),
    "token:create": ActionWords("create the token", "created the token"),
    "token:revoke": ActionWords("revoke the token", "revoked the token"),
    "session:begin": ActionWords("sign in", "signed in"),
    "session:end": ActionWords("sign out", "signed out"),
    "session:fail": ActionWords("refuse the sign-in of", "refused the sign-in of"),
    "password:change": ActionWords("change the password", "changed the password"),
    "password:reset": ActionWords("reset the password", "reset the password"),
    "password:link": ActionWords("create a password link for", "created a password link for"),
    "factor:add": ActionWords("add a second factor:", "added a second factor:"),
    "factor:remove": ActionWords("remove a second factor:", "removed a second factor:"),
    "factor:renew": ActionWords("renew the second factor:", "renewed the second factor:"),
    "factor:use": ActionWords("use", "used"),
    "factor:reset": ActionWords("remove the second factors of", "removed the second factors of"),
    "account:connect": ActionWords("connect", "connected"),
    "account:disconnect": ActionWords("disconnect", "disconnected"),
    "person:deactivate": ActionWords("deactivate", "deactivated"),
    "person:activate": ActionWords("reactivate", "reactivated"),
    "person:end-sessions": ActionWords("end the sessions of", "ended the sessions of"),
    "person:promote": ActionWords("give site ownership to", "gave site ownership to"),
    "person:demote": ActionWords("take site ownership from", "took site ownership from"),
    "address:add": ActionWords("add the address", "added the address"),
    "address:confirm": ActionWords("confirm the address", "confirmed the address"),
    "address:remove": ActionWords("remove the address", "removed the address"),
    "address:prefer": ActionWords("set the primary address to", "set the primary address to"),
    "address:take": ActionWords("verify the address", "verified the address"),
}
NOUNS = {
    "job": "Jobs",
    "note": "Notes",
    "tag": "Tags",
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


def actions_by_noun() -> dict[str, dict[str, ActionWords]]:
    """All of them, as a choice shows them."""
    return {
        label: {action: words for action, words in AUDIT_ACTIONS.items() if action.startswith(f"{noun}:")}
        for noun, label in NOUNS.items()
    }
