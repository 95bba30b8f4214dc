"""Collecting static files for a site on this machine: only when one of them changed, and without compressing them.

Compressing takes seconds, and saves none on the way from a machine to itself. `collectstatic` by hand does it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

MANIFEST = "staticfiles.json"


def collect_when_needed() -> None:
    if _is_outdated(Path(settings.STATIC_ROOT) / MANIFEST):
        collect = CollectStatic()
        collect.storage = ManifestStaticFilesStorage()
        call_command(collect, interactive=False, verbosity=0)


def _is_outdated(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(file.stat().st_mtime > collected for file in _sources())


def _sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
