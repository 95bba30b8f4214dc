"""Jobs as a list shows them: only what a row tells, as plain values that are equal when the rows look alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, QuerySet

from jobs.domain import JobStatus, Life
from jobs.models import Job, Organization


class _Shown(NamedTuple):
    viam_id: str
    status: int
    model_name: str
    model_version: str
    is_custom: bool
    model_type: int
    script_id: str
    script_version: str
    dataset_id: str
    created_on: datetime | None
    sorted_on: datetime
    training_started: datetime | None
    training_ended: datetime | None
    gone_at: datetime | None
    usual_seconds: int | None
    error_message: str
    who: str | None
    dataset_name: str = ""


class JobRow(Life, _Shown):
    """A row; `who` is the user name of whose job it is, None for jobs that were started elsewhere."""

    __slots__ = ()

    @property
    def usual(self) -> timedelta | None:
        """How long it is expected to run, while it runs."""
        runs = self.state == JobStatus.IN_PROGRESS and self.usual_seconds is not None and not self.is_over
        return timedelta(seconds=self.usual_seconds or 0) if runs else None

    def __str__(self) -> str:
        return f"{self.model_name} {self.model_version}"


_COLUMNS = [F("submitted_by__username") if name == "who" else name for name in _Shown._fields[:-1]]


def rows_of(organization: Organization, jobs: QuerySet[Job]) -> tuple[JobRow, ...]:
    """The rows of these jobs of the organization, in their order."""
    read = list(jobs.values_list(*_COLUMNS))
    place = _Shown._fields.index("dataset_id")
    wanted = {values[place] for values in read}
    names = dict(organization.datasets.filter(viam_id__in=wanted).values_list("viam_id", "name"))
    return tuple(JobRow._make((*values, names.get(values[place], ""))) for values in read)
