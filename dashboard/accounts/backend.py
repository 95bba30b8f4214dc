"""Whether a name and a password belong together, in the same time whoever it is; and who a session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.http import HttpRequest


class NameOrEmail(AuthenticationBackend):
    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """One look and one hash: were there more for those who are known, time would tell who is."""
        login = credentials.get("username") or credentials.get("email") or ""
        user: User | None = self._check_password(person_called(login), credentials["password"])
        return user

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in, with their profile in the same query. None for who was deactivated."""
        user = User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def person_called(login: str) -> User | None:
    """By name, or else by e-mail address, where that leads to one person."""
    named = list(User.objects.filter(username__iexact=login))
    if exactly := [user for user in named if user.username == login or len(named) == 1]:
        return exactly[0]
    verified = EmailAddress.objects.filter(email__iexact=login, verified=True).select_related("user").first()
    if verified or not login:
        return verified.user if verified else None
    told = User.objects.filter(email__iexact=login)[:2]
    return told[0] if len(told) == 1 else None
