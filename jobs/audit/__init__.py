"""Undo for what the audit log tells."""
