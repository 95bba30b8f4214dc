"""Filters of the list saved under a name, for oneself or for the team."""
