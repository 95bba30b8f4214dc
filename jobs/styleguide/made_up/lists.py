"""Lists of jobs: rows in every status, with names as people and machines give them, and times of all lengths."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from jobs.domain import STATUS_ORDER, JobStatus, ModelType
from jobs.job_list.active_filters import Chip, Field, FilterForm, StatusChoice
from jobs.job_list.columns import JobRow
from jobs.job_list.facets import FACETS, Choice, Facet
from jobs.job_list.filters import BY_NAME, STATUSES, Filters
from jobs.job_list.service import JobPage
from jobs.models import Job, Organization, SavedView
from jobs.organizations.freshness import Behind, Freshness
from jobs.saved_views.service import View, Views
from jobs.search.service import Destination, Found
from jobs.styleguide.made_up import states
from jobs.styleguide.made_up.people import ANA, BO, HOSTILE
from jobs.styleguide.made_up.states import NEW_STATUS, ago, fresh, lived, stale
from jobs.trained_models.service import ModelEntry

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VERSION = "2026-05-12T10-22-01"
ENDLESS = "a-model-whose-name-was-made-by-a-program-that-knew-no-limit-" * 4
USUAL = {
    "model_name": "bolt-detector",
    "model_version": VERSION,
    "is_custom": False,
    "missing_since": None,
    "usual_seconds": None,
    "model_type": ModelType.OBJECT_DETECTION,
    "script_id": "",
    "script_version": "",
    "error_message": "",
    "dataset_id": "66f0",
    "dataset_name": "bolts-may",
    "who": "bo",
}
CUSTOM: dict[str, Any] = {"is_custom": True, "script_id": "viam:classification-tflite", "script_version": "2024-08-13"}
WRONG = "Traceback (most recent call last):\n  …\nValueError: label 'washer' is in no image of the dataset"
TIMES: list[tuple[timedelta | None, timedelta | None]] = [
    *((SECOND, None), (9 * MINUTE, None), (2 * DAY, None), (SECOND, 4 * SECOND), (MINUTE, 3 * MINUTE)),
    *((20 * SECOND, 38 * MINUTE), (HOUR, HOUR), (3 * HOUR, 10 * MINUTE), (MINUTE, 9 * HOUR), (HOUR, 3 * DAY)),
]


def row(number: int, status: int, *, since: timedelta = 2 * HOUR, **about: Any) -> JobRow:
    queued, ran = about.pop("queued", 9 * MINUTE), about.pop("ran", None)
    times = lived(status, queued, ran, since=since)
    return JobRow(**{**USUAL, **times, "viam_id": f"{number:024x}", **about})


def values(here: Organization) -> dict[str, Any]:
    asked = {"query": "bolt", "kind": "custom", "dataset": "66f0", "statuses": ("failed", "canceled")}
    filters = Filters(**asked, excluded=("pending",), since=date(2026, 5, 1), sort="model", per=25, page=2)  # type: ignore[arg-type]
    shared = SavedView(pk=1, organization=here, owner=BO, name=HOSTILE, is_shared=True)
    own = SavedView(pk=2, organization=here, owner=ANA, name="Night shift")
    return {
        "page": _page(rows(), Filters(), total=len(rows()), freshness=fresh()),
        "second": _page(rows()[4:6], filters, total=60, freshness=stale()),
        "of_all": _of_all(here),
        "bars": [row(100 + at, _status(at, ran), queued=queued, ran=ran) for at, (queued, ran) in enumerate(TIMES)],
        "filters": filters,
        "filter_form": _form(),
        "chosen": rows()[:3],
        "empty": _empty(),
        "found": Found([here], [_named(here, "bolt-detector")], [_named(here, ENDLESS), _named(here, HOSTILE)]),
        "pages": [
            {"label": "Insights", "address": "/", "where": here.name},
            {"label": "Your settings", "address": "/"},
        ],
        "actions": [Destination("New job", "/", here.name), Destination("Dark theme", form="set-theme", theme="dark")],
        "facets": FACETS,
        "facet": Facet("dataset", "Dataset", [Choice("bolts-may", "", 128, True), Choice(HOSTILE, "", 4, False)], True),
        "no_views": Views([View("All", "", True)], [], [], ""),
        "views": Views(
            [View("All", "", True), View("Running", "status=in_progress", False)],
            [View(own.name, "", False, own)],
            [View(shared.name, "", False, shared)],
            "status=failed",
        ),
        "models": _models(),
    }


def rows() -> tuple[JobRow, ...]:
    """One in every status; then what is odd."""
    return (
        row(1, JobStatus.PENDING, queued=40 * SECOND, tags=("baseline", "needs review"), is_starred=True, note_count=2),
        row(2, JobStatus.IN_PROGRESS, queued=20 * SECOND, ran=12 * MINUTE, who="ana", usual_seconds=1200, **CUSTOM),
        row(3, JobStatus.CANCELING, queued=MINUTE, ran=2 * MINUTE),
        row(4, JobStatus.COMPLETED, queued=MINUTE, ran=38 * MINUTE, since=3 * HOUR, **CUSTOM),
        row(5, JobStatus.FAILED, ran=14 * SECOND, since=5 * HOUR, error_message=WRONG, who=None),
        row(6, JobStatus.CANCELED, queued=2 * HOUR, since=DAY, model_type=ModelType.MULTI_LABEL_CLASSIFICATION),
        row(7, JobStatus.UNSPECIFIED, queued=None, model_type=0, dataset_name="", dataset_id=""),
        row(8, NEW_STATUS, queued=MINUTE, ran=30 * HOUR, model_version=""),
        row(9, JobStatus.COMPLETED, ran=9 * HOUR, since=40 * DAY, missing_since=ago(days=2), who="vera"),
        row(
            10,
            JobStatus.IN_PROGRESS,
            ran=8 * HOUR,
            usual_seconds=1200,
            model_name=ENDLESS,
            model_version=ENDLESS,
            dataset_name=ENDLESS,
            tags=("baseline",),
        ),
        row(11, JobStatus.FAILED, ran=2 * MINUTE, error_message=HOSTILE * 9, model_name=HOSTILE, dataset_name=HOSTILE),
        row(12, JobStatus.FAILED, queued=None, model_name="", model_version="", error_message="No words", who=None),
    )


def _status(at: int, ran: timedelta | None) -> JobStatus:
    if ran is None:
        return JobStatus.PENDING
    return JobStatus.IN_PROGRESS if at % 2 else JobStatus.COMPLETED


def _page(jobs: tuple[JobRow, ...], filters: Filters, *, total: int, freshness: Freshness) -> JobPage:
    used = [("q", "bolt"), ("kind", "Custom script"), ("dataset", HOSTILE), ("since", "2026-05-01")]
    chips = tuple(Chip(BY_NAME[name].label, text, "") for name, text in used) if filters.query else ()
    counts = dict(zip(STATUSES, cycle((3, 2, 1, 14, 1204, 0)), strict=False))
    statuses = tuple(
        StatusChoice(word, STATUSES[word], count, word in filters.statuses, word in filters.excluded, "", "", "")
        for word, count in counts.items()
    )
    return JobPage(jobs, filters, statuses, chips, total, -(-total // filters.per), freshness, "")


def _of_all(here: Organization) -> JobPage:
    """A page of all organizations, two of which are behind."""
    behind = (Behind(here.name, ago(hours=3), "Viam's cloud can't be reached."), Behind(HOSTILE, None, ""))
    freshness = Freshness(ago(hours=3), is_stale=True, behind=behind)
    jobs = tuple(job._replace(organization_id=1) for job in (*rows()[1:5], *rows()[9:11]))
    return replace(_page(jobs, Filters(), total=len(jobs), freshness=freshness), is_of_all=True)


def _empty() -> list[JobPage]:
    told = states.values()
    nothing, searched = Filters(), Filters(query="qwertz")
    shown = [(nothing, told["first_load"]), (nothing, told["never_loaded"]), (searched, fresh()), (nothing, fresh())]
    return [_page((), filters, total=0, freshness=freshness) for filters, freshness in shown]


def _named(here: Organization, name: str) -> Job:
    times = lived(JobStatus.COMPLETED, MINUTE, HOUR, since=DAY)
    return Job(pk=len(name), organization=here, viam_id="5be5", model_name=name, model_version=VERSION, **times)


def _form() -> FilterForm:
    known = {"dataset": [("66f0", "bolts-may")], "by": [("me", "Me")], "kind": [*BY_NAME["kind"].choices.items()]}
    asked = {"kind": "custom", "dataset": "66f0", "since": "2026-05-01"}
    names = ("kind", "type", "framework", "dataset", "script", "by", "label", "since", "until")
    fields = [Field(BY_NAME[name], asked.get(name, ""), known.get(name, [])) for name in names]
    return FilterForm([(status.word, str(status.label)) for status in STATUS_ORDER], fields)


def _models() -> list[ModelEntry]:
    return [
        ModelEntry(
            *("bolt-detector", 128, 14, 2, ago(minutes=4), None, None),
            recent=(*STATUS_ORDER, *[JobStatus.COMPLETED] * 4, JobStatus.FAILED, JobStatus.IN_PROGRESS),
        ),
        ModelEntry(ENDLESS, 1, failed=0, active=0, touched_at=ago(days=3), latest=None, last=None),
    ]
