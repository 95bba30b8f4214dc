"""Sessions in the database. A cookie that can't be one of our session keys is no session, and asks no database."""

from __future__ import annotations

from django.contrib.sessions.backends import db

# As long as the column is.
LONGEST_KEY = 40


class SessionStore(db.SessionStore):
    """Keys are letters and digits; anything else is looked up in vain, and PostgreSQL refuses to look for a NUL."""

    def __init__(self, session_key: str | None = None) -> None:
        is_key = session_key and len(session_key) <= LONGEST_KEY and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_key else None)
