"""Logs of training jobs: what lines there are, and how they are handed out."""
