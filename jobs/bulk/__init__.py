"""One action on many jobs: chosen, confirmed, then worked off apart from any request."""
