"""Models: every version with the job that made it, and the failures on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.db.models import Count, F, FloatField, Max, OuterRef, Q, Subquery, Window
from django.db.models.functions import Cast, NullIf, RowNumber

from jobs.domain import ACTIVE_STATUSES, JobStatus, success_rate
from jobs.job_list.columns import JobRow, rows_of
from jobs.models import Job, Organization, TrainedOn, trained_on
from jobs.ui.text import words_of

MAX_VERSIONS = 500
MODELS_A_PAGE = 100
# Of each model so many of its last jobs are drawn beside it.
MAX_RECENT = 12
COMPLETED, FAILED = (Count("id", filter=Q(status=status)) for status in (JobStatus.COMPLETED, JobStatus.FAILED))
SUCCESS = Cast(COMPLETED, FloatField()) / NullIf(Cast(COMPLETED + FAILED, FloatField()), 0.0)
SORTS = {
    "": F("touched_at").desc(),
    "last": F("touched_at").asc(),
    "model": F("model_name").asc(),
    "-model": F("model_name").desc(),
    "success": F("success").asc(nulls_last=True),
    "-success": F("success").desc(nulls_last=True),
}
"""By the word in addresses: those touched last first, when nothing else is asked for."""
VIAM = "app.viam.com"
# Of what has an address in Viam's registry: it takes the organization's id or its namespace.
REGISTERED = re.compile(r"[A-Za-z0-9_-]+[/:][A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model by its name: how many jobs made it, failed or run, the newest version that is ready, and the last job."""

    name: str
    versions: int
    failed: int
    active: int
    touched_at: datetime | None
    latest: Job | None
    last: Job | None
    # How its last jobs stand, the newest last.
    recent: tuple[JobStatus, ...] = ()

    @property
    def success_rate(self) -> float | None:
        """Of its jobs that completed or failed, how many completed; None when there are none."""
        return success_rate(self.versions, self.failed)


@dataclass(frozen=True, slots=True)
class ModelPage:
    """All jobs of one model, newest first, where Viam shows it, and what its newest version was trained on."""

    name: str
    jobs: tuple[JobRow, ...]
    total: int
    registry_url: str
    newest: Job | None = None
    trained_on: TrainedOn | None = None


@dataclass(frozen=True, slots=True)
class ModelList:
    """A page of an organization's models; pages count from 1."""

    models: list[ModelEntry]
    page: int
    has_more: bool


def list_models(organization: Organization, query: str = "", page: int = 1, sort: str = "") -> ModelList:
    """By name, in the order of `sort`; jobs that vanished from the cloud count: their models are still there."""
    found = organization.jobs.exclude(model_name="")
    for word in words_of(query):
        found = found.filter(model_name__icontains=word)
    touched = found.order_by().values("model_name").annotate(touched_at=Max("sorted_on"))
    if "success" in sort:
        touched = touched.annotate(success=SUCCESS)
    start = (page - 1) * MODELS_A_PAGE
    ordered = touched.order_by(SORTS[sort], "model_name").values_list("model_name", flat=True)
    names = list(ordered[start : start + MODELS_A_PAGE + 1])
    return ModelList(_entries(organization, names[:MODELS_A_PAGE]), page, len(names) > MODELS_A_PAGE)


def _entries(organization: Organization, names: list[str]) -> list[ModelEntry]:
    """In this order."""
    found = organization.jobs.filter(model_name__in=names)
    of_it = organization.jobs.filter(model_name=OuterRef("model_name"))
    newest = of_it.filter(status=JobStatus.COMPLETED)
    counted = (
        found.order_by()
        .values("model_name")
        .annotate(
            versions=COMPLETED,
            failed=FAILED,
            active=Count("id", filter=Q(status__in=ACTIVE_STATUSES, missing_since=None)),
            touched_at=Max("sorted_on"),
            last=Subquery(of_it.order_by("-sorted_on", "-id").values("pk")[:1]),
            latest=Subquery(newest.order_by("-sorted_on").values("pk")[:1]),
        )
    )
    of_name = {row["model_name"]: row for row in counted}
    recent = _recent(organization, names)
    rows = [of_name[name] for name in names if name in of_name]
    jobs = Job.objects.select_related("organization").in_bulk(
        {row[of] for row in rows for of in ("last", "latest")} - {None}
    )
    return [
        ModelEntry(
            row["model_name"],
            row["versions"],
            row["failed"],
            row["active"],
            row["touched_at"],
            jobs.get(row["latest"]),
            jobs.get(row["last"]),
            tuple(recent.get(row["model_name"], ())),
        )
        for row in rows
    ]


def _recent(organization: Organization, names: list[str]) -> dict[str, list[JobStatus]]:
    order = Window(RowNumber(), partition_by=F("model_name"), order_by=(F("sorted_on").desc(), F("id").desc()))
    jobs = organization.jobs.filter(model_name__in=names).annotate(place=order).filter(place__lte=MAX_RECENT)
    found: dict[str, list[JobStatus]] = {}
    for name, status in jobs.order_by("-place").values_list("model_name", "status"):
        found.setdefault(name, []).append(JobStatus(status))
    return found


def get_model(organization: Organization, name: str) -> ModelPage:
    """Raises Job.DoesNotExist when no job ever made a model of this name."""
    jobs = organization.jobs.filter(model_name=name).order_by("-sorted_on", "-id")
    shown = rows_of(organization, jobs[:MAX_VERSIONS])
    if not shown:
        raise Job.DoesNotExist
    ready = jobs.exclude(synced_model_id="").values_list("synced_model_id", flat=True).first()
    newest = jobs.filter(status=JobStatus.COMPLETED).first()
    known = trained_on(organization, [newest.viam_id]).get(newest.viam_id) if newest else None
    return ModelPage(name, shown, jobs.count(), registry_url(organization, name, ready or ""), newest, known)


def registry_url(organization: Organization, name: str, told: str) -> str:
    """Viam's page of the model (viam.md, section 8); empty until a version of it is ready.

    `told`, a job's `synced_model_id`, is `<organization>/<name>`; its exact form is not documented, so that anything
    else falls back to the same address made from what we know.
    """
    if not told or not _is_viams(organization):
        return ""
    path = told if REGISTERED.fullmatch(told) else f"{organization.viam_id}/{quote(name, safe='')}"
    return f"https://{VIAM}/ml-model/{path.replace(':', '/')}"


def script_url(organization: Organization, script_id: str) -> str:
    """Viam's page of a training script, `<namespace or organization's id>:<name>`; empty for what looks otherwise."""
    if not REGISTERED.fullmatch(script_id) or not _is_viams(organization):
        return ""
    return f"https://{VIAM}/ml-training/{script_id.replace(':', '/')}"


def _is_viams(organization: Organization) -> bool:
    """Whether its cloud is Viam's own: of another one no pages are known."""
    return organization.endpoint.rpartition(":")[0] == VIAM
