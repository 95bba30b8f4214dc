"""A site of PEP 3333 that does by request what ours never should, behind the front that ours stands behind."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()
# What waits for the collector here would wait for it anywhere, now and then: a connection, say.
gc.disable()

LARGE = 1_000_000
_closed = 0
_gate = Path(os.environ["DATA_DIR"]) / "open"


class Answer:
    """Counts how often answers were closed."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        global _closed
        _closed += 1


def site(environ: dict[str, Any], start: Callable[..., object]) -> object:
    what = environ["PATH_INFO"].strip("/")
    if what == "raises":
        raise LookupError("made up, at once")
    if what == "file":
        file = _gate.with_name("file")
        file.write_bytes(b"f" * LARGE)
        start("200 OK", [("Content-Length", str(LARGE))])
        return environ["wsgi.file_wrapper"](file.open("rb"), 4096)
    headers = [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start("304 Not Modified" if what == "unchanged" else "200 OK", headers)
    return Answer(_parts(what))


def _parts(what: str) -> Iterator[bytes]:
    if what == "closed":
        yield str(_closed).encode()
    elif what == "waits":
        while not _gate.exists():
            time.sleep(0.02)
        yield b"waited"
    elif what == "breaks":
        yield b"x" * LARGE
        raise LookupError("made up, in the middle")
    elif what in ("large", "huge"):
        for _ in range(10 if what == "large" else 320):
            yield b"l" * (LARGE // 10)
    else:
        yield b"in "
        yield b"parts"


def application() -> object:
    from dashboard.front import bodies, pool
    from dashboard.rsgi import Front

    bodies.SECONDS = 3.0
    pool.MAX_WAITING = 2
    return Front(site, threads=1)  # type: ignore[arg-type]  # Odd on purpose.
