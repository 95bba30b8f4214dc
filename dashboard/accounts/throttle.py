"""Slows down who guesses passwords, and nobody else.

Each failed sign-in is a row, so all workers and hosts share the count and nothing is written on any other request.
An account is closed to one address at a time: whoever guesses elsewhere can't lock its owner out. When wrong passwords
for an account come from many addresses, each of them has one try in five minutes instead of six.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from dashboard.accounts.addresses import network_of
from dashboard.accounts.models import Attempt

WINDOW = timedelta(minutes=5)
MOST_PER_ACCOUNT_AND_ADDRESS = 6
MOST_PER_ADDRESS = 100
# From so many on, wrong passwords for one account in all the world are no person's typing errors.
UNDER_ATTACK = 30


def begin(request: HttpRequest, login: str) -> Attempt | None:
    """Counts a try before it is made, so that tries at the same time count too. None: too many, don't look."""
    Attempt.objects.filter(made_at__lt=timezone.now() - WINDOW).delete()
    attempt = Attempt.objects.create(login=digest(login), address=network_of(request), made_at=timezone.now())
    if _is_too_much(attempt):
        # Those that were refused don't count, so that waiting helps.
        attempt.delete()
        return None
    return attempt


def succeeded(attempt: Attempt) -> None:
    attempt.delete()


def digest(login: str) -> str:
    """One for a person, whether they typed their name or their e-mail address; case makes no difference to either."""
    typed = login.strip().casefold()
    return hashlib.sha256((_name_behind(typed) or typed).encode()).hexdigest()


def _name_behind(typed: str) -> str | None:
    from allauth.account.models import EmailAddress

    own = models.Q(email__iexact=typed) | models.Q(
        pk__in=EmailAddress.objects.filter(email__iexact=typed).values("user")
    )
    name = User.objects.filter(own).values_list("username", flat=True).first() if "@" in typed else None
    return name.casefold() if name else None


def _is_too_much(attempt: Attempt) -> bool:
    lately = Attempt.objects.filter(made_at__gte=timezone.now() - WINDOW)
    here = lately.filter(address=attempt.address)
    if here.count() > MOST_PER_ADDRESS:
        return True
    everywhere = lately.filter(login=attempt.login)
    elsewhere = everywhere.exclude(address=attempt.address).count()
    most = 1 if elsewhere >= UNDER_ATTACK else MOST_PER_ACCOUNT_AND_ADDRESS
    return everywhere.filter(address=attempt.address).count() > most
