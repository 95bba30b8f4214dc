"""A job in words: what it is doing, and whether that takes longer than usual. Takes values, asks nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django import template
from django.template.defaultfilters import truncatechars
from django.utils import timezone
from django.utils.safestring import SafeString

from jobs.domain import JobStatus, Spans
from jobs.templatetags.formatting import duration, icon, legible, reason

register = template.Library()

DOING = {
    JobStatus.PENDING: "Waiting to train",
    JobStatus.IN_PROGRESS: "Training",
    JobStatus.COMPLETED: "Trained",
    JobStatus.FAILED: "Failed to train",
    JobStatus.CANCELING: "Being canceled while training",
    JobStatus.CANCELED: "Canceled while training",
}


class Stated(Protocol):
    """What has a status; a job is one."""

    @property
    def state(self) -> JobStatus: ...


class Expected(Protocol):
    """What tells when something takes longer than usual; `history.Usual` is one."""

    def overrun_at(self, job: Stated) -> datetime | None: ...


class Awaited(Protocol):
    """What may run, and how long it usually does; a row of the list is one."""

    @property
    def usual(self) -> timedelta | None: ...
    def overrun_after(self, usual: timedelta) -> datetime | None: ...


class Ended(Protocol):
    """What has a name and an end; a job is one."""

    @property
    def state(self) -> JobStatus: ...
    @property
    def model_name(self) -> str: ...
    @property
    def model_version(self) -> str: ...
    @property
    def error_message(self) -> str: ...
    def spans(self, now: datetime) -> Spans: ...


@register.filter
def doing(job: Stated) -> str:
    """The beginning of the sentence that says what a job is."""
    return DOING.get(job.state, "Training")


@register.filter
def roughly(value: timedelta) -> str:
    """A duration without its smaller unit, rounded: "38 min", "2 h"; below two minutes as it is."""
    seconds = value.total_seconds()
    for unit in (86_400, 3600, 60):
        if seconds >= 2 * unit:
            return duration(timedelta(seconds=unit * round(seconds / unit)))
    return duration(value)


@register.simple_tag
def overrun(job: Stated, usual: Expected) -> str:
    """The mark of a job that runs longer than usual; the browser shows it when that time has come."""
    at = usual.overrun_at(job)
    if at is None:
        return ""
    hidden = " hidden" if timezone.now() < at else ""
    return SafeString(
        f' <span class="overrun" data-after="{at.isoformat()}"{hidden}>{icon("warning")}longer than usual</span>'
    )


@register.simple_tag
def expectation(row: Awaited) -> str:
    """How long a job of a list usually runs; once it has run longer, the browser shows that instead."""
    usual = row.usual
    at = row.overrun_after(usual) if usual else None
    if usual is None or at is None:
        return ""
    hidden = " hidden" if timezone.now() < at else ""
    return SafeString(
        f'<span class="overrun" data-after="{at.isoformat(timespec="seconds")}"{hidden}>'
        f'{icon("warning")}usually {roughly(usual)}</span><span class="usual">usually {roughly(usual)}</span>'
    )


def ending(job: Ended) -> str:
    """What became of a job, as a headline: "bolt-detector v3 completed", "Failed: bolt-detector v3"."""
    name = _in_a_line(job.model_name or "(no name)", 80)
    titled = f"{name} {_in_a_line(job.model_version, 40)}".strip()
    if job.state == JobStatus.FAILED:
        return f"Failed: {titled}"
    return f"{titled} {job.state.label.lower() if job.state.is_final else 'is no longer in Viam'}"


def ending_details(job: Ended, dataset: str) -> str:
    """What stands below the headline: why it failed, or how long it ran and on what: "ran 38 min · on bolts-may"."""
    if job.state == JobStatus.FAILED:
        return _in_a_line(reason(job.error_message), 200) or "Viam gave no words."
    running = job.spans(timezone.now()).running
    ran = "never started" if running is None else f"ran {roughly(running)}"
    return f"{ran} · on {_in_a_line(dataset, 80)}" if dataset else ran


def _in_a_line(text: str, most: int) -> str:
    """Where nothing but plain text is drawn: signs that can't be seen, or that turn text around, are made visible."""
    return legible(" ".join(truncatechars(text, most).split()))
