"""What somebody may do in an organization: each role may do all that those before it may."""

from __future__ import annotations

from django.db import models


class Role(models.IntegerChoices):
    """Roles are compared: `role >= Role.OPERATOR`. A site's owner has the highest one everywhere, and no membership."""

    VIEWER = 1, "Viewer"
    OPERATOR = 2, "Operator"
    ADMINISTRATOR = 3, "Administrator"
    OWNER = 9, "Site owner"

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def may_operate(self) -> bool:
        """Submit, resubmit, cancel, delete."""
        return self >= Role.OPERATOR

    @property
    def may_administer(self) -> bool:
        """Members and invitations, and the API keys that this organization depends on."""
        return self >= Role.ADMINISTRATOR

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Role.VIEWER: "Sees jobs, logs and models.",
    Role.OPERATOR: "Also submits, resubmits, cancels and deletes jobs.",
    Role.ADMINISTRATOR: "Also looks after members and API keys.",
    Role.OWNER: "May do everything, everywhere on this site.",
}
# What a membership can be; owning the site is not a matter of one organization.
GRANTABLE = [Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR]
