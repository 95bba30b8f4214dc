"""How organizations stand, and the first steps on a site that has none yet."""

from __future__ import annotations

from typing import Any

from jobs.domain import STATUS_ORDER, JobStatus
from jobs.models import ApiSettings, Organization
from jobs.services import Freshness, KeyState, Standing
from jobs.services.guide import Guide, Step
from jobs.services.latest import Latest
from jobs.styleguide.made_up.jobs import job
from jobs.styleguide.made_up.lists import MINUTE, WRONG
from jobs.styleguide.made_up.people import HOSTILE, organization
from jobs.styleguide.made_up.states import fresh, problem, stale

LONG = "The organization with the longest name that anybody has ever typed into a field that was meant for less"
COUNTS = {JobStatus.IN_PROGRESS: 3, JobStatus.PENDING: 2, JobStatus.CANCELING: 1, JobStatus.FAILED: 14}


def values(here: Organization) -> dict[str, Any]:
    loading = Step("start", "Start the first job", is_loading=True, place=here)
    return {"standings": _standings(here), "steps": _steps(here), "loading": loading, "watched": [here]}


def _standings(here: Organization) -> list[Standing]:
    all_counts = [(status, COUNTS.get(status, 1204)) for status in STATUS_ORDER]
    failed = job(here, 63, JobStatus.FAILED, MINUTE, error_message=WRONG)
    latest = Latest([job(here, 61, JobStatus.IN_PROGRESS, MINUTE), job(here, 62, JobStatus.PENDING)], [failed])
    told: list[tuple[Organization, list[tuple[JobStatus, int]], Freshness]] = [
        (organization(LONG, pk=2, slug="long"), all_counts[:2], problem("refused", wants_key=True)),
        (organization(HOSTILE, pk=3, slug="hostile", region=""), [], stale()),
        (organization("Quiet Greenhouse", pk=4, slug="quiet"), [], fresh()),
        (organization("New Harbour", pk=5, slug="new", fetched_at=None), [], Freshness(None, is_stale=False)),
    ]
    others = [Standing(one, counts, sum(count for _, count in counts), Latest(), age) for one, counts, age in told]
    return [Standing(here, all_counts, 1227, latest, fresh()), *others]


def _steps(here: Organization) -> Guide:
    key = KeyState(ApiSettings(label="Bolt's key"))
    return Guide(
        (
            Step("make", "Make an API key in Viam", told="A key was made."),
            Step("connect", "Connect it", told="Bolt's key is connected."),
            Step("choose", "Choose organizations", trouble="This key sees no organization.", words="none", key=key),
            Step("start", "Start the first job", place=here),
            Step("invite", "Invite your team", place=here),
        )
    )
