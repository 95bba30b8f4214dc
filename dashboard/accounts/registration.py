"""How an account comes to be: by an invitation, or with the set-up code, which lets the first owner in.

The code is made of SECRET_KEY and of the moment in which the database was made: all processes agree on it, it can be
told again, and it is kept nowhere. Only who sees the server's console knows it, and it holds only while there is no
account.
"""

from __future__ import annotations

import logging
from base64 import b32encode
from collections.abc import Callable
from contextlib import AbstractContextManager

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import constant_time_compare, salted_hmac

from dashboard.accounts.models import Profile
from dashboard.accounts.ownership import AT_SIGN, owner_of
from jobs.models import Actor, AuditEntry, Invitation

NAME_TAKEN = "This user name is taken. Choose another one."
ADDRESS_TAKEN = "You have an account with this address. Sign in to join."


def create_person(
    *,
    username: str,
    email: str = "",
    name: str = "",
    password: str,
    hashed: str = "",
    email_verified: bool = False,
    owner: bool = False,
) -> User:
    """A person who can sign in at once. Raises ValidationError by field: username, email, name, password.

    `hashed`: the password's hash, for whoever is in a transaction, in which making one would hold up others.
    `email_verified`: a link that was sent to this address, and shown to nobody, came back. Any other address may be
    listed in several accounts: to refuse it would tell who has it, and would let anybody block it.
    """
    username = User.normalize_username(username.strip())
    user = User(username=username, email=User.objects.normalize_email(email.strip()).lower())
    user.is_staff = user.is_superuser = owner
    user.password = hashed or make_password(password)
    try:
        with transaction.atomic():
            # One after the other: a name that differs in capitals alone is taken, too, and no constraint says so.
            queue_up()
            _check(user, password, email_verified)
            _store(user, name, email_verified)
    except IntegrityError:
        raise ValidationError({"username": [NAME_TAKEN]}) from None
    return user


def _store(user: User, name: str, email_verified: bool) -> None:
    user.save()
    profile = Profile(user=user, name=name.strip())
    profile.full_clean(exclude=["user"])
    profile.save()
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=email_verified)


def _check(user: User, password: str, email_verified: bool) -> None:
    problems: dict[str, list[str]] = {}
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as wrong:
        problems.update(wrong.message_dict)
    if "@" in user.username:
        problems["username"] = [AT_SIGN]
    elif User.objects.filter(username__iexact=user.username).exists():
        problems["username"] = [NAME_TAKEN]
    if email_verified and owner_of(user.email):
        problems["email"] = [ADDRESS_TAKEN]
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        problems["password"] = wrong.messages
    if problems:
        raise ValidationError(problems)


class Over(Exception):
    """Somebody else used the invitation, or it was withdrawn."""


class NotCreated(Exception):
    """The account was refused; its form says why."""


def accept(user: User, address: str, invitation: Invitation) -> None:
    """Somebody who has an account becomes a member. Raises Over."""
    with _entry(Actor(user, address), "member:join", invitation, user.get_username()):
        if invitation.accept(user) is None:
            raise Over("The invitation was no longer valid.")


def accept_as_newcomer(address: str, invitation: Invitation, username: str, create: Callable[[], User | None]) -> User:
    """An account and a membership: both or neither, and once for all who bring the link at the same moment.

    `create` answers with None when the account is refused. Raises Over and NotCreated.
    """
    stranger = Actor(address=address, via="invitation link")
    with _entry(stranger, "member:join", invitation, username) as entry:
        if not invitation.hold():
            raise Over("The invitation was no longer valid.")
        user = create()
        if user is None:
            raise NotCreated("No account was created.")
        invitation.accept(user)
        entry.actor, entry.actor_name = user, user.get_username()
        entry.save(update_fields=["actor", "actor_name"])
    return user


def decline(user: User, address: str, invitation: Invitation) -> bool:
    """Ends it for good, its link included; False when it is over anyway."""
    with _entry(Actor(user, address), "member:decline", invitation, user.get_username()):
        return invitation.withdraw()


def _entry(actor: Actor, action: str, invitation: Invitation, name: str) -> AbstractContextManager[AuditEntry]:
    subject = f"{name}, as {invitation.offered.label.lower()}"
    return AuditEntry.around(actor, action, invitation.organization, subject=subject)


log = logging.getLogger(__name__)


def nobody_is_here() -> bool:
    return not User.objects.exists()


def code() -> str:
    """Twelve letters and digits in threes of four; 60 bits."""
    made = (
        MigrationRecorder.Migration.objects.filter(app="accounts")
        .order_by("applied")
        .values_list("applied", flat=True)[0]
    )
    letters = b32encode(salted_hmac("set-up", made.isoformat(), algorithm="sha256").digest()).decode()[:12]
    return "-".join(letters[place : place + 4] for place in (0, 4, 8))


def queue_up() -> None:
    """Within a transaction: whoever else sets the site up at this moment waits until it is over."""
    list(MigrationRecorder.Migration.objects.select_for_update().filter(app="accounts"))


def is_right(typed: str) -> bool:
    return constant_time_compare(_plain(typed), _plain(code()))


def tell_at_start() -> None:
    """On the console, while the site has nobody. Without tables there is nothing to tell yet."""
    try:
        if nobody_is_here():
            log.warning("This site has no accounts yet. Open it and create the first owner with this code: %s", code())
    except (DatabaseError, IndexError):
        log.info("The database has no tables yet: run manage.py migrate.")


def _plain(text: str) -> str:
    return "".join(text.upper().split()).replace("-", "")
