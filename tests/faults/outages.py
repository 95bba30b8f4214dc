"""A cloud in a process of its own: killed, stopped, brought back on the same port."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from jobs.management import web_server
from tests.installed import Program, free_port, wait_until


class CloudProcess:
    """`start(31)` lets it come back with one job more than before."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._program: Program | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, jobs: int = 30) -> Self:
        command = [sys.executable, "-m", "tests.faults.cloud", "--port", str(self.port), "--jobs", str(jobs)]
        self._program = Program(command, _environment(), self._folder / "cloud.txt")
        wait_until(lambda: web_server.listens(self.port))
        return self

    def kill(self) -> None:
        """At once, as the kernel does when memory runs out."""
        if self._program:
            self._program.process.kill()
            self._program.process.wait()

    def stop(self) -> None:
        """Its connections stay open, the kernel takes what is sent, and nothing ever comes back."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._program
        with suppress(ProcessLookupError):
            self._program.process.send_signal(number)


def _environment() -> Mapping[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
