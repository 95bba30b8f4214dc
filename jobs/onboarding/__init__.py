"""The steps from no key to first job and team."""
