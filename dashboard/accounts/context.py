"""What every page knows of its reader, without a query: appearance and time zone; and whether the site sends mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboard.accounts.models import Profile, profile_of


def reader(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    profile = profile_of(user) if isinstance(user, User) else Profile()
    return {"profile": profile, "sends_mail": settings.SENDS_MAIL}
