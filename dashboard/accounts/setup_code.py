"""The code that lets the first owner in: only who sees the server's console knows it, and only while nobody is here.

It is made of SECRET_KEY and of the moment in which the database was made: all processes agree on it, it can be told
again, and it is kept nowhere.
"""

from __future__ import annotations

import logging
from base64 import b32encode

from django.contrib.auth.models import User
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import constant_time_compare, salted_hmac

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
