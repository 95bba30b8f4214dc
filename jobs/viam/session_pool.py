"""One line per process, endpoint and key, shared by all who call."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection

from jobs.domain import Credentials
from jobs.viam.endpoints import Endpoint
from jobs.viam.session import Session

Access = tuple[Endpoint, Credentials]
Key = tuple[int, Endpoint, Credentials]

# A forked child leaves its parent's lines where they are, unused and unclosed: gRPC's threads did not come along.
_lines: dict[Key, Session] = {}
_lock = threading.Lock()


def session_for(endpoint: Endpoint, credentials: Credentials) -> Session:
    key = (os.getpid(), endpoint, credentials)
    with _lock:
        if key not in _lines:
            _lines[key] = Session(endpoint, credentials)
        return _lines[key]


def close(endpoint: Endpoint, credentials: Credentials) -> None:
    with _lock:
        line = _lines.pop((os.getpid(), endpoint, credentials), None)
    if line:
        line.close()


def is_any_open() -> bool:
    """In this process."""
    return any(key[0] == os.getpid() for key in list(_lines))


def keep_only(known: Collection[Access]) -> None:
    """Close this process's lines to all others. A key that is being tried connects once more when it is stored."""
    with _lock:
        ours = [(endpoint, credentials) for process, endpoint, credentials in _lines if process == os.getpid()]
    for access in set(ours).difference(known):
        close(*access)


def _new_lock() -> None:
    """Another thread of the parent may have held the lock when the child was made; nobody would ever release it."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_new_lock)
