"""Search over all organizations, and the command palette."""
