"""Sites with many jobs, many tabs, many organizations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, Site, prepared_in, serving
from tests.installed import made_once

LIKE_PRODUCTION = ("--workers", "2")
"""As README.md says."""
USUAL_PACE = {"REFRESH_ACTIVE_SECONDS": "5", "REFRESH_COMPLETE_SECONDS": "60"}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return made_once(tmp_path_factory, "known-jobs", prepared_in)


@pytest.fixture(scope="package")
def cloud() -> Iterator[FaultyCloud]:
    with FaultyCloud(BOLT).running() as cloud:
        yield cloud


@pytest.fixture(scope="package")
def site(prepared: Prepared, cloud: FaultyCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers, refreshed every five seconds."""
    folder = tmp_path_factory.mktemp("site")
    clouds = {BOLT: str(cloud.endpoint)}
    with serving(prepared, folder, clouds, options=LIKE_PRODUCTION, settings=USUAL_PACE) as site:
        yield site
