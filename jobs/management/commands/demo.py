"""`manage.py demo`, which is `make run`: an emulated cloud, the site connected to it, and somebody to sign in as."""

from __future__ import annotations

import fcntl
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from jobs.management import web_server
from jobs.management.services import ChildEnded, Children
from jobs.models import ApiKey, Organization
from jobs.ui.bundles import collect_when_needed

CLOUD_PORT = 8765
SEED = "7"
# The emulator's own key: it opens nothing else, and stands in the emulator's README.
KEY_ID = "11111111-1111-4111-8111-111111111111"
KEY = "trainyard-demo-key-not-a-secret"
PATIENCE_SECONDS = 30.0

PYTHON = sys.executable
SERVE = (PYTHON, "manage.py", "serve", "--workers", "1", "--seconds-to-end", "3", "--verbosity", "0")


class Command(BaseCommand):
    help = "Runs the site with an emulated cloud until you press Ctrl-C. Data is kept between runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the site listens (8000)")
        parser.add_argument(
            "--cloud-port", type=int, default=CLOUD_PORT, help="where to look for one for the cloud (8765)"
        )
        parser.add_argument("--jobs", type=int, default=60, help="past jobs of the emulated cloud (60)")
        # Past jobs took as long as new ones take at a speed of 1: at any other the "usual" times are wrong.
        parser.add_argument("--speed", type=float, default=1, help="how much faster than real time jobs live (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not web_server.is_free(port):
            raise CommandError(
                f"Port {port} is in use by another program. Choose another one: PORT={port + 1} make run"
            )
        with _alone(settings.DATA_DIR):
            cloud_port = web_server.next_free(options["cloud_port"])
            try:
                with Children(settings.ROOT, _environment(cloud_port)) as children:
                    self._run(children, port, cloud_port, options)
            except KeyboardInterrupt:
                self.stdout.write("\nStopped. The data is kept; `make run` continues with it.")
            except ChildEnded as ended:
                raise CommandError(str(ended)) from None

    def _run(self, children: Children, port: int, cloud_port: int, options: dict[str, Any]) -> None:
        children.start("emulator", _emulator(cloud_port, options))
        file = settings.DATA_DIR / "sign-in.txt"
        password = _prepare(file, _endpoint(cloud_port))
        _wait(children, "emulator", lambda: web_server.listens(cloud_port))
        children.start("web server", [*SERVE, "--port", str(port)])
        if not Organization.objects.exists():
            children.run("connecting of the demonstration key", _connect(cloud_port), VIAM_API_KEY=KEY)
        _wait(children, "web server", lambda: web_server.answers(port, "/healthz"))
        connections.close_all()
        self._tell(port, file, password)
        children.watch()

    def _tell(self, port: int, file: Path, password: str | None) -> None:
        shown = f"{password}   (kept in {file})" if password else "the one that you have set"
        self.stdout.write(
            f"\n  Trainyard   http://{web_server.HOST}:{port}/\n  user        {SIGN_IN_NAME}\n  password    {shown}\n"
            "\n  The cloud behind it is emulated: nothing is really trained. Press Ctrl-C to stop.\n"
        )
        self.stdout.flush()


def _environment(cloud_port: int) -> dict[str, str]:
    """The site runs as in production, with the keys that were made for this machine, over plain HTTP on loopback."""
    return {
        **os.environ,
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "SECRET_KEY": settings.SECRET_KEY,
        "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS),
        "VIAM_ENDPOINTS": ",".join([_endpoint(cloud_port), *map(str, settings.VIAM_ENDPOINTS)]),
    }


def _endpoint(cloud_port: int) -> str:
    return f"http://{web_server.HOST}:{cloud_port}"


def _emulator(cloud_port: int, options: dict[str, Any]) -> list[str]:
    size = ["--jobs", str(options["jobs"]), "--speed", str(options["speed"])]
    return [PYTHON, "-m", "emulator", "--port", str(cloud_port), *size, "--seed", SEED, "--live"]


def _connect(cloud_port: int) -> list[str]:
    return [PYTHON, "manage.py", "connect", "--key-id", KEY_ID, "--endpoint", _endpoint(cloud_port)]


def _prepare(file: Path, endpoint: str) -> str | None:
    """Brings database and static files up to date; answers with the password, if it is still the first one."""
    call_command("migrate", verbosity=0)
    _follow(endpoint)
    collect_when_needed()
    return first_sign_in(file)


@transaction.atomic
def _follow(endpoint: str) -> None:
    """When the emulator had to move to another port, what is stored of it moves along."""
    for row in ApiKey.objects.filter(key_id=KEY_ID).exclude(endpoint=endpoint):
        Organization.objects.filter(endpoint=row.endpoint).update(endpoint=endpoint)
        row.endpoint = endpoint
        row.save(update_fields=["endpoint"])


def _wait(children: Children, name: str, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready():
        children.check()
        if time.monotonic() > deadline:
            raise CommandError(f"The {name} does not answer after {PATIENCE_SECONDS:.0f} seconds.")
        time.sleep(0.05)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two demonstrations on the same data would move each other's cloud."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / "demo.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another demo is running with the data in {folder}. Stop it first.") from None
        yield


SIGN_IN_NAME = "admin"
PASSWORD_PREFIX = "password: "  # noqa: S105


def first_sign_in(file: Path) -> str | None:
    """The password of `admin`, made when there is no such user yet; None when they have set one of their own."""
    user = User.objects.filter(username=SIGN_IN_NAME).first()
    password = _read_password(file)
    if user:
        return password if password and user.check_password(password) else None
    if password is None:
        password = secrets.token_urlsafe(12)
        _write_password(file, password)
    User.objects.create_superuser(SIGN_IN_NAME, password=password)
    return password


def _read_password(file: Path) -> str | None:
    if not file.exists():
        return None
    lines = file.read_text().splitlines()
    return next((line.removeprefix(PASSWORD_PREFIX) for line in lines if line.startswith(PASSWORD_PREFIX)), None)


def _write_password(file: Path, password: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Nobody else may read it, not even for the moment between making it and closing it.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
        text.write(f"user: {SIGN_IN_NAME}\n{PASSWORD_PREFIX}{password}\n")
    file.chmod(0o600)
