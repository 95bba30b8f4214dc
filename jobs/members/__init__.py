"""Who belongs to an organization: roles and invitations."""
