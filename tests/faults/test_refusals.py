"""The cloud answers, and says no: each no is told in its words, keeps what is here, and is not asked for in a loop."""

from __future__ import annotations

import time

import pytest
from grpc import StatusCode

from tests.faults.cloud import EVERY
from tests.faults.conftest import Stage
from tests.faults.tabs import Tabs, assert_nobody_waited
from tests.faults.watching import KNOWN_FOR_LONG, RECOVERY_SECONDS, job_ids, wait_for_job, wait_for_warning
from tests.viam.small_cloud import Refusal

FAILURES = [StatusCode.UNAVAILABLE, StatusCode.INTERNAL]


@pytest.mark.parametrize("code", FAILURES, ids=lambda code: code.name)
def test_a_storm_is_told_with_the_cloud_s_words_and_passes(stage: Stage, code: StatusCode) -> None:
    """Row 77: whatever was asked for, nothing is lost, and all is well soon after."""
    with Tabs(stage.site).open(5) as tabs:
        began = time.monotonic()
        stage.cloud.refusals[EVERY] = Refusal(code, "upstream connect error")
        page = wait_for_warning(stage.visitor, "Viam's cloud can't be reached. Showing data from")
        assert "upstream connect error" in page.warning
        stage.cloud.refusals.clear()
        wait_for_job(stage.visitor, stage.cloud.add_job().id, RECOVERY_SECONDS)
    assert_nobody_waited(tabs.since(began))
    assert job_ids(stage.site) >= KNOWN_FOR_LONG


def test_too_many_calls_are_followed_by_none_for_a_while(stage: Stage) -> None:
    """Row 76: RESOURCE_EXHAUSTED is a wish to be left alone."""
    stage.cloud.refusals[EVERY] = Refusal(StatusCode.RESOURCE_EXHAUSTED, "quota of calls is used up")
    wait_for_warning(stage.visitor, "Viam asked us to slow down. Showing data from")
    asked = len(stage.cloud.seen)
    time.sleep(1.5)
    assert len(stage.cloud.seen) == asked


def test_an_answer_that_is_too_large_names_the_setting_and_is_not_asked_for_again_at_once(stage: Stage) -> None:
    """Row 76: two MiB do not fit into one; what is here stays."""
    stage.cloud.add_job(container_version="x" * 2**21)
    wait_for_warning(stage.visitor, "The answer is larger than VIAM_RECEIVE_LIMIT_MIB allows.")
    asked = len(stage.cloud.seen)
    assert job_ids(stage.site) >= KNOWN_FOR_LONG
    time.sleep(1.5)
    assert len(stage.cloud.seen) == asked


@pytest.mark.parametrize("code", [StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED], ids=lambda c: c.name)
def test_a_key_that_is_refused_is_left_alone_and_its_owners_are_told(stage: Stage, code: StatusCode) -> None:
    """Row 75: one attempt, then none for five minutes; the page of keys says which key, and why."""
    stage.cloud.refusals["Authenticate"] = Refusal(code, "failed to authenticate")
    stage.cloud.expire_tokens()
    wait_for_warning(stage.visitor, "Viam rejected this API key. Showing data from")
    asked = stage.cloud.count("Authenticate")
    time.sleep(1.5)
    assert stage.cloud.count("Authenticate") == asked
    assert stage.site.organization("(julianday(due_at) - julianday('now')) * 86400") > 290
    assert "Failing since" in (page := stage.visitor.get("/settings/keys/").text)
    assert "failed to authenticate" in page


def test_a_key_that_is_refused_at_every_call_makes_no_loop(stage: Stage) -> None:
    """Row 74: signing in works, and the token is refused all the same: once more, then no more."""
    stage.cloud.refusals["ListTrainingJobs"] = Refusal(StatusCode.UNAUTHENTICATED, "token of another world")
    signed_in = stage.cloud.count("Authenticate")
    wait_for_warning(stage.visitor, "Viam rejected this API key. Showing data from")
    time.sleep(1)
    assert stage.cloud.count("Authenticate") == signed_in + 1
    assert stage.site.stored("SELECT problem FROM jobs_apikey WHERE label = 'cloud 0'") == [("refused",)]


def test_a_right_that_is_missing_is_told_and_asked_for_rarely(stage: Stage) -> None:
    """Row 75: signed in, but not allowed to list."""
    stage.cloud.refusals["ListTrainingJobs"] = Refusal(StatusCode.PERMISSION_DENIED, "owners only")
    page = wait_for_warning(stage.visitor, "the API key needs the role Organization Owner. Showing data from")
    assert "owners only" in page.warning
    assert "Working since" in stage.visitor.get("/settings/keys/").text
    asked = len(stage.cloud.seen)
    time.sleep(1.5)
    assert len(stage.cloud.seen) == asked


def test_a_cloud_that_does_not_offer_training_is_told_of(stage: Stage) -> None:
    """UNIMPLEMENTED: an older cloud, or a wrong address."""
    stage.cloud.refusals["ListTrainingJobs"] = Refusal(StatusCode.UNIMPLEMENTED, "unknown method")
    wait_for_warning(stage.visitor, "This cloud does not offer that. Showing data from")
