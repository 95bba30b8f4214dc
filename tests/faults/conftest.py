"""One site that most of these tests share, the clouds behind it, and a stretch of network before each."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.cloud import BOLT, HARBOR, FaultyCloud
from tests.faults.network import Network
from tests.faults.outages import CloudProcess
from tests.faults.site import Prepared, Site, prepared_in, serving
from tests.faults.visitor import Visitor
from tests.faults.watching import wait_for_job
from tests.installed import made_once


@dataclass(frozen=True, slots=True)
class Stage:
    """A site, Ana before it, and behind it a cloud with the network in between."""

    site: Site
    visitor: Visitor
    cloud: FaultyCloud
    network: Network

    def settle(self) -> None:
        """All is well, and the site knows."""
        self.cloud.heal()
        self.network.heal()
        self.site.forgive()
        wait_for_job(self.visitor, self.cloud.add_job().id, 20)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return made_once(tmp_path_factory, "known-jobs", prepared_in)


@pytest.fixture(scope="package")
def neighbor() -> Iterator[FaultyCloud]:
    """Another cloud, which works, with another organization of the shared site."""
    with FaultyCloud(HARBOR).running() as cloud:
        yield cloud


@pytest.fixture(scope="package")
def shared(prepared: Prepared, neighbor: FaultyCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with _stage(prepared, neighbor, tmp_path_factory.mktemp("site")) as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Iterator[Stage]:
    """The shared site, in good health at the beginning. Jobs of this test leave the cloud with it."""
    shared.settle()
    jobs = dict(shared.cloud.jobs)
    yield shared
    shared.cloud.jobs = jobs


@contextmanager
def _stage(prepared: Prepared, neighbor: FaultyCloud, folder: Path) -> Iterator[Stage]:
    with FaultyCloud(BOLT).running() as cloud, Network(cloud.port).running() as network:
        clouds = {BOLT: str(network.endpoint), HARBOR: str(neighbor.endpoint)}
        with serving(prepared, folder, clouds) as site, site.visitor() as visitor:
            yield Stage(site, visitor, cloud, network)


@dataclass(frozen=True, slots=True)
class Away:
    """A site, Ana before it, and a cloud that is a process of its own."""

    site: Site
    visitor: Visitor
    cloud: CloudProcess


@pytest.fixture(scope="package")
def far(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    folder = tmp_path_factory.mktemp("far")
    with (
        CloudProcess(folder) as cloud,
        serving(prepared, folder, {BOLT: cloud.endpoint}) as site,
        site.visitor() as visitor,
    ):
        yield Away(site, visitor, cloud)


@pytest.fixture
def away(far: Away) -> Iterator[Away]:
    """The same site again, with a cloud that works at the beginning."""
    far.cloud.start()
    far.site.forgive()
    wait_for_job(far.visitor, "b0".ljust(24, "0"), 20)
    yield far
    far.cloud.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, which a file can fill to the last byte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "none", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("Mounting a disk takes root.")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
