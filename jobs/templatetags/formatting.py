"""Values -> text and small pieces of HTML. Takes values, asks nobody: neither the database nor the cloud."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from jobs.domain import JobStatus, ModelType, Spans

register = template.Library()

LONGEST_REASON = 300
# A bar's length grows with the logarithm of the time (seconds): half of it is 26 minutes, all of it a day.
BAR_UNIT, BAR_FULL = 30.0, 86_400.0

TASKS = {
    ModelType.OBJECT_DETECTION: "detection",
    ModelType.SINGLE_LABEL_CLASSIFICATION: "classification",
    ModelType.MULTI_LABEL_CLASSIFICATION: "multi-label classification",
}


class Filters(Protocol):
    """What a list's address says; `services.Filters` is one."""

    @property
    def statuses(self) -> tuple[str, ...]: ...
    @property
    def query(self) -> str: ...
    @property
    def page(self) -> int: ...


class Timed(Protocol):
    """What has a time in the queue and a time of running; a job is one."""

    @property
    def is_over(self) -> bool: ...
    @property
    def created_on(self) -> datetime | None: ...
    @property
    def training_started(self) -> datetime | None: ...
    def spans(self, now: datetime) -> Spans: ...


class Trained(Protocol):
    """What was trained somehow; a job is one."""

    is_custom: bool
    model_type: int
    script_id: str
    script_version: str


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A drawing of templates/_icons.html. It repeats what the words beside it say, so it is silent."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag
@lru_cache(maxsize=256)
def badge(status: JobStatus) -> SafeString:
    """A status as icon, word and colour."""
    word = status.word
    drawing = icon(word if status.is_known and status else "unknown")
    return format_html('<span class="badge" data-status="{}">{}{}</span>', word, drawing, status.label)


@register.filter
def duration(value: timedelta | None) -> str:
    """The two largest units, cut and not rounded: "12 min 4 s", "3 h 10 min", "2 d 4 h"."""
    if value is None:
        return ""
    seconds = max(0, int(value.total_seconds()))
    for unit, size, smaller, of in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            rest = seconds % size // of
            return f"{seconds // size} {unit} {rest} {smaller}" if rest else f"{seconds // size} {unit}"
    return f"{seconds} s"


@register.filter
def moment(value: datetime | None) -> str:
    """A time in the server's zone, which it names: "12 May 2026, 10:22:01 UTC"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local.day} {local:%b %Y, %H:%M:%S} {local.tzname()}"


@register.simple_tag
def when(value: datetime | None, drawn: str = "age") -> str:
    """A <time> that the browser draws anew in its reader's zone: as `age`, as `moment`, or as `clock` time."""
    if value is None:
        return ""
    text = moment(value)
    short = text.rpartition(", ")[2] if drawn == "clock" else text
    return format_html('<time datetime="{}" data-{} title="{}">{}</time>', value.isoformat(), drawn, text, short)


@register.simple_tag
def timing(job: Timed) -> str:
    """A row's time: the bar, and how long the job runs or ran, or how long it waits or waited when it never ran."""
    spans = job.spans(timezone.now())
    if spans.queued is None and spans.running is None:
        return ""
    told = {"queued": spans.queued, "ran" if job.is_over else "running": spans.running}
    title = ", ".join(f"{verb} {duration(value)}" for verb, value in told.items() if value is not None)
    counted = ticking(job, "queued" if spans.running is None else "running", spans)
    return format_html('<span class="timing" title="{}">{}{}</span>', title, _short_bar(spans), counted)


@register.simple_tag
def ticking(job: Timed, part: str, spans: Spans | None = None) -> str:
    """The time that a job is `queued` or `running`; while that goes on, the browser counts on."""
    value: timedelta | None = getattr(spans or job.spans(timezone.now()), part)
    since = job.training_started if part == "running" else job.created_on
    goes_on = not job.is_over and (part == "running" or job.training_started is None)
    if value is None or since is None or not goes_on:
        return duration(value)
    return format_html('<span data-since="{}">{}</span>', since.isoformat(), duration(value))


@register.simple_tag
def timeline(job: Timed) -> SafeString:
    """A job's whole time as a bar, as wide as its place: queued and running in their proportion."""
    queued, running = _seconds(job.spans(timezone.now()))
    return _bar(queued, running, length=1.0)


def _short_bar(spans: Spans) -> SafeString:
    """The longer the time, the longer the bar, on a logarithmic scale that is the same for every job on every page."""
    queued, running = _seconds(spans)
    length = math.log1p((queued + running) / BAR_UNIT) / math.log1p(BAR_FULL / BAR_UNIT)
    return _bar(queued, running, length=min(1.0, length))


def _bar(queued: float, running: float, *, length: float) -> SafeString:
    whole = length * 1000
    light = whole * queued / (queued + running or 1.0)
    return format_html(
        '<svg class="track" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="1"/><rect x="{}" width="{}" height="1"/></svg>',
        round(light), round(light), round(whole - light) if running else 0,
    )  # fmt: skip


def _seconds(spans: Spans) -> tuple[float, float]:
    queued, running = ((part or timedelta()).total_seconds() for part in (spans.queued, spans.running))
    return queued, running


@register.filter
def kind(job: Trained) -> str:
    """How a job trains, in a few words: "managed · detection", or its script@version."""
    if job.is_custom:
        return f"{job.script_id}@{job.script_version}".strip("@") or "custom"
    task = TASKS.get(ModelType(job.model_type))
    return f"managed · {task}" if task else "managed"


@register.filter
def reason(message: str) -> str:
    """An error as one line of a row: a traceback's last line, the words that say what happened, and no line breaks."""
    told = message.strip()
    if told.startswith("Traceback"):
        told = told.rpartition("\n")[2]
    line = " ".join(told[: 2 * LONGEST_REASON].split())
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"


@register.simple_tag
def address(filters: Filters, **changes: Any) -> str:
    """The query of a list's address, with changes: `{% address page.filters status="failed" %}`."""
    values: Mapping[str, Any] = {
        "status": ",".join(filters.statuses),
        "q": filters.query,
        "page": filters.page if filters.page > 1 else "",
        **changes,
    }
    return conditional_escape("?" + urlencode({name: value for name, value in values.items() if value}))
