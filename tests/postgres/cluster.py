"""A PostgreSQL server of its own on loopback, from the system's packages; nothing of it stays behind.

`python3 -m tests.postgres.cluster COMMAND ...` runs a command with DATABASE_URL leading to such a server.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

HOST, USER = "127.0.0.1", "trainyard"
# The server refuses to run as root: then it runs as the user that its package brings. Not by Popen's own `user`: that
# forks, and where gRPC has threads, a fork may end before the program begins.
OWNER = "postgres" if os.getuid() == 0 else ""
AS_OWNER = ("setpriv", "--reuid", OWNER, "--regid", OWNER, "--clear-groups") if OWNER else ()
# Fast rather than safe: the data is thrown away. Reached over the port only.
OPTIONS = ("fsync=off", "full_page_writes=off", f"listen_addresses={HOST}", "unix_socket_directories=")
SECONDS_TO_START = 30.0


class Cluster:
    """A context: made when entered, gone when left; `stop` and `start` keep data, port and password."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="trainyard-postgresql-"))
        self._password = secrets.token_urlsafe(18)
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, database: str = USER) -> str:
        return f"postgres://{USER}:{self._password}@{HOST}:{self._port}/{database}"

    def start(self) -> None:
        """Raises RuntimeError when it doesn't come up."""
        options = [word for option in (*OPTIONS, f"port={self._port}") for word in ("-c", option)]
        with (self._folder / "log.txt").open("ab") as log:
            command = [*AS_OWNER, _program("postgres"), "-D", self._data, *options]
            self._server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._accepts():
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise RuntimeError((self._folder / "log.txt").read_text())
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGINT) -> None:
        """By default a fast shutdown, which breaks connections off; SIGQUIT is like a crash."""
        if self._server:
            self._server.send_signal(number)
            self._server.wait()
            self._server = None

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def standby(self) -> _Standby:
        """A hot standby of this server, which follows it and takes nothing; a context of its own."""
        return _Standby(self)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _make(self) -> None:
        if OWNER:
            shutil.chown(self._folder, OWNER, OWNER)
        password = self._folder / "password"
        password.write_text(self._password)
        words = ("--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync", f"--username={USER}")
        command = [*AS_OWNER, _program("initdb"), "-D", self._data, *words, f"--pwfile={password}"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    def _accepts(self) -> bool:
        asked = subprocess.run([_program("pg_isready"), "-q", "-h", HOST, "-p", str(self._port)], check=False)
        return asked.returncode == 0


class _Standby(Cluster):
    """Has the password of the server that it follows."""

    def __init__(self, followed: Cluster) -> None:
        super().__init__()
        self._followed, self._password = followed, followed._password

    def promote(self) -> None:
        """From now on it is a server of its own, as after a failover."""
        command = [*AS_OWNER, _program("pg_ctl"), "promote", "-D", self._data]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    def _make(self) -> None:
        if OWNER:
            shutil.chown(self._folder, OWNER, OWNER)
        words = ("-d", self._followed.url("postgres"), "-D", self._data, "--checkpoint=fast", "--write-recovery-conf")
        subprocess.run([*AS_OWNER, _program("pg_basebackup"), *words, "--no-sync"], check=True)


def _program(name: str) -> str:
    """Debian keeps the server's programs out of PATH, one folder a version; the newest is taken."""
    installed = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(installed, key=lambda path: float(path.parts[4]), default=None)
    found = newest or shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed; Debian has it in the package postgresql.")
    return str(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with Cluster() as cluster:
        sys.exit(
            subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": cluster.url()}, check=False).returncode
        )
