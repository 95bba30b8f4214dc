"""Several jobs at once: a run under way, one that waits for its turn, and one that stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jobs.bulk.service import Progress
from jobs.domain import JobStatus
from jobs.models import BulkItem, BulkRun, Organization
from jobs.styleguide.made_up.jobs import job
from jobs.styleguide.made_up.lists import ENDLESS, MINUTE
from jobs.styleguide.made_up.people import ANA

State = BulkItem.State
STOPPED = {"verb": "cancel", "state": "stopped", "words": "The key is refused."}


def values(here: Organization) -> dict[str, Any]:
    running = BulkRun(pk=1, organization=here, actor=ANA, actor_name="ana", verb="resubmit", reason="More epochs")
    queued = BulkRun(pk=3, organization=here, actor=ANA, actor_name="ana", verb="cancel")
    stopped = BulkRun(pk=2, organization=here, actor_name="bo", **STOPPED)
    return {
        "running": _progress(here, running, [State.DONE, State.STARTED, State.REFUSED, State.UNKNOWN, State.WAITING]),
        "waiting": replace(_progress(here, queued, [State.WAITING]), is_waiting=True),
        "stopped": _progress(here, stopped, [State.DONE, State.UNKNOWN, State.WAITING]),
    }


def _progress(here: Organization, run: BulkRun, states: list[State]) -> Progress:
    words = {State.REFUSED: "container tf:2.9 is no longer supported", State.UNKNOWN: "no answer in time"}
    jobs = [job(here, 30 + at, JobStatus.FAILED, MINUTE) for at, _ in enumerate(states)]
    jobs[-1].model_name = ENDLESS
    items = [
        BulkItem(pk=at, run=run, job=one, number=at, state=state, words=words.get(state, ""))
        for at, (one, state) in enumerate(zip(jobs, states, strict=True), 1)
    ]
    items[0].made_id = "5be5" if run.verb == "resubmit" else ""
    return Progress(
        run, items, {state.value: states.count(state) for state in State}, timezone.now() + timedelta(minutes=9)
    )
