"""The Dockerfile's own commands, run in a folder as its build and its container would; there is no Docker here.

Packages are those of the tests, and the account is theirs: what is installed, and for whom, is not looked at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dashboard.front.bodies import SECONDS
from jobs.management import web_server
from jobs.management.commands.serve import SECONDS_MORE, SECONDS_TO_END
from jobs.models import LEASE
from jobs.viam.methods import READ, WRITE
from tests.installed import ROOT, Program, free_port, production, wait_until

PORT = "8000"


class Image:
    """What the instructions of the Dockerfile make of a folder."""

    def __init__(self, folder: Path) -> None:
        text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
        lines = re.sub(r"\\\n\s*", "", text).splitlines()
        self.instructions = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]
        self.folder = folder
        self.environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def all(self, word: str) -> list[str]:
        return [rest for name, rest in self.instructions if name == word]

    def words(self, word: str) -> list[str]:
        """The command in the brackets of CMD, or of HEALTHCHECK."""
        found: list[str] = json.loads("[" + self.all(word)[0].partition("[")[2])
        return found

    def build(self) -> None:
        for source in (rest.split()[0] for rest in self.all("COPY")):
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, self.folder / source)
        for command in self.all("RUN"):
            if "manage.py" in command:
                subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment, check=True)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = Image(tmp_path_factory.mktemp("image"))
    image.build()
    return image


@pytest.fixture
def container(image: Image, tmp_path: Path) -> Iterator[tuple[int, Program]]:
    """The default command, on a free port."""
    port, data = free_port(), {"DATA_DIR": str(tmp_path)}
    command = [str(port) if word == PORT else word for word in image.words("CMD")]
    environment = image.environment | production(ALLOWED_HOSTS="trainyard.example", HTTPS="true") | data
    program = Program(["env", f"--chdir={image.folder}", *command], environment, tmp_path / "log.txt")
    yield port, program
    with suppress(ProcessLookupError):
        os.killpg(program.process.pid, signal.SIGKILL)
    program.process.wait()


def test_static_files_are_collected_and_no_secret_is_left(image: Image) -> None:
    assert (image.folder / "staticfiles/staticfiles.json").is_file()
    assert not (image.folder / "var").exists()
    assert not [rest for rest in image.all("ENV") if "SECRET" in rest or "KEY" in rest]


def test_it_lives_and_its_own_check_says_so(image: Image, container: tuple[int, Program]) -> None:
    port, _ = container
    wait_until(lambda: web_server.answers(port, "/healthz"), 30)
    check = [word.replace(PORT, str(port)) for word in image.words("HEALTHCHECK")]
    done = subprocess.run(check, cwd=image.folder, env=image.environment, check=False)
    assert done.returncode == 0


def test_its_check_fails_when_nobody_answers(image: Image) -> None:
    check = [word.replace(PORT, str(free_port())) for word in image.words("HEALTHCHECK")]
    assert subprocess.run(check, cwd=image.folder, env=image.environment, check=False).returncode == 1


def test_it_writes_nowhere_but_to_its_data(image: Image, container: tuple[int, Program]) -> None:
    before = _everything_in(image.folder)
    port, program = container
    wait_until(lambda: web_server.answers(port, "/healthz"), 30)
    assert web_server.answers(port, "/readyz")
    # A worker that is still loading the site doesn't hear it yet.
    for number in (1, 2):
        program.wait_for(f"Started worker-{number} ")
    assert program.end(signal.SIGTERM, seconds=30) == 0
    assert _everything_in(image.folder) == before


def test_it_runs_as_somebody_without_rights(image: Image) -> None:
    assert image.all("USER") == ["trainyard"]
    assert "root" not in image.all("RUN")[-1]


def test_its_context_holds_what_it_copies_and_nothing_else() -> None:
    named = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert named == {rest.split()[0] for rest in Image(ROOT).all("COPY")}


def _everything_in(folder: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime for path in folder.rglob("*")}


def test_who_stops_the_site_waits_for_what_is_under_way() -> None:
    """Row 122: a write ends before its entry's lease does, and nobody kills a worker before that."""
    lease = LEASE.total_seconds()
    (told,) = re.findall(r"get (\d+) seconds to end \(`--seconds-to-end`\)", (ROOT / "README.md").read_text())
    (service,) = re.findall(r"TimeoutStopSec=(\d+)", (ROOT / "README.md").read_text())
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", (ROOT / "compose.yaml").read_text())
    assert lease <= SECONDS_TO_END == int(told)
    assert min(int(service), int(grace)) > SECONDS_TO_END + SECONDS_MORE
    assert "--seconds-to-end" not in Image(ROOT).words("CMD")
    assert lease > WRITE + 2 * READ + SECONDS
