"""`manage.py refresh`: once for scripts, for ever as a service."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.models import Organization
from tests.installed import Installation, Program, production, wait_until

Output = pytest.CaptureFixture[str]


@pytest.fixture
def installation(tmp_path: Path, cloud: Emulator) -> Installation:
    """A site that shows Bolt Robotics and asks its cloud four times a second."""
    endpoint = f"http://{cloud.address}"
    site = Installation(tmp_path, **production(VIAM_ENDPOINTS=endpoint, REFRESH_ACTIVE_SECONDS="0.25"))
    words = ("connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID)
    for done in (site.manage("migrate", "-v", "0"), site.manage(*words, VIAM_API_KEY=DEMO_KEY)):
        assert done.returncode == 0, done.stderr
    return site


@pytest.fixture
def refresher(installation: Installation) -> Iterator[Program]:
    program = installation.start("manage.py", "refresh")
    yield program
    program.process.kill()
    program.process.wait()


def test_once_refreshes_what_is_shown(cloud: Emulator, bolt: Organization, capsys: Output) -> None:
    newcomer = cloud.world.jobs(BOLT_ROBOTICS_ID)[0]
    newcomer.id = "f" * 24
    cloud.world.put(newcomer)

    call_command("refresh", "--once")

    assert capsys.readouterr().out == f"Bolt Robotics: {len(cloud.world.jobs(BOLT_ROBOTICS_ID))} jobs\n"
    assert bolt.jobs.filter(viam_id=newcomer.id).exists()


def test_once_fails_with_the_names_of_what_was_not_refreshed(cloud: Emulator, bolt: Organization) -> None:
    cloud.stop()

    with pytest.raises(CommandError, match=r"Not refreshed: Bolt Robotics\."):
        call_command("refresh", "--once")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_cleanly_and_leaves_no_lease_behind(number: int, refresher: Program, installation: Installation) -> None:
    refresher.wait_for("bolt-robotics: 0 new")

    assert refresher.end(number) == 0

    assert refresher.said.rstrip().endswith("Stopped.")
    assert _bolt(installation, "lease_owner") == ""


def test_keeps_fresh_what_nobody_looks_at(cloud: Emulator, refresher: Program, installation: Installation) -> None:
    first = _bolt(installation, "fetched_at")

    wait_until(lambda: _bolt(installation, "fetched_at") > first)


def test_tells_of_a_problem_and_of_its_end(cloud: Emulator, refresher: Program) -> None:
    refresher.wait_for("bolt-robotics: 0 new")

    cloud.stop()
    refresher.wait_for("WARNING jobs.sync.cycle bolt-robotics: Viam's cloud can't be reached.")
    said = len(refresher.said)
    cloud.start()

    wait_until(lambda: "bolt-robotics: 0 new" in refresher.said[said:], seconds=20)


def _bolt(installation: Installation, column: str) -> str:
    """A column of the only organization that is shown."""
    with closing(sqlite3.connect(installation.folder / "trainyard.sqlite3")) as database:
        found = database.execute(f"SELECT {column} FROM jobs_organization WHERE is_shown")  # noqa: S608
        return str(found.fetchone()[0])
