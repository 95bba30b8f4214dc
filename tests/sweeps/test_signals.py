"""Whoever is told to stop stops, in whatever moment the word comes."""

from __future__ import annotations

import ast
import signal
from pathlib import Path

import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from tests.installed import Installation, production
from tests.sweeps.imports import sources

# Says SIGTERM to itself when the program itself is about to wait, with the lock of what it waits for in its hands.
IN_THE_WORST_MOMENT = """
import os, runpy, signal, sys, threading

def look(frame, event, argument):
    code = frame.f_code
    if code is threading.Condition.wait.__code__ and frame.f_back.f_back.f_code.co_filename.endswith(WHERE):
        os.kill(os.getpid(), signal.SIGTERM)

WHERE = ('emulator/__main__.py', 'commands/refresh.py')
sys.argv = sys.argv[1:]
sys.settrace(look)
runpy.run_path(sys.argv[0], run_name="__main__")
"""

# These take no lock; what else a handler does may wait for what the thread that it interrupts holds.
HARMLESS = {"signal.default_int_handler", "signal.SIG_IGN", "signal.SIG_DFL"}


@pytest.mark.parametrize(
    ("words", "ready"),
    [
        (("emulator/__main__.py", "--port", "0", "--jobs", "1"), "emulator ready on"),
        (("manage.py", "refresh"), "Refreshing all shown organizations."),
    ],
    ids=["emulator", "refresh"],
)
def test_a_program_ends_in_whatever_moment_it_is_told_to(
    words: tuple[str, ...], ready: str, cloud: Emulator, tmp_path: Path
) -> None:
    site = Installation(tmp_path, **production(VIAM_ENDPOINTS=f"http://{cloud.address}", PYTHONPATH="."))
    connect = ("connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID)
    for done in (site.manage("migrate", "-v", "0"), site.manage(*connect, VIAM_API_KEY=DEMO_KEY)):
        assert done.returncode == 0, done.stderr
    program = site.start("-c", IN_THE_WORST_MOMENT, *words)
    try:
        program.wait_for(ready)
        assert program.end(signal.SIGTERM) == 0, program.said
    finally:
        program.process.kill()
        program.process.wait()


def test_no_handler_of_a_signal_takes_a_lock() -> None:
    handlers = [
        (source.path, node.lineno, ast.unparse(node.args[1]))
        for source in sources()
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "signal.signal"
    ]
    assert handlers
    assert [handler for handler in handlers if handler[2] not in HARMLESS] == []
