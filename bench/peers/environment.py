"""The environment of a peer, `.venv-bench-NAME`, made when it is missing; and the peer running in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.connection import Connection
from bench.processes import pss_mib
from bench.served import ended
from jobs.management import web_server
from tests.installed import ROOT, Program, free_port, wait_until

HERE = Path(__file__).parent
INSTALL = ("install", "--quiet", "--disable-pip-version-check", "-r")
SECONDS_TO_INSTALL = 600
SECONDS_TO_START = 90
# Nothing but this machine is asked while we measure.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer that runs: `page` is what a person opens, `list_data` asks for the 50 newest items and answers with them.

    `connection` is kept alive, as ours is.
    """

    name: str
    page: str
    program: Program
    connection: Connection
    list_data: Callable[[], bytes]

    @property
    def memory_mib(self) -> float:
        return pss_mib(self.program.process.pid)


def python_of(name: str) -> Path:
    """The interpreter that has what `NAME.txt` asks for. Raises RuntimeError when that can't be had."""
    requirements, environment = HERE / f"{name}.txt", ROOT / f".venv-bench-{name}"
    done = environment / ".installed"
    if not done.exists() or done.read_text() != requirements.read_text():
        print(f"Installing {name}, to compare with it ...", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", environment)
        _run(environment / "bin" / "python", "-m", "pip", *INSTALL, requirements)
        done.write_text(requirements.read_text())
    return environment / "bin" / "python"


@contextmanager
def running(folder: Path, *command: str | Path, path: str) -> Iterator[tuple[Program, Connection]]:
    """A server of a peer's; `{port}` in its command is where it shall listen. It answers at `path` when it is ready."""
    port = free_port()
    words = [str(word).replace("{port}", str(port)) for word in command]
    program = Program(words, surroundings(), folder / "peer.txt")
    with ended(program):
        wait_until(lambda: program.process.poll() is not None or web_server.answers(port, path), SECONDS_TO_START)
        if program.process.poll() is not None:
            raise RuntimeError(program.said[-300:])
        with Connection(port) as connection:
            yield program, connection


def surroundings() -> dict[str, str]:
    return {**{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}, **QUIET}


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_INSTALL, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-300:])
