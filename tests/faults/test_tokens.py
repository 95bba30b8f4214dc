"""All tokens expire at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.faults.conftest import Stage
from tests.faults.visitor import Answer
from tests.faults.watching import RECOVERY_SECONDS, wait_for_job

LABELS = "/orgs/bolt-robotics/jobs/new/labels/?dataset=d5"


def test_everybody_needs_a_new_token_and_one_is_fetched(stage: Stage) -> None:
    """Row 74: eight tabs ask the cloud in the same moment, and one of them signs in for all."""
    signed_in = stage.cloud.count("Authenticate")
    stage.cloud.expire_tokens()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _ask(stage), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert stage.cloud.count("Authenticate") == signed_in + 1


def test_an_expired_token_is_no_trouble_for_who_looks(stage: Stage) -> None:
    """Row 74: the refresh goes on with the next token, without a word on the page."""
    stage.cloud.expire_tokens()
    wait_for_job(stage.visitor, stage.cloud.add_job().id, RECOVERY_SECONDS)
    assert stage.site.organization("failures") == 0


def _ask(stage: Stage) -> Answer:
    """The labels of a dataset: one of the few pages that ask the cloud while somebody waits."""
    with stage.site.visitor() as visitor:
        return visitor.get(LABELS)
