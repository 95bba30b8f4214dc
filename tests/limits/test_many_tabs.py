"""Many open tabs on one site: nobody is lost, and the cloud notices none of them."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bench.load import Load, polled
from bench.served import Server
from protos import ml_training_pb2 as ml
from tests.faults.cloud import FaultyCloud
from tests.faults.site import Site
from tests.faults.visitor import Visitor
from tests.faults.watching import wait_for_job

PASSES_A_MINUTE = 12
CALLS_OF_A_PASS = 3
"""One for each status in which something moves."""
SPARE = 2
"""Passes at the edges of what is looked at: one that was due at its beginning, one at its end."""
SLOWEST_MS = 5_000
TABS_AT_ONCE = 60


def test_many_tabs_ask_the_cloud_no_more_than_one(site: Site, cloud: FaultyCloud) -> None:
    """Row 92: two workers, every tenth poll finds a change; ten minutes of it are a matter of `make bench`."""
    _settle(site, cloud)
    seconds, before, began = 15.0, _lists(cloud), time.monotonic()
    load = _polled(site, tabs=200, seconds=seconds, changed_every=10)
    passes = (_lists(cloud) - before) / CALLS_OF_A_PASS
    assert passes <= PASSES_A_MINUTE * (time.monotonic() - began) / 60 + SPARE
    assert load.changed >= 200 * seconds / 5 / 10
    _assert_nobody_is_lost(load)


def test_a_thousand_tabs_that_nothing_happens_to_are_all_answered(site: Site, cloud: FaultyCloud) -> None:
    """Row 93; five thousand are a matter of `make bench`."""
    _settle(site, cloud)
    load = _polled(site, tabs=1_000, seconds=6, changed_every=0)
    assert load.changed + load.unchanged == 1_200
    assert load.unchanged > load.changed
    _assert_nobody_is_lost(load)


def test_all_tabs_see_a_change_in_the_same_second(site: Site, cloud: FaultyCloud) -> None:
    """Row 94: each gets the list with the newcomer, and all get the same one."""
    _settle(site, cloud)
    with ExitStack() as stack, ThreadPoolExecutor(TABS_AT_ONCE) as pool:
        tabs = [stack.enter_context(site.visitor()) for _ in range(TABS_AT_ONCE)]
        list(pool.map(Visitor.poll, tabs))
        newcomer = cloud.add_job(status=ml.TRAINING_STATUS_PENDING)
        wait_for_job(tabs[0], newcomer.id, 20)
        answers = list(pool.map(Visitor.poll, tabs))
    assert Counter(answer.status for answer in answers) == {200: TABS_AT_ONCE}
    assert all(newcomer.id in answer.jobs for answer in answers)
    assert len({answer.headers["hx-ptag"] for answer in answers}) == 1
    assert max(answer.seconds for answer in answers) < SLOWEST_MS / 1000


def _settle(site: Site, cloud: FaultyCloud) -> None:
    """Somebody looks, and has seen all that there is."""
    with site.visitor() as visitor:
        wait_for_job(visitor, cloud.add_job(status=ml.TRAINING_STATUS_PENDING).id, 20)


def _polled(site: Site, *, tabs: int, seconds: float, changed_every: int) -> Load:
    server = Server(site.port, site.server, f"trainyard-session={site.session}")
    return polled(server, tabs=tabs, seconds=seconds, changed_every=changed_every)


def _lists(cloud: FaultyCloud) -> int:
    return cloud.count("ListTrainingJobs")


def _assert_nobody_is_lost(load: Load) -> None:
    assert (load.lost, load.failed) == (0, 0), load.told
    assert load.p99_ms < SLOWEST_MS, load.told
