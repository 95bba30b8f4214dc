"""Collecting static files only when one of them changed: it takes seconds, and a start shall not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MANIFEST = "staticfiles.json"


def collect_when_needed() -> None:
    if _is_outdated(Path(settings.STATIC_ROOT) / MANIFEST):
        call_command("collectstatic", interactive=False, verbosity=0)


def _is_outdated(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(file.stat().st_mtime > collected for file in _sources())


def _sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
