"""How large a body may be, by what is due at its address."""

from __future__ import annotations

from django.conf import settings
from django.urls import Resolver404, resolve

from dashboard.front.bodies import SMALL_BYTES
from jobs.api import problems


def limit_of(method: str, path: str) -> int:
    """Bytes. Forms of who isn't signed in are small, and where nothing is, nothing large is due."""
    if method in ("GET", "HEAD"):
        return SMALL_BYTES
    try:
        view = resolve(path).func
    except Resolver404:
        return SMALL_BYTES
    is_open = not getattr(view, "login_required", True) and not problems.is_for_programs(view)
    return SMALL_BYTES if is_open else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
