"""How organizations stand, and the first steps on a site that has none yet."""

from __future__ import annotations

from typing import Any

from jobs.api_keys.key_states import KeyState
from jobs.domain import STATUS_ORDER, JobStatus, Role
from jobs.models import ApiKey, Organization
from jobs.onboarding.service import INVITE, START, Guide, Step
from jobs.organizations.freshness import Freshness
from jobs.organizations.service import Latest, Standing
from jobs.permissions import Access
from jobs.styleguide.made_up.jobs import job
from jobs.styleguide.made_up.lists import MINUTE, WRONG
from jobs.styleguide.made_up.people import HOSTILE, organization
from jobs.styleguide.made_up.states import fresh, problem, stale

LONG = "The organization with the longest name that anybody has ever typed into a field that was meant for less"
CHOOSE = "Choose which organizations to show"
COUNTS = {JobStatus.IN_PROGRESS: 3, JobStatus.PENDING: 2, JobStatus.CANCELING: 1, JobStatus.FAILED: 14}


def values(here: Organization) -> dict[str, Any]:
    guides = [_first_steps(), _loading(here), _last_step(here)]
    return {"standings": _standings(here), "guides": guides, "watched": [here]}


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
    others = [_standing(one, counts, age) for one, counts, age in told]
    return [Standing(Access(here, Role.OWNER), all_counts, 1227, latest, fresh()), *others]


def _standing(one: Organization, counts: list[tuple[JobStatus, int]], age: Freshness) -> Standing:
    return Standing(Access(one, Role.OWNER), counts, sum(count for _, count in counts), Latest(), age)


def _first_steps() -> Guide:
    return Guide(
        (
            *_connected(),
            Step("choose", CHOOSE, trouble="This key has no access to any organization.", key=KeyState(ApiKey())),
            Step("start", START),
            Step("invite", INVITE),
        )
    )


def _loading(here: Organization) -> Guide:
    start = Step("start", START, is_loading=True, place=here)
    return Guide((*_connected(), Step("choose", CHOOSE, told=f"Shown: {here.name}"), start, Step("invite", INVITE)))


def _last_step(here: Organization) -> Guide:
    """Once there is a job, the rest may be put away."""
    done = Step("choose", CHOOSE, told=f"Shown: {here.name}"), Step("start", START, told="Jobs so far: 1,227")
    return Guide((*_connected(), *done, Step("invite", INVITE, place=here)))


def _connected() -> tuple[Step, Step]:
    made = Step("make", "Create an API key in Viam's app", told="API key created in Viam's app")
    return made, Step("connect", "Connect it", told=f"Connected: {HOSTILE}")
