"""From an organization to the cloud that holds it."""

from __future__ import annotations

from jobs import viam
from jobs.models import Organization
from jobs.sync import forgotten_keys
from jobs.viam.errors import NoKey


def cloud_of(organization: Organization) -> viam.Cloud:
    """Raises CredentialsUnreadable when there is no key for it, or none that can be read.

    A web process without a refresher of its own lets go of removed keys here.
    """
    forgotten_keys.let_go()
    if organization.credentials is None:
        raise NoKey("A site owner can connect another one.")
    return viam.connect(organization.credentials.allowed_endpoint(), organization.credentials.credentials())
