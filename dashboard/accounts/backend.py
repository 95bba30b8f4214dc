"""Whether a name and a password belong together, in the same time whoever it is; and who a session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboard.accounts.asker import take_user
from dashboard.accounts.ownership import owner_of


class NameOrEmail(AuthenticationBackend):
    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """One look and one hash: were there more for those who are known, time would tell who is."""
        login = credentials.get("username") or credentials.get("email") or ""
        user: User | None = self._check_password(person_called(login), credentials["password"])
        return user

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in, with their profile in the same query. None for who was deactivated."""
        user = take_user(user_id) or User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def person_called(login: str) -> User | None:
    """By e-mail address: only who verified it. By user name: exactly that one, or the only one but for capitals.

    A name with an @, which only accounts from earlier versions have, is a name and no address: it leads in where
    nobody verified the address that it looks like.
    """
    if "@" in login and (owner := owner_of(login)):
        return owner
    named = list(User.objects.filter(username__iexact=login))
    exactly = [user for user in named if user.username == login or len(named) == 1]
    return exactly[0] if exactly else None
