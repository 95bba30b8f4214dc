"""From an organization to the cloud that holds it."""

from __future__ import annotations

from jobs import viam
from jobs.errors import CredentialsUnreadable
from jobs.models import Organization


def cloud_of(organization: Organization) -> viam.Cloud:
    """Raises CredentialsUnreadable when there is no key for it, or none that can be read."""
    if organization.credentials is None:
        raise CredentialsUnreadable("This organization has no API key any more; a site owner can connect one.")
    return viam.connect(organization.credentials.allowed_endpoint(), organization.credentials.credentials())
