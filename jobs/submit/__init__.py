"""Submitting a job: forms, what they offer, preflight checks, sending."""
