"""PostgreSQL takes nothing for a while: a standby, or a server that its administrator made read-only."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import psycopg
import pytest

from emulator.server import Emulator
from tests.faults.visitor import LIST
from tests.installed import Installation, wait_until
from tests.postgres.cluster import Cluster
from tests.postgres.conftest import on_postgresql
from tests.postgres.installed import INTERVAL, Site, WebServer, installed

pytestmark = on_postgresql

READ_ONLY = "This site's database is read-only."


@pytest.fixture
def server(tmp_path: Path, cloud: Emulator, cluster: Cluster, static: dict[str, str]) -> Iterator[WebServer]:
    site = installed(tmp_path, cloud, DATABASE_URL=cluster.url(), **static)
    with site.web_server() as server, site.refresher():
        yield server


def test_pages_are_read_on_and_say_so_and_actions_are_a_clear_503(cluster: Cluster, server: WebServer) -> None:
    """Row 131: pauses grow, the log has a line for the beginning and one for the end, and all is well afterwards."""
    with server.visitor() as bo:
        jobs = bo.get().jobs
        secret = bo.get(f"{LIST}new/").field("csrfmiddlewaretoken")
        _become(cluster, "on")
        wait_until(lambda: READ_ONLY in bo.get().warning, 20)
        assert bo.poll().status == 200
        assert bo.get().jobs == jobs
        places = (f"{LIST}{jobs[0]}/", f"{LIST}{jobs[0]}/logs/", "/")
        assert [bo.get(place).status for place in places] == [200] * 3
        refused = bo.post(f"{LIST}{jobs[0]}/cancel/", csrfmiddlewaretoken=secret)
        assert (refused.status, READ_ONLY in unescape(refused.text)) == (503, True)
        assert bo.get("/readyz").status == 200
        _become(cluster, "off")
        wait_until(lambda: not bo.get().warning, 8 * INTERVAL + 20)
    said = server.program.said
    assert said.count(READ_ONLY) <= 2
    assert "Traceback" not in said
    assert said.count("WARNING jobs.sync") <= 4, said


def test_a_hot_standby_is_read_and_says_so_until_it_is_promoted(
    tmp_path: Path, cloud: Emulator, cluster: Cluster, static: dict[str, str]
) -> None:
    """Row 131: pages, probes and actions of a site whose database is in recovery; a failover needs no restart."""
    primary = installed(tmp_path, cloud, DATABASE_URL=cluster.url(), **static)
    with cluster.standby() as standby:
        settings = {**primary.installation.environment, "DATABASE_URL": standby.url()}
        site = Site(Installation(tmp_path, **settings), primary.session)
        with site.web_server() as server, site.refresher(), server.visitor() as bo:
            wait_until(lambda: bo.get().status == 200, 20)
            jobs = bo.get().jobs
            wait_until(lambda: READ_ONLY in bo.get().warning, 20)
            assert jobs
            places = (f"{LIST}{jobs[0]}/", f"{LIST}{jobs[0]}/logs/", f"{LIST}new/", "/", "/readyz", "/healthz")
            assert [bo.get(place).status for place in places] == [200] * len(places)
            secret = bo.get(f"{LIST}new/").field("csrfmiddlewaretoken")
            refused = bo.post(f"{LIST}{jobs[0]}/cancel/", csrfmiddlewaretoken=secret)
            assert (refused.status, READ_ONLY in unescape(refused.text)) == (503, True)
            standby.promote()
            wait_until(lambda: not bo.get().warning, 60 + 20)
        assert "Traceback" not in server.program.said, server.program.said


def _become(cluster: Cluster, read_only: str) -> None:
    """For connections from now on; those of now are ended."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as database:
        database.execute("SET default_transaction_read_only = off")
        database.execute(f"ALTER DATABASE trainyard SET default_transaction_read_only = {read_only}")
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'trainyard'")
