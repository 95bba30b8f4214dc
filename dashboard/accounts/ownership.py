"""Whose an e-mail address is: of the account that verified it, and of nobody else. And what a user name may be.

Anybody may list any address in their own account; until it is verified it identifies nobody, and it keeps nobody from
verifying it in theirs.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save, pre_save

from jobs.models import Actor, AuditEntry, address_key
from jobs.permissions import client_address

AT_SIGN = "A user name can’t contain @."


def owner_of(email: str) -> User | None:
    """The account that verified this address."""
    key = address_key(email)
    found = EmailAddress.objects.filter(email=key, verified=True).select_related("user").first() if key else None
    return found.user if found else None


def unverified_holders(email: str) -> list[EmailAddress]:
    """Where the address is listed without being verified."""
    return list(EmailAddress.objects.filter(email=email.lower(), verified=False).select_related("user"))


def lock_addresses(listed: QuerySet[EmailAddress]) -> list[EmailAddress]:
    """Within a transaction: these as they are now. allauth writes an address back as it was read, also one that was
    removed since.
    """
    return list(listed.select_for_update().order_by("pk"))


def may_be_reset_by(user: User, email: str) -> bool:
    """Whether a mail to this address may lead to a new password for the account: it is one that the account verified.
    Where it verified none, one that it lists has to do.
    """
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return not verified or email.lower() in {each.lower() for each in verified}


def end_other_ways_in(user: User) -> None:
    """After a new password by a link, in an account that confirmed no address: whoever followed the link may be another
    person than who made the account. Its tokens and connections to single sign-on end, each with an entry. Sessions
    end with the old password, and with a second factor nobody gets this far.
    """
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        return
    actor = _actor(user)
    with transaction.atomic():
        for token in user.tokens.filter(revoked_at=None):
            token.revoke()
            AuditEntry.record(actor, "token:revoke", token.organization, subject=token.label)
        for connected in SocialAccount.objects.filter(user=user):
            connected.delete()
            AuditEntry.record(actor, "account:disconnect", subject=settings.OIDC_NAME or connected.provider)


def follow_addresses_and_names() -> None:
    post_save.connect(_take_from_others, sender=EmailAddress, dispatch_uid="accounts.ownership.addresses")
    pre_save.connect(_refuse_at_sign, sender=User, dispatch_uid="accounts.ownership.names")
    User._meta.get_field("username").validators.append(without_at_sign)


def _take_from_others(instance: EmailAddress, raw: bool = False, **_: Any) -> None:
    """Once it is verified in one account, it leaves all others, however it was verified."""
    if raw or not instance.verified:
        return
    for listed in unverified_holders(instance.email):
        if listed.user_id == instance.user_id:
            continue
        subject = f"{listed.email}, which {listed.user} had listed unverified"
        # In the transaction of the verification, where there is one.
        with transaction.atomic():
            listed.remove()
            AuditEntry.record(_actor(instance.user), "address:take", subject=subject)


def _actor(user: User) -> Actor:
    request = context.request
    return Actor(user, client_address(request) if request else None)


def _refuse_at_sign(instance: User, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Whatever makes or renames somebody. Raises ValidationError."""
    if not raw and (update_fields is None or "username" in update_fields):
        without_at_sign(instance.username)


def without_at_sign(username: str) -> None:
    """For forms, the admin's included. Names from earlier versions stay as they are, and so do their owners."""
    if "@" in username and not User.objects.filter(username=username).exists():
        raise ValidationError(AT_SIGN)
