"""The first page: organizations, how their jobs stand, and how fresh that is."""
