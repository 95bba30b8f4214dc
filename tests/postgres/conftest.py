"""Databases for sites of these tests: fresh, and of the kind that the whole run is on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from emulator.server import Emulator
from tests.installed import Installation, production
from tests.postgres.cluster import Cluster
from tests.postgres.installed import Site, installed

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="tells of PostgreSQL only")


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """The setting that leads to it; none for SQLite, which lies in the site's folder."""
    if connection.vendor != "postgresql":
        yield {}
        return
    server, name = connection.settings_dict, f"trainyard_{secrets.token_hex(4)}"
    address = f"postgres://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": f"{address}/{name}"}
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def static(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The setting that leads to static files, which are collected once for all of these sites."""
    folder = tmp_path_factory.mktemp("site")
    done = Installation(folder, **production()).manage("collectstatic", "--no-input", "-v", "0")
    assert done.returncode == 0, done.stderr
    return {"STATIC_ROOT": str(folder / "static")}


@pytest.fixture
def site(tmp_path: Path, cloud: Emulator, database: dict[str, str], static: dict[str, str]) -> Site:
    return installed(tmp_path, cloud, METRICS_TOKEN="made up", **database, **static)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of the test's own, to be stopped and started."""
    with Cluster() as cluster, psycopg.connect(cluster.url("postgres"), autocommit=True) as maintenance:
        maintenance.execute("CREATE DATABASE trainyard")
        maintenance.close()
        yield cluster
