"""`manage.py refresh`: the refresher in a process of its own, which keeps fresh what nobody looks at, too."""

from __future__ import annotations

import logging
import os
import signal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from jobs.checks import refuse_later_database
from jobs.models import Organization
from jobs.organizations.service import describe, load
from jobs.sync import abandoned, schedule, worker

log = logging.getLogger(__name__)

# Refreshes under way may end: cut off, they would leave their lease behind.
SECONDS_TO_END = 15
STOPS = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    help = "Refreshes all shown organizations until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="refresh each organization once, then exit")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_later_database()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        if options["once"]:
            self._once()
        else:
            _forever(options["verbosity"])

    def _once(self) -> None:
        abandoned.settle_now()
        organizations = list(Organization.objects.filter(Q(is_shown=True) | schedule.has_open_actions()))
        for organization in organizations:
            load(organization)
            self.stdout.write(describe(organization))
        failed = [organization.name for organization in organizations if organization.problem]
        if failed:
            raise CommandError(f"Not refreshed: {', '.join(failed)}.")


def _forever(verbosity: int) -> None:
    # Pages come first where both share a machine.
    os.nice(10)
    # The refresher tells of each refresh on its lowest level, and of each problem as a warning.
    logging.getLogger("jobs.sync").setLevel(logging.DEBUG if verbosity else logging.WARNING)
    # Waited for instead of handled: a handler that sets an event never ends if it comes while that event's own lock
    # is held. Before the first thread, so that none of them is asked instead of us.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    log.info("Refreshing all shown organizations.")
    while signal.sigtimedwait(STOPS, worker.TICK_SECONDS) is None:
        worker.tick()
    worker.let_end(SECONDS_TO_END)
    worker.leave()
    log.info("Stopped.")
