"""Who lives in the emulated cloud: four organizations, and the two API keys that see them.

These keys open nothing but this emulator; they stand here in plain text on purpose.
"""

from dataclasses import dataclass

from emulator.timestamps import DAY

DEMO_KEY_ID = "11111111-1111-4111-8111-111111111111"
DEMO_KEY = "trainyard-demo-key-not-a-secret"
OTHER_KEY_ID = "22222222-2222-4222-8222-222222222222"
OTHER_KEY = "trainyard-other-key-not-a-secret"

BOLT_ROBOTICS_ID = "b0170b07-1c5e-4d0a-9f2b-6a3e8c1d7f01"
HARBOR_PILOTS_ID = "4a4b0e12-77d9-4c36-8e5a-0c91f2b6d302"
QUIET_GREENHOUSE_ID = "9c1ee4a0-52fb-4b8d-a6c7-3d20e85b9403"
OTHER_TENANT_ID = "07e40000-6b1a-4f93-b2d8-51c7a9e3f604"

VIAM_ID = "e76d1b3b-0468-4efd-bb7f-fb1d2b352fcb"
"""Owner of Viam's own public scripts; no key of the emulator belongs to it."""
DEVREL_ID = "d3c20f6e-9a41-4b57-8c13-7e5f60a2b805"


@dataclass(frozen=True, slots=True)
class Organization:
    id: str
    name: str
    public_namespace: str
    default_region: str
    age: float
    """Seconds between its creation and the start of the emulator."""


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: str
    name: str
    organization_ids: tuple[str, ...]
    """The first one is where it was made."""

    def sees(self, organization_id: str) -> bool:
        return organization_id in self.organization_ids


ORGANIZATIONS = {
    organization.id: organization
    for organization in (
        Organization(BOLT_ROBOTICS_ID, "Bolt Robotics", "bolt", "North America", 700 * DAY),
        Organization(HARBOR_PILOTS_ID, "Harbor Pilots", "", "Europe", 320 * DAY),
        Organization(QUIET_GREENHOUSE_ID, "Quiet Greenhouse", "", "North America", 12 * DAY),
        Organization(OTHER_TENANT_ID, "Other Tenant", "othertenant", "North America", 200 * DAY),
    )
}

KEYS = {
    key.id: key
    for key in (
        Key(DEMO_KEY_ID, DEMO_KEY, "trainyard", (BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, QUIET_GREENHOUSE_ID)),
        Key(OTHER_KEY_ID, OTHER_KEY, "other", (OTHER_TENANT_ID,)),
    )
}
