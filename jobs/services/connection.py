"""From an organization to the cloud that holds it."""

from __future__ import annotations

from jobs import refresher, viam
from jobs.errors import NoKey
from jobs.models import Organization


def cloud_of(organization: Organization) -> viam.Cloud:
    """Raises CredentialsUnreadable when there is no key for it, or none that can be read.

    A web process without a refresher of its own lets go of removed keys here.
    """
    refresher.let_go_of_keys()
    if organization.credentials is None:
        raise NoKey("A site owner can connect another one.")
    return viam.connect(organization.credentials.allowed_endpoint(), organization.credentials.credentials())
