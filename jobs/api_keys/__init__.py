"""Viam API keys: connected, tested, replaced, removed."""
