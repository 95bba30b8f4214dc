"""Where we differ from allauth's accounts: no open sign-up, links of our own name, and slower guessing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare

from dashboard.accounts import activity, again, throttle
from dashboard.accounts.backend import person_called
from dashboard.accounts.ownership import AT_SIGN, lock_addresses
from jobs.permissions import client_address
from jobs.ui.local_addresses import beginning, is_local, local_path

log = logging.getLogger(__name__)

# In the session of who is half-way: whose password was right, and which one.
_GIVEN = "password-given"

WRONG = "Incorrect user name or password."
THROTTLED = "Too many wrong passwords. Wait 5 minutes, then try again."

_held_back: ContextVar[list[Callable[[], None]] | None] = ContextVar("mails", default=None)


@contextmanager
def mails_afterwards() -> Iterator[None]:
    """Mails of a block that locks something leave when it has ended well: a mail server takes its time, or hangs."""
    held: list[Callable[[], None]] = []
    before = _held_back.set(held)
    try:
        yield
    finally:
        _held_back.reset(before)
    for send in held:
        send()


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": THROTTLED,
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
        "incorrect_code": "Incorrect or already used code. Enter a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by set-up, by invitation, or by single sign-on."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_safe_url(self, url: str) -> bool:
        """Only places on this site, whatever other names it has."""
        return is_local(self.request, url) if self.request else bool(local_path(url))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Raises ValidationError, code too_many_login_attempts, for right and wrong passwords alike."""
        login = credentials.get("username") or credentials.get("email") or ""
        found = person_called(login)
        attempt = throttle.begin_for(request, found, throttle.account_key(found, login))
        user: User | None = super().authenticate(request, **credentials)
        if user:
            throttle.succeeded(attempt)
            request.session[_GIVEN] = [user.pk, user.get_session_auth_hash()]
        else:
            activity.sign_in_failed(request, found, "wrong password")
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Raises ImmediateHttpResponse for who is no longer who they were when they gave their password: between it and
        the second factor, minutes may pass.
        """
        pk, given = request.session.pop(_GIVEN, (None, ""))
        now = User.objects.filter(pk=user.pk, is_active=True).first()
        if now is None or (pk == now.pk and not constant_time_compare(given, now.get_session_auth_hash())):
            raise self._changed_meanwhile()
        super().login(request, user)

    def _changed_meanwhile(self) -> ImmediateHttpResponse:
        messages.error(self.request, "Your account was changed in the meantime. Sign in again.")
        return ImmediateHttpResponse(redirect("sign-in"))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """`authenticate` has counted already."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Also for what a provider of single sign-on calls somebody."""
        if "@" in username:
            raise ValidationError(AT_SIGN)
        cleaned: str = super().clean_username(username, shallow=shallow)
        return cleaned

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """False for an address that somebody else has verified, or that left the account, at this very moment too."""
        try:
            with mails_afterwards(), transaction.atomic():
                listed = lock_addresses(EmailAddress.objects.filter(email=email_address.email))
                return email_address in listed and bool(super().confirm_email(request, email_address))
        except IntegrityError:
            return False

    def set_password(self, user: User, password: str) -> None:
        """The password alone: what owners changed about the account since it was read stays as it is.

        Raises ImmediateHttpResponse for an account that has another password by now, or is deactivated.
        """
        known = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        user.set_password(password)
        if not known.update(password=user.password):
            raise self._changed_meanwhile()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        held = _held_back.get()
        if held is None:
            self._send(template_prefix, email, context)
        else:
            held.append(lambda: self._send(template_prefix, email, context))

    def _send(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is told to who is signed in; to a stranger it would tell who is here."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("We couldn't send an email.")
            if self.request.user.is_authenticated:
                messages.error(
                    self.request, "We couldn't send the email: the mail server doesn't answer. Try again later."
                )

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Also by single sign-on, for who is connected to it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [*methods, *again.by_single_sign_on(user)]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Raises ReauthenticationRequired for who comes by single sign-on alone: allauth would never ask them."""
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        if is_required and again.is_due(self.request):
            raise ReauthenticationRequired
        return is_required

    def get_reset_password_from_key_url(self, key: str) -> str:
        return of_this_site(super().get_reset_password_from_key_url(key), self.request)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return of_this_site(super().get_email_confirmation_url(request, emailconfirmation), request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("me")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *a: Any, **k: Any
    ) -> None:
        """Coming and going are seen without words."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *a, **k)


def of_this_site(address: str, request: HttpRequest) -> str:
    """The address under SITE_URL when that is set; else under the name that was asked for, one of ALLOWED_HOSTS."""
    parts = urlsplit(address)
    return beginning(request, parts.scheme) + urlunsplit(("", "", *parts[2:]))
