"""A whole site as people meet it: an emulated cloud, a web server in its own process, and Ana, who may sign in."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.domain import Credentials, ManagedJobRequest, ModelFramework, ModelType
from jobs.management.web_server import WEB_SERVER, answers
from jobs.viam import connect
from jobs.viam.endpoints import parse
from protos import ml_training_pb2 as ml
from tests.installed import Installation, free_port, production, wait_until

WORDS = "ana's own words"
SERVE = ("manage.py", "serve", "--workers", "1", "--seconds-to-end", "5", "--verbosity", "0")
GRANIAN = ("-m", *WEB_SERVER, "--log-level", "warning", "--workers-kill-timeout", "5")
OTHERS = """
from jobs.models import Organization
Organization.objects.update(is_shown=True)
"""


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the site is, the cloud behind it, and the installation that serves it."""

    site: str
    cloud: Emulator
    installation: Installation

    @property
    def jobs_page(self) -> str:
        return f"{self.site}/orgs/bolt-robotics/jobs/"

    def job_page(self, job_id: str) -> str:
        return f"{self.jobs_page}{job_id}/"

    def somebody_submits(self, name: str) -> str:
        """A colleague submits a job elsewhere; answers with its id. One called `steady` doesn't fail by chance."""
        cloud = connect(parse(f"http://{self.cloud.address}"), Credentials(DEMO_KEY_ID, DEMO_KEY))
        like = self.completed()
        kind, labels = ModelType(like.model_type), tuple(like.tags)
        request = ManagedJobRequest(like.dataset_id, name, "v1", kind, ModelFramework.TFLITE, labels)
        return cloud.submit_job(BOLT_ROBOTICS_ID, request)

    def completed(self) -> ml.TrainingJobMetadata:
        """A managed job that completed: what it was made of can be submitted again."""
        jobs = self.cloud.world.jobs(BOLT_ROBOTICS_ID)
        return next(job for job in jobs if job.status == ml.TRAINING_STATUS_COMPLETED and not job.is_custom_job)

    def show_all_organizations(self) -> None:
        """All that the key sees; with a single one the first page leads straight to its jobs."""
        done = self.installation.manage("shell", "-c", OTHERS)
        assert done.returncode == 0, done.stderr

    def stored(self, question: str) -> list[tuple[object, ...]]:
        """What the site's database answers."""
        with closing(sqlite3.connect(self.installation.folder / "trainyard.sqlite3")) as database:
            return database.execute(question).fetchall()

    def let_datasets_be_counted_again(self) -> None:
        """As if hours had passed since somebody last did."""
        with closing(sqlite3.connect(self.installation.folder / "trainyard.sqlite3", timeout=30)) as database:
            database.execute("UPDATE jobs_datasetcount SET counted_at = '2020-01-01 00:00:00'")
            database.execute("UPDATE jobs_organization SET catalogue_at = NULL")
            database.commit()

    def end_sessions_by_time(self) -> None:
        """As if nobody had been there for long."""
        with closing(sqlite3.connect(self.installation.folder / "trainyard.sqlite3", timeout=30)) as database:
            database.execute("UPDATE django_session SET expire_date = '2020-01-01 00:00:00'")
            database.commit()


def prepare(folder: Path) -> Installation:
    """An installation with an empty database, its static files, and Ana."""
    site = Installation(folder, **production())
    ana = ("createsuperuser", "--no-input", "--username", "ana", "--email", "")
    for done in (
        site.manage("migrate", "-v", "0"),
        site.manage("collectstatic", "--no-input", "-v", "0"),
        site.manage(*ana, DJANGO_SUPERUSER_PASSWORD=WORDS),
    ):
        assert done.returncode == 0, done.stderr
    return site


@contextmanager
def running(prepared: Installation, folder: Path, speed: float, jobs: int = 20) -> Iterator[Stack]:
    """The site on a copy of the prepared database, connected to a cloud of its own; asked twice a second."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static"))
    with Emulator(jobs=jobs, seed=7, speed=speed) as cloud:
        # Where nobody had a turn for seconds, a quick job is over before it was seen: complete lists alone tell of it.
        often = {"REFRESH_ACTIVE_SECONDS": "0.5", "REFRESH_COMPLETE_SECONDS": "5"}
        # The same where all that ran had ended before anybody looked.
        otherwise = {"REFRESH_QUIET_SECONDS": "3", "REFRESH_QUIET_COMPLETE_SECONDS": "10"}
        asking = {"VIAM_ENDPOINTS": f"http://{cloud.address}", **often, **otherwise}
        places = {"DATA_DIR": str(folder)}
        site = Installation(folder, **{**prepared.environment, **places, **asking})
        done = site.manage("connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID, VIAM_API_KEY=DEMO_KEY)
        assert done.returncode == 0, done.stderr
        with _served(site) as address:
            yield Stack(address, cloud, site)


@contextmanager
def developed(prepared: Installation, folder: Path) -> Iterator[str]:
    """The address of an empty site as those see it who work on it: with DEBUG, and the style guide."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static"))
    with _served(Installation(folder, **{**prepared.environment, "DATA_DIR": str(folder), "DEBUG": "true"})) as address:
        yield address


@contextmanager
def _served(site: Installation) -> Iterator[str]:
    port = free_port()
    server = site.start(*SERVE, "--port", str(port))
    try:
        wait_until(lambda: answers(port, "/healthz"))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end(signal.SIGTERM)
    assert "Traceback" not in server.said, server.said
