"""Says what a server makes of a request, as JSON: by WSGI, and by the front that the site stands behind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

LEFT_OUT = {"wsgi.errors", "wsgi.input", "wsgi.file_wrapper", *os.environ}
"""Objects, and what granian's WSGI takes from the environment of its process."""


def wsgi(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    told = {name: value for name, value in environ.items() if name not in LEFT_OUT}
    size = int(environ.get("CONTENT_LENGTH") or 0)
    told["body"] = environ["wsgi.input"].read(size).decode("latin-1") if size else ""
    body = json.dumps(told).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def rsgi() -> object:
    from dashboard.rsgi import Front

    return Front(wsgi, threads=1)
