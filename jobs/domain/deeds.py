"""What people do here: as it is written down (`noun:verb`), and in the words that stand between who and what."""

from __future__ import annotations

from typing import NamedTuple


class Deed(NamedTuple):
    """As it is wanted ("delete"), and once it is done ("deleted"); the name of what it was done to follows."""

    wanted: str
    done: str

    @property
    def label(self) -> str:
        """What stands alone, in a choice."""
        return self.wanted.removesuffix(" of").capitalize()


DEEDS = {
    "job:submit": Deed("submit", "submitted"),
    "job:cancel": Deed("cancel", "asked to cancel"),
    "job:delete": Deed("delete", "deleted"),
    "job:claim": Deed("claim", "claimed"),
    "job:disown": Deed("give back", "gave back"),
    "member:invite": Deed("invite", "invited"),
    "member:withdraw": Deed("withdraw the invitation of", "withdrew the invitation of"),
    "member:join": Deed("join", "joined"),
    "member:decline": Deed("decline to join", "declined to join"),
    "member:add": Deed("add", "added"),
    "member:change": Deed("change the role of", "changed the role of"),
    "member:remove": Deed("remove", "removed"),
    "member:restore": Deed("bring back", "brought back"),
    "view:delete": Deed("delete the team's view", "deleted the team's view"),
    "view:restore": Deed("bring back the team's view", "brought back the team's view"),
    "credentials:add": Deed("connect the key", "connected the key"),
    "credentials:test": Deed("test the key", "tested the key"),
    "credentials:change": Deed("change the settings of the key", "changed the settings of the key"),
    "credentials:replace": Deed("replace the key", "replaced the key"),
    "credentials:remove": Deed("remove the key", "removed the key"),
    "credentials:rotate": Deed("reseal the key", "resealed the key"),
    "organization:show": Deed("show the organization", "showed the organization"),
    "organization:hide": Deed("hide the organization", "hid the organization"),
    "token:create": Deed("make the token", "made the token"),
    "token:revoke": Deed("revoke the token", "revoked the token"),
    "address:take": Deed("verify the address", "verified the address"),
}
NOUNS = {
    "job": "Jobs",
    "member": "Members",
    "view": "Views",
    "credentials": "Keys",
    "organization": "Organizations",
    "token": "Tokens",
    "address": "Addresses",
}


def deeds_by_noun() -> dict[str, dict[str, Deed]]:
    """All of them, as a choice shows them."""
    return {
        label: {action: deed for action, deed in DEEDS.items() if action.startswith(f"{noun}:")}
        for noun, label in NOUNS.items()
    }
