"""Undoing an action: a signed note of what that takes, for the person who did it, and for some minutes.

The note travels in the action's message, as its `extra_tags`, and templates/_notice.html makes a button of it. Nothing
of it is kept: a note that is used twice, or after somebody else was faster, finds that the thing stands otherwise by
now.

What can be undone has its handlers in its feature's undo.py. Not among them: what the cloud was told, keys, tokens,
sessions and passwords, and a withdrawn invitation, whose link must stay dead. Nor leaving an organization: whoever has
left may not let themselves in again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core import signing

from jobs.models import Actor

HOLDS = timedelta(minutes=10)
CHANGED = "It was already undone, or changed in the meantime."
# As it was first called: open pages hold tokens that were made with it.
_SALT = "jobs.undoing"

Told = dict[str, Any]
# Looks for the right to it anew, and answers with what is said of it afterwards. Raises NotUndone.
How = Callable[[User, Actor, Told], str]

_known: dict[str, How] = {}


class NotUndone(Exception):
    """Nothing was changed; its text says why."""


def undoes(action: str) -> Callable[[How], How]:
    """Registers how an action of this name is undone."""

    def register(how: How) -> How:
        _known[action] = how
        return how

    return register


def note(user: User, action: str, **told: Any) -> str:
    """What the button carries; `told` must be what JSON can hold."""
    # These names stay: buttons that the release before drew carry them.
    return signing.dumps({"who": user.pk, "deed": action, "told": told}, salt=_SALT, compress=True)


def undo(user: User, actor: Actor, carried: str) -> str:
    """What became of it, as a sentence. Raises NotUndone."""
    try:
        read = signing.loads(carried, salt=_SALT, max_age=HOLDS)
    except signing.SignatureExpired:
        raise NotUndone(f"You can undo for {HOLDS.seconds // 60} minutes only.") from None
    except signing.BadSignature:
        raise NotUndone("This undo link is invalid.") from None
    if read["who"] != user.pk or read["deed"] not in _known:
        raise NotUndone("Someone else did it.")
    return _known[read["deed"]](user, actor, read["told"])
