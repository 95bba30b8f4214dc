"""The cloud takes a submit, and its answer never arrives: the job exists once, and the site finds it."""

from __future__ import annotations

from tests.faults.conftest import Stage
from tests.faults.submitting import Form
from tests.installed import wait_until

# Of the fifty alone: the site is shared with tests that may have come before.
OUTCOMES = """SELECT outcome, count(DISTINCT job_id) FROM jobs_auditentry
    WHERE action = 'job:submit' AND subject LIKE 'lost-%' GROUP BY outcome"""


def test_fifty_lost_answers_are_fifty_jobs(stage: Stage) -> None:
    """Row 67: each connection is reset after the cloud has executed; a thousand in `bench.faults`."""
    stage.cloud.after_submit = stage.network.reset
    form = Form.opened_by(stage.visitor)
    names = [f"lost-{number}" for number in range(50)]
    for name in names:
        page = form.outcome(form.send(name))
        # By the time it is looked at, the job may have been found.
        assert page.status == 302 or "Outcome unknown" in page.text
    stage.cloud.after_submit = lambda: None
    wait_until(lambda: stage.site.stored(OUTCOMES) == [("done", 50)])
    assert {name: stage.cloud.submitted[name] for name in names} == dict.fromkeys(names, 1)


def test_a_form_sent_again_after_a_lost_answer_sends_nothing(stage: Stage) -> None:
    """Rows 66 and 67: back, reload, and the browser sends the same form once more."""
    stage.cloud.after_submit = stage.network.reset
    form = Form.opened_by(stage.visitor)
    pages = [form.send("sent-again").headers["location"] for _ in range(3)]
    assert len(set(pages)) == 1
    assert stage.cloud.submitted["sent-again"] == 1
