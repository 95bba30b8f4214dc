"""From an organization to the cloud that holds it; keys that were removed or replaced leave every process's memory."""

from __future__ import annotations

from time import monotonic

from django.conf import settings

from jobs import viam
from jobs.models import ApiKey, Organization
from jobs.viam.errors import CloudError, NoKey

_checked_at = 0.0


def cloud_of(organization: Organization) -> viam.Cloud:
    """Raises CredentialsUnreadable when there is no key for it, or none that can be read.

    A web process without a refresher of its own lets go of removed keys here.
    """
    let_go()
    if organization.credentials is None:
        raise NoKey("A site owner can connect another one.")
    return client_for(organization.credentials)


def client_for(key: ApiKey) -> viam.Cloud:
    """Raises CredentialsUnreadable when it can't be opened, or its cloud may not be spoken to any more."""
    return viam.connect(key.allowed_endpoint(), key.credentials())


def let_go() -> None:
    """Closes connections and drops tokens of keys that are not stored any more; looks once per interval."""
    global _checked_at
    if monotonic() < _checked_at + settings.REFRESH_ACTIVE_SECONDS:
        return
    _checked_at = monotonic()
    let_go_now()


def let_go_now() -> None:
    if viam.is_connected():
        viam.keep_only({found for row in ApiKey.objects.all() if (found := _in_use(row))})


def _in_use(row: ApiKey) -> viam.KeyAtEndpoint | None:
    try:
        return row.allowed_endpoint(), row.credentials()
    except CloudError:
        return None  # What can't be read can't be in use either.
