"""The jobs application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Refuses to start with CREDENTIAL_KEYS that are no keys. What listens to refreshes is imported here."""
        from jobs import checks, encryption  # noqa: F401
        from jobs.sync import log_sync  # noqa: F401

        encryption.ring()
