"""Links to a new password: those that are mailed, and those that site owners make for others."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q

from jobs.models import AuditEntry, lock_people

# What ends an account's links, and what ends everybody's: whoever did it may have lost the right to links they made.
_TO_THE_ACCOUNT = ("person:activate", "person:promote", "person:end-sessions", "factor:reset")
_TO_ANYBODY = ("person:deactivate", "person:demote")


class PasswordLinks(PasswordResetTokenGenerator):
    """Nothing of a link is stored: it is good as long as what it was made from is as it was.

    That is what Django looks at, the password and the last sign-in; the account's addresses and which of them are
    verified, so that a link to another address ends when its person verifies theirs; what owners did with the account;
    and who owns the site, so that no link outlives the rights of who made it, nor comes back with them.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        addresses = sorted(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
        owners = sorted(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))
        return f"{super()._make_hash_value(user, timestamp)}{addresses}{owners}{_last_change(user)}{user.is_active}"


def use(user: User, key: str, hashed: str) -> User | None:
    """Sets the password. None when the link was used up meanwhile: of several who come at once, one is the first."""
    with transaction.atomic():
        now = next(iter(lock_people(User.objects.filter(pk=user.pk))), None)
        if now is None or not PasswordLinks().check_token(now, key):
            return None
        now.password = hashed
        now.save(update_fields=["password"])
        return now


def _last_change(user: User) -> int | None:
    ends = Q(action__in=_TO_ANYBODY) | Q(action__in=_TO_THE_ACCOUNT, whom=user)
    done = AuditEntry.objects.filter(ends, outcome=AuditEntry.Outcome.DONE)
    return done.order_by("-pk").values_list("pk", flat=True).first()
