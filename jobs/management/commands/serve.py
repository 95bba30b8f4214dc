"""`manage.py serve`: the site as it is meant to run, web server and refresher together."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django import db
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.checks import RETIRED, is_migrated, refuse_later_database
from jobs.management.services import Service, become
from jobs.management.web_server import HOST, WEB_SERVER, is_free

# A submit may take most of a minute, sign-in at the cloud included. By default granian waits without an end.
SECONDS_TO_END = 60
# granian kills a worker that takes longer, and ends; all of it is over then.
SECONDS_MORE = 5
# The refresher ends within 15 s by itself.
SECONDS_TO_END_REFRESHING = 20.0


class Command(BaseCommand):
    help = "Starts the web server and the refresher, restarts what dies, and stops both on SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="apply missing migrations first")
        parser.add_argument("--host", default=HOST, help=f"the address the site listens on ({HOST})")
        parser.add_argument("--port", type=int, default=8000, help="the port the site listens on (8000)")
        parser.add_argument("--workers", type=int, default=2, help="how many processes answer requests (2)")
        parser.add_argument(
            "--refresher",
            choices=("own", "none"),
            default="own",
            help="own: keep jobs fresh from this host, too; none: only serve pages, another host refreshes (own)",
        )
        parser.add_argument(
            "--seconds-to-end",
            type=int,
            default=SECONDS_TO_END,
            help=f"how long requests that are being answered may take after SIGTERM ({SECONDS_TO_END})",
        )
        parser.add_argument("granian", nargs="*", help="after --: further options of the web server, granian")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unfit_database(migrate=options["migrate"])
        if "--uds" not in options["granian"]:
            _take_port(options["host"], options["port"])
        services = [_web_server(options)]
        if options["refresher"] == "own":
            services.append(_refresher(options["verbosity"]))
        # Programs that are started from here find their modules wherever we were started from.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(settings.ROOT), os.environ.get("PYTHONPATH")]))
        for name in RETIRED:
            os.environ.pop(name, None)  # Told of once.
        become(services, log_format=settings.LOGGING["formatters"]["line"]["format"])


def _take_port(host: str, port: int) -> None:
    """Two web servers of this kind on one port would share it, and nobody would say so: also two that start at once,
    which both find it free. Linux gives a name to one program at a time, until that ends. Raises CommandError.
    """
    is_ours = True
    if sys.platform == "linux":
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0trainyard {host} {port}")
        except OSError:
            is_ours = False
        # For the program that we become, and none that it starts.
        os.set_inheritable(name.detach(), True)
    if not is_ours or not is_free(port, host):
        raise CommandError(f"Port {port} is in use by another program. Choose another one with --port.")


def _refuse_unfit_database(*, migrate: bool) -> None:
    """Nothing against one that is away: pages say so until it is back. Raises CommandError."""
    try:
        refuse_later_database()
        if migrate:
            call_command("migrate", interactive=False, verbosity=0)
        if not is_migrated():
            raise CommandError("Migrations are missing. Run `manage.py migrate` first, or add --migrate.")
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from None
    except db.Error:
        return
    finally:
        db.connections.close_all()


def _web_server(options: dict[str, Any]) -> Service:
    seconds = options["seconds_to_end"]
    command = [
        *(sys.executable, "-m", *WEB_SERVER, "--host", options["host"], "--port", str(options["port"])),
        *("--workers", str(options["workers"]), "--workers-kill-timeout", str(seconds), "--respawn-failed-workers"),
        *(("--log-level", "warning") if options["verbosity"] == 0 else ()),
        *options["granian"],
    ]
    return Service("web server", command, seconds_to_end=seconds + SECONDS_MORE, reloads=True)


def _refresher(verbosity: int) -> Service:
    command = [sys.executable, str(settings.ROOT / "manage.py"), "refresh", "--verbosity", str(verbosity)]
    return Service("refresher", command, seconds_to_end=SECONDS_TO_END_REFRESHING)
