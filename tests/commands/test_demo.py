"""`manage.py demo`, which is `make run`: with its real children, from the first page to the last process."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

from tests.installed import Installation, Program, free_port, wait_until

READY = "Press Ctrl-C to stop."


class Demo:
    """A demonstration on ports and in a folder of its own; started as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.port, self.cloud_port = free_port(), free_port()
        self.installation = Installation(folder, DEBUG="true")
        self.programs: list[Program] = []
        self.password = ""

    def ready(self) -> Program:
        """Started, up to the moment in which it says that it is ready."""
        ports = ("--port", str(self.port), "--cloud-port", str(self.cloud_port))
        program = self.installation.start("manage.py", "demo", *ports, "--jobs", "5", log=f"{len(self.programs)}.txt")
        self.programs.append(program)
        program.wait_for(READY)
        return program

    def sign_in(self, password: str) -> str:
        """The page that somebody sees after signing in."""
        browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        address = f"http://127.0.0.1:{self.port}/sign-in/"
        with browser.open(address) as form:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.read().decode())
        assert token
        answer = {"csrfmiddlewaretoken": token[1], "login": "admin", "password": password}
        with browser.open(address, urlencode(answer).encode()) as page:
            return str(page.read().decode())


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demonstration that was looked at and ended: the next start finds its data."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    program = demo.ready()
    demo.password = password_in(program)
    assert program.end(signal.SIGINT) == 0
    return demo


@pytest.fixture
def demo(used: Demo) -> Iterator[Demo]:
    yield used
    for program in used.programs:
        if program.process.poll() is None:
            program.end(signal.SIGTERM)


def password_in(program: Program) -> str:
    found = re.search(r"password +(\S+)   \(kept in", program.said)
    assert found, program.said
    return found[1]


def descendants(pid: int) -> set[int]:
    """The processes that a process started, and theirs."""
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*(descendants(child) for child in children))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_printed_sign_in_leads_to_the_jobs_of_the_emulated_cloud(demo: Demo) -> None:
    program = demo.ready()

    assert f"http://127.0.0.1:{demo.port}/" in program.said
    assert "Bolt Robotics" in demo.sign_in(password_in(program))


def test_a_second_run_keeps_the_data_and_the_sign_in(demo: Demo) -> None:
    rename = 'from jobs.models import *; Organization.objects.filter(slug="bolt-robotics").update(slug="kept")'
    demo.installation.manage("shell", "-v", "0", "-c", rename)

    assert password_in(demo.ready()) == demo.password
    assert "/orgs/kept/" in demo.sign_in(demo.password)


def test_secrets_lie_in_files_that_only_their_owner_can_read(used: Demo) -> None:
    files = [used.installation.folder / name for name in ("sign-in.txt", "development.env")]

    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ending_it_ends_every_process(number: int, demo: Demo) -> None:
    program = demo.ready()
    children = descendants(program.process.pid)
    assert len(children) >= 3, "the emulator, the web server and its worker"

    assert program.end(number) == 0

    wait_until(lambda: not any(is_running(child) for child in children))


def test_a_child_that_ends_by_itself_ends_the_rest_and_is_named(demo: Demo) -> None:
    program = demo.ready()
    children = descendants(program.process.pid)

    os.kill(_child_with("emulator", children), signal.SIGKILL)

    assert program.process.wait(15) == 1
    assert "The emulator stopped unexpectedly (exit code -9)." in program.said
    wait_until(lambda: not any(is_running(child) for child in children))


def test_an_emulator_that_had_to_move_is_found_again(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", demo.cloud_port)):
        page = demo.sign_in(password_in(demo.ready()))

    assert "Bolt Robotics" in page
    assert "can't be reached" not in page


def test_a_port_that_is_taken_is_one_clear_sentence(used: Demo) -> None:
    with socket.create_server(("127.0.0.1", used.port)):
        refused = used.installation.manage("demo", "--port", str(used.port))

    sentence = f"Port {used.port} is in use by another program. Choose another one: PORT={used.port + 1} make run"
    assert (refused.returncode, refused.stderr) == (1, f"CommandError: {sentence}\n")


def test_a_second_demonstration_on_the_same_data_is_refused(demo: Demo) -> None:
    demo.ready()

    refused = demo.installation.manage("demo", "--port", str(free_port()))

    assert refused.returncode == 1
    assert "Another demo is running with the data in" in refused.stderr


def _child_with(word: str, children: set[int]) -> int:
    return next(child for child in children if word in Path(f"/proc/{child}/cmdline").read_text())
