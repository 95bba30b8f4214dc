"""Loading organizations in the foreground, for commands that end."""

from __future__ import annotations

import time

from jobs.models import Organization
from jobs.sync import cycle
from jobs.viam.errors import every_kind

PAUSE_SECONDS = 0.5
# As long as a lease lasts: whoever holds it longer is dead.
MAX_PAUSES = 120


def load(organization: Organization) -> None:
    """Refreshes the organization at once; waits for its turn while another process is at it.

    `organization` is brought up to date, its problem included.
    """
    for _ in range(MAX_PAUSES):
        if cycle.refresh_now(organization):
            break
        time.sleep(PAUSE_SECONDS)
    organization.refresh_from_db()


def describe(organization: Organization) -> str:
    """How the organization stands, in one line: its number of jobs, or what went wrong."""
    if organization.problem:
        sentence = every_kind()[organization.problem].sentence
        return f"{organization.name}: {sentence} {organization.problem_words}".rstrip()
    return f"{organization.name}: {organization.jobs.filter(missing_since=None).count()} jobs"
