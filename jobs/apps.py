"""The jobs application."""

from django.apps import AppConfig
from django.core.signals import request_started


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Refuses to start with CREDENTIAL_KEYS that are no keys. What listens to refreshes is imported here."""
        from jobs import checks, encryption  # noqa: F401
        from jobs.sync import log_sync  # noqa: F401

        encryption.ring()
        request_started.connect(_refresh, dispatch_uid="refresher")


def _refresh(**_: object) -> None:
    """Any request starts the refresher, probes included, and dashboard/rsgi.py the start of a worker: what a process
    that died left behind waits for nobody's look.

    Never sooner: a process that forks afterwards would leave its threads behind.
    """
    from jobs.sync import worker

    worker.ensure_running()
