"""Several processes on one database, as on several hosts: they share the work, and the cloud notices one of them."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack

from emulator.server import Emulator
from tests.faults.holdings import holdings_of
from tests.faults.visitor import Visitor
from tests.installed import wait_until
from tests.postgres.installed import INTERVAL, Site

SECONDS = 8.0
CALLS_OF_A_PASS = 3
KEY = re.compile(r"/settings/keys/[0-9a-f-]{36}/")
CALLS = re.compile(r'^trainyard_cloud_call_seconds_count{method="ListTrainingJobs",code="\w+"} (\d+)$', re.MULTILINE)


def test_two_web_servers_and_a_refresher_ask_once_per_interval(cloud: Emulator, site: Site) -> None:
    """Row 81."""
    with ExitStack() as stack:
        servers = [stack.enter_context(site.web_server()) for _ in range(2)]
        stack.enter_context(site.refresher())
        visitors = [stack.enter_context(server.visitor()) for server in servers]
        _look(visitors, seconds=2 * INTERVAL)
        cloud.calls.reset()
        _look(visitors, seconds=SECONDS)
    passes = cloud.calls["ListTrainingJobs"] / CALLS_OF_A_PASS
    assert SECONDS / INTERVAL / 2 < passes <= SECONDS / INTERVAL + 1


def test_one_answer_tells_of_all_processes(cloud: Emulator, site: Site) -> None:
    """Whichever web server Prometheus reaches: `manage.py connect` called, too, and `manage.py refresh` has no port."""
    with ExitStack() as stack:
        servers = [stack.enter_context(site.web_server()) for _ in range(2)]
        stack.enter_context(site.refresher())
        visitors = [stack.enter_context(server.visitor()) for server in servers]
        _look(visitors, seconds=2 * INTERVAL)
        for visitor in visitors:
            before = cloud.calls["ListTrainingJobs"]
            told = visitor.get("/metrics", Authorization="Bearer made up").text
            assert before <= sum(map(int, CALLS.findall(told))) <= cloud.calls["ListTrainingJobs"]


def test_a_removed_key_leaves_the_other_process_too(cloud: Emulator, site: Site) -> None:
    """Row 35: removed in a web server, its connection ends in the refresher, within an interval."""
    port = int(cloud.address.rpartition(":")[2])
    with site.refresher() as refresher, site.web_server() as server, server.visitor() as visitor:
        wait_until(lambda: holdings_of(refresher.process.pid, port).connections == 1)
        key = KEY.search(visitor.get("/settings/keys/").text)
        assert key
        page = visitor.get(f"{key[0]}remove/")
        removed = visitor.post(f"{key[0]}remove/", csrfmiddlewaretoken=page.field("csrfmiddlewaretoken"))
        assert removed.status == 302
        wait_until(lambda: holdings_of(refresher.process.pid, port).connections == 0, INTERVAL + 20)
        calls = cloud.calls["ListTrainingJobs"]
        time.sleep(2 * INTERVAL)
        assert cloud.calls["ListTrainingJobs"] == calls


def _look(visitors: list[Visitor], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert {visitor.poll().status for visitor in visitors} <= {200, 204}
        time.sleep(0.1)
