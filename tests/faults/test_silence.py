"""Connections that stay open and carry nothing, answers that break off or are late: nobody who looks waits for them."""

from __future__ import annotations

import time

from tests.faults.conftest import Stage
from tests.faults.tabs import Tabs, assert_nobody_waited
from tests.faults.watching import (
    HALF_OPEN_SECONDS,
    KNOWN_FOR_LONG,
    RECOVERY_SECONDS,
    job_ids,
    wait_for_job,
    wait_for_warning,
)


def test_a_connection_that_carries_nothing_is_left(stage: Stage) -> None:
    """Row 72: half-open. The connections of now are dead, new ones work."""
    with Tabs(stage.site).open(5) as tabs:
        began = time.monotonic()
        stage.network.freeze()
        newcomer = stage.cloud.add_job()
        wait_for_job(stage.visitor, newcomer.id, HALF_OPEN_SECONDS)
    assert_nobody_waited(tabs.since(began))
    assert job_ids(stage.site) >= KNOWN_FOR_LONG


def test_a_cloud_that_accepts_and_never_answers_is_told_of(stage: Stage) -> None:
    """Row 72: a black hole behind an open port."""
    with Tabs(stage.site).open(5) as tabs:
        began = time.monotonic()
        stage.network.silence()
        wait_for_warning(stage.visitor, "Viam's cloud did not answer in time. Showing data from", seconds=15)
        stage.network.heal()
        wait_for_job(stage.visitor, stage.cloud.add_job().id, HALF_OPEN_SECONDS)
    assert_nobody_waited(tabs.since(began))


def test_an_answer_that_breaks_off_in_the_middle_is_no_answer(stage: Stage) -> None:
    """Row 71: RST in mid-answer, again and again; what is here stays whole."""
    stage.network.reset_after(1_000)
    wait_for_warning(stage.visitor, "Viam's cloud can't be reached. Showing data from")
    assert job_ids(stage.site) >= KNOWN_FOR_LONG
    stage.network.heal()
    wait_for_job(stage.visitor, stage.cloud.add_job().id, RECOVERY_SECONDS)


def test_one_reset_is_not_even_seen(stage: Stage) -> None:
    """Row 71: a connection lost between two calls is made again, without a word on the page."""
    stage.network.reset()
    wait_for_job(stage.visitor, stage.cloud.add_job().id, RECOVERY_SECONDS)
    assert stage.site.organization("failures") == 0


def test_slow_answers_slow_no_page(stage: Stage) -> None:
    """Row 96: half a second a call."""
    with Tabs(stage.site).open(5) as tabs:
        calm = tabs.listen(1.5)
        stage.cloud.delay = 0.5
        slow = tabs.listen(3)
        assert stage.visitor.get().jobs
    assert_nobody_waited(slow)
    assert slow.median < 3 * calm.median + 0.05
