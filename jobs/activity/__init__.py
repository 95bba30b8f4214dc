"""The audit log, for an organization and for the site."""
