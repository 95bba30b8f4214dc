"""How a person comes to be: by set-up, and by an invitation that was accepted."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from dashboard.accounts.models import Profile


@transaction.atomic
def create_person(
    *, username: str, email: str = "", name: str = "", password: str, email_verified: bool = False, owner: bool = False
) -> User:
    """A person who can sign in at once. Raises ValidationError by field: username, email, name, password.

    `email_verified`: an invitation that was sent to this address and came back proves it.
    """
    user = User(username=username.strip(), email=User.objects.normalize_email(email.strip()).lower())
    user.is_staff = user.is_superuser = owner
    _check(user, password)
    user.set_password(password)
    user.save()
    profile = Profile(user=user, name=name.strip())
    profile.full_clean(exclude=["user"])
    profile.save()
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=email_verified)
    return user


def _check(user: User, password: str) -> None:
    problems: dict[str, list[str]] = {}
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as wrong:
        problems.update(wrong.message_dict)
    # Nor somebody's address: both lead in.
    if User.objects.filter(username__iexact=user.username).exists() or is_taken(user.username):
        problems["username"] = ["Somebody has this name already."]
    if user.email and is_taken(user.email):
        problems["email"] = ["Somebody has this e-mail address already."]
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        problems["password"] = wrong.messages
    if problems:
        raise ValidationError(problems)


def is_taken(email: str) -> bool:
    return (
        User.objects.filter(email__iexact=email).exists() or EmailAddress.objects.filter(email__iexact=email).exists()
    )
