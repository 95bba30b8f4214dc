"""The jobs application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Refuses to start with CREDENTIAL_KEYS that are no keys."""
        from jobs import checks, encryption  # noqa: F401

        encryption.ring()
