"""The cloud is gone: killed, and brought back on the same port; or a port from which nothing ever comes back."""

from __future__ import annotations

import time

from tests.faults.conftest import Away
from tests.faults.network import nobody_answers
from tests.faults.tabs import Tabs, assert_nobody_waited
from tests.faults.watching import RECOVERY_SECONDS, job_ids, wait_for_job, wait_for_warning


def test_a_killed_cloud_is_told_of_and_its_return_is_seen(away: Away) -> None:
    """Row 71: twenty tabs poll through it, no page fails or waits, no job is lost."""
    before = job_ids(away.site)
    with Tabs(away.site, pause=1.0).open(20) as tabs:
        began = time.monotonic()
        away.cloud.kill()
        page = wait_for_warning(away.visitor, "Viam's cloud can't be reached. Showing data from")
        assert set(page.jobs) == before
        time.sleep(4)
        away.cloud.start(jobs=len(before) + 1)
        wait_for_job(away.visitor, _newest(before), RECOVERY_SECONDS)
    assert_nobody_waited(tabs.since(began))
    assert job_ids(away.site) == before | {_newest(before)}


def test_a_job_page_of_a_running_job_tells_of_it_too(away: Away) -> None:
    """Row 71: a bookmarked job page stays, with age and reason."""
    job = "b0".ljust(24, "0")
    away.cloud.kill()
    address = f"/orgs/bolt-robotics/jobs/{job}/"
    page = wait_for_warning(away.visitor, "can't be reached. Showing data from", path=address)
    assert job in page.text


def test_a_stopped_cloud_holds_nobody_up(away: Away) -> None:
    """Row 72: SIGSTOP; its kernel goes on taking what is sent."""
    with Tabs(away.site).open(5) as tabs:
        began = time.monotonic()
        away.cloud.stop()
        time.sleep(4)
        assert away.visitor.get().is_old
        away.cloud.go_on()
        _wait_until_fresh(away, RECOVERY_SECONDS)
    assert_nobody_waited(tabs.since(began))


def test_a_port_that_swallows_every_connection_holds_nobody_up(away: Away) -> None:
    """Row 72: SYNs are dropped."""
    before = job_ids(away.site)
    away.cloud.kill()
    with Tabs(away.site).open(5) as tabs:
        began = time.monotonic()
        with nobody_answers(away.cloud.port):
            wait_for_warning(away.visitor, "Showing data from")
            time.sleep(3)
        away.cloud.start(jobs=len(before) + 1)
        wait_for_job(away.visitor, _newest(before), RECOVERY_SECONDS)
    assert_nobody_waited(tabs.since(began))


def _newest(before: set[str]) -> str:
    return f"b0{len(before):022x}"


def _wait_until_fresh(away: Away, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while away.visitor.get().is_old:
        assert time.monotonic() < deadline, f"Not fresh after {seconds} seconds."
        time.sleep(0.05)
