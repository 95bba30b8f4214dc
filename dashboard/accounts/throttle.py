"""Slows down who guesses passwords, and nobody else.

Each failed sign-in is a row, so all workers and hosts share the count and nothing is written on any other request.
An account is closed to one address at a time: whoever guesses elsewhere can't lock its owner out. When wrong passwords
for an account come from many addresses, each of them has one try in five minutes instead of six.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from unicodedata import normalize

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from dashboard.accounts import activity
from dashboard.accounts.models import Attempt
from jobs.permissions import NO_ADDRESS, client_address

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=5)
MAX_PER_ACCOUNT_AND_ADDRESS = 6
MAX_PER_ADDRESS = 100
# From so many on, wrong passwords for one account in all the world are no person's typing errors.
UNDER_ATTACK = 30


def begin(request: HttpRequest, what: str) -> Attempt | None:
    """Counts a try before it is made, so that tries at the same time count too. None: too many, don't look.

    `what` is tried: the key of an account, or of something else that can be guessed.
    """
    now = timezone.now()
    # What lies in the future was written before the clock was set back: it would hold until that time comes.
    Attempt.objects.exclude(made_at__range=(now - WINDOW, now + WINDOW)).delete()
    attempt = Attempt.objects.create(login=_digest(what), address=network_of(request), made_at=now)
    if _is_too_much(attempt):
        # Those that were refused don't count, so that waiting helps.
        attempt.delete()
        return None
    return attempt


def begin_for(request: HttpRequest, account: User | None, what: str, excess: str = "too many tries") -> Attempt:
    """The same for a password or code of an account, in whose activity one too many stands. Raises ValidationError."""
    attempt = begin(request, what)
    if attempt is None:
        activity.sign_in_failed(request, account, excess)
        raise get_adapter(request).validation_error("too_many_login_attempts")
    return attempt


def succeeded(attempt: Attempt) -> None:
    attempt.delete()


def account_key(found: User | None, typed: str) -> str:
    """One for an account, whichever of its names, in whichever spelling, led to it. What led to none counts by itself,
    in one spelling for all that look alike.
    """
    return f"account {found.pk}" if found else f"name {_plain(typed)}"


def code_key(user: User) -> str:
    """For second factors, apart from the password: a wrong code is nobody's wrong password."""
    return f"code {user.pk}"


def _plain(typed: str) -> str:
    return "".join(normalize("NFKC", typed).casefold().split())


def _digest(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()


def _is_too_much(attempt: Attempt) -> bool:
    lately = Attempt.objects.filter(made_at__gte=timezone.now() - WINDOW)
    here = lately.filter(address=attempt.address)
    if here.count() > MAX_PER_ADDRESS:
        return True
    everywhere = lately.filter(login=attempt.login)
    elsewhere = everywhere.exclude(address=attempt.address).count()
    most = 1 if elsewhere >= UNDER_ATTACK else MAX_PER_ACCOUNT_AND_ADDRESS
    return everywhere.filter(address=attempt.address).count() > most


def network_of(request: HttpRequest) -> str:
    """An address, or the /64 of an IPv6 one, because whoever has one of those has all. Who comes over a Unix socket has
    the one that the proxy tells.
    """
    told = client_address(request)
    if told == NO_ADDRESS:
        _tell_once()
    address = ip_address(told)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)


@cache
def _tell_once() -> None:
    log.warning(
        "It is not known from where requests come: wrong passwords of all people count together. "
        "Set BEHIND_PROXY=true, and let the proxy set X-Forwarded-For."
    )
