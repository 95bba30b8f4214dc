"""What is told of each job of a list, in one table: headings, sorting, what can be hidden, CSV and JSON follow from it.

Cells are in templates/job_list/_row.html, made of the rows below, and their widths in static/css/list.css.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now

from jobs.domain import GONE, STATUS_ORDER, UNKNOWN, JobStatus, Life, without_secrets
from jobs.models import NO_MARKS, Job, Marks, Natural, marks_of
from jobs.permissions import AllOrganizations, Listed

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Column:
    """A row of the table. Addresses, profiles and style sheets have `word`, CSV and JSON `name`, both for ever."""

    word: str
    # Above the list; without one it is no column there.
    heading: str = ""
    # What a list is sorted by, and whether from the last to the first when nobody asks otherwise.
    order: Any = None
    is_last_first: bool = False
    # Without the others a row doesn't say which job it is, how it does, and what can be done about it.
    is_optional: bool = False
    # What programs and spreadsheets get, a JSON Schema of it, and its name where it is not the word.
    value: Callable[[Job], Any] | None = None
    # The same of what people attached to the job, for who asks.
    mark: Callable[[Marks], Any] | None = None
    schema: Schema = field(default_factory=lambda: TEXT)
    told_as: str = ""

    @property
    def can_sort(self) -> bool:
        return self.order is not None

    @property
    def is_told(self) -> bool:
        return self.value is not None or self.mark is not None

    @property
    def name(self) -> str:
        return self.told_as or self.word


def _status(job: Job) -> str:
    return GONE if job.missing_since else job.state.word


def _time(attribute: str) -> Callable[[Job], str | None]:
    """ISO 8601 in UTC, None where there is none yet."""

    def value(job: Job) -> str | None:
        moment: datetime | None = getattr(job, attribute)
        return moment.isoformat() if moment else None

    return value


def _user_name(job: Job) -> str | None:
    return job.submitted_by.get_username() if job.submitted_by else None


_STATUS = {
    "enum": [*(status.word for status in STATUS_ORDER), UNKNOWN, GONE],
    "description": "gone: no longer in Viam's cloud.",
}
_ARGUMENTS = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": "By name; the value of one whose name looks like a secret's is [hidden].",
}
_PERSON = {
    "type": ["string", "null"],
    "description": "The user name of whose job it is; null for jobs started outside Trainyard.",
}

# The end of what is shown as a job's time (Life.spans): of one that goes on it is now, of some it isn't known.
_FINAL = [status.value for status in JobStatus if status.is_final]


def _lasting(now: Any) -> Any:
    goes_on = Case(When(status__in=_FINAL, then=Value(None)), default=now)
    return Coalesce("training_ended", "missing_since", goes_on) - F("training_started")


# In the order in which they stand in a list, and in CSV and JSON.
COLUMNS = (
    Column("id", value=attrgetter("viam_id")),
    Column("status", "Status", F("status"), value=_status, schema=_STATUS),
    Column("model", "Model", Natural("model_name"), value=attrgetter("model_name")),
    Column("version", order=Natural("model_version"), value=attrgetter("model_version")),
    Column(
        *("organization", "Organization", Natural("organization__name")),
        value=attrgetter("organization.slug"),
        schema={**TEXT, "description": "As in the addresses of its pages."},
    ),
    Column("training", "Training", Natural("script_id"), is_optional=True),
    Column("kind", value=lambda job: "custom" if job.is_custom else "managed", schema={"enum": ["managed", "custom"]}),
    Column("type", value=lambda job: job.type.word),
    Column("framework", value=lambda job: job.framework.word),
    Column(
        *("dataset", "Dataset", F("dataset_id")),
        is_optional=True,
        value=attrgetter("dataset_id"),
        told_as="dataset_id",
    ),
    Column("labels", value=attrgetter("labels"), schema={"type": "array", "items": TEXT}),
    Column("script", value=attrgetter("script_id")),
    Column("script_version", value=attrgetter("script_version")),
    Column("container", value=lambda job: job.container_version or job.container_id),
    Column("arguments", value=lambda job: without_secrets(job.arguments), schema=_ARGUMENTS),
    Column(
        *("who", "Submitted by", F("submitted_by__username")),
        is_optional=True,
        value=_user_name,
        schema=_PERSON,
        told_as="submitted_by",
    ),
    Column(
        *("created", "Created", F("sorted_on")),
        is_last_first=True,
        is_optional=True,
        value=_time("created_on"),
        schema=TIME,
    ),
    Column(
        *("time", "Time", _lasting(Now())),
        is_last_first=True,
        is_optional=True,
    ),
    Column("started", value=_time("training_started"), schema=TIME),
    Column("ended", value=_time("training_ended"), schema=TIME),
    Column("modified", value=_time("last_modified"), schema=TIME),
    Column("error_code", value=attrgetter("error_code"), schema={"type": ["integer", "null"]}),
    Column("error", value=attrgetter("error_message")),
    Column("note", "Details"),
    Column("tags", mark=lambda marks: [*marks.tags], schema={"type": "array", "items": TEXT}),
    Column(
        "starred",
        mark=attrgetter("is_starred"),
        schema={"type": "boolean", "description": "By the person whose token asks."},
    ),
    Column("note_count", mark=attrgetter("note_count"), schema={"type": "integer"}),
)
OF_ALL_ORGANIZATIONS = [column for column in COLUMNS if column.heading]
# In a list of one organization.
SHOWN = [column for column in OF_ALL_ORGANIZATIONS if column.word != "organization"]
SORTS: dict[str, Any] = {column.word: column.order for column in COLUMNS if column.can_sort}
# How a list stands when nobody asks otherwise.
NEWEST = "-created"
OPTIONAL = [(column.word, column.heading) for column in SHOWN if column.is_optional]
# In spreadsheets later columns stand behind those that people count on; told by marks_of, they are the last.
_BEHIND = sorted(COLUMNS, key=lambda column: (column.mark is not None, column.word == "organization"))
TOLD = {column.name: column for column in _BEHIND if column.is_told}
_VALUES = {name: column.value for name, column in TOLD.items() if column.value}
_MARKS = {name: column.mark for name, column in TOLD.items() if column.mark}


def sort_key(word: str, as_of: datetime) -> Any:
    """What a list is sorted by; what goes on counts until this moment."""
    return _lasting(Value(as_of, output_field=DateTimeField())) if word == "time" else SORTS[word]


def ordered_by(sort: str, as_of: datetime) -> list[Any]:
    """Expressions to order by: a column, backwards after a dash, then the newest first."""
    if sort.lstrip("-") == "created":
        return ["-sorted_on", "-id"] if sort == NEWEST else ["sorted_on", "id"]
    expression = sort_key(sort.lstrip("-"), as_of)
    first = expression.desc(nulls_last=True) if sort.startswith("-") else expression.asc(nulls_last=True)
    return [first, "-sorted_on", "-id"]


def told(jobs: Sequence[Job], person: str) -> list[dict[str, Any]]:
    """Jobs as programs get them; `person` is the user name of who asks."""
    marks = marks_of([job.pk for job in jobs], person)
    return [_told(job, marks.get(job.pk, NO_MARKS)) for job in jobs]


def _told(job: Job, marks: Marks) -> dict[str, Any]:
    values = {name: value(job) for name, value in _VALUES.items()}
    return values | {name: mark(marks) for name, mark in _MARKS.items()}


# The rows of a list: only what its cells tell, as plain values that are equal when the rows look alike.


class _Shown(NamedTuple):
    """Names are those of Job's columns, but for `who` and `dataset_name`; what is added behind them has a default."""

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
    missing_since: datetime | None
    usual_seconds: int | None
    error_message: str
    who: str | None
    dataset_name: str = ""
    id: int = 0
    # 0 in a list of one organization.
    organization_id: int = 0
    tags: tuple[str, ...] = ()
    is_starred: bool = False
    note_count: int = 0


