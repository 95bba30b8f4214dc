"""A site installed in a folder of its own, with real processes: as its operator runs it."""

from __future__ import annotations

import fcntl
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography.fernet import Fernet

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


class Installation:
    """`settings` are those of the environment; nothing else of the tests' own environment reaches it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            **settings,
        }

    def manage(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, whatever that is."""
        return subprocess.run(
            [PYTHON, "manage.py", *words],
            cwd=ROOT,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: str, log: str = "log.txt") -> Program:
        """Starts a program of Python's, for instance `manage.py`, `refresh`."""
        return Program([PYTHON, *words], self.environment, self.folder / log)


class Program:
    """A program under way, and what it said so far."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Until it has said these words. Fails with all that it said instead."""
        wait_until(lambda: words in self.said or self.process.poll() is not None, seconds)
        assert words in self.said, self.said

    def end(self, number: int, seconds: float = 60) -> int:
        """Sends a signal and answers with the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """What `make` makes in an empty folder, once for all processes of a test run. Nobody changes it."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / f"{name}.pickle"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make(Path(tempfile.mkdtemp(prefix=name, dir=folder)))))
        made: T = pickle.loads(kept.read_bytes())  # noqa: S301  # Our own, of a moment ago.
        return made


def production(**settings: str) -> dict[str, str]:
    """What an operator has to say, with made-up secrets; over plain HTTP, because it is on loopback."""
    return {
        "SECRET_KEY": "made up, for one installation of the tests, and long enough",
        "CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "HTTPS": "false",
        # Who is signed in for all tests of a run stays so until its end.
        "SESSION_IDLE_MINUTES": "600",
        **settings,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"Not so within {seconds} seconds."
        time.sleep(0.05)
