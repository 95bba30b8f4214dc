"""Faults that last as long as in real life, before a site with real intervals: how soon it is true again, who waited.

For `python -m bench.faults`; the tests of this folder are the short versions.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.faults.cloud import FaultyCloud
from tests.faults.network import Network
from tests.faults.site import Site
from tests.faults.submitting import Form
from tests.faults.tabs import Polls, Tabs
from tests.faults.visitor import Visitor

INTERVAL = 5.0
SOON = INTERVAL + 6
HALF_OPEN = 15.0
MAX_P99 = 3.0
WITH_COMPLETE_LIST = 20.0
"""A complete list may take ten seconds until it is given up, the other calls five."""
PATIENCE_SECONDS = 120.0
TABS = 20
OUTCOMES = "SELECT outcome, count(DISTINCT job_id) FROM jobs_auditentry WHERE action = 'job:submit' GROUP BY outcome"


@dataclass(frozen=True, slots=True)
class Trial:
    """`recovered` are the seconds from the end of the fault to a page that is true again, `bound` what they may be."""

    fault: str
    lasted: float
    polls: Polls
    recovered: float | None = None
    bound: float | None = None
    note: str = ""
    is_as_it_should: bool = True

    @property
    def is_good(self) -> bool:
        in_time = self.bound is None or (self.recovered is not None and self.recovered <= self.bound)
        return self.is_as_it_should and in_time and not self.polls.failed and self.polls.p99 < MAX_P99


@dataclass(frozen=True, slots=True)
class Bench:
    """A site with open tabs, where faults are tried one after the other."""

    site: Site
    tabs: Tabs

    def calm(self, seconds: float) -> Trial:
        return Trial("none", seconds, self.tabs.listen(seconds))

    def trial(
        self,
        fault: str,
        broken: AbstractContextManager[object],
        lasts: float,
        bound: float | None = SOON,
        note: Callable[[], str] = lambda: "",
    ) -> Trial:
        """The fault, from a site in good health, and what it takes until it is so again."""
        self.settle()
        began = time.monotonic()
        with broken:
            time.sleep(lasts)
        recovered = self.fresh_after()
        return Trial(fault, lasts, self.tabs.since(began), recovered, bound, note())

    def settle(self) -> None:
        self.site.forgive()
        self.fresh_after()

    def fresh_after(self) -> float:
        """Seconds until the cloud's answer to a question of now or later is what pages show."""
        began, now = time.monotonic(), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        while self.site.stored(FRESH, now) == [(0,)]:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"Not true again after {PATIENCE_SECONDS} seconds.")
            time.sleep(0.05)
        return time.monotonic() - began


FRESH = "SELECT count(*) FROM jobs_organization WHERE slug = 'bolt-robotics' AND problem = '' AND fetched_at > ?"


def expired_tokens(bench: Bench, cloud: FaultyCloud) -> Trial:
    """All tokens at once: how often somebody signs in."""
    bench.settle()
    began, signed_in = time.monotonic(), cloud.count("Authenticate")
    cloud.expire_tokens()
    recovered = bench.fresh_after()
    again = cloud.count("Authenticate") - signed_in
    return Trial(
        "all tokens expired",
        0,
        bench.tabs.since(began),
        recovered,
        SOON,
        f"{again} sign-in",
        is_as_it_should=again == 1,
    )


def killed_refresher(bench: Bench, cloud: FaultyCloud) -> Trial:
    """The process that holds the lease is killed in the middle of a refresh."""
    bench.settle()
    cloud.delay = 3
    while not (owner := bench.site.organization("lease_owner")):
        time.sleep(0.02)
    began = time.monotonic()
    os.kill(int(owner.split(":")[1]), signal.SIGKILL)
    cloud.delay = 0
    recovered = bench.fresh_after()
    polls = bench.tabs.since(began)
    return Trial("the refresher killed", 0, polls, recovered, 60 + INTERVAL + 1, "its lease has to run out")


def lost_answers(bench: Bench, cloud: FaultyCloud, network: Network, count: int) -> Trial:
    """So many submits of which each is executed, and the connection then reset before the answer."""
    bench.settle()
    began = time.monotonic()
    with bench.site.visitor() as visitor:
        cloud.after_submit = network.reset
        _submit(visitor, count)
        cloud.after_submit = lambda: None
    lasted = time.monotonic() - began
    bench.fresh_after()
    while bench.site.stored(OUTCOMES) != [("done", count)]:
        if time.monotonic() - began > lasted + PATIENCE_SECONDS:
            raise TimeoutError(f"Not all were found: {bench.site.stored(OUTCOMES)}")
        time.sleep(0.5)
    most = max(cloud.submitted.values())
    note = f"{sum(cloud.submitted.values()):,} executions, {len(cloud.submitted):,} jobs, all found again"
    is_exact = len(cloud.submitted) == count and most == 1
    recovered = time.monotonic() - began - lasted
    return Trial(
        f"{count:,} lost answers to a submit",
        lasted,
        bench.tabs.since(began),
        recovered,
        note=note,
        is_as_it_should=is_exact,
    )


def _submit(visitor: Visitor, count: int) -> None:
    form = Form.opened_by(visitor)
    for number in range(count):
        answer = form.send(f"lost-{number}")
        if answer.status != 302:
            raise RuntimeError(f"The form answered {answer.status}.")