class JobRow(Life, _Shown):
    """A row; `who` is the user name of whose job it is, None for jobs that were started elsewhere."""

    __slots__ = ()

    @property
    def usual(self) -> timedelta | None:
        """How long it is expected to run, while it runs."""
        runs = self.state == JobStatus.IN_PROGRESS and self.usual_seconds is not None and not self.is_over
        return timedelta(seconds=self.usual_seconds or 0) if runs else None

    @property
    def verbs(self) -> str:
        """What can be done with it and others at once, as far as its row tells; jobs/bulk/choose.py decides."""
        can_resubmit = self.dataset_id and self.model_name and (self.script_id if self.is_custom else self.model_type)
        can_delete = self.is_over and not self.missing_since
        words = {"cancel": self.can_cancel, "resubmit": can_resubmit, "delete": can_delete}
        return " ".join(word for word, can in words.items() if can)

    def __str__(self) -> str:
        return f"{self.model_name} {self.model_version}"


_NAME = _Shown._fields.index("dataset_name")
_DATASET = _Shown._fields.index("dataset_id")
# Of what is read: the id, before the organization's.
_ID = -2
_FOUND_OTHERWISE = ("dataset_name", *Marks._fields)
_OTHERWISE: dict[str, Any] = {"who": F("submitted_by__username"), "organization_id": Value(0)}
_STORED = [_OTHERWISE.get(name, name) for name in _Shown._fields if name not in _FOUND_OTHERWISE]


def rows_of(organization: Listed, jobs: QuerySet[Job], person: str | None = None) -> tuple[JobRow, ...]:
    """The rows of these jobs of the organization, in their order; with what is attached to them, and starred by
    whoever has this user name, where a name is told.
    """
    columns = [*_STORED[:-1], "organization_id"] if isinstance(organization, AllOrganizations) else _STORED
    read = list(jobs.values_list(*columns))
    wanted = {values[_DATASET] for values in read}
    names = organization.datasets.names_of(wanted)
    marks = {} if person is None else marks_of([values[_ID] for values in read], person)
    return tuple(
        JobRow._make(
            (*values[:_NAME], names.get(values[_DATASET], ""), *values[_NAME:], *marks.get(values[_ID], NO_MARKS))
        )
        for values in read
    )
