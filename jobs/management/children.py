"""Programs that live exactly as long as this one."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_END = 5.0
TICK_SECONDS = 0.1
# linux/prctl.h
PR_SET_PDEATHSIG = 1


class ChildEnded(Exception):
    """A child ended that should have gone on."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"The {name} stopped unexpectedly (exit code {code}).")


class Children:
    """A context: whatever ends it, by Ctrl-C, SIGTERM or an error, ends its children and their children too.

    Each child leads a process group of its own, so that a Ctrl-C in the terminal reaches us first, and so that the
    workers of a child can be ended with it. Inside the context a signal to stop raises KeyboardInterrupt.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        for number in STOPS:
            signal.signal(number, signal.default_int_handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number in STOPS:
            # Somebody who presses Ctrl-C twice is not served by half of the children left behind.
            signal.signal(number, signal.SIG_IGN)
        for child in self._running.values():
            signal_group(child, signal.SIGTERM)
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(SECONDS_TO_END)
            signal_group(child, signal.SIGKILL)
            child.wait()

    def start(self, name: str, command: Sequence[str], **environment: str) -> None:
        """Starts a program that is to go on; what it says about errors is seen, the rest isn't."""
        settings = self._environment | environment
        self._running[name] = start_child(command, cwd=self._folder, env=settings, stdout=subprocess.DEVNULL)

    def run(self, name: str, command: Sequence[str], **environment: str) -> None:
        """Runs a program to its end. Raises ChildEnded when that is a bad one."""
        self.start(name, command, **environment)
        code = self._running[name].wait()
        del self._running[name]
        if code:
            raise ChildEnded(name, code)

    def check(self) -> None:
        """Raises ChildEnded when one of them has ended."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise ChildEnded(name, child.returncode)

    def watch(self) -> None:
        """Goes on until a child ends, which raises ChildEnded, or until a signal says stop."""
        while True:
            self.check()
            time.sleep(TICK_SECONDS)


def start_child(command: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    """Leads a process group of its own, and is told to stop when we are killed."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        # Safe without threads of ours, which those who call this don't have.
        preexec_fn=_prepare,
        **how,
    )


def _prepare() -> None:
    """In the child: it hears all signals. Where the kernel offers it, which is Linux, it hears that we were killed."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def signal_group(child: subprocess.Popen[bytes], number: int) -> bool:
    """To the child and all that it started, though it may itself have ended. Whether there is anybody."""
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return False
    return True
