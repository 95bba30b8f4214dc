"""Programs that live as long as this one; and what `manage.py serve` becomes: a small process, without Django, that
keeps the web server and the refresher running.

A service that ends is started again, after a pause that grows while it keeps ending. One that gives up right after its
first start isn't: its own words say what is wrong, such as a port that is taken, and whoever started us should know.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

log = logging.getLogger(__name__)

# Waited for, not handled: nothing is interrupted, and no lock held meanwhile.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_SECONDS = 0.1
TOLD_AGAIN_SECONDS = 2.0
"""A worker that granian has just started misses what it is told, and so would be waited for to the last second."""
FIRST_SECONDS = 10.0
"""What gives up so soon after its first start could not start at all."""
MAX_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A service that ran for so long starts without a pause again."""
SECONDS_TO_END = 5.0
# linux/prctl.h
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Service:
    """A program that is to go on; it gets `seconds_to_end` when it is told to stop. `reloads`: SIGHUP is for it."""

    name: str
    command: Sequence[str]
    seconds_to_end: float
    reloads: bool = False


class FailedToStart(Exception):
    """A service gave up right after its first start."""


class Keeper:
    """One service, as it stands: running, or waiting for its next start."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._process: subprocess.Popen[bytes]
        self._failures, self._has_settled = 0, False
        self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._again_at: float | None = None
        # One stream for all: whoever reads the log of a service manager finds everything in its order.
        self._process = start_child(self.service.command, stdout=sys.stderr)

    def look(self) -> None:
        """Starts the service again when it has ended, and its pause is over. Raises FailedToStart."""
        if self._again_at is not None:
            if time.monotonic() >= self._again_at:
                self._start()
        elif self._process.poll() is not None:
            self._plan()

    def _plan(self) -> None:
        ran, code = time.monotonic() - self._started, self._process.returncode
        # A negative code is a signal: somebody killed it, and it may well start again.
        self._has_settled = self._has_settled or ran > FIRST_SECONDS or code < 0
        if not self._has_settled:
            raise FailedToStart(f"The {self.service.name} could not start (exit code {code}).")
        self._failures = 0 if ran > STEADY_SECONDS else self._failures + 1
        pause = min(2.0**self._failures / 2, MAX_PAUSE_SECONDS)
        # A web server that was killed leaves workers behind, which hold its port.
        self.end()
        log.warning("The %s ended (exit code %s). Starting it again in %.1f s.", self.service.name, code, pause)
        self._again_at = time.monotonic() + pause

    def pass_on(self, number: int) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def end(self) -> None:
        """Waits until it and all that it started have ended, and tells them again: a deaf one may hear by now. Those
        that don't in time are killed.
        """
        now = time.monotonic()
        deadline, again = now + self.service.seconds_to_end, now + TOLD_AGAIN_SECONDS
        if self._process.poll() is not None:
            again = now  # What it left behind was not told.
        while signal_group(self._process, 0) and time.monotonic() < deadline:
            if time.monotonic() >= again:
                signal_group(self._process, signal.SIGTERM)
                again += TOLD_AGAIN_SECONDS
            self._reap()
            time.sleep(TICK_SECONDS)
        signal_group(self._process, signal.SIGKILL)
        self._process.wait()
        self._reap()

    def _reap(self) -> None:
        """Takes leave of what it left behind: in a container, where we are process 1, that comes to us."""
        with suppress(ChildProcessError):
            while self._process.poll() is not None and os.waitpid(-self._process.pid, os.WNOHANG)[0]:
                pass


class Services:
    """Keeps them running until a signal says stop."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services

    def run(self) -> int:
        """The exit code. SIGTERM and SIGINT end all, in their own time; SIGHUP goes on to who reloads."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        keepers: list[Keeper] = []
        try:
            for service in self._services:
                keepers.append(Keeper(service))
            self._keep(keepers)
        except FailedToStart as failed:
            log.error("%s", failed)  # Its traceback is ours, and says nothing.
            return 1
        finally:
            self._end(keepers)
        return 0

    def _keep(self, keepers: Sequence[Keeper]) -> None:
        while (heard := signal.sigtimedwait(STOPS, TICK_SECONDS)) is None or heard.si_signo == signal.SIGHUP:
            for keeper in keepers:
                if heard and keeper.service.reloads:
                    keeper.pass_on(signal.SIGHUP)
                keeper.look()

    def _end(self, keepers: Sequence[Keeper]) -> None:
        for keeper in keepers:
            keeper.pass_on(signal.SIGTERM)
        for keeper in keepers:
            keeper.end()


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


def become(services: Sequence[Service], *, log_format: str) -> None:
    """Replaces this process, and its memory, by one that keeps them running."""
    told = json.dumps({"log_format": log_format, "services": [asdict(service) for service in services]})
    os.execv(sys.executable, [sys.executable, "-m", __name__, told])  # noqa: S606  # No shell, and no word of others.


def main(told: str) -> int:
    wanted = json.loads(told)
    logging.basicConfig(level=logging.INFO, format=wanted["log_format"])
    return Services([Service(**service) for service in wanted["services"]]).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
