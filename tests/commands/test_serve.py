"""`manage.py serve`: web server and refresher together, restarted when they die, and ended when they are told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.management import web_server
from jobs.management.services import Service, Services
from tests.installed import PYTHON, Installation, Program, free_port, production, wait_until

ADDED = "f" * 24


class Served:
    """A site that `manage.py serve` runs on `port`."""

    def __init__(self, installation: Installation, *words: str) -> None:
        self.installation, self.port = installation, free_port()
        self.program = installation.start("manage.py", "serve", "--port", str(self.port), *words)
        wait_until(lambda: web_server.answers(self.port, "/readyz") or self.program.process.poll() is not None, 60)

    def children(self, word: str) -> list[int]:
        """Its own children whose command has this word."""
        pid = self.program.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found if word.encode() in Path(f"/proc/{child}/cmdline").read_bytes()]

    def knows(self, job: str) -> bool:
        count = "from jobs.models import *; print('jobs:', Job.objects.filter(viam_id='" + job + "').count())"
        return "jobs: 1" in self.installation.manage("shell", "-v", "0", "-c", count).stdout


@pytest.fixture
def installation(tmp_path: Path, cloud: Emulator) -> Installation:
    endpoint = f"http://{cloud.address}"
    settings = {"REFRESH_ACTIVE_SECONDS": "0.25", "REFRESH_COMPLETE_SECONDS": "0.25"}
    site = Installation(tmp_path, **production(VIAM_ENDPOINTS=endpoint, **settings))
    words = ("connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID)
    for done in (site.manage("migrate", "-v", "0"), site.manage(*words, VIAM_API_KEY=DEMO_KEY)):
        assert done.returncode == 0, done.stderr
    return site


@pytest.fixture
def served(installation: Installation) -> Iterator[Served]:
    site = Served(installation, "--workers", "1")
    yield site
    with suppress(ProcessLookupError):
        site.program.process.send_signal(signal.SIGTERM)
        site.program.process.wait(30)


def test_pages_are_served_and_jobs_kept_fresh_by_processes_apart(served: Served, cloud: Emulator) -> None:
    (job, *_) = cloud.world.jobs(BOLT_ROBOTICS_ID)
    job.id = ADDED
    cloud.world.put(job)

    assert web_server.answers(served.port, "/readyz")
    wait_until(lambda: served.knows(ADDED), 60)
    assert (len(served.children("granian")), len(served.children("refresh"))) == (1, 1)


@pytest.mark.parametrize("word", ["granian", "refresh"])
def test_what_is_killed_is_started_again(word: str, served: Served) -> None:
    (killed,) = served.children(word)
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: served.children(word) not in ([], [killed]), 60)
    wait_until(lambda: web_server.answers(served.port, "/readyz"), 60)
    assert "Starting it again in 1.0 s." in served.program.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it(number: int, served: Served) -> None:
    everybody = [*served.children("granian"), *served.children("refresh")]

    assert served.program.end(number, seconds=30) == 0
    assert len(everybody) == 2
    assert not [pid for pid in everybody if Path(f"/proc/{pid}").exists()]
    assert not web_server.listens(served.port)


def test_a_signal_ends_it_while_its_workers_start(installation: Installation) -> None:
    """A worker that granian has just started misses it: all was waited for to the last second, and killed."""
    program = installation.start("manage.py", "serve", "--port", str(free_port()), "--workers", "2")
    program.wait_for("Spawning worker-2")

    assert program.end(signal.SIGTERM, seconds=40) == 0
    assert "Killing worker" not in program.said


def test_of_two_that_start_at_once_one_has_the_port(installation: Installation) -> None:
    """Both found it free, and then shared it."""
    words = ("manage.py", "serve", "--workers", "1", "--port", str(free_port()))
    both = [installation.start(*words, log=f"{number}.txt") for number in (1, 2)]
    try:
        wait_until(lambda: [one for one in both if one.process.poll() is not None], 60)
        [refused] = [one for one in both if one.process.poll() is not None]
        [other] = [one for one in both if one is not refused]
        assert "is in use by another program" in refused.said
        other.wait_for("Started worker-1 ")
    finally:
        codes = sorted(one.end(signal.SIGTERM, seconds=30) for one in both)
    assert codes == [0, 1]


def test_a_socket_of_its_own_needs_no_port(served: Served, tmp_path: Path) -> None:
    path = tmp_path / "site.sock"
    words = ("--port", str(served.port), "--refresher", "none", "--", "--uds", str(path))
    other = served.installation.start("manage.py", "serve", "--workers", "1", *words, log="other.txt")
    other.wait_for("Started worker-1 ")
    assert path.is_socket()
    assert other.end(signal.SIGTERM, seconds=30) == 0


def test_killed_itself_it_leaves_nobody_behind(served: Served) -> None:
    everybody = [*served.children("granian"), *served.children("refresh")]
    served.program.process.kill()
    served.program.process.wait()

    wait_until(lambda: not [pid for pid in everybody if Path(f"/proc/{pid}").exists()], 30)
    wait_until(lambda: not web_server.listens(served.port), 30)


def test_a_hangup_starts_the_workers_anew_without_a_refused_request(served: Served) -> None:
    served.program.wait_for("Started worker-1 ")
    served.program.process.send_signal(signal.SIGHUP)

    served.program.wait_for("Spawning worker")
    wait_until(lambda: served.program.said.count("Started worker-1 ") == 2, 60)
    assert web_server.answers(served.port, "/readyz")
    assert len(served.children("refresh")) == 1


def test_a_host_that_only_serves_has_no_refresher(installation: Installation) -> None:
    site = Served(installation, "--workers", "1", "--refresher", "none")
    try:
        assert (len(site.children("granian")), site.children("refresh")) == (1, [])
    finally:
        assert site.program.end(signal.SIGTERM, seconds=30) == 0


def test_what_could_not_start_is_told(served: Served) -> None:
    """Words, and a bad exit code for whoever manages services."""
    taken = served.installation.manage("serve", "--port", str(served.port))
    unfit = served.installation.manage("serve", "--port", str(free_port()), "--", "--http", "3")

    assert (taken.returncode, "is in use by another program" in taken.stderr) == (1, True)
    assert (unfit.returncode, "The web server could not start (exit code 2)." in unfit.stderr) == (1, True)
    assert "'3' is not one of" in unfit.stderr
    assert web_server.answers(served.port, "/readyz")


def test_a_database_without_its_migrations_is_refused_or_migrated(tmp_path: Path) -> None:
    site = Installation(tmp_path, **production())
    refused = site.manage("serve", "--port", str(free_port()))
    assert (refused.returncode, refused.stderr) == (
        1,
        "CommandError: Migrations are missing. Run `manage.py migrate` first, or add --migrate.\n",
    )

    migrated = Served(site, "--migrate", "--workers", "1")
    try:
        assert web_server.answers(migrated.port, "/readyz")
    finally:
        assert migrated.program.end(signal.SIGTERM, seconds=30) == 0


def test_what_keeps_dying_is_started_ever_more_seldom(tmp_path: Path) -> None:
    """A service whose process is killed each time: its pauses double."""
    dies = Service("web server", [PYTHON, "-c", "import os; os.kill(os.getpid(), 9)"], seconds_to_end=1)
    keeper = f"from jobs.management.services import *; sys.exit(Services([Service(**{vars_of(dies)})]).run())"
    program = Program([PYTHON, "-c", f"import logging; logging.basicConfig(); {keeper}"], os.environ, tmp_path / "log")

    program.wait_for("Starting it again in 4.0 s.")
    assert [f"in {pause} s." in program.said for pause in ("1.0", "2.0")] == [True, True]
    assert program.end(signal.SIGTERM, seconds=10) == 0


def vars_of(service: Service) -> dict[str, object]:
    return {"name": service.name, "command": list(service.command), "seconds_to_end": service.seconds_to_end}


def test_a_service_that_gives_up_at_once_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    refuses = Service("refresher", [PYTHON, "-c", "raise SystemExit(3)"], seconds_to_end=1)
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    try:
        assert Services([refuses]).run() == 1
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
    assert "The refresher could not start (exit code 3)." in caplog.text
