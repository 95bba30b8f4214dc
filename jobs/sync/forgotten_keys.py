"""Keys that were removed or replaced leave the memory of every process, whoever removed them wherever."""

from __future__ import annotations

from time import monotonic

from django.conf import settings

from jobs import viam
from jobs.models import ApiSettings
from jobs.viam.errors import CloudError

_checked_at = 0.0


def let_go() -> None:
    """Closes connections and drops tokens of keys that are not stored any more; looks once per interval."""
    global _checked_at
    if monotonic() < _checked_at + settings.REFRESH_ACTIVE_SECONDS:
        return
    _checked_at = monotonic()
    let_go_now()


def let_go_now() -> None:
    if viam.is_connected():
        viam.keep_only({found for row in ApiSettings.objects.all() if (found := _in_use(row))})


def _in_use(row: ApiSettings) -> viam.Access | None:
    try:
        return row.allowed_endpoint(), row.credentials()
    except CloudError:
        return None  # What can't be read can't be in use either.
